"""Measures answered from reach cells: people and their contacts. What was held: held.py; other things: tallies.py."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from grids.groupings import AGE_BANDS, ALL, EMPLOYED, SEXES, UNIONS
from grids.models import Grid, PopulationGroup
from indicators.areas import AreaRef
from indicators.indicator import Behind, Choice, Figure, Key, Thing, Things, Ungrouped
from indicators.models import AreaLevel, ReachCell
from indicators.people import contacts_in, people_behind
from indicators.periods import Period

FEWEST = 10  # S0-22: the rate of a group of fewer people says little
NUMBER_OF = {"missed": F("population") - F("reached")}  # numbers of reach cells that are no columns


def fill(
    areas: Sequence[AreaRef], periods: Sequence[Period], rows: Iterable[tuple[int, str, int, int]]
) -> dict[Key, Figure]:
    """Return a figure for each area and period: that of its row (area id, period, numerator, denominator), or 0 / 0."""
    found = {(area_id, code): Figure(n, d) for area_id, code, n, d in rows}
    return {(a.id, p.code): found.get((a.id, p.code), Figure(0)) for a in areas for p in periods}


def cells_of(areas: Sequence[AreaRef], periods: Sequence[Period]) -> QuerySet[ReachCell, ReachCell]:
    """Return the reach cells of areas of one level."""
    codes = [period.code for period in periods]
    return ReachCell.objects.filter(level=areas[0].level, area_id__in=[area.id for area in areas], period__in=codes)


def column(number: str) -> Combinable:
    """Return a number of the reach cells as an expression."""
    return NUMBER_OF.get(number, F(number))


def thing_of(number: str) -> Thing:
    """Return what a number of the reach cells counts."""
    return Thing.CONTACT if number == "contacts" else Thing.PERSON


def rows_behind(number: str, area: AreaRef, period: Period, groupings: Sequence[str]) -> QuerySet:
    """Return the people, or for the number of contacts the participations, behind a number of the reach cells."""
    if number == "contacts":
        return contacts_in(area, period, groupings)
    return people_behind(number, area, period, groupings)


@dataclass(frozen=True)
class ReachMeasure:
    """A number of the reach cells by another. `fixed` names the groupings it is about, which share nobody; () leaves
    the choice to whoever asks."""

    numerator: str = "reached"
    denominator: str = "population"
    fixed: tuple[str, ...] = ()

    lowest = AreaLevel.GRID

    @property
    def has_groupings(self) -> bool:
        """Whether one may ask for a grouping."""
        return not self.fixed

    @property
    def things(self) -> Things:
        """People, or their contacts."""
        return thing_of(self.numerator), thing_of(self.denominator)

    def list_groupings(self) -> Sequence[Choice]:
        """Return everybody, the population groups with their unions, and the traits (counting rule 6: never summed)."""
        if self.fixed:
            return ()
        groups = PopulationGroup.objects.values_list("code", "name")
        traits = [(trait.code, trait.name) for trait in (*UNIONS, *AGE_BANDS, *SEXES, EMPLOYED)]
        return [(ALL.code, ALL.name), *groups, *traits]

    def groupings_of(self, grouping: str) -> tuple[str, ...]:
        """Return the groupings that are counted when this one is asked for."""
        return self.fixed or (grouping or ALL.code,)

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures, zeros where nobody lives; see indicator.Measure."""
        cells = cells_of(areas, periods).filter(grouping__in=self.groupings_of(grouping))
        sums = cells.values("area_id", "period").annotate(
            n=Sum(column(self.numerator)), d=Sum(column(self.denominator))
        )
        return fill(areas, periods, sums.values_list("area_id", "period", "n", "d"))

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind:
        """Return the people, or contacts, counted."""
        groupings = self.groupings_of(grouping)
        counted = rows_behind(self.numerator, area, period, groupings)
        return Behind(counted, rows_behind(self.denominator, area, period, groupings))


@dataclass(frozen=True)
class GroupingShare(Ungrouped):
    """A number of one grouping by the same number of everybody: how much of it falls to that grouping."""

    part: str
    number: str = "contacts"

    lowest = AreaLevel.GRID

    @property
    def things(self) -> Things:
        """People, or their contacts."""
        return thing_of(self.number), thing_of(self.number)

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        cells = cells_of(areas, periods).filter(grouping__in=(self.part, ALL.code))
        sums = cells.values("area_id", "period").annotate(
            n=Sum(self.number, filter=Q(grouping=self.part), default=0),
            d=Sum(self.number, filter=Q(grouping=ALL.code), default=0),
        )
        return fill(areas, periods, sums.values_list("area_id", "period", "n", "d"))

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind:
        """Return what is counted."""
        counted = rows_behind(self.number, area, period, [self.part])
        return Behind(counted, rows_behind(self.number, area, period, [ALL.code]))


@dataclass(frozen=True)
class LowGroups(Ungrouped):
    """Population groups of at least FEWEST people whose reach lies below LOW_REACH_RATE, by all groups so large."""

    lowest = AreaLevel.GRID
    things = (Thing.GROUP, Thing.GROUP)

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        cells = self._large(cells_of(areas, periods)).values("area_id", "period")
        counts = cells.annotate(n=Count("grouping", filter=self._is_low()), d=Count("grouping"))
        return fill(areas, periods, counts.values_list("area_id", "period", "n", "d"))

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind:
        """Return the groups counted."""
        cells = self._large(cells_of([area], [period])).values("grouping")
        groups = PopulationGroup.objects.all()
        return Behind(groups.filter(code__in=cells.filter(self._is_low())), groups.filter(code__in=cells))

    def _large(self, cells: QuerySet[ReachCell, ReachCell]) -> QuerySet[ReachCell, ReachCell]:
        return cells.filter(population__gte=FEWEST, grouping__in=PopulationGroup.objects.values("code"))

    def _is_low(self) -> Q:
        return Q(reached__lt=F("population") * settings.LOW_REACH_RATE)


@dataclass(frozen=True)
class GridsReached(Ungrouped):
    """Grids in which somebody was reached, by those in which anybody lives.

    By grouping it would tell of a grid with one member whether that one was reached: there are none.
    """

    lowest = AreaLevel.COMMUNITY
    things = (Thing.GRID, Thing.GRID)

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        code_of = dict(grids_in(areas).values_list("pk", "code"))
        cells = ReachCell.objects.filter(
            level=AreaLevel.GRID,
            area_id__in=code_of.keys(),
            period__in=[period.code for period in periods],
            grouping=ALL.code,
        )
        lived: Counter[tuple[str, str]] = Counter()
        reached: Counter[tuple[str, str]] = Counter()
        digits = len(areas[0].code)
        for grid, period, people in cells.values_list("area_id", "period", "reached"):
            key = code_of[grid][:digits], period
            lived[key] += 1
            reached[key] += people > 0
        rows = ((a.id, p.code, reached[a.code, p.code], lived[a.code, p.code]) for a in areas for p in periods)
        return fill(areas, periods, rows)

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind:
        """Return the grids counted."""
        cells = ReachCell.objects.filter(level=AreaLevel.GRID, period=period.code, grouping=ALL.code)
        grids = grids_in([area])
        return Behind(
            grids.filter(pk__in=cells.filter(reached__gt=0).values("area_id")),
            grids.filter(pk__in=cells.values("area_id")),
        )


def grids_in(areas: Sequence[AreaRef]) -> QuerySet[Grid, Grid]:
    """Return the grids that lie in the areas, or lay in them."""
    inside = Q(pk__in=[])
    for area in areas:
        inside |= Q(code__startswith=area.code)
    return Grid.objects.filter(inside).order_by("code")
