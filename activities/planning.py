"""Planning activities: writing a plan, changing it, and what a plan may say. What becomes of it: life.py."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.models import Activity, ActivityTemplate, SeatQuota
from activities.venues import Bookings, check_capacity, constraint_of, is_clash
from activities.versions import check_version
from communities.models import Venue

# What an activity, its template and its copy have in common.
SHARED_FIELDS = (
    "kind",
    "theme",
    "title",
    "description",
    "venue",
    "place",
    "mode",
    "origin",
    "assigned_by",
    "capacity",
    "is_public",
    "responsible",
)
LINKS = ("programmes", "target_groups", "target_grids")
PLAN_FIELDS = (*SHARED_FIELDS, "starts_at", "ends_at", "sign_up_opens_at", "sign_up_closes_at")
MAX_DAYS_AHEAD = 400  # further ahead nobody plans: a wrong year
MAX_DAYS_LONG = 31


@dataclass(frozen=True)
class Links:
    """What belongs to a plan beside its own row: rows of its many-to-many fields by name, seats kept by group key."""

    rows: Mapping[str, Iterable[Any]] = field(default_factory=dict)
    seats: Mapping[int, int] = field(default_factory=dict)


def plan_activity(activity: Activity, *, links: Links, token: uuid.UUID, by: User) -> tuple[Activity, bool]:
    """Save a new plan; return it and whether it is new. The same token sent again returns what the first one saved."""
    if earlier := find_sent(token, by):
        return earlier, False
    activity.status, activity.client_token, activity.recorded_by = Activity.Status.PLANNED, token, by
    check_time(activity)
    check_venue(activity)
    try:
        with transaction.atomic():
            hold_venue(activity)
            activity.save()
            save_links(activity, links)
            note(activity, "activity.plan", by, to=activity.status)
    except IntegrityError as error:
        if earlier := find_sent(token, by):
            return earlier, False
        raise explain(error, activity) from error
    return activity, True


def find_sent(token: uuid.UUID, by: User) -> Activity | None:
    """Return what this user has saved with the token."""
    return Activity.objects.filter(client_token=token, recorded_by=by).first()


@transaction.atomic
def change_plan(activity: Activity, *, seen: int | None, links: Links, by: User) -> Activity:
    """Save a changed plan, when nobody else has changed it since the version that `by` has seen."""
    saved = Activity.objects.select_for_update().get(pk=activity.pk)
    check_version(saved, seen)
    if not saved.is_planned:
        raise ValidationError(_("这项活动已经办过或撤销，计划不能再改。"))
    changed = [name for name in PLAN_FIELDS if getattr(saved, name) != getattr(activity, name)]
    if "starts_at" in changed:
        check_time(activity)
    check_venue(activity)
    activity.version = saved.version + 1
    try:
        with transaction.atomic():
            hold_venue(activity)
            activity.save(update_fields=[*PLAN_FIELDS, "version"])
            save_links(activity, links)
    except IntegrityError as error:
        raise explain(error, activity) from error
    note(activity, "activity.change", by, fields=changed)
    return activity


def check_time(activity: Activity) -> None:
    """Refuse a plan for the past, or so far ahead that the year must be wrong."""
    now = timezone.now()
    if activity.starts_at <= now:
        raise ValidationError({"starts_at": _("这个时间已经过去。已经办完的活动，请用“记活动”。")})
    if activity.starts_at > now + timedelta(days=MAX_DAYS_AHEAD):
        raise ValidationError({"starts_at": _("这个时间太远，请核对年份。")})
    if activity.ends_at > activity.starts_at + timedelta(days=MAX_DAYS_LONG):
        raise ValidationError({"ends_at": _("活动长过一个月，请核对结束时间。")})


def check_venue(activity: Activity) -> None:
    """Refuse a venue that is closed, taken or too small."""
    if activity.venue is None:
        return
    bookings = Bookings.around(activity.venue, activity.starts_at, activity.ends_at)
    if trouble := bookings.find_trouble(activity.venue, activity.starts_at, activity.ends_at, besides=activity.pk):
        raise ValidationError({"venue": trouble})
    if trouble := check_capacity(activity.venue, activity.capacity):
        raise ValidationError({"capacity": trouble})


def hold_venue(activity: Activity) -> None:
    """Let bookings of one venue be saved one after the other.

    Two that overlap would each wait for the other to see whether it stays, and PostgreSQL would end one as a deadlock.
    """
    if activity.venue_id:
        Venue.objects.select_for_update(no_key=True).get(pk=activity.venue_id)


def explain(error: IntegrityError, activity: Activity) -> ValidationError:
    """Return in words what the database refused because somebody else was quicker."""
    if is_clash(error):
        try:
            check_venue(activity)
        except ValidationError as trouble:
            return trouble
    if constraint_of(error) == "activities_activity_once_a_slot":
        return ValidationError(_("这一期刚刚已经排好，请到活动列表看看。"))
    return ValidationError(_("没有保存：刚才有人改了相关内容，请再保存一次。"))


def save_links(activity: Activity, links: Links) -> None:
    """Make tags, targets and kept seats exactly these."""
    for name, rows in links.rows.items():
        getattr(activity, name).set(rows)
    activity.quotas.exclude(group__in=links.seats).delete()
    SeatQuota.objects.bulk_create(
        [SeatQuota(activity=activity, group_id=group, seats=seats) for group, seats in links.seats.items()],
        update_conflicts=True,
        unique_fields=["activity", "group"],
        update_fields=["seats"],
    )


def note(activity: Activity, action: str, by: User, **detail: Any) -> None:
    """Append the deed to the audit log."""
    record(action, by=by, target=activity, area_code=activity.community.code, **detail)


def describe_source(source: Activity | ActivityTemplate) -> dict[str, Any]:
    """Return what a plan takes over from an earlier activity or a template, as initial values of its form."""
    return model_to_dict(source, fields=[*SHARED_FIELDS, *LINKS])


def find_next_time(earlier: datetime) -> datetime:
    """Return the next time to come on the same day of the week at the same hour."""
    now = timezone.now()
    weeks = max(1, -((earlier - now) // timedelta(weeks=1)))
    return earlier + timedelta(weeks=weeks)
