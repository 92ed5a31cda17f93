"""Numbers of reach cells as a reader may see them: each one alone is hidden where an indicator would hide it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.tables import to_percent
from indicators.areas import AreaRef
from indicators.figures import REACH_NUMBERS, Reach
from indicators.indicator import Figure, Key
from indicators.measures import cells_of
from indicators.periods import Period
from indicators.shown import CHAIN, hide_siblings, list_beside
from indicators.suppression import Cell, find_hidden_cells, is_small

CONTACTS = "contacts"
Numbers = dict[tuple[int, str, str], "Seen"]  # area id, period code, grouping


@dataclass(frozen=True)
class Seen:
    """The numbers of a reach cell; `hidden` names those of the chain, and contacts, that the reader may not see."""

    reach: Reach
    hidden: frozenset[str] = frozenset()

    def get(self, number: str) -> int | None:
        """Return a number of the chain, or the contacts; None where it is hidden."""
        return None if number in self.hidden else int(getattr(self.reach, number))

    @property
    def population(self) -> int | None:
        """People there; hidden with those reached, as the page of the reach rate does."""
        return None if "reached" in self.hidden else self.reach.population

    @property
    def weight(self) -> int | None:
        """People there as a weight of others' rates, which tells of them only that they are not few."""
        is_few = "reached" in self.hidden and is_small(self.reach.population)
        return None if is_few else self.reach.population

    @property
    def reached(self) -> int | None:
        """People reached."""
        return self.get("reached")

    @property
    def contacts(self) -> int | None:
        """人次."""
        return self.get(CONTACTS)

    @property
    def rate(self) -> float | None:
        """Reached of population; None where it is hidden or nobody lives there."""
        return None if self.reached is None else Figure(self.reached, self.reach.population).rate

    @property
    def percent(self) -> float | None:
        """The rate in per cent, one decimal."""
        return to_percent(self.rate)


def read_numbers(
    areas: Sequence[AreaRef], periods: Sequence[Period], groupings: Sequence[str], *, hides: bool
) -> Numbers:
    """Return the numbers of areas of one level, zeros where nobody lives, with a constant number of queries.

    Who hides asks for all areas beside one that the reader sees too: a sum must not give away what is hidden.
    """
    if not areas:
        return {}
    rows = cells_of(areas, periods).filter(grouping__in=groupings)
    found = {
        (area_id, code, grouping): Reach(*numbers)
        for area_id, code, grouping, *numbers in rows.values_list("area_id", "period", "grouping", *REACH_NUMBERS)
    }
    cells = find_hidden_cells(areas, periods, groupings) if hides else set()
    numbers: Numbers = {}
    for grouping in groupings:
        reaches = {(a.id, p.code): found.get((a.id, p.code, grouping), Reach()) for a in areas for p in periods}
        hidden = find_hidden_numbers(reaches, areas, grouping, cells) if hides else {}
        for key, reach in reaches.items():
            names = frozenset(number for number, keys in hidden.items() if key in keys)
            numbers[*key, grouping] = Seen(reach, names)
    return numbers


def find_hidden_numbers(
    reaches: dict[Key, Reach], areas: Sequence[AreaRef], grouping: str, cells: set[Cell]
) -> dict[str, set[Key]]:
    """Return number -> where it is hidden, of one grouping: as the indicators of the chain hide it (shown.py).

    People reached are hidden with those missed too (R-07), whose number they tell. Contacts are hidden with the people
    reached, and where so few came again that their number would tell.
    """
    level = areas[0].level
    in_cells = {key for key in reaches if (level, *key, grouping) in cells}
    found: dict[str, set[Key]] = {}
    for number in CHAIN:
        figures = {key: figure_of(reach, number) for key, reach in reaches.items()}
        few = {key for key, reach in reaches.items() if is_nested(reach, number)}
        found[number] = hide_siblings(in_cells | few, figures, areas)
        if number == "reached":
            found[number] |= hide_siblings(in_cells, figures, areas)
    figures = {key: Figure(reach.contacts, reach.reached) for key, reach in reaches.items()}
    again = {key for key, figure in figures.items() if is_small(figure.numerator - figure.denominator)}
    found[CONTACTS] = hide_siblings(in_cells | again | found["reached"], figures, areas)
    return found


def figure_of(reach: Reach, number: str) -> Figure:
    """Return a number of the chain by what its indicator divides it by."""
    return Figure(getattr(reach, number), reach.population if number == "reached" else reach.reached)


def is_nested(reach: Reach, number: str) -> bool:
    """Tell whether those who came just a little less, or more, often are few."""
    return any(is_small(abs(getattr(reach, number) - getattr(reach, other))) for other in list_beside(number))
