"""The homes behind a gap: as many people as the figure says, in walking order, for the community's workers only."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.coverage.doors import list_missed
from grids.models import Building, Household, Residence, Resident
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from tests.dashboards.test_coverage import quarter, refresh


@pytest.fixture
def doors(grids):
    """Three doors of the first grid, made in another order than one walks."""
    names = [("12号楼", "101"), ("3号楼", "1001"), ("3号楼", "301")]
    return [
        Household.objects.create(building=Building.objects.get_or_create(grid=grids[0], name=name)[0], room=room)
        for name, room in names
    ]


@pytest.fixture
def missed(register, worker, grids, community, doors):
    """Two people behind each door, one of them retired, and one without a door; one person behind the first came."""
    people = [register.resident(grids[0], name=f"欧阳{n}", groups=["retired"][: n % 2]) for n in range(7)]
    for n, person in enumerate(people[:6]):
        Resident.objects.filter(pk=person.pk).update(household=doors[n // 2])
    register.activity(community, worker, people[0])
    refresh()
    return people


def address(area, **query) -> str:
    return reverse("dashboards:doors", args=[area.code]) + "?" + "&".join(f"{k}={v}" for k, v in query.items())


@pytest.mark.parametrize(("grouping", "homes", "people"), [("all", 3, 6), ("retired", 3, 3), ("laid_off", 0, 0)])
def test_the_list_has_as_many_people_as_the_figure(missed, worker, grids, grouping, homes, people):
    grid = AreaRef.to(grids[0])
    found = list_missed(grid, quarter(), grouping, worker)
    assert (len(found.doors), found.people) == (homes, people)
    assert found.people == CATALOGUE["R-07"].answer(grid, quarter(), grouping).numerator


def test_doors_come_as_one_walks(missed, worker, grids):
    found = list_missed(AreaRef.to(grids[0]), quarter(), "all", worker)
    assert [str(door.household) for door in found.doors] == ["3号楼 301", "3号楼 1001", "12号楼 101"]
    assert [len(door.people) for door in found.doors] == [2, 2, 1]


def test_page_counts_homes_and_people_and_masks_names(client, missed, worker, grids):
    client.force_login(worker)
    answer = client.get(address(grids[0], grouping="all"))
    page = answer.content.decode()
    assert "<strong>3</strong> 户" in page
    assert "<strong>6</strong> 人还没触达，其中 1 人没有登记在这个网格的门牌下" in page
    assert missed[1].masked_name in page
    assert "欧阳" not in page
    assert reverse("grids:resident", args=[missed[6].pk]) in page
    assert "no-store" in answer.headers["Cache-Control"]


def test_page_leads_to_a_plan_for_a_group(client, missed, worker, grids):
    client.force_login(worker)
    plan = client.get(address(grids[0], grouping="retired")).context["gap_url"]
    assert client.get(plan).status_code == 200
    assert not client.get(address(grids[0], grouping="all")).context["gap_url"]


def test_page_says_when_the_figure_lags_behind(client, missed, register, community, worker, grids):
    register.activity(community, worker, missed[1])
    client.force_login(worker)
    assert "看板上的数字是 6 人" in client.get(address(grids[0])).content.decode()


def test_who_moved_to_another_community_since_is_counted_without_an_address(
    client, register, worker, grids, foreign_grid
):
    person = register.resident(grids[0], name="欧阳远", until=timezone.localdate())
    Residence.objects.create(resident=person, grid=foreign_grid, since=timezone.localdate())
    door = Household.objects.create(building=Building.objects.create(grid=foreign_grid, name="远楼"), room="9")
    Resident.objects.filter(pk=person.pk).update(community=foreign_grid.community, grid=foreign_grid, household=door)
    client.force_login(worker)
    page = client.get(address(grids[0], period=quarter().previous().code)).content.decode()
    assert "已迁出" in page
    assert "远楼" not in page
    assert reverse("grids:resident", args=[person.pk]) not in page


def test_who_moved_on_within_the_community_has_no_door_in_the_old_grid(missed, worker, grids):
    mover = missed[5]
    Residence.objects.filter(resident=mover).update(until=timezone.localdate())
    Residence.objects.create(resident=mover, grid=grids[1], since=timezone.localdate())
    found = list_missed(AreaRef.to(grids[0]), quarter().previous(), "all", worker)
    assert found.people == 7
    assert mover not in [person for door in found.doors for person in door.people]


def test_long_lists_are_cut_into_pages(client, missed, worker, grids, monkeypatch):
    monkeypatch.setattr("dashboards.views.doors.ROWS", 3)
    client.force_login(worker)
    first = client.get(address(grids[0]))
    second = client.get(reverse("dashboards:doors", args=[grids[0].code]) + first.context["page"].next_url)
    assert [len(page.context["page"]) for page in (first, second)] == [3, 1]
    assert "12号楼" in first.content.decode()
    assert "12号楼" not in second.content.decode()


@pytest.mark.parametrize("after", ["x", "-1", "9" * 5000, "٣"])
def test_odd_page_marks_begin_at_the_beginning(client, missed, worker, grids, after):
    client.force_login(worker)
    assert "3号楼" in client.get(address(grids[0], after=after)).content.decode()


def test_nobody_missed_is_said(client, worker, grids):
    client.force_login(worker)
    assert "没有还没触达的人" in client.get(address(grids[0])).content.decode()


def test_periods_to_come_have_no_list(client, missed, worker, grids):
    client.force_login(worker)
    page = client.get(address(grids[0], period=timezone.localdate().year + 1)).content.decode()
    assert "还没有开始" in page
    assert "欧阳" not in page


def test_only_the_communitys_workers_see_homes(client, missed, street_officer, admin, outsider, grids):
    answers = []
    for user in (street_officer, admin, outsider):
        client.force_login(user)
        answers.append(client.get(address(grids[0])).status_code)
    assert answers == [403, 403, 404]


@pytest.mark.parametrize("query", [{"grouping": "x"}, {"period": "2026-13"}, {"period": "x"}])
def test_nonsense_is_not_found(client, missed, worker, grids, query):
    client.force_login(worker)
    assert client.get(address(grids[0], **query)).status_code == 404


def test_only_grids_have_such_a_list(client, missed, worker, community):
    client.force_login(worker)
    assert client.get(address(community)).status_code == 404


def test_query_count_does_not_grow_with_people(
    client, missed, register, worker, grids, doors, django_assert_num_queries
):
    grid = AreaRef.to(grids[0])
    with django_assert_num_queries(3):
        list_missed(grid, quarter(), "all", worker)
    for door in doors:
        person = register.resident(grids[0], since=timezone.localdate() - timedelta(days=90))
        Resident.objects.filter(pk=person.pk).update(household=door)
    with django_assert_num_queries(3):
        list_missed(grid, quarter(), "all", worker)
