"""The street's queue: what waits, what speaks for and against it, verifying several, sending back."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, ActivityPhoto, Outsider
from activities.reviews import list_waiting, make_cases, with_evidence

URL = "/activities/review/"


@pytest.fixture
def page(client, street_officer):
    client.force_login(street_officer)
    return client


@pytest.fixture
def report(register, community, worker):
    """Makes a reported activity with so many heads, so many days ago."""

    def report(heads=5, days=1, **fields):
        day = timezone.localdate() - timedelta(days=days)
        return register.activity(community, worker, day=day, unnamed_count=heads, **fields)

    return report


def marks_of(activity, user, visits=False):
    """The words of an activity's marks, and whether each is good."""
    cases = make_cases(list(with_evidence(list_waiting(user, visits=visits))), user)
    return {mark.text: mark.is_good for case in cases if case.activity == activity for mark in case.marks}


def tick(*activities):
    """What the browser sends for ticked activities."""
    seen = {f"seen-{activity.pk}": activity.version for activity in activities}
    return {"activity": [activity.pk for activity in activities], **seen}


def test_queue_holds_reported_and_unverified_oldest_first(page, report, worker):
    report(title="新", days=1)
    report(title="旧", days=9)
    report(title="核过", verified_at=timezone.now(), verified_by=worker)
    report(title="退回", returned_at=timezone.now(), return_reason="x")
    report(title="撤销", status="cancelled", cancel_reason="x")
    assert [case.activity.title for case in page.get(URL).context["cases"]] == ["旧", "新"]


def test_several_are_verified_at_once(page, report, street_officer):
    activities = [report(), report(kind="科普讲座"), report(kind="法律讲堂")]
    response = page.post(URL, tick(*activities[:2]), follow=True)
    assert "已核验 2 场" in response.content.decode()
    verified = Activity.objects.filter(verified_by=street_officer).order_by("pk")
    assert list(verified) == activities[:2]


def test_nothing_ticked_says_so(page, report):
    report()
    assert "请先勾选" in page.post(URL, {}).content.decode()


def test_changed_meanwhile_is_not_verified_unseen(page, report):
    activity = report(title="改过的")
    sent = tick(activity)
    Activity.objects.filter(pk=activity.pk).update(version=7)
    text = page.post(URL, sent, follow=True).content.decode()
    assert "改过的：" in text
    assert not Activity.objects.filter(verified_at__isnull=False).exists()


def test_check_in_meanwhile_is_not_verified_unseen(page, report):
    activity = report()
    seen = re.search(rf'name="seen-{activity.pk}" value="([\d.]+)"', page.get(URL).content.decode())[1]
    Outsider.objects.create(activity=activity, name="赵云")
    page.post(URL, {"activity": [activity.pk], f"seen-{activity.pk}": seen})
    assert not Activity.objects.filter(verified_at__isnull=False).exists()


def test_activity_of_another_street_cannot_be_ticked(page, register, foreign_community, outsider):
    activity = register.activity(foreign_community, outsider)
    page.post(URL, tick(activity))
    assert not Activity.objects.filter(verified_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"why": "photos"}, "请补传现场照片"),
        ({"why": "heads", "words": "与签到表不符"}, "请核对人数。与签到表不符"),
        ({"why": "other", "words": "名称写错"}, "名称写错"),
    ],
)
def test_report_goes_back_with_a_reason(page, report, sent, reason):
    activity = report()
    response = page.post(reverse("activities:send-back", args=[activity.pk]), sent)
    activity.refresh_from_db()
    assert (response.url, activity.return_reason) == (URL, reason)
    assert activity.phase == Activity.Phase.RETURNED


@pytest.mark.parametrize("sent", [{}, {"why": "other"}, {"why": "nonsense", "words": "我写的话"}])
def test_sending_back_without_reason_is_asked_in_its_place(page, report, sent):
    activity = report()
    response = page.post(reverse("activities:send-back", args=[activity.pk]), sent)
    activity.refresh_from_db()
    assert response.context["returning"] == activity.pk
    assert activity.returned_at is None
    assert sent.get("words", "") in response.content.decode()


def test_named_rate_and_photos_are_marks(report, resident, street_officer, worker, register, community):
    activity = register.activity(community, worker, resident, unnamed_count=1)
    Outsider.objects.create(activity=activity, name="外客")
    assert marks_of(activity, street_officer) == {"实名率 66%": False, "没有照片": False}
    make_photo(activity, worker)
    Activity.objects.update(unnamed_count=0)
    assert marks_of(activity, street_officer) == {"实名率 100%": True, "照片 1 张": True}


def make_photo(activity, by):
    """A photo without a file."""
    ids = {"form_token": activity.client_token, "client_id": activity.client_token}
    ActivityPhoto.objects.create(activity=activity, consent="nobody", width=1, height=1, uploaded_by=by, **ids)


def test_late_report_is_marked(report, street_officer):
    assert "过了 8 天才填报" in marks_of(report(days=8), street_officer)
    assert not [text for text in marks_of(report(days=7, kind="科普讲座"), street_officer) if "天" in text]


@pytest.mark.parametrize(
    ("heads", "words"), [(51, "人数比平常多（一般 20）"), (7, "人数比平常少（一般 20）"), (50, None), (8, None)]
)
def test_unusual_head_count_is_marked(report, street_officer, heads, words):
    for days in range(10, 16):
        report(heads=20, days=days)
    marks = marks_of(report(heads=heads), street_officer)
    assert [text for text in marks if "平常" in text] == ([words] if words else [])


def test_usual_head_count_needs_enough_activities(report, street_officer):
    for days in range(10, 13):
        report(heads=20, days=days)
    assert not [text for text in marks_of(report(heads=500), street_officer) if "平常" in text]


def test_likely_twin_is_marked(report, street_officer):
    activity = report()
    assert not [text for text in marks_of(activity, street_officer) if "重复" in text]
    report()
    assert [text for text in marks_of(activity, street_officer) if "重复" in text]


def test_confidential_kind_is_not_asked_for_names_or_photos(report, street_officer):
    assert marks_of(report(kind="心理疏导"), street_officer) == {"只记人数": True}


def test_home_visits_wait_in_a_queue_of_their_own(page, report, street_officer):
    report(title="讲座")
    visit = report(title="走访", kind="入户走访")
    assert [case.activity.title for case in page.get(URL).context["cases"]] == ["讲座"]
    assert [case.activity.title for case in page.get(URL, {"of": "visits"}).context["cases"]] == ["走访"]
    assert marks_of(visit, street_officer, visits=True) == {}
    assert page.post(f"{URL}?of=visits", tick(visit)).url == f"{URL}?of=visits"


def test_empty_queue_says_all_is_done(page):
    assert "都核验完了" in page.get(URL).content.decode()


def test_query_count_does_not_grow_with_reports(page, report, django_assert_num_queries):
    report()
    with django_assert_num_queries(REVIEW_QUERIES):
        page.get(URL)
    for days in range(2, 9):
        report(days=days)
    with django_assert_num_queries(REVIEW_QUERIES):
        page.get(URL)


REVIEW_QUERIES = 6  # session, user with street; page, usual head-counts, numbers of activities and visits
