"""Turning a gap into work: exactly those doors, once, by whoever may; nobody small is told of above."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from dashboards.gaps.work import NAME_LENGTH, plan_gathering, plan_visits, propose_time
from dashboards.models import GapWork
from dashboards.todo import list_tasks
from grids.models import Household, PopulationGroup, Resident
from indicators.people import people_behind
from tests.dashboards.asking import quarter, refresh
from tests.dashboards.gap_help import gap_of, settle, visit
from tests.register import make_grids
from visits.models import VisitPlan


@pytest.fixture
def retired(register, worker, community, grids):
    """Eighteen retired people, two behind each of nine doors, of whom the six of three doors came; two without door."""
    people = [register.resident(grids[0], groups=["retired"]) for _n in range(18)]
    settle(people, grids[0], doors=9)
    register.activity(community, worker, *people[:3], *people[9:12])
    lost = [register.resident(grids[0], groups=["retired"]) for _n in range(2)]
    refresh()
    return people, lost


def test_plan_means_exactly_the_doors_of_those_missed(retired, worker, grids):
    planned = plan_visits(gap=gap_of(grids[0]), by=worker)
    missed = people_behind("missed", gap_of(grids[0]).grid, quarter(), ["retired"])
    doors = {person.household_id for person in missed if person.household_id}
    assert set(planned.work.plan.households.values_list("pk", flat=True)) == doors
    assert (planned.doors, planned.without_door) == (len(doors), 2)


def test_work_keeps_the_numbers_of_the_moment(retired, worker, grids):
    work = plan_visits(gap=gap_of(grids[0]), by=worker).work
    assert (work.population, work.reached, work.missed, work.made_by) == (20, 6, 14, worker)


def test_plan_runs_to_the_end_of_the_period_and_a_fortnight_at_least(retired, worker, grids, time_machine):
    time_machine.move_to(timezone.make_aware(timezone.datetime(2027, 3, 28, 12)), tick=False)
    plan = plan_visits(gap=gap_of(grids[0]), by=worker).work.plan
    assert (plan.starts_on, plan.ends_on) == (date(2027, 3, 28), date(2027, 4, 11))
    time_machine.move_to(timezone.make_aware(timezone.datetime(2027, 4, 12, 12)), tick=False)
    assert plan_visits(gap=gap_of(grids[0]), by=worker).work.plan.ends_on == date(2027, 6, 30)


def test_plan_says_grid_group_and_period(retired, worker, grids):
    plan = plan_visits(gap=gap_of(grids[0]), by=worker).work.plan
    assert plan.name == f"补缺 · 第一网格 · 离退休人员 · {quarter().label}"


def test_long_names_are_cut(retired, worker, grids):
    grids[0].name = "长" * 60
    grids[0].save()
    plan = plan_visits(gap=gap_of(grids[0]), by=worker).work.plan
    assert len(plan.name) == NAME_LENGTH
    assert plan.name.endswith("…")


def test_same_gap_is_told_and_not_doubled(retired, worker, grids):
    first = plan_visits(gap=gap_of(grids[0]), by=worker).work.plan
    with pytest.raises(ValidationError, match="还没有结束"):
        plan_visits(gap=gap_of(grids[0]), by=worker)
    assert list(VisitPlan.objects.all()) == [first]


def test_closed_plan_leaves_the_way_free(retired, worker, grids):
    plan = plan_visits(gap=gap_of(grids[0]), by=worker).work.plan
    VisitPlan.objects.filter(pk=plan.pk).update(closed_at=timezone.now())
    assert plan_visits(gap=gap_of(grids[0]), by=worker).work.plan != plan


def test_another_group_of_the_grid_is_another_gap(retired, worker, grids):
    plan_visits(gap=gap_of(grids[0]), by=worker)
    plan_visits(gap=gap_of(grids[0], "age_36_59"), by=worker)
    assert GapWork.objects.count() == 2


def test_period_that_is_over_or_to_come_is_refused(retired, worker, grids):
    with pytest.raises(ValidationError, match="已经结束"):
        plan_visits(gap=gap_of(grids[0], period=quarter().previous()), by=worker)
    later = type(quarter()).containing(quarter().end, "quarter")
    with pytest.raises(ValidationError, match="还没有开始"):
        plan_visits(gap=gap_of(grids[0], period=later), by=worker)


def test_gap_that_has_closed_is_refused(retired, worker, grids, community, register):
    register.activity(community, worker, *(person for people in retired for person in people), kind="义诊")
    with pytest.raises(ValidationError, match="已经补上"):
        plan_visits(gap=gap_of(grids[0]), by=worker)


def test_people_without_any_door_cannot_be_visited(register, worker, grids):
    register.resident(grids[1], groups=["retired"])
    with pytest.raises(ValidationError, match="没有登记住址"):
        plan_visits(gap=gap_of(grids[1]), by=worker)
    assert not GapWork.objects.exists()


def test_abolished_grid_is_refused(retired, worker, grids):
    Resident.objects.filter(grid=grids[0]).update(grid=grids[1])
    type(grids[0]).objects.filter(pk=grids[0].pk).update(valid_to=timezone.localdate())
    with pytest.raises(ValidationError, match="已经撤销"):
        plan_visits(gap=gap_of(grids[0]), by=worker)


def test_deed_is_in_the_audit_log_and_names_nobody(retired, worker, grids):
    plan_visits(gap=gap_of(grids[0]), by=worker)
    event = AuditEvent.objects.get(action="gap.plan_visits")
    assert event.detail == {"grouping": "retired", "period": quarter().code, "doors": 6}
    assert event.area_code == grids[0].code


def test_street_plans_for_a_community_and_its_worker_is_told(retired, worker, street_officer, grids):
    plan_visits(gap=gap_of(grids[0]), by=street_officer)
    titles = [task.title for task in list_tasks(worker, timezone.now())]
    assert "街道安排：补缺走访 6 户" in titles


def test_after_the_first_visit_the_plan_is_no_news(retired, worker, street_officer, grids):
    plan = plan_visits(gap=gap_of(grids[0]), by=street_officer).work.plan
    door = Household.objects.filter(visit_plans=plan).first()
    visit(door, plan, list(Resident.objects.filter(household=door)), worker)
    assert not [task for task in list_tasks(worker, timezone.now()) if "街道安排" in task.title]


def test_workers_own_plan_is_no_news(retired, worker, grids):
    plan_visits(gap=gap_of(grids[0]), by=worker)
    assert not [task for task in list_tasks(worker, timezone.now()) if "街道安排" in task.title]


def test_street_plans_nothing_for_a_gap_it_may_not_know(register, street_officer, grids):
    settle([register.resident(grids[0], groups=["hardship"]) for _n in range(3)], grids[0], doors=3)
    refresh()
    with pytest.raises(ValidationError, match="人数太少"):
        plan_visits(gap=gap_of(grids[0], "hardship"), by=street_officer)
    assert not VisitPlan.objects.exists()


def test_activity_is_planned_for_group_and_grid(retired, worker, grids):
    activity = plan_gathering(gap=gap_of(grids[0]), by=worker).activity
    assert list(activity.target_groups.all()) == [PopulationGroup.objects.get(code="retired")]
    assert (list(activity.target_grids.all()), activity.status, activity.is_public) == ([grids[0]], "planned", False)
    assert "离退休" not in activity.title


def test_activity_for_an_age_band_names_the_grid_only(retired, worker, grids):
    activity = plan_gathering(gap=gap_of(grids[0], "age_36_59"), by=worker).activity
    assert (activity.target_groups.count(), list(activity.target_grids.all())) == (0, [grids[0]])


def test_activity_takes_kind_and_time_from_elsewhere(retired, register, worker, neighbour_community, grids):
    far = make_grids(neighbour_community, "第一网格")[0]
    people = [register.resident(far, groups=["retired"]) for _n in range(12)]
    sunday = timezone.localdate() - timedelta(days=timezone.localdate().isoweekday())
    for week in range(1, 6):
        begins = timezone.make_aware(timezone.datetime.combine(sunday, timezone.datetime.min.time()))
        moment = begins + timedelta(hours=15) - timedelta(weeks=week)
        register.activity(neighbour_community, worker, *people[:7], kind="义诊", starts_at=moment)
    refresh()
    activity = plan_gathering(gap=gap_of(grids[0]), by=worker).activity
    begins = timezone.localtime(activity.starts_at)
    assert (activity.kind.name, begins.isoweekday(), begins.hour) == ("义诊", 7, 15)
    assert begins.date() >= timezone.localdate() + timedelta(days=7)


def test_without_experience_the_time_is_a_week_ahead():
    day = date(2026, 11, 23)
    assert timezone.localtime(propose_time(None, day)).replace(tzinfo=None).isoformat() == "2026-11-30T09:00:00"


def test_second_activity_waits_for_the_first(retired, worker, grids):
    plan_gathering(gap=gap_of(grids[0]), by=worker)
    with pytest.raises(ValidationError, match="已经排了活动"):
        plan_gathering(gap=gap_of(grids[0]), by=worker)
    assert plan_visits(gap=gap_of(grids[0]), by=worker).doors == 6
