"""XLSForm out and in: the same questionnaire comes back, and the reference implementation takes what is written."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from pyxform.xls2xform import convert

from surveys.bank import BANK
from surveys.questionnaire import Condition, Kind, Option, Question, Questionnaire, Section
from surveys.xlsform.reading import read_xlsform
from surveys.xlsform.writing import write_xlsform
from tests.surveys.conftest import make_options, make_questionnaire
from tests.surveys.questionnaires import questionnaires

CHOICE = Question("joined", Kind.MULTIPLE, "参加过哪些", options=make_options("讲座", "合唱", "都没有"))


def ask(*questions):
    return Questionnaire((Section("about", "关于您", questions),))


def come_back(questionnaire):
    found = read_xlsform(write_xlsform("邻里活动调查", questionnaire))
    assert found.faults == ()
    return found.questionnaire


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(questionnaires())
def test_drawn_questionnaire_comes_back_the_same(drawn):
    assert come_back(drawn) == drawn


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(questionnaires())
def test_reference_implementation_takes_drawn_questionnaires(drawn):
    content = write_xlsform("调查", drawn)
    assert "<h:html" in convert(io.BytesIO(content), validate=False).xform


def test_title_comes_back():
    assert read_xlsform(write_xlsform("邻里活动调查", make_questionnaire())).title == "邻里活动调查"


def bank_form():
    return Questionnaire((Section("bank", "题库", tuple(one.question for one in BANK.values())),))


def test_question_bank_comes_back_the_same():
    assert come_back(bank_form()) == bank_form()


def test_reference_implementation_takes_the_question_bank():
    assert convert(io.BytesIO(write_xlsform("题库", bank_form())), validate=False).xform


@pytest.mark.parametrize(
    "condition",
    [Condition("joined", ("1",)), Condition("joined", ("1", "2")), Condition("joined", ("2", "3"), is_negated=True)],
)
def test_condition_comes_back(condition):
    form = ask(CHOICE, Question("why", Kind.TEXT, "为什么", conditions=(condition,)))
    assert come_back(form) == form


def test_option_that_asks_for_words_is_a_question_for_other_tools():
    kinds = (*make_options("讲座"), Option("else", "其他", is_other=True))
    form = ask(Question("joined", Kind.SINGLE, "参加过哪些", options=kinds))
    xform = convert(io.BytesIO(write_xlsform("调查", form)), validate=False).xform
    assert 'ref="/data/section.about/joined.other"' in xform
    assert come_back(form) == form


def test_question_named_like_the_words_of_another_stays_a_question():
    kinds = (*make_options("讲座"), Option("else", "其他", is_other=True))
    condition = Condition("joined", ("else",))
    words = Question("joined_other", Kind.TEXT, "请写明", conditions=(condition,))
    form = ask(Question("joined", Kind.SINGLE, "参加过哪些", options=kinds), words)
    assert come_back(form) == form


def test_formula_is_written_as_text():
    form = ask(Question("sum", Kind.TEXT, "=1+1"))
    assert come_back(form).questions[0].text == "=1+1"
