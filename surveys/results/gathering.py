"""Counts the answers of a wave: all variables in a handful of scans. What may be shown of the counts: computing.py.

Counts are kept by cell: community, sex, age band and stratum, which is what weights depend on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from surveys.models import Wave
from surveys.questionnaire import WRITTEN, Background, Kind, Question, Questionnaire
from surveys.results.columns import GIVEN, source_of, write_asked, write_condition


class Cell(NamedTuple):
    """What weights depend on; "" where it is not known."""

    community: int
    sex: str
    age: str
    stratum: str


CellCounts = dict[Cell, Counter[str]]


@dataclass
class Counts:
    """How often what was answered. Raw categories: see columns.write_value(), but numbers as they are.

    `asked` and `held` are of questions with conditions: how many were asked, by community, and for how many each of the
    conditions held. `chosen`: options of questions with several answers. `places`: of rankings, option -> (how many
    placed it, sum of its places).
    """

    cells: dict[Cell, int]
    values: dict[str, CellCounts] = field(default_factory=dict)
    chosen: dict[str, CellCounts] = field(default_factory=dict)
    asked: dict[str, Counter[int]] = field(default_factory=dict)
    held: dict[str, list[int]] = field(default_factory=dict)
    places: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """How many answered at all."""
        return sum(self.cells.values())

    @property
    def by_community(self) -> Counter[int]:
        """How many answered in each community."""
        found: Counter[int] = Counter()
        for cell, count in self.cells.items():
            found[cell.community] += count
        return found


def gather(wave: Wave, questionnaire: Questionnaire) -> Counts:
    """Return the counts of a wave."""
    scan = Scan(wave, questionnaire)
    counts = Counts(cells=scan.count_cells())
    counts.values = scan.count_values()
    counts.chosen = scan.count_chosen()
    counts.places = scan.sum_places()
    scan.count_asked(counts)
    return counts


def sum_cells(counts: CellCounts) -> Counter[str]:
    """Return how often each raw category was given, over all cells."""
    found: Counter[str] = Counter()
    for counter in counts.values():
        found.update(counter)
    return found


class Scan:
    """Reads the answers of one wave in sets."""

    def __init__(self, wave: Wave, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        # Worked out once for each answer ("offset 0"), not again for each of its variables.
        self.source = f"""(
            select r.*, coalesce(r.answers->>%s, '') as sex, coalesce(r.answers->>%s, '') as age
            from {source_of(wave)} offset 0) r"""
        backgrounds = [questionnaire.find_background(name) for name in (Background.SEX, Background.AGE)]
        self.params = [*(question.code if question else "" for question in backgrounds), wave.pk]

    CELL = "r.community_id, r.sex, r.age, r.stratum"

    def codes(self, *kinds: str) -> list[str]:
        """Return the variables of questions of these kinds."""
        return [one.code for one in self.questionnaire.variables if one.question.kind in kinds]

    def run(self, sql: str, params: Iterable[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with connection.cursor() as cursor:
            cursor.execute(sql, list(params))
            return cursor.fetchall()

    def count_cells(self) -> dict[Cell, int]:
        """Return how many answered in each cell."""
        rows = self.run(f"select {self.CELL}, count(*) from {self.source} group by 1, 2, 3, 4", self.params)
        return {Cell(*row[:4]): row[4] for row in rows}

    def count_values(self) -> dict[str, CellCounts]:
        """Return for each variable but texts how often each raw category was given."""
        codes = [one.code for one in self.questionnaire.variables if one.question.kind not in WRITTEN]
        sql = f"""
            select {self.CELL}, e.key, case
                when e.key = any(%s) then case when jsonb_array_length(e.value) > 0 then '{GIVEN}' end
                when e.key = any(%s) then e.value->>0
                when e.key = any(%s) then left(e.value #>> '{{}}', 7)
                else e.value #>> '{{}}' end as raw, count(*)
            from {self.source}, jsonb_each(r.answers) e where e.key = any(%s)
            group by 1, 2, 3, 4, 5, 6
        """
        special = [self.codes(Kind.MULTIPLE), self.codes(Kind.RANKING), self.codes(Kind.DATE)]
        return self._collect(self.run(sql, [*special, *self.params, codes]))

    def count_chosen(self) -> dict[str, CellCounts]:
        """Return for each question with several answers how often each option was chosen."""
        codes = self.codes(Kind.MULTIPLE)
        if not codes:
            return {}
        sql = f"""
            select {self.CELL}, e.key, o.code, count(*)
            from {self.source}, jsonb_each(r.answers) e, jsonb_array_elements_text(e.value) o(code)
            where e.key = any(%s)
            group by 1, 2, 3, 4, 5, 6
        """
        return self._collect(self.run(sql, [*self.params, codes]))

    def _collect(self, rows: Iterable[tuple[Any, ...]]) -> dict[str, CellCounts]:
        found: dict[str, CellCounts] = defaultdict(lambda: defaultdict(Counter))
        for *cell, variable, raw, count in rows:
            if raw is not None:
                found[variable][Cell(*cell)][raw] += count
        return found

    def sum_places(self) -> dict[str, dict[str, tuple[int, int]]]:
        """Return for each ranking how many placed an option, and the sum of its places."""
        codes = self.codes(Kind.RANKING)
        found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        if codes:
            sql = f"""
                select e.key, o.code, count(*), sum(o.place)
                from {self.source}, jsonb_each(r.answers) e,
                     jsonb_array_elements_text(e.value) with ordinality o(code, place)
                where e.key = any(%s) group by 1, 2
            """
            for variable, option, count, places in self.run(sql, [*self.params, codes]):
                found[variable][option] = (count, int(places))
        return found

    def count_asked(self, counts: Counts) -> None:
        """Fill in how many were asked the questions that have conditions."""
        questions = [question for question in self.questionnaire.questions if question.conditions]
        if not questions:
            return
        parts = [part for question in questions for part in self._list_conditions(question)]
        columns = ", ".join(f"count(*) filter (where {sql})" for sql, _params in parts)
        params = [one for _sql, own in parts for one in own]
        rows = self.run(f"select r.community_id, {columns} from {self.source} group by 1", [*params, *self.params])
        place = 1
        for question in questions:
            counts.asked[question.code] = Counter({row[0]: row[place] for row in rows})
            last = place + len(question.conditions)
            counts.held[question.code] = [sum(row[i] for row in rows) for i in range(place + 1, last + 1)]
            place = last + 1

    def _list_conditions(self, question: Question) -> list[tuple[str, list[Any]]]:
        held = [write_condition(condition, self.questionnaire) for condition in question.conditions]
        return [write_asked(question, self.questionnaire), *held]
