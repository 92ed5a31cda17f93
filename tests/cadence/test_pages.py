"""The pages of cadence: rules made and changed, slots noted, communities side by side."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import ActivityKind, Theme
from cadence.models import CadenceNote, CadenceRule
from cadence.presets import PRESETS
from cadence.slots import find_span
from communities.models import Community

NEW = "/cadence/rules/new/"
TODAY = timezone.localdate()
LAST_WEEK = find_span("week", TODAY - timedelta(days=7))


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def office(client, street_officer):
    client.force_login(street_officer)
    return client


def filled(**changes):
    """What the browser sends for a weekly rule."""
    data = {"name": "每周小活动", "every": "week", "per": "community", "times": "1", "grace_days": "7"}
    return data | {"starts_on": "2026-01-01", "min_people": "", **changes}


def note_url(rule, start=LAST_WEEK.start, **query):
    """The address of a slot, last week's unless told."""
    return reverse("cadence:note", args=[rule.pk, rule.community_id, start.isoformat()], query=query or None)


# --- Rules


def test_worker_makes_a_rule_of_the_own_community(page, community, worker):
    theme, kind = Theme.objects.first(), ActivityKind.objects.first()
    page.post(NEW, filled(themes=[theme.pk], kinds=[kind.pk]))
    rule = CadenceRule.objects.get()
    assert (rule.community, rule.street, rule.created_by) == (community, None, worker)
    assert (rule.themes.get(), rule.kinds.get()) == (theme, kind)
    assert AuditEvent.objects.filter(action="cadence_rule.add", object_id=str(rule.pk)).exists()


def test_street_makes_a_rule_for_all_its_communities(office, street):
    office.post(NEW, filled())
    rule = CadenceRule.objects.get()
    assert (rule.community, rule.street) == (None, street)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "这个字段是必填项"),
        ({"every": "day"}, "请选择星期几"),
        ({"times": "0"}, "大于或等于"),
        ({"ends_on": "2025-12-31"}, "结束日期不能早于开始日期"),
        ({"starts_on": "2026-02-30"}, "输入一个有效的日期"),
        ({"name": "维稳"}, "不登记"),
        ({"every": "sometimes"}, "选择一个有效的选项"),
    ],
)
def test_bad_rule_says_where_and_keeps_what_was_typed(page, changes, words):
    text = page.post(NEW, filled(min_people="77", **changes)).content.decode()
    assert words in text
    assert 'value="77"' in text
    assert not CadenceRule.objects.exists()


def test_weekdays_are_kept_for_rules_of_days_only(page):
    page.post(NEW, filled(weekdays=["3"]))
    page.post(NEW, filled(every="day", weekdays=["1", "3"], name="周一周三"))
    found = dict(CadenceRule.objects.values_list("name", "weekdays"))
    assert found == {"每周小活动": [], "周一周三": [1, 3]}


@pytest.mark.parametrize("code", PRESETS)
def test_preset_fills_in_a_form_that_can_be_sent_as_it_is(page, code):
    form = page.get(NEW, {"preset": code}).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data |= {"starts_on": "2026-01-01", "ends_on": "", "kinds": data["kinds"] or []}
    response = page.post(NEW, {name: value for name, value in data.items() if value is not None})
    assert response.status_code == 302
    rule = CadenceRule.objects.get()
    assert [kind.name for kind in rule.kinds.all()] == list(PRESETS[code].kinds)


def test_worker_sees_the_rules_of_the_street_and_cannot_change_them(page, make_rule, street):
    rule = make_rule(street=street, name="街道的")
    assert "街道的" in page.get("/cadence/rules/").content.decode()
    assert page.post(reverse("cadence:rule-edit", args=[rule.pk]), filled()).status_code == 403
    rule.refresh_from_db()
    assert rule.name == "街道的"


def test_own_rule_is_changed(page, make_rule):
    rule = make_rule(themes=("法治",))
    page.post(reverse("cadence:rule-edit", args=[rule.pk]), filled(name="改了", times="2"))
    rule.refresh_from_db()
    assert (rule.name, rule.times, rule.themes.count()) == ("改了", 2, 0)


def test_slots_of_a_rule_stay_once_something_was_said_about_one(page, make_rule, community, worker):
    rule = make_rule()
    CadenceNote.objects.create(
        rule=rule, community=community, slot_start=LAST_WEEK.start, kind="exempt", reason="停电", by=worker
    )
    page.post(reverse("cadence:rule-edit", args=[rule.pk]), filled(every="month", name="改了"))
    rule.refresh_from_db()
    assert (rule.name, rule.every) == ("改了", "week")


def test_rule_keeps_a_theme_that_is_closed_by_now(page, make_rule):
    rule = make_rule(themes=("法治",))
    Theme.objects.update(is_active=False)
    theme = rule.themes.get()
    page.post(reverse("cadence:rule-edit", args=[rule.pk]), filled(themes=[theme.pk]))
    assert list(rule.themes.all()) == [theme]


# --- Slots


def test_missed_slot_becomes_exempt_with_a_reason(page, make_rule, community, worker):
    rule = make_rule()
    refused = page.post(note_url(rule), {"kind": "exempt", "reason": ""}).content.decode()
    assert "请写明为什么可以免做" in refused
    page.post(note_url(rule), {"kind": "exempt", "reason": "春节放假"})
    note = CadenceNote.objects.get()
    assert (note.reason, note.slot_start, note.by) == ("春节放假", LAST_WEEK.start, worker)
    assert AuditEvent.objects.filter(action="cadence_note.exempt", area_code=community.code).exists()


def test_missed_slot_is_made_up_by_a_later_activity(page, make_rule, register, community, worker):
    rule = make_rule()
    activity = register.activity(community, worker, day=TODAY)
    page.post(note_url(rule), {"kind": "made_up", "activity": activity.pk})
    assert CadenceNote.objects.get().activity == activity
    assert "补做" in page.get("/cadence/").content.decode()


def test_activity_that_does_not_fit_cannot_make_up(page, make_rule, register, community, worker):
    rule = make_rule(kinds=("义诊",))
    fitting = register.activity(community, worker, day=TODAY, kind="义诊")
    other = register.activity(community, worker, day=TODAY)
    response = page.post(note_url(rule), {"kind": "made_up", "activity": other.pk})
    assert "选择一个有效的选项" in response.content.decode()
    assert fitting.title in response.content.decode()
    assert not CadenceNote.objects.exists()


def test_activity_makes_up_for_one_slot_only(page, make_rule, register, community, worker):
    rule = make_rule(grace_days=30)
    activity = register.activity(community, worker, day=TODAY)
    page.post(note_url(rule), {"kind": "made_up", "activity": activity.pk})
    before = LAST_WEEK.start - timedelta(days=7)
    response = page.post(note_url(rule, before), {"kind": "made_up", "activity": activity.pk})
    assert "已经登记为补做" in response.content.decode()
    assert CadenceNote.objects.count() == 1


def test_one_activity_does_not_make_up_for_two(page, make_rule, register, community, worker):
    rule = make_rule(times=2)
    activity = register.activity(community, worker, day=TODAY)
    response = page.post(note_url(rule), {"kind": "made_up", "activity": activity.pk})
    assert "还差 2 场" in response.content.decode()
    assert not CadenceNote.objects.exists()


def test_note_is_taken_back(page, make_rule):
    rule = make_rule()
    page.post(note_url(rule), {"kind": "exempt", "reason": "停电"})
    page.post(f"{note_url(rule)}remove/")
    assert not CadenceNote.objects.exists()
    assert AuditEvent.objects.filter(action="cadence_note.remove").exists()


def test_slot_of_a_grid_is_noted_for_the_grid(page, make_rule, grids):
    rule = make_rule(per="grid")
    page.post(note_url(rule, grid=grids[1].pk), {"kind": "exempt", "reason": "停电"})
    assert CadenceNote.objects.get().grid == grids[1]
    assert page.get(note_url(rule)).status_code == 404


@pytest.mark.parametrize("start", ["x", "2026-02-30", "9999-12-27", "0001-01-01", "2019-12-30", "20261116", "²"])
def test_slot_that_is_none_is_not_found(page, make_rule, start):
    rule = make_rule(starts_on=date(2020, 1, 1))
    assert page.get(f"/cadence/{rule.pk}/{rule.community_id}/{start}/").status_code in (200, 404)
    assert (page.get(note_url(rule, LAST_WEEK.start + timedelta(days=1))).status_code, start != "") == (404, True)


def test_community_page_query_count_does_not_grow(
    page, make_rule, register, community, worker, django_assert_num_queries
):
    make_rule(per="grid", themes=("法治",), name="网格")
    for _ in range(2):
        register.activity(community, worker, day=TODAY)
        with django_assert_num_queries(9):
            page.get("/cadence/")
        for number in range(5):
            make_rule("month", name=f"规则{number}")


def test_community_without_rules_is_told_what_to_do(page):
    assert "建立规则" in page.get("/cadence/").content.decode()


def test_street_compares_communities(office, make_rule, register, street, community, neighbour_community, worker):
    make_rule("day", street=street, weekdays=[1, 2, 3, 4, 5, 6, 7], starts_on=date(2020, 1, 1))
    register.activity(community, worker, day=TODAY)
    rows = office.get("/cadence/", {"span": "year"}).context["tables"][0].rows
    assert [row.community for row in rows] == [community, neighbour_community]
    assert [row.total.on_time for row in rows] == [1, 0]


def test_street_opens_a_community_and_its_page_offers_no_log(office, make_rule, community):
    make_rule()
    text = office.get("/cadence/", {"community": community.pk}).content.decode()
    assert "规则" in text
    assert "去记" not in text


def test_district_reads_and_does_not_note(client, district_officer, make_rule, community, foreign_community):
    rule = make_rule()
    client.force_login(district_officer)
    assert len(client.get("/cadence/").context["tables"]) == 2
    assert client.get(note_url(rule)).status_code == 403


def test_street_page_query_count_does_not_grow(office, make_rule, street, community, django_assert_num_queries):
    make_rule(street=street, per="grid")
    for number in range(2):
        with django_assert_num_queries(7):
            office.get("/cadence/")
        Community.objects.create(code=f"{street.code}77{number}", name="新社区", street=street)
        make_rule("month", street=street)
