"""Which figures will miss their targets at the present pace, of all streets and communities at once. Writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from communities.models import Community, Street
from indicators.areas import AreaRef
from indicators.indicator import Indicator
from indicators.judging import Light, assess
from indicators.periods import Period
from indicators.shown import show_figures
from indicators.targets import find_targets_of_many, list_judged

MODELS: tuple[type[Street] | type[Community], ...] = (Street, Community)
KINDS = ("quarter", "year")  # a month is over before a warning has led to anything

Key = tuple[str, str, str]  # area code, indicator id, period code


@dataclass(frozen=True)
class Miss:
    """What a figure comes to at this pace, and the target of its period, both in the indicator's unit."""

    expected: float
    target: float


def find_misses(today: date) -> dict[Key, Miss]:
    """Return the figures of running periods that will miss their target by far (a red light).

    Figures are those that a street may see: what is hidden there raises no alert, for whoever gets a letter may work
    at the street. The number of queries depends on the indicators with a target, not on the areas.
    """
    misses: dict[Key, Miss] = {}
    for model in MODELS:
        rows = list(model.objects.order_by("code"))
        current = [AreaRef.to(area) for area in rows if area.valid_to is None]
        misses |= dict(find_misses_of(current, [AreaRef.to(area) for area in rows], today))
    return misses


def find_misses_of(areas: Sequence[AreaRef], beside: Sequence[AreaRef], today: date) -> Iterator[tuple[Key, Miss]]:
    """Yield the misses of areas of one level; `beside` are all areas of the level that there ever were."""
    targets = find_targets_of_many([area.code for area in areas], today.year)
    for indicator in list_judged():
        aimed = {
            area: float(held[indicator.id].value) for area in areas if indicator.id in (held := targets[area.code])
        }
        if aimed:
            yield from assess_areas(indicator, aimed, beside, today)


def assess_areas(
    indicator: Indicator, aimed: dict[AreaRef, float], beside: Sequence[AreaRef], today: date
) -> Iterator[tuple[Key, Miss]]:
    """Yield the misses of one indicator in areas of one level, each with its target of the year.

    What is hidden is decided among all areas that add up, with a target or without.
    """
    periods = [Period.containing(today, kind) for kind in KINDS if kind in indicator.periods]
    figures = show_figures(indicator, beside, periods, "", hides=True) if periods else {}
    for area, yearly in aimed.items():
        for period in periods:
            shown = figures[area.id, period.code]
            judged = None if shown.hidden else assess(indicator, shown.figure, yearly, period, today)
            if judged and judged.light == Light.RED:
                expected = judged.forecast if judged.forecast is not None else indicator.value(shown.figure)
                yield (area.code, indicator.id, period.code), Miss(expected or 0.0, judged.target)
