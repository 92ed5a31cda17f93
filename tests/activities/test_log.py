"""Logging an activity: by action and through the page a worker uses."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.actions import log_activity
from activities.models import Activity, ActivityKind, Participation
from indicators.models import DirtyMark

URL = "/activities/new/"


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


def filled(**changes) -> dict:
    """What the browser sends for the shortest sensible log."""
    data = {
        "kind": ActivityKind.objects.get(name="健康讲座").pk,
        "starts_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "unnamed_count": "3",
        "mode": "in_person",
        "origin": "own",
        "token": str(uuid.uuid4()),
    }
    return data | changes


def test_log_saves_activity_people_marks_and_audit(page, worker, resident, grids, community):
    DirtyMark.objects.all().delete()
    response = page.post(URL, filled(residents=[resident.pk]))
    activity = Activity.objects.get()
    assert response.url == reverse("activities:detail", args=[activity.pk])
    assert (activity.title, activity.community, activity.recorded_by) == ("健康讲座", community, worker)
    assert list(activity.participations.values_list("resident", "grid")) == [(resident.pk, grids[0].pk)]
    assert DirtyMark.objects.filter(grid=grids[0]).exists()
    assert AuditEvent.objects.filter(action="activity.log", object_id=str(activity.pk)).exists()


def test_same_form_sent_twice_is_saved_once(page, resident):
    data = filled(residents=[resident.pk])
    first, second = (page.post(URL, data) for _ in range(2))
    assert first.url == second.url
    assert Activity.objects.count() == Participation.objects.count() == 1


def test_token_of_somebody_else_gives_nothing_away(worker, outsider, resident, community, register):
    activity = register.activity(community, worker, resident)
    kind = activity.kind
    theirs = Activity(community=outsider.community, kind=kind, title="x", starts_at=timezone.now())
    with pytest.raises(Exception, match="这张表单已经用过"):
        log_activity(theirs, residents=[], token=activity.client_token, by=outsider)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": ""}, "这个字段是必填项"),
        ({"unnamed_count": "0"}, "请勾选到场的居民"),
        ({"unnamed_count": "-1"}, "大于或等于"),
        ({"unnamed_count": "99999"}, "小于或等于"),
        ({"starts_at": "昨天"}, "输入一个有效的日期/时间"),
        ({"starts_at": "2999-01-01T10:00"}, "活动时间在将来"),
        ({"residents": ["999999"]}, "选择一个有效的选项"),
        ({"token": "x"}, "UUID"),
    ],
)
def test_bad_input_says_where_and_keeps_what_was_typed(page, resident, changes, words):
    response = page.post(
        URL,
        filled(title="我写的名称", **({"residents": [resident.pk]} if "unnamed_count" not in changes else {}))
        | changes,
    )
    text = response.content.decode()
    assert response.status_code == 200
    assert words in text
    assert "我写的名称" in text
    assert not Activity.objects.exists()


def test_chosen_people_survive_an_error(page, resident, register, grids):
    other = register.resident(grids[1], name="司马南风")
    text = page.post(URL, filled(kind="", residents=[other.pk])).content.decode()
    assert f'value="{other.pk}" data-label="司**风"' in text


def test_people_of_another_community_cannot_be_ticked(page, register, foreign_grid):
    stranger = register.resident(foreign_grid)
    page.post(URL, filled(residents=[stranger.pk]))
    assert not Activity.objects.exists()


def test_confidential_kind_takes_head_counts_only(page, resident):
    kind = ActivityKind.objects.get(name="心理疏导").pk
    refused = page.post(URL, filled(kind=kind, residents=[resident.pk]))
    assert "只记人数" in refused.content.decode()
    page.post(URL, filled(kind=kind))
    assert Activity.objects.get().participations.count() == 0


def test_change_makes_participants_exactly_those_ticked(page, worker, resident, register, grids, community):
    activity = register.activity(community, worker, resident)
    other = register.resident(grids[1])
    page.post(reverse("activities:edit", args=[activity.pk]), filled(residents=[other.pk]))
    assert list(activity.participations.values_list("resident", flat=True)) == [other.pk]


def test_cancelling_needs_a_reason_and_keeps_the_entry(page, worker, community, register):
    activity = register.activity(community, worker)
    url = reverse("activities:cancel", args=[activity.pk])
    page.post(url, {"reason": ""})
    activity.refresh_from_db()
    assert activity.is_held
    page.post(url, {"reason": "重复登记"})
    activity.refresh_from_db()
    assert (activity.is_held, activity.cancel_reason) == (False, "重复登记")


def test_action_refuses_the_future(worker, community):
    kind = ActivityKind.objects.first()
    tomorrow = timezone.now() + timedelta(days=1)
    activity = Activity(community=community, kind=kind, title="x", starts_at=tomorrow)
    with pytest.raises(ValidationError):
        log_activity(activity, residents=[], token=uuid.uuid4(), by=worker)


def test_own_grid_is_open_first_and_names_are_masked(page, resident, register, grids):
    register.resident(grids[1], name="诸葛孔明")
    text = page.get(URL).content.decode()
    assert "欧**英" in text
    assert "欧阳秀英" not in text
    assert "诸**明" not in text


def test_recent_kinds_come_first(page, worker, community, register):
    register.activity(community, worker, kind="居民议事")
    form = page.get(URL).context["form"]
    assert str(form.fields["kind"].queryset[0]) == "居民议事"


def test_picker_searches_the_community_by_two_characters(page, resident, register, grids):
    register.resident(grids[1], name="诸葛孔明")
    found = page.get("/activities/picker/", {"q": "孔明", "grid": grids[0].pk}).content.decode()
    assert "诸**明" in found
    short = page.get("/activities/picker/", {"q": "孔", "grid": grids[0].pk}).content.decode()
    assert "请至少输入两个字" in short
    assert "诸**明" not in short


def test_picker_answers_at_most_fifty(page, register, grids):
    for number in range(51):
        register.resident(grids[0], name=f"王秀英{'甲乙丙丁戊'[number % 5]}")
    found = page.get("/activities/picker/", {"q": "王秀"}).content.decode()
    assert found.count('picker__row"') == 50
    assert "只列出前 50 位" in found


@pytest.mark.parametrize("grid", ["", "x", "999999"])
def test_picker_of_no_grid_is_not_found(page, grids, grid):
    assert page.get("/activities/picker/", {"grid": grid}).status_code == 404


def test_form_page_query_count_does_not_grow_with_people(page, register, grids, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(8):
            page.get(URL)
        for _person in range(20):
            register.resident(grids[0])
