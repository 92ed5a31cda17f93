"""Queries about members of party branches on the reference day: what they came to, took on, promised.

A community counts the members of its organisations, wherever they live. Somebody was present where a participation in
a held meeting says so, of whichever organisation; made up counts in the period in which it was done.
"""

from party.models import EDUCATION, MeetingKind

MEMBERS = """
    member as materialized (
        select p.number, p.code, p.starts, p.reference, o.community_id, s.member_id, m.resident_id,
               not exists (
                   select from party_exemption e
                   where e.member_id = s.member_id and e.since <= p.reference
                     and (e.until is null or e.until > p.reference)
               ) as is_due
        from party_organisation o
        join party_membership s on s.organisation_id = o.id
        join party_member m on m.id = s.member_id
        join period p on s.since <= p.reference and (s.until is null or s.until > p.reference)
        where o.community_id = any(%(communities)s)
    )
"""
ATTENDED = """
    attended as materialized (
        select distinct p.number, m.member_id, k.kind, true as in_person
        from (select distinct member_id, resident_id from member) m
        join activities_participation t on t.resident_id = m.resident_id
        join party_meeting k on k.activity_id = t.activity_id
        join activities_activity a on a.id = k.activity_id and a.status = 'held'
        join period p on a.held_on >= p.starts and a.held_on <= p.reference
        union
        select p.number, m.member_id, k.kind, false
        from (select distinct member_id from member) m
        join party_attendancenote n on n.member_id = m.member_id
        join party_meeting k on k.activity_id = n.meeting_id
        join activities_activity a on a.id = k.activity_id and a.status = 'held'
        join period p on n.made_up_on >= p.starts and n.made_up_on <= p.reference
    )
"""
ATTENDANCE = (MEMBERS, ATTENDED)


def among_members(counted: str, *, only_due: bool = True) -> str:
    """Return the items "members of the reference day", counted where the condition on `m` holds."""
    return f"""
        select m.community_id, null::bigint, m.code, m.member_id, {counted}
        from member m where {"m.is_due" if only_due else "true"}
    """


def came_to(kinds: tuple[MeetingKind, ...] = (), *, makes_up: bool = False) -> str:
    """Return the condition that a member was at a meeting of such a kind (any), or with `makes_up` made up for one."""
    of_kind = f"and t.kind = any('{{{','.join(kinds)}}}')" if kinds else ""
    in_person = "" if makes_up else "and t.in_person"
    return f"""exists (select from attended t
                       where t.number = m.number and t.member_id = m.member_id {of_kind} {in_person})"""


def holds(table: str, column: str = "id") -> str:
    """Return the condition that a spell of a member, in a table and with a value in a column, covers the day."""
    return f"""exists (
        select from {table} x
        where x.member_id = m.member_id and x.{column} is not null
          and x.since <= m.reference and (x.until is null or x.until > m.reference))"""


def signed(side: str) -> str:
    """Return the condition that a side's pledge of the year was signed by the reference day."""
    return f"""exists (
        select from party_pledge g
        where g.member_id = m.member_id and g.side = '{side}' and g.year = extract(year from m.starts)
          and g.signed_on <= m.reference)"""


EDUCATED = among_members(came_to(EDUCATION, makes_up=True))
ACTIVE = among_members(came_to())
AT_PARTY_DAY = among_members(came_to((MeetingKind.PARTY_DAY,)))
WITH_HOUSEHOLD = among_members(holds("party_servicelink", "household_id"))
WITH_GRID = among_members(holds("party_servicelink", "grid_id"), only_due=False)
WITH_POST = among_members(holds("party_postclaim"))
PLEDGED_BOTH_WAYS = among_members(f"{signed('member')} and {signed('branch')}")
PLEDGED_IN_PUBLIC = among_members(
    """exists (
        select from party_pledge g
        where g.member_id = m.member_id and g.side = 'member' and g.year = extract(year from m.starts)
          and (g.published_at at time zone %(zone)s)::date between m.starts and m.reference)""",
    only_due=False,
)
# The year is that of the pledge, whenever it is reviewed: the review of a year may be published in the next.
REVIEWED_ITEMS = """
    select o.community_id, null::bigint, p.code, i.id, i.reviewed_at is not null and i.result_published_at is not null
    from party_pledge g
    join party_organisation o on o.id = g.organisation_id and o.community_id = any(%(communities)s)
    join period p on g.year = extract(year from p.starts) and g.signed_on <= p.reference
    join party_pledgeitem i on i.pledge_id = g.id and i.is_public
    where g.side = 'member'
"""
FIRST_TOPICS = """
    select o.community_id, null::bigint, p.code, k.activity_id, k.is_first_topic
    from party_meeting k
    join party_organisation o on o.id = k.organisation_id and o.community_id = any(%(communities)s)
    join activities_activity a on a.id = k.activity_id and a.status = 'held'
    join period p on a.held_on >= p.starts and a.held_on <= p.reference
"""
