"""What a service record says: confirmed service of some days, training and honours. No names are read here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.models import Activity
from communities.spans import begin_of
from volunteers.hours import count_minutes, drop_seconds, minutes_between
from volunteers.models import RecordEntry, ServiceRecord, Volunteer

EARLIEST = date(2000, 1, 1)  # before anybody's first record: the beginning of "in all"


@dataclass(frozen=True)
class Served:
    """A confirmed record as far as it lies in the days asked for; times are local, without seconds."""

    name: str
    place: str
    field: str
    starts: datetime
    ends: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes of this record alone: records that overlap share some of them."""
        return minutes_between(self.starts, self.ends)

    @property
    def hours(self) -> str:
        """The same in words."""
        return say_minutes(self.minutes)

    @property
    def times(self) -> str:
        """09:00–11:30; a service into the next day says so, and midnight at the end is 24:00."""
        if self.ends == self.starts.replace(hour=0, minute=0) + timedelta(days=1):
            return f"{self.starts:%H:%M}–24:00"
        end = f"{self.ends:%H:%M}" if self.ends.date() == self.starts.date() else f"{self.ends:%m-%d %H:%M}"
        return f"{self.starts:%H:%M}–{end}"


def say_minutes(minutes: int) -> str:
    """Return 3 小时 30 分钟."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s 分钟") % {"minutes": rest}
    if not rest:
        return _("%(hours)s 小时") % {"hours": hours}
    return _("%(hours)s 小时 %(minutes)s 分钟") % {"hours": hours, "minutes": rest}


def bounds_of(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the moments between which lie the days from first to last, both included."""
    return begin_of(first), begin_of(last + timedelta(days=1))


def list_served(volunteer: Volunteer, first: date, last: date) -> list[Served]:
    """Return the confirmed records that lie in these days or reach into them, cut off at midnight, oldest first."""
    start, end = bounds_of(first, last)
    found = volunteer.records.confirmed().filter(starts_at__lt=end, ends_at__gt=start)
    rows = found.select_related("activity__venue", "shift", "field").order_by("starts_at", "pk")
    served = [cut(row, start, end) for row in rows]
    return [one for one in served if one.minutes]


def find_first_day(volunteer: Volunteer, served: Sequence[Served]) -> date:
    """Return the day from which on a certificate may speak: registered, or first served if that was before."""
    days = [volunteer.registered_on] if volunteer.registered_on else []
    days += [one.starts.date() for one in served[:1]]
    return min(days, default=timezone.localdate())


def cut(row: ServiceRecord, start: datetime, end: datetime) -> Served:
    """Return the part of a record between two moments."""
    starts, ends = max(row.starts_at, start), min(row.ends_at, end)
    local = [drop_seconds(timezone.localtime(moment)) for moment in (starts, ends)]
    return Served(row.activity.title, say_place(row), str(row.field or ""), local[0], local[1])


def say_place(row: ServiceRecord) -> str:
    """Return where the service was: of a shift its meeting point, else the place of the activity."""
    if row.shift and row.shift.place:
        return row.shift.place
    activity = row.activity
    if activity.mode == Activity.Mode.ONLINE and not (activity.venue or activity.place):
        return _("线上")
    return " ".join(str(part) for part in (activity.venue, activity.place) if part)


def count_in_days(volunteer: Volunteer, first: date, last: date) -> int:
    """Return whole minutes served in these days, each counted once."""
    return count_minutes([volunteer.pk], *bounds_of(first, last)).get(volunteer.pk, 0)


def count_in_all(volunteer: Volunteer) -> int:
    """Return whole minutes served up to today, each counted once."""
    return count_in_days(volunteer, EARLIEST, timezone.localdate())


def add_entry(entry: RecordEntry, *, by: User) -> RecordEntry:
    """Enter a training or an honour."""
    entry.recorded_by = by
    try:
        with transaction.atomic():
            entry.save()
            note_entry("add", entry, by)
    except IntegrityError as error:
        raise ValidationError(_("这一条已经记过了。")) from error
    return entry


@transaction.atomic
def remove_entry(entry: RecordEntry, *, by: User) -> None:
    """Take out a training or an honour entered in error. Certificates that name it stand."""
    note_entry("remove", entry, by)
    entry.delete()


def note_entry(deed: str, entry: RecordEntry, by: User) -> None:
    """Append a deed to the audit log."""
    volunteer = entry.volunteer
    record(
        f"volunteer_entry.{deed}",
        by=by,
        target=entry,
        area_code=volunteer.community.code,
        volunteer=volunteer.pk,
        kind=entry.kind,
    )
