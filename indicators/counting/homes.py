"""Queries about homes and buildings: who lived behind which door on a day, and which of them were reached.

The register knows behind which door somebody lives now, not where each lived before. A spell knows its door when the
person has not moved since: a reorganisation of areas is no move, and leaves past periods in the grids of their time.
"""

# Spells whose door is known. An open spell is the last one.
STAY = """
    stay as materialized (
        select s.resident_id, r.household_id, s.grid_id, s.since, s.until
        from grids_grid g
        join grids_residence s on s.grid_id = g.id
        join grids_resident r on r.id = s.resident_id
        where g.community_id = any(%(communities)s) and r.household_id is not null
          and (s.until is null or not exists (
                  select from grids_residence e
                  join grids_residence n on n.resident_id = e.resident_id and n.since > e.since
                  where e.resident_id = s.resident_id and e.since >= s.since and e.end_reason <> 'area_change'))
    )
"""
# Homes where somebody was met at the door, or where somebody who lived there took part in anything: in which periods.
REACHED = """
    called as materialized (
        select distinct p.number, v.household_id
        from (select distinct household_id from stay) s
        join visits_visit v on v.household_id = s.household_id
             and v.withdrawn_at is null and v.outcome in ('done', 'follow_up')
        join activities_activity a on a.id = v.activity_id and a.status = 'held'
        join period p on a.held_on >= p.starts and a.held_on <= p.reference
    ),
    attended as materialized (
        select distinct p.number, p.reference, t.resident_id
        from activities_participation t
        join activities_activity a on a.id = t.activity_id and a.status = 'held'
        join period p on a.held_on >= p.starts and a.held_on <= p.reference
        where t.resident_id in (select resident_id from stay)
    ),
    reached as materialized (
        select household_id, array_agg(distinct number) as numbers,
               array_agg(distinct number) filter (where is_visit) as visited
        from (
            select household_id, number, true as is_visit from called
            union all
            select s.household_id, a.number, false
            from attended a join stay s on s.resident_id = a.resident_id
                 and s.since <= a.reference and (s.until is null or s.until > a.reference)
        ) contact
        group by household_id
    )
"""
# On which days somebody lived in a home, one row for each home and the grid in which it lay. What is known of a home is
# put together before it is held against the periods: joins of sets whose size the planner cannot guess go wrong.
LIVED = """
    lived as materialized (
        select d.household_id, h.building_id, d.grid_id, g.community_id, r.numbers, r.visited,
               d.days - coalesce(range_agg(d.days) over before, '{}') as days
        from (
            select household_id, grid_id, range_agg(daterange(since, until)) as days
            from stay group by household_id, grid_id
        ) d
        join grids_household h on h.id = d.household_id
        join grids_grid g on g.id = d.grid_id
        left join reached r on r.household_id = d.household_id
        window before as (partition by d.household_id order by d.grid_id rows between unbounded preceding
                          and 1 preceding)
    )
"""
# Homes in which somebody lived on the reference day.
HOME = """
    home as materialized (
        select l.community_id, l.grid_id, p.code, l.household_id, l.building_id,
               coalesce(p.number = any(l.visited), false) as is_visited,
               coalesce(p.number = any(l.numbers), false) as is_reached
        from period p join lived l on l.days @> p.reference
    )
"""
HOMES = (STAY, REACHED, LIVED, HOME)
VISITED_HOMES = "select community_id, grid_id, code, household_id, is_visited from home"
REACHED_HOMES = "select community_id, grid_id, code, household_id, is_reached from home"
REACHED_BUILDINGS = """
    select community_id, min(grid_id), code, building_id, bool_or(is_reached)
    from home group by community_id, code, building_id
"""
# A home's entry is complete when everybody's sex and ID number are known, and the phone of an adult. Names and birth
# dates are always there. The register keeps no history of this: only periods that are not over have a figure.
COMPLETE_HOMES = """
    select g.community_id, e.grid_id, p.code, e.household_id, e.has_facts and e.has_phone
    from (
        select s.household_id, min(s.grid_id) as grid_id,
               bool_and(r.sex <> 0 and r.id_hash is not null) as has_facts,
               bool_or(r.phone_hash is not null and r.birth_date <= %(today)s::date - interval '18 years') as has_phone
        from stay s join grids_resident r on r.id = s.resident_id
        where s.since <= %(today)s and (s.until is null or s.until > %(today)s)
        group by s.household_id
    ) e
    join grids_grid g on g.id = e.grid_id
    join period p on p.reference = %(today)s
"""
