"""What one can do to a questionnaire that is being written: each function takes a value and returns the changed one.

Every change keeps the conditions of other questions whole: a change that breaks one is refused with the name of the
question that has it. Saving is designing.py.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import count
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from surveys.checking import check_condition
from surveys.questionnaire import MAX_QUESTIONS, Option, Question, Questionnaire, Section

UP, DOWN = "up", "down"
MAX_SECTIONS = 20
T = TypeVar("T")


def make_code(prefix: str, taken: Collection[str]) -> str:
    """Return the first of prefix1, prefix2, … that is free."""
    return next(code for number in count(1) if (code := f"{prefix}{number}") not in taken)


def find_section(questionnaire: Questionnaire, code: str) -> Section | None:
    """Return the section of this code."""
    return next((section for section in questionnaire.sections if section.code == code), None)


def section_of(questionnaire: Questionnaire, question: str) -> Section | None:
    """Return the section in which a question stands."""
    found = (one for one in questionnaire.sections if any(asked.code == question for asked in one.questions))
    return next(found, None)


# --- Sections


def add_section(questionnaire: Questionnaire, *, title: str, note: str = "") -> Questionnaire:
    """Add an empty section at the end."""
    if len(questionnaire.sections) >= MAX_SECTIONS:
        raise ValidationError(_("最多 %(most)s 个部分。") % {"most": MAX_SECTIONS})
    code = make_code("part", [section.code for section in questionnaire.sections])
    return Questionnaire((*questionnaire.sections, Section(code, title, note=note)))


def change_section(questionnaire: Questionnaire, code: str, *, title: str, note: str) -> Questionnaire:
    """Give a section another title and note."""
    return with_section(questionnaire, code, lambda section: replace(section, title=title, note=note))


def remove_section(questionnaire: Questionnaire, code: str) -> Questionnaire:
    """Remove a section with its questions."""
    require_section(questionnaire, code)
    kept = tuple(section for section in questionnaire.sections if section.code != code)
    return keep_conditions(questionnaire, Questionnaire(kept))


def move_section(questionnaire: Questionnaire, code: str, *, direction: str) -> Questionnaire:
    """Move a section one place up or down; at the end it stays where it is."""
    section = require_section(questionnaire, code)
    return keep_conditions(questionnaire, Questionnaire(shift(questionnaire.sections, section, direction)))


# --- Questions


def put_question(questionnaire: Questionnaire, question: Question, *, section: str) -> Questionnaire:
    """Replace the question of the same code where it stands, or add it at the end of the section."""
    if question.code in questionnaire.by_code:
        changed = with_question(questionnaire, question.code, lambda old: (question,))
    else:
        require_room(questionnaire)
        end = require_section(questionnaire, section).questions
        changed = with_section(questionnaire, section, lambda old: replace(old, questions=(*end, question)))
    return keep_conditions(questionnaire, changed)


def copy_question(questionnaire: Questionnaire, code: str) -> Questionnaire:
    """Put a copy with a code of its own after a question. It is no question of the bank, and asks for no background."""
    require_room(questionnaire)
    name = make_code("q", questionnaire.by_code)
    return with_question(
        questionnaire, code, lambda old: (old, replace(old, code=name, bank="", background="")), must_exist=True
    )


def remove_question(questionnaire: Questionnaire, code: str) -> Questionnaire:
    """Remove a question."""
    changed = with_question(questionnaire, code, lambda old: (), must_exist=True)
    return keep_conditions(questionnaire, changed)


def move_question(questionnaire: Questionnaire, code: str, *, direction: str) -> Questionnaire:
    """Move a question one place up or down, over the border of a section into the next."""
    question = require_question(questionnaire, code)
    section = next(one for one in questionnaire.sections if question in one.questions)
    edge = section.questions[0 if direction == UP else -1]
    if question is not edge:
        moved = shift(section.questions, question, direction)
        changed = with_section(questionnaire, section.code, lambda old: replace(old, questions=moved))
        return keep_conditions(questionnaire, changed)
    place = questionnaire.sections.index(section) + (-1 if direction == UP else 1)
    if not 0 <= place < len(questionnaire.sections):
        return questionnaire
    return place_question(questionnaire, code, section=questionnaire.sections[place].code, at_end=direction == UP)


def place_question(questionnaire: Questionnaire, code: str, *, section: str, at_end: bool = True) -> Questionnaire:
    """Move a question to the end, or to the beginning, of a section."""
    require_section(questionnaire, section)
    question = require_question(questionnaire, code)

    def receive(old: Section) -> Section:
        return replace(old, questions=(*old.questions, question) if at_end else (question, *old.questions))

    without = with_question(questionnaire, code, lambda old: ())
    return keep_conditions(questionnaire, with_section(without, section, receive))


def name_options(options: Sequence[Option], before: Sequence[Option]) -> tuple[Option, ...]:
    """Return options of which each has a code: its own, that of an option with the same words, or a new number."""
    known = {option.label: option.code for option in before}
    taken = {option.code for option in (*options, *before)}
    named: list[Option] = []
    for option in options:
        code = option.code or known.get(option.label, "")
        if not code or code in {earlier.code for earlier in named}:
            code = make_code("", taken)
        taken.add(code)
        named.append(replace(option, code=code))
    return tuple(named)


# --- Parts of the above


def keep_conditions(before: Questionnaire, after: Questionnaire) -> Questionnaire:
    """Return the changed questionnaire, unless the change breaks the condition of a question that was whole."""
    broken = find_broken(before)
    for code in find_broken(after):
        if code not in broken and code in before.by_code:
            raise ValidationError(
                _("“%(text)s”的显示条件用到了这里，改动后就对不上了。请先修改那道题的显示条件。")
                % {"text": after.by_code[code].text},
                code="condition",
            )
    return after


def find_broken(questionnaire: Questionnaire) -> list[str]:
    """Return the codes of questions with a condition that names no earlier question, or no option of it."""
    earlier: dict[str, Question] = {}
    broken = []
    for question in questionnaire.questions:
        if any([*check_condition(condition, earlier)] for condition in question.conditions):
            broken.append(question.code)
        earlier[question.code] = question
    return broken


def require_section(questionnaire: Questionnaire, code: str) -> Section:
    """Return the section of this code, or refuse."""
    section = find_section(questionnaire, code)
    if section is None:
        raise ValidationError(_("这个部分已经不在问卷里。"))
    return section


def require_question(questionnaire: Questionnaire, code: str) -> Question:
    """Return the question of this code, or refuse."""
    question = questionnaire.by_code.get(code)
    if question is None:
        raise ValidationError(_("这道题已经不在问卷里。"))
    return question


def require_room(questionnaire: Questionnaire) -> None:
    """Refuse one more question where there are as many as there may be."""
    if len(questionnaire.questions) >= MAX_QUESTIONS:
        raise ValidationError(_("最多 %(most)s 个问题。") % {"most": MAX_QUESTIONS})


def with_section(questionnaire: Questionnaire, code: str, change: Callable[[Section], Section]) -> Questionnaire:
    """Return the questionnaire with one section changed."""
    require_section(questionnaire, code)
    return Questionnaire(tuple(change(one) if one.code == code else one for one in questionnaire.sections))


def with_question(
    questionnaire: Questionnaire,
    code: str,
    change: Callable[[Question], tuple[Question, ...]],
    *,
    must_exist: bool = False,
) -> Questionnaire:
    """Return the questionnaire with one question replaced by what `change` makes of it: none, one or several."""
    if must_exist:
        require_question(questionnaire, code)

    def rebuild(section: Section) -> Section:
        parts = (change(one) if one.code == code else (one,) for one in section.questions)
        return replace(section, questions=tuple(question for part in parts for question in part))

    return Questionnaire(tuple(rebuild(section) for section in questionnaire.sections))


def shift(items: tuple[T, ...], item: T, direction: str) -> tuple[T, ...]:
    """Return the items with one moved a place up or down."""
    place = items.index(item)
    target = max(place - 1, 0) if direction == UP else min(place + 1, len(items) - 1)
    rest = [*items[:place], *items[place + 1 :]]
    return (*rest[:target], item, *rest[target:])
