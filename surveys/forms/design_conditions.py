"""When a question is asked: the earlier questions with their options to tick. Works without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict

from surveys.questionnaire import CONDITIONABLE, Condition, Option, Question

MOST_ALIKE = 4  # conditions on one question: nobody needs more


@dataclass(frozen=True)
class ConditionRow:
    """An earlier question and which of its options are ticked; nothing ticked is no condition."""

    name: str
    question: Question
    chosen: tuple[str, ...] = ()
    is_negated: bool = False

    @property
    def options(self) -> list[tuple[Option, bool]]:
        """The options, and whether each is ticked."""
        return [(option, option.code in self.chosen) for option in self.question.options]


def show_conditions(conditions: tuple[Condition, ...], earlier: list[Question]) -> list[ConditionRow]:
    """Return a row for every earlier question, more where several conditions are about it."""
    return [row for question in earlier for row in show_question(question, conditions)]


def show_question(question: Question, conditions: tuple[Condition, ...]) -> Iterator[ConditionRow]:
    """Yield the rows of one earlier question."""
    if question.kind not in CONDITIONABLE:
        return
    about = [condition for condition in conditions if condition.question == question.code]
    for number, condition in enumerate(about or [Condition(question.code, ())]):
        yield ConditionRow(f"if-{question.code}-{number}", question, condition.options, condition.is_negated)


def read_conditions(data: QueryDict, earlier: list[Question]) -> tuple[Condition, ...]:
    """Return the conditions that a form sent; options are kept in the order of their question."""
    found = []
    for question in earlier:
        for number in range(MOST_ALIKE):
            name = f"if-{question.code}-{number}"
            ticked = data.getlist(name)
            options = tuple(code for code in question.option_codes if code in ticked)
            if options and question.kind in CONDITIONABLE:
                found.append(Condition(question.code, options, is_negated=f"{name}-none" in data))
    return tuple(found)
