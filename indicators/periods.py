"""Months, quarters and years, and the day on which each counts its people. No database here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1950, 2100  # beyond lies nonsense, and the end of the calendar
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
WAVE = "wave"  # the kind of period that no calendar knows: waves.py


@dataclass(frozen=True)
class Period:
    """A calendar month, quarter or year. `end` is the first day after it."""

    kind: str
    start: date

    @classmethod
    def containing(cls, day: date, kind: str) -> Self:
        """Return the month, quarter or year in which the day lies."""
        months = MONTHS_OF[kind]
        return cls(kind, date(day.year, (day.month - 1) // months * months + 1, 1))

    @classmethod
    def parse(cls, code: str) -> Self:
        """Return the period of a code such as 2026-11, 2026-Q4 or 2026; raises ValueError for anything else."""
        year, _dash, rest = code.partition("-")
        if not (len(year) == 4 and year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
            raise ValueError(code)
        if not rest:
            period = cls("year", date(int(year), 1, 1))
        elif rest.startswith("Q"):
            period = cls("quarter", date(int(year), int(rest[1:]) * 3 - 2, 1))
        else:
            period = cls("month", date(int(year), int(rest), 1))
        if period.code != code:
            raise ValueError(code)
        return period

    @property
    def code(self) -> str:
        """2026-11, 2026-Q4 or 2026: the key in cells and addresses."""
        if self.kind == "year":
            return f"{self.start:%Y}"
        if self.kind == "quarter":
            return f"{self.start:%Y}-Q{(self.start.month + 2) // 3}"
        return f"{self.start:%Y-%m}"

    @property
    def label(self) -> str:
        """The period in the reader's words."""
        if self.kind == "year":
            return _("%(year)s 年") % {"year": self.start.year}
        if self.kind == "quarter":
            return _("%(year)s 年第 %(quarter)s 季度") % {
                "year": self.start.year,
                "quarter": (self.start.month + 2) // 3,
            }
        return _("%(year)s 年 %(month)s 月") % {"year": self.start.year, "month": self.start.month}

    @property
    def end(self) -> date:
        """The first day after the period."""
        month = self.start.month - 1 + MONTHS_OF[self.kind]
        return date(self.start.year + month // 12, month % 12 + 1, 1)

    def reference(self, today: date) -> date:
        """Return the day on which the population counts: the last day, or today while the period runs."""
        return min(self.end - timedelta(days=1), today)

    def previous(self) -> Self:
        """Return the period of this kind before this one."""
        return type(self).containing(self.start - timedelta(days=1), self.kind)


def recent_periods(kind: str, today: date, count: int) -> list[Period]:
    """Return the `count` latest periods of a kind, newest first, the running one included."""
    return list(_backwards(Period.containing(today, kind), count))


def _backwards(period: Period, count: int) -> Iterator[Period]:
    for _i in range(count):
        yield period
        period = period.previous()


def kept_periods(today: date, months: int) -> list[Period]:
    """Return every period of which figures are kept: the latest `months` months, their quarters and years."""
    first = recent_periods("month", today, months)[-1].start
    kept = []
    for kind in MONTHS_OF:
        period = Period.containing(today, kind)
        while period.end > first:
            kept.append(period)
            period = period.previous()
    return kept


def months_of(periods: Iterable[Period], today: date) -> list[Period]:
    """Return all months from the first in which a period begins up to the running one, oldest first."""
    first = min(period.start for period in periods)
    months = [Period.containing(today, "month")]
    while months[-1].start > first:
        months.append(months[-1].previous())
    return months[::-1]
