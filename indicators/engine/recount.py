"""Cells counted a second time, by the slow and obvious path: a plain SELECT for each kind. Comparing: verify.py.

This file shares nothing with the engine (cells.py, reach.py, masks.py) but the words of the domain: the bounds of
periods, the groupings of grids/groupings.py, and the items of tallies. It knows no months, masks, running sums or
roll-ups: every level is counted from people. Whoever mends the engine must leave it alone, and the other way round.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from grids.groupings import TRAITS, UNIONS, WORKING
from grids.models import PopulationGroup
from indicators.catalogue import CATALOGUE
from indicators.models import AreaLevel
from indicators.periods import MONTHS_OF, Period
from indicators.tallies import TALLIES, SqlTally, Tally

Key = tuple  # table, level, area id, period code, and what the cell is broken down by
Cells = dict[Key, tuple[int, ...]]
NUMBERS = {
    "reach": ("population", "reached", "contacts", "newcomers", "twice", "active", "often", "settled", "never"),
    "activity": ("held", "named", "outsiders", "unnamed"),
    "tally": ("numerator", "denominator"),
}  # in the order in which they are counted here

AREA = {
    AreaLevel.GRID: "g.id",
    AreaLevel.COMMUNITY: "c.id",
    AreaLevel.STREET: "c.street_id",
    AreaLevel.DISTRICT: "t.district_id",
}
PERIODS = """
    period as (
        select * from unnest(%(codes)s::text[], %(starts)s::date[], %(references)s::date[])
                 as p(code, starts, reference)
    )
"""
# An activity after the reference date has not taken place yet, so "up to the reference date" bounds everything above.
PEOPLE = """
    with {periods},
    trait as (
        select * from unnest(%(traits)s::text[], %(lowest)s::int[], %(highest)s::int[], %(sexes)s::int[],
                             %(works)s::bool[]) as t(code, lowest, highest, sex, works)
    ),
    united as (select * from unnest(%(unions)s::text[], %(parts)s::text[]) as u(code, part)),
    person as materialized (
        select {area} as area_id, p.code, p.starts, p.reference, r.id, r.sex, r.occupation,
               greatest(extract(year from age(p.reference, r.birth_date)), 0) as years
        from grids_grid g
        join communities_community c on c.id = g.community_id
        join communities_street t on t.id = c.street_id
        join grids_residence s on s.grid_id = g.id
        join period p on s.since <= p.reference and (s.until is null or s.until > p.reference)
        join grids_resident r on r.id = s.resident_id
        where {area} = any(%(areas)s)
    ),
    own as materialized (
        select n.area_id, n.code, h.contacts, h.ever, h.before,
               exists (select from grids_residence s
                       where s.resident_id = n.id and s.since <= (n.reference - interval '1 year')::date) as settled,
               array(select t.code from trait t
                     where n.years between t.lowest and t.highest and (t.sex is null or t.sex = n.sex)
                     and (not t.works or n.occupation = any(%(working)s)))
               || array(select distinct k.code::text
                        from grids_groupmembership m join grids_populationgroup k on k.id = m.group_id
                        where m.resident_id = n.id and m.since <= n.reference
                        and (m.until is null or m.until > n.reference)) as codes
        from person n cross join lateral (
            select count(*) as ever, count(*) filter (where a.held_on < n.starts) as before,
                   count(*) filter (where a.held_on >= n.starts) as contacts
            from activities_participation w join activities_activity a on a.id = w.activity_id
            where w.resident_id = n.id and a.status = 'held' and a.held_on <= n.reference
        ) as h
    )
    select o.area_id, o.code, grouping, count(*),
           count(*) filter (where contacts > 0), sum(contacts)::bigint,
           count(*) filter (where contacts > 0 and before = 0), count(*) filter (where contacts >= 2),
           count(*) filter (where contacts >= %(active)s), count(*) filter (where contacts >= %(often)s),
           count(*) filter (where settled), count(*) filter (where settled and ever = 0)
    from own o cross join lateral unnest(
        o.codes || array(select distinct u.code from united u where u.part = any(o.codes))
    ) as grouping
    group by o.area_id, o.code, grouping
"""
HELD = """
    with {periods}
    select {area} as area_id, p.code, a.kind_id, coalesce(a.theme_id, 0), a.origin, a.mode, count(*),
           sum((select count(*) from activities_participation w where w.activity_id = a.id))::bigint,
           sum((select count(*) from activities_outsider o where o.activity_id = a.id))::bigint,
           sum(a.unnamed_count)::bigint
    from activities_activity a
    join communities_community c on c.id = a.community_id
    join communities_street t on t.id = c.street_id
    join period p on a.held_on >= p.starts and a.held_on <= p.reference
    where a.status = 'held' and {area} = any(%(areas)s)
    group by {area}, p.code, a.kind_id, coalesce(a.theme_id, 0), a.origin, a.mode
"""


def recount_reach(level: str, areas: Collection[int], periods: Sequence[Period], today: date) -> Cells:
    """Count people by area, period and grouping."""
    rows = ask(PEOPLE, level, areas, periods, today, **name_groupings())
    return {("reach", level, *row[:3]): tuple(row[3:]) for row in rows}


def recount_held(level: str, areas: Collection[int], periods: Sequence[Period], today: date) -> Cells:
    """Count what was held, by kind, theme, origin and mode; grids have no such cells."""
    if level == AreaLevel.GRID:
        return {}
    return {("activity", level, *row[:6]): tuple(row[6:]) for row in ask(HELD, level, areas, periods, today)}


def ask(
    query: str, level: str, areas: Collection[int], periods: Sequence[Period], today: date, **more: Any
) -> list[tuple]:
    """Return the rows of a query about areas of one level and periods."""
    parameters = {
        "areas": list(areas),
        "codes": [period.code for period in periods],
        "starts": [period.start for period in periods],
        "references": [period.reference(today) for period in periods],
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(query.format(periods=PERIODS, area=AREA[AreaLevel(level)]), parameters)
        return cursor.fetchall()


def name_groupings() -> dict[str, Any]:
    """Return the groupings as the query takes them: traits by column, unions as pairs (union, part)."""
    groups = tuple(PopulationGroup.objects.values_list("code", flat=True))
    pairs = [(union.code, part) for union in UNIONS for part in union.parts or groups]
    return {
        "traits": [trait.code for trait in TRAITS],
        "lowest": [trait.lowest for trait in TRAITS],
        "highest": [999 if trait.highest is None else trait.highest for trait in TRAITS],
        "sexes": [trait.sex for trait in TRAITS],
        "works": [trait.works for trait in TRAITS],
        "working": list(WORKING),
        "unions": [code for code, _part in pairs],
        "parts": [part for _code, part in pairs],
        "active": settings.ACTIVE_CONTACTS,
        "often": settings.OFTEN_CONTACTS,
    }


def recount_tallies(areas: Mapping[str, Collection[int]], periods: Sequence[Period], today: date) -> Cells:
    """Count every tally for areas of several levels, one period after the other.

    What is yielded is asked for once, and counts in all areas in which it lies.
    """
    homes = find_homes(areas)
    communities = sorted(homes)
    grids = set(areas.get(AreaLevel.GRID, ()))
    numerators: Counter[Key] = Counter()
    denominators: Counter[Key] = Counter()
    for id, tally in TALLIES.items() if communities else ():
        kinds = CATALOGUE[id].periods if id in CATALOGUE else MONTHS_OF
        for period in (period for period in periods if period.kind in kinds):
            for community, grid, numerator, denominator in list_counts(tally, communities, period, today):
                places = list(homes[community])
                if grid in grids and tally.lowest == AreaLevel.GRID:
                    places.append((AreaLevel.GRID, grid))
                for level, area in places:
                    numerators["tally", level, area, period.code, id] += numerator
                    denominators["tally", level, area, period.code, id] += denominator
    return {key: (numerators[key], denominators[key]) for key in denominators}


def list_counts(
    tally: Tally, communities: list[int], period: Period, today: date
) -> Iterator[tuple[int, int | None, int, int]]:
    """Yield community, grid, numerator and denominator: an item each, or where a tally has no items, its sums."""
    if isinstance(tally, SqlTally) and not tally.query:
        for community, grid, _code, numerator, denominator in tally.count(communities, [period], today):
            yield community, grid, numerator, denominator
    else:
        for item in tally.find(communities, period, today):
            yield item.community, item.grid, int(item.counted), 1


def find_homes(areas: Mapping[str, Collection[int]]) -> dict[int, list[tuple[str, int | None]]]:
    """Return the communities that lie in the areas or have one as a grid, each with those of the areas around it."""
    homes: dict[int, list[tuple[str, int | None]]] = {}
    for level, keys in areas.items():
        query = f"""
            select distinct c.id, {"null" if level == AreaLevel.GRID else AREA[AreaLevel(level)]}
            from communities_community c join communities_street t on t.id = c.street_id
            left join grids_grid g on g.community_id = c.id
            where {AREA[AreaLevel(level)]} = any(%(areas)s)
        """
        with connection.cursor() as cursor:
            cursor.execute(query, {"areas": list(keys)})
            for community, area in cursor.fetchall():
                around = homes.setdefault(community, [])
                if area is not None:
                    around.append((level, area))
    return homes
