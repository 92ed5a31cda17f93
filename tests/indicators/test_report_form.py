"""The form of reported numbers: each check, nothing lost, sent twice, two people at once, corrections, the overview."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.roles import Role
from activities.versions import StaleError
from communities.models import Street
from dashboards.todo import list_tasks
from indicators.models import DirtyMark, FigureReport, ReportedFigure
from indicators.periods import Period
from indicators.reports.checks import CHECKED, find_conflicts, find_jumps, read_number, show_number
from indicators.reports.fields import FIELDS
from indicators.reports.reporting import Answers, read_last, submit_report
from tests.indicators.report_help import BEFORE, QUARTER, TODAY, make_report, noon

OVERVIEW = "/indicators/reports/"


@pytest.fixture(autouse=True)
def november(time_machine):
    time_machine.move_to(noon(), tick=False)


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


def url(community, period=QUARTER):
    """The address of a form."""
    return reverse("indicators:report", args=[community.code, period])


def sent(version=0, **numbers):
    """What the browser sends; numbers by code with _ for -."""
    data = {"version": version, "token": uuid4()}
    return data | {code.replace("_", "-"): value for code, value in numbers.items()}


def saved(community, period=QUARTER):
    """The numbers that are saved, by code."""
    figures = ReportedFigure.objects.filter(report__community=community, report__period=period)
    return {figure.indicator: str(show_number(figure.value)) for figure in figures}


def errors_of(answer):
    """The errors of a form that was refused."""
    return {name: " ".join(words) for name, words in answer.context["form"].errors.items()}


def test_numbers_are_saved_and_what_is_blank_is_not_reported(page, community):
    answer = page.post(url(community), sent(S2_002="12", S2_031="0", S3_19=""))
    assert answer.headers["Location"] == OVERVIEW
    assert saved(community) == {"S2-002": "12", "S2-031": "0"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234", "1234"), ("１２", "12"), (" 7 ", "7"), ("12.0", "12"), ("", None), ("　", None)],
)
def test_number_is_read_as_people_write_it(text, value):
    assert read_number(text, FIELDS["S3-19"]) == (Decimal(value) if value else None)


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("S2_002", "十二", "请填数字，不要带单位和文字。"),
        ("S2_002", "12人", "请填数字，不要带单位和文字。"),
        ("S2_002", "1e3", "请填数字，不要带单位和文字。"),
        ("S2_002", "1,23", "请填数字，不要带单位和文字。"),
        ("S2_002", "12²", "请填数字，不要带单位和文字。"),
        ("S2_002", "1.5", "请填整数。"),
        ("S2_002", "-1", "不能小于 0。"),
        ("S2_002", "501", "超过了 500，请核对是不是多打了一位。"),
        ("S2_002", "9" * 40, None),
    ],
)
def test_what_is_no_possible_number_is_refused_at_its_field(page, community, code, text, words):
    answer = page.post(url(community), sent(**{code: text}))
    (name,) = errors_of(answer)
    assert (name, saved(community)) == ("S2-002", {})
    assert words is None or errors_of(answer)[name] == words


def test_money_takes_cents_and_no_less(page, community):
    answer = page.post(url(community, "2025"), sent(S4_12_d="100.005"))
    assert errors_of(answer) == {"S4-12-d": "最多两位小数。"}
    page.post(url(community, "2025"), sent(S4_12_d="100.05"))
    assert saved(community, "2025") == {"S4-12-d": "100.05"}


@pytest.mark.parametrize(
    ("numbers", "is_wrong"),
    [
        ({"S2-102": 5, "S2-102-a": 3, "S2-102-b": 2}, False),
        ({"S2-102": 6, "S2-102-a": 3, "S2-102-b": 2}, True),
        ({"S2-102": 5, "S2-102-a": 3}, False),
        ({"S2-102": 2, "S2-102-a": 3}, True),
        ({"S2-102": 9}, False),
        ({"S2-102-a": 3, "S2-102-b": 2}, False),
        ({"S4-12": 11, "S4-12-d": 10}, True),
        ({"S4-12": 10, "S4-12-d": 10}, False),
    ],
)
def test_total_agrees_with_its_parts_and_a_part_with_its_whole(numbers, is_wrong):
    values = {code: Decimal(value) for code, value in numbers.items()}
    assert list(find_conflicts(values)) == (list(numbers)[:1] if is_wrong else [])


def test_wrong_total_is_refused_at_the_total(page, community):
    answer = page.post(url(community), sent(S2_102="6", S2_102_a="3", S2_102_b="2"))
    assert errors_of(answer) == {"S2-102": "和分项对不上：分项加起来是 5，这里填的是 6。"}


@pytest.mark.parametrize(
    ("last", "now", "jumps"),
    [(10, 30, True), (10, 29, False), (30, 10, True), (2, 7, False), (2, 8, True), (0, 5, False), (0, 6, True)],
)
def test_jump_is_three_times_and_more_than_a_little(last, now, jumps):
    assert bool(find_jumps({"S2-031": Decimal(now)}, {"S2-031": Decimal(last)})) is jumps


def test_jump_asks_for_a_word_and_keeps_what_was_typed(page, community, worker):
    make_report(community, worker, BEFORE, S2_031=2)
    answer = page.post(url(community), sent(S2_031="40", S2_002="9"))
    assert "上次是 2，这次是 40" in errors_of(answer)["S2-031"]
    page_text = answer.content.decode()
    assert ('value="40"' in page_text, 'value="9"' in page_text, "S2-031-why" in page_text) == (True, True, True)
    assert "S2-002-why" not in page_text
    assert saved(community) == {}


@pytest.mark.parametrize(
    ("word", "kept"), [({"S2-031-why": "律所派了一个组"}, "律所派了一个组"), ({"S2-031-sure": "on"}, CHECKED)]
)
def test_jump_with_a_word_is_saved_with_it(page, community, worker, word, kept):
    make_report(community, worker, BEFORE, S2_031=2)
    page.post(url(community), sent(S2_031="40") | word)
    assert ReportedFigure.objects.get(report__period=QUARTER).explanation == kept


def test_explanation_about_people_is_refused_and_kept_on_the_page(page, community, worker):
    make_report(community, worker, BEFORE, S2_031=2)
    answer = page.post(url(community), sent(S2_031="40") | {"S2-031-why": "来了几个上访户"})
    assert errors_of(answer) == {"S2-031-why": "请换个说法：只说明数字为什么变，不写到人。"}
    assert 'value="来了几个上访户"' in answer.content.decode()


def test_all_blank_is_refused(page, community):
    assert errors_of(page.post(url(community), sent())) == {"__all__": "请至少填一个数字。"}


def test_last_numbers_are_offered_and_never_saved_by_themselves(page, community, worker):
    make_report(community, worker, BEFORE, S2_031=2, S2_002=8)
    text = page.get(url(community)).content.decode()
    assert ('placeholder="8"' in text, 'data-value="8"' in text, ' value="8"' in text) == (True, True, False)
    page.post(url(community), sent(S2_031="2"))
    assert saved(community) == {"S2-031": "2"}


def test_last_number_is_the_latest_of_each_kind_before_the_period(community, neighbour_community, worker):
    make_report(community, worker, "2026-Q1", S2_002=5, S2_031=1)
    make_report(community, worker, BEFORE, S2_002=6)
    make_report(community, worker, QUARTER, S2_002=7)
    found = read_last([community, neighbour_community], Period.parse(QUARTER))
    assert found == {community.pk: {"S2-002": 6, "S2-031": 1}, neighbour_community.pk: {}}


def test_form_sent_twice_is_saved_once(page, community):
    data = sent(S2_002="12")
    page.post(url(community), data)
    page.post(url(community), data | {"S2-002": "13"})
    assert saved(community) == {"S2-002": "12"}
    assert AuditEvent.objects.filter(action__startswith="figure_report").count() == 1


def test_correction_sent_twice_is_saved_once(page, community, worker):
    make_report(community, worker, S2_002=9)
    data = sent(1, S2_002="12")
    answers = [page.post(url(community), data) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert FigureReport.objects.get(period=QUARTER).version == 2


def test_token_of_another_report_is_no_crash(page, community, worker):
    other = make_report(community, worker, BEFORE, S2_002=9)
    answer = page.post(url(community), sent(S2_002="12") | {"token": other.client_token})
    assert errors_of(answer) == {"__all__": "这张表单已经用过，请刷新页面后再填一次。"}


def test_correction_keeps_the_first_day_and_leaves_a_trail(page, community, worker):
    first = make_report(community, worker, S2_002=9, S2_031=1)
    page.post(url(community), sent(1, S2_002="10"))
    report = FigureReport.objects.get(period=QUARTER)
    assert (report.version, report.first_submitted_at, report.submitted_at) == (2, first.first_submitted_at, noon())
    assert saved(community) == {"S2-002": "10"}
    event = AuditEvent.objects.get(action="figure_report.correct")
    assert event.detail["changes"] == {"S2-002": ["9.00", "10.00"], "S2-031": ["1.00", None]}


def test_correction_without_change_leaves_no_trail(page, community, worker):
    make_report(community, worker, S2_002=9)
    page.post(url(community), sent(1, S2_002="9"))
    assert FigureReport.objects.get().version == 1
    assert not AuditEvent.objects.filter(action="figure_report.correct").exists()


def test_two_people_at_once_see_both_and_nothing_is_lost(page, community, worker):
    """The other one was first: what she reported beside mine is taken over, where we differ both are shown."""
    make_report(community, worker, S2_002=9, S2_031=3)
    answer = page.post(url(community), sent(S2_002="12"))
    form = answer.context["form"]
    assert [tuple(one) for one in form.conflict] == [("在岗专职社工", "9", "12"), ("签约法律顾问", "3", "—")]
    assert saved(community) == {"S2-002": "9", "S2-031": "3"}
    again = {name: form[name].value() or "" for name in form.fields}
    page.post(url(community), {name: value for name, value in again.items() if value})
    assert saved(community) == {"S2-002": "12", "S2-031": "3"}


def test_old_version_is_refused_by_the_action(community, worker):
    make_report(community, worker, S2_002=9)
    answers = Answers({"S2-002": Decimal(1)}, {})
    with pytest.raises(StaleError):
        submit_report(community, Period.parse(QUARTER), answers, seen=0, token=uuid4(), by=worker)
    report, changed = submit_report(community, Period.parse(QUARTER), answers, seen=1, token=uuid4(), by=worker)
    assert (report.version, changed) == (2, True)


def test_version_that_never_was_is_asked_again(page, community):
    answer = page.post(url(community), sent(version=7, S2_002=9))
    assert (answer.status_code, answer.context["form"]["version"].value()) == (200, "0")
    assert saved(community) == {}


def test_saved_numbers_mark_the_figures_dirty(page, community):
    DirtyMark.objects.all().delete()
    page.post(url(community), sent(S2_002="12"))
    assert set(DirtyMark.objects.values_list("community", "grid")) == {(community.pk, None)}


@pytest.mark.parametrize("term", ["2026-Q4", "2026", "2026-09", "2024-Q4", "2026-Q9", "x"])
def test_period_that_is_not_reported_is_not_found(page, community, term):
    assert page.get(url(community, term)).status_code == 404


def test_report_of_another_street_is_not_found(page, street_officer, foreign_community, neighbour_community):
    assert page.get(url(neighbour_community)).status_code == 404
    page.force_login(street_officer)
    assert page.get(url(neighbour_community)).status_code == 200
    assert page.get(url(foreign_community)).status_code == 404


def test_worker_sees_what_is_open_and_what_is_done(page, community, worker):
    make_report(community, worker, on=date(2026, 10, 11), S2_002=9)
    answer = page.get(OVERVIEW)
    assert [(slot.period.code, days) for slot, days in answer.context["waiting"]][-1] == (BEFORE, 131)
    assert [str(slot.state) for slot in answer.context["done"]] == ["late"]
    assert "迟报 1/12" in answer.content.decode()


def test_street_sees_who_has_reported(client, street_officer, community, neighbour_community, worker):
    make_report(community, worker, S2_002=9)
    client.force_login(street_officer)
    context = client.get(OVERVIEW, {"period": QUARTER}).context
    cells = {line.community: [slot.state for _period, slot in line.slots] for line in context["lines"]}
    assert cells[community] == ["on_time", "missing", "missing", "missing"]
    assert [slot.community for slot in context["late"]] == [neighbour_community]


def test_overview_takes_as_many_queries_for_many_communities(
    client, street_officer, community, neighbour_community, worker, django_assert_max_num_queries
):
    for place in (community, neighbour_community):
        make_report(place, worker, S2_002=9, S2_031=2, S3_04=1)
    client.force_login(street_officer)
    with django_assert_max_num_queries(24):
        client.get(OVERVIEW)


def test_form_takes_a_constant_number_of_queries(page, community, worker, django_assert_max_num_queries):
    make_report(community, worker, S2_002=9, S2_031=2, S3_04=1)
    with django_assert_max_num_queries(9):
        page.get(url(community))


def tasks(user):
    """The lines of the to-do list about numbers."""
    return [(task.title, task.detail) for task in list_tasks(user, timezone.now()) if task.icon == "clipboard-data"]


def test_task_says_how_long_there_is(settings, worker, time_machine):
    settings.REPORTS_SINCE = date(2026, 7, 1)
    time_machine.move_to(noon(date(2026, 10, 8)), tick=False)
    assert tasks(worker) == [("2026 年第 3 季度数字报送", "还剩 2 天")]


def test_task_says_that_it_is_late(settings, worker):
    settings.REPORTS_SINCE = date(2026, 7, 1)
    assert tasks(worker) == [("2026 年第 3 季度数字报送", "已过期 39 天")]


def test_several_late_forms_are_one_task(worker):
    assert tasks(worker) == [("3 期数字没有报送", "都已过期")]


def test_task_goes_once_it_is_reported(settings, community, worker):
    settings.REPORTS_SINCE = date(2026, 7, 1)
    make_report(community, worker, on=TODAY, S2_002=9)
    assert tasks(worker) == []


def test_street_of_the_overview_is_the_officers_own(client, make_user, district, foreign_community):
    street = Street.objects.create(code="990101009", name="新街道", district=district)
    client.force_login(make_user("newcomer", Role.STREET_OFFICER, street))
    assert client.get(OVERVIEW).context["lines"] == []


def test_word_said_about_another_number_does_not_count(page, community, worker):
    make_report(community, worker, BEFORE, S2_031=2)
    page.post(url(community), sent(S2_031="40") | {"S2-031-why": "律所派了一个组"})
    kept = {"S2-031-why": "律所派了一个组", "version": "1"}
    answer = page.post(url(community), sent(S2_031="90") | kept)
    assert "上次是 2，这次是 90" in errors_of(answer)["S2-031"]
    assert saved(community) == {"S2-031": "40"}


@pytest.mark.parametrize("text", ["9" * 40, "1" + "0" * 300])
def test_number_beyond_all_bounds_is_refused_not_a_crash(text):
    with pytest.raises(ValidationError, match="超过了"):
        read_number(text, FIELDS["S2-031"])
