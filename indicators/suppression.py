"""Which cells of persons are hidden above the own community (counting rule 9), decided once for every page.

A count of one to four is hidden, and whatever would give it away: the difference of two counts, another area where all
add up to a shown total, the other age bands, the rest of a union. Hidden numbers all look alike: "<5" beside a known
sum could be worked out. Figures of one indicator: shown.py.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings

from accounts.models import User
from accounts.roles import Level
from grids.groupings import AGE_BANDS, ALL, SEXES, UNIONS_BY_CODE
from indicators.areas import MODELS, AreaRef
from indicators.figures import Reach
from indicators.indicator import Figure
from indicators.models import AreaLevel, ReachCell
from indicators.periods import Period

Cell = tuple[str, int, str, str]  # level, area id, period code, grouping
Unit = tuple[str, ...]  # groupings that are hidden together, because they add up
Place = tuple[int, str, Unit]
Counts = dict[tuple[int, str, str], Figure]  # area id, period code, grouping -> reached by population

FAMILIES: tuple[Unit, ...] = tuple(tuple(trait.code for trait in family) for family in (AGE_BANDS, SEXES))
EVERYBODY: Unit = (ALL.code,)
HIDDEN = "—"
ABOVE = {AreaLevel.GRID: ("community", AreaLevel.COMMUNITY), AreaLevel.COMMUNITY: ("street", AreaLevel.STREET)}
Named = TypeVar("Named")  # whatever may be hidden: the name of a place, the key of a figure or of a row


@dataclass(frozen=True)
class Shown:
    """What a page may show of a reach cell. Hidden: how many live there, but not how many were reached."""

    reach: Reach
    hidden: bool = False

    @property
    def population(self) -> str:
        """People there; 1-4 are hidden where the cell is."""
        return HIDDEN if self.hidden and is_small(self.reach.population) else f"{self.reach.population}"

    @property
    def reached(self) -> str:
        """People reached."""
        return HIDDEN if self.hidden else f"{self.reach.reached}"

    @property
    def missed(self) -> str:
        """People not reached."""
        return HIDDEN if self.hidden else f"{self.reach.missed}"

    @property
    def rate(self) -> float | None:
        """Reached of population; None when hidden or when nobody lives there."""
        return None if self.hidden else Figure(self.reach.reached, self.reach.population).rate

    @property
    def percent(self) -> float | None:
        """The rate in per cent with one decimal, as tables and tiles say it."""
        return None if self.rate is None else round(self.rate * 100, 1)

    @property
    def is_low(self) -> bool:
        """Whether the rate is known and below LOW_REACH_RATE."""
        return self.rate is not None and self.rate < settings.LOW_REACH_RATE


def must_hide(user: User) -> bool:
    """Tell whether small cells are hidden from the user: whoever works above a community."""
    return user.level != Level.COMMUNITY


def is_small(count: int) -> bool:
    """Tell whether a count of persons is one to SMALL_CELL - 1."""
    return 0 < count < settings.SMALL_CELL


def is_telling(figure: Figure) -> bool:
    """Tell whether numerator, denominator or what is between them is a small number."""
    n, d = figure.numerator, figure.denominator
    return any(is_small(count) for count in (n, d, d - n))


def find_hidden_cells(areas: Sequence[AreaRef], periods: Sequence[Period], groupings: Iterable[str]) -> set[Cell]:
    """Return the cells of areas of one level, their siblings and the areas above that nobody above a community sees.

    Decided from the top: where the area above is hidden too, one hidden part keeps its sum unknown; else it takes two.
    Age bands, or sexes, add up to everybody: where everybody is hidden, so are they.
    """
    if not areas:
        return set()
    units = {unit_of(grouping) for grouping in groupings}
    adding_up = units.intersection(FAMILIES)
    if adding_up:
        units.add(EVERYBODY)
    families = list_families(areas)
    members = [area_id for family in families.values() for area_id in family]
    counts = read_counts(areas[0].level, members, periods, units)
    places = [(area_id, period.code, unit) for area_id in members for period in periods for unit in units]
    hidden = {place for place in places if is_telling_place(place, counts)}
    level, above = areas[0].level, set()
    if level in ABOVE:
        level_above = ABOVE[AreaLevel(level)][1]
        above = find_hidden_cells([AreaRef(level_above, pk, code, "") for pk, code in families], periods, groupings)
        for (parent, _code), family in families.items():
            for period in periods:
                for unit in units:
                    asked = [(area_id, period.code, unit) for area_id in family]
                    is_sum_known = not any((level_above, parent, period.code, grouping) in above for grouping in unit)
                    sizes = {place: size_of(place, counts) for place in asked if place not in hidden}
                    hidden |= hide_others(len(asked) - len(sizes), sizes, is_sum_known=is_sum_known)
    hidden |= {(area_id, code, family) for area_id, code, unit in hidden if unit == EVERYBODY for family in adding_up}
    return above | {(level, area_id, code, grouping) for area_id, code, unit in hidden for grouping in unit}


def name_cell(area: AreaRef, period: Period, grouping: str) -> Cell:
    """Return the cell as find_hidden_cells() names it."""
    return area.level, area.id, period.code, grouping


def unit_of(grouping: str) -> Unit:
    """Return the groupings that are hidden with this one."""
    return next((family for family in FAMILIES if grouping in family), (grouping,))


def list_families(areas: Sequence[AreaRef]) -> dict[tuple[int, str], list[int]]:
    """Return (key, code) of the area above -> the keys of all areas in it; streets and districts stand alone."""
    if areas[0].level not in ABOVE:
        return {(0, ""): [area.id for area in areas]}
    field, _level_above = ABOVE[AreaLevel(areas[0].level)]
    beside = MODELS[areas[0].level].objects.filter(**{f"{field}__code__in": {area.parent_code for area in areas}})
    families: dict[tuple[int, str], list[int]] = defaultdict(list)
    for pk, parent, code in beside.values_list("pk", field, f"{field}__code"):
        families[parent, code].append(pk)
    return families


def read_counts(level: str, area_ids: Collection[int], periods: Sequence[Period], units: Collection[Unit]) -> Counts:
    """Return people reached by people there, of all groupings that decide about the units."""
    groupings = {grouping for unit in units for grouping in unit}
    for union in groupings & UNIONS_BY_CODE.keys():
        groupings = groupings | set(rest_of(union))
    cells = ReachCell.objects.filter(
        level=level, area_id__in=area_ids, period__in=[period.code for period in periods], grouping__in=groupings
    )
    rows = cells.values_list("area_id", "period", "grouping", "reached", "population")
    return {(area_id, code, grouping): Figure(n, d) for area_id, code, grouping, n, d in rows}


def rest_of(union: str) -> Unit:
    """Return the groupings that tell what else is in a union, or beside it: they share nobody."""
    return tuple(part for part in UNIONS_BY_CODE[union].parts if part in FAMILIES[0]) or (ALL.code,)


def is_telling_place(place: Place, counts: Counts) -> bool:
    """Tell whether a count of the unit, or what a union has more or less than its parts, is small."""
    area_id, code, unit = place
    figures = [counts.get((area_id, code, grouping), Figure(0)) for grouping in unit]
    for union in UNIONS_BY_CODE.keys() & set(unit):
        rest = [counts.get((area_id, code, grouping), Figure(0)) for grouping in rest_of(union)]
        n, d = sum(figure.numerator for figure in rest), sum(figure.denominator for figure in rest)
        figures.append(Figure(abs(figures[0].numerator - n), abs(figures[0].denominator - d)))
    return any(is_telling(figure) for figure in figures)


def size_of(place: Place, counts: Counts) -> int:
    """Return how many people live in a place."""
    area_id, code, unit = place
    return sum(counts.get((area_id, code, grouping), Figure(0)).denominator for grouping in unit)


def hide_others(hidden: int, sizes: dict[Named, int], *, is_sum_known: bool) -> set[Named]:
    """Return which of those not hidden yet are to be hidden too: the smallest with anybody in them.

    `hidden` says how many of the family are hidden already. Where the sum is known a single one could be worked out;
    where it is hidden itself, parts that are all shown would give it away.
    """
    wanted = 1 if not is_sum_known else 2 if hidden else 0
    inhabited = sorted((one for one, size in sizes.items() if size), key=lambda one: (sizes[one], one))
    return set(inhabited[: max(0, wanted - hidden)])
