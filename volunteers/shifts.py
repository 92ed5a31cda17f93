"""Writes on shifts: planning one (with its activity), changing what it needs, calling it off. Places: sign_ups.py."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.life import publish_activity
from activities.models import Activity
from activities.planning import Links, plan_activity
from volunteers.models import MAX_HOURS, Shift, ShiftNeed

Needs = Mapping[int | None, int]  # key of a skill (None: any volunteer) -> how many

CHANGEABLE = ("title", "place", "field", "team", "starts_at", "ends_at", "is_open")
AROUND = timedelta(hours=12)  # setting up before an activity, clearing away after it


@transaction.atomic
def add_shift(shift: Shift, *, needs: Needs, by: User) -> Shift:
    """Save a new shift of an activity. The same form (token) sent again finds what the first one saved."""
    activity = Activity.objects.select_for_update(no_key=True).get(pk=shift.activity_id)
    if activity.status == Activity.Status.CANCELLED:
        raise ValidationError(_("这项活动已经撤销，不能再加班次。"))
    check_times(shift)
    if earlier := activity.shifts.filter(client_token=shift.client_token).first():
        return earlier
    if Shift.objects.filter(client_token=shift.client_token).exists():
        raise ValidationError(_("这张表已经用来建过别的班次。请重新打开“新班次”再填。"))
    shift.created_by = by
    shift.save()
    ShiftNeed.objects.bulk_create(ShiftNeed(shift=shift, skill_id=skill, number=n) for skill, n in needs.items())
    note(shift, "shift.add", by)
    return shift


@transaction.atomic
def plan_shift(shift: Shift, *, activity: Activity, needs: Needs, token: uuid.UUID, by: User) -> Shift:
    """Plan an activity that is this one shift, make it firm, and save the shift. The same token again saves nothing."""
    saved, is_new = plan_activity(activity, links=Links(), token=token, by=by)
    if earlier := None if is_new else saved.shifts.order_by("pk").first():
        return earlier
    shift.activity, shift.client_token = publish_activity(saved, by=by) if is_new else saved, token
    return add_shift(shift, needs=needs, by=by)


@transaction.atomic
def change_shift(shift: Shift, *, fields: Iterable[str], needs: Needs, by: User) -> Shift:
    """Save the changed fields of a shift; what a colleague changed in others meanwhile stays.

    Places that somebody has taken stay too: they are cancelled one by one, by telling people.
    """
    saved = lock(shift.pk)
    check_standing(saved)
    changed = [name for name in CHANGEABLE if name in {*fields}]
    for name in changed:
        setattr(saved, name, getattr(shift, name))
    if {"starts_at", "ends_at"} & {*changed}:  # the activity may have moved since, and a new place is no new time
        check_times(saved)
    saved.save(update_fields=changed)
    change_needs(saved, needs)
    note(saved, "shift.change", by, fields=changed)
    return saved


def change_needs(shift: Shift, needs: Needs) -> None:
    """Make the needs exactly these, unless fewer places were left than people hold."""
    kept = {need.skill_id: need for need in ShiftNeed.objects.with_taken().filter(shift=shift).select_related("skill")}
    for skill, need in kept.items():
        if needs.get(skill, 0) < need.taken:  # type: ignore[attr-defined]
            name = need.skill or _("不限技能")
            words = _("“%(need)s”已有 %(taken)s 人报名，不能少于这个数。请先和报名的人商量，取消后再改。")
            raise ValidationError(words % {"need": name, "taken": need.taken})  # type: ignore[attr-defined]
        if skill not in needs and need.sign_ups.exists():
            words = _("“%(need)s”有人报过名（已取消），要留着备查，不能去掉。请写 1 人，或不再开放报名。")
            raise ValidationError(words % {"need": need.skill or _("不限技能")})
        if skill not in needs:
            need.delete()
    ShiftNeed.objects.bulk_create(
        [ShiftNeed(shift=shift, skill_id=skill, number=number) for skill, number in needs.items()],
        update_conflicts=True,
        unique_fields=["shift", "skill"],
        update_fields=["number"],
    )


@transaction.atomic
def cancel_shift(shift: Shift, *, reason: str, by: User) -> Shift:
    """Call a shift off; why stands in the audit log. Who signed up stays on the list, to be called."""
    shift = lock(shift.pk)
    if shift.is_off:
        raise ValidationError(_("这个班次已经撤销了。"))
    shift.cancelled_at = timezone.now()
    shift.save(update_fields=["cancelled_at"])
    note(shift, "shift.cancel", by, reason=reason)
    return shift


def lock(pk: int) -> Shift:
    """Return the shift as it is now, locked: taking a place, changing needs and calling off wait for one another."""
    return Shift.objects.select_for_update(of=("self",)).select_related("activity__community").get(pk=pk)


def check_standing(shift: Shift) -> None:
    """Refuse to change what was called off, or is over."""
    if shift.is_off:
        raise ValidationError(_("这个班次已经撤销，不能再改。"))
    if shift.ends_at <= timezone.now():
        raise ValidationError(_("这个班次已经结束，不能再改。时长请到“时长”里更正。"))


def check_times(shift: Shift) -> None:
    """Refuse times that cannot be meant: backwards, past, longer than a day, or far from the activity."""
    activity = shift.activity
    if shift.ends_at <= shift.starts_at:
        raise ValidationError({"ends_at": _("结束时间要晚于开始时间。")})
    if shift.ends_at <= timezone.now():
        raise ValidationError({"ends_at": _("这个时间已经过去。做过的服务请用“补录时长”。")})
    if shift.ends_at - shift.starts_at > timedelta(hours=MAX_HOURS):
        words = _("一个班次最长 %(hours)s 小时，更长的请分成几个班次。")
        raise ValidationError({"ends_at": words % {"hours": MAX_HOURS}})
    if shift.starts_at < activity.starts_at - AROUND or shift.ends_at > activity.ends_at + AROUND:
        words = _("班次要在活动前后 12 小时以内。活动是 %(from)s 到 %(to)s。")
        span = {"from": write_moment(activity.starts_at), "to": write_moment(activity.ends_at)}
        raise ValidationError({"starts_at": words % span})


def write_moment(moment: Any) -> str:
    """Return a moment as staff reads it."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def note(shift: Shift, action: str, by: User, **detail: Any) -> None:
    """Append the deed to the audit log."""
    activity = shift.activity
    record(action, by=by, target=shift, area_code=activity.community.code, activity=activity.pk, **detail)
