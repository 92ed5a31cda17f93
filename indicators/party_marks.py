"""Which communities a change in party organisations or among volunteers moves figures of. Triggers: marks.py.

A member counts with the branch: where the home, the meeting or the committee lies may be another community.
"""

OF_MEMBER = """
    select o.community_id, null::bigint from touched t
    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id
"""
OF_MEMBERSHIP = (
    "select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id"
)
BRANCHES_OF_WHO_CAME = """
    select o.community_id, null::bigint from touched t
    join party_meeting k on k.activity_id = t.activity_id
    join party_member m on m.resident_id = t.resident_id
    join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id
"""


def branches_at_meetings(activity: str) -> str:
    """Return the communities of the branches whose members came to a meeting, or are noted there."""
    return f"""
        select o.community_id, null::bigint from touched t
        join party_meeting k on k.activity_id = {activity}
        join activities_participation p on p.activity_id = k.activity_id
        join party_member m on m.resident_id = p.resident_id
        join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id
        union select o.community_id, null from touched t
        join party_attendancenote n on n.meeting_id = {activity}
        join party_membership s on s.member_id = n.member_id join party_organisation o on o.id = s.organisation_id
    """


def around(organisation: str) -> str:
    """Return the seat of an organisation, and the communities of the branches whose members hold posts in it."""
    return f"""
        select o.community_id, null::bigint from touched t join party_organisation o on o.id = {organisation}
        union select o.community_id, null from touched t
        join party_office f on f.organisation_id = {organisation}
        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id
    """


OF_ORGANISATION = f"select t.community_id, null::bigint from touched t union {around('t.id')}"
AROUND = around("t.organisation_id")
OF_MEETING = f"{AROUND} union {branches_at_meetings('t.activity_id')}"
OF_OFFICE = f"{OF_MEMBERSHIP} union {OF_MEMBER}"
OF_PLEDGE = OF_OFFICE
OF_PLEDGE_ITEM = """
    select o.community_id, null::bigint from touched t
    join party_pledge g on g.id = t.pledge_id join party_organisation o on o.id = g.organisation_id
"""
OF_RESIDENT = """
    select o.community_id, null::bigint from touched t
    join party_membership s on s.member_id = t.id join party_organisation o on o.id = s.organisation_id
"""
# Of a resident also where he or she lives or lived: S4-30 counts people with their grids.
OF_VOLUNTEER = """
    select t.community_id, null::bigint from touched t
    union select g.community_id, null from touched t
    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id
"""
OF_SERVICE = "select v.community_id, null::bigint from touched t join volunteers_volunteer v on v.id = t.volunteer_id"
OF_FIELD = """
    select v.community_id, null::bigint from touched t
    join volunteers_servicerecord r on r.field_id = t.id join volunteers_volunteer v on v.id = r.volunteer_id
"""
