"""Queries about volunteers: who is registered, who served, for how many minutes.

A volunteer counts in the community that registered him or her. Hours are the union of confirmed records, each minute
once, as in volunteers/hours.py; a record across the end of a period counts in both with its own minutes.
"""

REGISTERED = """
    registered as materialized (
        select p.number, p.code, p.starts, p.reference, v.community_id, v.id, v.resident_id
        from volunteers_volunteer v
        join period p on v.registered_on <= p.reference and (v.left_on is null or v.left_on > p.reference)
        where v.community_id = any(%(communities)s)
    )
"""
# Seconds are dropped at both ends, so that what months have sums up to what the year has.
SERVED = """
    served as materialized (
        select r.volunteer_id, v.community_id, coalesce(f.is_priority, false) as is_priority,
               date_trunc('minute', r.starts_at) as starts_at, date_trunc('minute', r.ends_at) as ends_at
        from volunteers_volunteer v
        join volunteers_servicerecord r on r.volunteer_id = v.id
             and r.confirmed_at is not null and r.withdrawn_at is null
        left join volunteers_servicefield f on f.id = r.field_id
        where v.community_id = any(%(communities)s)
          and r.ends_at > (select min(starts)::timestamp - interval '6 months' from period) at time zone %(zone)s
    )
"""
# The local months in which somebody served, and on which days at the earliest.
MONTHS = """
    month_of as materialized (
        select s.volunteer_id, m.month::date as month,
               min(greatest(m.month::date, (s.starts_at at time zone %(zone)s)::date)) as first_day
        from served s
        cross join generate_series(
            date_trunc('month', s.starts_at at time zone %(zone)s),
            (s.ends_at at time zone %(zone)s) - interval '1 minute', interval '1 month'
        ) as m(month)
        where s.ends_at > s.starts_at
        group by s.volunteer_id, m.month
    )
"""
MINUTES = """
    clock as (
        select code, starts::timestamp at time zone %(zone)s as begins,
               (reference + 1)::timestamp at time zone %(zone)s as ends
        from period
    ),
    spent as materialized (
        select community_id, unnest(range_agg(tstzrange(starts_at, ends_at))) as span
        from served group by community_id, volunteer_id
    ),
    spent_on_priority as materialized (
        select community_id, unnest(range_agg(tstzrange(starts_at, ends_at))) as span
        from served where is_priority group by community_id, volunteer_id
    )
"""
REGISTERED_ONES = (REGISTERED,)
SERVICE = (REGISTERED, SERVED, MONTHS)
HOURS = (SERVED, MINUTES)

REGISTERED_VOLUNTEERS = "select community_id, null::bigint, code, id, true from registered"
WHO_SERVED = """
    select v.community_id, null::bigint, v.code, v.id, exists (
               select from month_of m
               where m.volunteer_id = v.id and m.month >= date_trunc('month', v.starts) and m.first_day <= v.reference)
    from registered v
"""
WHO_SERVES_REGULARLY = """
    select v.community_id, null::bigint, v.code, v.id, (
               select count(*) from month_of m
               where m.volunteer_id = v.id and m.first_day <= v.reference
                 and m.month >= date_trunc('month', v.reference) - interval '5 months') >= 3
    from registered v
"""


def sum_minutes(table: str) -> str:
    """Return (community_id, code, minutes) of spans in a table, each clipped to the periods in which it lies."""
    return f"""
        select t.community_id, c.code,
               sum(extract(epoch from least(upper(t.span), c.ends) - greatest(lower(t.span), c.begins)) / 60)::int
               as minutes
        from {table} t join clock c on lower(t.span) < c.ends and upper(t.span) > c.begins
        group by t.community_id, c.code
    """


ALL_MINUTES = f"""
    select community_id, null::bigint, code, minutes, minutes from ({sum_minutes("spent")}) a
"""
PRIORITY_MINUTES = f"""
    select a.community_id, null::bigint, a.code, coalesce(b.minutes, 0), a.minutes
    from ({sum_minutes("spent")}) a
    left join ({sum_minutes("spent_on_priority")}) b on b.community_id = a.community_id and b.code = a.code
"""
# Of residents, wherever they are registered as volunteers: they count in the grid they live in.
GROWN = """
    grown as not materialized (
        select p.code, g.community_id, s.grid_id, s.resident_id,
               coalesce(v.registered_on <= p.reference and (v.left_on is null or v.left_on > p.reference), false)
               as is_volunteer
        from grids_grid g
        join grids_residence s on s.grid_id = g.id
        join grids_resident r on r.id = s.resident_id
        left join volunteers_volunteer v on v.resident_id = r.id
        join period p on s.since <= p.reference and (s.until is null or s.until > p.reference)
             and r.birth_date <= (p.reference - interval '16 years')::date
        where g.community_id = any(%(communities)s)
    )
"""
GROWN_UP = (GROWN,)
VOLUNTEERS_AMONG_RESIDENTS = "select community_id, grid_id, code, resident_id, is_volunteer from grown"
