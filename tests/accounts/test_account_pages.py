"""The account pages of the security administrator: whom may be made what, where, and with which password."""

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.roles import Role

GOOD_PASSWORD = "bamboo-lantern-77"


@pytest.fixture
def browser(client, security_admin):
    """The security administrator's browser."""
    client.force_login(security_admin)
    return client


def fill(community=None, **fields):
    """Return the fields of a new worker's account."""
    blank = {"username": "zhang", "name": "张三", "role": Role.WORKER, "password": GOOD_PASSWORD, "is_active": "on"}
    return blank | ({"community": community.pk} if community else {}) | fields


def edit(browser, user, **fields):
    """Post the edit page of an account with its present values, but for the given ones."""
    present = {"username": user.username, "name": user.name, "role": user.role, "password": ""}
    present |= {"community": user.community_id or ""} | ({"is_active": "on"} if user.is_active else {})
    return browser.post(f"/accounts/{user.pk}/", present | fields)


def test_worker_is_created_with_a_hashed_password(browser, community):
    assert browser.post("/accounts/new/", fill(community)).headers["Location"] == "/accounts/"
    user = User.objects.get(username="zhang")
    assert (user.role, user.community, user.street, user.is_demo) == (Role.WORKER, community, None, False)
    assert user.check_password(GOOD_PASSWORD)
    assert GOOD_PASSWORD not in user.password


def test_creating_an_account_leaves_an_audit_event(browser, community, security_admin):
    browser.post("/accounts/new/", fill(community))
    event = AuditEvent.objects.get()
    assert (event.action, event.area_code) == ("account.create", community.code)
    assert security_admin.username in event.actor
    assert GOOD_PASSWORD not in str(event.detail)


def test_street_role_gets_the_street_of_who_creates_it(browser, community, street):
    browser.post("/accounts/new/", fill(community, role=Role.DATA_ADMIN))
    user = User.objects.get(username="zhang")
    assert (user.street, user.community) == (street, None)


def test_foreign_community_cannot_be_chosen(browser, foreign_community):
    answer = browser.post("/accounts/new/", fill(foreign_community))
    assert "community" in answer.context["form"].errors
    assert foreign_community.name not in answer.content.decode()
    assert not User.objects.filter(username="zhang").exists()


def test_worker_cannot_be_moved_to_a_foreign_community(browser, worker, foreign_community):
    assert edit(browser, worker, community=foreign_community.pk).status_code == 200
    worker.refresh_from_db()
    assert worker.community != foreign_community


def test_district_role_cannot_be_given(browser, community):
    answer = browser.post("/accounts/new/", fill(community, role=Role.DISTRICT_OFFICER))
    assert "role" in answer.context["form"].errors


def test_worker_without_a_community_is_asked_for_it(browser):
    answer = browser.post("/accounts/new/", fill())
    assert "社区工作者要有所属社区" in answer.content.decode()


@pytest.mark.parametrize("password", ["", "short", "password123", "20261122", "zhang-li-hua"])
def test_weak_password_is_refused(browser, community, password):
    browser.post("/accounts/new/", fill(community, username="zhang-li-hua", password=password))
    assert not User.objects.filter(username="zhang-li-hua").exists()


def test_typed_values_survive_an_error_and_the_password_does_not(browser, community):
    page = browser.post("/accounts/new/", fill(community, username="worker", name="")).content.decode()
    assert 'value="worker"' in page
    assert f'value="{community.pk}" selected' in page
    assert GOOD_PASSWORD not in page


def test_name_taken_anywhere_is_refused_without_saying_where(browser, community, outsider):
    answer = browser.post("/accounts/new/", fill(community, username="outsider"))
    assert answer.context["form"].errors["username"] == ["这个账号已经有人使用，请换一个。"]


def test_empty_password_keeps_the_old_one(browser, worker):
    before = worker.password
    assert edit(browser, worker, name="李四").status_code == 302
    worker.refresh_from_db()
    assert (worker.name, worker.password) == ("李四", before)


def test_new_password_ends_the_sessions_of_the_old_one(browser, worker):
    other = Client()
    other.force_login(worker)
    edit(browser, worker, password=GOOD_PASSWORD)
    assert other.get("/").status_code == 302


def test_worker_can_be_closed(browser, worker):
    assert edit(browser, worker, is_active="").status_code == 302
    worker.refresh_from_db()
    assert not worker.is_active
    assert AuditEvent.objects.get().action == "account.change"


def test_own_account_cannot_be_closed(browser, security_admin):
    answer = edit(browser, security_admin, is_active="")
    assert "不能停用自己的账号" in answer.content.decode()
    security_admin.refresh_from_db()
    assert security_admin.is_active


def test_list_shows_the_accounts_of_the_own_street_only(browser, worker, outsider, district_officer):
    names = {user.username for user in browser.get("/accounts/").context["accounts"]}
    assert names == {"worker", "security_admin"}


def test_list_needs_as_many_queries_for_many_accounts(browser, make_user, community, django_assert_max_num_queries):
    for number in range(12):
        User.objects.create(username=f"w{number}", name="w", role=Role.WORKER, community=community)
    with django_assert_max_num_queries(6):
        browser.get("/accounts/")
