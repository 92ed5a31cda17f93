"""Counts volunteers and their hours from the confirmed records: numbers for people who hold no name here.

Within a month, field or team each minute of a volunteer counts once. A minute recorded for two fields counts in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Count
from django.db.models.functions import Coalesce, TruncDate

from communities.models import Community
from communities.spans import begin_of
from dashboards.mix.days import MONTHS
from grids.models import Residence
from volunteers.identities import age_on
from volunteers.models import ServiceRecord, Volunteer

SPREAD = """
    select part, count(*), sum(minutes)::int
    from (
        select {part} as part, r.volunteer_id,
               range_agg(tstzrange(date_trunc('minute', r.starts_at), date_trunc('minute', r.ends_at)))
               * tstzmultirange(tstzrange(m.starts, m.ends)) as spans
        from unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) m(starts, ends)
        join volunteers_servicerecord r on r.starts_at < m.ends and r.ends_at > m.starts
        join volunteers_volunteer v on v.id = r.volunteer_id
        left join volunteers_shift s on s.id = r.shift_id
        where r.confirmed_at is not null and r.withdrawn_at is null and v.community_id = any(%(communities)s)
        group by part, r.volunteer_id, m.starts, m.ends
    ) spread
    cross join lateral (
        select sum(extract(epoch from upper(span) - lower(span)) / 60) as minutes from unnest(spans) span
    ) counted
    where minutes > 0
    group by part
"""
PARTS = {"month": "m.starts", "field": "r.field_id", "team": "s.team_id"}


@dataclass(frozen=True)
class Somebody:
    """A registered volunteer without name: where, how old, minutes and days served in the period."""

    community: int
    grid: int | None
    age: int
    minutes: int
    days: int


@dataclass(frozen=True)
class Part:
    """Hours of a month, field or team, and how many people served in it."""

    people: int
    minutes: int


def read_somebodies(
    communities: Sequence[int], day: date, minutes: dict[int, int], start: datetime, end: datetime
) -> list[Somebody]:
    """Return those registered on a day. Two queries."""
    days = count_days(communities, start, end)
    here = Volunteer.objects.registered_on(day).filter(community__in=communities).order_by()
    born = Coalesce("resident__birth_date", "birth_date")
    rows = here.annotate(born=born).values_list("pk", "community", "resident__grid", "born")
    return [
        Somebody(community, grid, age_on(birth, day), minutes.get(pk, 0), days.get(pk, 0))
        for pk, community, grid, birth in rows
    ]


def list_keys(communities: Sequence[int]) -> list[int]:
    """Return the keys of all who are or were volunteers."""
    return list(Volunteer.objects.filter(community__in=communities).order_by().values_list("pk", flat=True))


def count_days(communities: Sequence[int], start: datetime, end: datetime) -> dict[int, int]:
    """Return volunteer -> days on which a confirmed service began, of those that reach into the time."""
    records = ServiceRecord.objects.confirmed().filter(volunteer__community__in=communities)
    found = records.filter(starts_at__lt=end, ends_at__gt=start).order_by().values("volunteer")
    return dict(found.annotate(days=Count(TruncDate("starts_at"), distinct=True)).values_list("volunteer", "days"))


def spread(by: str, communities: Sequence[int], times: Sequence[tuple[datetime, datetime]]) -> dict[Any, Part]:
    """Return month, field or team -> hours and people in the times, which do not overlap. One query."""
    parameters: dict[str, Any] = {
        "starts": [start for start, _end in times],
        "ends": [end for _start, end in times],
        "communities": list(communities),
    }
    with connection.cursor() as cursor:
        cursor.execute(SPREAD.format(part=PARTS[by]), parameters)
        return {part: Part(people, minutes) for part, people, minutes in cursor.fetchall()}


def list_months(last: date) -> list[tuple[datetime, datetime]]:
    """Return the twelve months that end with that of the last day."""
    count = last.year * MONTHS + last.month - MONTHS
    firsts = [date(number // MONTHS, number % MONTHS + 1, 1) for number in range(count, count + MONTHS + 1)]
    return [(begin_of(first), begin_of(after)) for first, after in pairwise(firsts)]


def count_residents(communities: Sequence[int], day: date, by: str) -> dict[int, int]:
    """Return grid or community -> people who live there on a day."""
    spells = Residence.objects.on(day).filter(grid__community__in=communities).order_by()
    return dict(spells.values(by).annotate(n=Count("resident", distinct=True)).values_list(by, "n"))


def list_communities(code: str) -> list[Community]:
    """Return the communities below an area."""
    return list(Community.objects.current().filter(code__startswith=code).order_by("code"))
