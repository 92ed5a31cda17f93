"""The page of one activity: facts, who came and who may read it, and its history in words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.audit import record
from activities.history import WORDS, list_deeds
from activities.models import Method, Outsider, Participation


@pytest.fixture
def activity(register, community, worker, resident):
    """One resident, one outsider and two heads."""
    activity = register.activity(community, worker, resident, title="端午包粽子", unnamed_count=2)
    Outsider.objects.create(activity=activity, name="诸葛外客")
    return activity


@pytest.fixture
def read(client):
    """What somebody reads on an activity's page."""

    def read(user, activity, query=""):
        client.force_login(user)
        return client.get(reverse("activities:detail", args=[activity.pk]) + query).content.decode()

    return read


def test_worker_reads_masked_names_and_counts(read, worker, activity):
    text = read(worker, activity)
    assert all(
        words in text for words in ("欧**英", "诸**客", "第一网格", "<strong>4</strong> 人次", "<strong>50%</strong>")
    )
    assert "欧阳秀英" not in text
    assert "诸葛外客" not in text


@pytest.mark.parametrize("officer", ["street_officer", "district_officer"])
def test_street_and_district_read_counts_and_no_names(read, activity, officer, request):
    text = read(request.getfixturevalue(officer), activity)
    assert "<strong>4</strong> 人次" in text
    assert "名单只有社区能看" in text
    assert "欧**英" not in text
    assert "诸**客" not in text


def test_minutes_are_shown_where_hours_matter(read, worker, register, community, resident):
    activity = register.activity(community, worker, resident, kind="志愿服务")
    came = activity.starts_at
    Participation.objects.update(method=Method.SCANNED, checked_in_at=came, checked_out_at=came + timedelta(minutes=95))
    text = read(worker, activity)
    assert "10:00–11:35" in text
    assert "95 分钟" in text
    assert "扫码" in text


def test_confidential_kind_says_why_there_are_no_names(read, worker, register, community):
    text = read(worker, register.activity(community, worker, kind="心理疏导", unnamed_count=4))
    assert "只记人数，不登记姓名" in text
    assert "实名率" not in text


def test_people_come_in_pages(read, worker, register, community, grids, monkeypatch):
    monkeypatch.setattr("activities.views.lists.PEOPLE_PAGE", 2)
    names = ["甲安", "乙安", "丙安"]
    people = [register.resident(grids[0], name=f"{name}平") for name in names]
    activity = register.activity(community, worker, *people)
    first = read(worker, activity)
    last = Participation.objects.order_by("pk")[1].pk
    second = read(worker, activity, f"?after={last}")
    assert ["甲*平" in first, "乙*平" in first, "丙*平" in first] == [True, True, False]
    assert ["甲*平" in second, "丙*平" in second] == [False, True]
    assert f"?after={last}" in first


def test_planned_activity_shows_its_plan_and_no_heads(read, worker, register, community):
    starts_at = timezone.now() + timedelta(days=3)
    activity = register.activity(
        community, worker, status="planned", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), capacity=37
    )
    text = read(worker, activity)
    assert "37" in text
    assert "到场情况" not in text


def test_history_tells_deeds_newest_first_with_reason(activity, worker):
    for action, detail in (("activity.log", {"people": 3}), ("activity.cancel", {"reason": "重复登记", "people": 3})):
        record(action, by=worker, target=activity, area_code=activity.community.code, **detail)
    deeds = list_deeds(activity)
    assert [str(deed.words) for deed in deeds] == [str(WORDS["activity.cancel"]), str(WORDS["activity.log"])]
    assert deeds[0].remark == "重复登记；实名 3 人"
    assert deeds[0].actor == "worker (worker)"


def test_history_shows_the_code_of_an_unknown_deed_and_none_of_another_object(activity, worker, resident):
    record("activity.tickle", by=worker, target=activity, area_code="9")
    resident.pk = activity.pk
    record("resident.edit", by=worker, target=resident, area_code="9")
    assert [deed.words for deed in list_deeds(activity)] == ["activity.tickle"]


def test_query_count_does_not_grow_with_people(
    client, worker, register, community, grids, django_assert_max_num_queries
):
    activity = register.activity(community, worker, *[register.resident(grids[0]) for _number in range(12)])
    for number in range(5):
        Outsider.objects.create(activity=activity, name=f"外客{number}")
        record("activity.change", by=worker, target=activity, area_code=community.code)
    client.force_login(worker)
    with django_assert_max_num_queries(DETAIL_QUERIES):
        client.get(reverse("activities:detail", args=[activity.pk]))


DETAIL_QUERIES = 16
