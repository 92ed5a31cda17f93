"""Passwords: which are refused, changing one's own, and the first one, which somebody else has chosen."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.passwords import list_words
from tests.accounts.sign_in_help import HTMX, PAGE, sign_in
from tests.conftest import PASSWORD

NEW = "竹灯-river-bicycle-8"
GUESSABLE = [
    "woaini1314520",
    "qq1234567890",
    "qwertyuiop12",
    "1qaz2wsx3edc",
    "P@ssw0rd2026!",
    "Admin@123456",
    "shequ2026!!!",
    "WeiRenMinFuWu",
    "zhangsan1990",
    "zjl19900101",
    "aaaaaaaaaaaa",
    "abab12121212",
    "5201314520131",
    "lianglin@2026",
    "Woaizhongguo1949",
]


def fill(new=NEW, old=PASSWORD, again=None):
    return {"old_password": old, "new_password": new, "repeated_password": again or new}


@pytest.fixture
def newcomer(worker):
    """A worker whose password was chosen by the account's manager."""
    User.objects.filter(pk=worker.pk).update(must_change_password=True)
    return worker


@pytest.mark.parametrize("password", GUESSABLE)
def test_guessable_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", [NEW, "correct horse battery", "bamboo-lantern-77", "Xk7#mPq2vLw9", "土豆自行车台灯窗帘八角"]
)
def test_password_of_unrelated_words_is_accepted(password):
    validate_password(password)


@pytest.mark.parametrize("password", ["ouyangxiuying88", "OuYang@2026xiuying", "ouyang-duofu-2026"])
def test_own_name_in_pinyin_is_refused_for_its_owner_only(password, worker):
    worker.name = "欧阳秀英"
    validate_password(password)
    with pytest.raises(ValidationError):
        validate_password(password, worker)


def test_list_of_words_is_sorted_and_in_lower_case():
    words = list_words()
    assert len(words) > 300
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)


def test_password_is_changed_and_other_devices_are_signed_out(client, worker):
    client.force_login(worker)
    other = Client()
    other.force_login(worker)
    before = client.session.session_key
    assert client.post("/password/", fill()).headers["Location"] == "/sessions/"
    worker.refresh_from_db()
    assert worker.check_password(NEW)
    assert (client.get("/sessions/").status_code, other.get("/sessions/").status_code) == (200, 302)
    assert client.session.session_key != before
    assert AuditEvent.objects.get().action == "password.change"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (fill(old="wrong"), "old_password"),
        (fill(new="short"), "new_password"),
        (fill(new="woaini1314520"), "new_password"),
        (fill(new=PASSWORD), "new_password"),
        (fill(again="something else"), "repeated_password"),
    ],
)
def test_slip_is_pointed_out_and_no_password_comes_back(client, worker, form, field):
    client.force_login(worker)
    answer = client.post("/password/", form)
    assert list(answer.context["form"].errors) == [field]
    assert not any(f'value="{typed}"' in answer.content.decode() for typed in form.values())


def test_guessing_the_old_password_is_limited(client, worker, settings):
    client.force_login(worker)
    answers = [client.post("/password/", fill(old="wrong")).status_code for _time in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-2:] == [200, 429]


@pytest.mark.parametrize("address", ["/", "/residents/", "/sessions/", "/second-factor/on/"])
def test_first_password_must_be_changed_before_anything_else(client, newcomer, address):
    client.force_login(newcomer)
    assert client.get(address).headers["Location"] == "/password/"
    assert client.get(address, headers=HTMX).headers["HX-Redirect"] == "/password/"


def test_first_password_must_be_changed_before_a_form_is_taken(client, newcomer):
    client.force_login(newcomer)
    assert client.post("/activities/new/", {}, headers=PAGE).headers["Location"] == "/password/"


def test_whoever_has_changed_the_first_password_goes_to_work(client, newcomer):
    sign_in(client, "worker")
    assert client.post("/password/", fill()).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_whoever_owes_a_new_password_can_sign_out(client, newcomer):
    client.force_login(newcomer)
    assert client.post("/logout/").headers["Location"] == "/login/"


def test_demo_account_keeps_its_public_password(client, newcomer):
    User.objects.filter(pk=newcomer.pk).update(is_demo=True)
    client.force_login(newcomer)
    assert client.get("/").status_code == 200


def test_password_set_by_the_manager_is_a_first_password(client, worker, security_admin):
    client.force_login(security_admin)
    form = {"username": "worker", "name": "worker", "role": "worker", "community": worker.community_id}
    client.post(f"/accounts/{worker.pk}/", form | {"password": NEW, "is_active": "on"})
    worker.refresh_from_db()
    assert worker.must_change_password
