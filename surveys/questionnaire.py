"""A questionnaire as a value: sections, questions, options, conditions, and its JSON. No database, no forms here.

What is wrong with one: checking.py.

Answers to a questionnaire are a flat mapping from the code of a *variable* to a plain JSON value:

- one option (single, rating, a row of a matrix): its code; a row's variable is "question.row"
- several options, ranking: a list of codes, the latter from first to last
- number: an integer or decimal; date: ISO 8601; text: a string
- what was written beside "other": a string under "question.other"

A variable that was not asked or not answered is absent.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy

# What XLSForm takes for a name and SPSS for a variable; 24 leaves room for "_row" and "_other".
CODE = re.compile(r"[a-z][a-z0-9_]{0,23}")
OPTION_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,23}")
RESERVED = frozenset({"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"})  # of SPSS
OTHER = ".other"
MAX_QUESTIONS, MAX_OPTIONS, MAX_ROWS = 100, 60, 30
MAX_SHORT, MAX_LONG = 100, 1000  # characters of an answer in words
RATING_CODES = ("1", "2", "3", "4", "5")


class Kind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", gettext_lazy("单选")
    MULTIPLE = "multiple", gettext_lazy("多选")
    RATING = "rating", gettext_lazy("打分（1–5）")
    MATRIX = "matrix", gettext_lazy("矩阵单选")
    RANKING = "ranking", gettext_lazy("排序")
    NUMBER = "number", gettext_lazy("数字")
    DATE = "date", gettext_lazy("日期")
    TEXT = "text", gettext_lazy("一行文字")
    LONG = "long", gettext_lazy("一段文字")


CHOSEN = (Kind.SINGLE, Kind.MULTIPLE, Kind.RATING, Kind.MATRIX, Kind.RANKING)  # answered by tapping options
CONDITIONABLE = (Kind.SINGLE, Kind.MULTIPLE, Kind.RATING)  # on their options it may depend what is asked later
WRITTEN = (Kind.TEXT, Kind.LONG)


class Background(models.TextChoices):
    """What a question tells about who answers, for comparing with the register: never more than these."""

    NONE = "", gettext_lazy("不是背景问题")
    SEX = "sex", gettext_lazy("性别")
    AGE = "age", gettext_lazy("年龄段")
    GROUP = "group", gettext_lazy("人群")
    POST = "post", gettext_lazy("身份")  # resident, community worker


@dataclass(frozen=True)
class Option:
    """An answer that can be tapped. An exclusive one stands alone; "other" asks for words beside it."""

    code: str
    label: str
    is_exclusive: bool = False
    is_other: bool = False


@dataclass(frozen=True)
class Condition:
    """A question is asked if any of these options (or, negated, none of them) was chosen in an earlier question.

    An earlier question that was not asked counts as one in which nothing was chosen.
    """

    question: str
    options: tuple[str, ...]
    is_negated: bool = False

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Tell whether the condition holds for these answers."""
        given = answers.get(self.question, ())
        chosen = {given} if isinstance(given, str) else set(given)
        return chosen.isdisjoint(self.options) == self.is_negated


@dataclass(frozen=True)
class Question:
    """A question. `rows` belong to a matrix, whose `options` are its columns; a rating has the options "1" to "5".

    `is_ordered`: the options form a scale, the worst or least first. `is_opinion`: it asks what somebody thinks, so
    that no named survey may hold it. `bank`: the code in the question bank from which it was taken unchanged.
    """

    code: str
    kind: str
    text: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    is_required: bool = False
    is_shuffled: bool = False
    is_ordered: bool = False
    is_opinion: bool = True
    conditions: tuple[Condition, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    background: str = ""
    bank: str = ""

    def is_asked(self, answers: Mapping[str, Any]) -> bool:
        """Tell whether somebody with these answers to the earlier questions is asked this one."""
        return all(condition.holds(answers) for condition in self.conditions)

    @cached_property
    def option_codes(self) -> tuple[str, ...]:
        """The codes of its options."""
        return tuple(option.code for option in self.options)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The words of its options, by code."""
        return {option.code: option.label for option in self.options}

    @property
    def other(self) -> Option | None:
        """The option that asks for words."""
        return next((option for option in self.options if option.is_other), None)

    @property
    def variables(self) -> "list[Variable]":
        """What is known from an answer: one variable, or one for each row of a matrix."""
        if self.kind == Kind.MATRIX:
            return [Variable(f"{self.code}.{row.code}", f"{self.text}：{row.label}", self) for row in self.rows]
        return [Variable(self.code, self.text, self)]


@dataclass(frozen=True)
class Variable:
    """A column of the answers: what tables, files and figures are about."""

    code: str
    name: str
    question: Question

    @property
    def is_single(self) -> bool:
        """Whether exactly one of the options is given."""
        return self.question.kind in (Kind.SINGLE, Kind.RATING, Kind.MATRIX)

    @property
    def is_multiple(self) -> bool:
        """Whether several of the options can be given: the base of shares is persons."""
        return self.question.kind == Kind.MULTIPLE

    @property
    def has_scores(self) -> bool:
        """Whether a mean says something: options are coded by whole numbers on a scale, or numbers are given."""
        is_scale = self.question.is_ordered or self.question.kind == Kind.RATING
        codes = self.question.option_codes
        return self.question.kind == Kind.NUMBER or (self.is_single and is_scale and all(map(str.isdecimal, codes)))


@dataclass(frozen=True)
class Section:
    """A step of the questionnaire: what a phone shows at once."""

    code: str
    title: str
    questions: tuple[Question, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Questionnaire:
    """Sections with their questions. Equal questionnaires are equal values."""

    sections: tuple[Section, ...] = field(default=())

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in their order."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def by_code(self) -> dict[str, Question]:
        """Questions by code."""
        return {question.code: question for question in self.questions}

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """All variables in their order."""
        return tuple(variable for question in self.questions for variable in question.variables)

    @cached_property
    def variable_by_code(self) -> dict[str, Variable]:
        """Variables by code."""
        return {variable.code: variable for variable in self.variables}

    def find_background(self, background: str) -> Question | None:
        """Return the question that asks for this background."""
        return next((question for question in self.questions if question.background == background), None)

    def to_json(self) -> dict[str, Any]:
        """Return what a JSON column keeps; from_json() gives an equal questionnaire."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the questionnaire that to_json() wrote."""
        return cls(tuple(read_section(section) for section in data.get("sections", ())))


def read_section(data: Mapping[str, Any]) -> Section:
    """Return a section from its JSON."""
    return Section(**{**data, "questions": tuple(read_question(question) for question in data["questions"])})


def read_question(data: Mapping[str, Any]) -> Question:
    """Return a question from its JSON."""
    inner = {
        "options": tuple(Option(**option) for option in data["options"]),
        "rows": tuple(Option(**row) for row in data["rows"]),
        "conditions": tuple(
            Condition(**{**condition, "options": tuple(condition["options"])}) for condition in data["conditions"]
        ),
    }
    return Question(**{**data, **inner})
