"""How a variable becomes categories in SQL: the raw category of an answer, and whether the question was asked.

SQL is assembled from the constants here; codes of questions and options travel as parameters.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from surveys.models import Wave
from surveys.questionnaire import Condition, Kind, Question, Questionnaire, Variable

BLANK, UNASKED, GIVEN = "-", "~", "+"  # no option has such a code
Fragment = tuple[str, list[Any]]

MIXED = "(select community_id, stratum, answers from surveys_response where wave_id = %s) r"
NAMED = """(select l.community_id, '' as stratum, a.answers
            from surveys_namedanswer a join surveys_wavelink l on l.id = a.link_id where l.wave_id = %s) r"""


def source_of(wave: Wave) -> str:
    """Return SQL from where answers of the wave are read: community_id, stratum, answers; its parameter is the wave."""
    return NAMED if wave.mode == Wave.Mode.NAMED else MIXED


def write_condition(condition: Condition, questionnaire: Questionnaire) -> Fragment:
    """Return SQL that tells whether a condition holds; like Condition.holds()."""
    is_multiple = questionnaire.by_code[condition.question].kind == Kind.MULTIPLE
    chosen = "r.answers->%s ?| %s" if is_multiple else "r.answers->>%s = any(%s)"
    negation = "not " if condition.is_negated else ""
    return f"{negation}coalesce({chosen}, false)", [condition.question, list(condition.options)]


def write_asked(question: Question, questionnaire: Questionnaire) -> Fragment:
    """Return SQL that tells whether the question was asked."""
    parts = [write_condition(condition, questionnaire) for condition in question.conditions]
    return " and ".join(sql for sql, _params in parts) or "true", [one for _sql, params in parts for one in params]


@dataclass(frozen=True)
class Axis:
    """A variable on one side of a table: what is shown of it, and where a raw category stands.

    `slots`: raw category -> position; positions may be shared. `cuts`: lower ends of the bins of a number.
    `is_known`: whether the option's own result is shown, for several answers.
    """

    variable: Variable
    labels: tuple[str, ...]
    slots: dict[str, int]
    is_known: tuple[bool, ...]
    cuts: tuple[float, ...] = ()

    @property
    def is_multiple(self) -> bool:
        """Whether each position is a table of its own, chosen or not."""
        return self.variable.is_multiple

    def find(self, raw: str) -> int:
        """Return the position of a raw category; blanks and unasked ones follow the shown ones."""
        if raw == UNASKED:
            return len(self.labels) + 1
        return self.slots.get(raw, len(self.labels))

    def find_value(self, value: str) -> int:
        """Return the position of what somebody gave, a number as it is."""
        if self.variable.question.kind == Kind.NUMBER:
            return bisect_right(self.cuts, float(value))
        return self.find(value)

    def write(self, questionnaire: Questionnaire) -> Fragment:
        """Return SQL for the raw category: an option, the number of a bin, a month; for several answers: any given."""
        asked, asked_params = write_asked(self.variable.question, questionnaire)
        value, params = write_value(self.variable, self.cuts)
        return f"case when {asked} then coalesce({value}, '{BLANK}') else '{UNASKED}' end", [*asked_params, *params]


def write_value(variable: Variable, cuts: tuple[float, ...] = ()) -> Fragment:
    """Return SQL for the raw category of an answer; null without one."""
    kind, code = variable.question.kind, variable.code
    if kind == Kind.MULTIPLE:
        return f"case when jsonb_array_length(r.answers->%s) > 0 then '{GIVEN}' end", [code]
    if kind == Kind.RANKING:
        return "r.answers->%s->>0", [code]
    if kind == Kind.NUMBER:
        return "width_bucket((r.answers->>%s)::numeric, %s::numeric[])::text", [code, list(cuts)]
    if kind == Kind.DATE:
        return "left(r.answers->>%s, 7)", [code]
    return "r.answers->>%s", [code]
