"""The calendar of activities: a month as weeks of days. What residents subscribe to: feed.py."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from activities.festivals import list_festivals
from activities.models import Activity, Category
from communities.models import Community

FIRST_YEAR, LAST_YEAR = 2000, 2099  # the lunar calendar of the library covers them, and no activity lies outside
DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class Day:
    """A day of the page: festivals by name, activities by time."""

    date: date
    in_month: bool
    is_today: bool
    festivals: list[str]
    activities: list[Activity]

    @property
    def is_empty(self) -> bool:
        """Whether a list of days need not show it."""
        return not (self.is_today or self.festivals or self.activities)


@dataclass(frozen=True)
class Month:
    """A month of the calendar, by its first day."""

    first: date

    @classmethod
    def parse(cls, code: str) -> "Month":
        """Return the month of a code such as 2026-11; raises ValueError for anything else."""
        if len(code) != len("2026-11"):
            raise ValueError(code)
        month = cls(date.fromisoformat(f"{code}-01"))
        if not FIRST_YEAR <= month.first.year <= LAST_YEAR:
            raise ValueError(code)
        return month

    @property
    def code(self) -> str:
        """2026-11, as addresses name it."""
        return f"{self.first:%Y-%m}"

    @property
    def last(self) -> date:
        """Its last day."""
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def previous(self) -> "Month":
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month(self.last + timedelta(days=1))

    @property
    def days(self) -> list[date]:
        """The days of its weeks, from a Monday to a Sunday."""
        start = self.first - timedelta(days=self.first.weekday())
        end = self.last + timedelta(days=DAYS_OF_WEEK - 1 - self.last.weekday())
        return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def read_month(
    month: Month, user: User, today: date, *, category: str = "", community: Community | None = None
) -> list[Day]:
    """Return the days of a month's weeks with the activities that the user may meet, but for home visits."""
    days = month.days
    activities = Activity.objects.visible_to(user).between(days[0], days[-1]).exclude(kind__category=Category.VISIT)
    if category:
        activities = activities.filter(kind__category=category)
    if community:
        activities = activities.filter(community=community)
    by_day: dict[date, list[Activity]] = defaultdict(list)
    for activity in activities.select_related("community").order_by("starts_at", "pk"):
        by_day[activity.held_on].append(activity)
    festivals: dict[date, list[str]] = defaultdict(list)
    for day, festival in list_festivals(days[0], days[-1]):
        festivals[day].append(str(festival.name))
    return [Day(day, day.month == month.first.month, day == today, festivals[day], by_day[day]) for day in days]


def list_categories() -> list[tuple[str, Any]]:
    """Return the categories that a calendar can be narrowed to."""
    return [(value, label) for value, label in Category.choices if value != Category.VISIT]
