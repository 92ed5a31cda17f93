"""Whatever moves a figure leaves a mark, by whichever way it is written; what moves none leaves none."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from activities.models import Activity, ActivityKind, Feedback
from cadence.models import CadenceRule
from grids.models import Appointment, Building, Grid, Household, PopulationGroup, Residence
from indicators.engine.cells import find_dirty_communities
from indicators.models import DirtyMark, FigureReport, ReportedFigure
from tests.register import make_grids
from visits.models import Need, NeedKind, Visit


def marks_after(change: Callable[[], object]) -> set[tuple]:
    """Return the (community, grid) marks that a change leaves."""
    DirtyMark.objects.all().delete()
    change()
    return set(DirtyMark.objects.values_list("community_id", "grid_id"))


@pytest.fixture
def activity(register, community, worker, resident) -> Activity:
    return register.activity(community, worker, resident)


@pytest.fixture
def door(grids) -> Household:
    home = Building.objects.create(grid=grids[0], name="3号楼")
    return Household.objects.create(building=home, unit="1单元", room="101")


@pytest.fixture
def visit(door, community, worker) -> Visit:
    kind = ActivityKind.objects.get(name="入户走访")
    return Visit.objects.create(
        community=community, household=door, kind=kind, outcome="not_home", visited_at=timezone.now(), visitor=worker
    )


@pytest.fixture
def rule(street, worker) -> CadenceRule:
    return CadenceRule.objects.create(
        street=street, name="每周小活动", every="week", starts_on=date(2026, 1, 1), created_by=worker
    )


@pytest.mark.parametrize(
    "change",
    [
        {"theme_id": 1},
        {"mode": "online"},
        {"origin": "assigned"},
        {"unnamed_count": 9},
        {"kind_id": 1},
    ],
)
def test_facts_of_an_activity_mark_the_work_of_its_community(change, activity, community):
    marks = marks_after(lambda: Activity.objects.update(**change))
    assert marks == {(community.pk, None)}


def test_day_and_status_of_an_activity_mark_the_grids_of_who_came(activity, community, grids):
    here = {(community.pk, None), (community.pk, grids[0].pk)}
    day = timedelta(days=1)
    assert marks_after(lambda: Activity.objects.update(starts_at=activity.starts_at - day)) == here
    assert marks_after(lambda: Activity.objects.update(status="cancelled", cancel_reason="改期")) == here


def test_an_activity_that_moves_marks_both_communities(activity, community, neighbour_community):
    marks = marks_after(lambda: Activity.objects.update(community=neighbour_community))
    assert marks == {(community.pk, None), (neighbour_community.pk, None)}


def test_ratings_mark_when_they_may_be_shown(activity, community):
    feedback = Feedback.objects.create(activity=activity)
    assert marks_after(lambda: Feedback.objects.update(raters=4, tally={"useful": {"yes": 4}})) == set()
    feedback.shown_raters = 5
    assert marks_after(feedback.save) == {(community.pk, None)}


def test_target_groups_mark(activity, community):
    group = PopulationGroup.objects.get(code="retired")
    assert marks_after(lambda: activity.target_groups.add(group)) == {(community.pk, None)}
    assert marks_after(lambda: activity.target_groups.clear()) == {(community.pk, None)}


def test_sex_and_occupation_mark_the_grid_and_the_door_the_community(resident, community, grids, door):
    here = {(community.pk, grids[0].pk)}
    assert marks_after(lambda: type(resident).objects.update(sex=2)) == here
    assert marks_after(lambda: type(resident).objects.update(occupation="24")) == here
    assert marks_after(lambda: type(resident).objects.update(household=door)) == {(community.pk, None)}
    assert marks_after(lambda: type(resident).objects.update(name="李四", phone_kept="1990000")) == set()


def test_days_of_a_grid_mark_it(grids, community):
    changed = marks_after(lambda: Grid.objects.filter(pk=grids[0].pk).update(valid_to=date(2026, 1, 1)))
    assert changed == {(community.pk, grids[0].pk)}


def test_a_renamed_group_marks_the_grids_of_its_members(register, grids, community):
    register.resident(grids[1], groups=["retired"])
    changed = marks_after(lambda: PopulationGroup.objects.filter(code="retired").update(code="pensioners"))
    assert changed == {(community.pk, grids[1].pk)}


def test_doors_and_posts_mark_their_community(grids, community, worker, door):
    here = {(community.pk, None)}
    assert marks_after(lambda: Household.objects.create(building=door.building, room="102")) == here
    assert marks_after(lambda: Building.objects.create(grid=grids[1], name="4号楼")) == here
    post = {"user": worker, "grid": grids[1], "since": date(2026, 1, 1)}
    assert marks_after(lambda: Appointment.objects.create(**post)) == here


def test_visits_and_needs_mark_their_community(visit, community):
    here = {(community.pk, None)}
    assert marks_after(lambda: Visit.objects.update(outcome="declined")) == here
    need = {"visit": visit, "kind": NeedKind.objects.first(), "due_on": date(2026, 12, 1)}
    assert marks_after(lambda: Need.objects.create(**need)) == here
    assert marks_after(visit.needs.all().delete) == here


def test_a_rule_of_the_street_marks_all_its_communities(rule, community, neighbour_community):
    both = {(community.pk, None), (neighbour_community.pk, None)}
    assert marks_after(lambda: CadenceRule.objects.update(times=2)) == both
    assert marks_after(lambda: rule.kinds.add(1)) == both
    assert marks_after(lambda: CadenceRule.objects.update(name="每周一次")) == set()


def test_reported_figures_mark_their_community(community, worker):
    here = {(community.pk, None)}
    report = FigureReport(community=community, period="2026-Q1", submitted_by=worker)
    assert marks_after(report.save) == here
    assert marks_after(lambda: ReportedFigure.objects.create(report=report, indicator="S0-01", value=3)) == here


def test_bulk_writes_by_sql_leave_marks_as_pages_do(activity, register, grids, community):
    person = register.resident(grids[1])

    def insert() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into activities_participation (activity_id, resident_id, grid_id, method, recorded_at) "
                "values (%s, %s, %s, 'listed', now())",
                [activity.pk, person.pk, grids[1].pk],
            )

    assert marks_after(insert) == {(community.pk, None), (community.pk, grids[1].pk)}


def test_marks_make_their_community_dirty(activity, community):
    assert find_dirty_communities(timezone.localdate()) == [community.pk]


def test_an_old_spell_elsewhere_marks_where_the_person_lives_now(resident, grids, neighbour_community, community):
    far = make_grids(neighbour_community, "邻里网格")[0]
    old = {"resident": resident, "grid": far, "since": date(2010, 1, 1), "until": date(2011, 1, 1)}
    changed = marks_after(lambda: Residence.objects.create(**old))
    assert changed == {(neighbour_community.pk, far.pk), (community.pk, grids[0].pk)}
    assert marks_after(Residence.objects.filter(grid=far).delete) == changed
