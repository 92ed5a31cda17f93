"""What happened: activity kinds and themes, activities, who took part. Figures made of them: indicators/."""

from activities.models.activities import Activity, ActivityQuerySet
from activities.models.catalogue import ActivityKind, Category, Programme, Theme
from activities.models.feedback import Feedback
from activities.models.participation import CheckIn, Method, Outsider, Participation, PersonalCode
from activities.models.photos import ActivityPhoto
from activities.models.signups import SeatQuota, SignUp
from activities.models.templates import ActivityTemplate

__all__ = [
    "Activity",
    "ActivityKind",
    "ActivityPhoto",
    "ActivityQuerySet",
    "ActivityTemplate",
    "Category",
    "CheckIn",
    "Feedback",
    "Method",
    "Outsider",
    "Participation",
    "PersonalCode",
    "Programme",
    "SeatQuota",
    "SignUp",
    "Theme",
]
