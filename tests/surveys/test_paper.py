"""Paper: what a clerk types is read like a form, compared, and taken in once."""

import pytest
from django.core.exceptions import ValidationError

from surveys.codes import hash_code
from surveys.models import AccessCode, PaperSheet, SealedAnswer
from surveys.paper.lines import list_lines, read_lines
from surveys.paper.printing import lay_out
from surveys.paper.sheets import Sheet, check_code, list_states, save_sheet, settle, take_in, unpack
from surveys.pool import key_of_code, seal
from surveys.questionnaire import Condition, Kind, Option, Question, Questionnaire, Section
from tests.surveys.conftest import close, make_options

ONE = Question(
    "one", Kind.SINGLE, "用过吗", options=(*make_options("用过", "没用过"), Option("else", "其他", is_other=True))
)
MANY = Question("many", Kind.MULTIPLE, "哪些", options=make_options("甲", "乙", "丙"))
GRID = Question("grid", Kind.MATRIX, "满意吗", options=make_options("不", "是"), rows=make_options("楼道", "广场"))
DAY = Question("day", Kind.DATE, "哪天", conditions=(Condition("one", ("1",)),))
RANK = Question("rank", Kind.RANKING, "排一排", options=make_options("甲", "乙", "丙"))
PAPER = Questionnaire((Section("s", "", (ONE, MANY, GRID, DAY, RANK)),))


@pytest.mark.parametrize(
    ("name", "typed", "given"),
    [
        ("one", "2", {"one": ["2"]}),
        ("one", " ３：下棋 ", {"one": ["else"], "one.other": ["下棋"]}),
        ("many", "13", {"many": ["1", "3"]}),
        ("many", "1，3", {"many": ["1", "3"]}),
        ("rank", "3 1 2", {"rank": ["3", "1", "2"]}),
        ("grid.2", "1", {"grid.2": ["1"]}),
        ("day", "20261122", {"day": ["2026-11-22"]}),
        ("day", "2026年1月2日", {"day": ["2026-01-02"]}),
        ("many", "", {}),
    ],
)
def test_typed_line_reads_like_a_form(name, typed, given):
    assert read_lines(PAPER, {name: typed}).given == given


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("one", "4", "请填 1 到 3"),
        ("one", "12", "请填 1 到 3"),
        ("one", "1 2", "只能选一个"),
        ("many", "甲", "“甲”不是选项的编号"),
        ("many", "1:甲", "没有“其他”"),
        ("day", "20260230", "不是日期"),
    ],
)
def test_line_that_cannot_be_read_says_why(name, typed, message):
    typed = read_lines(PAPER, {name: typed})
    assert message in typed.problems[name]
    assert not typed.given


def test_matrix_has_a_line_for_each_row():
    assert [(line.name, line.number) for line in list_lines(PAPER)][2:4] == [("grid.1", "3-1"), ("grid.2", "3-2")]


def test_printed_condition_names_printed_numbers():
    day = next(one for one in lay_out(PAPER)[0].questions if one.question == DAY)
    assert day.only_if == ["第 1 题选了 1 的，才答这题"]


# --- Sheets


def type_sheet(link, by, number=1, round=1, years=3):
    return save_sheet(link, number=number, round=round, sheet=Sheet({"years": str(years)}, {"years": years}), by=by)


def test_sheet_is_kept_unreadable(link, worker):
    row = save_sheet(link, number=1, round=1, sheet=Sheet({"wish": "长椅"}, {"wish": "长椅"}), by=worker)
    assert "长椅".encode() not in bytes(row.answers)
    assert unpack(PaperSheet.objects.get()).answers == {"wish": "长椅"}


def test_number_typed_twice_is_refused(link, worker):
    type_sheet(link, worker)
    with pytest.raises(ValidationError, match="已经录入过"):
        type_sheet(link, worker)


def test_sheets_are_taken_in_once_and_forgotten(link, worker):
    type_sheet(link, worker)
    type_sheet(link, worker, number=2)
    assert take_in(link, only_compared=False, by=worker) == 2
    assert take_in(link, only_compared=False, by=worker) == 0
    assert SealedAnswer.objects.count() == 2
    assert not PaperSheet.objects.exists()


def test_number_may_be_used_again_for_another_sheet(link, worker):
    for _batch in range(2):
        type_sheet(link, worker)
        take_in(link, only_compared=False, by=worker)
    assert SealedAnswer.objects.count() == 2


def test_rounds_that_differ_wait(link, worker):
    type_sheet(link, worker)
    type_sheet(link, worker, round=2, years=4)
    type_sheet(link, worker, number=2)
    assert take_in(link, only_compared=False, by=worker) == 1
    (state,) = list_states(link, link.wave.version.questionnaire)
    assert [(one.variable, one.first, one.second) for one in state.differences] == [("years", "3", "4")]


def test_only_compared_sheets_are_taken_in_when_asked(link, worker):
    type_sheet(link, worker)
    type_sheet(link, worker, round=2)
    type_sheet(link, worker, number=2)
    assert take_in(link, only_compared=True, by=worker) == 1


def test_settled_sheet_takes_the_chosen_reading(link, worker):
    type_sheet(link, worker)
    type_sheet(link, worker, round=2, years=4)
    (state,) = list_states(link, link.wave.version.questionnaire)
    settle(state, {"years": "2"}, by=worker)
    (state,) = list_states(link, link.wave.version.questionnaire)
    assert state.is_compared
    assert unpack(state.first).answers == {"years": 4}


def test_closed_wave_takes_no_paper(link, worker):
    type_sheet(link, worker)
    close(link.wave)
    link.refresh_from_db()
    with pytest.raises(ValidationError, match="已经结束"):
        take_in(link, only_compared=False, by=worker)
    assert PaperSheet.objects.exists()


# --- Codes on paper


@pytest.fixture
def coded(make_wave):
    link = make_wave(needs_code=True).links.get()
    AccessCode.objects.create(link=link, code_hash=hash_code("ABCDE-FGHJK"))
    return link


def test_code_of_another_community_is_unknown(coded, worker):
    with pytest.raises(ValidationError, match="没有这个答题码"):
        check_code(coded, "ZZZZZ-ZZZZZ")


def test_code_that_was_used_online_is_refused(coded, worker):
    seal(coded, {"years": 1}, key=key_of_code(coded, "abcdefghjk"))
    with pytest.raises(ValidationError, match="已经用过"):
        check_code(coded, "ABCDE-FGHJK")


def test_code_used_online_after_typing_stops_the_batch(coded, worker):
    key, stratum = check_code(coded, "abcde fghjk")
    save_sheet(coded, number=7, round=1, sheet=Sheet({}, {"years": 1}, key, stratum), by=worker)
    seal(coded, {"years": 1}, key=key_of_code(coded, "abcdefghjk"))
    with pytest.raises(ValidationError, match="7 号"):
        take_in(coded, only_compared=False, by=worker)
    assert PaperSheet.objects.count() == SealedAnswer.objects.count() == 1


def test_code_is_good_for_one_sheet(coded, worker):
    key, stratum = check_code(coded, "abcde fghjk")
    save_sheet(coded, number=7, round=1, sheet=Sheet({}, {"years": 1}, key, stratum), by=worker)
    with pytest.raises(ValidationError, match="已经用过"):
        check_code(coded, "ABCDE-FGHJK", besides=8)
    assert check_code(coded, "ABCDE-FGHJK", besides=7)[0] == key
