"""Writes on service records: collected from check-ins, typed in, confirmed by another, corrected, withdrawn.

A record's facts never change: a correction withdraws it and writes another, which again waits for somebody else.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record as note
from accounts.models import User
from activities.models import Activity
from volunteers.hours import drop_seconds
from volunteers.models import MAX_HOURS, ServiceField, ServiceRecord, Volunteer
from volunteers.stays import Stays, find_hands, find_stays

AROUND = timedelta(days=1)  # service may begin the day before an activity, and end the day after it
Source = ServiceRecord.Source


class Reason(models.TextChoices):
    """Why a record is withdrawn: a closed list, so that no free text about people arises (rule R29)."""

    WRONG_TIMES = "wrong_times", gettext_lazy("时间记错了")
    NO_CHECK_OUT = "no_check_out", gettext_lazy("忘记签退，时间不准")
    OTHER_PERSON = "other_person", gettext_lazy("记到了别人名下")
    NO_SERVICE = "no_service", gettext_lazy("只是参加，没有做服务")
    TWICE = "twice", gettext_lazy("重复登记")


@dataclass
class Outcome:
    """What became of records that somebody wanted to confirm: keys confirmed, and why others were not."""

    confirmed: list[int] = field(default_factory=list)
    own: int = 0  # recorded, or scanned in or out, by who wanted to confirm
    earlier: Counter[str] = field(default_factory=Counter)  # colleague -> how many she has confirmed before
    withdrawn: int = 0


# --- Recording


@transaction.atomic
def collect(activity: Activity, *, by: User) -> Stays:
    """Make records of the stays that check-in and check-out tell of; return what was collected and what is to be asked.

    Twice gives nothing new, also at the same moment: the activity is locked.
    """
    activity = Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
    check_counts(activity)
    stays = find_stays(activity)
    rows = [
        ServiceRecord(
            volunteer=stay.volunteer,
            activity=activity,
            shift=stay.shift,
            field=stay.shift.field if stay.shift else None,
            starts_at=stay.came,
            ends_at=stay.left,  # type: ignore[misc]  # whole stays have both
            source=Source.CHECKED,
            recorded_by=stay.by,
        )
        for stay in stays.ready
    ]
    ServiceRecord.objects.bulk_create(rows)
    if rows:
        keys = [row.pk for row in rows]
        note("service.collect", by=by, target=activity, area_code=activity.community.code, records=keys)
    return stays


def check_counts(activity: Activity) -> None:
    """Refuse an activity of which no hours are counted."""
    if activity.status == Activity.Status.CANCELLED:
        raise ValidationError(_("这项活动已经撤销，不计时长。"))


@transaction.atomic
def add_record(
    volunteer: Volunteer,
    *,
    activity: Activity,
    starts_at: datetime,
    ends_at: datetime,
    service_field: ServiceField | None,
    by: User,
) -> ServiceRecord:
    """Write down what no check-in tells; somebody else confirms it."""
    check_counts(activity)
    row = ServiceRecord(
        volunteer=volunteer,
        activity=activity,
        field=service_field,
        starts_at=drop_seconds(starts_at),
        ends_at=drop_seconds(ends_at),
        source=Source.TYPED,
        recorded_by=by,
    )
    check_facts(row)
    save_new(row)
    audit(row, "service.add", by)
    return row


def check_facts(row: ServiceRecord) -> None:
    """Refuse times that cannot be, and service of somebody who was no volunteer then."""
    if row.ends_at <= row.starts_at:
        raise ValidationError({"ends_at": _("结束时间要晚于开始时间。")})
    if row.ends_at > timezone.now():
        raise ValidationError({"ends_at": _("这个时间还没到，服务结束以后再记。")})
    if row.ends_at - row.starts_at > timedelta(hours=MAX_HOURS):
        words = _("一次服务最长 %(hours)s 小时，请核对日期；确实更长的请分天记。")
        raise ValidationError({"ends_at": words % {"hours": MAX_HOURS}})
    activity, volunteer = row.activity, row.volunteer
    if row.starts_at < activity.starts_at - AROUND or row.ends_at > activity.ends_at + AROUND:
        words = _("服务要在活动前后一天以内，这项活动在 %(day)s。")
        raise ValidationError({"starts_at": words % {"day": activity.held_day}})
    day = timezone.localtime(row.starts_at).date()
    registered, left = volunteer.registered_on, volunteer.left_on
    was_in = registered is not None and registered <= day and (left is None or day <= left)
    if not was_in or volunteer.community_id != activity.community_id:
        raise ValidationError({"person": _("这位在那一天还不是（或已不是）本社区的在册志愿者。")})


def save_new(row: ServiceRecord) -> None:
    """Save a record, unless just the same stands already."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise ValidationError(_("这位在这项活动的同一段时间已经记过了。")) from None


# --- Confirming


@transaction.atomic
def confirm_records(records: Iterable[ServiceRecord], *, by: User) -> Outcome:
    """Confirm what others have recorded. Of two who confirm the same at once, the second is told who was quicker."""
    outcome, now = Outcome(), timezone.now()
    rows = lock([one.pk for one in records])
    hands = find_hands(rows)
    for row in rows:
        if row.withdrawn_at:
            outcome.withdrawn += 1
        elif row.confirmed_by:  # fetched after the lock was had, see lock()
            outcome.earlier[row.confirmed_by.name] += 1
        elif by.pk in hands[row.pk]:
            outcome.own += 1
        else:
            row.confirmed_by, row.confirmed_at = by, now
            row.save(update_fields=["confirmed_by", "confirmed_at"])
            outcome.confirmed.append(row.pk)
            community = row.activity.community
    if outcome.confirmed:
        note("service.confirm", by=by, target=community, area_code=community.code, records=outcome.confirmed)
    return outcome


def lock(keys: Iterable[int]) -> list[ServiceRecord]:
    """Return records as they are now, locked in the order of their keys, so that two never wait for each other.

    Only what never changes is joined: a row that had to wait for its lock comes with the joins of before.
    """
    rows = ServiceRecord.objects.select_for_update(of=("self",)).filter(pk__in=list(keys)).order_by("pk")
    return list(rows.select_related("activity__community", "volunteer"))


# --- Putting right


@transaction.atomic
def correct_record(
    row: ServiceRecord, *, starts_at: datetime, ends_at: datetime, reason: Reason, by: User
) -> ServiceRecord:
    """Replace a record by one with other times; the old one stays to be seen, withdrawn with a reason."""
    old = withdraw(row, reason, by)
    new = ServiceRecord(
        volunteer=old.volunteer,
        activity=old.activity,
        shift=old.shift,
        field=old.field,
        starts_at=drop_seconds(starts_at),
        ends_at=drop_seconds(ends_at),
        source=Source.CORRECTED,
        recorded_by=by,
        corrects=old,
    )
    if (new.starts_at, new.ends_at) == (old.starts_at, old.ends_at):
        raise ValidationError(_("时间没有变，不用更正。"))
    check_facts(new)
    save_new(new)
    audit(new, "service.correct", by, corrects=old.pk, reason=str(reason))
    return new


@transaction.atomic
def withdraw_record(row: ServiceRecord, *, reason: Reason, by: User) -> ServiceRecord:
    """Take a record back without another in its place."""
    old = withdraw(row, reason, by)
    audit(old, "service.withdraw", by, reason=str(reason))
    return old


def withdraw(row: ServiceRecord, reason: Reason, by: User) -> ServiceRecord:
    """Mark a locked record as withdrawn, unless a colleague has done so."""
    [old] = lock([row.pk])
    if old.withdrawn_at:
        raise ValidationError(_("同事刚更正或撤回过这条记录。您这次没有改动。"))
    old.withdrawn_at, old.withdrawn_by, old.withdraw_reason = timezone.now(), by, str(reason)
    old.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    return old


def audit(row: ServiceRecord, action: str, by: User, **detail: Any) -> None:
    """Append the deed to the audit log."""
    about = {"activity": row.activity_id, "volunteer": row.volunteer_id} | detail
    note(action, by=by, target=row, area_code=row.activity.community.code, **about)
