"""What a column of a result workbook can be: a variable, the words beside "other", or one option of several."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from grids.vocabulary import fold
from surveys.questionnaire import OTHER, Kind, Option, Question, Questionnaire
from surveys.workbooks.cells import unify

BY_OPTION = (Kind.MULTIPLE, Kind.RANKING)  # other tools give each of their options a column, too


@dataclass(frozen=True)
class Target:
    """One meaning of a column. `value` names it: "joined", "places.room", "joined.other", "joined=talks".

    `names` are headings under which it is known, compared as headings.compare_form() returns them; `numbered` those in
    which the number of the question stands for its words.
    """

    value: str
    label: str
    question: Question
    option: Option | None
    names: tuple[str, ...]
    numbered: tuple[str, ...] = ()
    number: int = 0  # of the question, from 1

    @property
    def is_words(self) -> bool:
        """Whether it is what was written beside "other"."""
        return self.value.endswith(OTHER) and self.option is None


def list_targets(questionnaire: Questionnaire) -> list[Target]:
    """Return all that a column can be, in the order of the questionnaire."""
    return [
        replace(target, number=number)
        for number, question in enumerate(questionnaire.questions, start=1)
        for target in list_of_question(question, number)
    ]


def list_of_question(question: Question, number: int) -> Iterator[Target]:
    """Yield what a column can be of one question; `number` as it is counted from 1."""
    text = fold_words(question.text)
    if question.kind == Kind.MATRIX:
        for row in question.rows:
            names = make_names(question, row, text)
            value = f"{question.code}.{row.code}"
            label = _("%(name)s：%(value)s") % {"name": f"{number}. {question.text}", "value": row.label}
            yield Target(value, label, question, None, names, (f"{number}|{fold_words(row.label)}",))
    else:
        yield Target(
            question.code, f"{number}. {question.text}", question, None, (fold(question.code), text), (f"{number}|",)
        )
    if question.other:
        names = tuple(
            f"{start}{end}" for start in (text, fold(question.code)) for end in ("other", "其他", "其它", "请写明")
        )
        label = _("%(question)s：其他，写的字") % {"question": f"{number}. {question.text}"}
        yield Target(f"{question.code}{OTHER}", label, question, None, names)
    for option in question.options if question.kind in BY_OPTION else ():
        label = f"{number}. {question.text} = {option.label}"
        names = make_names(question, option, text)
        value = f"{question.code}={option.code}"
        yield Target(value, label, question, option, names, (f"{number}|{fold_words(option.label)}",))


def fold_words(text: str) -> str:
    """Return words as headings.compare_form() leaves them."""
    return fold(unify(text)).lower()


def make_names(question: Question, part: Option, text: str) -> tuple[str, ...]:
    """Return the headings of a row or option: words of the question and its own, or both codes."""
    return (f"{text}{fold_words(part.label)}", f"{fold(question.code)}{fold(part.code)}")
