"""Reading cells: frozen values for measures and pages. Nothing is computed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from activities.models import Activity, Category
from indicators.areas import AreaRef
from indicators.models import ActivityCell, DirtyMark, Freshness, ReachCell
from indicators.models.marks import UNTALLIED
from indicators.periods import Period

STALE_SECONDS = 30  # ten times what a recomputation takes, waiting included


@dataclass(frozen=True)
class Reach:
    """The numbers of a reach cell."""

    population: int = 0
    reached: int = 0
    contacts: int = 0
    newcomers: int = 0
    twice: int = 0
    active: int = 0
    often: int = 0
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
    """How fresh an area's figures are. Tallies follow a little later: `tallied_at` is their latest count, `untallied`
    the number of communities whose tallies are still those of before."""

    computed_at: datetime | None
    tallied_at: datetime | None
    waiting: int
    oldest: datetime | None
    untallied: int

    @property
    def is_stale(self) -> bool:
        """Whether marks have waited so long that the background work must be down."""
        return bool(self.oldest and (timezone.now() - self.oldest).total_seconds() > STALE_SECONDS)


REACH_NUMBERS = tuple(Reach.__dataclass_fields__)


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
    sums = gatherings_of(area, period).aggregate(
        online=Sum("held", filter=~Q(mode=Activity.Mode.IN_PERSON), default=0),
        own=Sum("held", filter=~Q(origin=Activity.Origin.ASSIGNED), default=0),
        **{number: Sum(number, default=0) for number in ("held", "named", "outsiders", "unnamed")},
    )
    return Held(**sums)


def read_kinds(area: AreaRef, period: Period) -> list[tuple[str, int]]:
    """Return (kind, activities held), most frequent first."""
    kinds = gatherings_of(area, period).values("kind", "kind__name").annotate(sum=Sum("held"))
    return list(kinds.order_by("-sum", F("kind__position")).values_list("kind__name", "sum"))


def gatherings_of(area: AreaRef, period: Period) -> QuerySet:
    """Return the activity cells of an area and period; home visits have figures of their own."""
    return gatherings_of_many([area], [period])


def gatherings_of_many(areas: Sequence[AreaRef], periods: Sequence[Period]) -> QuerySet:
    """Return the activity cells of areas of one level, home visits left out."""
    cells = ActivityCell.objects.filter(level=areas[0].level, area_id__in=[area.id for area in areas])
    return cells.filter(period__in=[period.code for period in periods]).exclude(kind__category=Category.VISIT)


def read_freshness(area: AreaRef) -> FreshnessReport:
    """Return when the area's figures last changed, and how many marks wait since when; a grid is as its community."""
    code = area.code[:12]
    known = Freshness.objects.filter(community__code__startswith=code)
    waiting = DirtyMark.objects.filter(community__code__startswith=code)
    marks = waiting.aggregate(count=Count("pk"), oldest=Min("marked_at"))
    latest = known.aggregate(
        computed=Max("computed_at"), tallied=Max("tallied_at"), untallied=Count("pk", filter=UNTALLIED)
    )
    return FreshnessReport(latest["computed"], latest["tallied"], marks["count"], marks["oldest"], latest["untallied"])
