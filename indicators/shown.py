"""Figures of one indicator as a reader may see them: what counts persons is hidden where it is small (counting rule 9).

Hiding is decided among all areas that add up to a shown total, so that no sum gives a hidden figure away.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings

from indicators.areas import AreaRef
from indicators.indicator import CLOSED, PLACES, Figure, Indicator, Key, Thing, Unit
from indicators.measures import ReachMeasure
from indicators.periods import Period
from indicators.suppression import HIDDEN, Cell, find_hidden_cells, hide_others, is_small, is_telling

OF_PERSONS = CLOSED | {Thing.PERSON, Thing.CONTACT, Thing.HOUSEHOLD, Thing.VISIT, Thing.NEED, Thing.POST}
CHAIN = ("reached", "twice", "active", "often")  # each among those before it


@dataclass(frozen=True)
class ShownFigure:
    """A figure with its words; hidden ones say nothing."""

    indicator: Indicator
    figure: Figure
    hidden: bool = False

    @property
    def value(self) -> float | None:
        """The value in the indicator's unit, rounded as it is shown; None when hidden or nothing is to be counted."""
        value = None if self.hidden else self.indicator.value(self.figure)
        return None if value is None else round(value, PLACES.get(Unit(self.indicator.unit), 0))

    @property
    def percent(self) -> float | None:
        """The value of a percentage, for a bar; None for other units."""
        return self.value if self.indicator.unit == Unit.PERCENT else None

    @property
    def numerator(self) -> str:
        """The numerator."""
        return self._text(self.figure.numerator)

    @property
    def denominator(self) -> str:
        """The denominator."""
        return self._text(self.figure.denominator)

    @property
    def is_low(self) -> bool:
        """Whether a reach figure lies below LOW_REACH_RATE."""
        rate = None if self.hidden else self.figure.rate
        return self.indicator.warns_when_low and rate is not None and rate < settings.LOW_REACH_RATE

    def _text(self, number: int) -> str:
        return HIDDEN if self.hidden else f"{number:,}"


def show_figures(
    indicator: Indicator, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str, *, hides: bool
) -> dict[Key, ShownFigure]:
    """Return the figures of areas of one level; with `hides`, without what is small or could be worked out."""
    figures = indicator.measure.answer(areas, periods, grouping) if areas else {}
    if not hides or not counts_persons(indicator):
        return {key: ShownFigure(indicator, figure, figure.is_withheld) for key, figure in figures.items()}
    hidden = find_hidden(indicator, figures, areas, periods, grouping)
    return {key: ShownFigure(indicator, figure, key in hidden) for key, figure in figures.items()}


def find_hidden(
    indicator: Indicator,
    figures: dict[Key, Figure],
    areas: Sequence[AreaRef],
    periods: Sequence[Period],
    grouping: str,
    cells: set[Cell] | None = None,
) -> set[Key]:
    """Return which figures of persons, of areas of one level, are small or would give a small one away.

    `cells` are the hidden cells of all groupings, where they have been found for several indicators at once.
    """
    hidden: set[Key] = set()
    if isinstance(indicator.measure, ReachMeasure) and areas:
        groupings = indicator.measure.groupings_of(grouping)
        found = find_hidden_cells(areas, periods, groupings) if cells is None else cells
        level = areas[0].level
        hidden |= {(area_id, code) for at, area_id, code, one in found if at == level and one in groupings}
        hidden |= find_nested(indicator, areas, periods, grouping)
    return hide_siblings(hidden, figures, areas)


def hide_siblings(hidden: set[Key], figures: dict[Key, Figure], areas: Sequence[AreaRef]) -> set[Key]:
    """Return what is hidden, with what is telling by itself, and a second one where a single could be worked out."""
    hidden = hidden | {key for key, figure in figures.items() if is_telling(figure)}
    codes = {code for _area_id, code in figures}
    for siblings in group_by_parent(areas):
        for code in codes:
            keys = {(area.id, code) for area in siblings}
            sizes = {key: figures[key].denominator for key in keys - hidden}
            hidden |= hide_others(len(keys & hidden), sizes, is_sum_known=True)
    return hidden


def counts_persons(indicator: Indicator) -> bool:
    """Tell whether the indicator's numbers are numbers of persons, or of what leads to one."""
    return not OF_PERSONS.isdisjoint(indicator.measure.things or ())


def find_nested(indicator: Indicator, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str) -> set[Key]:
    """Return where people who came exactly so often are few: two indicators of one chain would tell their number."""
    measure = indicator.measure
    if not isinstance(measure, ReachMeasure):
        return set()
    number = "reached" if measure.numerator == "missed" else measure.numerator  # who was missed tells who was reached
    if number not in CHAIN:
        return set()
    found: set[Key] = set()
    for other in list_beside(number):
        pair = replace(measure, numerator=other, denominator=number)
        found |= {
            key
            for key, one in pair.answer(areas, periods, grouping).items()
            if is_small(abs(one.denominator - one.numerator))
        }
    return found


def list_beside(number: str) -> list[str]:
    """Return the numbers directly before and after one of the chain."""
    place = CHAIN.index(number)
    return [CHAIN[other] for other in (place - 1, place + 1) if 0 <= other < len(CHAIN)]


def group_by_parent(areas: Sequence[AreaRef]) -> list[list[AreaRef]]:
    """Return the areas in families that add up to an area above."""
    families: dict[str, list[AreaRef]] = defaultdict(list)
    for area in areas:
        families[area.parent_code].append(area)
    return list(families.values())
