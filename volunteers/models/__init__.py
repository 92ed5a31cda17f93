"""Volunteers, their teams, shifts, hours and certificates. Who came to an activity: activities/; figures: above."""

from volunteers.models.catalogue import FreeTime, ServiceField, Skill
from volunteers.models.people import ADULT, LEAST_AGE, Volunteer
from volunteers.models.service import MAX_HOURS, Certificate, RecordEntry, ServiceRecord, Thanks
from volunteers.models.shifts import Shift, ShiftNeed, ShiftSignUp
from volunteers.models.teams import Team, TeamMember

__all__ = [
    "ADULT",
    "LEAST_AGE",
    "MAX_HOURS",
    "Certificate",
    "FreeTime",
    "RecordEntry",
    "ServiceField",
    "ServiceRecord",
    "Shift",
    "ShiftNeed",
    "ShiftSignUp",
    "Skill",
    "Team",
    "TeamMember",
    "Thanks",
    "Volunteer",
]
