"""A database that restarts, is full or too busy: a page that tries again, what was typed is kept, no traceback."""

import logging

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.test import Client
from django.urls import resolve, reverse

from config import retry
from config.health import check_database

pytestmark = pytest.mark.django_db(transaction=True)  # a fault inside the test's own transaction would end the test
PAGE = reverse("indicators:health")
FAULTS = {
    "statement time-out": "set statement_timeout = 20; select pg_sleep(9)",
    "deadlock": "do $$ begin raise exception using errcode = '40P01'; end $$",
    "too many connections": "do $$ begin raise exception using errcode = '53300'; end $$",
    "server stops": "do $$ begin raise exception using errcode = '57P03'; end $$",
    "disk full": "do $$ begin raise exception using errcode = '53100'; end $$",
}


@pytest.fixture
def browser(admin):
    """A browser that sees answers, not exceptions."""
    client = Client(raise_request_exception=False, headers={"Accept": "text/html"})
    client.force_login(admin)
    return client


@pytest.fixture
def fail(monkeypatch):
    """Let a statement go wrong in the middle of the page; other connections and tests do not feel it."""

    def arrange(sql, place="indicators.views.health.list_health", before=lambda: None):
        def go_wrong(*_args, **_kwargs):
            before()
            with connection.cursor() as cursor:
                cursor.execute(sql)

        monkeypatch.setattr(place, go_wrong)

    yield arrange
    connection.close()


@pytest.mark.parametrize("sql", FAULTS.values(), ids=FAULTS)
def test_fault_in_the_middle_is_answered_with_a_second_try(browser, fail, sql):
    fail(sql)
    answer = browser.get(PAGE)
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "请稍候再试" in text
    assert "Traceback" not in text
    assert "no-store" in answer["Cache-Control"]


def test_lock_that_is_not_given_up_is_answered_with_a_second_try(browser, fail):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(4711)")
        fail("set lock_timeout = 20; select pg_advisory_lock(4711)")
        assert browser.get(PAGE).status_code == 503
    finally:
        other.close()


def kill_session() -> None:
    """End the session of the request, as a server that shuts down does."""
    owner = connection.copy()
    try:
        with owner.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    finally:
        owner.close()


def test_session_that_is_killed_in_the_middle(browser, fail, monkeypatch):
    fail("select 1", before=kill_session)
    assert browser.get(PAGE).status_code == 503
    close_old_connections()  # as a web process does after a request; Django's test client leaves it out
    monkeypatch.undo()
    assert browser.get(PAGE).status_code == 200, "the next request finds a database again"


def test_server_that_cannot_be_reached_at_all(browser, fail, monkeypatch):
    def vanish() -> None:
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    fail("select 1", before=vanish)
    assert browser.get(PAGE).status_code == 503
    with pytest.raises(OperationalError):
        check_database()
    monkeypatch.undo()


def test_another_crash_is_no_reason_to_try_again(browser, monkeypatch):
    monkeypatch.setattr("indicators.views.health.list_health", lambda user: 1 / 0)
    assert browser.get(PAGE).status_code == 500


def test_page_that_was_read_comes_again_by_itself(browser, fail):
    fail(FAULTS["server stops"])
    assert '<meta http-equiv="refresh" content="5">' in browser.get(PAGE).content.decode()


def test_statement_that_took_too_long_is_not_begun_again_by_itself(browser, fail):
    fail(FAULTS["statement time-out"])
    text = browser.get(PAGE).content.decode()
    assert "缩小范围" in text
    assert "refresh" not in text


def post(browser, **form):
    """Send a form whose saving fails."""
    return browser.post(reverse("accounts:mail"), form).content.decode()


@pytest.fixture
def broken_form(browser, worker, fail):
    """A browser whose forms cannot be saved."""
    browser.force_login(worker)
    fail(FAULTS["server stops"], "accounts.forms.accounts.MailForm.is_valid")
    return browser


def test_what_was_typed_is_sent_back_with_a_button(broken_form):
    text = post(broken_form, email='a"b<script>', csrfmiddlewaretoken="t" * 64, people=["7", "9"])
    assert "再提交一次" in text
    assert '<input type="hidden" name="email" value="a&quot;b&lt;script&gt;">' in text
    assert text.count('name="people"') == 2
    assert f'value="{"t" * 64}"' in text
    assert "refresh" not in text


def test_no_token_is_made_for_a_form_that_had_none(broken_form):
    assert "csrfmiddlewaretoken" not in post(broken_form, email="a@b.example")


@pytest.mark.parametrize("name", ["password", "new_password1", "otp_code", "recovery_code"])
def test_secrets_are_never_sent_back(broken_form, name):
    text = post(broken_form, email="a@b.example", **{name: "geheim-77"})
    assert "geheim-77" not in text
    assert "a@b.example" not in text
    assert "重新填写" in text


def test_script_gets_a_line_of_text(browser, fail):
    fail(FAULTS["server stops"])
    answer = browser.get(PAGE, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")


def test_log_names_kind_and_address_and_no_traceback(browser, fail, caplog):
    fail(FAULTS["server stops"])
    with caplog.at_level(logging.INFO):
        browser.get(PAGE)
    assert f"database: OperationalError 57P03 at {PAGE}" in caplog.messages
    assert [record for record in caplog.records if record.exc_info] == []


def crash(request):
    """Return the answer to a request that meets no database."""
    try:
        raise retry.OperationalError
    except retry.OperationalError:
        return retry.server_error(request)


def test_log_names_a_public_address_without_its_token(rf, caplog):
    request = rf.get("/v/check/SECRET/")
    request.resolver_match = resolve(request.path)
    crash(request)
    assert caplog.messages == ["database: OperationalError  at /v/check/<str:code>/"]


def test_answer_to_a_survey_leaves_no_line(rf, caplog):
    request = rf.post("/s/aaaaaaaaaaaa/", {"q1": "3"})
    with caplog.at_level(logging.DEBUG):
        answer = crash(request)
    assert (answer.status_code, caplog.messages) == (503, [])
    assert 'name="q1" value="3"' in answer.content.decode()
