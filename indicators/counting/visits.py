"""Queries about visits: who was met, which doors plans asked for, how visits ended, and the needs raised at them.

Visits and needs count in the community whose worker made them; people and doors in the grid they lay in on the day.
A visit is completed when somebody was met, and neither it nor the activity that it is was withdrawn.
"""

from indicators.counting.homes import REACHED, STAY

STANDING = """
    standing as materialized (
        select v.id, v.community_id, v.outcome, (v.visited_at at time zone %(zone)s)::date as day
        from visits_visit v left join activities_activity a on a.id = v.activity_id
        where v.community_id = any(%(communities)s) and v.withdrawn_at is null and (a.id is null or a.status = 'held')
    )
"""


def among_visits(counted: str) -> str:
    """Return the items "visits of the period", counted where the condition on `s` holds."""
    return f"""
        select s.community_id, null::bigint, p.code, s.id, {counted}
        from standing s join period p on s.day >= p.starts and s.day <= p.reference
    """


COMPLETED_VISITS = among_visits("s.outcome in ('done', 'follow_up')")
VISITS_IN_VAIN = among_visits("s.outcome in ('not_home', 'declined')")


# People of the groups that six visits (六访) are about, on each reference day, with the grid they lived in.
MEMBERS = """
    spell as materialized (
        select g.community_id, s.grid_id, s.resident_id, s.since, s.until
        from grids_grid g join grids_residence s on s.grid_id = g.id
        where g.community_id = any(%(communities)s)
    ),
    member as materialized (
        select distinct p.number, p.code, p.reference, u.code as of, s.community_id, s.grid_id, s.resident_id
        from spell s
        join grids_groupmembership m on m.resident_id = s.resident_id
        join grids_populationgroup u on u.id = m.group_id and u.code in ('party_member', 'hardship', 'unemployed')
        join period p on m.since <= p.reference and (m.until is null or m.until > p.reference)
             and s.since <= p.reference and (s.until is null or s.until > p.reference)
    ),
    met as materialized (
        select distinct p.number, t.resident_id
        from (select distinct resident_id from member) m
        join activities_participation t on t.resident_id = m.resident_id
        join visits_visit v on v.activity_id = t.activity_id and v.withdrawn_at is null
        join activities_activity a on a.id = v.activity_id and a.status = 'held'
        join period p on a.held_on >= p.starts and a.held_on <= p.reference
    )
"""


def visited_members(group: str) -> str:
    """Return the items "people of the group", counted where a visit of the period met the person."""
    return f"""
        select m.community_id, m.grid_id, m.code, m.resident_id, t.resident_id is not null
        from member m
        left join met t on t.number = m.number and t.resident_id = m.resident_id
        where m.of = '{group}'
    """


def visited_homes_of(group: str) -> str:
    """Return the items "homes in which somebody of the group lives", counted where a visit was completed there."""
    return f"""
        select g.community_id, h.grid_id, h.code, h.household_id, c.household_id is not null
        from (
            select m.number, m.code, s.household_id, min(m.grid_id) as grid_id
            from member m
            join stay s on s.resident_id = m.resident_id and s.grid_id = m.grid_id
                 and s.since <= m.reference and (s.until is null or s.until > m.reference)
            where m.of = '{group}'
            group by m.number, m.code, s.household_id
        ) h
        join grids_grid g on g.id = h.grid_id
        left join called c on c.number = h.number and c.household_id = h.household_id
    """


# Plans and what they mean. One that was closed on its first day, or before, never ran.
PLANS = """
    plan as materialized (
        select p.id, p.community_id, p.interval_days, p.starts_on, nullif(least(
                   coalesce(p.ends_on, 'infinity'),
                   coalesce((p.closed_at at time zone %(zone)s)::date, 'infinity')), 'infinity') as ends_on,
               array(select household_id from visits_visitplan_households x where x.visitplan_id = p.id) as doors,
               array(select grid_id from visits_visitplan_grids x where x.visitplan_id = p.id) as grids,
               array(select populationgroup_id from visits_visitplan_groups x where x.visitplan_id = p.id) as groups
        from visits_visitplan p
        where p.community_id = any(%(communities)s)
          and (p.closed_at is null or (p.closed_at at time zone %(zone)s)::date > p.starts_on)
    )
"""


def meant_by(asking: str) -> str:
    """Return the part "people behind the doors of plans": `asking` yields (number, day, plan_id).

    Listed doors mean all who live behind them.
    """
    return f"""
    meant_{asking} as materialized (
        select k.number, k.day, p.id as plan_id, s.resident_id, s.household_id, s.grid_id
        from {asking} k
        join plan p on p.id = k.plan_id
        join stay s on s.since <= k.day and (s.until is null or s.until > k.day)
        join grids_grid g on g.id = s.grid_id and g.community_id = p.community_id
        where case when p.doors <> '{{}}' then s.household_id = any(p.doors)
              else (p.grids = '{{}}' or s.grid_id = any(p.grids))
               and (p.groups = '{{}}' or exists (
                       select from grids_groupmembership m
                       where m.resident_id = s.resident_id and m.group_id = any(p.groups)
                         and m.since <= k.day and (m.until is null or m.until > k.day)))
              end
    )
    """


ANSWERS = """
    answer as materialized (
        select l.visitplan_id as plan_id, v.household_id, v.activity_id, v.outcome,
               (v.visited_at at time zone %(zone)s)::date as day
        from visits_visit_plans l join visits_visit v on v.id = l.visit_id
        left join activities_activity a on a.id = v.activity_id
        where l.visitplan_id in (select id from plan) and v.outcome <> 'not_home'
          and v.withdrawn_at is null and (a.id is null or a.status = 'held')
    )
"""
ROUNDS = """
    round as materialized (
        select p.number, least(p.reference, n.ends_on) as day, n.id as plan_id,
               case when n.interval_days is null then n.starts_on else p.starts end as since
        from period p join plan n on n.starts_on <= p.reference
        where case when n.interval_days is null then n.ends_on >= p.starts and n.ends_on < p.ends
              else n.ends_on is null or n.ends_on >= p.starts end
    )
"""
# A door of a plan with two dates is due by the last one; of a plan with an interval, an interval after the last answer
# (at first: after the plan's beginning). Who declined is left out. A door that several plans ask for needs them all.
PLANNED_DOORS = """
    select g.community_id, s.grid_id, p.code, s.household_id, bool_and(s.is_visited)
    from (
        select d.number, d.plan_id, d.household_id, d.grid_id,
               max(a.day) filter (where a.day < r.since) as answered_before,
               coalesce(bool_or(a.outcome <> 'declined') filter (where a.day >= r.since), false) as is_visited,
               coalesce(bool_or(a.outcome = 'declined') filter (where a.day >= r.since), false) as is_declined
        from (
            select distinct number, plan_id, household_id,
                   min(grid_id) over (partition by number, household_id) as grid_id
            from meant_round
        ) d
        join round r on r.number = d.number and r.plan_id = d.plan_id
        join period p on p.number = d.number
        left join answer a on a.plan_id = d.plan_id and a.household_id = d.household_id and a.day <= p.reference
        group by d.number, d.plan_id, d.household_id, d.grid_id
    ) s
    join plan n on n.id = s.plan_id
    join period p on p.number = s.number
    join grids_grid g on g.id = s.grid_id
    where (s.is_visited or not s.is_declined)
      and (n.interval_days is null or coalesce(s.answered_before, n.starts_on) + n.interval_days < p.ends)
    group by g.community_id, s.grid_id, p.code, s.household_id
"""
CHECKS = """
    met_for_plan as materialized (
        select a.plan_id, t.resident_id, a.day
        from answer a join activities_participation t on t.activity_id = a.activity_id
    ),
    standing_check as materialized (
        select p.number, p.reference as day, n.id as plan_id
        from period p join plan n on n.starts_on <= p.reference and (n.ends_on is null or n.ends_on >= p.reference)
        where n.interval_days is not null
    )
"""
# People whom plans with an interval mean on the reference day. Left out: who was never met and is not late yet, and who
# lives behind a door that declined within the interval.
TIMELY_CHECKS = """
    select g.community_id, c.grid_id, p.code, c.resident_id,
           bool_and(c.met_on is not null and c.day <= c.met_on + n.interval_days)
    from (
        select m.number, m.day, m.plan_id, m.resident_id, m.grid_id,
               max(t.day) as met_on, max(a.day) as declined_on
        from meant_standing_check m
        left join met_for_plan t on t.plan_id = m.plan_id and t.resident_id = m.resident_id and t.day <= m.day
        left join answer a on a.plan_id = m.plan_id and a.household_id = m.household_id
             and a.outcome = 'declined' and a.day <= m.day
        group by m.number, m.day, m.plan_id, m.resident_id, m.grid_id
    ) c
    join plan n on n.id = c.plan_id
    join period p on p.number = c.number
    join grids_grid g on g.id = c.grid_id
    where (c.met_on is not null or c.day > n.starts_on + n.interval_days)
      and (c.declined_on is null or c.declined_on <= c.met_on or c.day > c.declined_on + n.interval_days)
    group by g.community_id, c.grid_id, p.code, c.resident_id
"""
NEEDS = """
    need as materialized (
        select n.id, v.community_id, n.due_on, (v.visited_at at time zone %(zone)s)::date as raised_on,
               (n.closed_at at time zone %(zone)s)::date as closed_on
        from visits_need n join visits_visit v on v.id = n.visit_id
        left join activities_activity a on a.id = v.activity_id
        where v.community_id = any(%(communities)s) and v.withdrawn_at is null and (a.id is null or a.status = 'held')
    )
"""
# Counting rule 10: done on time / (done + still open past due).
ANSWERED_NEEDS = """
    select n.community_id, null::bigint, p.code, n.id, coalesce(n.closed_on <= n.due_on, false)
    from need n join period p on n.due_on >= p.starts and n.due_on < p.ends
    where n.closed_on is not null or n.due_on < %(today)s
"""
OPEN_NEEDS = """
    select n.community_id, null::bigint, p.code, n.id, n.closed_on is null or n.closed_on > p.reference
    from need n join period p on n.raised_on <= p.reference and (n.closed_on is null or n.closed_on >= p.starts)
"""

SIX_VISITS = (STAY, REACHED, MEMBERS)
PLANNED = (STAY, PLANS, ANSWERS, ROUNDS, meant_by("round"))
CHECKED = (STAY, PLANS, ANSWERS, CHECKS, meant_by("standing_check"))
