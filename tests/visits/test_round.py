"""The worker's round: which doors are listed, in which order, narrowed how."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.visits.browser import address
from visits.views import rounds

TODAY = timezone.localdate()


def test_round_lists_due_doors_with_marks(page, home, make_plan, call):
    plan = make_plan("独居老人探访", interval_days=3)
    call(home, "not_home", plans=[plan])
    text = page.get("/visits/").content.decode()
    for words in ("302", "独居老人探访", "超期", "未遇 1 次", "0 / 1 户", "0 / 1 人", address(home)):
        assert words in text


def test_round_shows_late_buildings_first_and_walks_on_inside(page, register, grids, make_door, make_plan, call):
    plan = make_plan(interval_days=7, starts_on=TODAY - timedelta(20))
    for building, room, days in [("1号楼", "101", 7), ("2号楼", "201", 7), ("2号楼", "301", 9)]:
        call(make_door(room, register.resident(grids[0]), building=building), days=days, plans=[plan])
    text = page.get("/visits/").content.decode()
    places = [text.index(f">{room}") for room in ("201", "301", "101")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"interval_days": 7}, f"下一户到期是 {TODAY + timedelta(7)}"), ({}, "都走访过了")],
)
def test_empty_round_says_when_the_next_is_due(page, home, make_plan, call, fields, words):
    call(home, plans=[make_plan(**fields)], minutes=0)
    assert words in page.get("/visits/").content.decode()


def test_round_without_any_plan_leads_to_making_one(page):
    assert reverse("visits:plan-add") in page.get("/visits/").content.decode()


def test_round_can_be_narrowed_to_grid_plan_and_building(page, register, grids, make_door, make_plan):
    own = make_door("101", register.resident(grids[0], groups=["youth"]))
    make_door("102", register.resident(grids[0]), building="4号楼")
    make_door("201", register.resident(grids[1]), grid=grids[1])
    make_plan()
    youth = make_plan(groups=["youth"])

    def rooms(**query):
        found = page.get("/visits/", query).context["round"].doors
        return [door.household.room for door in found]

    assert rooms() == ["101", "102"]
    assert rooms(grid="all") == ["101", "102", "201"]
    assert rooms(grid=grids[1].pk) == ["201"]
    assert rooms(plan=youth.pk) == ["101"]
    assert rooms(building=own.building_id) == ["101"]


def test_long_round_asks_for_a_building_first(page, home, make_plan, monkeypatch):
    make_plan()
    assert address(home) in page.get("/visits/").content.decode()
    monkeypatch.setattr(rounds, "MOST_DOORS", 0)
    text = page.get("/visits/").content.decode()
    assert address(home) not in text
    assert f"building={home.building_id}" in text
    assert address(home) in page.get("/visits/", {"building": home.building_id}).content.decode()


def test_round_takes_a_constant_number_of_queries(
    page, register, grids, make_door, make_plan, django_assert_max_num_queries
):
    for number in range(8):
        make_door(f"{number}01", register.resident(grids[0]), building=f"{number}号楼")
        make_plan(f"计划{number}")
    with django_assert_max_num_queries(11):
        assert page.get("/visits/").status_code == 200
