"""Figures of party life against a second computation: plain loops over what was written down beside the database."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.catalogue import CATALOGUE
from indicators.engine.recount import list_counts
from indicators.periods import Period
from indicators.tallies import TALLIES
from tests.indicators.party_life import TODAY, Life, live
from tests.register import make_grids

THREE = ("members", "committee", "group", "lecture")
PERIODS = (
    "2025-Q4",
    "2025",
    "2026-03",
    "2026-08",
    "2026-09",
    "2026-10",
    "2026-11",
    "2026-Q1",
    "2026-Q3",
    "2026-Q4",
    "2026",
)


@pytest.fixture(params=[1, 2])
def life(request, register, community, neighbour_community, grids, worker) -> Life:
    far = make_grids(neighbour_community, "邻里网格")
    return live(register, [community, neighbour_community], [*grids, *far], worker, request.param)


def covers(days: tuple[date, date | None], day: date) -> bool:
    return days[0] <= day and (days[1] is None or day < days[1])


def end_of(first: date, months: int) -> date:
    number = first.month - 1 + months
    return date(first.year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def slots(life: Life) -> Iterator[tuple[int, str, date, date, str]]:
    """Yield organisation, kind, first and last day, and how each slot stands."""
    for (organisation, kind), rules in life.rules.items():
        for number, (start, months, grace) in enumerate(rules):
            over = [rules[number + 1][0]] if number + 1 < len(rules) else []
            over += [life.closed[organisation]] if organisation in life.closed else []
            for year in (2025, 2026):
                for month in range(1, 13, months):
                    first = date(year, month, 1)
                    last = end_of(first, months)
                    if first >= start and all(last < day for day in over):
                        yield organisation, kind, first, last, stand(life, organisation, kind, first, last, grace)


def stand(life: Life, organisation: int, kind: str, first: date, last: date, grace: int) -> str:
    days = [
        on
        for where, of, start, on, is_held, _is_first, _who in life.meetings
        if (where, of) == (organisation, kind) and first <= start <= last and is_held
    ]
    if any(first <= on <= last for on in days):
        return "done"
    if any(last < on <= last + timedelta(days=grace) for on in days):
        return "made_up"
    if any((w, k) == (organisation, kind) and first <= day <= last for w, k, day in life.exempt_slots):
        return "exempt"
    return "missed" if last < TODAY else "open"


def reference(period: Period) -> date:
    return min(period.end - timedelta(days=1), TODAY)


def members(life: Life, community: int, day: date, *, due: bool) -> dict[int, tuple[int, int | None]]:
    """Return member -> branch and group on the day."""
    away = {member for member, days in life.exemptions if covers(days, day)} if due else set()
    return {
        member: (branch, group)
        for member, branch, group, days in life.spells
        if covers(days, day) and life.seats[branch] == community and member not in away
    }


def present(life: Life, period: Period, kinds: tuple[str, ...], *, made_up: bool) -> set[int]:
    first, last = period.start, reference(period)
    came = {
        m
        for _o, kind, _s, on, held, _f, who in life.meetings
        if kind in kinds and held and first <= on <= last
        for m in who
    }
    return came | {m for m, kind, on in life.made_up if made_up and kind in kinds and first <= on <= last}


def count(chosen: set[int], among: dict) -> tuple[int, int]:
    return len(chosen & among.keys()), len(among)


def expect_cadence(life: Life, community: int, period: Period, kinds: tuple[str, ...] = THREE) -> tuple[int, int]:
    states = [
        state
        for organisation, kind, _first, last, state in slots(life)
        if life.seats[organisation] == community and kind in kinds and period.start <= last < period.end
    ]
    return states.count("done"), sum(state in ("done", "made_up", "missed") for state in states)


def expect_coverage(life: Life, community: int, period: Period) -> tuple[int, int]:
    day, met, asked = reference(period), 0, 0
    due = {
        (organisation, kind)
        for organisation, kind, first, last, state in slots(life)
        if period.start <= last < period.end and first <= day and state != "exempt"
    }
    for member, (branch, group) in members(life, community, day, due=True).items():
        seats = [where for who, where, days in life.committee if who == member and covers(days, day)]
        places = [(branch, "members"), (branch, "lecture"), (group, "group"), *((one, "committee") for one in seats)]
        wanted = {kind for place, kind in places if (place, kind) in due}
        asked += bool(wanted)
        met += bool(wanted) and all(member in present(life, period, (kind,), made_up=True) for kind in wanted)
    return met, asked


def expect_holding(life: Life, rows: list, community: int, period: Period, *, due: bool = True) -> tuple[int, int]:
    day = reference(period)
    return count({member for member, days in rows if covers(days, day)}, members(life, community, day, due=due))


def expect_items(life: Life, community: int, period: Period) -> tuple[int, int]:
    items = [
        done
        for _member, branch, side, year, signed, _published, items in life.pledges
        for is_public, done in items
        if is_public and side == "member" and year == period.start.year and life.seats[branch] == community
        if signed and signed <= reference(period)
    ]
    return sum(items), len(items)


def expect_pledged(life: Life, community: int, period: Period) -> tuple[int, int]:
    chosen = {
        member
        for member, _branch, side, year, _signed, published, _items in life.pledges
        if side == "member" and published and year == period.start.year
        if period.start <= published <= reference(period)
    }
    return count(chosen, members(life, community, reference(period), due=False))


def expect_two_way(life: Life, community: int, period: Period) -> tuple[int, int]:
    signed: dict[str, set[int]] = {"member": set(), "branch": set()}
    for member, _branch, side, year, on, _published, _items in life.pledges:
        if on and on <= reference(period) and year == period.start.year:
            signed[side].add(member)
    return count(signed["member"] & signed["branch"], members(life, community, reference(period), due=True))


def expect_first_topics(life: Life, community: int, period: Period) -> tuple[int, int]:
    firsts = [
        is_first
        for organisation, _kind, _start, on, is_held, is_first, _who in life.meetings
        if life.seats[organisation] == community and is_held and period.start <= on <= reference(period)
    ]
    return sum(firsts), len(firsts)


def expect_present(kinds: tuple[str, ...], *, made_up: bool = False):
    """Return how members due who were present are counted."""
    return lambda life, community, period: count(
        present(life, period, kinds, made_up=made_up), members(life, community, reference(period), due=True)
    )


EXPECTED = {
    "S2-087": expect_cadence,
    "S2-087-4": lambda life, community, period: expect_cadence(life, community, period, ("lecture",)),
    "S2-087-2": lambda life, community, period: expect_cadence(life, community, period, ("committee",)),
    "S2-088": expect_coverage,
    "S2-108": expect_present(("lecture", "party_day"), made_up=True),
    "S2-109": expect_present((*THREE, "party_day")),
    "S4-24": expect_present(("party_day",)),
    "S2-140": expect_first_topics,
    "S1-05": lambda life, *where: expect_holding(life, life.claims, *where),
    "S2-131": lambda life, *where: expect_holding(life, life.homes, *where),
    "S3-01": lambda life, *where: expect_holding(life, life.grids, *where, due=False),
    "S1-02": expect_pledged,
    "S4-06": expect_two_way,
    "S4-07": expect_items,
}


def list_periods(id: str) -> list[Period]:
    indicator = CATALOGUE.get(id)
    periods = [Period.parse(code) for code in PERIODS]
    return [period for period in periods if indicator is None or period.kind in indicator.periods]


def test_figures_equal_the_second_computation(life, community, neighbour_community):
    both, wrong = [community.pk, neighbour_community.pk], {}
    for id, expect in EXPECTED.items():
        periods = list_periods(id)
        counted = {(row[0], row[2]): row[3:] for row in TALLIES[id].count(both, periods, TODAY)}
        expected = {(place, one.code): expect(life, place, one) for place in both for one in periods}
        found = {key: counted.get(key, (0, 0)) for key in expected}
        wrong |= {(id, *key): (found[key], expected[key]) for key in expected if found[key] != expected[key]}
        assert any(0 < numerator < denominator for numerator, denominator in expected.values()), id
    assert wrong == {}


def test_items_add_up_to_the_sums(life, community):
    for id in EXPECTED:
        for period in list_periods(id):
            items = list(list_counts(TALLIES[id], [community.pk], period, TODAY))
            sums = [row[3:] for row in TALLIES[id].count([community.pk], [period], TODAY)]
            assert [(sum(one[2] for one in items), len(items))] == (sums or [(0, 0)])


@pytest.mark.parametrize("id", ["S2-087", "S2-088"])
def test_queries_do_not_grow_with_periods(id, life, community):
    periods = [Period.parse(code) for code in ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")]
    counts = []
    for asked in (periods[:1], periods):
        with CaptureQueriesContext(connection) as queries:
            TALLIES[id].count([community.pk], asked, TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9
