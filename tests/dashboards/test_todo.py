"""The worker's to-do list: what is on it, in which order, and that what is done disappears."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import ActivityKind, CheckIn, SeatQuota, SignUp, Theme
from cadence.models import CadenceRule
from dashboards.seating import count_to_tell
from dashboards.todo import list_tasks
from grids.models import Building, Household, PopulationGroup, Resident
from visits.models import VisitPlan

NOW = timezone.make_aware(timezone.datetime(2026, 11, 18, 12))  # a Wednesday
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def midday(time_machine, settings):
    time_machine.move_to(NOW, tick=False)
    settings.REPORTS_SINCE = TODAY  # no numbers are asked for


def tasks_of(user):
    """The lines of the list as (title, button)."""
    return [(task.title, task.button) for task in list_tasks(user, timezone.now())]


def full(register, community, worker, *people, **fields):
    """Return an activity whose entry lacks nothing."""
    return register.activity(community, worker, *people, **{"theme": Theme.objects.first(), "day": TODAY, **fields})


def test_nothing_waits(register, community, worker, resident):
    full(register, community, worker, resident)
    assert tasks_of(worker) == []


@pytest.mark.parametrize(
    ("hours", "status", "found"),
    [
        (1, "published", [("会", "签到")]),
        (-1, "held", [("会", "签到")]),
        (24, "planned", [("会", "签到")]),
        (48, "planned", []),
        (1, "cancelled", []),
        (-20, "published", [("会", "填报")]),
    ],
)
def test_activity_that_is_not_reported(register, community, worker, hours, status, found):
    starts_at = NOW + timedelta(hours=hours)
    reason = {"cancel_reason": "下雨"} if status == "cancelled" else {}
    register.activity(
        community, worker, starts_at=starts_at, status=status, title="会", theme=None, reported_at=None, **reason
    )
    assert tasks_of(worker) == found


def test_reported_activity_disappears(register, community, worker, resident):
    activity = full(register, community, worker, resident, day=TODAY - timedelta(days=1), reported_at=None)
    assert [button for _title, button in tasks_of(worker)] == ["填报"]
    activity.reported_at, activity.reported_by = NOW, worker
    activity.save()
    assert tasks_of(worker) == []


def test_returned_activity_says_why(register, community, worker, resident):
    full(register, community, worker, resident, returned_at=NOW, return_reason="人数不对", title="会")
    task = list_tasks(worker, NOW)[0]
    assert (task.title, task.detail, task.button) == ("会", "街道退回：人数不对", "修改")


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"unnamed_count": 1}, "11-18 · 实名 50.0%"),
        ({"theme": None}, "11-18 · 没有主题"),
        ({"theme": None, "verified": True}, None),
        ({"theme": None, "day": TODAY - timedelta(days=14)}, None),
        ({"theme": None, "kind": "心理疏导"}, None),
        ({"theme": None, "kind": "入户走访"}, None),
    ],
)
def test_incomplete_entry_is_asked_for_while_it_can_be_mended(
    register, community, worker, resident, street_officer, fields, detail
):
    verified = {"verified_at": NOW, "verified_by": street_officer, "reported_at": NOW, "reported_by": worker}
    given = {**(verified if fields.get("verified") else {}), **{k: v for k, v in fields.items() if k != "verified"}}
    full(register, community, worker, resident, **given)
    assert [task.detail for task in list_tasks(worker, NOW)] == ([detail] if detail else [])


@pytest.mark.parametrize(("unnamed", "found"), [(1, []), (2, ["补全"])])
def test_four_of_five_with_a_name_are_enough(register, community, worker, grids, unnamed, found):
    people = [register.resident(grids[0]) for _number in range(4)]
    full(register, community, worker, *people, unnamed_count=unnamed)
    assert [button for _title, button in tasks_of(worker)] == found


def test_refused_check_ins_are_counted_until_settled(register, community, worker, resident):
    activity = full(register, community, worker, resident, title="会")
    for _number in range(2):
        CheckIn.objects.create(
            client_id=uuid4(), activity=activity, method="scanned", refusal="gone", claimed_at=NOW, resident=resident
        )
    task = list_tasks(worker, NOW)[0]
    assert (task.title, task.detail) == ("会", "2 条签到没认出来")
    CheckIn.objects.update(settled_at=NOW)
    assert tasks_of(worker) == []


def test_visits_that_are_due_are_one_line(worker, community, resident, grids):
    home = Household.objects.create(building=Building.objects.create(grid=grids[0], name="1号楼"), room="101")
    Resident.objects.filter(pk=resident.pk).update(household=home)
    kind = ActivityKind.objects.get(name="入户走访")
    plan = VisitPlan.objects.create(
        community=community, name="走访", kind=kind, starts_on=TODAY, created_by=worker, interval_days=30
    )
    assert tasks_of(worker) == [("1 户该走访了", "去走访")]
    plan.starts_on = TODAY + timedelta(days=1)
    plan.save()
    assert tasks_of(worker) == []


def make_rule(worker, community, **fields):
    """Return a rule of the community."""
    given = {"name": "小活动", "every": "week", "starts_on": date(2026, 11, 16), "created_by": worker}
    return CadenceRule.objects.create(community=community, **{**given, **fields})


def test_slot_that_is_due_can_be_planned_and_disappears(register, community, worker, resident):
    rule = make_rule(worker, community)
    rule.themes.set(Theme.objects.filter(name="法治"))
    theme = rule.themes.get()
    task = list_tasks(worker, NOW)[0]
    assert (task.detail, task.button) == ("11-16 至 11-22 · 还剩 4 天", "去安排")
    assert task.url == f"{reverse('activities:plan')}?day=2026-11-18&theme={theme.pk}"
    full(register, community, worker, resident, theme=theme)
    assert tasks_of(worker) == []


def test_slot_that_was_missed_leads_to_its_page(worker, community):
    rule = make_rule(worker, community, every="day", weekdays=[2], grace_days=3)
    task = list_tasks(worker, NOW)[0]
    assert task.detail == "11-17 周二 · 缺，2 天内可以补做"
    assert task.url == reverse("cadence:note", args=[rule.pk, community.pk, "2026-11-17"])


def test_last_day_of_a_slot_leads_to_the_log(worker, community):
    make_rule(worker, community, every="day", weekdays=[3])
    assert list_tasks(worker, NOW)[0].button == "记活动"


def test_visiting_day_leads_to_the_visits(worker, community, grids):
    make_rule(worker, community, every="day", weekdays=[3], per="grid", category="visit")
    task = list_tasks(worker, NOW)[0]
    assert (task.detail, task.button) == ("第一网格 · 11-18 周三 · 今天最后一天", "去走访")


def sign_up(activity, name, **fields):
    """Return a sign-up by phone."""
    return SignUp.objects.create(activity=activity, name=name, source="phone", **fields)


def test_those_with_a_seat_who_do_not_know_are_to_be_told(register, community, worker):
    activity = register.activity(
        community, worker, starts_at=NOW + timedelta(days=5), status="published", title="会", capacity=2
    )
    first = sign_up(activity, "王芳")
    sign_up(activity, "李军")
    sign_up(activity, "没有名额")
    task = list_tasks(worker, NOW)[0]
    assert (task.detail, task.button) == ("2 人有名额，还没通知", "去通知")
    SignUp.objects.update(told_at=NOW)
    assert tasks_of(worker) == []
    first.cancelled_at = NOW
    first.save()
    SignUp.objects.filter(name="没有名额").update(told_at=None)
    assert list_tasks(worker, NOW)[0].detail == "1 人有名额，还没通知"


def test_kept_seats_are_not_told_to_others(register, community, worker, grids):
    activity = register.activity(community, worker, starts_at=NOW + timedelta(days=5), status="published", capacity=1)
    SeatQuota.objects.create(activity=activity, group=PopulationGroup.objects.get(code="youth"), seats=1)
    sign_up(activity, "王芳")
    activities = type(activity).objects.upcoming()
    assert count_to_tell(activities) == {}
    sign_up(activity, "李军", resident=register.resident(grids[0], groups=["youth"]))
    assert count_to_tell(activities) == {activity: 1}


def test_most_urgent_comes_first(register, community, worker, resident):
    full(register, community, worker, title="缺主题", theme=None, day=TODAY - timedelta(days=2))
    full(register, community, worker, title="待填报", reported_at=None, day=TODAY - timedelta(days=1))
    full(register, community, worker, title="明天", status="planned", day=TODAY + timedelta(days=1))
    full(register, community, worker, title="现在", status="published", starts_at=NOW)
    assert [title for title, _button in tasks_of(worker)] == ["现在", "待填报", "明天", "缺主题"]


def test_nothing_of_other_communities_is_on_the_list(register, community, neighbour_community, worker, outsider):
    for place in (neighbour_community, outsider.community):
        activity = register.activity(place, worker, status="published", day=TODAY - timedelta(days=8))
        CheckIn.objects.create(client_id=uuid4(), activity=activity, method="scanned", refusal="gone", claimed_at=NOW)
        make_rule(worker, place)
    assert tasks_of(worker) == []
    assert len(tasks_of(outsider)) == 3


def test_home_shows_the_log_first_then_the_list_with_its_count(client, register, community, worker):
    client.force_login(worker)
    assert "都做完了" in client.get("/").content.decode()
    register.activity(community, worker, status="published", day=TODAY, title="今天的会")
    text = client.get("/").content.decode()
    assert text.index("记一次活动") < text.index("今天要做的") < text.index("今天的会") < text.index("最近的活动")
    assert "1 件" in text


def test_home_query_count_does_not_grow(
    client, register, community, worker, grids, settings, django_assert_num_queries
):
    settings.REPORTS_SINCE = date(2025, 1, 1)
    client.force_login(worker)
    kind = ActivityKind.objects.get(name="入户走访")
    VisitPlan.objects.create(community=community, name="走访", kind=kind, starts_on=TODAY, created_by=worker)
    make_rule(worker, community, per="grid")
    for number in range(3):
        if number != 1:
            register.activity(community, worker, register.resident(grids[0]), day=TODAY, unnamed_count=9)
            coming = register.activity(community, worker, status="published", starts_at=NOW + timedelta(days=1))
            sign_up(coming, f"王芳{number}")
            make_rule(worker, community, name=f"规则{number}")
        if number:
            with django_assert_num_queries(32):
                client.get("/")
