"""A street with gaps, for the tests of the gap finder."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from dashboards.gaps.naming import Gap, name_groupings
from grids.models import Building, Household, Resident
from indicators.areas import AreaRef
from tests.dashboards.asking import quarter
from visits.actions import log_visit
from visits.models import Visit


def gap_of(grid, grouping="retired", period=None) -> Gap:
    """The gap of a grouping in a grid."""
    return Gap(AreaRef.to(grid), grouping, name_groupings()[grouping], period or quarter())


def settle(people, grid, *, doors: int) -> list[Household]:
    """Let the people live behind so many doors of a new building, in turn."""
    building = Building.objects.create(grid=grid, name=f"{grid.code[-3:]}-{grid.buildings.count() + 1}号楼")
    homes = [Household.objects.create(building=building, room=f"{101 + number}") for number in range(doors)]
    for number, person in enumerate(people):
        Resident.objects.filter(pk=person.pk).update(household=homes[number % doors])
    return homes


def visit(household, plan, people, by) -> None:
    """Meet the people behind a door, for a plan."""
    log_visit(
        Visit(household=household, kind=plan.kind, outcome="done", visited_at=timezone.now() - timedelta(seconds=1)),
        plans=[plan],
        residents=people,
        token=uuid4(),
        by=by,
    )
