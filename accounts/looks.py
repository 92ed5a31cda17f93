"""Who looked at what is known of one resident: read from the audit log, so that the resident can be told (rule R8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise

from accounts.deeds import VALUES, WRITES, describe_action
from accounts.models import AuditEvent
from accounts.pages import name_page
from accounts.reads import PAGE, READ, RESIDENT

MONTHS = 12
MOST = 500


@dataclass(frozen=True)
class Look:
    """One look, or one change: when, whose account, what of, and what for ("" when no purpose was asked)."""

    at: datetime
    actor: str
    what: str | Promise
    purpose: str | Promise


def list_looks(resident: int, household: int | None = None) -> list[Look]:
    """Return who looked at or changed this resident's record in the last twelve months, newest first.

    The page of the household where the resident lives shows the resident as well.
    """
    since = timezone.now() - timedelta(days=366)  # twelve months, one of them in a leap year
    named = Q(object_type=RESIDENT, object_id=str(resident))
    if household:
        named |= Q(object_type="household", object_id=str(household), action=PAGE)
    events = AuditEvent.objects.filter(named).since(since).order_by("-pk")[:MOST]
    return list(describe(events))


def describe(events: Iterable[AuditEvent]) -> Iterable[Look]:
    """Put the events into words."""
    for event in events:
        is_page = event.action in (READ, PAGE)
        words = name_page(event.detail.get("page", "")) if is_page else describe_action(event.action)
        field = VALUES["field"].get(event.detail.get("field"))
        what = f"{words} · {field}" if field and event.action not in WRITES else words
        purpose = VALUES["purpose"].get(event.detail.get("purpose"), "")
        yield Look(event.at, event.actor, what, purpose)
