"""Writes on meetings: planning one, entering one that was held, moving and withdrawing it. Who came: attendance.py."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.actions import cancel_activity
from activities.life import publish_activity
from activities.models import Activity, ActivityKind, Category
from activities.planning import Links, change_plan, check_venue, explain, find_sent, hold_venue, plan_activity
from communities.models import Venue
from party.models import Meeting, MeetingKind
from party.slots import Slot

LATEST_ENTRY = timedelta(days=62)  # an older meeting is more likely a slip of the calendar than a late entry
SOURCE = "zh-hans"  # the catalogue of kinds is written in the language of the source, whatever the reader's is


@dataclass(frozen=True)
class Plan:
    """What is to be said of a meeting before it takes place."""

    title: str
    starts_at: datetime
    venue: Venue | None = None
    place: str = ""
    description: str = ""
    first_item: str = ""
    is_first_topic: bool = False


def find_kind(kind: MeetingKind) -> ActivityKind:
    """Return the kind of activity that a meeting is: of its name, else any of party life that is in use."""
    with translation.override(SOURCE):
        name = str(kind.label)
    usable = ActivityKind.objects.active().filter(category=Category.PARTY_LIFE, is_confidential=False)
    found = usable.filter(name=name).first() or usable.first()
    return found or ActivityKind.objects.get_or_create(name=name, defaults={"category": Category.PARTY_LIFE})[0]


@transaction.atomic
def hold_meeting(slot: Slot, plan: Plan, *, token: uuid.UUID, by: User) -> tuple[Meeting, bool]:
    """Plan a meeting for a slot, or enter one that was held; return it and whether it is new.

    Who came to a meeting that is over is said afterwards: until then it counts as held by nobody. The same token sent
    again returns what the first one saved.
    """
    if earlier := find_sent(token, by):
        return find_saved(earlier, slot), False
    check_day(slot, plan.starts_at)
    kind = find_kind(slot.kind)
    activity = Activity(
        community=slot.organisation.community,
        kind=kind,
        ends_at=plan.starts_at + timedelta(minutes=kind.usual_minutes),
        responsible=by,
        is_public=False,
        has_closed_roster=True,
    )
    describe(activity, plan)
    if plan.starts_at > timezone.now():
        activity, is_new = plan_activity(activity, links=Links(), token=token, by=by)
    else:
        activity, is_new = enter_past(activity, token, by)
    if not is_new:
        return find_saved(activity, slot), False
    if activity.status == Activity.Status.PLANNED:
        activity = publish_activity(activity, by=by)
    meeting = Meeting.objects.create(
        activity=activity,
        organisation=slot.organisation,
        kind=slot.kind,
        slot_start=slot.span.start,
        first_item=plan.first_item,
        is_first_topic=plan.is_first_topic,
    )
    note(meeting, "party_meeting.plan", by, kind=slot.kind, slot=slot.span.start.isoformat())
    return meeting, True


def find_saved(activity: Activity, slot: Slot) -> Meeting:
    """Return the meeting that a form sent before has made; refuse what it made of something else."""
    made = Meeting.objects.select_related("activity").filter(pk=activity.pk, organisation=slot.organisation).first()
    if made is None:
        raise ValidationError(_("这张表单已经用过，请刷新页面后再填一次。"))
    return made


def describe(activity: Activity, plan: Plan) -> None:
    """Fill in what a plan says."""
    activity.title, activity.description = plan.title, plan.description
    activity.starts_at, activity.venue, activity.place = plan.starts_at, plan.venue, plan.place


def check_day(slot: Slot, starts_at: datetime) -> None:
    """Refuse a day on which a meeting would not count for its slot, and one too long ago."""
    day = timezone.localtime(starts_at).date()
    if not slot.span.start <= day <= slot.last_day:
        first, last = date_format(slot.span.start, "Y-m-d"), date_format(slot.last_day, "Y-m-d")
        words = _("%(period)s的会要在 %(first)s 到 %(last)s 之间开，请核对日期。")
        raise ValidationError({"starts_at": words % {"period": slot.full_label, "first": first, "last": last}})
    if starts_at < timezone.now() - LATEST_ENTRY:
        raise ValidationError({"starts_at": _("这是两个月以前的会，不能再补记，请核对日期。")})


def enter_past(activity: Activity, token: uuid.UUID, by: User) -> tuple[Activity, bool]:
    """Save a meeting that is over as one that nobody has reported yet; return it and whether it is new."""
    activity.status, activity.client_token, activity.recorded_by = Activity.Status.PUBLISHED, token, by
    hold_venue(activity)
    try:
        check_venue(activity)
        with transaction.atomic():
            activity.save()
            record("activity.plan", by=by, target=activity, area_code=activity.community.code, to=activity.status)
    except (IntegrityError, ValidationError) as error:
        # Two taps: the first was saved while this one waited for it, or for the venue that the first now takes.
        if earlier := find_sent(token, by):
            return earlier, False
        if isinstance(error, IntegrityError):
            raise explain(error, activity) from error
        raise
    return activity, True


@transaction.atomic
def change_meeting(meeting: Meeting, slot: Slot, plan: Plan, *, seen: int | None, by: User) -> Meeting:
    """Move a planned meeting or say something else of it; another first item waits to be checked again."""
    check_day(slot, plan.starts_at)
    activity = meeting.activity
    length = activity.ends_at - activity.starts_at
    describe(activity, plan)
    activity.ends_at = plan.starts_at + length
    change_plan(activity, seen=seen, links=Links(), by=by)
    meeting = lock(meeting)
    if (plan.first_item, plan.is_first_topic) == (meeting.first_item, meeting.is_first_topic):
        return meeting
    was_checked = bool(meeting.checked_at)
    meeting.first_item, meeting.is_first_topic = plan.first_item, plan.is_first_topic
    meeting.checked_by = meeting.checked_at = None
    meeting.save(update_fields=["first_item", "is_first_topic", "checked_by", "checked_at"])
    note(meeting, "party_meeting.change", by, was_checked=was_checked)
    return meeting


def lock(meeting: Meeting) -> Meeting:
    """Return the meeting as it is now, locked until the transaction ends."""
    rows = Meeting.objects.select_for_update(of=("self",))
    return rows.select_related("activity", "organisation__community").get(pk=meeting.pk)


@transaction.atomic
def withdraw_meeting(meeting: Meeting, *, reason: str, by: User) -> Meeting:
    """Withdraw a meeting: it stays to be seen and counts for nothing. What the street has verified stands."""
    activity = Activity.objects.select_for_update().get(pk=meeting.pk)
    if activity.verified_at:
        raise ValidationError(_("街道已经核验这次会，不能撤销。确实有误，请先联系街道退回。"))
    cancel_activity(activity, reason=reason, by=by)
    note(meeting, "party_meeting.withdraw", by)
    return meeting


def note(meeting: Meeting, action: str, by: User, **detail: str | int) -> None:
    """Append a deed on a meeting to the audit log."""
    record(action, by=by, target=meeting, area_code=meeting.organisation.community.code, **detail)
