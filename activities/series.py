"""Series (每周三, 逢六, festivals): on which days a template comes again, and planning the activities of these days."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities import festivals
from activities.models import Activity, ActivityTemplate
from activities.planning import LINKS, SHARED_FIELDS, Links, plan_activity
from activities.venues import Bookings
from communities.models import VenueHours

Recurrence = ActivityTemplate.Recurrence


@dataclass(frozen=True)
class Slot:
    """A day of a series: the activity that stands for it, or why there can be none at the moment."""

    day: date
    activity: Activity | None = None
    trouble: str = ""
    is_new: bool = False


def find_days(template: ActivityTemplate, first: date, last: date) -> list[date]:
    """Return the days of a series from first to last, both included."""
    first, last = max(first, template.since or first), min(last, template.until or last)
    if first > last:
        return []
    if template.recurrence == Recurrence.FESTIVAL:
        ahead = timedelta(days=template.days_before)
        return [day - ahead for day in festivals.find_days(template.festival, first + ahead, last + ahead)]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if template.recurrence == Recurrence.WEEKLY:
        return [day for day in days if day.isoweekday() in template.weekdays]
    if template.recurrence == Recurrence.MONTH_DAYS:
        return [day for day in days if day.day in template.month_days]
    return []


def describe_recurrence(template: ActivityTemplate) -> str:
    """Say in words when a series comes again; "" for what does not repeat."""
    if template.recurrence == Recurrence.WEEKLY:
        days = _("、").join(str(VenueHours.Weekday(number).label) for number in sorted(template.weekdays))
        return _("每%(days)s") % {"days": days}
    if template.recurrence == Recurrence.MONTH_DAYS:
        return _("每月 %(days)s 日") % {"days": _("、").join(map(str, template.month_days))}
    festival = festivals.BY_CODE.get(template.festival)
    if festival and template.days_before:
        return _("%(festival)s前 %(days)s 天") % {"festival": festival.name, "days": template.days_before}
    return str(festival.name) if festival else ""


def find_coming_days(template: ActivityTemplate) -> list[date]:
    """Return the days of a series that are planned by now: a few weeks, or longer for festivals."""
    now = timezone.now()
    is_festival = template.recurrence == Recurrence.FESTIVAL
    ahead = settings.FESTIVAL_DAYS_AHEAD if is_festival else settings.SERIES_DAYS_AHEAD
    today = timezone.localdate(now)
    days = find_days(template, today, today + timedelta(days=ahead))
    return [day for day in days if starts_on(template, day) > now]


def starts_on(template: ActivityTemplate, day: date) -> datetime:
    """Return when the activity of a day begins."""
    return timezone.make_aware(datetime.combine(day, template.starts_at))


def look_ahead(templates: Iterable[ActivityTemplate]) -> dict[int, list[Slot]]:
    """Return the coming slots of each template by its key, with three queries for all of them.

    The templates come with their kind and venue.
    """
    days = {template: find_coming_days(template) for template in templates}
    planned = find_planned(days)
    now = timezone.now()
    horizon = now + timedelta(days=max(settings.FESTIVAL_DAYS_AHEAD, settings.SERIES_DAYS_AHEAD) + 2)
    bookings = Bookings((template.venue for template in days if template.venue), now, horizon)
    return {
        template.pk: [describe_slot(template, day, planned.get((template.pk, day)), bookings) for day in found]
        for template, found in days.items()
    }


def find_planned(days: dict[ActivityTemplate, list[date]]) -> dict[tuple[int, date], Activity]:
    """Return the activities that stand for these days by template key and day, cancelled ones too."""
    every = {day for found in days.values() for day in found}
    known = Activity.objects.filter(template__in=[template.pk for template in days], slot_date__in=every)
    return {(activity.template_id, activity.slot_date): activity for activity in known}  # type: ignore[misc]


def describe_slot(template: ActivityTemplate, day: date, activity: Activity | None, bookings: Bookings) -> Slot:
    """Return the slot of a day."""
    trouble = ""
    if activity is None and not template.kind.is_active:
        trouble = _("活动类型“%(kind)s”已停用，请给模板换一个类型。") % {"kind": template.kind}
    elif activity is None and template.venue:
        starts_at = starts_on(template, day)
        trouble = bookings.find_trouble(template.venue, starts_at, starts_at + timedelta(minutes=template.minutes))
    return Slot(day, activity, trouble)


@transaction.atomic
def plan_series(template: ActivityTemplate, *, by: User) -> list[Slot]:
    """Plan what is missing of the coming slots and return all of them; what cannot be planned says why.

    Safe to repeat: a day that once had its activity, cancelled or moved since, gets no other.
    """
    rows = ActivityTemplate.objects.select_for_update(of=("self",)).select_related("kind", "venue", "community")
    template = rows.get(pk=template.pk)
    slots = look_ahead([template])[template.pk]
    return [slot if slot.activity or slot.trouble else plan_slot(template, slot, by) for slot in slots]


def plan_slot(template: ActivityTemplate, slot: Slot, by: User) -> Slot:
    """Plan the activity of a day; the slot returned holds it, or the reason why not."""
    links = Links({name: list(getattr(template, name).all()) for name in LINKS})
    try:
        activity, _new = plan_activity(make_activity(template, slot.day), links=links, token=uuid.uuid4(), by=by)
    except ValidationError as error:
        return replace(slot, trouble=" ".join(error.messages))
    return replace(slot, activity=activity, is_new=True)


def make_activity(template: ActivityTemplate, day: date) -> Activity:
    """Return the unsaved activity of a day."""
    starts_at = starts_on(template, day)
    activity = Activity(
        community=template.community,
        template=template,
        slot_date=day,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=template.minutes),
        **{name: getattr(template, name) for name in SHARED_FIELDS},
    )
    if activity.responsible and not activity.responsible.is_active:
        activity.responsible = None
    if template.sign_up_days is not None:
        activity.sign_up_opens_at = starts_at - timedelta(days=template.sign_up_days)
        activity.sign_up_closes_at = starts_at
    return activity


def find_free_day(template: ActivityTemplate) -> date | None:
    """Return the first coming day of a series that has no activity yet."""
    slots = look_ahead([template])[template.pk]
    return next((slot.day for slot in slots if slot.activity is None), None)


def claim_slot(activity: Activity) -> None:
    """Let an activity planned by hand from a series stand for its day, so that the series does not plan it again."""
    template, day = activity.template, activity.held_day
    if template and day in find_days(template, day, day) and not template.activities.filter(slot_date=day).exists():
        activity.slot_date = day


def plan_all() -> None:
    """Plan the coming slots of every series, each in the name of who made its template."""
    for template in ActivityTemplate.objects.repeating().select_related("created_by"):
        plan_series(template, by=template.created_by)
