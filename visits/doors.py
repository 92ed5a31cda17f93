"""Walking order: which door one comes to next, and which doors are a worker's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from grids.doors import by_number
from grids.models import Appointment, Household


@dataclass(frozen=True)
class Beat:
    """Where somebody knocks at doors: keys of grids and of single buildings; both empty: the whole community."""

    grids: frozenset[int] = frozenset()
    buildings: frozenset[int] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole community."""
        return not (self.grids or self.buildings)

    def holds(self, grid: int, building: int) -> bool:
        """Tell whether a door there is on this beat."""
        return self.is_whole or grid in self.grids or building in self.buildings


def beat_of(user: User) -> Beat:
    """Return the grids, or single buildings, in which the user holds a post today; without any, the community."""
    posts = Appointment.objects.visible_to(user).on(timezone.localdate()).filter(user=user)
    keys = list(posts.values_list("grid", "building"))
    return Beat(
        frozenset(grid for grid, building in keys if building is None),
        frozenset(building for _grid, building in keys if building is not None),
    )


def walking_order(household: Household) -> list[Any]:
    """Return the key that sorts doors as one walks: grid, building, unit, floor and room; 3号楼 before 12号楼."""
    building = household.building
    return [
        building.grid.code,
        by_number(building.name),
        building.pk,
        by_number(household.unit),
        by_number(household.room),
    ]


def in_walking_order(households: Iterable[Household]) -> list[Household]:
    """Return the doors as one walks; buildings and grids must be at hand."""
    return sorted(households, key=walking_order)
