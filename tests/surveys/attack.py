"""An attacker who has every page of results and a solver of linear programs.

Unknown is how many gave each possible set of answers. Everything that is shown is an equation about these numbers. What
the attacker learns of a cell is the least and the most that agree with all of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import numpy
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from surveys.models import Response, Wave
from surveys.questionnaire import Question, Variable
from surveys.results.crosstabs import cross
from surveys.results.reading import read_results
from surveys.results.shapes import Breakdown, CrossTable, Results

State = tuple[int, dict[str, Any]]  # community, answers
Test = Callable[[State], bool]


@dataclass
class Attacker:
    """What is known: equations over the states in which somebody can be."""

    states: list[State]
    rows: list[numpy.ndarray] = field(default_factory=list)
    values: list[int] = field(default_factory=list)

    def learn(self, test: Test, count: int | None) -> None:
        """Take in how many are in the states that pass."""
        if count is not None:
            self.rows.append(self.mark(test))
            self.values.append(count)

    def mark(self, test: Test) -> numpy.ndarray:
        """Return 1 for each state that passes, 0 for others."""
        return numpy.fromiter((test(state) for state in self.states), dtype=float, count=len(self.states))

    def bound(self, test: Test) -> tuple[float, float]:
        """Return the least and the most people that can be in the states that pass."""
        goal, matrix = self.mark(test), csr_matrix(numpy.array(self.rows))
        found = []
        for sign in (1, -1):
            solved = linprog(sign * goal, A_eq=matrix, b_eq=self.values, bounds=(0, None), method="highs")
            assert solved.status == 0, solved.message
            found.append(sign * solved.fun)
        return found[0], found[1]


def list_states(communities: list[int], questions: tuple[Question, ...]) -> list[State]:
    """Return every way to answer in every community."""
    states: list[dict[str, Any]] = [{}]
    for question in questions:
        grown = []
        for state in states:
            given = list(list_answers(question)) if question.is_asked(state) else []
            grown += [state, *({**state, question.code: one} for one in given)]
        states = grown
    return list(product(communities, states))


def list_answers(question: Question) -> Iterator[Any]:
    """Yield all answers to a question."""
    if question.kind != "multiple":
        yield from question.option_codes
        return
    for size in range(1, len(question.options) + 1):
        yield from (list(chosen) for chosen in combinations(question.option_codes, size))


def gave(variable: str, codes: tuple[str, ...]) -> Test:
    """Return a test: one of these options was given."""
    wanted = set(codes)
    return lambda state: not wanted.isdisjoint(as_set(state[1].get(variable)))


def answered(variable: str) -> Test:
    """Return a test: there is an answer."""
    return lambda state: variable in state[1]


def lives(community: int) -> Test:
    """Return a test: of this community."""
    return lambda state: state[0] == community


def both(*tests: Test) -> Test:
    """Return a test that passes where all do."""
    return lambda state: all(test(state) for test in tests)


def without(test: Test) -> Test:
    """Return a test that passes where the other does not."""
    return lambda state: not test(state)


def as_set(given: Any) -> set[str]:
    """Return the options that were given."""
    return set(given) if isinstance(given, list) else {given} if given else set()


def read_everything(wave: Wave) -> Attacker:
    """Return an attacker who has seen all pages of a wave, and knows how many answered in each community."""
    questions = wave.version.questionnaire.questions
    communities = list(wave.links.values_list("community", flat=True).order_by("community"))
    attacker = Attacker(list_states(communities, questions))
    for community in communities:
        attacker.learn(lives(community), Response.objects.filter(wave=wave, community=community).count())
    results = read_results(wave)
    assert results is not None
    read_distributions(attacker, results)
    for breakdown in results.breakdowns:
        read_breakdown(attacker, breakdown)
    for first, second in combinations(wave.version.questionnaire.variables, 2):
        read_cross(attacker, cross(wave, first.code, second.code), results)
    return attacker


def read_distributions(attacker: Attacker, results: Results) -> None:
    """Learn what is shown of single variables."""
    for one in results.distributions:
        attacker.learn(answered(one.variable), one.n)
        for share in one.shares:
            attacker.learn(gave(one.variable, share.codes), share.count)


def read_breakdown(attacker: Attacker, breakdown: Breakdown) -> None:
    """Learn what is shown by community."""
    for row in breakdown.rows:
        attacker.learn(both(lives(row.community_id), answered(breakdown.variable)), row.n)
        for share, count in zip(breakdown.shares, row.counts, strict=True):
            attacker.learn(both(lives(row.community_id), gave(breakdown.variable, share.codes)), count)


def read_cross(attacker: Attacker, table: CrossTable, results: Results) -> None:
    """Learn what a cross table shows."""
    if table.withheld:
        return
    rows, columns = (
        [gave(code, share.codes) for share in results.find(code).shares] for code in (table.first, table.second)
    )
    attacker.learn(both(answered(table.first), answered(table.second)), table.n)
    for row, total, line in zip(rows, table.row_totals, table.counts, strict=True):
        attacker.learn(both(row, answered(table.second)), total)
        for column, count in zip(columns, line, strict=True):
            attacker.learn(both(row, column), count)
    for column, total in zip(columns, table.column_totals, strict=True):
        attacker.learn(both(answered(table.first), column), total)


def list_protected(wave: Wave) -> Iterator[tuple[str, Test]]:
    """Yield every cell that must not come out when it is small: options alone, by community, and two by two."""
    parts = {variable.code: list(list_parts(variable)) for variable in wave.version.questionnaire.variables}
    for cells in parts.values():
        yield from cells
    for community in wave.links.values_list("community", flat=True):
        for cells in parts.values():
            yield from ((f"{community} x {name}", both(lives(community), test)) for name, test in cells)
    for first, second in combinations(parts, 2):
        for (one, test), (other, another) in product(parts[first], parts[second]):
            yield f"{one} x {other}", both(test, another)


def list_parts(variable: Variable) -> Iterator[tuple[str, Test]]:
    """Yield the options of a variable; of several answers also those who did not give one."""
    for code in variable.question.option_codes:
        yield f"{variable.code}={code}", gave(variable.code, (code,))
        if variable.is_multiple:
            yield f"{variable.code}!={code}", both(answered(variable.code), without(gave(variable.code, (code,))))


def find_leaks(wave: Wave) -> list[str]:
    """Return the small cells of which the attacker knows the count for certain."""
    attacker = read_everything(wave)
    people = list(Response.objects.filter(wave=wave).values_list("community", "answers"))
    leaks = []
    # That few did not choose what nobody chose is no news.
    unchosen = [f"{name.replace('=', '!=')}" for name, test in list_protected(wave) if not any(map(test, people))]
    for name, test in list_protected(wave):
        if any(name == one or name.endswith(f" x {one}") or name.startswith(f"{one} x ") for one in unchosen):
            continue
        count = sum(map(test, people))
        if 0 < count < wave.k:
            least, most = attacker.bound(test)
            if most - least < 0.5:
                leaks.append(f"{name}: {count} in [{least:.2f}, {most:.2f}]")
    return leaks
