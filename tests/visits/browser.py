"""What a worker's browser asks for and sends."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils import timezone

from activities.models import ActivityKind


def address(door: Any, name: str = "log") -> str:
    """Return the address of a page of a door."""
    return reverse(f"visits:{name}", args=[door.pk])


def filled(*people: Any, **changes: Any) -> dict:
    """Return what is sent for the shortest visit in which somebody was met."""
    data = {
        "outcome": "done",
        "residents": [person.pk for person in people],
        "visited_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "token": str(uuid.uuid4()),
    }
    return data | changes


def describe_plan(**changes: Any) -> dict:
    """Return what is sent for a plan."""
    kind = ActivityKind.objects.get(name="六访六送")
    return {"name": "访空巢老人", "kind": kind.pk, "interval": "30", "starts_on": timezone.localdate()} | changes
