"""Posts: who holds them, what is vacant, appointing and ending."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.roles import Role
from grids.models import Appointment, Building
from grids.posts import list_posts

START = date(2020, 1, 1)
POSTS = "/residents/posts/"


@pytest.fixture
def building(grids):
    return Building.objects.create(grid=grids[0], name="5号楼")


def vacancies(community):
    """Return the vacant posts as (grid, post, building)."""
    return [
        (item.grid.name, str(vacancy.post), vacancy.building and vacancy.building.name)
        for item in list_posts(community, User(role=Role.WORKER, community=community))
        for vacancy in [*item.vacancies, *item.buildings]
    ]


def test_every_grid_and_building_has_its_vacancies(community, worker, building):
    assert vacancies(community) == [
        ("第一网格", "grid_head", None),
        ("第一网格", "building_head", "5号楼"),
        ("第二网格", "grid_head", None),
        ("第二网格", "grid_worker", None),
    ]


def test_post_that_has_ended_is_vacant(community, worker):
    Appointment.objects.update(until=timezone.localdate())
    assert ("第一网格", "grid_worker", None) in vacancies(community)


def test_abolished_grid_has_no_vacancies(community, grids):
    grids[1].valid_to = START
    grids[1].save()
    assert {grid for grid, _post, _building in vacancies(community)} == {"第一网格"}


def test_list_shows_staff_by_name_and_residents_masked(client, worker, resident, grids):
    Appointment.objects.create(resident=resident, grid=grids[0], post="unit_head", since=START)
    client.force_login(worker)
    text = client.get(POSTS).content.decode()
    assert "worker" in text
    assert "欧**英" in text
    assert "欧阳秀英" not in text
    assert "卸任" not in text


def test_list_chooses_the_community(client, admin, worker, community, neighbour_community, foreign_community):
    client.force_login(admin)
    assert "第一网格" in client.get(POSTS, {"community": community.pk}).content.decode()
    assert "社区还没有网格" in client.get(POSTS, {"community": neighbour_community.pk}).content.decode()
    assert "湖滨" not in client.get(POSTS, {"community": foreign_community.pk}).content.decode()


def test_list_asks_the_database_a_fixed_number_of_times(client, worker, grids, building, django_assert_num_queries):
    client.force_login(worker)
    with django_assert_num_queries(6):
        client.get(POSTS)


def test_staff_is_appointed(client, admin, worker, grids):
    client.force_login(admin)
    data = {"post": "grid_head", "user": worker.pk, "since": "2026-01-01"}
    assert client.post(f"{POSTS}grids/{grids[1].pk}/new/", data).status_code == 302
    assert Appointment.objects.get(grid=grids[1], post="grid_head").user == worker
    assert AuditEvent.objects.get().action == "appointment.begin"


def test_resident_is_appointed_to_a_building(client, admin, resident, grids, building):
    client.force_login(admin)
    data = {"post": "building_head", "building": building.pk, "resident": resident.pk, "since": "2026-01-01"}
    assert client.post(f"{POSTS}grids/{grids[0].pk}/new/", data).status_code == 302
    assert Appointment.objects.get(building=building).resident == resident


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"user": ""}, "二者选一"),
        ({"post": "building_head"}, "要选楼栋"),
        ({"since": "2999-01-01"}, "日期在将来"),
        ({"post": "grid_worker"}, "已经担任这个岗位"),
    ],
)
def test_appointing_says_what_to_mend(client, admin, worker, grids, change, words):
    client.force_login(admin)
    data = {"post": "grid_head", "user": worker.pk, "since": "2026-01-01"} | change
    assert words in client.post(f"{POSTS}grids/{grids[0].pk}/new/", data).content.decode()


def test_staff_of_another_street_cannot_be_appointed(client, admin, outsider, grids):
    client.force_login(admin)
    data = {"post": "grid_head", "user": outsider.pk, "since": "2026-01-01"}
    assert client.post(f"{POSTS}grids/{grids[0].pk}/new/", data).status_code == 200
    assert not Appointment.objects.filter(user=outsider).exists()


def test_post_is_ended_on_a_day(client, admin, worker):
    client.force_login(admin)
    appointment = Appointment.objects.get()
    url = f"{POSTS}{appointment.pk}/end/"
    assert "早于开始日期" in client.post(url, {"until": "2019-01-01"}).content.decode()
    assert client.post(url, {"until": "2026-01-01"}).status_code == 302
    assert "已经结束" in client.post(url, {"until": "2026-01-01"}).content.decode()
    appointment.refresh_from_db()
    assert appointment.until == START.replace(year=2026)


def test_worker_sees_posts_but_changes_none(client, worker, grids):
    client.force_login(worker)
    assert client.get(f"{POSTS}grids/{grids[0].pk}/new/").status_code == 403
    assert client.get(f"{POSTS}{Appointment.objects.get().pk}/end/").status_code == 403


def test_posts_elsewhere_are_missing(client, admin, outsider, foreign_grid):
    post = Appointment.objects.create(user=outsider, grid=foreign_grid, since=timezone.localdate() - timedelta(days=9))
    client.force_login(admin)
    assert client.get(f"{POSTS}grids/{foreign_grid.pk}/new/").status_code == 404
    assert client.get(f"{POSTS}{post.pk}/end/").status_code == 404


def test_person_is_looked_for_among_ones_own(client, admin, outsider, resident):
    for user, shown in ((admin, True), (outsider, False)):
        client.force_login(user)
        assert ("欧**英" in client.get("/residents/choose/", {"q": "oyxy"}).content.decode()) is shown
