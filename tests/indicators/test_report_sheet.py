"""The workbook of reported numbers: there and back, errors with their place, nothing saved before it is confirmed."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEvent
from indicators.models import FigureReport, ReportedFigure
from indicators.periods import Period
from indicators.reports.checks import CHECKED
from indicators.reports.fields import fields_of
from indicators.reports.reporting import read_answers
from indicators.reports.sheets import FIRST_COLUMN, HEAD_ROWS, LAST_SHEET, SHEET, rehearse, write_template
from tests.indicators.report_help import BEFORE, QUARTER, make_report, noon

UPLOAD, CONFIRM = "/indicators/reports/upload/", "/indicators/reports/confirm/"
ROW = {field.code: HEAD_ROWS + 1 + place for place, field in enumerate(fields_of("quarter"))}


@pytest.fixture(autouse=True)
def november(time_machine):
    time_machine.move_to(noon(), tick=False)


@pytest.fixture
def office(client, street_officer):
    client.force_login(street_officer)
    return client


@pytest.fixture
def places(community, neighbour_community):
    return [community, neighbour_community]


def filled(places, period=QUARTER, **cells):
    """The template with cells filled in: D4=12."""
    book = openpyxl.load_workbook(io.BytesIO(write_template(Period.parse(period), places)))
    for place, value in cells.items():
        book[SHEET][place] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(client, content, name="report.xlsx"):
    """The page after an upload."""
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}, follow=True)


def confirm(client, rehearsal, **words):
    """The answer to the confirmation of a rehearsal."""
    return client.post(CONFIRM, {"sealed": rehearsal.context["sealed"], **words})


def cell(code, column=0):
    """The name of the cell of a number: the first community stands in D."""
    return f"{chr(ord('A') + FIRST_COLUMN + column)}{ROW[code]}"


def numbers(community):
    """What is saved of a community for the quarter, by code."""
    return {
        code: int(n)
        for code, n in read_answers(FigureReport.objects.filter(community=community).first()).values.items()
    }


def test_template_holds_what_is_reported_and_the_last_numbers(places, worker):
    make_report(places[0], worker, BEFORE, S2_002=7)
    make_report(places[1], worker, S2_002=8)
    book = openpyxl.load_workbook(io.BytesIO(write_template(Period.parse(QUARTER), places)))
    row = [book[name][cell("S2-002", column)].value for name in (SHEET, LAST_SHEET) for column in (0, 1)]
    assert row == [None, 8, 7, None]


def test_name_that_looks_like_a_formula_stays_text(places):
    places[0].name = "=cmd|' /C calc'!A0"
    sheet = openpyxl.load_workbook(io.BytesIO(write_template(Period.parse(QUARTER), places)))[SHEET]
    assert (sheet["D2"].value, sheet["D2"].data_type) == (places[0].name, "s")


def test_rehearsal_shows_what_would_change_and_saves_nothing(office, places, worker):
    make_report(places[1], worker, S2_002=8)
    content = filled(places, **{cell("S2-002"): 7, cell("S2-031", 1): "2"})
    answer = upload(office, content)
    shown = [
        (part.community, [(change.asked.code, change.before, change.after) for change in part.changes])
        for part in answer.context["found"].changing
    ]
    assert shown == [(places[0], [("S2-002", "", "7")]), (places[1], [("S2-031", "", "2")])]
    assert ReportedFigure.objects.count() == 1


def test_confirmed_workbook_is_written_and_blank_cells_change_nothing(office, places, worker):
    make_report(places[1], worker, S2_002=8, S2_031=3)
    content = filled(places, **{cell("S2-002"): 7, cell("S2-002", 1): 9, cell("S2-031", 1): None})
    assert confirm(office, upload(office, content)).headers["Location"] == "/indicators/reports/"
    assert (numbers(places[0]), numbers(places[1])) == ({"S2-002": 7}, {"S2-002": 9, "S2-031": 3})
    assert AuditEvent.objects.filter(action__startswith="figure_report").count() == 2


def test_unchanged_template_changes_nothing(office, places, worker):
    make_report(places[1], worker, S2_002=8)
    answer = upload(office, filled(places))
    assert not answer.context["found"].changing
    assert "表里的数字和已报的一样" in answer.content.decode()


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("D4", "十二", "填报!D4：请填数字，不要带单位和文字。"),
        ("E4", 1.5, "填报!E4：请填整数。"),
        ("D4", 9999, "填报!D4：超过了 500，请核对是不是多打了一位。"),
        ("A4", "S9-99", "填报!A4：这一期不报送这个编号，请用下载的模板。"),
        ("A5", "S2-002", "填报!A5：这个编号出现了两次。"),
        ("E3", "110101001001", "填报!E3：没有这个社区，或不归您管。"),
        ("E3", "990101001001", "填报!E3：这个社区有两列，请只留一列。"),
        ("F4", 3, "填报!F4：这一列上面没有社区代码。"),
        ("D11", 9, "填报!D11：和分项对不上：分项加起来是 10，这里填的是 9。"),
    ],
)
def test_wrong_cell_is_named_by_its_place(office, places, place, value, problem):
    parts = {cell("S2-102-a"): 4, cell("S2-102-b"): 6} if place == "D11" else {}
    assert cell("S2-102") == "D11"
    answer = upload(office, filled(places, **{place: value}, **parts))
    assert answer.context["found"].problems == [problem]
    assert "写入 " not in answer.content.decode()


def test_wrong_cells_keep_the_workbook_from_being_written(office, places):
    answer = upload(office, filled(places, D4="十二", E4=3))
    assert confirm(office, answer).status_code == 200
    assert not FigureReport.objects.exists()


def test_community_of_another_street_is_refused_like_one_that_does_not_exist(office, places, foreign_community):
    answer = upload(office, filled([*places, foreign_community], F4=5))
    assert "填报!F3：没有这个社区，或不归您管。" in answer.context["found"].problems
    assert foreign_community.code not in answer.content.decode()


def test_worker_brings_the_own_community_only(client, worker, places):
    client.force_login(worker)
    found = upload(client, filled(places, D4=7, E4=8)).context["found"]
    assert [part.community for part in found.parts] == places[:1]
    assert found.problems[0] == "填报!E3：没有这个社区，或不归您管。"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n", "这不是表格文件"),
        (b"PK\x03\x04 broken", "打不开"),
        ("编号,指标\nS2-002,1\n".encode(), "这不是数字报送的模板"),
        (b"", "文件"),
    ],
)
def test_file_that_is_no_template_is_refused_with_a_reason(office, content, words):
    answer = upload(office, content)
    assert words in str(answer.context["form"].errors["file"])


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"A1": "别的表"}, "这不是数字报送的模板"),
        ({"A2": "代码"}, "这不是数字报送的模板"),
        ({"B1": "2026-Q9"}, "这不是数字报送的模板"),
        ({"B1": "2026-Q4"}, "现在不用报送"),
    ],
)
def test_other_workbook_is_refused_with_a_reason(office, places, cells, words):
    assert words in str(upload(office, filled(places, **cells)).context["form"].errors["file"])


def test_jump_wants_a_word_before_it_is_written(office, places, worker):
    make_report(places[0], worker, BEFORE, S2_002=7)
    rehearsal = upload(office, filled(places, D4=70))
    refused = confirm(office, rehearsal)
    name = f"{places[0].code}-S2-002"
    assert f"{name}-why" in refused.context["form"].errors
    confirm(office, rehearsal, **{f"{name}-sure": "on"})
    assert ReportedFigure.objects.get(report__period=QUARTER).explanation == CHECKED


def test_words_typed_at_the_confirmation_survive_a_refusal(office, places, worker):
    make_report(places[0], worker, BEFORE, S2_002=7, S2_031=1)
    rehearsal = upload(office, filled(places, **{cell("S2-002"): 70, cell("S2-031"): 20}))
    refused = confirm(office, rehearsal, **{f"{places[0].code}-S2-002-why": "合并了两个站"})
    assert 'value="合并了两个站"' in refused.content.decode()


def test_report_made_meanwhile_is_seen_before_it_is_written_over(office, places, worker):
    rehearsal = upload(office, filled(places, D4=7))
    make_report(places[0], worker, S2_002=8)
    again = confirm(office, rehearsal)
    assert [change.before for change in again.context["found"].changing[0].changes] == ["8"]
    assert numbers(places[0]) == {"S2-002": 8}
    confirm(office, again)
    assert numbers(places[0]) == {"S2-002": 7}


def test_confirmation_sent_twice_is_written_once(office, places):
    rehearsal = upload(office, filled(places, D4=7))
    answers = [confirm(office, rehearsal).headers["Location"] for _time in range(2)]
    assert answers == ["/indicators/reports/", UPLOAD]
    assert FigureReport.objects.get().version == 1


def test_rehearsal_of_somebody_else_cannot_be_confirmed(office, places, worker):
    rehearsal = upload(office, filled(places, D4=7))
    office.force_login(worker)
    assert confirm(office, rehearsal).headers["Location"] == UPLOAD
    assert not FigureReport.objects.exists()


def test_rehearsal_is_good_for_an_hour(office, places, time_machine, settings):
    settings.IDLE_SECONDS = 2 * 3600  # the rehearsal is too old, not the log-in
    rehearsal = upload(office, filled(places, D4=7))
    time_machine.shift(3601)
    assert confirm(office, rehearsal).headers["Location"] == UPLOAD


def test_explanation_of_a_number_that_stays_is_kept(office, places, worker):
    report = make_report(places[0], worker, S2_002=8, S2_031=3)
    report.figures.filter(indicator="S2-031").update(explanation="换了律所")
    confirm(office, upload(office, filled(places, D4=9)))
    assert report.figures.get(indicator="S2-031").explanation == "换了律所"


def test_rehearsal_takes_as_many_queries_for_many_communities(places, worker, django_assert_num_queries):
    make_report(places[0], worker, S2_002=8)
    content = filled(places, D4=9, E4=2)
    with django_assert_num_queries(3):
        rehearse(content, places)


def test_downloaded_template_is_a_workbook_of_the_own_communities(office, places, foreign_community):
    answer = office.get("/indicators/reports/template/", {"period": QUARTER})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))[SHEET]
    assert [sheet["B1"].value, sheet["D3"].value, sheet["E3"].value, sheet["F3"].value] == [
        QUARTER,
        places[0].code,
        places[1].code,
        None,
    ]
