"""Whether a venue can be had: its opening hours, what else takes place there, and how many people it holds."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity
from communities.models import Venue, VenueHours

CLASH_CONSTRAINT = "activities_activity_one_at_a_venue"


class Bookings:
    """Opening hours and activities of some venues within a span of time, fetched with two queries."""

    def __init__(self, venues: Iterable[Venue], first: datetime, last: datetime) -> None:
        keys = {venue.pk for venue in venues}
        self.hours: dict[int, list[VenueHours]] = defaultdict(list)
        self.taken: dict[int, list[Activity]] = defaultdict(list)
        if not keys:
            return
        for hours in VenueHours.objects.filter(venue__in=keys):
            self.hours[hours.venue_id].append(hours)
        known = Activity.objects.filter(venue__in=keys, starts_at__lt=last, ends_at__gt=first).order_by(
            "starts_at", "id"
        )
        for activity in known.exclude(status=Activity.Status.CANCELLED):
            self.add(activity)

    @classmethod
    def around(cls, venue: Venue, starts_at: datetime, ends_at: datetime) -> Self:
        """Return what one activity needs to know."""
        return cls([venue], starts_at, ends_at)

    def add(self, activity: Activity) -> None:
        """Take in an activity that has just been planned."""
        if activity.venue_id:
            self.taken[activity.venue_id].append(activity)

    def find_trouble(self, venue: Venue, starts_at: datetime, ends_at: datetime, *, besides: int | None = None) -> str:
        """Return in words why the venue cannot be had at this time, or ""; `besides` is the activity's own key."""
        if not venue.is_active:
            return _("“%(venue)s”已停用，请换一个场地。") % {"venue": venue}
        hours = self.hours[venue.pk]
        if hours and not is_open(hours, starts_at, ends_at):
            return _("“%(venue)s”这个时间不开放。%(hours)s") % {
                "venue": venue,
                "hours": describe_hours(hours, timezone.localtime(starts_at).date()),
            }
        for other in self.taken[venue.pk]:
            if other.pk != besides and other.starts_at < ends_at and starts_at < other.ends_at:
                return describe_clash(venue, other)
        return ""


def is_open(hours: Iterable[VenueHours], starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether a time lies within the opening hours of one day; hours that touch are one."""
    starts, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if starts.date() != ends.date():
        return False
    reached = starts.time()
    for span in hours_of_day(hours, starts.date()):
        if span.opens <= reached:
            reached = max(reached, span.closes)
    return reached >= ends.time()


def hours_of_day(hours: Iterable[VenueHours], day: date) -> list[VenueHours]:
    """Return the opening hours of a day, early ones first."""
    return sorted((span for span in hours if span.weekday == day.isoweekday()), key=lambda span: span.opens)


def describe_hours(hours: Iterable[VenueHours], day: date) -> str:
    """Say when a venue is open on a day, or on which days at all."""
    weekday = VenueHours.Weekday(day.isoweekday()).label
    if spans := hours_of_day(hours, day):
        times = _("、").join(f"{span.opens:%H:%M}–{span.closes:%H:%M}" for span in spans)
        return _("%(weekday)s开放：%(times)s。") % {"weekday": weekday, "times": times}
    days = _("、").join(str(VenueHours.Weekday(number).label) for number in sorted({span.weekday for span in hours}))
    return _("%(weekday)s不开放，开放的日子：%(days)s。") % {"weekday": weekday, "days": days}


def describe_clash(venue: Venue, other: Activity) -> str:
    """Say what else takes place at a venue."""
    starts, ends = timezone.localtime(other.starts_at), timezone.localtime(other.ends_at)
    return _("“%(venue)s”在 %(starts)s–%(ends)s 已安排“%(other)s”，请换时间或场地。") % {
        "venue": venue,
        "starts": f"{starts:%m-%d %H:%M}",
        "ends": f"{ends:%H:%M}" if ends.date() == starts.date() else f"{ends:%m-%d %H:%M}",
        "other": other.title,
    }


def check_capacity(venue: Venue, capacity: int | None) -> str:
    """Return in words why so many people do not fit in, or ""."""
    if capacity and venue.capacity and capacity > venue.capacity:
        return _("“%(venue)s”最多容纳 %(seats)s 人。") % {"venue": venue, "seats": venue.capacity}
    return ""


def is_clash(error: IntegrityError) -> bool:
    """Tell whether the database refused a second activity at a venue."""
    return constraint_of(error) == CLASH_CONSTRAINT


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the constraint that an error of the database is about."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""
