"""Population groups: counted in one's communities, named by administrators only."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from grids.groups import list_groups
from grids.models import PopulationGroup

GROUPS = "/residents/groups/"


def count(user, code):
    return next(group.people for group in list_groups(user) if group.code == code)


def test_group_counts_who_belongs_and_lives_here_today(
    register, grids, worker, admin, foreign_grid, neighbour_community
):
    register.resident(grids[0], groups=["retired"])
    register.resident(grids[0], groups=["retired"], until=date(2020, 1, 1))
    register.resident(foreign_grid, groups=["retired"])
    left = register.resident(grids[1], groups=["retired"])
    left.memberships.update(until=date(2020, 1, 1))
    assert (count(worker, "retired"), count(admin, "retired"), count(worker, "youth")) == (1, 1, 0)


def test_list_asks_the_database_a_fixed_number_of_times(client, worker, resident, django_assert_num_queries):
    client.force_login(worker)
    with django_assert_num_queries(5):
        assert "离退休人员" in client.get(GROUPS).content.decode()


def test_administrator_creates_and_renames_a_group(client, admin):
    client.force_login(admin)
    client.post(f"{GROUPS}new/", {"name": "退役军人"})
    group = PopulationGroup.objects.get(name="退役军人")
    client.post(f"{GROUPS}{group.pk}/", {"name": "退役军人家庭"})
    group.refresh_from_db()
    assert (group.name, group.position) == ("退役军人家庭", 10)
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["group.rename", "group.create"]


@pytest.mark.parametrize(("name", "words"), [("上访人员", "不登记"), ("离退休人员", "已有同名"), ("", "必填")])
def test_name_that_is_taken_or_forbidden_is_refused(client, admin, name, words):
    client.force_login(admin)
    assert words in client.post(f"{GROUPS}new/", {"name": name}).content.decode()
    assert PopulationGroup.objects.count() == 9


def test_worker_sees_groups_but_names_none(client, worker, street_officer):
    client.force_login(worker)
    assert client.get(GROUPS).status_code == 200
    assert client.get(f"{GROUPS}new/").status_code == 403
    client.force_login(street_officer)
    assert client.get(GROUPS).status_code == 403
