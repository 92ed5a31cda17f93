"""Series: which days they mean, planning them once, and the pages of templates."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities import series
from activities.models import Activity, ActivityKind, ActivityTemplate
from activities.tasks import plan_series_ahead
from communities.models import Venue

NOW = datetime(2026, 9, 2, 8)  # a Wednesday


@pytest.fixture(autouse=True)
def early_september():
    with time_machine.travel(timezone.make_aware(NOW), tick=False):
        yield


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def hall(community):
    return Venue.objects.create(community=community, name="活动室", capacity=40)


@pytest.fixture
def make_template(community, worker):
    def make(**fields) -> ActivityTemplate:
        kind = ActivityKind.objects.get(name="健康讲座")
        common = {"community": community, "kind": kind, "created_by": worker, "name": "周三合唱", "title": "合唱"}
        times = {"starts_at": time(14), "minutes": 60, "recurrence": "weekly", "weekdays": [3]}
        return ActivityTemplate.objects.create(**{**common, **times, **fields})

    return make


def days_of(template: ActivityTemplate, first: str, last: str) -> list[str]:
    """Days of a series as texts without the year."""
    return [f"{day:%m-%d}" for day in series.find_days(template, date.fromisoformat(first), date.fromisoformat(last))]


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"weekdays": [3]}, ["09-02", "09-09", "09-16", "09-23", "09-30"]),
        ({"weekdays": [6, 7], "until": date(2026, 9, 12)}, ["09-05", "09-06", "09-12"]),
        ({"weekdays": [3], "since": date(2026, 9, 17)}, ["09-23", "09-30"]),
        ({"recurrence": "month_days", "month_days": [6, 16, 26]}, ["09-06", "09-16", "09-26"]),
        ({"recurrence": "month_days", "month_days": [31]}, []),
        ({"recurrence": "festival", "festival": "mid_autumn"}, ["09-25"]),
        ({"recurrence": "festival", "festival": "mid_autumn", "days_before": 2}, ["09-23"]),
        ({"recurrence": "festival", "festival": "national", "days_before": 3}, ["09-28"]),
        ({"recurrence": "festival", "festival": "national", "days_before": 9, "since": date.max}, []),
        ({"weekdays": [3], "until": date.min}, []),
        ({"recurrence": "none", "weekdays": []}, []),
    ],
)
def test_days_of_a_series(make_template, fields, days):
    assert days_of(make_template(**fields), "2026-09-01", "2026-09-30") == days


def test_coming_weeks_are_planned_as_the_template_says(make_template, worker, hall, grids):
    template = make_template(venue=hall, capacity=20, is_public=True, sign_up_days=5, responsible=worker)
    template.target_grids.add(grids[0])
    series.plan_series(template, by=worker)
    activities = Activity.objects.order_by("starts_at")
    assert [f"{activity.held_on:%m-%d}" for activity in activities] == ["09-02", "09-09", "09-16", "09-23", "09-30"]
    first = activities[0]
    assert (first.status, first.title, first.venue, first.responsible) == ("planned", "合唱", hall, worker)
    assert timezone.localtime(first.starts_at).hour == 14
    assert first.ends_at - first.starts_at == timedelta(hours=1)
    assert first.sign_up_opens_at == first.starts_at - timedelta(days=5)
    assert list(first.target_grids.all()) == [grids[0]]


def test_slot_of_today_that_is_past_is_not_planned(make_template, worker):
    series.plan_series(make_template(starts_at=time(7)), by=worker)
    assert not Activity.objects.filter(slot_date=NOW.date()).exists()
    assert Activity.objects.filter(slot_date=NOW.date() + timedelta(days=7)).exists()


def test_festivals_are_planned_longer_ahead(make_template, worker):
    series.plan_series(make_template(recurrence="festival", festival="chongyang", days_before=1), by=worker)
    assert [f"{activity.held_on}" for activity in Activity.objects.all()] == ["2026-10-17"]


def test_planning_twice_plans_nothing_twice(make_template, worker):
    template = make_template()
    first, second = (series.plan_series(template, by=worker) for _ in range(2))
    assert [slot.is_new for slot in first] == [True] * 5
    assert [slot.is_new for slot in second] == [False] * 5
    assert Activity.objects.count() == 5


def test_cancelled_and_moved_slots_do_not_come_back(make_template, worker):
    template = make_template()
    series.plan_series(template, by=worker)
    cancelled, moved = Activity.objects.order_by("starts_at")[1:3]
    Activity.objects.filter(pk=cancelled.pk).update(status="cancelled", cancel_reason="下雨")
    day = timedelta(days=1)
    Activity.objects.filter(pk=moved.pk).update(starts_at=moved.starts_at + day, ends_at=moved.ends_at + day)
    series.plan_series(template, by=worker)
    assert Activity.objects.count() == 5


def test_taken_venue_is_skipped_and_said(make_template, worker, community, register, hall):
    taken = timezone.make_aware(datetime(2026, 9, 9, 14, 30))
    register.activity(community, worker, starts_at=taken, title="棋牌赛", venue=hall, status="planned")
    slots = series.plan_series(make_template(venue=hall), by=worker)
    assert [bool(slot.activity) for slot in slots] == [True, False, True, True, True]
    assert "已安排“棋牌赛”" in slots[1].trouble


def test_skipped_slot_is_planned_once_the_venue_is_free(make_template, worker, community, register, hall):
    taken = timezone.make_aware(datetime(2026, 9, 9, 14, 30))
    other = register.activity(community, worker, starts_at=taken, venue=hall, status="planned")
    template = make_template(venue=hall)
    series.plan_series(template, by=worker)
    Activity.objects.filter(pk=other.pk).update(status="cancelled", cancel_reason="下雨")
    series.plan_series(template, by=worker)
    assert template.activities.count() == 5


def test_kind_out_of_use_is_not_planned(make_template, worker):
    template = make_template()
    ActivityKind.objects.filter(pk=template.kind_id).update(is_active=False)
    assert "已停用" in series.plan_series(template, by=worker)[0].trouble
    assert not Activity.objects.exists()


def test_responsible_person_who_left_is_not_taken_over(make_template, worker, make_user, community):
    gone = make_user("gone", "worker", community, is_active=False)
    series.plan_series(make_template(responsible=gone), by=worker)
    assert Activity.objects.filter(responsible=None).count() == 5


def test_activity_planned_by_hand_stands_for_its_slot(page, make_template, worker):
    template = make_template()
    url = f"{reverse('activities:plan')}?template={template.pk}"
    form = page.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}
    data |= {"starts_at": "2026-09-09T15:00", "ends_at": "", "place": "广场"}
    data |= {"quotas-TOTAL_FORMS": "0", "quotas-INITIAL_FORMS": "0"}
    page.post(url, data)
    assert Activity.objects.get().slot_date == date(2026, 9, 9)
    series.plan_series(template, by=worker)
    assert Activity.objects.filter(held_on="2026-09-09").count() == 1


def test_using_a_template_proposes_the_next_free_day(page, make_template, worker):
    template = make_template(minutes=45)
    url = f"{reverse('activities:plan')}?template={template.pk}"
    assert f"{page.get(url).context['form']['starts_at'].value():%m-%d %H:%M}" == "09-02 14:00"
    series.plan_series(template, by=worker)
    Activity.objects.filter(slot_date="2026-09-16").delete()
    form = page.get(url).context["form"]
    assert f"{form['starts_at'].value():%m-%d %H:%M}" == "09-16 14:00"
    assert f"{form['ends_at'].value():%H:%M}" == "14:45"


def test_daily_task_plans_every_series_in_use(make_template, worker):
    make_template()
    make_template(name="停用", is_active=False)
    make_template(name="一次", recurrence="none")
    plan_series_ahead()
    plan_series_ahead()
    assert Activity.objects.count() == 5
    assert set(Activity.objects.values_list("recorded_by", flat=True)) == {worker.pk}


def test_button_plans_ones_own_series_and_says_what_was_skipped(page, make_template, outsider, hall, register, worker):
    kind = ActivityKind.objects.get(name="健康讲座")
    make_template(venue=hall)
    make_template(name="别处", community=outsider.community, created_by=outsider, kind=kind)
    taken = timezone.make_aware(datetime(2026, 9, 9, 14, 30))
    register.activity(worker.community, worker, starts_at=taken, title="棋牌赛", venue=hall, status="planned")
    text = page.post(reverse("activities:template-plan"), follow=True).content.decode()
    assert "新排了 4 场活动" in text
    assert "09-09 的“周三合唱”没有排" in text
    assert not Activity.objects.filter(community=outsider.community).exists()


def test_list_shows_the_coming_days(page, make_template, worker, hall, register):
    taken = timezone.make_aware(datetime(2026, 9, 9, 14, 30))
    register.activity(worker.community, worker, starts_at=taken, title="棋牌赛", venue=hall, status="planned")
    make_template(venue=hall)
    text = page.get(reverse("activities:templates")).content.decode()
    assert text.count("还没有排") == 4
    assert "已安排“棋牌赛”" in text


def test_list_takes_the_same_number_of_queries_for_many_templates(
    page, make_template, worker, hall, django_assert_num_queries
):
    for number in range(2):
        for row in range(4):
            make_template(name=f"{number}-{row}", venue=hall, starts_at=time(8 + number * 4 + row))
        plan_series_ahead()
        with django_assert_num_queries(6):
            page.get(reverse("activities:templates"))


def filled(**changes) -> dict:
    """What the browser sends for the shortest sensible template."""
    kind = ActivityKind.objects.get(name="健康讲座").pk
    data = {"name": "逢六议事", "kind": kind, "starts_at": "09:00", "minutes": "60", "place": "广场"}
    return data | {"mode": "in_person", "origin": "own", "recurrence": "none"} | changes


@pytest.mark.parametrize("text", ["6、16、26", "6,16,26", "26日 16日 6日", "6；16；26；6"])
def test_month_days_are_read_as_people_write_them(page, text):
    page.post(reverse("activities:template-add"), filled(recurrence="month_days", month_days=text, weekdays=["1"]))
    template = ActivityTemplate.objects.get()
    assert (template.month_days, template.weekdays, template.title) == ([6, 16, 26], [], "健康讲座")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "这个字段是必填项"),
        ({"recurrence": "weekly"}, "请选好在哪些日子重复"),
        ({"recurrence": "month_days", "month_days": "32"}, "请写 1 到 31 的数字"),
        ({"recurrence": "month_days", "month_days": "逢六"}, "请写 1 到 31 的数字"),
        ({"recurrence": "festival"}, "请选好在哪些日子重复"),
        ({"recurrence": "weekly", "weekdays": ["9"]}, "选择一个有效的选项"),
        ({"since": "2026-09-10", "until": "2026-09-01"}, "结束的日子要晚于开始的日子"),
        ({"place": ""}, "请选一个场地，或者写明地点"),
    ],
)
def test_bad_template_says_where_and_keeps_what_was_typed(page, changes, words):
    text = page.post(reverse("activities:template-add"), filled(title="我写的名称") | changes).content.decode()
    assert words in text
    assert "我写的名称" in text
    assert not ActivityTemplate.objects.exists()


def test_second_template_of_one_name_is_refused(page, make_template):
    make_template(name="逢六议事")
    assert "本社区已有同名的模板" in page.post(reverse("activities:template-add"), filled()).content.decode()


def test_changed_template_leaves_what_is_planned(page, make_template, worker):
    template = make_template()
    series.plan_series(template, by=worker)
    page.post(reverse("activities:template-edit", args=[template.pk]), filled(name="改名", title="新名称"))
    template.refresh_from_db()
    assert (template.name, template.recurrence, template.weekdays) == ("改名", "none", [])
    assert set(Activity.objects.values_list("title", flat=True)) == {"合唱"}


def test_month_days_are_shown_again_as_written(page, make_template):
    template = make_template(recurrence="month_days", month_days=[6, 16, 26], weekdays=[])
    assert 'value="6、16、26"' in page.get(reverse("activities:template-edit", args=[template.pk])).content.decode()
