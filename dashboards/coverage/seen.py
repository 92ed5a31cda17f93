"""Reach cells of many areas, periods and groupings at once, each as the reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.asking import Ask
from dashboards.tables import to_percent
from dashboards.tiles import Tile
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.figures import REACH_NUMBERS, Reach
from indicators.indicator import Figure
from indicators.models import ReachCell
from indicators.periods import Period
from indicators.rows import link_lists
from indicators.shown import hide_siblings
from indicators.suppression import find_hidden_cells, is_small

Key = tuple[int, str, str]  # area id, period code, grouping


@dataclass(frozen=True)
class Seen:
    """A reach cell. A hidden one says nothing at all; where nobody lives there is no rate."""

    reach: Reach
    hidden: bool = False

    @property
    def population(self) -> int | None:
        """People there."""
        return None if self.hidden else self.reach.population

    @property
    def reached(self) -> int | None:
        """People reached."""
        return None if self.hidden else self.reach.reached

    @property
    def missed(self) -> int | None:
        """People not reached: R-07."""
        return None if self.hidden else self.reach.missed

    @property
    def percent(self) -> float | None:
        """The reach rate in per cent with one digit: S0-20."""
        return None if self.hidden else to_percent(Figure(self.reach.reached, self.reach.population).rate)

    @property
    def numbers(self) -> tuple[int | None, int | None, int | None, float | None]:
        """People there, reached, missed, and the rate: the columns of tables."""
        return self.population, self.reached, self.missed, self.percent

    @property
    def order(self) -> tuple[bool, int]:
        """What sorts the most missed to the top; hidden ones come last, where their place tells nothing."""
        return self.hidden, 0 if self.hidden else -self.reach.missed


def read_seen(
    areas: Sequence[AreaRef], periods: Sequence[Period], groupings: Sequence[str], *, hides: bool
) -> dict[Key, Seen]:
    """Return what is seen of areas of one level, which are whole families (shown.group_by_parent) where it `hides`."""
    reaches = read_reaches(areas, periods, groupings)
    hidden = find_hidden(areas, periods, groupings, reaches) if hides else set()
    return {key: Seen(reach, key in hidden) for key, reach in reaches.items()}


def read_reaches(areas: Sequence[AreaRef], periods: Sequence[Period], groupings: Sequence[str]) -> dict[Key, Reach]:
    """Return the numbers of every area, period and grouping; zeros where nobody lives. One query."""
    reaches = {(area.id, period.code, code): Reach() for area in areas for period in periods for code in groupings}
    if areas:
        cells = ReachCell.objects.filter(
            level=areas[0].level,
            area_id__in=[area.id for area in areas],
            period__in=[period.code for period in periods],
            grouping__in=groupings,
        )
        for area_id, code, grouping, *numbers in cells.values_list("area_id", "period", "grouping", *REACH_NUMBERS):
            reaches[area_id, code, grouping] = Reach(*numbers)
    return reaches


def find_hidden(
    areas: Sequence[AreaRef], periods: Sequence[Period], groupings: Sequence[str], reaches: dict[Key, Reach]
) -> set[Key]:
    """Return what either the reach rate or the number of people missed hides, by the rules of indicators/shown.py.

    Both stand side by side here: whoever knows two of reached, missed and population knows the third.
    """
    if not areas:
        return set()
    cells, hidden = find_hidden_cells(areas, periods, groupings), set()
    for grouping in groupings:
        own = {(area.id, one.code): reaches[area.id, one.code, grouping] for area in areas for one in periods}
        figures = {key: Figure(reach.reached, reach.population) for key, reach in own.items()}
        in_cells = {key for key in own if (areas[0].level, *key, grouping) in cells}
        # Few who came exactly once: their number is reached less those who came twice, which another indicator shows.
        once = {key for key, reach in own.items() if is_small(reach.reached - reach.twice)}
        found = hide_siblings(in_cells, figures, areas) | hide_siblings(in_cells | once, figures, areas)
        hidden |= {(*key, grouping) for key in found}
    return hidden


def make_tiles(ask: Ask, grouping: str, seen: Seen) -> list[Tile]:
    """Return people missed and the reach rate of the page's area as tiles, from a cell already read."""
    reach, tiles = seen.reach, []
    for id, counted in (("R-07", reach.missed), ("S0-20", reach.reached)):
        figure, indicator = Figure(counted, reach.population), CATALOGUE[id]
        lists = {} if seen.hidden else link_lists(indicator, ask.area, ask.period, grouping, ask.reader)
        tiles.append(Tile(indicator, figure, ask.area.code, ask.period, grouping, seen.hidden, lists=lists))
    return tiles
