"""The second factor: set-up, log-in in two steps, codes that are good once, and roles that need it."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts import second_factor
from accounts.models import AuditEvent, RecoveryCode, RoleRule, SecondFactor
from accounts.roles import Role
from accounts.signing_in import HALF_SECONDS
from tests.accounts.sign_in_help import set_up_factor, show_code, sign_in


@pytest.fixture
def codes(worker):
    """The recovery codes of the worker, who has a second factor."""
    return set_up_factor(worker)


@pytest.fixture
def half(client, worker, codes):
    """A browser in which the worker's password was right and the code is still owed."""
    assert sign_in(client, "worker").headers["Location"] == "/login/code/"
    return client


def is_in(client):
    return SESSION_KEY in client.session


def test_secret_lies_encrypted(worker, codes):
    factor = SecondFactor.objects.get()
    assert second_factor.read_secret(factor) not in bytes(factor.secret)


def test_recovery_codes_lie_hashed(worker, codes):
    digests = [bytes(digest) for digest in RecoveryCode.objects.values_list("digest", flat=True)]
    assert (len(codes), len(set(digests))) == (8, 8)
    assert not any(code.encode() in digest for code in codes for digest in digests)


def test_setting_up_shows_a_picture_and_the_codes_once(client, worker):
    client.force_login(worker)
    page = client.get("/second-factor/on/")
    assert page.context["picture"].startswith("data:image/svg+xml")
    answer = client.post("/second-factor/on/", {"code": show_code(worker)})
    assert answer.content.decode().count("<li>") >= 8
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/second-factor/on/").status_code == 302


def test_setting_up_with_a_wrong_code_changes_nothing(client, worker):
    client.force_login(worker)
    client.get("/second-factor/on/")
    answer = client.post("/second-factor/on/", {"code": "000000"})
    assert "动态口令不对" in answer.content.decode()
    assert SecondFactor.objects.get().confirmed_at is None


def test_setting_up_renews_the_key_and_ends_other_sessions(client, worker):
    client.force_login(worker)
    other = Client()
    other.force_login(worker)
    before = client.session.session_key
    client.get("/second-factor/on/")
    client.post("/second-factor/on/", {"code": show_code(worker)})
    assert client.session.session_key != before
    assert (client.get("/sessions/").status_code, other.get("/sessions/").status_code) == (200, 302)


def test_unconfirmed_factor_is_not_asked_for(client, worker):
    second_factor.begin_set_up(worker)
    assert sign_in(client, "worker").headers["Location"] == "/"


def test_half_signed_in_reaches_nothing(half):
    assert not is_in(half)
    addresses = ("/residents/", "/sessions/", "/password/", "/second-factor/off/", "/confirm/")
    assert [half.get(address).headers["Location"].partition("?")[0] for address in addresses] == ["/login/"] * 5


def test_code_completes_the_log_in_under_a_new_key(half, worker):
    before = half.session.session_key
    assert half.post("/login/code/", {"code": show_code(worker)}).headers["Location"] == "/"
    assert is_in(half)
    assert half.session.session_key != before


def test_log_in_with_a_code_leads_to_where_one_wanted(client, worker, codes):
    sign_in(client, "worker", next="/residents/")
    assert client.post("/login/code/", {"code": show_code(worker)}).headers["Location"] == "/residents/"


def test_code_is_good_once(half, worker):
    code = show_code(worker)
    half.post("/login/code/", {"code": code})
    other = Client()
    sign_in(other, "worker")
    assert other.post("/login/code/", {"code": code}).status_code == 200
    assert not is_in(other)


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clock_of_the_phone_may_be_half_a_minute_wrong(half, worker, steps, accepted, time_machine):
    time_machine.move_to("2026-03-02 10:00:10+08:00", tick=False)
    sign_in(half, "worker")
    half.post("/login/code/", {"code": show_code(worker, steps)})
    assert is_in(half) == accepted


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６７", "abcdef", "²²²²²²", "999999999999999999999"])
def test_nonsense_is_no_code(half, code):
    assert half.post("/login/code/", {"code": code}).status_code == 200
    assert not is_in(half)


def test_recovery_code_works_once_however_it_is_typed(half, worker, codes):
    half.post("/login/code/", {"code": codes[0].upper().replace("-", " ")})
    assert is_in(half)
    other = Client()
    sign_in(other, "worker")
    other.post("/login/code/", {"code": codes[0]})
    assert not is_in(other)


def test_recovery_code_of_somebody_else_does_not_work(half, outsider):
    theirs = set_up_factor(outsider)
    half.post("/login/code/", {"code": theirs[0]})
    assert not is_in(half)


def test_guesses_of_the_code_lock_the_account_here(half, worker, settings):
    answers = [half.post("/login/code/", {"code": "000000"}).status_code for _try in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-2:] == [200, 429]
    assert sign_in(Client(), "worker").status_code == 429


def test_right_code_is_no_use_while_the_account_is_locked(half, worker, settings):
    for _try in range(settings.AXES_FAILURE_LIMIT):
        half.post("/login/code/", {"code": "000000"})
    assert half.post("/login/code/", {"code": show_code(worker)}).status_code == 429
    assert not is_in(half)


def test_code_is_no_use_against_the_wide_limit(half, worker, settings):
    half.cookies.pop("known", None)
    AccessAttempt.objects.create(
        username="worker", ip_address="10.0.0.1", failures_since_start=settings.FAILURES_OF_ACCOUNT
    )
    assert half.post("/login/code/", {"code": show_code(worker)}).status_code == 429
    assert not is_in(half)


def test_half_way_ends_after_some_minutes(half, worker):
    session = half.session
    session["half_signed_in"] |= {"at": session["half_signed_in"]["at"] - HALF_SECONDS - 1}
    session.save()
    assert half.post("/login/code/", {"code": show_code(worker)}).headers["Location"] == "/login/"
    assert not is_in(half)


def test_account_closed_half_way_does_not_get_in(half, worker):
    worker.is_active = False
    worker.save(update_fields=["is_active"])
    half.post("/login/code/", {"code": show_code(worker)})
    assert not is_in(half)


def test_role_that_needs_a_factor_is_led_to_set_it_up(client, worker):
    RoleRule.objects.create(role=Role.WORKER, needs_second_factor=True)
    sign_in(client, "worker")
    assert client.get("/residents/").headers["Location"] == "/second-factor/"
    client.get("/second-factor/on/")
    client.post("/second-factor/on/", {"code": show_code(worker)})
    assert client.get("/residents/").status_code == 200


def test_rule_of_another_role_asks_nothing(client, worker):
    RoleRule.objects.create(role=Role.AUDITOR, needs_second_factor=True)
    sign_in(client, "worker")
    assert client.get("/residents/").status_code == 200


def test_switching_off_needs_a_code(client, worker, codes):
    client.force_login(worker)
    client.post("/second-factor/off/", {"code": "000000"})
    assert SecondFactor.objects.exists()
    client.post("/second-factor/off/", {"code": show_code(worker)})
    assert not SecondFactor.objects.exists()


def test_new_recovery_codes_void_the_old(client, worker, codes):
    client.force_login(worker)
    fresh = client.post("/second-factor/codes/").context["codes"]
    assert not second_factor.accept(worker, codes[0])
    assert second_factor.accept(worker, fresh[0])


def test_manager_resets_a_lost_factor(client, worker, codes, security_admin):
    client.force_login(security_admin)
    assert "清除动态口令" in client.get(f"/accounts/{worker.pk}/").content.decode()
    client.post(f"/accounts/{worker.pk}/reset-factor/")
    assert not SecondFactor.objects.exists()
    assert AuditEvent.objects.filter(action="second_factor.reset", object_id=str(worker.pk)).count() == 1


def test_factor_of_a_foreign_account_cannot_be_reset(client, outsider, security_admin):
    set_up_factor(outsider)
    client.force_login(security_admin)
    assert client.post(f"/accounts/{outsider.pk}/reset-factor/").status_code == 404
    assert SecondFactor.objects.exists()
