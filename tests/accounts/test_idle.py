"""Sessions left alone end, and what arrives afterwards is kept for its owner."""

import json

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.utils.html import escape

from accounts.carrying import unseal
from accounts.models import AuditEvent, Session
from accounts.signing_in import HALF_SECONDS
from tests.accounts.sign_in_help import HTMX, PAGE, let_pass, set_up_factor, show_code, sign_in
from tests.conftest import PASSWORD

TYPED = {
    "title": "龘云下午的健康讲座",
    "heads": ["3", "4"],
    "password": "not to be kept",
    "confirm_secret": "not to be kept",
}


@pytest.fixture
def late(client, worker):
    """A browser whose session was left alone too long."""
    sign_in(client, "worker")
    let_pass(client, hours=2, minutes=1)
    return client


def send_late(client):
    """Send a form and return what is sealed into the log-in page."""
    return client.post("/activities/new/?kind=1", TYPED, headers=PAGE).context["carried"]


@pytest.mark.parametrize(
    ("role", "minutes", "kept"),
    [("worker", 119, True), ("worker", 121, False), ("admin", 31, False), ("admin", 29, True)],
)
def test_session_ends_after_the_idle_time_of_its_role(client, request, role, minutes, kept):
    sign_in(client, request.getfixturevalue(role).username)
    let_pass(client, minutes=minutes)
    assert (client.get("/sessions/").status_code == 200) == kept


def test_use_keeps_the_session(client, admin):
    sign_in(client, "admin")
    for _time in range(3):
        let_pass(client, minutes=20)
        assert client.get("/sessions/").status_code == 200


def test_clock_of_a_page_does_not_keep_the_session(client, admin):
    sign_in(client, "admin")
    let_pass(client, minutes=20)
    before = Session.objects.get().seen_at
    client.get("/sessions/", headers={"HX-Request": "true", "X-Poll": "1"})
    client.get("/login/state/")
    assert Session.objects.get().seen_at == before


def test_page_says_that_somebody_is_there(client, admin):
    sign_in(client, "admin")
    let_pass(client, minutes=20)
    before = json.loads(client.get("/login/state/").content)
    after = json.loads(client.post("/login/state/").content)
    assert 595 <= before["left"] <= 600
    assert 1795 <= after["left"] <= 1800


def test_visitor_is_told_of_no_session(client, db):
    assert json.loads(client.get("/login/state/").content)["user"] == ""


def test_late_form_is_kept_in_the_log_in_page(late):
    answer = late.post("/activities/new/", TYPED, headers=PAGE)
    page = answer.content.decode()
    assert (answer.status_code, SESSION_KEY in late.session) == (200, False)
    assert "刚才填写的内容会接着提交" in page
    assert TYPED["title"] not in page


def test_late_form_goes_on_after_log_in(late, worker):
    answer = sign_in(late, "worker", carried=send_late(late))
    page = answer.content.decode()
    assert f'name="title" value="{escape(TYPED["title"])}"' in page
    assert page.count('name="heads"') == 2
    assert 'action="/activities/new/?kind=1"' in page
    assert "not to be kept" not in page


def test_late_form_survives_a_wrong_password(late):
    carried = send_late(late)
    assert sign_in(late, "worker", "wrong", carried=carried).context["carried"] == carried


def test_late_form_goes_on_after_the_code(late, worker):
    set_up_factor(worker)
    sign_in(late, "worker", carried=send_late(late))
    answer = late.post("/login/code/", {"code": show_code(worker)})
    assert TYPED["title"] in answer.content.decode()


def test_late_form_is_not_given_to_somebody_else(late, worker, outsider):
    carried = send_late(late)
    answer = sign_in(late, "outsider", carried=carried)
    assert answer.headers["Location"] == "/"
    assert TYPED["title"] not in late.get("/").content.decode()
    assert (unseal(carried, user=outsider), unseal(carried, user=worker).action) == (None, "/activities/new/?kind=1")


@pytest.mark.parametrize("carried", ["x", "²", "AAAA", "eyJhIjogMX0=", "a" * 5000])
def test_nonsense_is_no_form(client, worker, carried):
    assert sign_in(client, "worker", carried=carried).headers["Location"] == "/"


def test_visitor_who_never_signed_in_here_is_only_sent_to_log_in(client, worker):
    answer = client.post("/activities/new/", TYPED, headers=PAGE)
    assert (answer.status_code, answer.content) == (302, b"")


def test_late_htmx_request_opens_the_pages_dialog(late):
    answer = late.get("/residents/", headers=HTMX)
    assert answer.content == b""
    assert "portal:signed-out" in answer.headers["HX-Trigger"]


def test_dialog_signs_the_same_account_in_again(late, worker):
    answer = late.post("/login/again/", {"username": "worker", "password": PASSWORD, "account": worker.pk})
    assert "data-again-done" in answer.content.decode()
    assert late.session[SESSION_KEY] == str(worker.pk)


def test_dialog_refuses_another_account(late, worker, outsider):
    answer = late.post("/login/again/", {"username": "outsider", "password": PASSWORD, "account": worker.pk})
    assert "请用原来的账号登录" in answer.content.decode()
    assert SESSION_KEY not in late.session


def test_dialog_asks_for_the_code_too(late, worker):
    set_up_factor(worker)
    first = late.post("/login/again/", {"username": "worker", "password": PASSWORD, "account": worker.pk})
    assert 'name="code"' in first.content.decode()
    assert SESSION_KEY not in late.session
    second = late.post("/login/again/", {"code": show_code(worker)})
    assert "data-again-done" in second.content.decode()


def test_dialog_begins_again_when_the_code_comes_too_late(late, worker):
    set_up_factor(worker)
    named = {"username": "worker", "account": str(worker.pk)}
    assert late.post("/login/again/", named | {"password": PASSWORD}).context["named"] == named
    session = late.session
    session["half_signed_in"] |= {"at": session["half_signed_in"]["at"] - HALF_SECONDS - 1}
    session.save()
    answer = late.post("/login/again/", named | {"code": show_code(worker)})
    assert (answer.context["named"], 'name="password"' in answer.content.decode()) == (named, True)
    assert not AuditEvent.objects.filter(action="sign_in.fail").exists()


def test_dialog_without_a_password_is_no_failed_log_in(late, worker):
    late.post("/login/again/", {"username": "worker", "password": "", "account": worker.pk})
    assert not AuditEvent.objects.filter(action="sign_in.fail").exists()


def test_dialog_says_how_long_a_lock_lasts(late, worker, settings):
    form = {"username": "worker", "password": "wrong", "account": worker.pk}
    answers = [
        late.post("/login/again/", form, headers={"X-Dialog": "1"}) for _try in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert answers[-1].status_code == 429
    assert "<html" not in answers[-1].content.decode()
    assert "15 分钟" in answers[-1].content.decode()


def test_pages_for_strangers_on_a_staff_device_name_no_account():
    """The dialog carries the account's name: a page that hides who is signed in leaves the dialog out too."""
    pages = [path.read_text(encoding="utf-8") for path in (settings.BASE_DIR / "templates").rglob("*.html")]
    hiding = [page for page in pages if "{% block account %}{% endblock account %}" in page]
    assert len(hiding) > 5
    assert all("{% block idle %}{% endblock idle %}" in page for page in hiding)
