"""Counts the sign-ups of an activity for its page."""

from django import template

from activities import sign_up_list
from activities.models import Activity

register = template.Library()


@register.simple_tag
def count_seats(activity: Activity) -> sign_up_list.SeatCounts:
    """Return how many have a seat and how many wait."""
    return sign_up_list.count_seats(activity)
