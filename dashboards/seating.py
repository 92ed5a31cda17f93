"""How many people of several activities have a seat and have not been told: a constant number of queries."""

from activities.models import Activity, ActivityQuerySet, SignUp
from activities.sign_up_list import find_seatings


def count_to_tell(activities: ActivityQuerySet) -> dict[Activity, int]:
    """Return the activities with somebody to tell, by time, and how many it is."""
    untold = SignUp.objects.standing().filter(activity__in=activities, told_at=None).select_related("activity")
    by_activity: dict[Activity, set[int]] = {}
    for wish in untold:
        by_activity.setdefault(wish.activity, set()).add(wish.pk)
    seatings = find_seatings(by_activity) if by_activity else {}
    return {
        activity: number
        for activity in sorted(by_activity, key=lambda activity: activity.starts_at)
        if (number := len(by_activity[activity].intersection(seatings[activity.pk].seated)))
    }
