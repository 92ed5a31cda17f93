"""Result workbooks: headings guessed, dialects of cells, nothing dropped, nothing taken that tells who answered."""

import csv
import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from imports.formats import FileRefused
from surveys.forms.workbooks import ColumnsForm
from surveys.questionnaire import Kind, Option, Question, Questionnaire, Section
from surveys.sheets import read_sheets
from surveys.workbooks.rehearsing import ColumnMapping, rehearse
from surveys.workbooks.tables import find_table
from surveys.workbooks.targets import list_targets
from tests.surveys.conftest import make_options, make_questionnaire

FORM = make_questionnaire()


def write_text(rows):
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def read(rows, form=FORM):
    return find_table({"": {number: list(map(str, row)) for number, row in enumerate(rows, 1)}}, list_targets(form))


def take(rows, form=FORM, texts=None):
    table = read(rows, form)
    return rehearse(form, table, ColumnMapping(table.guesses, texts or {}))


def answers_of(heading, *cells, form=FORM):
    return [*take([[heading], *([cell] for cell in cells)], form).answers.values()]


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("sex", "sex"),
        ("1、您的性别?[单选题]", "sex"),
        ("Q1. 您的性别 *", "sex"),
        ("您参加过哪些活动（多选）", "joined"),
        ("您参加过哪些活动呢", "joined"),
        ("2、您参加过哪些活动:讲座", "joined=1"),
        ("2(讲座)", "joined=1"),
        ("joined/none", "joined=none"),
        ("4、对下列场地满意吗—活动室", "places.room"),
        ("对下列场地满意吗 [广场]", "places.square"),
        ("places.room", "places.room"),
        ("4(广场)", "places.square"),
        ("完全别的东西", None),
    ],
)
def test_heading_is_recognised(heading, target):
    assert read([[heading], ["1"]]).guesses.get(0) == target


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "提交答卷时间",
            "所用时间",
            "来自IP",
            "来源",
            "来源详情",
            "您的姓名",
            "手机号",
            "序号",
            "总分",
            "start",
            "_id",
        ),
        *("_submission_time", "微信昵称", "身份证号", "家庭住址", "开始答题时间", "用户ID", "deviceid"),
    ],
)
def test_column_that_tells_who_answered_is_never_taken(heading):
    table = read([[heading, "您的性别"], ["1", "男"]])
    assert list(table.traces) == [0]
    assert 0 not in table.guesses


def test_question_about_sources_is_no_trace():
    form = Questionnaire((Section("a", "甲", (Question("q", Kind.TEXT, "您从什么来源知道活动"),)),))
    assert read([["您从什么来源知道活动"], ["朋友"]], form).traces == {}


def test_forbidden_heading_refuses_the_file():
    with pytest.raises(FileRefused) as refusal:
        read([["您的性别", "宗教信仰"], ["男", "无"]])
    assert (refusal.value.code, refusal.value.column) == ("column_forbidden", 1)


@pytest.mark.parametrize("cell", ["女", "2", "B.女", "2、女", " 女 "])
def test_single_choice_by_text_code_or_letter(cell):
    assert answers_of("您的性别", cell) == [{"sex": "2"}]


@pytest.mark.parametrize(
    "cell",
    [
        "讲座┋体育健身",
        "讲座;体育健身",
        "讲座，体育健身",
        "1,3",
        "1 3",
        "A.讲座┋C.体育健身",
        "讲座\n体育健身",
        "体育健身、讲座",
    ],
)
def test_several_choices_in_one_cell(cell):
    assert answers_of("您参加过哪些活动", cell) == [{"joined": ["1", "3"]}]


@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("是", "否"), ("选中", "未选中"), ("讲座", ""), ("√", "")])
def test_several_choices_with_a_column_for_each(yes, no):
    found = take([["您的性别", "2(讲座)", "2(文娱活动)"], ["男", yes, no], ["女", no, no]])
    assert [*found.answers.values()] == [{"sex": "1", "joined": ["1"]}, {"sex": "2"}]


def test_separator_within_an_option_is_no_separator():
    kinds = make_options("唱歌、跳舞", "下棋")
    form = Questionnaire((Section("a", "甲", (Question("q", Kind.MULTIPLE, "喜欢哪些", options=kinds),)),))
    assert answers_of("喜欢哪些", "唱歌、跳舞", "唱歌、跳舞┋下棋", form=form) == [{"q": ["1"]}, {"q": ["1", "2"]}]


def worded():
    kinds = (Option("good", "好"), Option("bad", "不好"), Option("other", "其他（请写明）", is_other=True))
    return Questionnaire((Section("a", "甲", (Question("q", Kind.SINGLE, "好不好", options=kinds),)),))


def test_numbers_are_positions_where_codes_are_words():
    assert answers_of("好不好", "1", "2", form=worded()) == [{"q": "good"}, {"q": "bad"}]


def test_numbers_are_codes_where_codes_are_numbers():
    form = Questionnaire(
        (Section("a", "甲", (Question("q", Kind.SINGLE, "几次", options=(Option("0", "零"), Option("1", "一"))),)),)
    )
    assert answers_of("几次", "0", "1", form=form) == [{"q": "0"}, {"q": "1"}]


@pytest.mark.parametrize("cell", ["其他〖看情况〗", "C.其他（请写明）〖看情况〗", "其他：看情况", "其他(看情况)"])
def test_words_beside_other_are_kept(cell):
    assert answers_of("好不好", cell, form=worded()) == [{"q": "other", "q.other": "看情况"}]


def test_ranking_with_a_column_for_each():
    kinds = make_options("讲座", "合唱", "下棋")
    form = Questionnaire((Section("a", "甲", (Question("q", Kind.RANKING, "排一排", options=kinds),)),))
    found = take([["1(讲座)", "1(合唱)", "1(下棋)"], ["2", "3", "1"]], form)
    assert [*found.answers.values()] == [{"q": ["3", "1", "2"]}]
    assert answers_of("排一排", "下棋→讲座→合唱", form=form) == [{"q": ["3", "1", "2"]}]


@pytest.mark.parametrize("cell", ["(空)", "(跳过)", "-3", ""])
def test_passed_over_is_blank(cell):
    assert [*take([["您的性别", "住了几年"], [cell, "5"]]).answers.values()] == [{"years": 5}]


@pytest.mark.parametrize("text", ["=1+1", "مرحبا", "👪 多些长椅", "‮反向", "𠮷"])
def test_odd_texts_are_kept(text):
    assert answers_of("还想说的", text) == [{"wish": text}]


def test_long_text_is_named_with_its_cell():
    found = take([["您的性别", "还想说的"], ["男", "长" * 10_000], ["女", "短"]])
    assert list(found.answers) == [3]
    assert [(fault.place, fault.message) for fault in found.faults] == [("B2", "最多 1000 字，现在 10000 字。")]


def test_unknown_option_is_counted_and_holds_its_rows_back():
    found = take([["您的性别"], ["男"], ["女性"], ["女性"]])
    assert [(one.text, one.count) for one in found.unknown] == [("女性", 2)]
    assert [fault.place for fault in found.faults] == ["A3", "A4"]


def test_decided_option_is_taken_and_still_listed():
    found = take([["您的性别"], ["女性"]], texts={"sex": {"女性": "2"}})
    assert [*found.answers.values()] == [{"sex": "2"}]
    assert [one.text for one in found.unknown] == ["女性"]


def test_unknown_option_kept_as_words_of_other():
    found = take([["好不好"], ["说不清"]], worded(), texts={"q": {"说不清": "other"}})
    assert [*found.answers.values()] == [{"q": "other", "q.other": "说不清"}]


def test_unknown_option_as_no_answer():
    found = take([["您的性别", "住了几年"], ["？", "3"]], texts={"sex": {"？": ""}})
    assert [*found.answers.values()] == [{"years": 3}]


def test_titles_above_the_headings_are_no_answers():
    table = read([["邻里活动调查"], ["您的性别", "住了几年"], ["男", "3"]])
    assert (table.row, list(table.rows)) == (2, [3])


def test_sheet_that_looks_like_the_questionnaire_is_read():
    sheets = {"说明": {1: ["请看"], 2: ["第二张"]}, "答卷": {1: ["您的性别"], 2: ["男"]}}
    table = find_table(sheets, list_targets(FORM))
    assert (table.sheet, table.passed) == ("答卷", ("说明",))


cells = st.sampled_from(
    ["", "男", "女", "不知道", "1", "讲座┋文娱活动", "都没参加过┋讲座", "3", "200", "很满意", "x" * 2000]
)


@given(st.lists(st.lists(cells, min_size=5, max_size=5), min_size=1, max_size=12))
def test_every_row_is_taken_or_named(rows):
    headings = ["您的性别", "您参加过哪些活动", "总体满意程度", "住了几年", "还想说的"]
    found = take([headings, *rows])
    named = {fault.row for fault in found.faults}
    assert named.isdisjoint(found.answers)
    assert named | found.answers.keys() == set(range(2, len(rows) + 2))


def test_digest_is_that_of_the_content_whatever_the_format():
    rows = [["您的性别"], ["男"], ["女"]]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        workbook.add_worksheet().write_column(0, 0, [cell for (cell,) in rows])
    tables = [find_table(read_sheets(content), list_targets(FORM)) for content in (write_text(rows), target.getvalue())]
    assert len({table.digest for table in tables}) == 1


def test_cell_far_away_does_not_exhaust_memory():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["您的性别"])
        sheet.write_row(1, 0, ["男"])
        sheet.write(1_048_575, 0, "女")
    table = find_table(read_sheets(target.getvalue()), list_targets(FORM))
    assert list(table.rows) == [2, 1_048_576]


def test_archive_that_unpacks_too_large_is_refused(settings):
    settings.SHEET_MAX_UNPACKED_BYTES = 100
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        workbook.add_worksheet().write(0, 0, "您的性别")
    with pytest.raises(FileRefused, match="unpacks_too_large"):
        read_sheets(target.getvalue())


@pytest.mark.parametrize("cell", ["36–59 岁", "36~59岁", "36～59 岁", "36-59岁", "３６—５９　岁"])
def test_dashes_tildes_widths_and_blanks_of_options_do_not_matter(cell):
    question = Question("age", Kind.SINGLE, "年龄", options=(Option("young", "18–35 岁"), Option("mid", "36–59 岁")))
    form = Questionnaire((Section("part", "", (question,)),))

    assert answers_of("年龄", cell, form=form) == [{"age": "mid"}]


def test_tilde_in_a_heading_is_the_dash_of_the_question():
    form = Questionnaire((Section("part", "", (Question("age", Kind.NUMBER, "家里 0–6 岁的孩子"),)),))

    assert read([["1、家里0～6岁的孩子"], ["2"]], form).guesses == {0: "age"}


@pytest.mark.parametrize(
    ("cells", "is_offered"),
    [(["1", "0", ""], True), (["选中", "未选中"], True), (["讲座", ""], True), (["讲座┋合唱", "讲座"], False)],
)
def test_own_column_of_an_option_is_offered_only_where_cells_look_like_it(cells, is_offered):
    table = read([["完全别的东西"], *([cell] for cell in cells)])

    offered = ColumnsForm(None, table=table, targets=list_targets(FORM)).find_offered(0, list_targets(FORM))

    assert ("joined=1" in [target.value for target in offered]) == is_offered
    assert "joined" in [target.value for target in offered]
