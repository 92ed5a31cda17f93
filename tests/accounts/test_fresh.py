"""The password once more: before exports and full numbers, without losing what was typed."""

import re

import pytest
from django.http import HttpResponse

from accounts.access import Fresh, access
from accounts.models import AuditEvent
from tests.access import list_addresses
from tests.accounts.sign_in_help import HTMX, PAGE, let_pass, set_up_factor, show_code, sign_in
from tests.conftest import PASSWORD

UNMASK = {"field": "phone", "purpose": "call"}
SHORT = {  # asked again after a quarter of an hour
    "accounts:reset-factor",
    "accounts:second-factor-codes",
    "accounts:second-factor-off",
    "accounts:second-factor-on",
    "grids:export_download",
    "grids:export_new",
    "imports:refused_rows",
    "surveys:export",
    "volunteers:export",
}
LONG = {  # asked again after half a day at doors
    "activities:sign-up-contact",
    "grids:unmask",
    "surveys:named-contact",
    "volunteers:certificate-paper",
    "volunteers:certificate-pdf",
    "volunteers:contact",
    "volunteers:sign-up-contact",
}


@pytest.fixture
def browser(client, admin):
    """A browser in which the keeper of the register signed in an hour ago and was busy since."""
    sign_in(client, "admin")
    let_pass(client, minutes=20)
    return client


def test_exports_and_full_numbers_declare_it():
    found = {address.name: address.access.fresh for address in list_addresses() if address.access.fresh}
    assert {name for name, window in found.items() if window == Fresh.EXPORT} >= SHORT
    assert {name for name, window in found.items() if window == Fresh.UNMASK} >= LONG


def test_fresh_is_short_by_default():
    view = access(fresh=True)(lambda request: HttpResponse())
    assert view.access.fresh == Fresh.EXPORT


def test_log_in_counts_as_given_just_now(client, admin):
    sign_in(client, "admin")
    assert client.get("/residents/exports/new/").status_code == 200


def test_page_asks_and_goes_on_to_where_one_wanted(browser):
    asked = browser.get("/residents/exports/new/?q=ab").headers["Location"]
    assert asked == "/confirm/?next=%2Fresidents%2Fexports%2Fnew%2F%3Fq%3Dab"
    answer = browser.post("/confirm/", {"secret": PASSWORD, "next": "/residents/exports/new/?q=ab"})
    assert answer.headers["Location"] == "/residents/exports/new/?q=ab"
    assert browser.get("/residents/exports/new/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_confirming_never_leads_to_another_site(browser, elsewhere):
    assert browser.post("/confirm/", {"secret": PASSWORD, "next": elsewhere}).headers["Location"] == "/"


def test_wrong_password_opens_nothing(browser):
    answer = browser.post("/confirm/", {"secret": "wrong", "next": "/residents/exports/new/"})
    assert "密码不对" in answer.content.decode()
    assert browser.get("/residents/exports/new/").status_code == 302


def test_guesses_are_limited_and_leave_a_trace(browser, settings):
    answers = [
        browser.post("/confirm/", {"secret": "wrong"}).status_code for _try in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert answers[-2:] == [200, 429]
    assert AuditEvent.objects.filter(action="sign_in.fail").count() == settings.AXES_FAILURE_LIMIT - 1


def test_code_of_the_second_factor_will_do(browser, admin):
    set_up_factor(admin)
    sign_in(browser, "admin")
    browser.post("/login/code/", {"code": show_code(admin, -1)})
    let_pass(browser, minutes=20)
    assert browser.post("/confirm/", {"secret": show_code(admin)}).status_code == 302
    assert browser.get("/residents/exports/new/").status_code == 200


def test_form_comes_back_with_what_was_typed(browser):
    answer = browser.post("/residents/exports/new/", {"purpose": "对账", "format": ["csv", "xlsx"]}, headers=PAGE)
    page = answer.content.decode()
    assert 'name="purpose" value="对账"' in page
    assert page.count('name="format"') == 2
    assert 'action="/residents/exports/new/"' in page


def test_form_goes_on_with_the_right_password(browser, resident):
    typed = {"purpose": "x", "confirm_secret": PASSWORD}
    answer = browser.post("/residents/exports/new/", typed, headers=PAGE)
    assert "grids/export_form.html" in [template.name for template in answer.templates]


def test_form_stays_held_with_a_wrong_password(browser):
    answer = browser.post("/residents/exports/new/", {"purpose": "x", "confirm_secret": "wrong"}, headers=PAGE)
    assert "密码不对" in answer.content.decode()
    assert 'name="purpose" value="x"' in answer.content.decode()
    assert "wrong" not in re.findall(r'value="([^"]*)"', answer.content.decode())


def test_full_number_is_shown_for_half_a_day(client, worker, resident):
    sign_in(client, "worker")
    let_pass(client, hours=1, minutes=50)
    assert "19912345678" in client.post(f"/residents/{resident.pk}/unmask/", UNMASK).content.decode()


def test_full_number_asks_after_half_a_day(client, worker, resident, settings):
    settings.IDLE_SECONDS_ON_FOOT = 86400
    sign_in(client, "worker")
    let_pass(client, hours=4, minutes=1)
    page = client.post(f"/residents/{resident.pk}/unmask/", UNMASK, headers=PAGE).content.decode()
    assert "19912345678" not in page
    assert 'name="field" value="phone"' in page


def test_page_in_use_opens_its_dialog(client, worker, resident, settings):
    settings.IDLE_SECONDS_ON_FOOT = 86400
    sign_in(client, "worker")
    let_pass(client, hours=4, minutes=1)
    answer = client.post(f"/residents/{resident.pk}/unmask/", UNMASK, headers=HTMX)
    assert (answer.content, answer.headers["HX-Reswap"]) == (b"", "none")
    assert "portal:confirm" in answer.headers["HX-Trigger"]


def test_dialog_confirms(browser):
    dialog = {"X-Dialog": "1"}
    assert 'name="secret"' in browser.get("/confirm/", headers=dialog).content.decode()
    assert "data-again-done" in browser.post("/confirm/", {"secret": PASSWORD}, headers=dialog).content.decode()
    assert browser.get("/residents/exports/new/").status_code == 200


def test_without_the_lock_the_old_session_would_get_in(browser, monkeypatch):
    monkeypatch.setattr("accounts.sign_in_rules.is_fresh", lambda session, window: True)
    assert browser.get("/residents/exports/new/").status_code == 200
