"""Reading figures from cells: frozen values for pages. Nothing is computed here but the final division."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Sum

from activities.models import Category
from indicators.areas import AreaRef
from indicators.models import ActivityCell, DirtyMark, Freshness, ReachCell
from indicators.periods import Period


@dataclass(frozen=True)
class Figure:
    """A numerator and its denominator. No denominator, no rate: neither 0 % nor 100 %."""

    numerator: int
    denominator: int

    @property
    def rate(self) -> float | None:
        """Numerator by denominator, 0 to 1; None when there is nobody or nothing to count."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Reach:
    """The numbers of a reach cell."""

    population: int = 0
    reached: int = 0
    contacts: int = 0
    newcomers: int = 0
    active: int = 0
    settled: int = 0
    never: int = 0

    @property
    def missed(self) -> int:
        """People not reached in the period: the gap."""
        return self.population - self.reached


@dataclass(frozen=True)
class Held:
    """What was held in an area and period, all kinds together but home visits, which have figures of their own."""

    held: int = 0
    named: int = 0
    outsiders: int = 0
    unnamed: int = 0
    online: int = 0
    own: int = 0

    @property
    def identified(self) -> int:
        """人次 of people who gave a name, residents or not."""
        return self.named + self.outsiders

    @property
    def contacts(self) -> int:
        """人次."""
        return self.identified + self.unnamed


@dataclass(frozen=True)
class FreshnessReport:
    """How fresh an area's figures are."""

    computed_at: datetime | None
    waiting: int
    oldest: datetime | None


REACH_NUMBERS = tuple(Reach.__dataclass_fields__)
HELD_NUMBERS = tuple(Held.__dataclass_fields__)


def read_reach(areas: list[AreaRef], period: Period) -> dict[int, dict[str, Reach]]:
    """Return area id -> grouping -> numbers, for areas of one level. Missing means nobody."""
    found: dict[int, dict[str, Reach]] = {area.id: {} for area in areas}
    if areas:
        cells = ReachCell.objects.of(areas[0].level, list(found), period.code)
        for area_id, grouping, *numbers in cells.values_list("area_id", "grouping", *REACH_NUMBERS):
            found[area_id][grouping] = Reach(*numbers)
    return found


def read_trend(area: AreaRef, periods: list[Period], grouping: str = "all") -> list[Reach]:
    """Return the numbers of one area and grouping, one a period, in the order given."""
    cells = ReachCell.objects.filter(
        level=area.level, area_id=area.id, grouping=grouping, period__in=[period.code for period in periods]
    )
    by_period = {code: Reach(*numbers) for code, *numbers in cells.values_list("period", *REACH_NUMBERS)}
    return [by_period.get(period.code, Reach()) for period in periods]


def read_held(area: AreaRef, period: Period) -> Held:
    """Return what was held in the area, summed over kinds (an activity has one kind); visits are left out."""
    cells = ActivityCell.objects.of(area.level, [area.id], period.code).exclude(kind__category=Category.VISIT)
    sums = cells.aggregate(**{name: Sum(name, default=0) for name in HELD_NUMBERS})
    return Held(**sums)


def read_kinds(area: AreaRef, period: Period) -> list[tuple[str, int]]:
    """Return (kind, activities held), most frequent first."""
    cells = ActivityCell.objects.of(area.level, [area.id], period.code).exclude(kind__category=Category.VISIT)
    cells = cells.select_related("kind")
    return [(cell.kind.name, cell.held) for cell in cells.order_by("-held", "kind__position")]


def read_freshness(area: AreaRef) -> FreshnessReport:
    """Return when the area's figures last changed, and how many marks wait since when."""
    known = Freshness.objects.filter(community__code__startswith=area.code)
    waiting = DirtyMark.objects.filter(community__code__startswith=area.code)
    marks = waiting.aggregate(count=Count("pk"), oldest=Min("marked_at"))
    return FreshnessReport(known.aggregate(at=Max("computed_at"))["at"], marks["count"], marks["oldest"])
