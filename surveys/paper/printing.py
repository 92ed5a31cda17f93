"""How a questionnaire stands on paper: numbered questions and options, and in words who need not answer which."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.questionnaire import Condition, Question, Questionnaire, Section


@dataclass(frozen=True)
class PrintedQuestion:
    """A question with its number; `only_if` says who answers it, a sentence for each condition."""

    number: int
    question: Question
    only_if: Sequence[str]


@dataclass(frozen=True)
class PrintedSection:
    """A section with its printed questions."""

    section: Section
    questions: Sequence[PrintedQuestion]


def lay_out(questionnaire: Questionnaire) -> list[PrintedSection]:
    """Return the sections as they are printed; questions are numbered through all of them."""
    numbers = {question.code: number for number, question in enumerate(questionnaire.questions, 1)}
    return [
        PrintedSection(
            section,
            [
                PrintedQuestion(
                    numbers[question.code],
                    question,
                    [say_condition(condition, questionnaire, numbers) for condition in question.conditions],
                )
                for question in section.questions
            ],
        )
        for section in questionnaire.sections
    ]


def say_condition(condition: Condition, questionnaire: Questionnaire, numbers: dict[str, int]) -> str:
    """Return a condition as people read it, with the numbers that are printed."""
    codes = questionnaire.by_code[condition.question].option_codes
    options = _("、").join(str(codes.index(option) + 1) for option in condition.options if option in codes)
    about = {"number": numbers[condition.question], "options": options}
    if condition.is_negated:
        return _("第 %(number)s 题选了 %(options)s 的，这题不用答") % about
    return _("第 %(number)s 题选了 %(options)s 的，才答这题") % about
