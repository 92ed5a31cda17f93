"""Reading answers: skip logic, what each kind understands, what it refuses, and that nothing else comes through."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.answers import clean_words, read_answers
from surveys.questionnaire import MAX_LONG, OTHER, Condition, Kind, Option, Question, Questionnaire, Section
from tests.surveys.conftest import make_options, make_questionnaire
from tests.surveys.questionnaires import questionnaires

GOOD = {"joined": ["1", "3"], "overall": ["4"]}


def ask(*questions: Question) -> Questionnaire:
    return Questionnaire((Section("s", "一", questions),))


def read_one(question: Question, *texts: str, **others: list[str]):
    reading = read_answers(ask(question), {question.code: list(texts)} | others)
    return reading.answers.get(question.code), reading.problems.get(question.code)


def test_good_form_is_read():
    reading = read_answers(make_questionnaire(), GOOD | {"places.room": ["5"], "years": ["7"], "wish": ["多一点长椅"]})
    assert reading.problems == {}
    assert reading.answers == {
        "joined": ["1", "3"],
        "overall": "4",
        "places.room": "5",
        "years": 7,
        "wish": "多一点长椅",
    }


def test_required_questions_are_missed():
    assert set(read_answers(make_questionnaire(), {"joined": [" "]}).problems) == {"joined", "overall"}


def test_required_matrix_needs_every_row():
    rows = (Option("a", "甲"), Option("b", "乙"))
    question = Question("m", Kind.MATRIX, "问", options=make_options("是", "否"), rows=rows, is_required=True)
    assert set(read_answers(ask(question), {"m.a": ["1"]}).problems) == {"m"}
    assert read_answers(ask(question), {"m.a": ["1"], "m.b": ["2"]}).answers == {"m.a": "1", "m.b": "2"}


def test_unknown_option_is_named():
    assert "没有“9”" in read_one(Question("a", Kind.SINGLE, "问", options=make_options("是", "否")), "9")[1]


def test_single_takes_one_only():
    question = Question("a", Kind.SINGLE, "问", options=make_options("是", "否"))
    assert read_one(question, "1", "2") == (None, "这道题只能选一个。")
    assert read_one(question, "2", "2") == ("2", None)


def test_exclusive_option_stands_alone():
    reading = read_answers(make_questionnaire(), {"joined": ["1", "none"], "overall": ["3"]})
    assert "都没参加过" in reading.problems["joined"]
    assert read_answers(make_questionnaire(), {"joined": ["none"], "overall": ["3"]}).problems == {}


def test_order_of_taps_is_not_kept():
    assert read_answers(make_questionnaire(), GOOD | {"joined": ["3", "1"]}).answers["joined"] == ["1", "3"]


@pytest.mark.parametrize(
    ("texts", "answer"), [(["2", "1", "3"], ["2", "1", "3"]), ([], None), (["", "", ""], None), (["3", "1"], None)]
)
def test_ranking_is_complete_or_empty(texts, answer):
    question = Question("r", Kind.RANKING, "排", options=make_options("甲", "乙", "丙"))
    assert read_one(question, *texts)[0] == answer


def test_ranking_says_what_is_wrong():
    question = Question("r", Kind.RANKING, "排", options=make_options("甲", "乙", "丙"))
    assert "还有 1 个没有排" in read_one(question, "3", "1")[1]
    assert "只能排一次" in read_one(question, "3", "1", "3")[1]


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), (" ７ ", 7), ("2.5", 2.5), ("3.0", 3), ("0", 0), ("100", 100), ("-0", 0)]
)
def test_numbers_are_understood(text, number):
    assert read_one(Question("n", Kind.NUMBER, "数", lowest=0, highest=100), text) == (number, None)


@pytest.mark.parametrize("text", ["七", "1e3", "nan", "inf", "1,000", "3年", "9" * 40, "0x1f", "--1", "².5"])
def test_what_is_no_number_is_refused(text):
    assert "请只写数字" in read_one(Question("n", Kind.NUMBER, "数"), text)[1]


def test_number_out_of_bounds_says_the_bounds():
    question = Question("n", Kind.NUMBER, "数", lowest=0, highest=100)
    assert read_one(question, "101")[1] == "请写 0 到 100 之间的数字。"
    assert read_one(replace(question, highest=None), "-1")[1] == "最小是 0。"
    assert read_one(replace(question, lowest=None), "100.5")[1] == "最大是 100。"


@pytest.mark.parametrize("text", ["2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日"])
def test_dates_are_understood(text):
    assert read_one(Question("d", Kind.DATE, "日"), text) == ("2026-03-05", None)


@pytest.mark.parametrize("text", ["2026-02-30", "昨天", "0001-01-01", "9999-12-31", "20260305"])
def test_what_is_no_day_is_refused(text):
    assert "没有这一天" in read_one(Question("d", Kind.DATE, "日"), text)[1]


def test_long_text_says_how_long_it_is():
    question = Question("w", Kind.LONG, "说")
    assert read_one(question, "好" * 10_000) == (None, "最多 1000 字，现在 10000 字。")
    assert read_one(question, "好" * MAX_LONG) == ("好" * MAX_LONG, None)


def test_words_keep_scripts_and_lose_control_signs():
    text = "a\x00b\x07\r\n👩‍👩‍👧 שלום ‏‮x"
    assert read_one(Question("w", Kind.LONG, "说"), text)[0] == "ab\n👩‍👩‍👧 שלום ‏‮x"
    assert read_one(Question("w", Kind.TEXT, "说"), "一\n二\t三")[0] == "一 二 三"


def test_words_beside_other_need_its_option():
    options = (*make_options("甲"), Option("else", "其他", is_other=True))
    question = Question("o", Kind.SINGLE, "问", options=options)
    assert read_answers(ask(question), {"o": ["else"], "o.other": ["乙"]}).answers == {"o": "else", "o.other": "乙"}
    assert read_answers(ask(question), {"o": ["1"], "o.other": ["乙"]}).answers == {"o": "1"}


def test_what_was_not_asked_is_dropped():
    first = Question("a", Kind.SINGLE, "一", options=make_options("是", "否"))
    then = Question("b", Kind.TEXT, "二", is_required=True, conditions=(Condition("a", ("1",)),))
    last = Question("c", Kind.TEXT, "三", conditions=(Condition("b", ("x",), is_negated=True),))
    fields = {"a": ["2"], "b": ["写过的"], "c": ["还在"]}
    assert read_answers(ask(first, then, last), fields).answers == {"a": "2", "c": "还在"}
    assert read_answers(ask(first, then), {"a": ["1"]}).problems == {"b": "这道题要填一下。"}


def test_unclear_answer_leaves_what_depends_on_it_alone():
    first = Question("a", Kind.SINGLE, "一", options=make_options("是", "否"))
    then = Question("b", Kind.TEXT, "二", is_required=True, conditions=(Condition("a", ("1",), is_negated=True),))
    assert set(read_answers(ask(first, then), {"a": ["9"]}).problems) == {"a"}


def list_fields(questionnaire: Questionnaire) -> list[str]:
    """Return the names of all fields, and one that there is not."""
    names = [variable.code for variable in questionnaire.variables]
    return [*names, *(question.code + OTHER for question in questionnaire.questions), "nonsense"]


@given(st.data())
def test_answers_always_fit_the_questionnaire(data):
    questionnaire = data.draw(questionnaires())
    codes = [code for question in questionnaire.questions for code in question.option_codes]
    text = st.one_of(st.sampled_from([*codes, "7", "2026-03-05"]), st.text(max_size=12))
    names = st.sampled_from(list_fields(questionnaire))
    fields = data.draw(st.dictionaries(names, st.lists(text, max_size=4)))
    reading = read_answers(questionnaire, fields)
    assert not {code.partition(".")[0] for code in reading.answers} & set(reading.problems)
    for code, value in reading.answers.items():
        question = questionnaire.by_code[code.partition(".")[0]]
        assert question.is_asked(reading.answers)
        assert code in questionnaire.variable_by_code or code == question.code + OTHER
        if question.options and not code.endswith(OTHER):
            assert set([value] if isinstance(value, str) else value) <= set(question.option_codes)


@given(st.data())
def test_answers_read_again_are_the_same(data):
    questionnaire = data.draw(questionnaires())
    codes = [code for question in questionnaire.questions for code in question.option_codes]
    text = st.sampled_from([*codes, "7", "2026-03-05", "话"])
    names = st.sampled_from(list_fields(questionnaire))
    first = read_answers(questionnaire, data.draw(st.dictionaries(names, st.lists(text, max_size=4)))).answers
    again = {code: value if isinstance(value, list) else [str(value)] for code, value in first.items()}
    assert read_answers(questionnaire, again).answers == first


@given(st.text())
def test_cleaned_words_are_clean(text):
    words = clean_words(text)
    assert clean_words(words) == words
    assert "\x00" not in words
    words.encode()
