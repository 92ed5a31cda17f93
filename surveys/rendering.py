"""A questionnaire as its form shows it: what stands in each field, what was wrong, in which order options come.

Used by the public form, the kiosk and the preview: templates/surveys/form/_questions.html draws what is made here.
The form works without scripts; with them (static/js/survey.js) it goes step by step.
"""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from surveys.answers import ask_for
from surveys.questionnaire import MAX_LONG, MAX_SHORT, OTHER, Condition, Kind, Option, Question, Questionnaire

# Seconds that somebody on a phone takes, by kind of question; a matrix takes as long as its rows.
SECONDS = {Kind.RANKING: 25, Kind.TEXT: 20, Kind.LONG: 40, Kind.MULTIPLE: 12}
USUAL_SECONDS, ROW_SECONDS = 8, 6
SCALE_OPTIONS = 5  # as many as fit beside each other on a small phone


@dataclass(frozen=True)
class OptionView:
    """An option that can be tapped."""

    code: str
    label: str
    is_chosen: bool
    is_exclusive: bool
    is_other: bool


@dataclass(frozen=True)
class RowView:
    """A line of options of which one is chosen: a row of a matrix."""

    name: str
    label: str
    options: list[OptionView]


@dataclass(frozen=True)
class QuestionView:
    """A question with what was filled in. `places`: of a ranking, what stands first, second, …

    `conditions` is JSON for the script, `asked_if` the same in words for who has none.
    """

    question: Question
    number: int
    options: list[OptionView]
    rows: list[RowView]
    places: list[list[OptionView]]
    value: str
    other_value: str
    problem: str
    conditions: str
    asked_if: list[str]

    @property
    def code(self) -> str:
        """The code of the question, and the name of its field."""
        return self.question.code

    @property
    def other_name(self) -> str:
        """The name of the field beside "other"; "" without one."""
        return self.code + OTHER if self.question.other else ""

    @property
    def missing(self) -> str:
        """What to say when it was passed over; "" when it may be."""
        return ask_for(self.question) if self.question.is_required else ""

    @property
    def is_scale(self) -> bool:
        """Whether its options stand side by side, all of one size."""
        kinds = (Kind.RATING, Kind.MATRIX)
        return self.question.kind in kinds and len(self.question.options) <= SCALE_OPTIONS

    @property
    def most(self) -> int:
        """How many characters an answer in words may have."""
        return MAX_LONG if self.question.kind == Kind.LONG else MAX_SHORT

    @property
    def is_shuffled(self) -> bool:
        """Whether the order of its parts is by chance."""
        return self.question.is_shuffled and not self.question.is_ordered


@dataclass(frozen=True)
class SectionView:
    """A step of the form."""

    code: str
    title: str
    note: str
    questions: list[QuestionView]


Given = Mapping[str, Sequence[str]]


def render_questions(
    questionnaire: Questionnaire,
    *,
    given: Given | None = None,
    problems: Mapping[str, str] | None = None,
    seed: str = "",
) -> list[SectionView]:
    """Return the form of a questionnaire with the given fields filled in; the same seed gives the same order."""
    given, problems = given or {}, problems or {}
    numbers = {question.code: number for number, question in enumerate(questionnaire.questions, 1)}

    def view(question: Question) -> QuestionView:
        texts = list(given.get(question.code, ()))
        options = shuffle(question, question.options, seed) if question.kind != Kind.MATRIX else question.options
        return QuestionView(
            question=question,
            number=numbers[question.code],
            options=mark(options, texts),
            rows=list(view_rows(question, given, seed)),
            places=[mark(options, texts[place : place + 1]) for place in range(len(options))]
            if question.kind == Kind.RANKING
            else [],
            value=texts[0] if texts else "",
            other_value=next(iter(given.get(question.code + OTHER, ())), ""),
            problem=problems.get(question.code, ""),
            conditions=json.dumps([asdict(condition) for condition in question.conditions]),
            asked_if=[tell_condition(questionnaire, condition) for condition in question.conditions],
        )

    return [
        SectionView(section.code, section.title, section.note, [view(question) for question in section.questions])
        for section in questionnaire.sections
    ]


def view_rows(question: Question, given: Given, seed: str) -> Iterable[RowView]:
    """Yield the rows of a matrix; where it is shuffled they are, and its columns never."""
    for row in shuffle(question, question.rows, seed):
        name = f"{question.code}.{row.code}"
        yield RowView(name, row.label, mark(question.options, given.get(name, ())))


def mark(options: Iterable[Option], texts: Sequence[str]) -> list[OptionView]:
    """Return options, those chosen that are among the texts."""
    return [
        OptionView(option.code, option.label, option.code in texts, option.is_exclusive, option.is_other)
        for option in options
    ]


def shuffle(question: Question, parts: Sequence[Option], seed: str) -> list[Option]:
    """Return options or rows in the order of this visit: what stands alone, and "other", stays last."""
    movable = [part for part in parts if not (part.is_exclusive or part.is_other)]
    if question.is_shuffled and not question.is_ordered:
        # The seed is a fresh random token: the order says nothing but that.
        random.Random(f"{seed} {question.code}").shuffle(movable)  # noqa: S311 # nosec B311
        return movable + [part for part in parts if part.is_exclusive or part.is_other]
    return list(parts)


def tell_condition(questionnaire: Questionnaire, condition: Condition) -> str:
    """Return in words when a question is asked."""
    question = questionnaire.by_code[condition.question]
    labels = [option.label for option in question.options if option.code in condition.options]
    names = {"question": question.text, "options": _("、").join(f"“{label}”" for label in labels)}
    if condition.is_negated:
        return _("如果“%(question)s”没有选 %(options)s，请回答。") % names
    return _("如果“%(question)s”选了 %(options)s，请回答。") % names


def tell_given(questionnaire: Questionnaire, given: Given) -> list[tuple[str, list[str]]]:
    """Return what was filled in as words, question by question: for who came too late to send it."""
    told = []
    for variable in questionnaire.variables:
        labels = variable.question.labels
        texts = [*given.get(variable.code, ()), *given.get(variable.code + OTHER, ())]
        if words := [labels.get(text, text) for text in texts if text.strip()]:
            told.append((variable.name, words))
    return told


def count_minutes(questionnaire: Questionnaire) -> int:
    """Return how many minutes answering takes about, at least one."""
    seconds = sum(
        len(question.rows) * ROW_SECONDS if question.rows else SECONDS.get(Kind(question.kind), USUAL_SECONDS)
        for question in questionnaire.questions
    )
    return max(1, round(seconds / 60))
