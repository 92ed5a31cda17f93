"""The check-in page of staff: what it shows, what its queue is told, and how refused check-ins are settled."""

import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import CheckIn


@pytest.fixture
def activity(register, community, worker):
    return register.activity(community, worker, status="published", starts_at=timezone.now())


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def refused(activity):
    return CheckIn.objects.create(
        client_id=uuid.uuid4(),
        activity=activity,
        method="scanned",
        refusal="unknown_code",
        claimed_at=timezone.now(),
    )


def item(activity, **who) -> dict:
    return {"id": str(uuid.uuid4()), "at": timezone.now().isoformat(), "activity": activity.pk} | who


def sync(page, activity, *items) -> dict:
    data = {"entries": json.dumps(items)} if items else {}
    return page.post(reverse("activities:check-in-sync", args=[activity.pk]), data).json()


def test_page_that_devices_keep_holds_no_name(page, activity, resident):
    answer = page.get(reverse("activities:check-in", args=[activity.pk]))
    assert activity.title in answer.content.decode()
    assert "欧" not in answer.content.decode()


def test_queue_is_told_what_became_of_each_entry(page, activity, resident):
    items = [item(activity, resident=resident.pk), item(activity, code="SQ1-nobody"), item(activity, name="外来客")]
    results = sync(page, activity, *items)["results"]
    assert [result["id"] for result in results] == [sent["id"] for sent in items]
    assert [result["state"] for result in results] == ["accepted", "refused", "accepted"]
    assert [result["name"] for result in results] == ["欧**英", "", "外*客"]
    assert results[1]["reason"] == "认不出的码"


def test_empty_batch_tells_who_is_here_by_key_only(page, activity, resident):
    sync(page, activity, item(activity, resident=resident.pk))
    assert sync(page, activity) == {"results": [], "present": [resident.pk]}


@pytest.mark.parametrize(
    "damage",
    [
        {"id": "x"},
        {"at": "yesterday"},
        {"at": "2026-01-01T10:00:00"},
        {"resident": "x"},
        {"resident": 2**70},
        {"direction": "up"},
        {"code": "SQ1-x"},
        {"activity": None},
        {"name": "长" * 61, "resident": None},
        {"name": "客", "tail": "12", "resident": None},
        {"name": "\ud800", "resident": None},
        {"code": "\ud800", "resident": None},
        {"resident": float("inf")},
        {"activity": float("inf")},
        {"at": "9999-12-31T23:59:59+00:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_damaged_entry_is_refused_alone(page, activity, resident, register, grids, damage):
    good = item(activity, resident=register.resident(grids[0]).pk)
    bad = item(activity, resident=resident.pk) | damage
    states = {result["id"]: result["state"] for result in sync(page, activity, bad, good)["results"]}
    assert states == {bad["id"]: "refused", good["id"]: "accepted"}
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize("sent", ["{", "7", '{"a": 1}', "[7, null]"])
def test_nonsense_in_the_queue_is_no_crash(page, activity, sent):
    answer = page.post(reverse("activities:check-in-sync", args=[activity.pk]), {"entries": sent})
    assert answer.status_code in (200, 400)
    assert not CheckIn.objects.exists()


def test_activity_that_takes_nobody_tells_the_queue_why(page, activity, resident):
    activity.status, activity.cancel_reason = "cancelled", "下雨"
    activity.save()
    assert "已经撤销" in sync(page, activity, item(activity, resident=resident.pk))["closed"]
    assert "已经撤销" in page.get(reverse("activities:check-in", args=[activity.pk])).content.decode()


def test_activity_of_another_community_is_not_found(client, outsider, activity, resident):
    client.force_login(outsider)
    url = reverse("activities:check-in-sync", args=[activity.pk])
    assert client.post(url, {"entries": json.dumps([item(activity, resident=resident.pk)])}).status_code == 404
    assert not CheckIn.objects.exists()


def test_log_shows_masked_names_outsiders_and_what_is_to_be_settled(page, activity, resident, refused):
    sync(page, activity, item(activity, resident=resident.pk), item(activity, name="外来客"))
    text = page.get(reverse("activities:check-in-log", args=[activity.pk])).content.decode()
    assert "欧**英" in text
    assert "外*客" in text
    assert "欧阳秀英" not in text
    assert reverse("activities:check-in-settle", args=[activity.pk, refused.pk]) in text


def test_log_costs_the_same_for_one_and_for_many(page, activity, register, grids, django_assert_num_queries):
    for _ in range(2):
        sync(page, activity, *[item(activity, resident=register.resident(grids[0]).pk) for _person in range(6)])
        sync(page, activity, item(activity, name=f"客{uuid.uuid4().hex[:4]}"), item(activity, code="SQ1-x"))
        with django_assert_num_queries(7):
            page.get(reverse("activities:check-in-log", args=[activity.pk]))


def test_refused_scan_is_settled_by_searching_its_resident(page, activity, resident, refused):
    url = reverse("activities:check-in-settle", args=[activity.pk, refused.pk])
    assert "欧**英" in page.get(url, {"q": "秀英"}).content.decode()
    assert "请至少输入两个字" in page.get(url, {"q": "秀"}).content.decode()
    page.post(url, {"decision": "resident", "resident": resident.pk})
    assert activity.participations.get().resident == resident


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"decision": "resident"}, "请选一位居民"),
        ({"decision": "outsider", "name": ""}, "请写上姓名"),
        ({"decision": "outsider", "name": "外来客", "tail": "1"}, "请输入四位"),
        ({"decision": "resident", "resident": "999999"}, "选择一个有效的选项"),
    ],
)
def test_settling_without_saying_who_is_told_at_its_place(page, activity, refused, sent, words):
    url = reverse("activities:check-in-settle", args=[activity.pk, refused.pk])
    assert words in page.post(url, sent).content.decode()
    refused.refresh_from_db()
    assert refused.settled_at is None


def test_resident_of_another_community_cannot_be_settled_on(page, register, foreign_grid, activity, refused):
    stranger = register.resident(foreign_grid)
    url = reverse("activities:check-in-settle", args=[activity.pk, refused.pk])
    page.post(url, {"decision": "resident", "resident": stranger.pk})
    assert not activity.participations.exists()


def test_worker_script_is_served_under_the_pages_address(client):
    answer = client.get(reverse("activities:check-in-worker"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript")
    assert reverse("activities:check-in", args=[1]).startswith(answer.request["PATH_INFO"].rpartition("/")[0])


def test_queue_that_somebody_else_left_on_the_device_waits_for_them(page, activity, resident, street_officer):
    entries = json.dumps([item(activity, resident=resident.pk)])
    address = reverse("activities:check-in-sync", args=[activity.pk])
    assert page.post(address, {"entries": entries, "user": street_officer.pk}).status_code == 403
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("name", ["check-in", "check-in-log", "screen", "kiosk-link", "poster"])
def test_home_visit_has_no_door_and_no_poster(page, register, community, worker, name):
    visit = register.activity(community, worker, kind="定期探访")
    assert page.get(reverse(f"activities:{name}", args=[visit.pk])).status_code == 404


def test_settling_with_a_name_too_long_keeps_the_check_in_open(page, refused):
    address = reverse("activities:check-in-settle", args=[refused.activity_id, refused.pk])
    name = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 5
    answer = page.post(address, {"decision": "outsider", "name": name})
    assert "最多 60 个字" in answer.content.decode()
    assert CheckIn.objects.get().settled_at is None
