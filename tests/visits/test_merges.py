"""What becomes of visits and plans when areas merge: homes are named rightly, two doors that become one are one."""

from datetime import timedelta

from django.utils import timezone

from grids.area_changes import merge_communities, merge_grids
from grids.models import Household, Resident
from visits.due import find_asks, list_due
from visits.models import Need, NeedKind, Visit, VisitPlan

DAY = timezone.localdate() - timedelta(days=10)


def test_merged_doors_keep_the_visits_of_both(register, grids, make_door, call, admin):
    doors = [make_door("302", register.resident(grid), grid=grid) for grid in grids]
    visits = {call(door, "not_home", days=number) for number, door in enumerate(doors)}
    merge_grids(grids=[grid.pk for grid in grids], into=None, name="大网格", day=DAY, by=admin)
    door = Household.objects.get()
    assert set(Visit.objects.filter(household=door)) == visits


def test_plan_that_listed_both_doors_lists_the_one(register, grids, make_door, make_plan, worker, admin):
    doors = [make_door("302", register.resident(grid), grid=grid) for grid in grids]
    plan = make_plan(doors=doors)
    alone = make_plan("只有第二户", doors=doors[1:])
    merge_grids(grids=[grid.pk for grid in grids], into=grids[0].pk, name="", day=DAY, by=admin)
    door = Household.objects.get()
    assert [list(one.households.all()) for one in (plan, alone)] == [[door], [door]]
    assert {ask.plan for row in list_due(worker) for ask in row.asks} == {plan, alone}


def test_visit_before_a_merge_still_fulfils_the_plan(register, grids, make_door, make_plan, call, admin):
    doors = [make_door("302", register.resident(grid), grid=grid) for grid in grids]
    plan = make_plan(interval_days=30)
    call(doors[1], plans=[plan])
    merge_grids(grids=[grid.pk for grid in grids], into=grids[0].pk, name="", day=DAY, by=admin)
    (ask,) = find_asks([plan])
    assert (ask.household, ask.is_due, ask.people) == (Household.objects.get().pk, False, 2)


def test_home_that_came_to_another_community_brings_its_needs_and_no_plan(
    home, resident, make_plan, call, community, neighbour_community, admin, make_user
):
    plan = make_plan(doors=[home])
    need = Need(kind=NeedKind.objects.first(), due_on=timezone.localdate())
    call(home, plans=[plan], need=need)
    merge_communities(
        communities=[community.pk, neighbour_community.pk],
        into=neighbour_community.pk,
        code="",
        name="",
        day=DAY,
        by=admin,
    )
    assert Resident.objects.get().community == neighbour_community
    assert find_asks([plan]) == []
    assert Need.objects.visible_to(make_user("new", "worker", neighbour_community)).get() == need
    assert Visit.objects.get().community == community
    assert VisitPlan.objects.get().community == community
