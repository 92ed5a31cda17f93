"""What moves tallies leaves marks: lists of plans, rules and activities, new grids, entries of the register."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities.models import ActivityKind, Programme, Theme
from grids.area_changes import merge_communities
from grids.models import PopulationGroup, Residence, Resident
from indicators.models import DirtyMark
from tests.register import make_grids


def marked_by(change: Callable[[], object]) -> set[int]:
    """Return the communities that a change marks."""
    DirtyMark.objects.all().delete()
    change()
    return set(DirtyMark.objects.values_list("community_id", flat=True))


@pytest.mark.parametrize("name", ["groups", "grids", "households"])
def test_list_of_a_visit_plan(name, make_plan, home, grids, community):
    plan = make_plan()
    listed = {"groups": PopulationGroup.objects.all(), "grids": grids, "households": [home]}[name]
    assert marked_by(lambda: getattr(plan, name).set(listed)) == {community.pk}
    assert marked_by(lambda: getattr(plan, name).clear()) == {community.pk}


@pytest.mark.parametrize(("name", "model"), [("kinds", ActivityKind), ("themes", Theme)])
def test_list_of_a_rule_of_the_street(
    name, model, make_rule, street, community, neighbour_community, foreign_community
):
    rule = make_rule(street=street)
    both = {community.pk, neighbour_community.pk}
    assert marked_by(lambda: getattr(rule, name).set(model.objects.all()[:2])) == both
    assert marked_by(lambda: getattr(rule, name).clear()) == both


def test_grids_and_programmes_of_an_activity(register, worker, community, grids):
    activity = register.activity(community, worker)
    programme = Programme.objects.create(name="社区党日活动")
    assert marked_by(lambda: activity.target_grids.set(grids)) == {community.pk}
    assert marked_by(lambda: activity.programmes.set([programme])) == {community.pk}


def test_new_grid(community):
    assert marked_by(lambda: make_grids(community, "新网格")) == {community.pk}


def test_entry_that_becomes_complete(resident, community):
    assert marked_by(lambda: Resident.objects.update(phone_hash=None)) == {community.pk}
    assert marked_by(lambda: Resident.objects.update(name="王芳")) == set()


def test_reason_for_which_a_spell_ended(resident, community):
    Residence.objects.update(until=date(2026, 1, 1))
    assert marked_by(lambda: Residence.objects.update(end_reason="area_change")) == {community.pk}


def test_visit_at_a_door_that_came_to_another_community(home, call, community, neighbour_community, admin):
    visit = call(home, days=5)
    day = timezone.localdate() - timedelta(days=2)
    both = [community.pk, neighbour_community.pk]
    merge_communities(communities=both, into=neighbour_community.pk, code="", name="", day=day, by=admin)
    visit.outcome, visit.activity = "not_home", None
    assert marked_by(visit.save) == set(both)
