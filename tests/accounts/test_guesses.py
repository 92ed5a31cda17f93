"""Limits to guessing that spreads over addresses or accounts, and the devices that are known."""

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from tests.accounts.sign_in_help import sign_in


def fail(username, address, times):
    AccessAttempt.objects.create(
        username=username,
        ip_address=address,
        user_agent=address,
        failures_since_start=times,
        attempt_time=timezone.now(),
    )


def test_account_is_locked_for_guesses_from_many_addresses(client, worker, settings):
    for number in range(settings.FAILURES_OF_ACCOUNT):
        fail("worker", f"10.0.0.{number}", 1)
    assert sign_in(client, "worker").status_code == 429


def test_known_device_goes_on_while_the_account_is_under_attack(client, worker, settings):
    assert sign_in(client, "worker").status_code == 302
    client.post("/logout/")
    fail("worker", "10.0.0.1", settings.FAILURES_OF_ACCOUNT)
    assert sign_in(client, "worker").status_code == 302
    assert sign_in(Client(), "worker").status_code == 429


def test_forged_cookie_is_no_known_device(client, worker, settings):
    client.cookies["known"] = f"{worker.pk}:1:forged"
    fail("worker", "10.0.0.1", settings.FAILURES_OF_ACCOUNT)
    assert sign_in(client, "worker").status_code == 429


def test_device_of_a_colleague_is_not_known_for_others(client, worker, street_officer, settings):
    sign_in(client, "street_officer")
    client.post("/logout/")
    fail("worker", "10.0.0.1", settings.FAILURES_OF_ACCOUNT)
    assert sign_in(client, "worker").status_code == 429


def test_address_is_locked_for_guesses_at_many_accounts(client, worker, settings):
    for number in range(settings.FAILURES_OF_ADDRESS):
        fail(f"u{number}", "127.0.0.1", 1)
    assert sign_in(client, "worker").status_code == 429


def test_fewer_failures_lock_nobody(client, worker, settings):
    fail("worker", "10.0.0.1", settings.FAILURES_OF_ACCOUNT - 1)
    fail("other", "127.0.0.1", settings.FAILURES_OF_ADDRESS - 1)
    assert sign_in(client, "worker").status_code == 302


@pytest.mark.parametrize("username", ["worker", "nobody"])
def test_lock_says_nothing_about_whether_an_account_exists(client, worker, settings, username):
    fail(username, "10.0.0.1", settings.FAILURES_OF_ACCOUNT)
    answer = sign_in(client, username)
    assert (answer.status_code, "密码输错的次数太多了" in answer.content.decode()) == (429, True)


@pytest.mark.parametrize("closed", [True, False])
def test_closed_and_unknown_accounts_answer_alike(client, worker, closed):
    worker.is_active = not closed
    worker.save(update_fields=["is_active"])
    texts = [list(sign_in(client, name, "wrong").context["form"].non_field_errors()) for name in ("worker", "nobody")]
    assert texts[0] == texts[1] != []


def test_hash_is_computed_for_unknown_accounts_too(client, worker, monkeypatch):
    hashed = []
    original = type(worker).set_password
    monkeypatch.setattr(type(worker), "set_password", lambda user, raw: (hashed.append(raw), original(user, raw)))
    sign_in(client, "nobody", "wrong")
    assert hashed == ["wrong"]


def test_what_was_typed_beside_a_wrong_password_is_not_kept(client, admin):
    sign_in(client, "admin")
    form = {"old_password": "wrong-secret", "new_password": "x", "repeated_password": "x"}
    client.post("/password/", form)
    attempt = AccessAttempt.objects.get()
    assert "secret" not in attempt.post_data + attempt.get_data
