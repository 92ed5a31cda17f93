"""The form of a question: kinds and what they need, options line by line, conditions, and what is lost: nothing."""

from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override

from surveys.bank import BANK, SATISFIED
from surveys.editing import put_question
from surveys.forms.design_parts import MAX_OPTIONS, Parts, do_deed, find_focus, paste, read_parts
from surveys.forms.design_questions import QuestionForm
from surveys.questionnaire import Condition, Kind, Option, Question, Questionnaire
from tests.surveys.conftest import make_options, make_questionnaire


def send(**fields: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in {"kind": "single", "text": "您怎么看", "section": "thoughts", **fields}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def lines(*labels: str, prefix: str = "option", **marks: str) -> dict[str, str]:
    sent = {f"{prefix}-{place}-label": label for place, label in enumerate(labels)}
    return sent | {f"{prefix}-{place}-code": "" for place in range(len(labels))} | marks


def read(data: QueryDict, question: Question | None = None, questionnaire: Questionnaire | None = None) -> Question:
    form = QuestionForm(data, questionnaire=questionnaire or make_questionnaire(), question=question)
    assert form.is_valid(), (form.errors, form.part_errors)
    return form.cleaned_data["question"]


@pytest.fixture
def draft() -> Questionnaire:
    return put_question(make_questionnaire(), BANK["overall"].question, section="thoughts")


def test_new_question_gets_a_code_and_numbers_its_options(draft):
    question = read(send(**lines("好", "不好", "")), questionnaire=draft)
    assert (question.code, question.bank) == ("q1", "")
    assert [(option.code, option.label) for option in question.options] == [("1", "好"), ("2", "不好")]


@pytest.mark.parametrize("question", make_questionnaire().questions, ids=lambda question: question.code)
def test_form_sent_as_it_was_shown_changes_nothing(question):
    form = QuestionForm(questionnaire=make_questionnaire(), question=question)
    data = send(**{name: form[name].value() for name in ("kind", "text", "hint", "section", "background")})
    for name in ("is_required", "is_ordered", "is_shuffled", "is_opinion"):
        data.update({name: "on"} if form[name].value() else {})
    data.update({name: str(form[name].value()) for name in ("lowest", "highest") if form[name].value() is not None})
    for parts in (form.options, form.rows):
        for place, line in enumerate(parts.lines):
            name = f"{parts.prefix}-{place}"
            data.update({f"{name}-code": line.code, f"{name}-label": line.label})
            data.update({f"{name}-exclusive": "on"} if line.is_exclusive else {})
    assert read(data, question) == question


def test_question_of_the_bank_stays_one_while_only_its_hint_changes(draft):
    old = BANK["overall"].question
    codes = {f"option-{place}-code": option.code for place, option in enumerate(old.options)}
    sent = send(kind="rating", text=old.text, hint="新", **lines(*(option.label for option in old.options)) | codes)
    assert read(sent, old, draft).bank == "overall"
    assert read(send(kind="rating", text="别的", **lines()), old, draft).bank == ""


def test_marks_that_the_kind_does_not_have_are_dropped():
    sent = send(**lines("好", "不好"), **{"option-0-exclusive": "on", "option-1-other": "on"}, lowest="3")
    question = read(sent)
    assert question.options == (Option("1", "好"), Option("2", "不好", is_other=True))
    assert question.lowest is None


def test_rating_has_its_five_options_whatever_was_there_before():
    assert read(send(kind="rating", **lines("甲", "乙"))).option_codes == ("1", "2", "3", "4", "5")
    assert read(send(kind="rating", **lines(*"甲乙丙丁戊"))).options == make_options(*"甲乙丙丁戊")


def test_usual_words_of_a_rating_are_those_of_the_survey_in_every_language():
    with override("en"):
        assert read(send(kind="rating", **lines())).options == SATISFIED


def test_emptied_label_of_a_rating_is_told():
    sent = send(
        kind="rating", **lines("差", "", "中", "较好", "好") | {f"option-{n}-code": str(n + 1) for n in range(5)}
    )
    form = QuestionForm(sent, questionnaire=make_questionnaire())
    assert not form.is_valid()
    assert "也不能为空" in form.part_errors[0]


def test_matrix_needs_rows():
    form = QuestionForm(send(kind="matrix", **lines("差", "好")), questionnaire=make_questionnaire())
    assert not form.is_valid()
    assert read(send(kind="matrix", **lines("差", "好"), **lines("甲", prefix="row"))).rows == (Option("1", "甲"),)


@pytest.mark.parametrize("labels", [["好"], ["好", "好"], ["好", "长" * 101], ["好", "宗教信仰"]])
def test_options_that_cannot_be_are_told_and_kept(labels):
    form = QuestionForm(send(**lines(*labels)), questionnaire=make_questionnaire())
    assert not form.is_valid()
    assert form.part_errors
    assert [option.label for option in form.options.filled] == labels


@pytest.mark.parametrize("text", ["", "长" * 201, "宗教信仰"])
def test_words_of_a_question_are_checked(text):
    form = QuestionForm(send(text=text, **lines("好", "不好")), questionnaire=make_questionnaire())
    assert not form.is_valid()
    assert "text" in form.errors


def test_bounds_the_wrong_way_round_are_told():
    form = QuestionForm(send(kind="number", lowest="5", highest="1"), questionnaire=make_questionnaire())
    assert "highest" in form.errors


# --- Options line by line


def test_lines_move_and_more_are_offered():
    parts = read_parts("option", lines("甲", "乙", "丙"))
    assert [line.label for line in do_deed(parts, "option-up-1").lines] == ["乙", "甲", "丙"]
    assert [line.label for line in do_deed(parts, "option-down-2").lines] == ["甲", "乙", "丙"]
    assert len(do_deed(parts, "option-more").lines) == 9


@pytest.mark.parametrize(
    ("deed", "focus"),
    [
        ("option-up-1", "option-up-0"),
        ("option-up-0", "option-up-0"),
        ("option-down-0", "option-down-1"),
        ("option-down-2", "option-down-2"),
        ("option-more", "option-3-label"),
        ("option-paste", "option-3-label"),
        ("row-up-1", ""),
        ("kind", ""),
    ],
)
def test_focus_follows_the_line_that_moved(deed, focus):
    assert find_focus(read_parts("option", lines("甲", "乙", "丙")), deed) == focus


@pytest.mark.parametrize("deed", ["", "row-up-1", "option-up-999", "option-fly-1", "option-up-²", "kind"])
def test_button_of_something_else_moves_nothing(deed):
    parts = read_parts("option", lines("甲", "乙"))
    assert do_deed(parts, deed) == parts


def test_pasted_lines_are_added_even_when_the_form_is_saved_at_once():
    question = read(send(**lines("甲", "乙"), **{"option-lines": "丙\r\n\r\n 丁 "}))
    assert [option.label for option in question.options] == ["甲", "乙", "丙", "丁"]


def test_too_many_pasted_lines_are_all_kept_and_told():
    sent = send(**lines("甲"), **{"option-lines": "\n".join(f"第{number}" for number in range(MAX_OPTIONS + 5))})
    form = QuestionForm(sent, questionnaire=make_questionnaire())
    assert not form.is_valid()
    assert len(form.options.filled) == MAX_OPTIONS + 6


def test_paste_of_nothing_changes_nothing():
    parts = Parts("option", make_options("甲"))
    assert paste(parts, " \n ") == parts


# --- Conditions


def test_ticked_options_of_an_earlier_question_are_a_condition():
    sent = send(
        **lines("好", "不好"), **{"if-joined-0": ["1", "nonsense"], "if-joined-0-none": "on", "if-sex-0": ["2"]}
    )
    assert read(sent).conditions == (
        Condition("sex", ("2",)),
        Condition("joined", ("1",), is_negated=True),
    )


def test_later_question_and_one_answered_in_words_are_not_offered():
    form = QuestionForm(questionnaire=make_questionnaire(), question=make_questionnaire().by_code["years"])
    assert [row.question.code for row in form.conditions] == ["sex", "joined", "overall"]


def test_two_conditions_on_one_question_both_stay():
    both = (Condition("joined", ("1",)), Condition("joined", ("2",), is_negated=True))
    questionnaire = make_questionnaire()
    old = Question("late", Kind.TEXT, "说说", conditions=both)
    form = QuestionForm(questionnaire=put_question(questionnaire, old, section="thoughts"), question=old)
    assert [(row.name, row.chosen, row.is_negated) for row in form.conditions if row.chosen] == [
        ("if-joined-0", ("1",), False),
        ("if-joined-1", ("2",), True),
    ]


def test_new_question_can_be_asked_after_all_of_its_section():
    form = QuestionForm(questionnaire=make_questionnaire(), section="about")
    assert [question.code for question in form.earlier] == ["sex", "joined"]
