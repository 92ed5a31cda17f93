"""The log-in page: passwords, lock-out, and the public demo accounts that production refuses."""

import pytest
from django.contrib.auth import SESSION_KEY

from accounts.models import User
from tests.conftest import PASSWORD


def send(client, username, password=PASSWORD, **fields):
    return client.post("/login/", {"username": username, "password": password, **fields})


def test_login_with_the_right_password_leads_home(client, worker):
    answer = send(client, "worker")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.session[SESSION_KEY] == str(worker.pk)


def test_login_leads_back_to_where_one_wanted(client, worker):
    wanted = client.get("/residents/").headers["Location"]
    assert wanted == "/login/?next=/residents/"
    assert send(client, "worker", next="/residents/").headers["Location"] == "/residents/"


def test_login_never_leads_to_another_site(client, worker):
    assert send(client, "worker", next="//elsewhere.example/").headers["Location"] == "/"


def test_login_with_a_wrong_password_keeps_the_name_and_not_the_password(client, worker):
    answer = send(client, "worker", "a wrong one")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="worker"' in page
    assert "a wrong one" not in page
    assert SESSION_KEY not in client.session


def test_wrong_password_and_unknown_account_answer_alike(client, worker):
    wrong, unknown = (send(client, name, "a wrong one").context["form"] for name in ("worker", "nobody"))
    assert list(wrong.non_field_errors()) == list(unknown.non_field_errors())
    assert len(wrong.non_field_errors()) == 1


def test_login_is_locked_after_too_many_failures(client, worker, settings):
    answers = [send(client, "worker", "a wrong one") for _time in range(settings.AXES_FAILURE_LIMIT)]
    assert [answer.status_code for answer in answers[:-1]] == [200] * (settings.AXES_FAILURE_LIMIT - 1)
    assert "密码输错的次数太多了" in answers[-1].content.decode()
    assert "密码输错的次数太多了" in send(client, "worker").content.decode()
    assert SESSION_KEY not in client.session


def test_lock_out_does_not_shut_others_out(client, worker, street_officer, settings):
    for _time in range(settings.AXES_FAILURE_LIMIT):
        send(client, "worker", "a wrong one")
    assert send(client, "street_officer").status_code == 302


def test_lock_out_tells_how_long_it_lasts(client, worker, settings):
    answers = [send(client, "worker", "a wrong one") for _time in range(settings.AXES_FAILURE_LIMIT)]
    assert "15 分钟" in answers[-1].content.decode()


def test_closed_account_cannot_log_in(client, worker):
    User.objects.filter(pk=worker.pk).update(is_active=False)
    assert send(client, "worker").status_code == 200
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(("production", "status"), [(False, 302), (True, 200)])
def test_demo_account_is_refused_in_production_only(client, worker, settings, production, status):
    User.objects.filter(pk=worker.pk).update(is_demo=True)
    settings.PRODUCTION = production
    assert send(client, "worker").status_code == status


def test_demo_session_ends_in_production(client, worker, settings):
    User.objects.filter(pk=worker.pk).update(is_demo=True)
    client.force_login(worker)
    assert client.get("/").status_code == 200
    settings.PRODUCTION = True
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_demo_logins_are_offered_on_the_demo_street_only(client, worker, settings, demo, shown):
    User.objects.filter(pk=worker.pk).update(is_demo=True)
    settings.DEMO = demo
    assert (settings.DEMO_PASSWORD in client.get("/login/").content.decode()) == shown


def test_logout_ends_the_session_and_asks_for_post(client, worker):
    client.force_login(worker)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert SESSION_KEY not in client.session
