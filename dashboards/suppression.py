"""Hiding small cells outside the own community (counting rule 9), and one more where a sum would give one away."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings

from indicators.figures import Figure, Reach

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Shown:
    """What a page may show of a reach cell. Hidden: how many live there, but not how many were reached."""

    reach: Reach
    hidden: bool = False

    @property
    def population(self) -> str:
        """People there; 1-4 are shown as "<5" where small cells are hidden."""
        return (
            f"<{settings.SMALL_CELL}" if self.hidden and is_small(self.reach.population) else f"{self.reach.population}"
        )

    @property
    def reached(self) -> str:
        """People reached."""
        return self._text(self.reach.reached)

    @property
    def missed(self) -> str:
        """People not reached."""
        return self._text(self.reach.missed)

    @property
    def rate(self) -> float | None:
        """Reached of population; None when hidden or when nobody lives there."""
        return None if self.hidden else Figure(self.reach.reached, self.reach.population).rate

    @property
    def percent(self) -> int | None:
        """The rate in whole per cent, for meters and charts."""
        return None if self.rate is None else round(self.rate * 100)

    @property
    def is_low(self) -> bool:
        """Whether the rate is known and below LOW_REACH_RATE."""
        return self.rate is not None and self.rate < settings.LOW_REACH_RATE

    def _text(self, number: int) -> str:
        if not self.hidden:
            return f"{number}"
        return f"<{settings.SMALL_CELL}" if is_small(number) else "—"


def is_small(count: int) -> bool:
    """Tell whether a count of persons is one to SMALL_CELL - 1."""
    return 0 < count < settings.SMALL_CELL


def needs_hiding(reach: Reach) -> bool:
    """Tell whether any count of persons in the cell, or the difference of two, is small."""
    return any(is_small(count) for count in (reach.population, reach.reached, reach.missed))


def hide_small(cells: Mapping[Key, Reach], *, siblings: bool) -> dict[Key, Shown]:
    """Return what may be shown of cells.

    `siblings` says that the cells add up to a total that is shown as well: then a single hidden cell could be
    recomputed, and the smallest of the others is hidden with it.
    """
    hidden = {key for key, reach in cells.items() if needs_hiding(reach)}
    if siblings and len(hidden) == 1:
        others = [key for key, reach in cells.items() if key not in hidden and reach.population]
        hidden.update(sorted(others, key=lambda key: cells[key].population)[:1])
    return {key: Shown(reach, key in hidden) for key, reach in cells.items()}


def show_all(cells: Mapping[Key, Reach]) -> dict[Key, Shown]:
    """Return everything, for readers inside their own community."""
    return {key: Shown(reach) for key, reach in cells.items()}
