"""Reads the ratings of an activity for its page."""

from django import template

from activities import feedback
from activities.models import Activity

register = template.Library()


@register.simple_tag
def read_ratings(activity: Activity) -> feedback.Result | None:
    """Return what may be read of the ratings, None while there are too few."""
    return feedback.read_result(activity)


@register.simple_tag
def can_be_rated(activity: Activity) -> bool:
    """Tell whether residents can rate it at the moment."""
    return activity.status in (Activity.Status.PUBLISHED, Activity.Status.HELD) and feedback.is_open(activity)
