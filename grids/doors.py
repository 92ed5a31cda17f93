"""Doors of a building in walking order, and who lives behind one now."""

import re
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from grids.models import Building, Grid, Household, Residence, Resident
from grids.search import people_of, with_places


def doors_of(user: User) -> QuerySet[Household]:
    """Return the households of the user's communities, or only of the own grids of who is bound to them."""
    doors = Household.objects.filter(building__grid__community__in=user.communities())
    if user.is_bound_to_grids:
        doors = doors.filter(building__grid__in=Grid.objects.visible_to(user).values("pk"))
    return doors.select_related("building__grid__community")


def people_behind(household: Household, user: User) -> list[Resident]:
    """Return who of the user's communities lives behind the door today."""
    living = Residence.objects.on(timezone.localdate()).values("resident")
    return list(with_places(people_of(user).filter(household=household, pk__in=living)).order_by("birth_date", "pk"))


def neighbours(household: Household) -> tuple[Household | None, Household | None]:
    """Return the doors before and after this one in its building."""
    doors = sorted(household.building.households.all(), key=lambda door: (by_number(door.unit), by_number(door.room)))
    place = doors.index(household)
    return (doors[place - 1] if place else None), (doors[place + 1] if place + 1 < len(doors) else None)


def by_number(text: str) -> list[Any]:
    """Return a key that puts 301 before 1001: numbers by their size, anything else as text."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.findall(r"[0-9]+|[^0-9]+", text)]


def list_buildings(grids: Any, grid: int) -> list[str]:
    """Return the names of the buildings of the grid with this key, if it is among the grids."""
    names = Building.objects.filter(grid__in=grids, grid=grid).values_list("name", flat=True)
    return sorted(names, key=by_number)
