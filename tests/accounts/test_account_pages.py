"""The account pages: whom the level below may be made what, where, and with which password."""

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.roles import MANAGED_BY, Role
from communities.models import District, Street

GOOD_PASSWORD = "bamboo-lantern-77"


@pytest.fixture
def browser(client, security_admin):
    """The browser of the street's account administrator."""
    client.force_login(security_admin)
    return client


@pytest.fixture
def visit(client, request):
    """Return a function that signs in the actor of a fixture's name."""

    def sign_in(name):
        client.force_login(request.getfixturevalue(name))
        return client

    return sign_in


@pytest.fixture
def remote_street(db):
    """A street of another district."""
    district = District.objects.create(code="990102", name="远区")
    return Street.objects.create(code="990102001", name="远街道", district=district)


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


def test_password_chosen_by_somebody_else_is_to_be_changed(browser, community, worker):
    browser.post("/accounts/new/", fill(community))
    edit(browser, worker, password=GOOD_PASSWORD)
    assert User.objects.filter(must_change_password=True, username__in=["zhang", "worker"]).count() == 2


def test_creating_an_account_leaves_an_audit_event(browser, community, security_admin):
    browser.post("/accounts/new/", fill(community))
    event = AuditEvent.objects.get(action="account.create")
    assert event.area_code == community.code
    assert security_admin.username in event.actor
    assert GOOD_PASSWORD not in str(event.detail)


@pytest.mark.parametrize("role", [role for role in Role if MANAGED_BY[role] != Role.SECURITY_ADMIN])
def test_street_administrator_cannot_give_a_role_of_another_hand(role, browser, community, street):
    answer = browser.post("/accounts/new/", fill(community, role=role, street=street.pk))
    assert "role" in answer.context["form"].errors
    assert not User.objects.filter(username="zhang").exists()


def test_district_administrator_opens_an_account_of_a_street(visit, district_admin, street):
    visit("district_admin").post("/accounts/new/", fill(role=Role.SECURITY_ADMIN, street=street.pk))
    user = User.objects.get(username="zhang")
    assert (user.role, user.street, user.community) == (Role.SECURITY_ADMIN, street, None)


def test_district_administrator_cannot_choose_a_foreign_street(visit, remote_street):
    answer = visit("district_admin").post("/accounts/new/", fill(role=Role.SECURITY_ADMIN, street=remote_street.pk))
    assert "street" in answer.context["form"].errors
    assert not User.objects.filter(username="zhang").exists()


@pytest.mark.parametrize("role", [Role.WORKER, Role.DISTRICT_ADMIN, Role.PLATFORM_ADMIN])
def test_district_administrator_gives_no_role_of_another_level(role, visit, street, community):
    fields = fill(community, role=role, street=street.pk)
    assert "role" in visit("district_admin").post("/accounts/new/", fields).context["form"].errors


def test_platform_administrator_opens_an_account_of_a_district(visit, district):
    visit("platform_admin").post("/accounts/new/", fill(role=Role.DISTRICT_ADMIN, district=district.pk))
    assert User.objects.get(username="zhang").district == district


def test_platform_administrator_opens_another_platform_account_without_area(visit, district):
    fields = fill(role=Role.PLATFORM_ADMIN, district=district.pk)
    assert visit("platform_admin").post("/accounts/new/", fields).status_code == 302
    assert User.objects.get(username="zhang").area is None


def test_district_role_without_a_district_is_asked_for_it(visit, platform_admin):
    answer = visit("platform_admin").post("/accounts/new/", fill(role=Role.DISTRICT_ADMIN))
    assert "请选择这个角色所在的区域" in answer.content.decode()


def test_foreign_community_cannot_be_chosen(browser, foreign_community):
    answer = browser.post("/accounts/new/", fill(foreign_community))
    assert "community" in answer.context["form"].errors
    assert foreign_community.name not in answer.content.decode()
    assert not User.objects.filter(username="zhang").exists()


def test_worker_cannot_be_moved_to_a_foreign_community(browser, worker, foreign_community):
    assert edit(browser, worker, community=foreign_community.pk).status_code == 200
    worker.refresh_from_db()
    assert worker.community != foreign_community


@pytest.mark.parametrize("actor", ["security_admin", "district_admin", "platform_admin"])
@pytest.mark.parametrize("target", ["auditor", "street_officer", "worker", "outsider", "district_officer"])
def test_account_of_another_hand_is_not_found(actor, target, visit, request):
    user = request.getfixturevalue(target)
    found = visit(actor).get(f"/accounts/{user.pk}/").status_code
    in_hand = MANAGED_BY[user.role] == actor and target != "outsider"
    assert found == (200 if in_hand else 404)


def test_worker_without_a_community_is_asked_for_it(browser):
    answer = browser.post("/accounts/new/", fill())
    assert "请选择这个角色所在的区域" in answer.content.decode()


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
    assert (worker.name, worker.password, worker.must_change_password) == ("李四", before, False)


def test_new_password_ends_the_sessions_of_the_old_one(browser, worker):
    other = Client()
    other.force_login(worker)
    edit(browser, worker, password=GOOD_PASSWORD)
    assert other.get("/").status_code == 302


def test_worker_can_be_closed(browser, worker):
    assert edit(browser, worker, is_active="").status_code == 302
    worker.refresh_from_db()
    assert not worker.is_active
    assert AuditEvent.objects.filter(action="account.change").count() == 1


def test_own_account_is_in_other_hands(browser, security_admin):
    assert edit(browser, security_admin, is_active="").status_code == 404
    security_admin.refresh_from_db()
    assert security_admin.is_active


@pytest.mark.parametrize(
    ("change", "words"), [({"is_active": ""}, "不能停用自己的账号"), ({"role": "district_admin"}, "不能改变自己的角色")]
)
def test_platform_administrator_cannot_lock_the_last_hand_out(change, words, visit, platform_admin, district):
    fields = {"district": district.pk if "role" in change else ""} | change
    answer = edit(visit("platform_admin"), platform_admin, **fields)
    assert words in answer.content.decode()
    platform_admin.refresh_from_db()
    assert (platform_admin.is_active, platform_admin.role) == (True, Role.PLATFORM_ADMIN)


def test_list_shows_the_accounts_in_hand_only(browser, worker, grid_member, outsider, auditor, district_officer):
    names = {user.username for user in browser.get("/accounts/").context["accounts"]}
    assert names == {"worker", "grid_member"}


def test_list_puts_closed_accounts_last(browser, make_user, community):
    make_user("a-closed", Role.WORKER, community, is_active=False)
    make_user("b-open", Role.WORKER, community)
    assert [user.username for user in browser.get("/accounts/").context["accounts"]] == ["b-open", "a-closed"]


@pytest.mark.parametrize("query", ["q=wor", "q=WORKER", "role=worker", "q=ker&role=worker"])
def test_list_is_searched_by_name_and_role(query, browser, worker, grid_member):
    assert [user.username for user in browser.get(f"/accounts/?{query}").context["accounts"]] == ["worker"]


@pytest.mark.parametrize("query", ["role=mayor", "role=auditor", "page=x", "page=999", f"q={'x' * 41}"])
def test_nonsense_in_the_address_of_the_list_is_not_found(query, browser, worker):
    assert browser.get(f"/accounts/?{query}").status_code == 404


def test_search_that_finds_nobody_says_so(browser, worker):
    assert "没有这样的账号" in browser.get("/accounts/?q=nobody").content.decode()


def test_list_keeps_the_search_when_paging(browser, community):
    User.objects.bulk_create(User(username=f"w{n}", name="w", role=Role.WORKER, community=community) for n in range(60))
    assert "?q=w&amp;page=2" in browser.get("/accounts/?q=w").content.decode()


def test_list_needs_as_many_queries_for_many_accounts(browser, community, django_assert_max_num_queries):
    User.objects.bulk_create(User(username=f"w{n}", name="w", role=Role.WORKER, community=community) for n in range(12))
    with django_assert_max_num_queries(6):
        browser.get("/accounts/")
