"""Doors, plans and visits in one line each."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from activities.models import ActivityKind
from grids.models import Building, Grid, Household, PopulationGroup, Resident
from visits.actions import log_visit
from visits.models import Visit, VisitPlan


@pytest.fixture
def make_door(grids: list[Grid]) -> Callable[..., Household]:
    """Make a door of the first grid (or another) with these people behind it."""

    def make(room: str, *people: Resident, building: str = "3号楼", unit: str = "1单元", grid: Any = None) -> Household:
        home = Building.objects.get_or_create(grid=grid or grids[0], name=building)[0]
        door = Household.objects.create(building=home, unit=unit, room=room)
        Resident.objects.filter(pk__in=[person.pk for person in people]).update(household=door)
        return door

    return make


@pytest.fixture
def make_plan(community: Any, worker: Any) -> Callable[..., VisitPlan]:
    """Make a plan that began ten days ago, for all doors unless groups, grids or households are given."""

    def make(name: str = "定期探访", *, groups: Any = (), grids: Any = (), doors: Any = (), **fields: Any) -> VisitPlan:
        given = {"starts_on": timezone.localdate() - timedelta(10), "created_by": worker, "community": community}
        kind = ActivityKind.objects.get(name="定期探访")
        plan = VisitPlan.objects.create(name=name, **{"kind": kind, **given, **fields})
        plan.groups.set(PopulationGroup.objects.filter(code__in=groups))
        plan.grids.set(grids)
        plan.households.set(doors)
        return plan

    return make


@pytest.fixture
def call(worker: Any) -> Callable[..., Visit]:
    """Log a visit at a door so many days ago."""

    def make(door: Household, outcome: str = "done", *people: Resident, days: int = 0, by: Any = None, **rest: Any):
        fields = {name: rest.pop(name) for name in ("follow_up_on",) if name in rest}
        kind = ActivityKind.objects.get(name="入户走访")
        at = timezone.now() - timedelta(days, minutes=rest.pop("minutes", 1))
        visit = Visit(household=door, kind=kind, outcome=outcome, visited_at=at, **fields)
        rest = {"token": uuid.uuid4(), "others": 0 if people else 1, **rest}
        return log_visit(visit, residents=people, by=by or worker, **rest)[0]

    return make


@pytest.fixture
def home(make_door: Callable[..., Household], resident: Resident) -> Household:
    """3号楼 1单元 302, with one resident."""
    return make_door("302", resident)


@pytest.fixture
def page(client: Any, worker: Any) -> Any:
    """The worker's browser."""
    client.force_login(worker)
    return client
