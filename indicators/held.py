"""Measures that are answered from activity cells: what was held, and how many came. Home visits have figures of their
own (catalogue/visits.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from activities.models import Activity, Category
from indicators.areas import AreaRef
from indicators.figures import gatherings_of_many
from indicators.indicator import Behind, Choice, Figure, Key, Thing, Ungrouped
from indicators.measures import fill
from indicators.models import AreaLevel
from indicators.periods import Period

FEWEST = 10  # S0-37: among fewer activities one more moves the index too far
HEADS = F("named") + F("outsiders") + F("unnamed")


def activities_in(area: AreaRef, period: Period) -> QuerySet[Activity, Activity]:
    """Return what was held in the area and period, home visits left out."""
    held = Activity.objects.held().gatherings().filter(community__code__startswith=area.code)
    today = timezone.localdate()
    return held.filter(held_on__gte=period.start, held_on__lt=period.end, held_on__lte=today)


@dataclass(frozen=True)
class HeldMeasure(Ungrouped):
    """Activities of a description, by all activities.

    Cells and activities call what they share by the same names: kind, theme_id, origin, mode.
    """

    counted: Q

    lowest = AreaLevel.COMMUNITY
    things = (Thing.ACTIVITY, Thing.ACTIVITY)

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        cells = gatherings_of_many(areas, periods).values("area_id", "period")
        sums = cells.annotate(n=Sum("held", filter=self.counted, default=0), d=Sum("held", default=0))
        return fill(areas, periods, sums.values_list("area_id", "period", "n", "d"))

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind:
        """Return the activities counted."""
        held = activities_in(area, period)
        return Behind(held.filter(self.counted), held)


@dataclass(frozen=True)
class CategoryShare:
    """Activities of a category of kinds by all activities; the grouping is the category's code."""

    first: str

    has_groupings = True
    lowest = AreaLevel.COMMUNITY
    things = (Thing.ACTIVITY, Thing.ACTIVITY)

    def list_groupings(self) -> Sequence[Choice]:
        """Return the categories, the one that is meant unless said otherwise first."""
        choices = [(code, label) for code, label in Category.choices if code != Category.VISIT]
        return sorted(choices, key=lambda choice: choice[0] != self.first)

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        return self._of(grouping).answer(areas, periods)

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind:
        """Return the activities counted."""
        return self._of(grouping).behind(area, period)

    def _of(self, category: str) -> HeldMeasure:
        return HeldMeasure(Q(kind__category=category or self.first))


@dataclass(frozen=True)
class HeadsMeasure(Ungrouped):
    """人次 of activities of a description by all 人次; with `named`, of those who gave a name, residents or not."""

    counted: Q = field(default_factory=Q)
    named: bool = False

    lowest = AreaLevel.COMMUNITY
    things = None

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        counted = F("named") + F("outsiders") if self.named else HEADS
        cells = gatherings_of_many(areas, periods).values("area_id", "period")
        sums = cells.annotate(n=Sum(counted, filter=self.counted, default=0), d=Sum(HEADS, default=0))
        return fill(areas, periods, sums.values_list("area_id", "period", "n", "d"))

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> None:
        """Heads without a name are no rows: there is nothing to list."""


@dataclass(frozen=True)
class Diversity(Ungrouped):
    """How evenly activities are spread over kinds: 1 - sum of squared shares (Simpson), as N² - Σn² by N².

    Nothing is said of fewer than FEWEST activities.
    """

    lowest = AreaLevel.COMMUNITY
    things = None

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        kinds = gatherings_of_many(areas, periods).values("area_id", "period", "kind").annotate(n=Sum("held"))
        held: dict[Key, list[int]] = {}
        for area_id, code, count in kinds.values_list("area_id", "period", "n"):
            held.setdefault((area_id, code), []).append(count)
        rows = (
            (*key, sum(counts) ** 2 - sum(count**2 for count in counts), sum(counts) ** 2)
            for key, counts in held.items()
            if sum(counts) >= FEWEST
        )
        return fill(areas, periods, rows)

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> None:
        """An index counts nothing."""
