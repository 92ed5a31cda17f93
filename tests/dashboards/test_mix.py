"""What is held: kinds beside the period before, days and times of day, and the lists that days open."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import ActivityKind, Outsider
from communities.models import Community
from dashboards.mix.days import Days, Held, begin_months, draw_days, find_limits, name_shades, read_days
from dashboards.mix.page import list_tables, read
from dashboards.mix.shares import round_up
from indicators.areas import AreaRef
from indicators.periods import Period, kept_periods
from tests.dashboards.asking import ask, refresh


def at(hour: int, day: date | None = None) -> datetime:
    day = day or timezone.localdate()
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


@pytest.fixture
def hold(register, worker, community):
    """Hold an activity of the community."""
    return lambda *people, **fields: register.activity(fields.pop("community", community), worker, *people, **fields)


def test_kinds_are_counted_beside_the_period_before(hold, register, grids, community, worker):
    people = [register.resident(grids[0]) for _ in range(3)]
    hold(*people, unnamed_count=7)
    hold(unnamed_count=4)
    hold(kind="节日活动")
    hold(day=Period.containing(timezone.localdate(), "quarter").previous().start)
    refresh()
    kinds = [
        (one.name, one.held, one.before, one.heads, one.percent, one.each) for one in read(ask(worker, community)).kinds
    ]
    assert kinds == [("健康讲座", 2, 1, 14, 66.7, 7.0), ("节日活动", 1, 0, 0, 33.3, 0.0)]


def test_theme_origin_and_mode_are_told_apart(hold, community, worker):
    hold(origin="assigned", mode="online")
    hold(mode="hybrid")
    hold(mode="hybrid")
    refresh()
    content = read(ask(worker, community))
    assert [(one.name, one.held) for one in content.themes] == [("没有填主题", 3)]
    assert [(one.name, one.held) for one in content.origins] == [("社区自选", 2), ("上级布置", 1)]
    assert [(one.name, one.held) for one in content.modes] == [("线上线下结合", 2), ("线上", 1)]


def test_kind_held_only_before_is_still_listed(hold, community, worker):
    hold(day=Period.containing(timezone.localdate(), "quarter").previous().start)
    refresh()
    content = read(ask(worker, community))
    assert [(one.held, one.before, one.percent, one.each) for one in content.kinds] == [(0, 1, None, None)]


def test_period_before_that_is_not_kept_is_not_called_empty(hold, community, worker, settings):
    oldest = [one for one in kept_periods(timezone.localdate(), settings.CELL_MONTHS) if one.kind == "month"][-1]
    hold(day=oldest.start)
    refresh()
    content = read(ask(worker, community, oldest))
    assert (content.before, [one.before for one in content.kinds]) == (None, [None])


def test_home_visits_and_what_was_not_held_are_left_out(hold, community, neighbour_community, worker):
    hold(kind=ActivityKind.objects.filter(category="visit").first().name)
    hold(status="cancelled", cancel_reason="下雨")
    hold(status="published", starts_at=timezone.now() + timedelta(days=1))
    hold(community=neighbour_community)
    refresh()
    content = read(ask(worker, community))
    assert (content.kinds, content.days.slots) == ([], {})


def test_day_counts_each_activity_and_head_once(hold, register, grids, community, worker):
    activity = hold(*[register.resident(grids[0]) for _ in range(3)], unnamed_count=5)
    for number in range(2):
        Outsider.objects.create(activity=activity, name=f"客人{number}")
    hold(unnamed_count=1)
    days = read_days(AreaRef.to(community), timezone.localdate())
    assert days.by_day == {timezone.localdate(): Held(2, 11)}


@pytest.mark.parametrize(
    ("hour", "slot"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening")]
)
def test_time_of_day_is_that_on_the_clock_of_the_place(hold, community, hour, slot):
    hold(starts_at=at(hour))
    assert list(read_days(AreaRef.to(community), timezone.localdate()).slots) == [(timezone.localdate(), slot)]


def test_weekdays_by_parts_of_the_day_add_up(hold, community, worker):
    for hour in (9, 10, 15, 20):
        hold(starts_at=at(hour), unnamed_count=2)
    times = next(table for table in list_tables(read(ask(worker, community))) if table.code == "times")
    today = times.rows[timezone.localdate().weekday()]
    assert list(today[1:]) == [2, 1, 1, 4, 8]
    assert sum(row[4] for row in times.rows) == 4


def test_year_ends_with_the_period(hold, community, worker):
    before = Period.containing(timezone.localdate(), "quarter").previous()
    hold()
    hold(day=before.end - timedelta(days=1))
    days = read(ask(worker, community, before)).days
    assert (days.last, list(days.by_day)) == (before.end - timedelta(days=1), [before.end - timedelta(days=1)])


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (date(2026, 11, 22), date(2025, 12, 1)),
        (date(2026, 12, 31), date(2026, 1, 1)),
        (date(2024, 2, 29), date(2023, 3, 1)),
    ],
)
def test_year_begins_with_a_month(last, first):
    assert begin_months(last) == first


def test_calendar_has_a_square_for_each_day_below_its_weekday():
    days = Days(date(2025, 12, 1), date(2026, 11, 22), {(date(2026, 11, 22), "morning"): Held(3, 40)})
    data = draw_days(days, "held", "", "").data
    assert [cell[4] for cell in data["cells"]] == [
        (date(2025, 12, 1) + timedelta(days=number)).isoformat() for number in range(357)
    ]
    assert data["cells"][-1] == [50, 6, 3, "3 场 · 40 人次", "2026-11-22"]
    assert (len(data["columns"]), [name for name in data["columns"] if name][:3]) == (51, ["12 月", "1 月", "2 月"])


def test_calendar_may_be_coloured_by_heads():
    days = Days(date(2026, 11, 1), date(2026, 11, 2), {(date(2026, 11, 2), "morning"): Held(3, 40)})
    assert [cell[2] for cell in draw_days(days, "heads", "", "").data["cells"]] == [0, 40]


@pytest.mark.parametrize(
    ("numbers", "limits", "words"),
    [
        ([], [1], ["0 场", "1 场"]),
        ([1, 1, 1], [1], ["0 场", "1 场"]),
        ([1, 2, 3, 9], [1, 2, 3, 9], ["0 场", "1 场", "2 场", "3–8 场", "9 场"]),
        ([5, 0], [1, 5], ["0 场", "1–4 场", "5 场"]),
    ],
)
def test_shades_say_what_they_mean(numbers, limits, words):
    assert find_limits(numbers) == limits
    assert name_shades(limits, max(numbers, default=0), "held") == words


@pytest.mark.parametrize(("number", "end"), [(1, 5), (5, 5), (7, 10), (37, 40), (130, 150), (1201, 1500)])
def test_axis_ends_at_a_round_number(number, end):
    assert round_up(number) == end


@pytest.mark.parametrize(
    ("who", "where", "is_linked"),
    [
        ("worker", "community", True),
        ("street_officer", "street", True),
        ("street_officer", "community", True),
        ("district_officer", "district", True),
        ("district_officer", "street", False),
        ("admin", "street", False),
    ],
)
def test_day_opens_its_list_where_there_is_one_of_just_this_area(
    hold, request, who, where, is_linked, neighbour_community, client
):
    reader, area = request.getfixturevalue(who), request.getfixturevalue(where)
    hold()
    hold(community=neighbour_community)
    hold(day=timezone.localdate() - timedelta(days=1))
    table = next(table for table in list_tables(read(ask(reader, area))) if table.code == "days")
    assert bool(table.urls[0]) == is_linked
    if is_linked:
        client.force_login(reader)
        assert client.get(table.urls[0]).context["count"] == table.rows[0][2]


def test_abolished_community_has_no_list_above(hold, street_officer, community):
    hold()
    Community.objects.filter(pk=community.pk).update(valid_to=timezone.localdate())
    assert read(ask(street_officer, community)).link == ""


def test_mix_takes_as_many_queries_however_much_was_held(hold, community, worker, django_assert_num_queries):
    hold()
    refresh()
    with django_assert_num_queries(6):
        read(ask(worker, community))
    for kind in ("节日活动", "时政宣讲", "健康讲座"):
        hold(kind=kind, unnamed_count=3)
    refresh()
    with django_assert_num_queries(6):
        read(ask(worker, community))


@pytest.mark.parametrize("who", ["worker", "street_officer", "district_officer", "admin"])
def test_page_is_shown_with_its_tables(client, hold, request, who, community):
    hold(unnamed_count=12)
    refresh()
    client.force_login(request.getfixturevalue(who))
    text = client.get(reverse("dashboards:page", args=[community.code, "mix"]), {"by": "heads"}).content.decode()
    for words in ("共 1 场，12 人次；不含走访", "各个主题", "谁提出的", 'data-n="共 12 人次"', "一周里什么时候办活动"):
        assert words in text


def test_empty_period_says_so(client, worker, community):
    client.force_login(worker)
    text = client.get(reverse("dashboards:page", args=[community.code, "mix"])).content.decode()
    assert "还没有记录活动" in text
    assert "这一年还没有记录活动" in text


def test_nonsense_is_not_found(client, worker, community):
    client.force_login(worker)
    assert client.get(reverse("dashboards:page", args=[community.code, "mix"]), {"by": "x"}).status_code == 404
