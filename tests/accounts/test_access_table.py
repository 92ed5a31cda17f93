"""The page that shows who may do what, and the check that every address says so."""

from types import SimpleNamespace

import pytest
from django.urls import path

from accounts import addresses, checks
from accounts.access import access
from accounts.addresses import Address, list_addresses
from accounts.roles import PERMISSIONS_OF_ROLE, WORDS_OF_PERMISSION, Permission, Role


@pytest.fixture
def browser(client, auditor):
    client.force_login(auditor)
    return client


def test_every_permission_is_put_into_words():
    assert set(WORDS_OF_PERMISSION) == set(Permission)
    assert len({str(words) for words in WORDS_OF_PERMISSION.values()}) == len(Permission)


def test_page_shows_every_address(browser):
    page = browser.get("/accounts/access/")
    shown = [row for _work, rows in page.context["works"] for row in rows]
    assert len(shown) == len(list_addresses()) == page.context["total"]


def test_page_shows_every_role_with_its_permissions(browser):
    roles = browser.get("/accounts/access/").context["roles"]
    assert [len(role["permissions"]) for role in roles] == [len(PERMISSIONS_OF_ROLE[role]) for role in Role]


def test_filter_by_role_keeps_what_the_role_may_open(browser):
    works = browser.get("/accounts/access/?role=auditor").context["works"]
    rows = [row for _work, rows in works for row in rows]
    assert rows
    assert all("审计员" in row["roles"] or row["everyone"] for row in rows)


def test_filter_by_work_keeps_one(browser):
    assert len(browser.get("/accounts/access/?app=visits").context["works"]) == 1


@pytest.mark.parametrize("query", ["role=mayor", "app=nothing", "app=%00"])
def test_nonsense_in_the_address_is_not_found(query, browser):
    assert browser.get(f"/accounts/access/?{query}").status_code == 404


def test_page_needs_no_query_for_addresses(browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        browser.get("/accounts/access/")


def test_start_refuses_an_address_without_declared_access(monkeypatch):
    undeclared = Address("x:y", "/x/", (), None)
    monkeypatch.setattr(checks, "list_addresses", lambda: [*list_addresses(), undeclared])
    assert [(error.id, "/x/" in error.msg) for error in checks.check_declared_access()] == [("accounts.E002", True)]


def test_start_accepts_the_portal_s_own_addresses():
    assert checks.check_declared_access() == []


def test_walk_finds_addresses_at_any_depth_and_what_they_declare():
    declared = access(Permission.VIEW_AUDIT)(lambda request, pk: None)
    inner = SimpleNamespace(url_patterns=[path("<int:pk>/", declared, name="one"), path("x/", lambda request: None)])
    one, bare = addresses.walk(inner, "app:", "/app/", ("code",))
    assert (one.name, one.route, one.arguments) == ("app:one", "/app/<int:pk>/", ("code", "pk"))
    assert one.roles == [Role.AUDITOR]
    assert (bare.access, bare.roles) == (None, [])
