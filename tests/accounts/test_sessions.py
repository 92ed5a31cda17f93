"""Sessions: whose they are, where one is signed in, and how they end."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Session
from accounts.sessions import SessionStore, describe_device, end_sessions, handle_of
from tests.accounts.sign_in_help import PHONE, sign_in
from tests.conftest import PASSWORD


def open_elsewhere(user, agent=PHONE):
    """Return another browser in which the account has signed in."""
    other = Client(headers={"User-Agent": agent})
    assert sign_in(other, user.username).status_code == 302
    return other


def is_in(client):
    return client.get("/sessions/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "手机 · 微信"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0", "电脑 · Edge"),
        ("Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) Version/16.0 Mobile/15E148 Safari/604.1", "平板 · Safari"),
        ("", "电脑"),
    ],
)
def test_device_is_described_coarsely(agent, words):
    assert describe_device(agent) == words


def test_session_knows_its_account_and_no_address(worker):
    open_elsewhere(worker)
    row = Session.objects.get(user=worker)
    assert (row.device, row.seen_at is None) == ("手机 · 微信", False)
    assert "127.0.0.1" not in str(SessionStore().decode(row.session_data))


def test_visitors_session_has_no_account(client, db):
    client.post("/language/", {"language": "en"})
    store = SessionStore()
    store["answer"] = 1
    store.save()
    assert list(Session.objects.values_list("user", "seen_at")) == [(None, None)]


def test_key_is_renewed_at_log_in(client, worker):
    store = SessionStore()
    store["planted"] = True
    store.save()
    client.cookies["sessionid"] = store.session_key
    sign_in(client, "worker")
    assert client.session.session_key != store.session_key
    assert not Session.objects.filter(session_key=store.session_key).exists()


def test_key_of_somebody_elses_making_is_not_taken_over(client, worker):
    planted = "a" * 32
    client.cookies["sessionid"] = planted
    sign_in(client, "worker")
    assert client.session.session_key != planted


def test_last_use_is_written_once_a_minute(client, worker):
    sign_in(client, "worker")
    ago = timezone.now() - timedelta(minutes=5)
    Session.objects.update(seen_at=ago)
    client.get("/sessions/")
    first = Session.objects.get(user=worker).seen_at
    client.get("/sessions/")
    assert first > ago
    assert Session.objects.get(user=worker).seen_at == first


def test_list_shows_both_devices_and_no_key(client, worker):
    sign_in(client, "worker")
    other = open_elsewhere(worker)
    page = client.get("/sessions/").content.decode()
    assert "手机 · 微信" in page
    assert "就是这台" in page
    assert client.session.session_key not in page
    assert other.session.session_key not in page


def test_list_needs_as_many_queries_for_many_devices(client, worker, django_assert_max_num_queries):
    sign_in(client, "worker")
    for _number in range(12):
        Client().force_login(worker)
    with django_assert_max_num_queries(8):
        assert client.get("/sessions/").content.decode().count('name="session"') == 12


def test_one_device_is_signed_out(client, worker):
    sign_in(client, "worker")
    other = open_elsewhere(worker)
    client.post("/sessions/end/", {"session": handle_of(other.session.session_key)})
    assert (is_in(client), is_in(other)) == (True, False)
    assert AuditEvent.objects.filter(action="sign_in.end").count() == 1


def test_session_of_somebody_else_cannot_be_ended(client, worker, outsider):
    client.force_login(worker)
    other = open_elsewhere(outsider)
    client.post("/sessions/end/", {"session": handle_of(other.session.session_key)})
    assert is_in(other)


def test_signing_out_everywhere_ends_this_one_too(client, worker):
    sign_in(client, "worker")
    other = open_elsewhere(worker)
    assert client.post("/sessions/end-all/").headers["Location"] == "/login/"
    assert (is_in(client), is_in(other)) == (False, False)
    assert SESSION_KEY not in client.session


def test_manager_signs_an_account_out(client, worker, security_admin):
    other = open_elsewhere(worker)
    client.force_login(security_admin)
    client.post(f"/accounts/{worker.pk}/sign-out/")
    assert (is_in(client), is_in(other)) == (True, False)
    assert AuditEvent.objects.get(action="sign_in.end_all").actor == "security_admin (security_admin)"


@pytest.mark.parametrize(("change", "kept"), [({"is_active": ""}, False), ({"role": "coordinator"}, False), ({}, True)])
def test_changing_what_an_account_may_do_ends_its_sessions(client, worker, security_admin, change, kept):
    other = open_elsewhere(worker)
    client.force_login(security_admin)
    form = {"username": "worker", "name": "worker", "role": "worker", "community": worker.community_id, "password": ""}
    assert client.post(f"/accounts/{worker.pk}/", form | {"is_active": "on"} | change).status_code == 302
    assert Session.objects.filter(user=worker).exists() == kept
    assert is_in(other) == kept


def test_ending_sessions_keeps_the_one_to_keep(worker, client):
    client.force_login(worker)
    open_elsewhere(worker)
    assert end_sessions(worker, keep=client.session.session_key) == 1
    assert is_in(client)


def test_log_out_is_in_the_audit_log(client, worker):
    sign_in(client, "worker", PASSWORD)
    client.post("/logout/")
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == ["sign_in.ok", "sign_in.out"]
