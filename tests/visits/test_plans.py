"""Making plans: what they would mean, what is refused, and lists of doors from elsewhere."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import ActivityKind
from grids.models import PopulationGroup
from visits.models import VisitPlan
from visits.plans import close_plan, make_plan_for_households, measure, save_plan, save_terms

TODAY = timezone.localdate()


def describe(community, **fields) -> VisitPlan:
    kind = ActivityKind.objects.get(name="定期探访")
    return VisitPlan(community=community, **{"name": "每周探访", "kind": kind, "starts_on": TODAY, **fields})


@pytest.fixture
def from_list(community, worker):
    """Make a plan for these doors."""

    def make(doors, **fields):
        kind = ActivityKind.objects.get(name="入户走访")
        given = {"community": community, "name": "查漏", "kind": kind, "starts_on": TODAY, "token": uuid.uuid4()}
        return make_plan_for_households(households=doors, by=worker, **given | fields)

    return make


def test_measure_counts_doors_people_and_who_has_no_door(community, grids, register, make_door):
    couple = [register.resident(grids[0], groups=["retired"]) for _number in range(2)]
    make_door("101", *couple)
    make_door("102", register.resident(grids[1], groups=["retired"]))
    register.resident(grids[0], groups=["retired"])
    register.resident(grids[0], groups=["youth"])
    retired = PopulationGroup.objects.filter(code="retired")
    everywhere, here = measure([community], retired, []), measure([community], retired, [grids[0]])
    assert (everywhere.doors, everywhere.people, everywhere.without_door) == (2, 3, 1)
    assert (here.doors, here.people, here.without_door) == (1, 2, 1)
    assert measure([community], [], []).without_door == 2


def test_saved_plan_has_its_lists_and_an_audit_event(community, grids, worker):
    groups = PopulationGroup.objects.filter(code="retired")
    plan = save_plan(describe(community), groups=groups, grids=grids[:1], token=uuid.uuid4(), by=worker)
    assert list(plan.groups.all()) == list(groups)
    assert plan.created_by == worker
    event = AuditEvent.objects.get(action="visit_plan.create")
    assert (event.detail["groups"], event.detail["grids"]) == (["离退休人员"], ["第一网格"])


def test_plan_sent_twice_is_saved_once(community, worker):
    token = uuid.uuid4()
    first, second = (
        save_plan(describe(community), groups=[], grids=[], token=token, by=worker) for _number in range(2)
    )
    assert first == second
    assert VisitPlan.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "重点人员"}, "重点"),
        ({"ends_on": TODAY - timedelta(1)}, "结束日期"),
        ({"interval_days": 0}, "visits_plan_interval"),
    ],
)
def test_plan_that_cannot_be_is_refused(community, worker, fields, words):
    with pytest.raises(ValidationError, match=words):
        save_plan(describe(community, **fields), groups=[], grids=[], token=uuid.uuid4(), by=worker)


def test_closed_plan_cannot_be_changed_or_closed_again(make_plan, worker):
    plan = close_plan(make_plan(), by=worker)
    assert AuditEvent.objects.filter(action="visit_plan.close").exists()
    for attempt in (close_plan, save_terms):
        with pytest.raises(ValidationError, match="已经结束"):
            attempt(plan, by=worker)


def test_list_of_doors_becomes_a_plan_that_means_just_them(home, make_door, from_list):
    doors = [home, make_door("401")]
    plan = from_list(doors, interval_days=30)
    assert set(plan.households.all()) == set(doors)
    assert AuditEvent.objects.get(action="visit_plan.create").detail["households"] == 2


def test_empty_list_of_doors_is_refused(from_list):
    with pytest.raises(ValidationError, match="至少选择一户"):
        from_list([])


def test_door_of_another_community_is_refused(home, make_door, from_list, foreign_grid):
    there = make_door("101", grid=foreign_grid)
    with pytest.raises(ValidationError, match="不在本社区"):
        from_list([home, there])
    assert not VisitPlan.objects.exists()
