"""What a line of log says, and what it must not: no number of a person, no row, no search, no token."""

import json
import logging
import sys
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.client import RequestFactory
from django.views.debug import get_exception_reporter_filter
from gunicorn.config import Config

from activities.feed import make_feed_token
from config.access_log import AccessLogger
from config.logs import FACTS, FactsFormatter, LineFormatter, clean, number_of
from tests.config.test_access_log import Answer

NAME, PHONE, ID_NUMBER = "欧阳秀英", "13812345678", "110101199003070011"
FORMATTERS = [LineFormatter("%(name)s %(message)s"), FactsFormatter()]


def write(formatter, message, *args, exc_info=None, **extra):
    record = logging.LogRecord("portal", logging.ERROR, "", 0, message, args, exc_info)
    record.__dict__.update(extra)
    return formatter.format(record)


@pytest.mark.parametrize("formatter", FORMATTERS)
@pytest.mark.parametrize("text", [PHONE, "138-1234-5678", "138 1234 5678", ID_NUMBER, "11010119900307001X"])
def test_number_of_a_person_is_masked(formatter, text):
    assert text not in write(formatter, "call %s now", text)
    assert text not in write(formatter, f"张三{text}，")


@pytest.mark.parametrize("text", ["990101001001001", "2026-11-23 03:20:00", "4f16cb519f854994bbe484262bb84e13"])
def test_other_numbers_stay(text):
    assert clean(text) == text


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_row_that_postgresql_quotes_is_left_out(formatter, db):
    with connection.cursor() as cursor:
        cursor.execute("create temporary table people (name text unique, phone text)")
        cursor.execute("insert into people values (%s, %s)", [NAME, PHONE])
        try:
            cursor.execute("insert into people values (%s, %s)", [NAME, PHONE])
        except IntegrityError:
            line = write(formatter, "failed", exc_info=sys.exc_info())
    assert "duplicate key value violates unique constraint" in line
    assert not [word for word in (NAME, PHONE, "already exists") if word in line]


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_traceback_goes_on_behind_a_quoted_row(formatter):
    try:
        try:
            raise ValueError(f"first\nDETAIL:  Key (name)=(\n{NAME}) already exists.\n")
        except ValueError as error:
            raise RuntimeError("second") from error
    except RuntimeError:
        line = write(formatter, "failed", exc_info=sys.exc_info())
    assert "RuntimeError: second" in line
    assert NAME not in line


def test_what_somebody_searched_for_is_left_out():
    assert clean("GET /residents/?q=%E5%BC%A0&page=2 HTTP/1.1") == "GET /residents/ HTTP/1.1"


def test_line_for_machines_is_one_object_of_known_fields():
    facts = json.loads(write(FactsFormatter(), "多行\n%s", 1, facts={"status": 200}, request="张三"))
    assert facts.pop("at")
    assert facts == {"level": "ERROR", "logger": "portal", "message": "多行\n1", "status": 200}


def test_public_address_is_logged_without_its_token(client, community, caplog):
    token = f"{make_feed_token(community)}x"
    client.get(f"/activities/feed/{token}.ics")
    formatter = LineFormatter("%(message)s")
    lines = [formatter.format(record) for record in caplog.records if record.name == "django.request"]
    assert lines
    assert token not in " ".join(lines)


def test_public_address_that_is_asked_in_the_wrong_way_is_logged_without_its_token(client, db):
    answer = client.put("/activities/p/SECRET/")
    route = answer.wsgi_request.META[FACTS].get("route")
    assert (answer.status_code, route) == (405, "/activities/p/<slug:public_id>/")


def test_request_is_numbered_and_named(client, security_admin):
    client.force_login(security_admin)
    answer = client.get("/accounts/")
    facts = answer.wsgi_request.META[FACTS]
    assert (facts["view"], facts["user"]) == ("accounts:list", security_admin.pk)
    assert facts["request_id"] == answer["X-Request-ID"]


def test_request_for_a_survey_form_is_not_numbered(client, db):
    answer = client.get("/s/abcdefghjkmn/")
    assert "X-Request-ID" not in answer
    assert FACTS not in answer.wsgi_request.META


@pytest.mark.parametrize(
    ("behind_proxy", "given", "kept"),
    [(True, "from-the-proxy-1", True), (False, "from-a-stranger-1", False), (True, "a b\nc-12345678", False)],
)
def test_number_is_taken_from_our_proxy_only(settings, behind_proxy, given, kept):
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory().get("/", headers={"x-request-id": given})
    assert (number_of(request) == given) is kept


@pytest.fixture
def access(settings, monkeypatch):
    """Return a function that writes the line of a request as gunicorn does."""

    def write_line(log_format, environ):
        settings.LOG_FORMAT = log_format
        config = Config()
        config.set("accesslog", "-")
        logger, lines = AccessLogger(config), []
        monkeypatch.setattr(logger.access_log, "handle", lambda record: lines.append(record))
        about = {"REMOTE_ADDR": "10.0.0.9", "REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1"}
        logger.access(Answer(), Answer(), about | environ, timedelta(seconds=1))
        return logger.access_log.handlers[0].formatter.format(lines[0])

    return write_line


@pytest.mark.parametrize("log_format", ["line", "json"])
def test_line_of_a_request_holds_no_search_and_no_token(access, log_format):
    environ = {"PATH_INFO": "/v/c/SECRET/", "RAW_URI": "/v/c/SECRET/?q=张三", "QUERY_STRING": "q=张三"}
    environ |= {"HTTP_REFERER": "http://portal/residents/?q=张三", FACTS: {"route": "/v/c/<str:code>/", "view": "v"}}
    line = access(log_format, environ)
    assert "GET /v/c/<str:code>/ HTTP/1.1" in line
    assert not [word for word in ("SECRET", "张三") if word in line]


def test_address_begins_no_line_of_its_own(access):
    line = access("line", {"PATH_INFO": "/a\n10.0.0.1 - - GET /admin/", "RAW_URI": "/a%0A"})
    assert "GET /a%0A10.0.0.1%20-%20-%20GET%20/admin/ HTTP/1.1" in line


def test_line_of_a_request_for_machines_names_view_and_account(access):
    environ = {"PATH_INFO": "/accounts/", FACTS: {"view": "accounts:list", "user": 7, "ms": 12}, "RAW_URI": "/"}
    facts = json.loads(access("json", environ))
    assert (facts["view"], facts["user"], facts["status"], facts["ms"]) == ("accounts:list", 7, 200, 12)


def test_crash_of_a_view_leaves_no_value_in_the_log(security_admin, caplog, monkeypatch):
    def fail(view):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select %s::int", [f"{NAME}{PHONE}"])

    monkeypatch.setattr("accounts.views.accounts.AccountList.get_queryset", fail)
    client = Client(raise_request_exception=False)
    client.force_login(security_admin)
    assert client.get("/accounts/").status_code == 500
    lines = " ".join(LineFormatter("%(message)s").format(one) for one in caplog.records)
    assert "invalid input syntax for type integer" in lines
    assert not [word for word in (NAME, PHONE) if word in lines]


def test_report_of_the_settings_shows_no_secret(settings):
    settings.REDIS_URL = "redis://:hunter2@localhost/0"
    shown = get_exception_reporter_filter(None).get_safe_settings()
    secrets = [settings.SECRET_KEY, str(settings.FIELD_KEY), str(settings.HASH_KEY), "hunter2"]
    assert "INSTALLED_APPS" in shown
    assert not [secret for secret in secrets if secret in str(shown)]
