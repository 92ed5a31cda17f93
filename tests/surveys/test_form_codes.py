"""Codes of cards, names, and two who send at the same moment."""

import threading
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from accounts.encryption import decrypt
from surveys import limits, pool
from surveys.codes import make_code
from surveys.forms.answering import SenderForm
from surveys.models import NamedAnswer, SealedAnswer, SpentKey
from surveys.pool import AlreadyAnsweredError
from surveys.sending import send
from tests.surveys.form_help import address, fill, issue, opened, post, read

pytestmark = pytest.mark.usefixtures("own_counters")


# --- Codes


def test_code_is_asked_for(client, code_link):
    assert "请写上卡片上的答题码" in read(post(client, code_link))


def test_code_is_typed_as_it_comes_and_brings_its_stratum(client, code_link, code):
    response = post(client, code_link, sender__code=f" {code.lower().replace('-', ' ')} ")
    assert response.url == address(code_link, "thanks")
    assert opened()[0][1] == "青年"


def test_used_code_is_told_and_nothing_is_lost(client, code_link, code):
    post(client, code_link, sender__code=code)
    page = read(post(client, code_link, sender__code=code))
    assert "这张卡已经用过" in page
    assert "多一点长椅" in page
    assert SealedAnswer.objects.count() == 1


def test_code_used_before_mixing_stays_used(client, code_link, code):
    key = pool.key_of_code(code_link, code)
    SpentKey.objects.create(key=key, wave=code_link.wave)
    assert "这张卡已经用过" in read(post(client, code_link, sender__code=code))
    assert not SealedAnswer.objects.exists()


def test_same_form_with_code_twice_is_thanked_for_twice(client, code_link, code):
    form = fill(sender__code=code)
    client.post(address(code_link), form)
    assert client.post(address(code_link), form).url == address(code_link, "thanks")
    assert SealedAnswer.objects.count() == 1


def test_unknown_and_foreign_codes_are_told_apart(client, code_link, make_wave, neighbour_community):
    other = make_wave(needs_code=True, communities=[neighbour_community]).links.get()
    assert "没有这个答题码" in read(post(client, code_link, sender__code=make_code()))
    assert "不是这次调查在本社区的卡" in read(post(client, code_link, sender__code=issue(other)))


def test_guessing_codes_ends(client, code_link, code, monkeypatch):
    monkeypatch.setattr(limits, "CODE_TRIES", 2)
    for _time in range(2):
        post(client, code_link, sender__code=make_code())
    page = read(post(client, code_link, sender__code=code))
    assert "试的次数太多" in page
    assert not SealedAnswer.objects.exists()


# --- Names


def test_named_wave_keeps_name_and_phone_encrypted(client, make_wave):
    link = make_wave(mode="named").links.get()
    post(client, link, sender__name="张建国", sender__phone="199 1234 5678")
    answer = NamedAnswer.objects.get()
    assert decrypt(answer.name, purpose=pool.NAME_PURPOSE) == "张建国"
    assert decrypt(answer.phone, purpose=pool.PHONE_PURPOSE) == "19912345678"


def test_named_wave_says_who_sees_it_and_asks_for_both(client, make_wave, settings):
    link = make_wave(mode="named").links.get()
    page = read(post(client, link, sender__name="张", sender__phone="12"))
    assert "请写完整的姓名" in page
    assert "请写 11 位手机号" in page
    assert f"最多留 {settings.SURVEY_NAMED_DAYS} 天" in page


def test_anonymous_wave_takes_no_name(client, link):
    post(client, link, sender__name="张建国", sender__phone="19912345678")
    assert opened()[0][0] == {"joined": ["1", "3"], "overall": "4", "wish": "多一点长椅"}


# --- Two at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_checked", [True, False])
def test_one_code_in_two_hands_is_one_answer(code_link, code, is_checked, monkeypatch):
    if not is_checked:  # the lock off: every sending has a key of its own
        monkeypatch.setattr(pool, "key_of_code", lambda link, text: uuid4().bytes)
    barrier, answers = threading.Barrier(2), []

    def go() -> None:
        client = Client()
        client.get(address(code_link))
        barrier.wait(timeout=10)
        answers.append(post(client, code_link, sender__code=code).status_code)
        connections.close_all()

    threads = [threading.Thread(target=go) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == ([200, 302] if is_checked else [302, 302])
    assert SealedAnswer.objects.count() == (1 if is_checked else 2)


def test_form_whose_code_was_snatched_is_told_again(code_link, code):
    sender = SenderForm(fill(sender__code=code), link=code_link)
    assert sender.is_valid()
    pool.seal(code_link, {}, key=pool.key_of_code(code_link, code))
    for _time in range(2):
        with pytest.raises(AlreadyAnsweredError):
            send(code_link, {"overall": "4"}, sender)
