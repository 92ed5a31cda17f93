"""What tests of residents' pages share: an activity open for sign-up, counters of their own, bodies without tokens."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.utils import timezone

from activities.models import Activity

TOKENS = re.compile(rb"[A-Za-z0-9_-]{64}")  # of CSRF and of tickets: both are 64 characters long


def use_own_counters(settings: Any) -> None:
    """Count under keys of this test alone: Redis is shared, and remembers what earlier runs did."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid4().hex}}


def describe_open(**fields: Any) -> dict[str, Any]:
    """Return the fields of an activity of tomorrow for which residents can sign up."""
    now = timezone.now()
    return {
        "title": "插花课",
        "status": Activity.Status.PUBLISHED,
        "is_public": True,
        "starts_at": now + timedelta(days=1),
        "sign_up_opens_at": now - timedelta(days=1),
        "sign_up_closes_at": now + timedelta(hours=12),
        **fields,
    }


def strip_tokens(response: HttpResponse) -> bytes:
    """Return the body with every token replaced by one and the same word."""
    return TOKENS.sub(b"TOKEN", response.content)
