"""The homes of a grid in which people live whom a period has not reached yet: a work list, for those who may visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from accounts.models import User
from grids.models import Building, Household, Resident
from grids.search import with_places
from indicators.areas import AreaRef
from indicators.people import people_behind
from indicators.periods import Period
from indicators.rows import Row, say_resident
from visits.doors import in_walking_order


@dataclass(frozen=True)
class Door:
    """A door, and who behind it was not reached."""

    household: Household
    people: list[Resident]


@dataclass(frozen=True)
class Missed:
    """Everybody whom R-07 counts: behind doors in walking order, and apart who has no door in the grid today."""

    doors: list[Door]
    others: list[Row]

    @property
    def people_behind_doors(self) -> int:
        """人 behind the doors."""
        return sum(len(door.people) for door in self.doors)

    @property
    def people(self) -> int:
        """人 altogether: the figure."""
        return self.people_behind_doors + len(self.others)


def list_missed(grid: AreaRef, period: Period, grouping: str, reader: User) -> Missed:
    """Return who of a grouping was not reached, with a constant number of queries.

    People are counted where they lived on the reference day; a door is named only for who lives behind it now.
    """
    counted: Any = people_behind("missed", grid, period, [grouping])
    people = with_places(counted).select_related("household__building__grid", "grid__community")
    behind: dict[int, list[Resident]] = {}
    households: dict[int, Household] = {}
    elsewhere = []
    for person in people.order_by("birth_date", "pk"):
        if (door := person.household) and lives_in(person, grid):
            households[door.pk] = door
            behind.setdefault(door.pk, []).append(person)
        else:
            elsewhere.append(person)
    doors = [Door(household, behind[household.pk]) for household in in_walking_order(households.values())]
    own = set(reader.communities().values_list("pk", flat=True))
    return Missed(doors, [say_resident(person, own) for person in elsewhere])


def lives_in(person: Resident, grid: AreaRef) -> bool:
    """Tell whether somebody fetched by with_places() lives in the grid now, behind a door of it."""
    door = person.household
    is_here = any(spell.grid_id == grid.id for spell in person.open_spells)  # type: ignore[attr-defined]
    return is_here and door is not None and door.building.grid_id == grid.id


def group_doors(doors: Sequence[Door]) -> list[tuple[Building, list[tuple[str, list[Door]]]]]:
    """Return doors in walking order by building and unit."""
    buildings = groupby(doors, key=lambda door: door.household.building)
    return [(building, group_units(list(inside))) for building, inside in buildings]


def group_units(doors: Sequence[Door]) -> list[tuple[str, list[Door]]]:
    """Return the doors of a building by unit."""
    return [(unit, list(inside)) for unit, inside in groupby(doors, key=lambda door: door.household.unit)]
