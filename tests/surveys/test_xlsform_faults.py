"""What is wrong in an XLSForm is named with its cell; what the reference implementation refuses, we refuse too."""

import io
from dataclasses import replace

import pytest
import xlsxwriter
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from imports.formats import FileRefused
from surveys.questionnaire import Condition, Kind
from surveys.xlsform.reading import read_xlsform

HEAD = ("type", "name", "label", "required", "relevant", "constraint", "appearance", "parameters")
CHOICE_HEAD = ("list_name", "name", "label")
CHOICES = [CHOICE_HEAD, ("yn", "yes", "是"), ("yn", "no", "否")]
JOINED = ("select_one yn", "joined", "参加过吗")


def make_form(*lines, head=HEAD, choices=CHOICES, **sheets):
    target = io.BytesIO()
    tables = {"survey": [head, *lines], "choices": choices, **sheets}
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        for name, rows in tables.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return target.getvalue()


def list_problems(content):
    return [(fault.place, fault.message) for fault in read_xlsform(content).problems]


BROKEN = {
    "unknown type": ([("slider", "a", "甲")], "survey!A2", "没有“slider”"),
    "type missing": ([("", "a", "甲")], "survey!B2", "没有写 type"),
    "name missing": ([("text", "", "甲")], "survey!B2", "没有写 name"),
    "name twice": ([("text", "a", "甲"), ("date", "a", "乙")], "survey!B3", "用了两次"),
    "name with a blank": ([("text", "a b", "甲")], "survey!B2", "有空格"),
    "list missing": ([("select_one nowhere", "a", "甲")], "survey!A2", "nowhere"),
    "list not named": ([("select_one", "a", "甲")], "survey!A2", "没有写选项表"),
    "group not ended": ([("begin_group", "g", "组"), ("text", "a", "甲")], "survey!A2", "没有结束"),
    "group not begun": ([("text", "a", "甲"), ("end_group", "", "")], "survey!A3", "前面却没有 begin_group"),
    "condition on nothing": ([("text", "a", "甲", "", "${b} = 'x'")], "survey!E2", "没有叫“b”"),
}
OURS = {
    "calculation": ([("calculate", "a", "")], "survey!A2", "不做计算"),
    "repeat": ([("begin_repeat", "r", "人"), ("text", "a", "甲"), ("end_repeat", "", "")], "survey!A2", "重复"),
    "picture": ([("image", "a", "照片")], "survey!A2", "没有“image”"),
    "label missing": ([("text", "a", "")], "survey!C2", "没有写问题"),
    "condition unread": ([JOINED, ("text", "a", "甲", "", "string-length(${joined}) > 1")], "survey!E3", "读不懂"),
    "condition over two": (
        [JOINED, ("select_one yn", "b", "乙"), ("text", "a", "甲", "", "${joined} = 'yes' or ${b} = 'yes'")],
        "survey!E4",
        "“or”只能连接同一道题",
    ),
    "option unknown": ([JOINED, ("text", "a", "甲", "", "${joined} = 'maybe'")], "survey!E3", "maybe"),
    "limit unread": ([("integer", "a", "甲", "", "", ". > today()")], "survey!F2", ". >= 0"),
    "required formula": ([JOINED, ("text", "a", "甲", "${joined} = 'yes'")], "survey!D3", "yes 或 no"),
    "lowest above highest": ([("integer", "a", "甲", "", "", ". >= 9 and . <= 1")], "survey!B2", "最小值比最大值"),
}


@pytest.mark.parametrize(("lines", "place", "words"), (BROKEN | OURS).values(), ids=BROKEN | OURS)
def test_fault_is_named_with_its_cell(lines, place, words):
    problems = list_problems(make_form(*lines))
    assert [where for where, message in problems if words in message] == [place], problems


@pytest.mark.parametrize("lines", [lines for lines, _place, _words in BROKEN.values()], ids=BROKEN)
def test_reference_implementation_refuses_the_same(lines):
    with pytest.raises((PyXFormError, KeyError)):
        convert(io.BytesIO(make_form(*lines)), validate=False)


def test_form_without_faults_is_read():
    assert list_problems(make_form(JOINED)) == []


@pytest.mark.parametrize(
    ("choices", "place"),
    [
        ([CHOICE_HEAD, ("yn", "yes", "是"), ("yn", "yes", "否")], "choices!B3"),
        ([CHOICE_HEAD, ("yn", "yes", "是"), ("yn", "", "否")], "choices!B3"),
        ([CHOICE_HEAD, ("yn", "yes", "是"), ("yn", "no", "")], "choices!C3"),
        ([CHOICE_HEAD, ("yn", "yes", "是"), ("", "no", "否")], "choices!A3"),
    ],
)
def test_fault_of_an_option_is_named_with_its_cell(choices, place):
    assert place in [where for where, _message in list_problems(make_form(JOINED, choices=choices))]


def test_cascading_choices_are_refused_by_their_column():
    content = make_form((*JOINED, "x = ${a}"), head=("type", "name", "label", "choice_filter"))
    assert list_problems(content) == [
        ("survey!D2", "门户不支持 choice_filter（按前一题筛选选项）。请去掉这一格，或者改成固定的题目。")
    ]


def test_missing_survey_sheet_is_named():
    content = make_form(JOINED)
    assert read_xlsform(content).problems == []
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        workbook.add_worksheet("choices").write_row(0, 0, CHOICE_HEAD)
    assert [place for place, _message in list_problems(target.getvalue())] == ["survey"]


def test_unread_column_is_named_once():
    content = make_form((*JOINED, "x"), ("text", "a", "甲", "y"), head=("type", "name", "label", "media::image"))
    found = read_xlsform(content)
    assert [(fault.place, fault.message) for fault in found.remarks] == [
        ("survey!D2", "没有取用“media::image”这一列。")
    ]
    assert len(found.questionnaire.questions) == 2


def test_traces_are_left_out_and_named():
    found = read_xlsform(make_form(("start", "start", ""), ("deviceid", "device", ""), JOINED))
    assert [fault.place for fault in found.remarks] == ["survey!A2", "survey!A3"]
    assert [question.code for question in found.questionnaire.questions] == ["joined"]


def test_simplified_chinese_is_taken_of_several_languages():
    head = ("type", "name", "label::English (en)", "label::中文 (zh)")
    choices = [("list_name", "name", "label::English (en)", "label::中文 (zh)"), ("yn", "y", "yes", "是")]
    found = read_xlsform(make_form(("select_one yn", "q", "Joined?", "参加过吗"), head=head, choices=choices))
    assert found.questionnaire.questions[0].text == "参加过吗"
    assert any("取用“中文 (zh)”" in remark.message for remark in found.remarks)


def test_grid_of_a_group_is_a_matrix():
    lines = [
        ("begin_group", "part", "部分", "", "", "", "field-list"),
        ("begin_group", "places", ""),
        ("select_one yn", "places_head", "这些地方好吗", "", "", "", "label"),
        ("select_one yn", "places_room", "活动室", "", "", "", "list-nolabel"),
        ("select_one yn", "places_square", "广场", "", "", "", "list-nolabel"),
        ("end_group", ""),
        ("end_group", ""),
    ]
    question = read_xlsform(make_form(*lines)).questionnaire.questions[0]
    assert (question.kind, question.text) == (Kind.MATRIX, "这些地方好吗")
    assert [(row.code, row.label) for row in question.rows] == [("room", "活动室"), ("square", "广场")]


def test_condition_of_a_group_becomes_one_of_its_questions():
    lines = [JOINED, ("begin_group", "g", "组", "", "${joined} = 'yes'"), ("text", "a", "甲"), ("end_group", "")]
    questionnaire = read_xlsform(make_form(*lines)).questionnaire
    assert questionnaire.by_code["a"].conditions == (Condition("joined", ("yes",)),)


def test_or_other_becomes_an_option_that_asks_for_words():
    question = read_xlsform(make_form(("select_one yn or_other", "q", "甲"))).questionnaire.questions[0]
    assert replace(question.options[-1], label="") == replace(question.other, label="")


def test_names_of_other_tools_become_codes():
    found = read_xlsform(make_form(("text", "Q1-Name", "甲"), ("text", "意见", "乙")))
    assert [question.code for question in found.questionnaire.questions] == ["q1_name", "q"]
    assert len(found.remarks) == 2


def test_other_sheet_is_named():
    assert [fault.sheet for fault in read_xlsform(make_form(JOINED, 说明=[("x",)])).remarks] == ["说明"]


@pytest.mark.parametrize("content", [b"", b"name,label\na,b\n", b"PK\x03\x04broken", b"%PDF-1.4"])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(FileRefused):
        read_xlsform(content)


@pytest.mark.parametrize("text", ["(" * 9000, "not(" * 60, "selected(${joined}, 'yes') and", "${joined} = 'yes' )"])
def test_odd_condition_is_a_fault_and_no_crash(text):
    assert [place for place, _message in list_problems(make_form(JOINED, ("text", "a", "甲", "", text)))] == [
        "survey!E3"
    ]


def test_condition_on_a_refused_line_is_no_fault_of_its_own():
    form = make_form(("slider", "post", "甲"), ("text", "a", "乙", "", "${post} = 'x'"))

    assert [place for place, _message in list_problems(form)] == ["survey!A2"]


def test_condition_on_a_refused_option_is_no_fault_of_its_own():
    form = make_form(JOINED, ("text", "a", "乙", "", "${joined} = 'no'"), choices=[*CHOICES[:2], ("yn", "no", "")])

    assert [place for place, _message in list_problems(form)] == ["choices!C3"]


def test_missing_choices_are_said_once():
    lines = [(f"select_one list{number}", f"q{number}", "甲") for number in range(9)]

    assert [place for place, _message in list_problems(make_form(*lines, choices=[]))] == ["choices"]
