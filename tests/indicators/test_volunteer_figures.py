"""Figures of volunteers against a second computation: sets of minutes and plain loops over what was written down."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.utils import timezone

from communities.spans import begin_of
from indicators.periods import Period
from indicators.tallies import TALLIES
from tests.register import make_grids
from volunteers.hours import count_minutes
from volunteers.models import ServiceField, ServiceRecord, Volunteer

TODAY = date(2026, 11, 18)
PERIODS = ("2025", "2026-05", "2026-08", "2026-10", "2026-11", "2026-Q1", "2026-Q3", "2026-Q4", "2026")
MINUTE = timedelta(minutes=1)
Spell = tuple[date, date | None]


@dataclass
class Served:
    """What happened: who was registered when, and in which minutes (local time) each served."""

    communities: dict[int, int] = field(default_factory=dict)
    registered: dict[int, Spell | None] = field(default_factory=dict)
    residents: dict[int, tuple[int, date, Spell | None]] = field(default_factory=dict)  # community, born, registered
    minutes: dict[int, set[datetime]] = field(default_factory=dict)
    priority: dict[int, set[datetime]] = field(default_factory=dict)


@pytest.fixture(params=[1, 2])
def served(request, register, community, neighbour_community, grids, worker, make_user) -> Served:
    other = make_user("other", "worker", community)
    chance, found = Random(request.param), Served()
    activity = register.activity(community, worker, day=date(2026, 1, 2))
    places = [(community, grids[0]), (neighbour_community, make_grids(neighbour_community, "邻里网格")[0])]
    fields = [ServiceField.objects.create(name=f"领域{number}", is_priority=number == 0) for number in range(2)]
    for _number in range(14):
        volunteer = enlist(register, chance, found, places)
        serve(chance, found, volunteer, activity, [*fields, None], (worker, other))
    return found


def enlist(register, chance, found: Served, places: list) -> Volunteer:
    """Make a volunteer, of the register or from outside: applied, registered, paused or gone."""
    community, grid = chance.choice(places)
    joined = date(2025, 1, 1) + timedelta(days=chance.randint(0, 600))
    left = joined + timedelta(days=chance.randint(1, 500)) if chance.random() < 0.3 else None
    spell = (joined, left) if chance.random() < 0.85 else None
    dates = dict(zip(("registered_on", "left_on"), spell, strict=True)) if spell else {}
    if spell and not left and chance.random() < 0.3:
        dates["paused_since"] = joined + timedelta(days=9)
    born = date(chance.choice([1970, 2009, 2010, 2011]), 11, chance.choice([17, 18, 19]))
    if chance.random() < 0.6:
        resident = register.resident(grid, born=born)
        volunteer = Volunteer.objects.create(community=community, resident=resident, **dates)
        found.residents[resident.pk] = (community.pk, born, spell)
    else:
        volunteer = Volunteer.objects.create(community=community, name="李四", birth_date=born, **dates)
    beside = register.resident(grid, born=born)
    found.residents[beside.pk] = (community.pk, born, None)
    found.communities[volunteer.pk], found.registered[volunteer.pk] = community.pk, spell
    found.minutes[volunteer.pk], found.priority[volunteer.pk] = set(), set()
    return volunteer


def serve(chance, found: Served, volunteer: Volunteer, activity, fields: list, staff: tuple) -> None:
    """Record service around midnight and month ends, overlapping: confirmed, withdrawn, corrected or waiting."""
    for _number in range(chance.randint(0, 12)):
        month = chance.choice([date(2025, 12, 31), date(2026, 5, 31), date(2026, 7, 31), date(2026, 8, 3), TODAY])
        clock = datetime(month.year, month.month, month.day, chance.randint(17, 23), chance.randint(0, 59))
        start = clock + timedelta(seconds=chance.randint(0, 59)) - timedelta(days=1) * (month == TODAY)
        end = start + timedelta(seconds=chance.randint(20, 7 * 3600))
        state, kind = chance.choice(["confirmed"] * 4 + ["waiting", "withdrawn", "corrected"]), chance.choice(fields)
        record = note(volunteer, activity, kind, start, end, staff, state)
        if state == "corrected":
            end += timedelta(minutes=30)
            note(volunteer, activity, kind, start, end, staff, "confirmed", corrects=record, source="corrected")
        if state in ("confirmed", "corrected"):
            minute, last = start.replace(second=0), end.replace(second=0)
            while minute < last:
                found.minutes[volunteer.pk].add(minute)
                if kind and kind.is_priority:
                    found.priority[volunteer.pk].add(minute)
                minute += MINUTE


def note(volunteer, activity, kind, start, end, staff, state: str, **more) -> ServiceRecord:
    """Save a record, which somebody else than who recorded it confirms."""
    now = timezone.now()
    if state != "waiting":
        more |= {"confirmed_by": staff[1], "confirmed_at": now}
    if state in ("withdrawn", "corrected"):
        more |= {"withdrawn_by": staff[0], "withdrawn_at": now, "withdraw_reason": "时间有误"}
    starts_at, ends_at = timezone.make_aware(start), timezone.make_aware(end)
    return ServiceRecord.objects.create(
        volunteer=volunteer,
        activity=activity,
        field=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        recorded_by=staff[0],
        **{"source": "typed", **more},
    )


def reference(period: Period) -> date:
    return min(period.end - timedelta(days=1), TODAY)


def within(minutes: set[datetime], first: date, last: date) -> set[datetime]:
    return {minute for minute in minutes if first <= minute.date() <= last}


def covers(spell: Spell | None, day: date) -> bool:
    return spell is not None and spell[0] <= day and (spell[1] is None or day < spell[1])


def registered(found: Served, community: int, day: date) -> list[int]:
    return [
        one for one, spell in found.registered.items() if covers(spell, day) and found.communities[one] == community
    ]


def expect_registered(found: Served, community: int, period: Period) -> tuple[int, int]:
    number = len(registered(found, community, reference(period)))
    return number, number


def expect_served(found: Served, community: int, period: Period) -> tuple[int, int]:
    among = registered(found, community, reference(period))
    return sum(bool(within(found.minutes[one], period.start, reference(period))) for one in among), len(among)


def expect_regular(found: Served, community: int, period: Period) -> tuple[int, int]:
    day = reference(period)
    months = [(day.year * 12 + day.month - 1 - back) for back in range(6)]
    among = registered(found, community, day)
    busy = [
        one
        for one in among
        if len({m.year * 12 + m.month - 1 for m in found.minutes[one] if m.date() <= day} & set(months)) >= 3
    ]
    return len(busy), len(among)


def expect_minutes(found: Served, community: int, period: Period) -> tuple[int, int]:
    ours = [one for one, place in found.communities.items() if place == community]
    number = sum(len(within(found.minutes[one], period.start, reference(period))) for one in ours)
    return number, number


def expect_priority(found: Served, community: int, period: Period) -> tuple[int, int]:
    ours = [one for one, place in found.communities.items() if place == community]
    part = sum(len(within(found.priority[one], period.start, reference(period))) for one in ours)
    return part, expect_minutes(found, community, period)[1]


def expect_rate(found: Served, community: int, period: Period) -> tuple[int, int]:
    day = reference(period)
    grown = [
        spell
        for place, born, spell in found.residents.values()
        if place == community and (born.year + 16, born.month, born.day) <= (day.year, day.month, day.day)
    ]
    return sum(covers(spell, day) for spell in grown), len(grown)


EXPECTED = {
    "S1-07": expect_registered,
    "S1-09": expect_served,
    "S2-059": expect_regular,
    "R-70": expect_minutes,
    "S1-52": expect_priority,
    "S4-30": expect_rate,
}


def sum_up(id: str, communities: list[int], periods: list[Period]) -> dict[tuple[int, str], tuple[int, int]]:
    """Return the sums of a tally by community and period, its grids put together."""
    sums: dict[tuple[int, str], tuple[int, int]] = {}
    for place, _grid, code, numerator, denominator in TALLIES[id].count(communities, periods, TODAY):
        before = sums.get((place, code), (0, 0))
        sums[place, code] = (before[0] + numerator, before[1] + denominator)
    return sums


@pytest.mark.parametrize("id", EXPECTED)
def test_figures_equal_the_second_computation(id, served, community, neighbour_community):
    both, periods = [community.pk, neighbour_community.pk], [Period.parse(code) for code in PERIODS]
    counted = sum_up(id, both, periods)
    expected = {(place, one.code): EXPECTED[id](served, place, one) for place in both for one in periods}
    assert {key: counted.get(key, (0, 0)) for key in expected} == expected
    assert any(numerator for numerator, _denominator in expected.values())


def test_hours_of_figures_are_those_of_the_record(served, community):
    period = Period.parse("2026-Q3")
    ours = [one for one, place in served.communities.items() if place == community.pk]
    own = count_minutes(ours, begin_of(period.start), begin_of(period.end))
    assert sum_up("R-70", [community.pk], [period])[community.pk, period.code][0] == sum(own.values()) > 0


def test_months_sum_up_to_the_year(served, community):
    months = [Period("month", date(2026, number, 1)) for number in range(1, 13)]
    sums = sum_up("R-70", [community.pk], [*months, Period.parse("2026")])
    whole = sums.pop((community.pk, "2026"))
    assert sum(numerator for numerator, _denominator in sums.values()) == whole[0] > 0


def test_negative_control_adding_records_up_counts_minutes_twice(served, community):
    ours = [one for one, place in served.communities.items() if place == community.pk]
    records = ServiceRecord.objects.confirmed().filter(volunteer__in=ours)
    assert sum(record.minutes for record in records) > sum(len(served.minutes[one]) for one in ours)
