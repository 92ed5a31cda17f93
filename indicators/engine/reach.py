"""The one statement that counts reach: people of a set of grids, by grid, period and grouping, from facts to numbers.

How it goes, and why (figures in docs/figures.md):

- Months are numbered from 0. Every day becomes the number of the first month on whose reference date it is past
  (`width_bucket` over the days after the reference dates), so that a spell is [first, last) in months, and what was
  true on the reference date of month m is what covers m.
- A `stretch` is a part of a spell within which the person's groupings stay the same, as one number (masks.py).
- Who lived there, who had settled and who was never reached is counted as a running sum of people entering and leaving.
- Participations are counted by person and month, months make periods, and each meets the stretch that covers the
  period's last month. Sums by mask become sums by grouping at the end, when few rows are left.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from grids.groupings import AGES, WORKING, years_before
from indicators.engine.masks import Masks, born_after
from indicators.periods import Period, months_of

REACH = """
with
month as materialized (
    select ordinality::int - 1 as m, born::date[] as born from unnest(%(born)s::text[]) with ordinality as x(born)
),
period as (
    select ordinality::int as p, code, first, last
    from unnest(%(codes)s::text[], %(firsts)s::int[], %(lasts)s::int[]) with ordinality as x(code, first, last)
),
part as (select p.p, m.m from period p join month m on m.m between p.first and p.last where p.first < p.last),
grouping as (
    select ordinality::int as g, code, bits
    from unnest(%(groupings)s::text[], %(bits)s::bigint[]) with ordinality as x(code, bits)
),
group_bit as (select * from unnest(%(groups)s::bigint[], %(group_bits)s::bigint[]) as x(group_id, bit)),
age as materialized (select passed::date[] as passed from unnest(%(passed)s::text[]) as x(passed)),
spell as materialized (
    select s.resident_id, s.grid_id, s.since, width_bucket(s.since, %(after)s::date[]) as first,
           coalesce(width_bucket(s.until, %(after)s::date[]), %(count)s) as last,
           r.birth_date, (case r.sex when 1 then 1 when 2 then 2 else 0 end) * 2
                         + (r.occupation = any(%(working)s))::int as profile
    from grids_residence s join grids_resident r on r.id = s.resident_id
    where s.grid_id = any(%(grids)s) and s.since <= %(today)s and (s.until is null or s.until >= %(beginning)s)
),
person as materialized (
    select resident_id, birth_date, min(since) as since from spell where first < last group by resident_id, birth_date
),
ageing as (
    select * from person
    where width_bucket(birth_date, %(born_first)s::date[]) <> width_bucket(birth_date, %(born_last)s::date[])
),
belonging as materialized (
    select g.resident_id, b.bit, width_bucket(g.since, %(after)s::date[]) as first,
           coalesce(width_bucket(g.until, %(after)s::date[]), %(count)s) as last
    from grids_groupmembership g join group_bit b using (group_id)
    where g.resident_id in (select resident_id from person) and (g.until is null or g.until > g.since)
),
edge as (
    select resident_id, first as m from belonging where first > 0
    union select resident_id, last from belonging where last < %(count)s
    union select resident_id, width_bucket(birth_date, passed) from ageing, age
),
start as (
    select resident_id, grid_id, birth_date, profile, first, last, first as m from spell where first < last
    union all
    select s.resident_id, s.grid_id, s.birth_date, s.profile, s.first, s.last, e.m
    from edge e join spell s on s.resident_id = e.resident_id and e.m > s.first and e.m < s.last
),
cut as (
    select s.resident_id, s.grid_id, s.m as first,
           lead(s.m, 1, s.last) over (partition by s.resident_id, s.first order by s.m) as last,
           (%(profiles)s::bigint[])[(%(ages)s - width_bucket(s.birth_date, month.born)) * 6 + s.profile + 1] as traits
    from start s join month on month.m = s.m
),
stretch as materialized (
    select c.resident_id, c.grid_id, c.first, c.last, c.traits | coalesce(bit_or(b.bit), 0) as mask
    from cut c left join belonging b on b.resident_id = c.resident_id and b.first <= c.first and b.last > c.first
    group by c.resident_id, c.grid_id, c.first, c.last, c.traits
),
attended as materialized (
    select t.resident_id, width_bucket(a.held_on, %(starts)s::date[]) - 1 as m, count(*)::int as contacts
    from activities_participation t join activities_activity a on a.id = t.activity_id
    where t.resident_id in (select resident_id from person) and a.status = 'held' and a.held_on <= %(today)s
    group by 1, 2
),
first_contact as materialized (select resident_id, min(m) as m from attended group by resident_id),
contact as (
    select d.resident_id, p.p, d.contacts from attended d join period p on p.first = d.m and p.last = d.m
    union all
    select d.resident_id, p.p, sum(d.contacts)::int
    from attended d join part p on p.m = d.m group by d.resident_id, p.p
),
met as (
    select s.grid_id, s.mask, c.p, count(*)::int as reached, sum(c.contacts)::int as contacts,
           count(*) filter (where f.m >= p.first)::int as newcomers,
           count(*) filter (where c.contacts >= 2)::int as twice,
           count(*) filter (where c.contacts >= %(active)s)::int as active,
           count(*) filter (where c.contacts >= %(often)s)::int as often
    from contact c
    join period p on p.p = c.p
    join stretch s on s.resident_id = c.resident_id and s.first <= p.last and s.last > p.last
    join first_contact f on f.resident_id = c.resident_id
    group by s.grid_id, s.mask, c.p
),
settling as (
    select p.resident_id, case when p.since < (%(year_after)s::date[])[1] then 0 else width_bucket(
               (select min(s.since) from grids_residence s where s.resident_id = p.resident_id), %(year_after)s::date[]
           ) end as m
    from person p
),
stay as (
    select s.grid_id, s.mask, s.first, s.last, greatest(s.first, y.m) as settled_from,
           least(s.last, coalesce(f.m, %(count)s)) as never_to
    from stretch s join settling y using (resident_id) left join first_contact f using (resident_id)
),
flow as (
    select grid_id, mask, v.m, sum(v.population)::int as population, sum(v.settled)::int as settled,
           sum(v.never)::int as never
    from stay, lateral (values
        (first, 1, (settled_from = first)::int, (settled_from = first and first < never_to)::int),
        (case when first < settled_from and settled_from < last then settled_from end,
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
grouped_flow as (
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


def make_parameters(periods: Sequence[Period], today: date, masks: Masks) -> dict[str, Any]:
    """Return what REACH is asked with, but for %(grids)s: the periods as months, and the groupings as bits."""
    months = months_of(periods, today)
    references = [month.reference(today) for month in months]
    place = {month.start: number for number, month in enumerate(months)}
    after = [day + timedelta(days=1) for day in references]
    return {
        "today": today,
        "beginning": after[0],
        "count": len(months),
        "starts": [month.start for month in months],
        "after": after,
        "year_after": [years_before(day, 1) + timedelta(days=1) for day in references],
        "born": [to_array(born_after(day)) for day in references],
        "born_first": born_after(references[0]),
        "born_last": born_after(references[-1]),
        "ages": len(AGES),
        "passed": [to_array(column) for column in zip(*map(born_after, references), strict=True)],
        "codes": [period.code for period in periods],
        "firsts": [place[period.start] for period in periods],
        "lasts": [
            max(number for start, number in place.items() if period.start <= start < period.end) for period in periods
        ],
        "working": list(WORKING),
        "profiles": list(masks.profiles),
        "groups": [pk for pk, _bit in masks.groups],
        "group_bits": [bit for _pk, bit in masks.groups],
        "groupings": [code for code, _bits in masks.groupings],
        "bits": [bits for _code, bits in masks.groupings],
        "active": settings.ACTIVE_CONTACTS,
        "often": settings.OFTEN_CONTACTS,
    }


def to_array(days: Iterable[date]) -> str:
    """Return days as the text of an array: arrays of arrays are one flat list to unnest()."""
    return f"{{{','.join(map(str, days))}}}"
