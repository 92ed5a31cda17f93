"""The activity list: which filters leave what, pages by time, and how few queries it takes."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from activities.filters import filter_activities, in_phase, last_month, list_chips, this_month, this_quarter, this_week
from activities.forms.filters import ActivityFilter
from activities.models import Activity, Outsider, Programme, Theme
from activities.paging import read_place, write_place

URL = "/activities/"
HOUR = timedelta(hours=1)


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def held(register, community, worker):
    """Makes a held activity of the community."""
    return lambda title, **fields: register.activity(community, worker, title=title, **fields)


def titles(user, query=""):
    """What the list shows for a query, newest first."""
    form = ActivityFilter(QueryDict(query), by=user)
    assert form.is_valid(), form.errors
    return [activity.title for activity in filter_activities(user, form.cleaned_data).for_list()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["法律", "健康"]),
        ("q=康", ["健康"]),
        ("q=％", []),
        ("category=sports", []),
        ("category=visit", ["走访"]),
        ("category=all", ["走访", "法律", "健康"]),
        ("since=2026-03-02", ["法律"]),
        ("until=2026-03-01", ["健康"]),
        ("since=2026-03-01&until=2026-03-02", ["法律", "健康"]),
        ("origin=assigned", ["法律"]),
        ("mode=online", ["健康"]),
    ],
)
def test_filters_leave_what_they_say(held, worker, query, found):
    held("健康", day=date(2026, 3, 1), mode="online")
    held("法律", day=date(2026, 3, 2), kind="法律讲堂", origin="assigned")
    held("走访", day=date(2026, 3, 3), kind="入户走访")
    assert titles(worker, query) == found


def test_filters_by_catalogue(held, worker):
    theme, programme = Theme.objects.get(name="法治"), Programme.objects.get(name="五进社区")
    one = held("一", theme=theme)
    held("二").programmes.add(programme)
    assert titles(worker, f"theme={theme.pk}") == titles(worker, f"theme={theme.pk}&kind={one.kind_id}") == ["一"]
    assert titles(worker, f"programmes={programme.pk}") == ["二"]


def test_responsible_is_who_leads_else_who_recorded(held, worker, make_user, community):
    colleague = make_user("colleague", "worker", community)
    held("我记的")
    held("同事负责", responsible=colleague)
    assert titles(worker, f"responsible={worker.pk}") == ["我记的"]
    assert titles(worker, f"responsible={colleague.pk}") == ["同事负责"]


def test_street_filters_by_community(register, community, neighbour_community, worker, street_officer):
    for place in (community, neighbour_community):
        register.activity(place, worker, title=place.name)
    assert len(titles(street_officer)) == 2
    assert titles(street_officer, f"community={community.pk}") == [community.name]


def make_every_phase(held, worker, now):
    """Activities in every phase there is, and on both sides of what tells them apart."""
    times = [(now - 3 * HOUR, now - HOUR), (now - HOUR, now + HOUR), (now + HOUR, now + 3 * HOUR), (now - HOUR, now)]
    windows = [(None, None), (now - 2 * HOUR, now + HOUR), (now - 2 * HOUR, now), (now + HOUR / 2, now + HOUR)]
    done = {"reported_at": now, "reported_by": worker}
    facts = [
        {"status": "planned"},
        {"status": "published"},
        {"status": "held", "reported_at": None},
        {"status": "held", **done},
        {"status": "held", **done, "verified_at": now, "verified_by": worker},
        {"status": "held", **done, "returned_at": now, "return_reason": "x"},
        {"status": "cancelled", "cancel_reason": "x"},
        {"status": "cancelled", "cancel_reason": "x", **done, "verified_at": now, "verified_by": worker},
    ]
    for fact in facts:
        for starts_at, ends_at in times:
            for opens, closes in windows:
                window = {"sign_up_opens_at": opens, "sign_up_closes_at": closes}
                held("x", starts_at=starts_at, ends_at=ends_at, **window, **fact)


def test_phase_as_a_filter_agrees_with_phase_of_a_row(held, worker):
    now = timezone.now()
    make_every_phase(held, worker, now)
    everything = list(Activity.objects.all())
    assert {activity.find_phase(now) for activity in everything} == set(Activity.Phase)
    for phase in Activity.Phase:
        found = set(Activity.objects.filter(in_phase(phase, now)).values_list("pk", flat=True))
        assert found == {activity.pk for activity in everything if activity.find_phase(now) == phase}, phase


def test_pages_hold_every_activity_once_in_order(page, held, monkeypatch):
    monkeypatch.setattr("activities.views.lists.PAGE", 3)
    moment = timezone.now()
    made = [held(f"第{number}", starts_at=moment - (number // 4) * HOUR, ends_at=moment + HOUR) for number in range(10)]
    shown, url = [], URL
    while url:
        context = page.get(url).context
        shown += [activity.pk for activity in context["activities"]]
        url = URL + context["page"].next_url if context["page"].next_url else None
    assert shown == [a.pk for a in sorted(made, key=lambda a: (a.starts_at, a.pk), reverse=True)]


@pytest.mark.parametrize("text", ["", "x", "1", "1.", ".1", "1.x", "².1", f"{'9' * 40}.1", f"1.{'9' * 40}"])
def test_place_that_is_none_begins_at_the_beginning(text):
    assert read_place(text) is None


def test_place_keeps_the_microsecond(held):
    activity = held("x", starts_at=timezone.now().replace(microsecond=123457))
    assert read_place(write_place(activity)) == (activity.starts_at, activity.pk)


def test_filters_survive_paging_and_export(page, held, monkeypatch):
    monkeypatch.setattr("activities.views.lists.PAGE", 1)
    for _number in range(2):
        held("健康", mode="online")
    response = page.get(URL, {"mode": "online", "q": "健"})
    text = response.content.decode()
    assert "mode=online" in response.context["page"].next_url
    assert "/activities/export/?mode=online&amp;q=%E5%81%A5&amp;format=xlsx" in text


def test_row_tells_named_from_unnamed(page, held, resident, register, community, worker):
    activity = register.activity(community, worker, resident, unnamed_count=3)
    Outsider.objects.create(activity=activity, name="外人")
    text = page.get(URL).content.decode()
    assert all(words in text for words in ("5 人次", "实名 2", "未登记 3"))


def test_period_that_ends_before_it_begins_is_named(page, held):
    held("健康")
    text = page.get(URL, {"since": "2026-03-02", "until": "2026-03-01"}).content.decode()
    assert "结束日期不能早于开始日期" in text
    assert 'value="2026-03-02"' in text


def test_nothing_found_offers_to_drop_the_filters(page, held):
    held("健康")
    assert "取消筛选" in page.get(URL, {"q": "没有这个"}).content.decode()


def test_htmx_gets_the_results_alone(page, held):
    held("健康讲座一")
    text = page.get(URL, headers={"HX-Request": "true"}).content.decode()
    assert "健康讲座一" in text
    assert "<html" not in text


def test_district_reads_the_list(client, district_officer, held):
    held("健康讲座一")
    client.force_login(district_officer)
    text = client.get(URL).content.decode()
    assert "健康讲座一" in text
    assert "记一次活动" not in text


def test_periods_of_chips():
    day = date(2026, 11, 22)
    assert this_week(day) == (date(2026, 11, 16), date(2026, 11, 22))
    assert this_month(day) == (date(2026, 11, 1), date(2026, 11, 30))
    assert last_month(date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert this_quarter(day) == (date(2026, 10, 1), date(2026, 12, 31))


def test_chip_keeps_other_filters_and_shows_which_is_chosen():
    chips = list_chips(QueryDict("q=a&after=1.1&since=2026-11-01&until=2026-11-30"), date(2026, 11, 22))
    assert [chip.is_chosen for chip in chips] == [False, False, True, False, False]
    assert chips[0].url == "?q=a"


def test_query_count_does_not_grow_with_rows(page, held, register, community, worker, grids, django_assert_num_queries):
    def fill(number):
        for _number in range(number):
            register.activity(community, worker, register.resident(grids[0]), responsible=worker)

    fill(1)
    with django_assert_num_queries(LIST_QUERIES):
        page.get(URL)
    fill(8)
    with django_assert_num_queries(LIST_QUERIES):
        page.get(URL)


LIST_QUERIES = 8  # session, user with community; kinds, themes, programmes, workers; count, page
