"""The best hand-written SQL we know for all cells: straight from the tables, community by community, no Django between.

It shares the ideas of indicators/engine/reach.py, to be beaten by it or teach it: the bits of masks.py, and the last
steps, running sums and sums by grouping, which stand there almost word for word. It differs: its unit is the spell and
not the person, so that nobody needs to be made distinct; people enter and leave all counts in the same row; settling
asks the index only for those who came lately.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from bench.figures.tables import (
    ACTIVITY,
    KEYS,
    NEXT,
    NUMBERS,
    REACH,
    SUMS,
    make_tables,
    share_out,
    swap_tables,
)
from grids.groupings import AGES, WORKING, years_before
from indicators.engine.masks import born_after, read_masks
from indicators.engine.reach import to_array
from indicators.periods import kept_periods, months_of

WAY = "reference"
PLANNER = """
    set max_parallel_workers_per_gather = 0; set jit = off; set enable_sort = off; set random_page_cost = 1.1;
    set work_mem = '64MB'
"""
CELLS_OF_GRIDS = """
with
period as (
    select x.p::int, x.code, x.first, x.last
    from unnest(%(codes)s::text[], %(firsts)s::int[], %(lasts)s::int[]) with ordinality as x(code, first, last, p)
),
grouping as (
    select x.g::int, x.code, x.bits
    from unnest(%(groupings)s::text[], %(bits)s::bigint[]) with ordinality as x(code, bits, g)
),
threshold as materialized (
    select x.m::int - 1 as m, x.days::date[] as days
    from unnest(%(thresholds)s::text[]) with ordinality as x(days, m)
),
unit as materialized (
  select row_number() over ()::int as u, * from (
    select s.resident_id, s.grid_id::int, s.since, r.birth_date,
           width_bucket(s.since, %(after)s::date[]) as first,
           coalesce(width_bucket(s.until, %(after)s::date[]), %(count)s) as last,
           (case r.sex when 1 then 2 when 2 then 4 else 0 end) + (r.occupation = any(%(working)s))::int as profile
    from grids_residence s join grids_resident r on r.id = s.resident_id
    where s.grid_id = any(%(grids)s) and s.since <= %(today)s and (s.until is null or s.until >= %(beginning)s)
    offset 0
  ) as spell where first < last
),
membership as materialized (
    select u.u, greatest(width_bucket(g.since, %(after)s::date[]), u.first) as first,
           least(coalesce(width_bucket(g.until, %(after)s::date[]), %(count)s), u.last) as last,
           u.first as from, u.last as to, (%(bit_of_group)s::bigint[])[g.group_id] as bit
    from unit u join grids_groupmembership g on g.resident_id = u.resident_id
    where g.until is null or g.until > g.since
),
turn as (
    select u, m.first as m from membership m where m.first > m.from and m.first < m.to
    union select u, m.last from membership m where m.last < m.to and m.last > m.from
    union select u, m from (
        select u.u, u.first, u.last, width_bucket(u.birth_date, a.days::date[]) as m
        from unit u
        join unnest(%(birthdays)s::text[], %(earliest)s::date[], %(latest)s::date[]) as a(days, earliest, latest)
             on u.birth_date >= a.earliest and u.birth_date < a.latest
        offset 0
    ) t where t.m > t.first and t.m < t.last
),
cut as (
    select u, m as first, lead(m) over (partition by u order by m) as next
    from (select u, first as m from unit union all select u, m from turn) x
),
stretch as materialized (
    select c.u, c.grid_id, c.first, c.last, c.traits | coalesce(bit_or(b.bit), 0) as mask
    from (
        select c.u, u.grid_id, c.first, coalesce(c.next, u.last) as last,
            (%(profiles)s::bigint[])[(%(ages)s - width_bucket(u.birth_date, n.days)) * 6 + u.profile + 1] as traits
        from cut c join unit u using (u) join threshold n on n.m = c.first
    ) c left join membership b on b.u = c.u and b.first <= c.first and b.last > c.first
    group by c.u, c.grid_id, c.first, c.last, c.traits
),
came as materialized (
    select u.u, width_bucket(a.held_on, %(starts)s::date[]) - 1 as m, count(*)::int as n
    from unit u join activities_participation t on t.resident_id = u.resident_id
    join activities_activity a on a.id = t.activity_id
    where a.status = 'held' and a.held_on <= %(today)s
    group by 1, 2
),
began as materialized (select u, min(m) as m from came group by u),
contact as (
    select c.u, p.p, p.first, p.last, c.n from came c join period p on p.first = c.m and p.last = c.m
    union all
    select c.u, p.p, p.first, p.last, sum(c.n)::int
    from came c join period p on c.m between p.first and p.last and p.first < p.last group by 1, 2, 3, 4
),
met as (
    select s.grid_id, s.mask, c.p, count(*)::int as reached, sum(c.n)::int as contacts,
           count(*) filter (where f.m >= c.first)::int as newcomers,
           count(*) filter (where c.n >= 2)::int as twice,
           count(*) filter (where c.n >= %(active)s)::int as active,
           count(*) filter (where c.n >= %(often)s)::int as often
    from contact c
    join stretch s on s.u = c.u and s.first <= c.last and s.last > c.last
    join began f on f.u = c.u
    group by s.grid_id, s.mask, c.p
),
settling as (
    select u, case when since < (%(year_after)s::date[])[1] then 0 else width_bucket(
               (select min(s.since) from grids_residence s where s.resident_id = u.resident_id), %(year_after)s::date[]
           ) end as m
    from unit u
),
stay as (
    select s.grid_id, s.mask, s.first, s.last, greatest(s.first, y.m) as settled_from,
           least(s.last, coalesce(f.m, %(count)s)) as never_to
    from stretch s join settling y using (u) left join began f using (u)
),
flow as (
    select grid_id, mask, v.m, sum(v.population)::int as population, sum(v.settled)::int as settled,
           sum(v.never)::int as never
    from stay, lateral (values
        (first, 1, (settled_from = first)::int, (settled_from = first and settled_from < never_to)::int),
        (case when settled_from > first and settled_from < last then settled_from end,
         0, 1, (settled_from < never_to)::int),
        (case when settled_from < never_to and never_to < last then never_to end, 0, 0, -1),
        (last, -1, -(settled_from < last)::int, -(settled_from < never_to and never_to = last)::int)
    ) as v(m, population, settled, never)
    where v.m < %(count)s
    group by grid_id, mask, v.m
),
meaning as materialized (
    select k.mask, g.g from (select distinct mask from stretch) k join grouping g on k.mask & g.bits <> 0
),
grouped_flow as materialized (
    select f.grid_id, k.g, f.m, sum(f.population)::int as population, sum(f.settled)::int as settled,
           sum(f.never)::int as never
    from flow f join meaning k using (mask) group by f.grid_id, k.g, f.m
),
standing as (
    select grid_id, g, m, lead(m, 1, %(count)s) over place as until,
           sum(population) over place as population, sum(settled) over place as settled, sum(never) over place as never
    from grouped_flow window place as (partition by grid_id, g order by m)
),
grouped_met as (
    select m.grid_id, k.g, m.p, sum(m.reached)::int as reached, sum(m.contacts)::int as contacts,
           sum(m.newcomers)::int as newcomers, sum(m.twice)::int as twice, sum(m.active)::int as active,
           sum(m.often)::int as often
    from met m join meaning k using (mask) group by m.grid_id, k.g, m.p
)
select 'grid', s.grid_id, p.code, g.code, s.population::int, coalesce(c.reached, 0), coalesce(c.contacts, 0),
       coalesce(c.newcomers, 0), coalesce(c.twice, 0), coalesce(c.active, 0), coalesce(c.often, 0),
       s.settled::int, s.never::int
from standing s
cross join lateral generate_series(s.m, s.until - 1) as covered(m)
join period p on p.last = covered.m
join grouping g on g.g = s.g
left join grouped_met c on c.grid_id = s.grid_id and c.g = s.g and c.p = p.p
where s.population > 0
"""
PARTS = "period, grouping"
CELLS_OF_COMMUNITY = f"""
    with cell(level, area_id, {PARTS}, {", ".join(NUMBERS[REACH])}) as materialized ({CELLS_OF_GRIDS})
    insert into {WAY}_{REACH}{NEXT}
    select * from cell union all
    select 'community', %(community)s::bigint, {PARTS}, {SUMS[REACH]} from cell group by {PARTS}
"""
WORK = f"""
    with period as (
        select * from unnest(%(codes)s::text[], %(firsts)s::int[], %(lasts)s::int[]) as x(code, first, last)
    ),
    done as materialized (
        select width_bucket(a.held_on, %(starts)s::date[]) - 1 as m, a.kind_id, coalesce(a.theme_id, 0) as theme_id,
               a.origin, a.mode, count(*) as held, sum(t.count) as named, sum(o.count) as outsiders,
               sum(a.unnamed_count) as unnamed
        from activities_activity a,
             lateral (select count(*) from activities_participation t where t.activity_id = a.id) as t,
             lateral (select count(*) from activities_outsider o where o.activity_id = a.id) as o
        where a.community_id = %(community)s and a.status = 'held' and a.held_on between %(first_day)s and %(today)s
        group by 1, 2, 3, 4, 5
    )
    insert into {WAY}_{ACTIVITY}{NEXT}
    select 'community', %(community)s, p.code, kind_id, theme_id, origin, mode, {SUMS[ACTIVITY]}
    from done join period p on m between p.first and p.last group by p.code, kind_id, theme_id, origin, mode
"""
ABOVE = (
    ("community", "street", "communities_community", "street_id"),
    ("street", "district", "communities_street", "district_id"),
)


def compute_reference(*, sessions: int = 2) -> None:
    """Compute all cells into tables of their own: grids, communities, sums above, keys, swap."""
    parameters = describe_today(timezone.localdate())
    make_tables(WAY)
    share_out(fill, list_communities(parameters), sessions=sessions, settings=PLANNER)
    with connection.cursor() as cursor:
        for table in KEYS:
            parts = ", ".join(f"c.{part}" for part in KEYS[table].split(", ")[2:])
            for below, level, areas, parent in ABOVE:
                cursor.execute(
                    f"insert into {WAY}_{table}{NEXT} select %s, a.{parent}, {parts}, {SUMS[table]} "
                    f"from {WAY}_{table}{NEXT} c join {areas} a on a.id = c.area_id where c.level = %s "
                    f"group by a.{parent}, {parts}",
                    [level, below],
                )
    swap_tables(WAY)


def fill(cursor: CursorWrapper, parameters: dict[str, Any]) -> None:
    """Compute the cells of one community and its grids."""
    cursor.execute(CELLS_OF_COMMUNITY, parameters)
    cursor.execute(WORK, parameters)


def list_communities(parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the statements are asked with, for each community that has grids, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select g.community_id, array_agg(g.id) from grids_grid g group by g.community_id order by sum("
            "(select count(*) from grids_resident r where r.grid_id = g.id)) desc"
        )
        return [parameters | {"community": row[0], "grids": row[1]} for row in cursor.fetchall()]


def describe_today(today: date) -> dict[str, Any]:
    """Return periods as months numbered from 0, and groupings as bits."""
    periods, masks = kept_periods(today, settings.CELL_MONTHS), read_masks()
    months = months_of(periods, today)
    references = [month.reference(today) for month in months]
    place = {month.start: number for number, month in enumerate(months)}
    thresholds = [born_after(day) for day in references]
    by_age = list(zip(*thresholds, strict=True))
    bits = dict(masks.groups)
    return {
        "today": today,
        "first_day": months[0].start,
        "beginning": references[0] + timedelta(days=1),
        "count": len(months),
        "starts": [month.start for month in months],
        "after": [day + timedelta(days=1) for day in references],
        "year_after": [years_before(day, 1) + timedelta(days=1) for day in references],
        "thresholds": [to_array(days) for days in thresholds],
        "birthdays": [to_array(days) for days in by_age],
        "earliest": [days[0] for days in by_age],
        "latest": [days[-1] for days in by_age],
        "ages": len(AGES),
        "codes": [period.code for period in periods],
        "firsts": [place[period.start] for period in periods],
        "lasts": [max(place[m.start] for m in months if period.start <= m.start < period.end) for period in periods],
        "working": list(WORKING),
        "profiles": list(masks.profiles),
        "bit_of_group": [bits.get(key) for key in range(1, max(bits, default=0) + 1)],
        "groupings": [code for code, _bits in masks.groupings],
        "bits": [bits for _code, bits in masks.groupings],
        "active": settings.ACTIVE_CONTACTS,
        "often": settings.OFTEN_CONTACTS,
    }
