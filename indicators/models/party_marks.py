"""Party organisations and volunteers with the triggers that mark what their changes move. The log: marks.py."""

from indicators import marks, party_marks
from party.models import (
    AttendanceNote,
    Exemption,
    Meeting,
    MeetingRule,
    Member,
    Membership,
    Office,
    Organisation,
    Pledge,
    PledgeItem,
    PostClaim,
    ServiceLink,
    SlotExemption,
)
from volunteers.models import ServiceField, ServiceRecord, Volunteer


class MarkedOrganisation(Organisation):
    """Organisations with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.OF_ORGANISATION, columns=("community_id", "kind", "has_committee", "founded_on", "closed_on")
        )


class MarkedMember(Member):
    """Members with their trigger: before a spell in a branch, and after the last, nobody counts."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(party_marks.OF_RESIDENT, columns=("resident_id",), operations=("update",))


class MarkedSpellInBranch(Membership):
    """Spells in branches with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.OF_MEMBERSHIP, columns=("member_id", "organisation_id", "group_id", "since", "until")
        )


class MarkedExemption(Exemption):
    """Exemptions of members with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(party_marks.OF_MEMBER, columns=("member_id", "since", "until"))


class MarkedOffice(Office):
    """Posts in organisations with their triggers: who is on a committee is due at its meetings."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.OF_OFFICE, columns=("organisation_id", "post", "member_id", "since", "until")
        )


class MarkedMeetingRule(MeetingRule):
    """Rules of organisations with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.AROUND, columns=("organisation_id", "kind", "every", "grace_days", "starts_on")
        )


class MarkedSlotExemption(SlotExemption):
    """Meetings that need not be held, with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(party_marks.AROUND, columns=("organisation_id", "kind", "slot_start"))


class MarkedMeeting(Meeting):
    """Meetings with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.OF_MEETING,
            columns=("organisation_id", "kind", "slot_start", "is_first_topic"),
            key="activity_id",
        )


class MarkedAttendanceNote(AttendanceNote):
    """Notes on members who did not come, with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(party_marks.OF_MEMBER, columns=("meeting_id", "member_id", "made_up_on"))


class MarkedServiceLink(ServiceLink):
    """Links of members to grids and homes with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.OF_MEMBER, columns=("member_id", "grid_id", "household_id", "since", "until")
        )


class MarkedPostClaim(PostClaim):
    """Claims of posts with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(party_marks.OF_MEMBER, columns=("member_id", "since", "until"))


class MarkedPledge(Pledge):
    """Pledges with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.OF_PLEDGE,
            columns=("organisation_id", "member_id", "side", "year", "signed_on", "published_at"),
        )


class MarkedPledgeItem(PledgeItem):
    """What was promised, with its triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.OF_PLEDGE_ITEM, columns=("pledge_id", "is_public", "reviewed_at", "result_published_at")
        )


class MarkedVolunteer(Volunteer):
    """Volunteers with their triggers; a pause moves no figure."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.OF_VOLUNTEER, columns=("community_id", "resident_id", "registered_on", "left_on")
        )


class MarkedServiceRecord(ServiceRecord):
    """Service records with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            party_marks.OF_SERVICE,
            columns=("volunteer_id", "field_id", "starts_at", "ends_at", "confirmed_at", "withdrawn_at"),
        )


class MarkedServiceField(ServiceField):
    """Fields of service with their trigger: which are priorities. One without records moves nothing."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(party_marks.OF_FIELD, columns=("is_priority",), operations=("update",))
