"""Work made of gaps, in words: what was planned, and where it stands."""

from django.utils.translation import gettext as _

from activities.models import Activity
from dashboards.models import GapWork


def describe_work(work: GapWork) -> str:
    """Return in a few words what was planned for a gap: 走访，到 12-31; 活动，12-05 已举办."""
    if work.plan:
        if work.plan.closed_at:
            return _("走访，已结束")
        return _("走访，到 %(day)s") % {"day": f"{work.plan.ends_on:%m-%d}"} if work.plan.ends_on else _("走访")
    return describe_activity(work.activity) if work.activity else ""


def describe_activity(activity: Activity) -> str:
    """Return the day of an activity and whether it was held."""
    words = {
        Activity.Status.HELD: _("活动，%(day)s 已举办"),
        Activity.Status.CANCELLED: _("活动，%(day)s 已撤销"),
    }
    return words.get(Activity.Status(activity.status), _("活动，%(day)s")) % {"day": f"{activity.held_day:%m-%d}"}
