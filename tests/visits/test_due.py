"""Which doors are due: whom plans mean, when they are due again, in which order."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from grids.models import Appointment, Residence, Resident
from tests.register import make_grids
from visits.actions import withdraw_visit
from visits.due import State, find_asks, find_due_doors, list_due, next_due_on, running_plans, sum_up
from visits.models import Visit

TODAY = timezone.localdate()


def days_ago(number: int) -> date:
    return TODAY - timedelta(number)


def rooms(user) -> list[str]:
    return [door.household.room for door in list_due(user)]


@pytest.fixture
def ask(home):
    """What the only plan asks of the one door."""

    def find(plan):
        (found,) = [one for one in find_asks([plan]) if one.household == home.pk]
        return found

    return find


# --- Whom a plan means


def test_plan_without_groups_means_every_door_where_somebody_lives(worker, home, make_door, make_plan):
    make_door("401")
    make_plan()
    assert rooms(worker) == ["302"]


def test_plan_for_a_group_means_doors_with_a_member_today(worker, register, grids, make_door, make_plan):
    make_door("101", register.resident(grids[0], groups=["retired"]))
    make_door("102", register.resident(grids[0], groups=["youth"]))
    left = register.resident(grids[0], groups=["retired"])
    left.memberships.update(until=days_ago(1))
    make_door("103", left)
    make_plan(groups=["retired", "hardship"])
    assert rooms(worker) == ["101"]


def test_plan_for_a_grid_means_its_doors_only(street_officer, worker, register, grids, make_door, make_plan):
    make_door("101", register.resident(grids[0]))
    there = make_door("201", register.resident(grids[1]), grid=grids[1])
    plan = make_plan(grids=[grids[1]])
    assert [one.household for one in find_asks([plan])] == [there.pk]


def test_somebody_who_moved_out_is_not_asked_for(worker, home, resident, make_plan):
    make_plan()
    assert rooms(worker) == ["302"]
    Residence.objects.filter(resident=resident).update(until=TODAY, end_reason="moved_out")
    assert rooms(worker) == []


def test_plan_for_listed_doors_means_just_these_also_empty_ones(worker, home, make_door, make_plan):
    empty = make_door("401")
    make_plan(doors=[empty], groups=["youth"])
    assert rooms(worker) == ["401"]


def test_plans_of_other_communities_are_not_asked(outsider, worker, home, make_plan):
    make_plan()
    assert rooms(outsider) == []
    assert running_plans(outsider) == []


def test_listed_door_that_came_to_another_community_is_not_asked(worker, home, make_plan, foreign_grid):
    plan = make_plan(doors=[home])
    home.building.grid = foreign_grid
    home.building.save()
    assert find_asks([plan]) == []


@pytest.mark.parametrize(
    "fields", [{"starts_on": TODAY + timedelta(1)}, {"ends_on": days_ago(1)}, {"closed_at": timezone.now()}]
)
def test_plan_that_does_not_run_asks_for_nothing(worker, home, make_plan, fields):
    make_plan(**fields)
    assert rooms(worker) == []


# --- When


def test_one_off_is_due_until_visited_and_then_done(home, make_plan, call, ask):
    plan = make_plan(ends_on=TODAY)
    assert (ask(plan).state, ask(plan).due_on) == (State.WAITING, plan.starts_on)
    call(home, plans=[plan])
    assert (ask(plan).state, ask(plan).due_on) == (State.VISITED, None)


def test_interval_counts_from_the_last_visit(home, make_plan, call, ask):
    plan = make_plan(interval_days=7, starts_on=days_ago(30))
    call(home, days=6, plans=[plan])
    assert (ask(plan).state, ask(plan).due_on) == (State.VISITED, days_ago(-1))
    assert next_due_on(find_asks([plan])) == days_ago(-1)


@pytest.mark.parametrize(("days", "state"), [(6, "visited"), (7, "waiting"), (8, "overdue")])
def test_door_is_due_after_the_interval_and_overdue_a_day_later(home, make_plan, call, ask, days, state):
    plan = make_plan(interval_days=7, starts_on=days_ago(30))
    call(home, days=days, plans=[plan])
    assert ask(plan).state == state


@pytest.mark.parametrize(("days", "state"), [(7, "waiting"), (8, "overdue")])
def test_door_never_visited_is_overdue_an_interval_after_the_start(home, make_plan, ask, days, state):
    assert ask(make_plan(interval_days=7, starts_on=days_ago(days))).state == state


def test_nobody_at_home_stays_due_and_is_counted_since_somebody_answered(home, make_plan, call, ask):
    plan = make_plan(interval_days=7, starts_on=days_ago(30))
    call(home, "not_home", days=20, plans=[plan])
    call(home, days=10, plans=[plan])
    for days in (3, 1):
        call(home, "not_home", days=days, plans=[plan])
    found = ask(plan)
    assert (found.is_due, found.tries, timezone.localtime(found.tried_at).date()) == (True, 2, days_ago(1))


def test_not_at_home_is_a_state_of_its_own(home, make_plan, call, ask):
    plan = make_plan()
    call(home, "not_home", plans=[plan])
    assert ask(plan).state == State.NOT_HOME


def test_declined_is_asked_again_only_after_the_interval(home, make_plan, call, ask):
    plan = make_plan(interval_days=7, starts_on=days_ago(30))
    call(home, "declined", days=6, plans=[plan])
    assert (ask(plan).state, ask(plan).is_due) == (State.DECLINED, False)
    Visit.objects.update(visited_at=timezone.now() - timedelta(7))
    assert ask(plan).is_due


def test_declined_one_off_is_never_asked_again(home, make_plan, call, ask):
    plan = make_plan()
    call(home, "declined", days=9, plans=[plan])
    assert (ask(plan).state, ask(plan).due_on) == (State.DECLINED, None)


def test_visit_for_one_plan_leaves_the_others_due(worker, home, make_plan, call):
    first, second = make_plan("甲"), make_plan("乙")
    call(home, plans=[first])
    (door,) = list_due(worker)
    assert [one.plan for one in door.asks] == [second]


def test_withdrawn_visit_makes_the_door_due_again(worker, home, make_plan, call):
    plan = make_plan()
    visit = call(home, plans=[plan])
    assert rooms(worker) == []
    withdraw_visit(visit, reason=Visit.WithdrawReason.WRONG_DOOR, by=worker)
    assert rooms(worker) == ["302"]


def test_visit_whose_activity_was_cancelled_makes_the_door_due_again(worker, home, make_plan, call):
    visit = call(home, plans=[make_plan()])
    visit.activity.status, visit.activity.cancel_reason = "cancelled", "填错"
    visit.activity.save()
    assert rooms(worker) == ["302"]


# --- One row a door, in walking order


def test_several_plans_at_one_door_are_one_row(worker, home, make_plan):
    plans = {make_plan("甲"), make_plan("乙")}
    (door,) = list_due(worker)
    assert {one.plan for one in door.asks} == plans


def test_doors_come_as_one_walks(worker, register, grids, make_door, make_plan):
    for building, unit, room in [
        ("12号楼", "1单元", "101"),
        ("3号楼", "2单元", "101"),
        ("3号楼", "1单元", "1001"),
        ("3号楼", "1单元", "302"),
        ("3号楼", "10单元", "101"),
    ]:
        make_door(room, register.resident(grids[0]), building=building, unit=unit)
    make_plan()
    order = [str(door.household) for door in list_due(worker)]
    assert order == ["3号楼 1单元 302", "3号楼 1单元 1001", "3号楼 2单元 101", "3号楼 10单元 101", "12号楼 1单元 101"]


def test_buildings_of_one_name_in_two_grids_are_not_mixed(worker, register, grids, make_door, make_plan):
    Appointment.objects.all().delete()
    for grid in grids:
        for room in ("101", "102"):
            make_door(room, register.resident(grid), grid=grid)
    make_plan()
    found = [door.household.building.grid_id for door in list_due(worker)]
    assert found == [grids[0].pk] * 2 + [grids[1].pk] * 2


def test_worker_sees_the_doors_of_the_own_grid(worker, register, grids, make_door, make_plan):
    make_door("101", register.resident(grids[0]))
    make_door("201", register.resident(grids[1]), grid=grids[1])
    make_plan()
    assert rooms(worker) == ["101"]
    Appointment.objects.filter(user=worker).delete()
    assert rooms(worker) == ["101", "201"]


def test_post_in_a_building_means_its_doors(worker, register, grids, make_door, make_plan):
    make_door("101", register.resident(grids[0]))
    door = make_door("201", register.resident(grids[0]), building="4号楼")
    make_plan()
    Appointment.objects.filter(user=worker).update(building=door.building)
    assert rooms(worker) == ["201"]


# --- Promises and progress


def test_promised_visit_is_due_on_its_day_until_somebody_is_met(worker, home, call):
    call(home, "follow_up", days=3, follow_up_on=TODAY)
    (door,) = list_due(worker)
    assert (door.asks, door.is_overdue) == ([], False)
    call(home, "not_home")
    assert rooms(worker) == ["302"]
    call(home, minutes=0)
    assert rooms(worker) == []


def test_promise_for_later_is_not_due_and_one_of_yesterday_is_late(worker, home, call):
    visit = call(home, "follow_up", days=3, follow_up_on=TODAY + timedelta(1))
    assert rooms(worker) == []
    Visit.objects.filter(pk=visit.pk).update(follow_up_on=days_ago(1))
    assert list_due(worker)[0].is_overdue


def test_progress_tells_doors_from_people(register, grids, make_door, make_plan, call):
    couple = [register.resident(grids[0], groups=["retired"]) for _number in range(2)]
    door = make_door("101", *couple)
    make_door("102", register.resident(grids[0], groups=["retired"]))
    plan = make_plan(groups=["retired"], interval_days=7)
    call(door, "done", couple[0], plans=[plan])
    (progress,) = sum_up([plan], find_asks([plan]))
    assert (progress.visited, progress.doors) == (1, 2)
    assert (progress.people_met, progress.people) == (1, 3)
    assert progress.overdue == 1


def test_due_doors_take_a_constant_number_of_queries(
    worker, register, grids, make_door, make_plan, call, django_assert_num_queries
):
    for number in range(6):
        door = make_door(f"{number}01", register.resident(grids[0]))
        make_plan(f"计划{number}", interval_days=7)
        call(door, "follow_up", follow_up_on=TODAY, days=1)
    with django_assert_num_queries(5):
        assert len(list_due(worker)) == 6


def test_neighbour_community_is_left_out(worker, neighbour_community, register, make_door, make_plan, home):
    there = make_grids(neighbour_community, "第一网格")[0]
    person = register.resident(there)
    make_door("999", person, grid=there)
    make_plan()
    assert Resident.objects.filter(household__room="999").exists()
    assert [door.household.room for door in find_due_doors(worker, find_asks(running_plans(worker)))] == ["302"]
