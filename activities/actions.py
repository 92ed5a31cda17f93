"""Writes on activities: logging what was held, changing who took part, withdrawing a wrong entry."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities import attendance
from activities.models import Activity
from grids.models import Resident


def log_activity(
    activity: Activity, *, residents: Iterable[Resident], token: uuid.UUID, by: User
) -> tuple[Activity, bool]:
    """Save an activity that was held, with its named participants; return it and whether it is new.

    The same client token sent again (a double tap, a retry after a lost connection) returns what the first one saved.
    """
    if earlier := Activity.objects.filter(client_token=token, recorded_by=by).first():
        return earlier, False
    activity.client_token, activity.recorded_by = token, by
    activity.ends_at = activity.ends_at or activity.starts_at + timedelta(minutes=activity.kind.usual_minutes)
    activity.reported_at, activity.reported_by = timezone.now(), by
    check_held(activity)
    try:
        with transaction.atomic():
            activity.save()
            add_participants(activity, residents, by)
            audit(activity, "activity.log", by)
    except IntegrityError:
        # Two sends of one form at the same moment: the other one won.
        earlier = Activity.objects.filter(client_token=token, recorded_by=by).first()
        if earlier is None:
            raise ValidationError(_("这张表单已经用过，请刷新页面后再填一次。")) from None
        return earlier, False
    return activity, True


@transaction.atomic
def change_activity(activity: Activity, *, residents: Iterable[Resident], by: User) -> Activity:
    """Save a changed activity and make its named participants exactly these.

    Who has moved out of `by`'s communities since then cannot be ticked any more and so stays a participant.
    """
    check_held(activity)
    before = Activity.objects.get(pk=activity.pk)
    activity.ends_at = activity.starts_at + (before.ends_at - before.starts_at)
    activity.save()
    wanted = {resident.pk: resident for resident in residents}
    tickable = activity.participations.filter(resident__community__in=by.communities())
    tickable.exclude(resident_id__in=wanted).delete()
    kept = set(activity.participations.values_list("resident_id", flat=True))
    add_participants(activity, [resident for pk, resident in wanted.items() if pk not in kept], by)
    audit(activity, "activity.change", by)
    return activity


@transaction.atomic
def cancel_activity(activity: Activity, *, reason: str, by: User) -> Activity:
    """Withdraw an activity with a reason: it stays to be seen, and no longer counts."""
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if not activity.is_held:
        raise ValidationError(_("这项活动已经撤销。"))
    activity.status, activity.cancel_reason = Activity.Status.CANCELLED, reason
    activity.save(update_fields=["status", "cancel_reason"])
    audit(activity, "activity.cancel", by, reason=reason)
    return activity


def check_held(activity: Activity) -> None:
    """Refuse what cannot have been held."""
    if activity.starts_at > timezone.now():
        raise ValidationError({"starts_at": _("活动时间在将来，请核对：这里记录的是已经举办的活动。")})


def add_participants(activity: Activity, residents: Iterable[Resident], by: User) -> None:
    """Add named participants with the grid they lived in that day. Confidential kinds take none."""
    keys = [resident.pk for resident in residents]
    if keys and activity.kind.is_confidential:
        raise ValidationError({"residents": _("“%(kind)s”只记人数，不登记姓名。") % {"kind": activity.kind}})
    attendance.add_participants(activity, keys, by=by.pk)


def audit(activity: Activity, action: str, by: User, **detail: Any) -> None:
    """Append the deed to the audit log."""
    people = activity.participations.count()
    record(action, by=by, target=activity, area_code=activity.community.code, people=people, **detail)
