"""Who is owed thanks: a first service, a milestone of hours, a steady year. No ranking: in the order of names.

What is due is derived: a milestone that was passed and not thanked for, the highest alone; it outdates those below it.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from volunteers.hours import count_minutes
from volunteers.models import ServiceRecord, Thanks, Volunteer
from volunteers.models.people import VolunteerQuerySet
from volunteers.records import EARLIEST, bounds_of, say_minutes

MILESTONES = (20, 50, 100, 300, 600, 1000)  # hours; the lowest is reached by who comes once a month for a year
YEAR_MONTHS = 6  # months of the last calendar year with service: half a year makes it steady
Occasion = Thanks.Occasion
Given = set[tuple[str, int, int]]  # occasion, hours, year of the thanks that one volunteer was given


@dataclass(frozen=True)
class Due:
    """Thanks due to a volunteer: `hours` of a milestone, `year` of steady service, else 0."""

    volunteer: Volunteer
    occasion: Thanks.Occasion
    hours: int
    year: int
    total: str

    @property
    def what(self) -> str:
        """What for, in words."""
        if self.occasion == Occasion.HOURS:
            return _("服务满 %(hours)s 小时") % {"hours": self.hours}
        if self.occasion == Occasion.YEAR:
            return _("%(year)s 年坚持服务") % {"year": self.year}
        return _("第一次参加服务")


def list_due(volunteers: VolunteerQuerySet, today: date) -> list[Due]:
    """Return the thanks due to those of the volunteers who are registered, by name. Four queries."""
    people = {person.pk: person for person in volunteers.registered_on(today).select_related("resident", "community")}
    return sorted(
        (
            Due(people[pk], occasion, hours, year, say_minutes(minutes))
            for pk, occasion, hours, year, minutes in find_due(people, today)
        ),
        key=lambda due: (due.volunteer.resident.name if due.volunteer.resident else due.volunteer.name, due.hours),
    )


def count_due(volunteers: VolunteerQuerySet, today: date) -> int:
    """Return to how many of the volunteers thanks are due. Names are not read."""
    keys = volunteers.registered_on(today).values_list("pk", flat=True)
    return len({pk for pk, *_rest in find_due(keys, today)})


def find_due(keys: Iterable[int], today: date) -> list[tuple[int, Thanks.Occasion, int, int, int]]:
    """Return (volunteer, occasion, milestone, year, minutes in all) of what is due. Three queries."""
    minutes = count_minutes(keys, *bounds_of(EARLIEST, today))
    given: dict[int, Given] = {}
    thanked = Thanks.objects.filter(volunteer__in=minutes).values_list("volunteer", "occasion", "hours", "year")
    for pk, occasion, hours, of_year in thanked:
        given.setdefault(pk, set()).add((occasion, hours, of_year))
    year = today.year - 1
    due = []
    for pk, served in minutes.items():
        passed = MILESTONES[: bisect_right(MILESTONES, served // 60)]
        first = (Occasion.HOURS, passed[-1]) if passed else (Occasion.FIRST, 0)
        if not is_thanked(given.get(pk, set()), *first):
            due.append((pk, *first, 0, served))
    for pk in find_steady(list(minutes), year):
        if (Occasion.YEAR, 0, year) not in given.get(pk, set()):
            due.append((pk, Occasion.YEAR, 0, year, minutes[pk]))
    return due


def is_thanked(given: Given, occasion: Thanks.Occasion, hours: int) -> bool:
    """Tell whether somebody was thanked for this milestone or a later one: hours may have been taken back."""
    later = any(kind == Occasion.HOURS and at >= hours for kind, at, _year in given)
    return later or (occasion, hours, 0) in given


def find_steady(keys: list[int], year: int) -> list[int]:
    """Return who served in at least YEAR_MONTHS months of a year."""
    start, end = bounds_of(date(year, 1, 1), date(year, 12, 31))
    records = ServiceRecord.objects.confirmed().filter(volunteer__in=keys, starts_at__gte=start, starts_at__lt=end)
    months = Count(TruncMonth("starts_at"), distinct=True)
    served = records.order_by().values("volunteer").annotate(months=months).filter(months__gte=YEAR_MONTHS)
    return list(served.values_list("volunteer", flat=True))


def give_thanks(volunteer: Volunteer, *, occasion: str, hours: int, year: int, how: str, by: User) -> Thanks:
    """Note that somebody was thanked. Raises ValidationError when this is not due, or somebody was faster."""
    today = timezone.localdate()
    if not any((one, h, y) == (occasion, hours, year) for _pk, one, h, y, _m in find_due([volunteer.pk], today)):
        raise ValidationError(_("这一项现在没有待致谢的，可能已经有同事登记了。"))
    try:
        with transaction.atomic():
            thanks = Thanks.objects.create(
                volunteer=volunteer, occasion=occasion, hours=hours, year=year, how=how, given_on=today, by=by
            )
            area = volunteer.community.code
            record("volunteer_thanks.give", by=by, target=thanks, area_code=area, volunteer=volunteer.pk, how=how)
    except IntegrityError as error:
        raise ValidationError(_("已经有同事登记过这次致谢了。")) from error
    return thanks
