"""What the public form leaves behind: no cookie, no line in a log, no time, no counter that names anybody."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from surveys import limits
from surveys.models import Response, SealedAnswer, SpentKey
from surveys.views import answering
from tests.surveys.form_help import address, fill, opened, post, read

pytestmark = pytest.mark.usefixtures("own_counters")


# --- Traces


def test_nothing_is_left_on_the_device_but_the_token_against_forgery(client, link):
    client.get(address(link))
    assert set(post(client, link).cookies) | set(client.get(address(link, "thanks")).cookies) <= {"csrftoken"}
    assert "sessionid" not in client.cookies


def test_pages_with_answers_are_not_kept_by_browsers(client, link):
    assert "no-store" in client.get(address(link))["Cache-Control"]
    assert "no-store" in post(client, link, overall="")["Cache-Control"]


def test_no_line_is_logged_about_a_form(link, caplog, code_link):
    client = Client(enforce_csrf_checks=True)
    with caplog.at_level(logging.DEBUG):
        client.post(address(link), fill())  # refused: without the token against forgery
        client.get("/s/aaaaaaaaaaaa/")
        Client().post(address(link), fill())
        Client().post(address(code_link), fill())
        client.post("/login/", {})
    written = [record for record in caplog.records if passes(record)]
    assert [record.getMessage() for record in written if "/s/" in record.getMessage()] == []
    assert any("/s/" in record.getMessage() for record in caplog.records)
    assert any("/login/" in record.getMessage() for record in written)


def passes(record: logging.LogRecord) -> bool:
    """Tell whether the configured handlers write a record."""
    return all(handler.filter(record) for handler in logging.getLogger().handlers if handler.filters)


def test_crash_is_logged_without_its_words(link, caplog, monkeypatch):
    def fail(*args: Any) -> None:
        raise RuntimeError("多一点长椅")

    monkeypatch.setattr(answering, "send", fail)
    Client(raise_request_exception=False).post(address(link), fill())
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert "RuntimeError at" in record.getMessage()
    assert "长椅" not in logging.Formatter().format(record)
    assert link.public_id not in logging.Formatter().format(record)


def test_no_column_holds_a_time(db):
    kinds = {field.get_internal_type() for model in (SealedAnswer, Response, SpentKey) for field in model._meta.fields}
    assert not kinds & {"DateTimeField", "TimeField", "GenericIPAddressField", "BigAutoField"}


def test_answer_of_somebody_signed_in_is_like_any_other(client, worker, link):
    client.force_login(worker)
    page = read(client.get(address(link)))
    assert worker.username not in page
    assert "主导航" not in page
    post(client, link)
    assert set(opened()[0][0]) == {"joined", "overall", "wish"}


# --- Limits


def test_address_sends_so_many_only(client, link, settings):
    settings.PUBLIC_PER_ADDRESS = 1
    post(client, link)
    page = read(post(client, link))
    assert "这会儿发送的人很多" in page
    assert "多一点长椅" in page
    assert SealedAnswer.objects.count() == 1


def test_no_counter_names_an_address_or_a_wave(client, link, monkeypatch):
    seen = []
    monkeypatch.setattr(limits, "allow", lambda key, **_limit: seen.append(key) or True)
    post(client, link)
    assert len(seen) == 2
    assert not any(word in key for key in seen for word in ("127.0.0.1", link.public_id, str(link.wave_id) + ":"))


def test_secret_of_a_day_is_new_the_next(monkeypatch):
    today = limits.veil("127.0.0.1")
    assert limits.veil("127.0.0.1") == today
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(limits.timezone, "localdate", lambda: tomorrow)
    assert limits.veil("127.0.0.1") != today
