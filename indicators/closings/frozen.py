"""Reading closed periods: what figures were at the closing, and which have been restated since. Closing: closing.py.

A restatement is a live figure that differs from the frozen one by the same definition. Live figures are kept for
CELL_MONTHS; of older periods the frozen ones are what there is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from activities.models import Activity, ActivityKind, Category
from communities.models import Community, Street
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.figures import Held, Reach
from indicators.indicator import Figure, Indicator, Key
from indicators.measures import ReachMeasure
from indicators.models import AreaLevel, FrozenCell, PeriodClosing
from indicators.periods import Period, kept_periods
from indicators.shown import counts_persons, find_hidden
from indicators.suppression import Cell, find_hidden_cells


@dataclass(frozen=True)
class Frozen:
    """The numbers of an area as they were at the closing: people by grouping, and what was held."""

    reach: dict[str, Reach]
    held: Held


@dataclass(frozen=True)
class Restatement:
    """A figure at the closing beside the live one; None where there is none that could be compared."""

    indicator: Indicator
    frozen: Figure | None
    live: Figure | None
    hidden: bool = False  # counting rule 9: too small for this reader

    @property
    def is_restated(self) -> bool:
        """Whether the figure has moved since."""
        return None not in (self.frozen, self.live) and self.frozen != self.live

    @property
    def difference(self) -> float | None:
        """Live minus frozen value in the indicator's unit; None where either has none."""
        before, after = (self.indicator.value(figure) if figure else None for figure in (self.frozen, self.live))
        return None if before is None or after is None else after - before


def find_closing(area: AreaRef, period: Period) -> PeriodClosing | None:
    """Return the closing of the period by the street in which the area lies; None for open ones and districts."""
    closings = PeriodClosing.objects.select_related("closed_by", "street").filter(period=period.code)
    return closings.filter(street__code=area.code[:9]).first()


def read_frozen(closing: PeriodClosing, area: AreaRef) -> Frozen:
    """Return the numbers of an area of the closing's street."""
    cells: dict[str, list[tuple[str, list[int]]]] = {FrozenCell.Table.REACH: [], FrozenCell.Table.ACTIVITY: []}
    rows = FrozenCell.objects.filter(closing=closing, level=area.level, area_id=area.id, table__in=cells)
    for table, key, numbers in rows.values_list("table", "key", "numbers"):
        cells[table].append((key, numbers))
    return Frozen(
        reach={key: Reach(*numbers) for key, numbers in cells[FrozenCell.Table.REACH]},
        held=add_up(cells[FrozenCell.Table.ACTIVITY]),
    )


def read_frozen_figures(closing: PeriodClosing, areas: Sequence[AreaRef]) -> dict[str, dict[int, Figure]]:
    """Return indicator id -> area id -> figure, for areas of one level.

    An indicator that was not counted then, or by another definition, is missing.
    """
    keys = [key_of(indicator) for indicator in CATALOGUE.values()]
    cells = FrozenCell.objects.filter(closing=closing, table=FrozenCell.Table.FIGURE, level=areas[0].level)
    cells = cells.filter(area_id__in=[area.id for area in areas], key__in=keys)
    found: dict[str, dict[int, Figure]] = defaultdict(dict)
    for area_id, key, (numerator, denominator) in cells.values_list("area_id", "key", "numbers"):
        found[key.partition("/")[0]][area_id] = Figure(numerator, denominator)
    return found


def key_of(indicator: Indicator) -> str:
    """Return the key under which an indicator's figures are frozen: with the version of its definition."""
    return f"{indicator.id}/{indicator.version}"


def add_up(cells: list[tuple[str, list[int]]]) -> Held:
    """Return the sum of frozen activity cells, home visits left out, like figures.read_held of live ones."""
    visits = set(ActivityKind.objects.filter(category=Category.VISIT).values_list("pk", flat=True)) if cells else set()
    sums = [0] * len(Held.__dataclass_fields__)
    for key, (held, named, outsiders, unnamed) in cells:
        kind, _theme, origin, mode = key.split("/")
        if int(kind) in visits:
            continue
        online = held if mode != Activity.Mode.IN_PERSON else 0
        own = held if origin != Activity.Origin.ASSIGNED else 0
        numbers = (held, named, outsiders, unnamed, online, own)
        sums = [total + number for total, number in zip(sums, numbers, strict=True)]
    return Held(*sums)


def is_kept(period: Period) -> bool:
    """Tell whether live figures of the period are kept."""
    return period in kept_periods(timezone.localdate(), settings.CELL_MONTHS)


def compare(closing: PeriodClosing, area: AreaRef, *, hides: bool = False) -> list[Restatement]:
    """Return every indicator that the area has a figure of, frozen beside live; with `hides`, no small counts."""
    period = Period.parse(closing.period)
    indicators = [indicator for indicator in CATALOGUE.values() if has_figures(indicator, area.level, period)]
    areas = list_siblings(area) if hides else [area]
    frozen = read_frozen_figures(closing, areas)
    cells = find_hidden_cells(areas, [period], list_groupings(indicators)) if hides else set()
    return [compare_one(one, frozen[one.id], area, areas, period, cells if hides else None) for one in indicators]


def list_groupings(indicators: Iterable[Indicator]) -> set[str]:
    """Return the groupings that are counted when each indicator is asked for its first one."""
    measures = [indicator.measure for indicator in indicators]
    return {code for one in measures if isinstance(one, ReachMeasure) for code in one.groupings_of("")}


def compare_one(
    indicator: Indicator,
    frozen: dict[int, Figure],
    area: AreaRef,
    areas: Sequence[AreaRef],
    period: Period,
    cells: set[Cell] | None,
) -> Restatement:
    """Return one indicator of an area, frozen beside live.

    `cells` are those hidden from the reader, None where nothing is. What is hidden depends on the siblings in `areas`
    too: their sum is shown one level above.
    """
    before = {(area_id, period.code): figure for area_id, figure in frozen.items()}
    after = indicator.measure.answer(areas, [period], "") if is_kept(period) else {}
    key, hidden = (area.id, period.code), False
    if cells is not None and counts_persons(indicator):
        sides = [(side, areas_in(side, areas)) for side in (before, after) if side]
        hidden = any(key in find_hidden(indicator, side, there, [period], "", cells) for side, there in sides)
    return Restatement(indicator, before.get(key), after.get(key), hidden)


def areas_in(figures: dict[Key, Figure], areas: Sequence[AreaRef]) -> list[AreaRef]:
    """Return the areas that have figures: at the closing there may have been others than today."""
    known = {area_id for area_id, _code in figures}
    return [area for area in areas if area.id in known]


def list_siblings(area: AreaRef) -> list[AreaRef]:
    """Return the communities of the area's street, abolished ones too; any other area stands alone."""
    if area.level != AreaLevel.COMMUNITY:
        return [area]
    rows = Community.objects.filter(code__startswith=area.parent_code).order_by("code")
    return [AreaRef.to(row) for row in rows]


def has_figures(indicator: Indicator, level: str, period: Period) -> bool:
    """Tell whether an indicator is counted for areas of the level and periods of this kind."""
    is_low_enough = level != AreaLevel.GRID or indicator.measure.lowest == AreaLevel.GRID
    return is_low_enough and period.kind in indicator.periods


def find_restatement(
    indicator: Indicator, area: AreaRef, period: Period, *, hides: bool = False
) -> tuple[PeriodClosing | None, Restatement | None]:
    """Return the closing of a period, and one indicator's frozen figure beside the live one."""
    closing = find_closing(area, period)
    if closing is None or not has_figures(indicator, area.level, period):
        return closing, None
    areas = list_siblings(area) if hides else [area]
    frozen = read_frozen_figures(closing, areas)[indicator.id]
    cells = find_hidden_cells(areas, [period], list_groupings([indicator])) if hides else None
    return closing, compare_one(indicator, frozen, area, areas, period, cells)


def list_standings(street: Street, kind: str) -> list[tuple[Period, PeriodClosing | None]]:
    """Return the periods of a kind of which figures are kept or that were closed, newest first, with their closing."""
    closings = {c.period: c for c in PeriodClosing.objects.filter(street=street).select_related("closed_by")}
    kept = [period for period in kept_periods(timezone.localdate(), settings.CELL_MONTHS) if period.kind == kind]
    closed = [period for period in map(Period.parse, closings) if period.kind == kind]
    return [(p, closings.get(p.code)) for p in sorted({*kept, *closed}, key=lambda p: p.start, reverse=True)]
