"""What tests of waves, cards and samples send, and answers that were mixed already."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from communities.models import Community
from grids.models import Grid, Resident
from surveys.models import CodeIssue, Response, Wave, WaveLink
from tests.register import Register


def day(offset: int) -> date:
    """Return the day so many days from today."""
    return timezone.localdate() + timedelta(days=offset)


def describe_wave(**fields: Any) -> dict[str, Any]:
    """Return the fields of the form of a wave that begins tomorrow."""
    kept = {"mode": "anonymous", "release": "closing", "k": 10, "grouping": "all"}
    days = {"opens_on": day(1), "closes_on": day(14)}
    return {"name": "春季", "token": uuid4(), **kept, **days, **fields}


def add_answers(wave: Wave, community: Community, count: int, **answers: Any) -> None:
    """Put mixed answers into a wave, all the same."""
    rows = [Response(wave=wave, community=community, day=day(0), answers=answers) for _number in range(count)]
    Response.objects.bulk_create(rows)


def issue(link: WaveLink, count: int) -> CodeIssue:
    """Note that cards were printed."""
    return CodeIssue.objects.create(link=link, count=count, issued_by=link.wave.created_by)


def settle(register: Register, grid: Grid, count: int, **traits: Any) -> list[Resident]:
    """Let people live in a grid."""
    return [register.resident(grid, **traits) for _number in range(count)]
