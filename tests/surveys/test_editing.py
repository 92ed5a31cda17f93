"""Changing a questionnaire: order, copies, codes, and conditions that stay whole."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from surveys import editing
from surveys.questionnaire import Condition, Kind, Option, Question, Questionnaire, Section
from tests.surveys.conftest import make_options


def ask(code: str, *, after: str = "", kind: str = Kind.SINGLE) -> Question:
    conditions = (Condition(after, ("1",)),) if after else ()
    options = make_options("是", "否") if kind == Kind.SINGLE else ()
    return Question(code, kind, f"问{code}", options=options, conditions=conditions)


@pytest.fixture
def three() -> Questionnaire:
    """a and b in the first section, c in the second; b and c are asked after a."""
    return Questionnaire(
        (Section("one", "一", (ask("a"), ask("b", after="a"))), Section("two", "二", (ask("c", after="a"),)))
    )


def codes(questionnaire: Questionnaire) -> list[list[str]]:
    return [[question.code for question in section.questions] for section in questionnaire.sections]


def test_new_section_stands_last_with_a_code_of_its_own(three):
    more = editing.add_section(editing.add_section(three, title="三"), title="四")
    assert [section.code for section in more.sections] == ["one", "two", "part1", "part2"]


def test_sections_are_limited(three):
    full = Questionnaire(tuple(Section(f"s{number}", "节") for number in range(editing.MAX_SECTIONS)))
    with pytest.raises(ValidationError, match="最多"):
        editing.add_section(full, title="多")


def test_section_gets_another_title(three):
    changed = editing.change_section(three, "two", title="新", note="说明")
    assert (changed.sections[1].title, changed.sections[1].note) == ("新", "说明")
    assert codes(changed) == codes(three)


def test_question_is_added_at_the_end_of_its_section(three):
    assert codes(editing.put_question(three, ask("d"), section="one")) == [["a", "b", "d"], ["c"]]


def test_question_is_replaced_where_it_stands(three):
    changed = editing.put_question(three, replace(three.by_code["a"], text="新"), section="two")
    assert codes(changed) == codes(three)
    assert changed.by_code["a"].text == "新"


def test_copy_stands_beside_with_a_code_of_its_own(three):
    tied = editing.put_question(three, replace(ask("d"), bank="overall", background="sex"), section="one")
    copied = editing.copy_question(tied, "d")
    assert codes(copied)[0] == ["a", "b", "d", "q1"]
    assert (copied.by_code["q1"].bank, copied.by_code["q1"].background) == ("", "")


@pytest.mark.parametrize(
    ("code", "direction", "expected"),
    [
        ("b", "down", [["a"], ["b", "c"]]),
        ("c", "up", [["a", "b", "c"], []]),
        ("a", "up", [["a", "b"], ["c"]]),
        ("c", "down", [["a", "b"], ["c"]]),
    ],
)
def test_question_moves_over_the_border_of_sections_and_no_further(three, code, direction, expected):
    assert codes(editing.move_question(three, code, direction=direction)) == expected


def test_question_moves_within_its_section(three):
    free = editing.put_question(three, ask("d"), section="one")
    assert codes(editing.move_question(free, "d", direction="up"))[0] == ["a", "d", "b"]


def test_question_moves_to_another_section(three):
    assert codes(editing.place_question(three, "b", section="two")) == [["a"], ["c", "b"]]


def test_question_without_dependents_is_removed(three):
    assert codes(editing.remove_question(three, "b")) == [["a"], ["c"]]


@pytest.mark.parametrize(
    "break_it",
    [
        lambda draft: editing.remove_question(draft, "a"),
        lambda draft: editing.move_question(draft, "a", direction="down"),
        lambda draft: editing.move_question(draft, "b", direction="up"),
        lambda draft: editing.place_question(draft, "a", section="two"),
        lambda draft: editing.move_section(draft, "two", direction="up"),
        lambda draft: editing.remove_section(draft, "one"),
        lambda draft: editing.put_question(draft, ask("a", kind=Kind.TEXT), section="one"),
        lambda draft: editing.put_question(
            draft, replace(ask("a"), options=(Option("2", "否"), Option("3", "别的"))), section="one"
        ),
    ],
)
def test_change_that_breaks_a_condition_is_refused_with_the_name_of_the_question(three, break_it):
    with pytest.raises(ValidationError, match=r"“问[bc]”的显示条件"):
        break_it(three)


def test_condition_that_was_broken_before_hinders_nothing(three):
    lost = editing.put_question(Questionnaire(three.sections[1:]), ask("d"), section="two")
    assert codes(editing.move_question(lost, "d", direction="up")) == [["d", "c"]]


def test_question_cannot_be_added_after_itself(three):
    with pytest.raises(ValidationError, match="显示条件"):
        editing.put_question(three, replace(ask("a"), conditions=(Condition("c", ("1",)),)), section="one")


@pytest.mark.parametrize("code", ["gone", ""])
def test_what_is_gone_is_said_to_be_gone(three, code):
    for change in (editing.remove_question, editing.copy_question):
        with pytest.raises(ValidationError, match="不在问卷里"):
            change(three, code)
    with pytest.raises(ValidationError, match="不在问卷里"):
        editing.move_section(three, code, direction="up")


def test_options_keep_their_codes_when_their_words_change():
    before = make_options("差", "好")
    named = editing.name_options((Option("2", "很好"), Option("1", "差"), Option("", "一般")), before)
    assert [(option.code, option.label) for option in named] == [("2", "很好"), ("1", "差"), ("3", "一般")]


def test_option_typed_again_gets_its_code_back():
    named = editing.name_options((Option("", "好"), Option("", "差")), make_options("差", "好"))
    assert [option.code for option in named] == ["2", "1"]


def test_code_of_an_option_that_went_is_not_given_to_another():
    assert editing.name_options((Option("", "新"),), make_options("差", "好"))[0].code == "3"
