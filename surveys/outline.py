"""A questionnaire as its editor shows it: every question with its options, conditions and figures in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.bank import BANK, is_unchanged
from surveys.questionnaire import Kind, Question, Questionnaire, Section
from surveys.rendering import tell_condition

MOST_LABELS = 8  # options told in the outline; the rest are counted


@dataclass(frozen=True)
class QuestionLine:
    """A question in the outline. `feeds`: ids of the indicators that its answers go into."""

    question: Question
    number: int
    kind: str
    labels: str
    asked_if: tuple[str, ...]
    feeds: tuple[str, ...]


@dataclass(frozen=True)
class SectionLines:
    """A section in the outline; `others` are where its questions can be moved."""

    section: Section
    lines: tuple[QuestionLine, ...]
    others: tuple[Section, ...]


def outline(questionnaire: Questionnaire) -> list[SectionLines]:
    """Return the sections with their questions, numbered through."""
    numbers = {question.code: number for number, question in enumerate(questionnaire.questions, 1)}
    return [
        SectionLines(
            section,
            tuple(describe(question, numbers[question.code], questionnaire) for question in section.questions),
            tuple(other for other in questionnaire.sections if other.code != section.code),
        )
        for section in questionnaire.sections
    ]


def describe(question: Question, number: int, questionnaire: Questionnaire) -> QuestionLine:
    """Return one question in words."""
    conditions = tuple(tell_condition(questionnaire, condition) for condition in question.conditions)
    kind = str(Kind(question.kind).label) if question.kind in Kind.values else question.kind
    return QuestionLine(question, number, kind, tell_labels(question), conditions, find_indicators(question))


def find_indicators(question: Question) -> tuple[str, ...]:
    """Return the ids of the indicators that a question feeds while it asks what the bank asks."""
    return BANK[question.bank].indicators if is_unchanged(question) else ()


def tell_labels(question: Question) -> str:
    """Return the first options, and how many more there are."""
    labels = [option.label for option in question.options]
    told = " / ".join(labels[:MOST_LABELS])
    if len(labels) > MOST_LABELS:
        told = _("%(told)s 等 %(count)s 项") % {"told": told, "count": len(labels)}
    rows = _("、").join(row.label for row in question.rows)
    return _("%(name)s：%(value)s") % {"name": rows, "value": told} if rows else told
