"""Spans of days, both ends included, and the calendar's spans of months. What is due in them: apps above."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def begin_of(day: date) -> datetime:
    """Return the first moment of a day, local time."""
    return timezone.make_aware(datetime.combine(day, time.min))


def find_months(day: date, months: int) -> Span:
    """Return the span of so many months (a divisor of 12) in which a day lies: month, quarter, half-year or year."""
    first = (day.month - 1) // months * months  # months of the year before the span
    after = first + months
    return Span(date(day.year, first + 1, 1), date(day.year + after // 12, after % 12 + 1, 1) - ONE_DAY)
