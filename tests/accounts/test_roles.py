"""Who may do what, and over which communities: the role table and the one row rule."""

import pytest

from accounts.models import User
from accounts.roles import HAND_OF_ROLE, LEVEL_OF_ROLE, MANAGED_BY, PERMISSIONS_OF_ROLE, Level, Permission, Role
from activities.models import Activity
from grids.models import Grid, Resident
from imports.models import ResidentImport


@pytest.fixture
def unknown(street):
    """An account whose role is in no table, as a database edited by hand could hold; the row itself is refused."""
    return User(username="ghost", name="ghost", role="mayor", street=street, is_active=True)


def test_every_role_has_a_level_and_permissions():
    assert set(LEVEL_OF_ROLE) == set(PERMISSIONS_OF_ROLE) == set(Role)


def test_every_permission_is_held_by_somebody():
    assert frozenset().union(*PERMISSIONS_OF_ROLE.values()) == set(Permission)


def test_role_table_keeps_system_security_and_audit_apart():
    powers = {Permission.IMPORT_RESIDENTS, Permission.MANAGE_ACCOUNTS, Permission.VIEW_AUDIT}
    assert all(len(powers & held) <= 1 for held in PERMISSIONS_OF_ROLE.values())


def test_every_role_is_in_the_hands_of_the_level_above():
    levels = list(Level)  # from the community up
    above = {
        role: levels.index(LEVEL_OF_ROLE[by]) - levels.index(LEVEL_OF_ROLE[role]) for role, by in MANAGED_BY.items()
    }
    assert set(MANAGED_BY) == set(Role)
    assert above.pop(Role.PLATFORM_ADMIN) == 0
    assert set(above.values()) == {1}


def test_who_keeps_accounts_reads_neither_persons_nor_figures():
    for role in set(MANAGED_BY.values()):
        assert Permission.MANAGE_ACCOUNTS in PERMISSIONS_OF_ROLE[role]
        assert not PERMISSIONS_OF_ROLE[role] & {Permission.VIEW_RESIDENTS, Permission.VIEW_FIGURES, Permission.DELEGATE}


def test_roles_that_watch_lend_nothing_on_their_own():
    assert not any(Permission.DELEGATE in PERMISSIONS_OF_ROLE[role] for role in HAND_OF_ROLE)


def test_platform_administrator_meets_no_rows(platform_admin, resident):
    assert list(platform_admin.communities()) == []
    for model in (Grid, Resident, Activity, ResidentImport):
        assert list(model.objects.visible_to(platform_admin)) == []


def test_street_and_district_staff_read_no_persons():
    persons = {Permission.VIEW_RESIDENTS, Permission.LOG_ACTIVITIES, Permission.CHECK_IN, Permission.MANAGE_VISITS}
    for role in (Role.STREET_OFFICER, Role.DISTRICT_OFFICER, *HAND_OF_ROLE):
        assert not PERMISSIONS_OF_ROLE[role] & persons


def test_unknown_role_holds_nothing(unknown):
    assert not any(unknown.may(permission) for permission in Permission)


def test_unknown_role_sees_nothing(unknown, community, resident):
    assert (unknown.area_code, unknown.level, unknown.area) == ("", None, None)
    assert list(unknown.communities()) == []
    for model in (Grid, Resident, Activity, ResidentImport, User):
        assert list(model.objects.visible_to(unknown)) == []


def test_closed_account_holds_and_sees_nothing(worker, resident):
    worker.is_active = False
    assert not any(worker.may(permission) for permission in Permission)
    assert list(worker.communities()) == []
    assert list(Resident.objects.visible_to(worker)) == []


def test_closed_account_is_signed_out(worker, client):
    client.force_login(worker)
    User.objects.filter(pk=worker.pk).update(is_active=False)
    assert client.get("/").headers["Location"] == "/login/?next=/"


def test_communities_of_a_worker_are_the_own_one(worker, community, neighbour_community, foreign_community):
    assert list(worker.communities()) == [community]


def test_communities_of_a_street_are_its_own(street_officer, community, neighbour_community, foreign_community):
    assert list(street_officer.communities()) == [community, neighbour_community]


def test_communities_of_a_district_are_all_of_its_streets(district_officer, community, foreign_community):
    assert list(district_officer.communities()) == [community, foreign_community]


def test_outsider_sees_no_resident(outsider, resident):
    assert list(Resident.objects.visible_to(outsider)) == []


def test_account_without_the_area_of_its_role_is_refused(make_user, street, db):
    with pytest.raises(Exception, match="请选择与角色级别相符的一个区域"):
        make_user("lost", Role.WORKER, street)
