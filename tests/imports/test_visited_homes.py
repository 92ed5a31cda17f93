"""Taking an import back when a visit or a plan names a home that it made: the home stays."""

import pytest
from django.utils import timezone

from activities.models import ActivityKind
from grids.models import Building, Household
from imports import actions
from imports.models import ResidentImport
from tests.register import make_id_number, make_row
from visits.models import Visit, VisitPlan


@pytest.fixture
def imported(load):
    """An import that brought two homes, and moved somebody known before into one of them."""
    known = make_id_number()
    load([make_row(id_number=known)])
    row = make_row(id_number=known, 楼栋="3号楼", 房号="501")
    return load([row, make_row("李明", make_id_number(sequence=3), 楼栋="4号楼", 房号="101")])


@pytest.fixture
def take_back(admin, imported):
    """Undo the import."""

    def run() -> str:
        actions.request_undo(imported, by=admin)
        actions.undo(imported.pk)
        imported.refresh_from_db()
        return imported.status

    return run


def test_undo_keeps_the_home_that_a_visit_names(take_back, community, admin):
    visit = Visit.objects.create(
        community=community,
        household=Household.objects.get(room="501"),
        kind=ActivityKind.objects.get(name="入户走访"),
        outcome="not_home",
        visited_at=timezone.now(),
        visitor=admin,
    )
    assert take_back() == ResidentImport.Status.UNDONE
    visit.refresh_from_db()
    assert [str(door) for door in Household.objects.all()] == [str(visit.household)] == ["3号楼 501"]
    assert list(Building.objects.values_list("name", flat=True)) == ["3号楼"]


def test_undo_keeps_the_home_that_a_plan_names(take_back, community, admin):
    kind = ActivityKind.objects.get(name="入户走访")
    plan = VisitPlan.objects.create(
        community=community, name="甲", kind=kind, starts_on=timezone.localdate(), created_by=admin
    )
    plan.households.set(Household.objects.filter(room="501"))
    assert take_back() == ResidentImport.Status.UNDONE
    assert [str(door) for door in plan.households.all()] == ["3号楼 501"]


def test_undo_takes_away_homes_that_nothing_names(take_back):
    assert take_back() == ResidentImport.Status.UNDONE
    assert not Household.objects.exists()
