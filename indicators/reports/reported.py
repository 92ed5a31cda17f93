"""Measures of what people report because nothing can compute it.

Which numbers are asked: fields.py. When they are due: slots.py. Whether they are plausible: checks.py. Saving them:
reporting.py.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from communities.models import Community
from grids.groupings import ALL
from grids.models import Grid
from indicators.areas import AreaRef
from indicators.indicator import Behind, Figure, Key, Thing, Things, Ungrouped
from indicators.models import AreaLevel, ReachCell, ReportedFigure
from indicators.periods import Period
from indicators.reports.fields import FIELDS

Values = dict[str, Decimal]  # code of a field -> number


def read_values(
    areas: Sequence[AreaRef], periods: Sequence[Period], codes: Iterable[str]
) -> dict[tuple[str, str], Values]:
    """Return (community code, period code) -> reported numbers in areas of one level, with one query."""
    figures = ReportedFigure.objects.annotate(within=Left("report__community__code", len(areas[0].code))).filter(
        within__in=[area.code for area in areas],
        report__period__in=[period.code for period in periods],
        indicator__in=list(codes),
    )
    found: dict[tuple[str, str], Values] = defaultdict(dict)
    for community, period, code, value in figures.values_list(
        "report__community__code", "report__period", "indicator", "value"
    ):
        found[community, period][code] = value
    return dict(found)


def count_population(communities: Sequence[str], periods: Sequence[Period]) -> Mapping[tuple[str, str], int]:
    """Return (community code, period code) -> residents on the reference day."""
    code_of = dict(Community.objects.filter(code__in=communities).values_list("pk", "code"))
    cells = ReachCell.objects.filter(
        level=AreaLevel.COMMUNITY,
        area_id__in=code_of.keys(),
        period__in=[period.code for period in periods],
        grouping=ALL.code,
    )
    return {(code_of[area], period): n for area, period, n in cells.values_list("area_id", "period", "population")}


def count_grids(communities: Sequence[str], periods: Sequence[Period]) -> Mapping[tuple[str, str], int]:
    """Return (community code, period code) -> grids that existed on the reference day."""
    today = timezone.localdate()
    days = {period.code: period.reference(today) for period in periods}
    found: dict[tuple[str, str], int] = defaultdict(int)
    grids = Grid.objects.filter(community__code__in=communities)
    for community, since, until in grids.values_list("community__code", "valid_from", "valid_to"):
        for code, day in days.items():
            found[community, code] += (since is None or since <= day) and (until is None or until > day)
    return found


COMPUTED: dict[str, Callable[[Sequence[str], Sequence[Period]], Mapping[tuple[str, str], int]]] = {
    "population": count_population,
    "grids": count_grids,
}


@dataclass(frozen=True)
class ReportedMeasure(Ungrouped):
    """A reported number, or one by another, which may be reported too or computed (a key of COMPUTED).

    A community counts once it has reported all that is needed: who has not is missing on both sides, never a zero.
    The denominator of a mere sum is the number of communities in it. `least` is the smallest denominator from which a
    figure is made. Money is rounded to whole yuan, after summing.
    """

    numerator: str
    denominator: str = ""
    least: int = 0

    lowest = AreaLevel.COMMUNITY
    things = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The codes of what is reported for it."""
        return (self.numerator, *([self.denominator] if self.denominator in FIELDS else []))

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures, zeros where nobody has reported; see indicator.Measure."""
        known = read_values(areas, periods, self.fields)
        complete = {key: values for key, values in known.items() if len(values) == len(self.fields)}
        divisors = self._find_divisors(complete, periods)
        sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for (community, period), values in complete.items():
            pair = sums[community[: len(areas[0].code)], period]
            pair[0] += values[self.numerator]
            pair[1] += divisors.get((community, period), 0) if self.denominator else 1
        return {(a.id, p.code): self._round(sums.get((a.code, p.code))) for a in areas for p in periods}

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind | None:
        """Sums of numbers are no counts of things: there is nothing to list."""
        return None

    def _find_divisors(
        self, complete: Mapping[tuple[str, str], Values], periods: Sequence[Period]
    ) -> Mapping[tuple[str, str], Decimal | int]:
        if self.denominator in COMPUTED:
            return COMPUTED[self.denominator](sorted({community for community, _period in complete}), periods)
        return {key: values[self.denominator] for key, values in complete.items()} if self.denominator else {}

    def _round(self, pair: list[Decimal] | None) -> Figure:
        numerator, denominator = (int(n.quantize(Decimal(1), ROUND_HALF_UP)) for n in pair or (Decimal(0), Decimal(0)))
        return Figure(numerator, denominator) if denominator >= self.least else Figure(0)


@dataclass(frozen=True)
class CommunitiesWith(Ungrouped):
    """Communities that have enough of every one of `fields`, by those that have reported them all.

    Enough is one, or what the community reported under `required`.
    """

    wanted: tuple[str, ...]
    required: str = ""

    lowest = AreaLevel.COMMUNITY
    things: ClassVar[Things] = (Thing.COMMUNITY, Thing.COMMUNITY)

    @property
    def fields(self) -> tuple[str, ...]:
        """The codes of what is reported for it."""
        return (*self.wanted, *([self.required] if self.required else []))

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for (community, period), values in read_values(areas, periods, self.fields).items():
            if len(values) == len(self.fields):
                pair = counts[community[: len(areas[0].code)], period]
                pair[0] += self.has_enough(values)
                pair[1] += 1
        return {(a.id, p.code): Figure(*counts.get((a.code, p.code), (0, 0))) for a in areas for p in periods}

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind:
        """Return the communities counted."""
        found = read_values([area], [period], self.fields)
        known = {code: values for (code, _period), values in found.items() if len(values) == len(self.fields)}
        enough = [code for code, values in known.items() if self.has_enough(values)]
        return Behind(communities_of(enough), communities_of(known))

    def has_enough(self, values: Values) -> bool:
        """Tell whether a community has enough of everything."""
        enough = values[self.required] if self.required else 1
        return all(values[code] >= enough for code in self.wanted)


def communities_of(codes: Iterable[str]) -> QuerySet[Community, Community]:
    """Return the communities with these codes, by code."""
    return Community.objects.filter(code__in=list(codes)).order_by("code")
