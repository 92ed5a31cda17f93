"""What becomes of an activity: published, verified, sent back. Its plan: planning.py; its report: actions.py."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.models import Activity
from activities.versions import check_version

Status = Activity.Status
Phase = Activity.Phase


@transaction.atomic
def publish_activity(activity: Activity, *, by: User) -> Activity:
    """Make a plan firm; residents can then read it, when it is for the public, and sign up."""
    activity = lock(activity)
    if activity.status == Status.PUBLISHED:
        raise ValidationError(_("这项活动已经发布过了。"))
    if activity.status != Status.PLANNED:
        raise ValidationError(_("只有计划中的活动才能发布。"))
    if activity.ends_at <= timezone.now():
        raise ValidationError(_("活动时间已过，不用再发布：办过了请填报，没办成请撤销。"))
    before, activity.status = activity.phase, Status.PUBLISHED
    return save(activity, "publish", by, before, ["status"])


@transaction.atomic
def verify_activity(activity: Activity, *, seen: int | None, by: User, heads: int | None = None) -> Activity:
    """Confirm a report, of the version that `by` has read.

    `heads` is the 人次 that `by` has read: a check-in that arrives late changes it without making a new version.
    """
    activity = lock(activity)
    check_reported(activity)
    if activity.verified_at:
        raise ValidationError(_("这项活动已经核验过了。"))
    if activity.returned_at:
        raise ValidationError(_("这项活动已退回社区，等社区改好重新填报后再核验。"))
    check_version(activity, seen)
    if heads is not None and heads != Activity.objects.with_people().get(pk=activity.pk).heads:
        raise ValidationError(_("您看过以后，又有签到传上来，人数变了。请看一眼现在的人数，再核验。"))
    before, activity.verified_at, activity.verified_by = activity.phase, timezone.now(), by
    return save(activity, "verify", by, before, ["verified_at", "verified_by"])


@transaction.atomic
def return_activity(activity: Activity, *, reason: str, by: User) -> Activity:
    """Send a report back with a reason, also one that was verified by mistake."""
    activity = lock(activity)
    check_reported(activity)
    if activity.returned_at:
        raise ValidationError(_("这项活动已经退回过，社区还没有重新填报。"))
    before = activity.phase
    activity.verified_at = activity.verified_by = None
    activity.returned_at, activity.return_reason = timezone.now(), reason
    fields = ["verified_at", "verified_by", "returned_at", "return_reason"]
    return save(activity, "return", by, before, fields, note=reason)


def check_reported(activity: Activity) -> None:
    """Refuse to judge what is not reported, or no longer stands."""
    if activity.status == Status.CANCELLED:
        raise ValidationError(_("这项活动已经撤销，不用核验。"))
    if not activity.reported_at:
        raise ValidationError(_("社区还没有填报这项活动，填报后才能核验。"))


def lock(activity: Activity) -> Activity:
    """Return the activity as it is now, locked until the transaction ends."""
    return Activity.objects.select_for_update(of=("self",)).select_related("community").get(pk=activity.pk)


def save(activity: Activity, deed: str, by: User, before: Phase, fields: list[str], note: str = "") -> Activity:
    """Save a transition as a new version, and record from where to where it went."""
    activity.version += 1
    activity.save(update_fields=[*fields, "version"])
    steps = {"from": before, "to": activity.phase, "note": note}
    record(f"activity.{deed}", by=by, target=activity, area_code=activity.community.code, **steps)
    return activity
