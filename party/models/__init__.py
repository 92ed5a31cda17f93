"""Party organisations and their life: the tree, members, meetings, posts and pledges. Figures: indicators/."""

from party.models.meetings import (
    EDUCATION,
    THREE_MEETINGS,
    AttendanceNote,
    Meeting,
    MeetingKind,
    MeetingRule,
    SlotExemption,
)
from party.models.members import Exemption, Member, Membership, Registration, ServiceLink
from party.models.organisations import Office, Organisation, OrganisationLink, Term
from party.models.pledges import Pledge, PledgeItem
from party.models.posts import PostClaim, PostReview, ServicePost

__all__ = [
    "EDUCATION",
    "THREE_MEETINGS",
    "AttendanceNote",
    "Exemption",
    "Meeting",
    "MeetingKind",
    "MeetingRule",
    "Member",
    "Membership",
    "Office",
    "Organisation",
    "OrganisationLink",
    "Pledge",
    "PledgeItem",
    "PostClaim",
    "PostReview",
    "Registration",
    "ServiceLink",
    "ServicePost",
    "SlotExemption",
    "Term",
]
