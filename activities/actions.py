"""Writes on activities: logging what was held, reporting and changing it, withdrawing a wrong entry."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities import attendance
from activities.models import Activity, Outsider, Programme
from activities.photos import join_photos
from activities.versions import check_version
from grids.models import PopulationGroup, Resident

REPORTED_FIELDS = (
    *("kind", "theme", "title", "starts_at", "ends_at", "venue", "place", "mode", "origin", "assigned_by"),
    *("unnamed_count", "status", "reported_at", "reported_by", "verified_at", "verified_by"),
    *("returned_at", "return_reason", "version"),
)


def log_activity(
    activity: Activity,
    *,
    residents: Iterable[Resident],
    token: uuid.UUID,
    by: User,
    outsiders: Iterable[Outsider] = (),
    programmes: Iterable[Programme] = (),
    target_groups: Iterable[PopulationGroup] = (),
) -> tuple[Activity, bool]:
    """Save an activity that was held, with who came and its photos; return it and whether it is new.

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
            activity.programmes.set(programmes)
            activity.target_groups.set(target_groups)
            add_participants(activity, list(residents), by)
            set_outsiders(activity, outsiders, by)
            join_photos(activity, by=by)
            audit(activity, "activity.log", by)
    except IntegrityError:
        # Two sends of one form at the same moment: the other one won.
        earlier = Activity.objects.filter(client_token=token, recorded_by=by).first()
        if earlier is None:
            raise ValidationError(_("这张表单已经用过，请刷新页面后再填一次。")) from None
        return earlier, False
    return activity, True


@transaction.atomic
def change_activity(
    activity: Activity,
    *,
    residents: Iterable[Resident],
    by: User,
    seen: int | None,
    opened_at: datetime | None = None,
    outsiders: Iterable[Outsider] = (),
    programmes: Iterable[Programme] = (),
    target_groups: Iterable[PopulationGroup] = (),
) -> Activity:
    """Report an activity, or change its report: save it and make those who came exactly these.

    `seen` is the version that `by` was shown. What the street has verified or sent back waits for it again.
    Who has moved out of `by`'s communities since then cannot be ticked any more and so stays a participant; so does who
    was recorded after `opened_at`, when `by` opened the form.
    """
    opened_at = opened_at or timezone.now()
    before = Activity.objects.select_for_update(of=("self",)).select_related("kind").get(pk=activity.pk)
    if before.status == Activity.Status.CANCELLED:
        raise ValidationError(_("这项活动已经撤销，不能再修改。"))
    check_version(before, seen)
    check_held(activity)
    report(activity, before, by)
    activity.save(update_fields=REPORTED_FIELDS)
    activity.programmes.set(programmes)
    activity.target_groups.set(target_groups)
    moved = before.held_day != activity.held_day
    set_participants(activity, list(residents), by, moved=moved, opened_at=opened_at)
    set_outsiders(activity, outsiders, by, opened_at=opened_at)
    join_photos(activity, by=by)
    audit(activity, "activity.change" if before.reported_at else "activity.report", by)
    return activity


def report(activity: Activity, before: Activity, by: User) -> None:
    """Fill in that it was held, how long, and that its report waits to be verified."""
    activity.ends_at = activity.starts_at + (before.ends_at - before.starts_at)
    activity.status, activity.version = Activity.Status.HELD, before.version + 1
    activity.reported_at, activity.reported_by = timezone.now(), by
    activity.verified_at = activity.verified_by = activity.returned_at = None
    activity.return_reason = ""


@transaction.atomic
def cancel_activity(activity: Activity, *, reason: str, by: User) -> Activity:
    """Withdraw an activity with a reason: it stays to be seen, and no longer counts."""
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if activity.status == Activity.Status.CANCELLED:
        raise ValidationError(_("这项活动已经撤销。"))
    activity.status, activity.cancel_reason = Activity.Status.CANCELLED, reason
    activity.version += 1
    activity.save(update_fields=["status", "cancel_reason", "version"])
    audit(activity, "activity.cancel", by, reason=reason)
    return activity


def check_held(activity: Activity) -> None:
    """Refuse what cannot have been held."""
    if activity.starts_at > timezone.now():
        raise ValidationError({"starts_at": _("活动时间在将来，请核对：这里记录的是已经举办的活动。")})


def add_participants(activity: Activity, residents: list[Resident], by: User) -> None:
    """Add named participants with the grid they lived in that day. Confidential kinds take none."""
    if residents and activity.kind.is_confidential:
        raise ValidationError({"residents": _("“%(kind)s”只记人数，不登记姓名。") % {"kind": activity.kind}})
    gone = attendance.add_participants(activity, [resident.pk for resident in residents], by=by.pk)
    if gone:
        refuse_gone([resident for resident in residents if resident.pk in gone], activity.held_day)


def refuse_gone(residents: list[Resident], day: date) -> None:
    """Refuse participants who did not live here any more."""
    names = _("、").join(resident.masked_name for resident in residents)
    words = _("%(names)s 在 %(day)s 时已经迁出或去世，不能登记为参加。请把这几位去掉，或核对活动日期。")
    raise ValidationError({"residents": words % {"names": names, "day": date_format(day, "Y-m-d")}})


def set_participants(
    activity: Activity, residents: list[Resident], by: User, *, moved: bool, opened_at: datetime
) -> None:
    """Make the named participants exactly these; `moved` to another day, all are looked up again in their grids."""
    wanted = {resident.pk: resident for resident in residents}
    # Of others the form shows no box: that none is ticked says nothing about them.
    tickable = activity.participations.filter(resident__in=Resident.objects.visible_to(by).values("pk"))
    tickable.filter(recorded_at__lte=opened_at).exclude(resident_id__in=wanted).delete()
    if activity.kind.is_confidential:
        activity.participations.all().delete()
    if moved:
        move_participants(activity, by)
    kept = set(activity.participations.values_list("resident_id", flat=True))
    add_participants(activity, [resident for pk, resident in wanted.items() if pk not in kept], by)


def move_participants(activity: Activity, by: User) -> None:
    """Put the participants whom `by` sees into the grids where they lived on the activity's new day."""
    seen = activity.participations.filter(resident__community__in=by.communities())
    came = list(seen.select_related("resident"))
    where = attendance.find_whereabouts([participation.resident_id for participation in came], activity.held_day)
    if where.gone:
        refuse_gone([p.resident for p in came if p.resident_id in where.gone], activity.held_day)
    for participation in came:
        participation.grid_id = where.grids[participation.resident_id]
    activity.participations.bulk_update(came, ["grid"])


def set_outsiders(
    activity: Activity, outsiders: Iterable[Outsider], by: User, *, opened_at: datetime | None = None
) -> None:
    """Make the outsiders exactly these; who is recorded already stays as recorded."""
    outsiders = list(outsiders)
    if outsiders and activity.kind.is_confidential:
        raise ValidationError({"outsiders": _("“%(kind)s”只记人数，不登记姓名。") % {"kind": activity.kind}})
    shown = activity.outsiders.filter(recorded_at__lte=opened_at or timezone.now())
    shown.exclude(pk__in=[outsider.pk for outsider in outsiders if outsider.pk]).delete()
    fresh = [
        Outsider(activity=activity, name=outsider.name, tail=outsider.tail, recorded_by=by)
        for outsider in outsiders
        if not outsider.pk
    ]
    Outsider.objects.bulk_create(fresh, ignore_conflicts=True)


def audit(activity: Activity, action: str, by: User, **detail: Any) -> None:
    """Append the deed to the audit log."""
    people = activity.participations.count()
    record(action, by=by, target=activity, area_code=activity.community.code, people=people, **detail)
