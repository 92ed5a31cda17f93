"""Planning: the form, what a plan may say, changes by two people at once, copies and twins."""

import threading
import uuid
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import Activity, ActivityKind, Programme, SeatQuota
from activities.planning import Links, change_plan, plan_activity
from activities.venues import Bookings
from communities.models import Venue
from grids.models import PopulationGroup

URL = "/activities/plan/"


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def hall(community):
    return Venue.objects.create(community=community, name="活动室", capacity=40)


def tomorrow(hour: int = 9) -> datetime:
    """A time of tomorrow."""
    return timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=1)


def text_of(moment: datetime) -> str:
    """What the browser sends for a time."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def filled(**changes) -> dict:
    """What the browser sends for the shortest sensible plan."""
    data = {
        "kind": ActivityKind.objects.get(name="健康讲座").pk,
        "starts_at": text_of(tomorrow()),
        "place": "小区广场",
        "mode": "in_person",
        "origin": "own",
        "token": str(uuid.uuid4()),
        "quotas-TOTAL_FORMS": "0",
        "quotas-INITIAL_FORMS": "0",
    }
    return data | changes


def kept(*rows: tuple[str, str]) -> dict:
    """What the browser sends for rows of kept seats: code of the group and seats."""
    keys = {group.code: str(group.pk) for group in PopulationGroup.objects.all()}
    data = {"quotas-TOTAL_FORMS": str(len(rows))}
    for number, (code, seats) in enumerate(rows):
        data |= {f"quotas-{number}-group": keys.get(code, code), f"quotas-{number}-seats": seats}
    return data


@pytest.fixture
def planned(register, community, worker):
    return register.activity(community, worker, starts_at=tomorrow(), status="planned", title="合唱", place="广场")


def test_shortest_plan_fills_in_the_rest(page, worker, community):
    response = page.post(URL, filled())
    activity = Activity.objects.get()
    assert response.url == reverse("activities:detail", args=[activity.pk])
    assert (activity.title, activity.community, activity.status) == ("健康讲座", community, "planned")
    assert activity.ends_at - activity.starts_at == timedelta(minutes=activity.kind.usual_minutes)
    assert activity.recorded_by == worker
    event = AuditEvent.objects.get(object_type="activity")
    assert (event.action, event.detail["to"]) == ("activity.plan", "planned")


def test_plan_keeps_all_that_was_said(page, worker, hall, grids):
    programme, group = Programme.objects.first(), PopulationGroup.objects.get(code="youth")
    page.post(
        URL,
        filled(
            venue=hall.pk,
            place="",
            capacity="30",
            programmes=[programme.pk],
            target_groups=[group.pk],
            target_grids=[grids[0].pk],
            responsible=worker.pk,
            is_public="on",
            origin="assigned",
            assigned_by="区文化馆",
            sign_up_closes_at=text_of(tomorrow(8)),
        )
        | kept(("youth", "10"), ("", "")),
    )
    activity = Activity.objects.get()
    assert (activity.venue, activity.capacity, activity.assigned_by, activity.is_public) == (hall, 30, "区文化馆", True)
    assert list(activity.programmes.all()) == [programme]
    assert list(activity.target_grids.all()) == [grids[0]]
    assert list(activity.quotas.values_list("group", "seats")) == [(group.pk, 10)]
    assert activity.sign_up_opens_at <= timezone.now() < activity.sign_up_closes_at


def test_same_plan_sent_twice_is_saved_once(page):
    data = filled()
    assert page.post(URL, data).url == page.post(URL, data).url
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": ""}, "这个字段是必填项"),
        ({"starts_at": "2020-01-01T10:00"}, "这个时间已经过去"),
        ({"starts_at": "2999-01-01T10:00"}, "这个时间太远"),
        ({"starts_at": "9999-12-31T23:59"}, "这个时间太远"),
        ({"starts_at": "0001-01-01T00:00"}, "这个时间已经过去"),
        ({"starts_at": "明天"}, "输入一个有效的日期/时间"),
        ({"ends_at": "2020-01-01T10:00"}, "结束时间要晚于开始时间"),
        ({"ends_at": text_of(tomorrow() + timedelta(days=40))}, "活动长过一个月"),
        ({"place": ""}, "请选一个场地，或者写明地点"),
        ({"origin": "assigned"}, "请写明是哪个单位布置的"),
        ({"capacity": "0"}, "大于或等于"),
        ({"sign_up_opens_at": text_of(tomorrow(10))}, "报名截止要晚于报名开始"),
        ({"sign_up_closes_at": text_of(tomorrow(23))}, "报名截止不能晚于活动结束"),
        ({"venue": "999999"}, "选择一个有效的选项"),
        ({"token": "x"}, "UUID"),
    ],
)
def test_bad_input_says_where_and_keeps_what_was_typed(page, changes, words):
    text = page.post(URL, filled(title="我写的名称") | changes).content.decode()
    assert words in text
    assert "我写的名称" in text
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("youth", "")], "请写明保留几个名额"),
        ([("", "5")], "请选给哪类人群保留"),
        ([("youth", "5"), ("youth", "5")], "同一类人群只写一行"),
        ([("youth", "15"), ("retired", "6")], "保留的名额加起来超过了总名额 20"),
        ([("x", "5")], "选择一个有效的选项"),
    ],
)
def test_bad_kept_seats_say_so(page, rows, words):
    assert words in page.post(URL, filled(capacity="20") | kept(*rows)).content.decode()
    assert not Activity.objects.exists()


@pytest.mark.parametrize("total", ["x", "-1", "99999", ""])
def test_nonsense_number_of_rows_is_no_crash(page, total):
    assert page.post(URL, filled(kind="", **{"quotas-TOTAL_FORMS": total})).status_code == 200


def test_kept_seats_need_a_number_of_seats(page):
    assert "保留名额要先在上面填总名额" in page.post(URL, filled() | kept(("youth", "5"))).content.decode()


def test_online_activity_needs_no_place(page):
    page.post(URL, filled(place="", mode="online"))
    assert Activity.objects.get().mode == "online"


def test_taken_venue_is_refused_with_the_name_of_the_other(page, hall, register, community, worker):
    register.activity(community, worker, starts_at=tomorrow(), title="合唱排练", venue=hall, status="published")
    text = page.post(URL, filled(venue=hall.pk, capacity="41", confirm_twin="on")).content.decode()
    assert "已安排“合唱排练”" in text
    assert "最多容纳 40 人" in text
    assert "这个场地在这段时间已经有别的活动" not in text
    assert Activity.objects.count() == 1


def test_more_seats_than_the_venue_holds_are_refused(page, hall):
    assert "最多容纳 40 人" in page.post(URL, filled(venue=hall.pk, capacity="41")).content.decode()


def test_venue_of_another_community_cannot_be_chosen(page, foreign_community):
    foreign = Venue.objects.create(community=foreign_community, name="别处")
    assert "选择一个有效的选项" in page.post(URL, filled(venue=foreign.pk)).content.decode()


def make_plan(community, kind, hall, hour: int) -> Activity:
    """An unsaved plan at the hall."""
    starts_at = tomorrow(hour)
    ends_at = starts_at + timedelta(hours=2)
    return Activity(
        community=community, kind=kind, title=f"{hour} 点", starts_at=starts_at, ends_at=ends_at, venue=hall
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hours", "saved"), [((9, 10), 1), ((9, 11), 2)])  # overlapping, and one after the other
def test_two_plans_at_one_venue_at_the_same_moment(worker, community, hall, monkeypatch, hours, saved):
    """Both look before either saves, so only the database can tell."""
    kind = ActivityKind.objects.get(name="健康讲座")
    meet, answers, look = threading.Barrier(2, timeout=20), [], Bookings.find_trouble
    seen = set()

    def look_and_wait(*args, **kwargs):
        answer = look(*args, **kwargs)
        if threading.get_ident() not in seen:
            seen.add(threading.get_ident())
            meet.wait()
        return answer

    def plan(hour):
        try:
            plan_activity(make_plan(community, kind, hall, hour), links=Links(), token=uuid.uuid4(), by=worker)
            answers.append("")
        except ValidationError as error:
            answers.append(error.messages[0])
        finally:
            connection.close()

    monkeypatch.setattr(Bookings, "find_trouble", look_and_wait)
    threads = [threading.Thread(target=plan, args=[hour]) for hour in hours]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Activity.objects.count() == saved
    assert answers.count("") == saved
    assert all("已安排" in answer for answer in answers if answer)


def test_changed_plan_is_a_new_version(page, planned):
    form = page.get(reverse("activities:plan-edit", args=[planned.pk])).context["form"]
    data = filled(title="大合唱", version=form["version"].value())
    page.post(reverse("activities:plan-edit", args=[planned.pk]), data)
    planned.refresh_from_db()
    assert (planned.title, planned.version) == ("大合唱", 2)
    assert "title" in AuditEvent.objects.get(action="activity.change").detail["fields"]


def test_second_editor_sees_both_versions_and_may_save_on_top(page, planned, worker):
    url = reverse("activities:plan-edit", args=[planned.pk])
    page.post(url, filled(version="1", title="甲的名称", place="甲的地方"))
    second = page.post(url, filled(version="1", title="乙的名称", place="甲的地方") | {"capacity": "12"})
    differences = {label: (theirs, mine) for label, theirs, mine in second.context["form"].conflict}
    assert differences == {"名称": ("甲的名称", "乙的名称"), "名额": ("—", "12")}
    assert "乙的名称" in second.content.decode()
    planned.refresh_from_db()
    assert planned.title == "甲的名称"
    page.post(url, filled(version=second.context["form"]["version"].value(), title="乙的名称"))
    planned.refresh_from_db()
    assert planned.title == "乙的名称"


def test_third_editor_between_is_noticed_again(page, planned):
    url = reverse("activities:plan-edit", args=[planned.pk])
    for title in ("甲", "丙"):
        Activity.objects.filter(pk=planned.pk).update(title=title, version=planned.version + 1)
        planned.refresh_from_db()
        answer = page.post(url, filled(version=str(planned.version - 1), title="乙"))
        assert answer.context["form"].conflict
    planned.refresh_from_db()
    assert planned.title == "丙"


def test_kept_seats_stand_in_the_conflict(page, planned):
    url = reverse("activities:plan-edit", args=[planned.pk])
    SeatQuota.objects.create(activity=planned, group=PopulationGroup.objects.get(code="youth"), seats=3)
    Activity.objects.filter(pk=planned.pk).update(version=5)
    answer = page.post(url, filled(version="1", capacity="20") | kept(("youth", "4")))
    assert ("保留名额", "青少年 3", "青少年 4") in answer.context["form"].conflict


def test_change_without_a_version_is_a_conflict(worker, planned):
    with pytest.raises(ValidationError, match="别人刚改过"):
        change_plan(planned, seen=None, links=Links(), by=worker)


def test_held_activity_has_no_plan_to_change(page, register, community, worker):
    held = register.activity(community, worker)
    assert page.get(reverse("activities:plan-edit", args=[held.pk])).status_code == 302
    with pytest.raises(ValidationError, match="已经办过或撤销"):
        change_plan(held, seen=1, links=Links(), by=worker)


def test_late_change_that_leaves_the_time_alone_is_saved(page, planned):
    past = tomorrow() - timedelta(days=2)
    Activity.objects.filter(pk=planned.pk).update(starts_at=past, ends_at=past + timedelta(hours=1))
    times = {"starts_at": text_of(past), "ends_at": text_of(past + timedelta(hours=1))}
    page.post(reverse("activities:plan-edit", args=[planned.pk]), filled(version="1", title="改名", **times))
    planned.refresh_from_db()
    assert planned.title == "改名"


def test_twin_is_shown_and_saved_when_confirmed(page, planned):
    data = filled(title="我写的名称", starts_at=text_of(tomorrow() + timedelta(minutes=30)))
    warned = page.post(URL, data).content.decode()
    assert reverse("activities:detail", args=[planned.pk]) in warned
    assert "我写的名称" in warned
    assert Activity.objects.count() == 1
    page.post(URL, data | {"confirm_twin": "on"})
    assert Activity.objects.count() == 2


@pytest.mark.parametrize("changes", [{"kind": "居民议事"}, {"hour": 12}])
def test_other_kind_or_time_is_no_twin(page, planned, changes):
    kind = ActivityKind.objects.get(name=changes.get("kind", "健康讲座"))
    page.post(URL, filled(kind=kind.pk, starts_at=text_of(tomorrow(changes.get("hour", 9)))))
    assert Activity.objects.count() == 2


def test_copy_proposes_the_same_hour_some_weeks_later(page, register, community, worker, hall):
    group = PopulationGroup.objects.get(code="youth")
    day = timezone.localdate() - timedelta(days=10)
    earlier = register.activity(community, worker, day=day, title="读书会", venue=hall, capacity=20)
    earlier.target_groups.add(group)
    SeatQuota.objects.create(activity=earlier, group=group, seats=5)
    answer = page.get(reverse("activities:copy", args=[earlier.pk]))
    form = answer.context["form"]
    assert text_of(earlier.starts_at + timedelta(days=14)) == f"{form['starts_at'].value():%Y-%m-%dT%H:%M}"
    assert (form["title"].value(), form["venue"].value(), form["capacity"].value()) == ("读书会", hall.pk, 20)
    assert form["target_groups"].value() == [group.pk]
    assert answer.context["quotas"][0]["seats"].value() == 5


def test_day_of_the_address_is_proposed(page):
    day = timezone.localdate() + timedelta(days=30)
    form = page.get(URL, {"day": day}).context["form"]
    assert f"{form['starts_at'].value():%F %H:%M}" == f"{day} 09:00"


@pytest.mark.parametrize(("now", "proposed"), [("07:10", "09:00"), ("09:10", "10:00"), ("13:00", "14:00")])
def test_today_is_proposed_at_an_hour_to_come(client, worker, now, proposed):
    with time_machine.travel(f"2031-05-06T{now}:00+08:00", tick=False):
        client.force_login(worker)
        form = client.get(URL, {"day": "2031-05-06"}).context["form"]
    assert f"{form['starts_at'].value():%F %H:%M}" == f"2031-05-06 {proposed}"


def test_kind_of_the_address_is_chosen(page):
    kind = ActivityKind.objects.get(name="居民议事")
    assert page.get(URL, {"kind": kind.pk}).context["form"]["kind"].value() == str(kind.pk)
    assert page.get(URL, {"kind": "²", "theme": "x"}).status_code == 200


@pytest.mark.parametrize("query", [{"day": "2031-13-01"}, {"day": "x"}, {"day": "9999-12-31"}, {"day": "0001-01-01"}])
def test_nonsense_day_is_no_crash(page, query):
    form = page.get(URL, query).context["form"]
    assert form["starts_at"].value().date() == timezone.localdate() + timedelta(days=1)


@pytest.mark.parametrize("number", ["x", "²", "999999", "9" * 30])
def test_nonsense_template_is_not_found(page, number):
    assert page.get(URL, {"template": number}).status_code == 404


@pytest.mark.parametrize("address", [URL, "edit", "copy"])
def test_form_takes_the_same_number_of_queries_for_many_venues(
    page, planned, community, address, django_assert_max_num_queries
):
    url = {"edit": "activities:plan-edit", "copy": "activities:copy"}.get(address)
    url = reverse(url, args=[planned.pk]) if url else address
    counts = []
    for number in range(2):
        Venue.objects.bulk_create(Venue(community=community, name=f"{number}-{room}") for room in range(10))
        with django_assert_max_num_queries(18) as counted:
            page.get(url)
        counts.append(len(counted))
    assert counts[0] == counts[1]
