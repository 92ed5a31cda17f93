"""A page left alone in a real browser: notice, veil, and going on with what was typed."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import SecondFactor, Session
from activities.models import Activity
from tests.accounts.sign_in_help import set_up_factor, show_code
from tests.conftest import PASSWORD
from tests.live.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.browser]
TITLE = "午后健康讲座"


@pytest.fixture
def soon(settings):
    """Sessions that end after some seconds without use."""
    settings.IDLE_SECONDS = settings.IDLE_SECONDS_ON_FOOT = 12


def open_form(open_page, worker, size=PHONE):
    page = open_page(worker, PASSWORD, size)
    page.goto("/activities/new/")
    page.locator("[name=title]").evaluate(
        "field => { field.closest('details') && (field.closest('details').open = true) }"
    )
    page.fill("[name=title]", TITLE)
    return page


def end_session(page):
    """End all sessions on the server, and let the page find out."""
    Session.objects.all().delete()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_notice_comes_first_and_a_tap_keeps_the_session(soon, open_page, worker):
    page = open_form(open_page, worker)
    notice = page.locator("[data-idle-notice]")
    expect(notice).to_be_visible()
    page.click("[data-idle-stay]")
    expect(notice).to_be_hidden()
    assert Session.objects.count() == 1


def test_page_left_alone_is_veiled(soon, open_page, worker):
    page = open_form(open_page, worker)
    expect(page.locator("[data-again] [name=password]")).to_be_visible()
    assert page.locator("main").evaluate("main => getComputedStyle(main).visibility") == "hidden"
    page.keyboard.press("Escape")
    expect(page.locator("[data-again]")).to_be_visible()


def test_page_goes_on_with_what_was_typed(open_page, worker):
    page = open_form(open_page, worker)
    end_session(page)
    page.fill("[data-again] [name=password]", PASSWORD)
    page.click("[data-again] [type=submit]")
    expect(page.locator("[data-again]")).to_be_hidden()
    assert page.input_value("[name=title]") == TITLE
    token = page.locator("main input[name=csrfmiddlewaretoken]").first.input_value()
    ask = "token => fetch('/login/state/', {method: 'POST', headers: {'X-CSRFToken': token}}).then(got => got.status)"
    assert page.evaluate(ask, token) == 200


def test_wrong_password_stays_under_the_veil(open_page, worker):
    page = open_form(open_page, worker, DESKTOP)
    end_session(page)
    page.fill("[data-again] [name=password]", "wrong")
    page.click("[data-again] [type=submit]")
    expect(page.locator("[data-again] [role=alert]")).to_be_visible()
    expect(page.locator("html")).to_have_class(re.compile("is-veiled"))


def test_dialog_asks_for_the_code(open_page, worker):
    page = open_form(open_page, worker)
    set_up_factor(worker)
    SecondFactor.objects.update(last_step=0)
    end_session(page)
    page.fill("[data-again] [name=password]", PASSWORD)
    page.click("[data-again] [type=submit]")
    page.fill("[data-again] [name=code]", show_code(worker))
    page.click("[data-again] [type=submit]")
    expect(page.locator("[data-again]")).to_be_hidden()


def test_form_sent_too_late_is_sent_on_after_log_in(open_page, worker):
    page = open_form(open_page, worker)
    page.evaluate("document.querySelector('[data-again]').remove()")  # as in a browser without the script
    Session.objects.all().delete()
    page.locator("main form[method=post]").first.evaluate("form => form.submit()")
    page.fill("[name=username]", worker.username)
    page.fill("[name=password]", PASSWORD)
    page.click("form[data-login] [type=submit]")
    page.get_by_role("button", name="继续提交").click()
    page.wait_for_url("**/activities/new/**")
    assert page.input_value("[name=title]") == TITLE or Activity.objects.filter(title=TITLE).exists()


def test_full_number_asks_in_the_page_and_then_shows(open_page, worker, resident, settings):
    settings.UNMASK_FRESH_SECONDS = 0
    page = open_page(worker, PASSWORD, PHONE)
    page.goto(f"/residents/{resident.pk}/")
    page.locator("[name=purpose][value=call]").evaluate("radio => radio.click()")
    page.click("button[name=field][value=phone]")
    page.fill("[data-again] [name=secret]", PASSWORD)
    settings.UNMASK_FRESH_SECONDS = 3600
    page.click("[data-again] [type=submit]")
    expect(page.locator("a.unmasked")).to_contain_text("19912345678")
