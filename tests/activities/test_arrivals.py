"""Residents at the door: the page behind the screen's code, the kiosk, and that neither tells who is registered."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from activities import codes
from activities.models import CheckIn, Participation
from activities.views import arrivals


@pytest.fixture(autouse=True)
def no_counters_of_other_tests(monkeypatch):
    """Count under names that no other test uses; Redis is shared, and a flush would empty Celery's queue."""
    prefix = uuid.uuid4().hex
    monkeypatch.setattr(arrivals, "address_of", lambda request: prefix)
    yield
    cache.delete_many([f"throttle:{what}:{prefix}" for what in ("arrive-from", "arrive-digits-from")])


@pytest.fixture
def activity(register, community, worker):
    """One under way, whose counters nobody else uses: keys of activities come again in the next test."""
    activity = register.activity(
        community, worker, status="published", starts_at=timezone.now(), title="健康讲座在二楼"
    )
    names = [f"throttle:arrive:{activity.pk}", f"throttle:arrive-digits:{activity.pk}"]
    cache.delete_many(names)
    yield activity
    cache.delete_many(names)


@pytest.fixture
def url(activity):
    return reverse("activities:arrive", args=[activity.public_id, codes.make_poster_code(activity, timezone.now())])


@pytest.fixture
def kiosk(activity):
    return reverse("activities:kiosk", args=[codes.make_kiosk_token(activity)])


def typed(name="欧阳秀英", tail="5678", **changes) -> dict:
    return {"name": name, "tail": tail, "client_id": str(uuid.uuid4())} | changes


# --- The page behind the screen's code


def test_registered_resident_becomes_a_participant(client, activity, url, resident):
    assert client.post(url, typed()).url == reverse("activities:arrived", args=[activity.public_id])
    row = activity.participations.get()
    assert (row.resident, row.method, row.recorded_by) == (resident, "poster", None)


def test_anybody_else_becomes_a_named_outsider(client, activity, url, resident):
    client.post(url, typed(tail="0000"))
    assert (activity.outsiders.get().name, activity.participations.count()) == ("欧阳秀英", 0)


def test_answer_tells_nobody_who_is_registered_or_was_here(client, url, resident, register, grids):
    register.resident(grids[0], name="旧邻居", until=timezone.localdate())
    asks = [typed(), typed(), typed(tail="0000"), typed("谁也不是", "1234"), typed("旧邻居")]
    answers = [client.post(url, ask) for ask in asks]
    assert {(answer.status_code, answer.url, answer.content) for answer in answers} == {(302, answers[0].url, b"")}
    pages = {re.sub(rb'value="\w{64}"|"X-CSRFToken": "\w+"', b"", client.get(a.url).content) for a in answers}
    assert len(pages) == 1


def test_door_asks_the_database_as_much_for_a_stranger_as_for_a_resident(
    client, url, resident, django_assert_num_queries
):
    client.post(url, typed("第一位"))
    for name in (resident.name, "谁也不是"):
        with django_assert_num_queries(13):
            client.post(url, typed(name))


def test_same_form_sent_twice_counts_once(client, url, resident):
    form = typed()
    assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]
    assert CheckIn.objects.count() == Participation.objects.count() == 1


def test_full_width_and_spaces_are_no_obstacle(client, activity, url, resident):
    client.post(url, typed(" 欧阳 秀英", "５６７８"))
    assert activity.participations.get().resident == resident


@pytest.mark.parametrize(("changes", "words"), [({"tail": "12"}, "请输入四位"), ({"name": " "}, "这个字段是必填项")])
def test_bad_input_is_told_at_its_place_and_kept(client, url, changes, words):
    text = client.post(url, typed("我的名字", "9876") | changes).content.decode()
    assert words in text
    assert ("我的名字" in text) == ("name" not in changes)
    assert not CheckIn.objects.exists()


def test_code_that_is_too_old_keeps_what_was_typed_and_asks_for_the_digits(client, activity, resident):
    code = codes.make_poster_code(activity, timezone.now() - timedelta(minutes=20))
    old = reverse("activities:arrive", args=[activity.public_id, code])
    text = client.post(old, typed()).content.decode()
    assert "二维码换过了" in text
    assert 'value="欧阳秀英"' in text
    assert "健康讲座在二楼" not in text
    assert not CheckIn.objects.exists()
    client.post(old, typed(digits=codes.make_digits(activity, timezone.now())))
    assert activity.participations.get().resident == resident


def test_wrong_digits_let_nobody_in(client, activity):
    old = reverse("activities:arrive", args=[activity.public_id, "1-x"])
    assert "数字不对" in client.post(old, typed(digits="000000")).content.decode()
    assert not CheckIn.objects.exists()


def test_digits_cannot_be_tried_out(client, activity, monkeypatch):
    monkeypatch.setattr(arrivals, "DIGITS_A_MINUTE", 2)
    old = reverse("activities:arrive", args=[activity.public_id, "1-x"])
    digits = codes.make_digits(activity, timezone.now())
    for _ in range(2):
        client.post(old, typed(digits="000000"))
    assert "数字不对" in client.post(old, typed(digits=digits)).content.decode()
    assert not CheckIn.objects.exists()


def test_who_tries_digits_out_does_not_keep_others_from_typing_theirs(client, activity, monkeypatch):
    monkeypatch.setattr(arrivals, "DIGITS_OF_ADDRESS", 2)
    monkeypatch.setattr(arrivals, "DIGITS_A_MINUTE", 3)
    old = reverse("activities:arrive", args=[activity.public_id, "1-x"])
    for _ in range(5):
        client.post(old, typed(digits="000000"))
    monkeypatch.setattr(arrivals, "address_of", lambda request: uuid.uuid4().hex)
    client.post(old, typed(digits=codes.make_digits(activity, timezone.now())))
    assert activity.outsiders.exists()


def test_who_has_no_code_does_not_use_up_the_limit_of_the_activity(client, activity, url, monkeypatch):
    monkeypatch.setattr(arrivals, "ARRIVALS_A_MINUTE", 1)
    for _ in range(3):
        client.post(reverse("activities:arrive", args=[activity.public_id, "1-x"]), typed(digits="000000"))
    client.post(url, typed())
    assert activity.outsiders.exists()


def test_another_name_typed_after_going_back_is_another_check_in(client, activity, url):
    form = typed("丈夫", "1234")
    for name in ("丈夫", "妻子", "妻子"):
        client.post(url, form | {"name": name})
    assert {outsider.name for outsider in activity.outsiders.all()} == {"丈夫", "妻子"}
    assert CheckIn.objects.count() == 2


def test_name_that_grows_when_it_is_folded_is_refused_with_a_reason(client, url):
    answer = client.post(url, typed("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 5))
    assert "最多 60 个字" in answer.content.decode()
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("limit", ["ARRIVALS_A_MINUTE", "ARRIVALS_OF_ADDRESS"])
def test_too_many_at_once_are_asked_to_wait_and_lose_nothing(client, url, monkeypatch, limit):
    monkeypatch.setattr(arrivals, limit, 1)
    client.post(url, typed())
    text = client.post(url, typed("第二位")).content.decode()
    assert "请过一分钟" in text
    assert 'value="第二位"' in text


def test_unknown_activity_and_one_that_is_over_look_alike(client, activity, url):
    activity.starts_at, activity.ends_at = (timezone.now() - timedelta(hours=hours) for hours in (4, 3))
    activity.save()
    answers = [client.get(address) for address in (url, reverse("activities:arrive", args=["nobody", "1-x"]))]
    pages = [answer.content.replace(answer.request["PATH_INFO"].encode(), b"") for answer in answers]
    assert len({re.sub(rb'"X-CSRFToken": "\w+"|value="\w{64}"', b"", page) for page in pages}) == 1


def test_cancelled_activity_says_so(client, activity, url):
    activity.status, activity.cancel_reason = "cancelled", "下雨"
    activity.save()
    assert "已经撤销" in client.post(url, typed()).content.decode()


# --- The screen


def test_screen_shows_the_code_of_the_moment_and_no_names(client, worker, activity, resident):
    client.force_login(worker)
    text = client.get(reverse("activities:screen", args=[activity.pk])).content.decode()
    assert codes.make_digits(activity, timezone.now()) in text
    assert "data:image/svg" in text
    assert "欧" not in text


def test_screen_of_an_activity_that_takes_nobody_shows_no_code(client, worker, activity):
    activity.status, activity.cancel_reason = "cancelled", "下雨"
    activity.save()
    client.force_login(worker)
    text = client.get(reverse("activities:screen-code", args=[activity.pk])).content.decode()
    assert "已经撤销" in text
    assert "data:image/svg" not in text


# --- The kiosk


def test_thanks_for_nonsense_are_not_found(client, db):
    assert client.get("/activities/arrived/{0}%20/").status_code == 404


def test_kiosk_checks_in_without_an_account_and_thanks_everybody_alike(client, activity, kiosk, resident):
    known, unknown = (client.post(kiosk, typed(name)).content.decode() for name in ("欧阳秀英", "外来客"))
    assert "谢谢您来" in known
    assert re.sub(r'"\w{64}"', "", known) == re.sub(r'"\w{64}"', "", unknown)
    assert "秀英" not in known
    assert activity.participations.get().method == "kiosk"


def test_kiosk_takes_what_a_scanner_types(client, activity, kiosk, resident, worker):
    card = codes.write_card(codes.reissue_code(resident, by=worker))
    client.post(kiosk, typed(card, ""))
    assert activity.participations.get().resident == resident


def test_kiosk_asks_for_the_digits_and_keeps_the_name(client, kiosk):
    text = client.post(kiosk, typed("我的名字", ""), headers={"HX-Request": "true"}).content.decode()
    assert "请输入四位" in text
    assert 'value="我的名字"' in text
    assert "<html" not in text


def test_kiosk_link_is_for_staff_and_opens_the_kiosk(client, worker, activity, kiosk):
    client.force_login(worker)
    assert kiosk in client.get(reverse("activities:kiosk-link", args=[activity.pk])).content.decode()


def test_kiosk_that_is_over_shows_nothing_of_the_activity(client, activity, kiosk):
    activity.starts_at, activity.ends_at = (timezone.now() - timedelta(hours=hours) for hours in (4, 3))
    activity.save()
    assert "健康讲座在二楼" not in client.get(kiosk).content.decode()
