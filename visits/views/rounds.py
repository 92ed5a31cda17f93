"""The worker's round: which doors are due, and finding any other door."""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from grids.doors import by_number, doors_of
from grids.models import Building, Grid, Household
from grids.search import best_matches, fold_text, match, people_of, read_key
from visits.doors import Beat, beat_of, in_walking_order
from visits.due import DueDoor, Progress, find_asks, find_due_doors, next_due_on, running_plans, sum_up
from visits.models import Need, VisitPlan

MOST_DOORS = 60  # more on one page tire a phone and its reader: then buildings come first
MOST_ROOMS = 150
ALL = "all"


@dataclass
class Round:
    """What somebody who goes from door to door today sees: a beat, its due doors, the plans behind them."""

    beat: Beat
    doors: list[DueDoor]
    progress: list[Progress]
    next_due_on: Any
    plans: list[VisitPlan]
    filters: dict[str, Any] = field(default_factory=dict)


def plan_round(user: User, query: Any) -> Round:
    """Return the round that the query of an address asks for: grid, plan, building; at first one's own beat."""
    own = beat_of(user)
    grid, plan = read_key(query.get("grid", "")), read_key(query.get("plan", ""))
    building = read_key(query.get("building", ""))
    beat = Beat(frozenset([grid])) if grid else Beat() if query.get("grid") == ALL else own
    plans = running_plans(user)
    chosen = [one for one in plans if one.pk == plan] if plan else plans
    asks = [ask for ask in find_asks(chosen) if beat.holds(ask.grid, ask.building)]
    doors = find_due_doors(user, asks, beat=beat, follow_ups=not plan)
    if building:
        doors = [door for door in doors if door.household.building_id == building]
    filters = {"grid": grid or (query.get("grid", "") and ALL), "plan": plan, "building": building, "own": own}
    return Round(beat, doors, sum_up(chosen, asks), next_due_on(asks), plans, filters)


def by_building(doors: list[DueDoor]) -> list[dict[str, Any]]:
    """Group doors by building and unit; buildings where something is late come first, inside one walks on."""
    found = []
    for building, here in groupby(doors, key=lambda door: door.household.building):
        inside = list(here)
        units = [(unit, list(rooms)) for unit, rooms in groupby(inside, key=lambda door: door.household.unit)]
        late = sum(door.is_overdue for door in inside)
        found.append({"building": building, "units": units, "doors": len(inside), "late": late})
    return sorted(found, key=lambda one: not one["late"])


@access(Permission.MANAGE_VISITS, personal=True)
def list_due_doors(request: StaffRequest) -> HttpResponse:
    """Show the doors due today, in walking order."""
    today = plan_round(request.user, request.GET)
    needs = Need.objects.visible_to(request.user).open()
    is_long = len(today.doors) > MOST_DOORS and not today.filters["building"]
    context = {
        "round": today,
        "buildings": by_building(today.doors),
        "is_long": is_long,
        "late": sum(door.is_overdue for door in today.doors),
        "grids": Grid.objects.visible_to(request.user).current(),
        "open_needs": needs.count(),
        "query": request.GET.urlencode(),
        "query_without_building": urlencode([pair for pair in request.GET.items() if pair[0] != "building"]),
    }
    return render(request, "visits/round.html", context)


@access(Permission.MANAGE_VISITS, personal=True)
def find_door(request: StaffRequest) -> HttpResponse:
    """Find a door by building, unit and room, or by the name of somebody who lives behind it."""
    text = fold_text(request.GET.get("q", ""))
    context: dict[str, Any] = {"text": text, **search_people(request.user, text)}
    if request.htmx:
        return render(request, "visits/_people_found.html", context)
    building = read_key(request.GET.get("building", ""))
    if rooms := in_walking_order(doors_of(request.user).filter(building=building)):
        context |= list_rooms(rooms, request.GET.get("unit"))
    else:
        context["buildings"] = list_buildings(request.user)
    return render(request, "visits/find_door.html", context)


def search_people(user: User, text: str) -> dict[str, Any]:
    """Return who of the user's communities answers to the text (R3), or advice."""
    if not text:
        return {}
    try:
        found = people_of(user).filter(match(text))
    except ValidationError as error:
        return {"advice": " ".join(error.messages)}
    people, more = best_matches(found, text)
    return {"people": people, "more": more}


def list_buildings(user: User) -> list[tuple[Any, list[Building]]]:
    """Return the buildings with doors, by grid; the user's own grids first."""
    keys = doors_of(user).order_by().values("building")
    buildings = list(Building.objects.filter(pk__in=keys).select_related("grid"))
    beat = beat_of(user)

    def order(building: Building) -> Any:
        is_own = not beat.is_whole and beat.holds(building.grid_id, building.pk)
        return not is_own, building.grid.code, by_number(building.name)

    buildings.sort(key=order)
    return [(grid, list(here)) for grid, here in groupby(buildings, key=lambda building: building.grid)]


def list_rooms(rooms: list[Household], unit: str | None) -> dict[str, Any]:
    """Return the rooms of a building by unit; of a big building the units first."""
    units = [(name, list(doors)) for name, doors in groupby(rooms, key=lambda door: door.unit)]
    asks_for_unit = unit is None and len(rooms) > MOST_ROOMS and len(units) > 1
    if unit is not None:
        units = [(name, doors) for name, doors in units if name == unit]
    return {"building": rooms[0].building, "units": units, "asks_for_unit": asks_for_unit}
