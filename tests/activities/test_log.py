"""Logging an activity: by action and through the page a worker uses."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.actions import log_activity
from activities.models import Activity, ActivityKind, Participation, Programme
from communities.models import Venue
from grids.models import PopulationGroup
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
        "heads": "4",
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
        ({"heads": "", "residents": []}, "请勾选到场的居民"),
        ({"heads": "-1"}, "大于或等于"),
        ({"heads": "99999"}, "小于或等于"),
        ({"heads": "0"}, "总人数却只有 0 人"),
        ({"starts_at": "0001-01-01T00:00"}, "请核对年份"),
        ({"starts_at": "昨天"}, "输入一个有效的日期/时间"),
        ({"starts_at": "2999-01-01T10:00"}, "活动时间在将来"),
        ({"residents": ["999999"]}, "选择一个有效的选项"),
        ({"token": "x"}, "UUID"),
    ],
)
def test_bad_input_says_where_and_keeps_what_was_typed(page, resident, changes, words):
    response = page.post(
        URL,
        filled(title="我写的名称", residents=[resident.pk]) | changes,
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


def test_recent_kinds_come_first(page, worker, community, register):
    register.activity(community, worker, kind="居民议事")
    form = page.get(URL).context["form"]
    assert str(form.fields["kind"].queryset[0]) == "居民议事"


def test_visits_and_kinds_out_of_use_are_not_offered(page):
    ActivityKind.objects.filter(name="健康讲座").update(is_active=False)
    offered = {kind.name for kind in page.get(URL).context["form"].fields["kind"].queryset}
    assert "居民议事" in offered
    assert not offered & {"健康讲座", "入户走访"}


def test_head_count_leaves_those_without_a_name(page, resident):
    page.post(URL, filled(residents=[resident.pk], outsiders=["王外来|1234", "李外来|"], heads="10"))
    activity = Activity.objects.get()
    assert activity.unnamed_count == 7
    assert list(activity.outsiders.order_by("pk").values_list("name", "tail")) == [("王外来", "1234"), ("李外来", "")]


def test_blank_head_count_means_those_with_a_name(page, resident):
    page.post(URL, filled(residents=[resident.pk], heads=""))
    assert Activity.objects.get().unnamed_count == 0


def test_more_names_than_heads_is_said_at_the_heads(page, resident):
    response = page.post(URL, filled(residents=[resident.pk], outsiders=["王外来|"], heads="1"))
    assert "已有 2 人，总人数却只有 1 人" in response.context["form"].errors["heads"][0]
    assert 'value="王外来|"' in response.content.decode()
    assert not Activity.objects.exists()


def test_outsider_typed_but_not_added_is_saved_once(page):
    page.post(URL, filled(outsiders=["王外来|1234"], outsider_name=" 王外来 ", outsider_tail="1234", heads=""))
    assert Activity.objects.get().outsiders.count() == 1


@pytest.mark.parametrize("chip", ["王外来|12", "9号|", "|1234", "o999999", "王|"])
def test_outsider_who_cannot_be_is_refused_and_nothing_lost(page, chip):
    response = page.post(URL, filled(outsiders=[chip, "李外来|"], title="我写的名称"))
    assert response.context["form"].errors["outsiders"]
    assert all(text in response.content.decode() for text in ("我写的名称", 'value="李外来|"'))


def test_somebody_gone_by_that_day_is_refused_by_masked_name(page, resident, register, grids):
    moved = register.resident(grids[0], name="司马南风", until=timezone.localdate() - timedelta(days=30))
    response = page.post(URL, filled(residents=[resident.pk, moved.pk]))
    text = response.context["form"].errors["residents"][0]
    assert "司**风 在" in text
    assert "已经迁出或去世" in text
    assert {person.pk for person in response.context["chosen"]} == {resident.pk, moved.pk}
    assert not Activity.objects.exists()


def test_somebody_who_moved_out_later_was_there(page, register, grids):
    moved = register.resident(grids[0], until=timezone.localdate())
    yesterday = timezone.localtime() - timedelta(days=1)
    page.post(URL, filled(residents=[moved.pk], starts_at=yesterday.strftime("%Y-%m-%dT%H:%M")))
    assert Participation.objects.get().resident == moved


def test_same_activity_entered_again_is_shown_first(page, worker, community, register):
    register.activity(community, worker, starts_at=timezone.now(), title="上午的讲座")
    response = page.post(URL, filled())
    assert "上午的讲座" in response.content.decode()
    assert Activity.objects.count() == 1
    page.post(URL, filled(confirm_twin="on"))
    assert Activity.objects.count() == 2


def test_what_lies_under_more_is_saved(page, community):
    venue = Venue.objects.create(community=community, name="活动室")
    programme, group = Programme.objects.first(), PopulationGroup.objects.get(code="youth")
    more = {"programmes": [programme.pk], "target_groups": [group.pk], "venue": venue.pk, "place": "二楼"}
    page.post(URL, filled(origin="assigned", assigned_by="区民政局", **more))
    activity = Activity.objects.get()
    assert (activity.venue, activity.place, activity.assigned_by) == (venue, "二楼", "区民政局")
    assert (*activity.programmes.all(), *activity.target_groups.all()) == (programme, group)


def test_form_that_sends_itself_is_told_where_to_go(page):
    headers = {"HX-Request": "true", "HX-Target": "content"}
    response = page.post(URL, filled(), headers=headers)
    assert response.headers["HX-Redirect"] == reverse("activities:detail", args=[Activity.objects.get().pk])
