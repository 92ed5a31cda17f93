"""What a check of the data is. The checks themselves: people.py, entries.py; their order: checks.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.indicator import Thing


class Sort(TextChoices):
    """What may be wrong with data."""

    MISSING = "missing", _("不完整")
    LATE = "late", _("不及时")
    ODD = "odd", _("不寻常")
    DOUBLE = "double", _("可能重复")


@dataclass(frozen=True)
class Check:
    """A check: `find` returns the rows that are to be mended, of communities given by key, as of a day.

    What was mended is found no more; nothing is found that could not be mended. `place` is the lookup of a row's
    community.
    """

    code: str
    sort: Sort
    name: str | Promise
    why: str | Promise
    unit: str | Promise
    thing: Thing
    find: Callable[[Sequence[int], date], QuerySet]
    place: str = "community"

    def count(self, communities: Sequence[int], today: date) -> dict[int, int]:
        """Return community -> how many rows there are to mend; communities without any are left out."""
        rows = self.find(communities, today).order_by().values_list(self.place)
        return dict(rows.annotate(number=Count("pk")))
