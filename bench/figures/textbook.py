"""All cells as a textbook would write them: each number a count(distinct), groupings joined by their conditions.

One statement a period yields all levels at once (grouping sets). It knows no months, bits or running sums, and is
readable: that is what it is here for, beside being the measure of what the engine gains.
"""

from typing import Any

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from bench.figures.tables import ACTIVITY, NEXT, REACH, make_tables, share_out, swap_tables
from indicators.engine.recount import name_groupings
from indicators.periods import kept_periods

WAY = "textbook"
PLANNER = "set work_mem = '256MB'; set jit = off"
PEOPLE = f"""
    with trait as (
        select * from unnest(%(traits)s::text[], %(lowest)s::int[], %(highest)s::int[], %(sexes)s::int[],
                             %(works)s::bool[]) as x(code, lowest, highest, sex, works)
    ),
    united as (select * from unnest(%(unions)s::text[], %(parts)s::text[]) as x(code, part)),
    person as (
        select r.id, g.id as grid, g.community_id as community, c.street_id as street, t.district_id as district,
               r.sex, r.occupation, extract(year from age(%(reference)s::date, r.birth_date))::int as years
        from grids_residence s
        join grids_resident r on r.id = s.resident_id
        join grids_grid g on g.id = s.grid_id
        join communities_community c on c.id = g.community_id
        join communities_street t on t.id = c.street_id
        where s.since <= %(reference)s and (s.until is null or s.until > %(reference)s)
    ),
    own as (
        select p.id, t.code collate "C" as code
        from person p join trait t on p.years between t.lowest and t.highest and (t.sex is null or t.sex = p.sex)
                                   and (not t.works or p.occupation = any(%(working)s))
        union
        select m.resident_id, k.code collate "C"
        from grids_groupmembership m join grids_populationgroup k on k.id = m.group_id
        where m.since <= %(reference)s and (m.until is null or m.until > %(reference)s)
    ),
    belonging as (
        select id, code from own union select o.id, u.code collate "C" from own o join united u on u.part = o.code
    ),
    contact as (
        select w.resident_id as id, min(a.held_on) as first,
               count(*) filter (where a.held_on >= %(starts)s) as contacts
        from activities_participation w join activities_activity a on a.id = w.activity_id
        where a.status = 'held' and a.held_on <= %(reference)s group by w.resident_id
    ),
    arrival as (select resident_id as id, min(since) as since from grids_residence group by resident_id)
    insert into {WAY}_{REACH}{NEXT}
    select case when grouping(p.grid) = 0 then 'grid' when grouping(p.community) = 0 then 'community'
                when grouping(p.street) = 0 then 'street' else 'district' end,
           coalesce(p.grid, p.community, p.street, p.district), %(period)s, b.code,
           count(distinct p.id), count(distinct p.id) filter (where c.contacts > 0), coalesce(sum(c.contacts), 0),
           count(distinct p.id) filter (where c.first >= %(starts)s),
           count(distinct p.id) filter (where c.contacts >= 2),
           count(distinct p.id) filter (where c.contacts >= %(active)s),
           count(distinct p.id) filter (where c.contacts >= %(often)s),
           count(distinct p.id) filter (where r.since <= %(reference)s::date - interval '1 year'),
           count(distinct p.id) filter (where r.since <= %(reference)s::date - interval '1 year' and c.first is null)
    from person p join belonging b using (id) join arrival r using (id) left join contact c using (id)
    group by b.code, grouping sets ((p.grid), (p.community), (p.street), (p.district))
"""
HELD = f"""
    insert into {WAY}_{ACTIVITY}{NEXT}
    select case when grouping(c.id) = 0 then 'community' when grouping(c.street_id) = 0 then 'street'
                else 'district' end,
           coalesce(c.id, c.street_id, t.district_id), %(period)s, a.kind_id, coalesce(a.theme_id, 0), a.origin, a.mode,
           count(*), sum(coalesce(w.people, 0)), sum(coalesce(o.people, 0)), sum(a.unnamed_count)
    from activities_activity a
    join communities_community c on c.id = a.community_id
    join communities_street t on t.id = c.street_id
    left join (
        select activity_id, count(*) as people from activities_participation group by 1
    ) w on w.activity_id = a.id
    left join (select activity_id, count(*) as people from activities_outsider group by 1) o on o.activity_id = a.id
    where a.status = 'held' and a.held_on between %(starts)s and %(reference)s
    group by a.kind_id, coalesce(a.theme_id, 0), a.origin, a.mode,
             grouping sets ((c.id), (c.street_id), (t.district_id))
"""


def compute_textbook(*, sessions: int = 2) -> None:
    """Compute all cells into tables of their own, period by period, in as many sessions as the others."""
    today = timezone.localdate()
    named = name_groupings()
    periods = [
        named | {"period": period.code, "starts": period.start, "reference": period.reference(today)}
        for period in kept_periods(today, settings.CELL_MONTHS)
    ]
    make_tables(WAY)
    share_out(fill, periods, sessions=sessions, settings=PLANNER)
    swap_tables(WAY)


def fill(cursor: CursorWrapper, parameters: dict[str, Any]) -> None:
    """Compute the cells of one period."""
    cursor.execute(PEOPLE, parameters)
    cursor.execute(HELD, parameters)
