"""The calendar feed of a community, to which phones subscribe: what was announced to everybody, and nobody's name."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from activities.models import Activity
from communities.models import Community

DAYS_BACK = 30  # somebody looks up what it was last week
REFRESH = timedelta(hours=6)
SIGNER = Signer(salt="activities.feed", sep="~")


def make_feed_token(community: Community) -> str:
    """Return the part of the feed's address that nobody can guess."""
    return SIGNER.sign(str(community.pk))


def find_community(token: str) -> Community | None:
    """Return the community of a feed's address; None for one that was not given out, or a community that is gone."""
    try:
        key = int(SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    return Community.objects.current().filter(pk=key).first()


def list_feed(community: Community, today: date) -> Iterable[Activity]:
    """Return what the feed holds: what is public and not a mere plan, from a month back on."""
    public = Activity.objects.public().filter(community=community, held_on__gte=today - timedelta(days=DAYS_BACK))
    return public.select_related("venue").order_by("starts_at", "pk")


def write_feed(community: Community, activities: Iterable[Activity], links: dict[int, str]) -> bytes:
    """Return the feed as an iCalendar file; `links` are the public pages by key of the activity."""
    calendar = Calendar()
    name = _("%(community)s活动") % {"community": community}
    calendar.add("prodid", "-//community portal//activities//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    for activity in activities:
        calendar.add_component(describe_event(activity, links.get(activity.pk, "")))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def describe_event(activity: Activity, link: str) -> Event:
    """Return an activity as an event. Calendars know it again by its UID, and a change by the growing sequence."""
    zone = ZoneInfo(settings.TIME_ZONE)
    changed = max(filter(None, (activity.recorded_at, activity.reported_at, activity.verified_at)))
    event = Event()
    event.add("uid", f"{activity.public_id}@portal")
    event.add("summary", activity.title)
    event.add("dtstart", activity.starts_at.astimezone(zone))
    event.add("dtend", activity.ends_at.astimezone(zone))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", activity.version)
    event.add("status", "CANCELLED" if activity.status == Activity.Status.CANCELLED else "CONFIRMED")
    if place := " ".join(filter(None, (str(activity.venue or ""), activity.place))):
        event.add("location", place)
    if activity.description:
        event.add("description", activity.description)
    if link:
        event.add("url", link)
    return event
