"""The life of an activity: its phases by time, and who may move it on from where."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities import life
from activities.models import Activity, ActivityKind, Outsider

BEGIN = timezone.make_aware(datetime(2026, 9, 10, 14), timezone.get_default_timezone())
END = BEGIN + timedelta(hours=2)
SECOND = timedelta(seconds=1)


@pytest.fixture
def make(register, community, worker):
    def make(**fields) -> Activity:
        return register.activity(community, worker, **{"starts_at": BEGIN, "ends_at": END, **fields})

    return make


@pytest.mark.parametrize(
    ("status", "moment", "phase"),
    [
        ("planned", BEGIN - SECOND, "planned"),
        ("planned", END - SECOND, "planned"),
        ("planned", END, "unreported"),
        ("published", BEGIN - timedelta(days=5, seconds=1), "published"),
        ("published", BEGIN - timedelta(days=5), "sign_up_open"),
        ("published", BEGIN - timedelta(days=1, seconds=1), "sign_up_open"),
        ("published", BEGIN - timedelta(days=1), "sign_up_closed"),
        ("published", BEGIN - SECOND, "sign_up_closed"),
        ("published", BEGIN, "running"),
        ("published", END - SECOND, "running"),
        ("published", END, "unreported"),
        ("held", BEGIN - SECOND, "running"),
        ("held", END, "unreported"),
    ],
)
def test_phase_changes_to_the_second(make, status, moment, phase):
    activity = make(
        status=status,
        reported_at=None,
        sign_up_opens_at=BEGIN - timedelta(days=5),
        sign_up_closes_at=BEGIN - timedelta(days=1),
    )
    with time_machine.travel(moment, tick=False):
        assert activity.phase == phase


def test_published_without_sign_up_stays_published_until_it_begins(make):
    activity = make(status="published")
    with time_machine.travel(BEGIN - SECOND, tick=False):
        assert activity.phase == "published"


@pytest.fixture
def before():
    with time_machine.travel(BEGIN - timedelta(days=1), tick=False):
        yield


def test_life_from_plan_to_verified(make, worker, street_officer, before):
    activity = life.publish_activity(make(status="planned"), by=worker)
    assert activity.phase == "published"
    Activity.objects.filter(pk=activity.pk).update(status="held", reported_at=timezone.now(), reported_by=worker)
    activity = life.return_activity(activity, reason="人数不对", by=street_officer)
    assert (activity.phase, activity.return_reason, activity.version) == ("returned", "人数不对", 3)
    Activity.objects.filter(pk=activity.pk).update(returned_at=None, return_reason="")  # reported again
    activity = life.verify_activity(activity, seen=3, by=street_officer)
    assert (activity.phase, activity.verified_by, activity.version) == ("verified", street_officer, 4)
    steps = [(e.action, e.detail["from"], e.detail["to"], e.detail["note"]) for e in AuditEvent.objects.order_by("id")]
    assert steps == [
        ("activity.publish", "planned", "published", ""),
        ("activity.return", "reported", "returned", "人数不对"),
        ("activity.verify", "reported", "verified", ""),
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "published"}, "已经发布过"),
        ({"status": "held"}, "只有计划中的活动才能发布"),
        ({"status": "cancelled", "cancel_reason": "下雨"}, "只有计划中的活动才能发布"),
        ({"status": "planned", "starts_at": BEGIN - timedelta(days=9), "ends_at": END - timedelta(days=9)}, "时间已过"),
    ],
)
def test_what_cannot_be_published_says_why(make, worker, before, fields, words):
    activity = make(**fields)
    with pytest.raises(ValidationError, match=words):
        life.publish_activity(activity, by=worker)
    activity.refresh_from_db()
    assert (activity.status, activity.version) == (fields["status"], 1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "planned"}, "还没有填报"),
        ({"reported_at": None}, "还没有填报"),
        ({"status": "cancelled", "cancel_reason": "下雨"}, "已经撤销"),
        ({"returned_at": BEGIN, "return_reason": "人数不对"}, "退回"),
    ],
)
def test_what_cannot_be_judged_says_why(make, street_officer, worker, fields, words):
    reported = {"reported_at": BEGIN, "reported_by": worker} if "returned_at" in fields else {}
    activity = make(**fields, **reported)
    for judge in (
        lambda: life.verify_activity(activity, seen=1, by=street_officer),
        lambda: life.return_activity(activity, reason="人数", by=street_officer),
    ):
        with pytest.raises(ValidationError, match=words):
            judge()
    activity.refresh_from_db()
    assert activity.version == 1


def test_verified_report_is_not_verified_again_but_may_go_back(make, street_officer):
    activity = life.verify_activity(make(), seen=1, by=street_officer)
    with pytest.raises(ValidationError, match="已经核验过"):
        life.verify_activity(activity, seen=2, by=street_officer)
    activity = life.return_activity(activity, reason="照片不对", by=street_officer)
    assert (activity.phase, activity.verified_at, activity.verified_by) == ("returned", None, None)


def test_changed_report_is_not_verified_unread(make, street_officer, client):
    activity = make()
    Activity.objects.update(version=2)
    client.force_login(street_officer)
    text = client.post(reverse("activities:verify", args=[activity.pk]), {"version": "1"}, follow=True).content.decode()
    assert "请看过现在的内容，再核验一次" in text
    activity.refresh_from_db()
    assert activity.verified_at is None


def test_street_verifies_on_the_page(make, street_officer, client):
    activity = make()
    client.force_login(street_officer)
    assert "核验通过" in client.get(reverse("activities:detail", args=[activity.pk])).content.decode()
    client.post(reverse("activities:verify", args=[activity.pk]), {"version": "1"})
    activity.refresh_from_db()
    assert activity.verified_by == street_officer


def test_report_to_which_check_ins_came_late_is_not_verified_unread(make, street_officer, client):
    activity = make()
    client.force_login(street_officer)
    page = client.get(reverse("activities:detail", args=[activity.pk])).content.decode()
    sent = {name: re.search(rf'name="{name}" value="(\d+)"', page)[1] for name in ("version", "heads")}
    Outsider.objects.create(activity=activity, name="赵云")
    url = reverse("activities:verify", args=[activity.pk])
    assert "人数变了" in client.post(url, sent, follow=True).content.decode()
    client.post(url, sent | {"heads": int(sent["heads"]) + 1})
    activity.refresh_from_db()
    assert activity.verified_by == street_officer


def test_street_sends_back_with_a_reason_that_the_community_reads(make, street_officer, worker, client):
    activity = make()
    url = reverse("activities:return", args=[activity.pk])
    client.force_login(street_officer)
    assert "请写明原因" in client.post(url, {"reason": ""}, follow=True).content.decode()
    client.post(url, {"reason": "缺照片"})
    client.force_login(worker)
    text = client.get(reverse("activities:detail", args=[activity.pk])).content.decode()
    assert "退回修改：缺照片" in text
    assert "修改填报" in text


def test_worker_publishes_on_the_page(make, worker, client, before):
    activity = make(status="planned")
    client.force_login(worker)
    client.post(reverse("activities:publish", args=[activity.pk]))
    activity.refresh_from_db()
    assert activity.status == "published"


def test_planned_activity_is_cancelled_with_a_reason(make, worker, client, before):
    activity = make(status="planned")
    client.force_login(worker)
    client.post(reverse("activities:cancel", args=[activity.pk]), {"reason": "下雨"})
    activity.refresh_from_db()
    assert (activity.status, activity.cancel_reason, activity.version) == ("cancelled", "下雨", 2)


def test_home_visit_is_not_withdrawn_here(make, worker, client):
    kind = ActivityKind.objects.filter(category="visit").first()
    visit = make(kind=kind.name)
    client.force_login(worker)
    assert "撤销" not in client.get(reverse("activities:detail", args=[visit.pk])).content.decode()
    assert client.post(reverse("activities:cancel", args=[visit.pk]), {"reason": "下雨"}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "shown", "hidden"),
    [
        ({"status": "planned"}, ["发布</button>", "改计划", "办不成了"], ["核验通过", "填报</a>"]),
        ({"status": "published"}, ["改计划", "再办一次"], ["发布</button>"]),
        ({}, ["修改</a>", "记错了"], ["发布</button>", "改计划"]),
        ({"status": "cancelled", "cancel_reason": "下雨"}, ["原因：下雨", "再办一次"], ["撤销活动", "修改</a>"]),
    ],
)
def test_page_offers_what_can_be_done_next(make, worker, client, before, fields, shown, hidden):
    client.force_login(worker)
    text = client.get(reverse("activities:detail", args=[make(**fields).pk])).content.decode()
    assert [words for words in shown if words not in text] == []
    assert [words for words in hidden if words in text] == []
