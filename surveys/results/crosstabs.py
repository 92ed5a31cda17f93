"""Two questions at once, counted when somebody asks for them, and kept while the cache lives."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from surveys.counting import answers_of
from surveys.models import Wave, WaveResults
from surveys.questionnaire import WRITTEN, Kind, Questionnaire
from surveys.results.axes import make_axis
from surveys.results.columns import BLANK, GIVEN, Axis, source_of
from surveys.results.protecting import Shown, protect, protect_options, protect_pairs
from surveys.results.reading import read_results
from surveys.results.reasons import REASONS
from surveys.results.shapes import CrossTable, Distribution, Results

logger = logging.getLogger(__name__)
T = TypeVar("T")
A_DAY = 86_400
Pairs = Counter[tuple[str, str]]


def cross(wave: Wave, first: str, second: str) -> CrossTable:
    """Return two variables of a wave against each other; `withheld` says why not. KeyError for no such variable.

    Made in the order of the questionnaire and turned if need be: both ways round show and hide the same.
    """
    questionnaire = wave.version.questionnaire
    one, other = questionnaire.variable_by_code[first], questionnaire.variable_by_code[second]
    empty = CrossTable(first, second, one.name, other.name)
    results = read_results(wave)
    reason = find_reason(wave, questionnaire, results, first, second)
    if reason or results is None:
        return replace(empty, withheld=str(REASONS[reason]))
    order = [variable.code for variable in questionnaire.variables]
    is_turned = order.index(first) > order.index(second)
    ahead, behind = (second, first) if is_turned else (first, second)
    axes = [
        make_axis(questionnaire.variable_by_code[code], find_distribution(results, code)) for code in (ahead, behind)
    ]
    edition = WaveResults.objects.values_list("computed_at", flat=True).get(wave=wave)
    key = f"survey-cross:{wave.pk}:{edition.timestamp()}:{ahead}:{behind}"
    shown = find_or_make(key, lambda: Crossing(wave, questionnaire, results, axes[0], axes[1]).protect())
    if shown is None or not any(count is not None for line in shown.counts for count in line):
        return replace(empty, withheld=str(REASONS["too_telling"]))
    table = replace(
        empty,
        rows=axes[0].labels,
        columns=axes[1].labels,
        counts=shown.counts,
        row_totals=shown.row_totals,
        column_totals=shown.column_totals,
        n=shown.n,
    )
    return turn(table) if is_turned else table


def find_reason(wave: Wave, questionnaire: Questionnaire, results: Results | None, first: str, second: str) -> str:
    """Return the key of why two variables cannot be shown against each other; "" when they can."""
    if results is None or not results.is_final:
        return "tables_open"
    if first == second:
        return "same"
    if any(questionnaire.variable_by_code[code].question.kind in WRITTEN for code in (first, second)):
        return "words"
    if any(not find_distribution(results, code).shares for code in (first, second)):
        return "hidden_question"
    questions = [questionnaire.variable_by_code[code].question for code in (first, second)]
    if any(one.kind == Kind.MULTIPLE for one in questions) and any(one.conditions for one in questions):
        return "asked"
    if wave.mode == Wave.Mode.NAMED and answers_of(wave).count() < results.answers:
        return "gone"
    return ""


def find_distribution(results: Results, code: str) -> Distribution:
    """Return the distribution of a variable: there is one of each."""
    return next(one for one in results.distributions if one.variable == code)


def turn(table: CrossTable) -> CrossTable:
    """Return the table with rows for columns; its names stay."""
    return replace(
        table,
        rows=table.columns,
        columns=table.rows,
        counts=tuple(zip(*table.counts, strict=True)),
        row_totals=table.column_totals,
        column_totals=table.row_totals,
    )


def find_or_make(key: str, make: Callable[[], T]) -> T:
    """Return what the cache keeps under the key, or a fresh one; a cache that does not answer costs time only."""
    try:
        found = cache.get(key)
        if found is not None:
            return found[0]
    except RedisError as error:
        logger.warning("cross table without cache: %s", type(error).__name__)
        return make()
    made = make()
    try:
        cache.set(key, (made,), timeout=A_DAY)
    except RedisError as error:
        logger.warning("cross table not kept: %s", type(error).__name__)
    return made


class Crossing:
    """Counts two axes of a wave against each other and takes out what must be hidden."""

    def __init__(self, wave: Wave, questionnaire: Questionnaire, results: Results, first: Axis, second: Axis) -> None:
        self.wave, self.questionnaire, self.results = wave, questionnaire, results
        self.first, self.second = first, second

    def protect(self) -> Shown | None:
        """Return what may be shown; None when nothing may."""
        if self.first.is_multiple and self.second.is_multiple:
            return self._protect_pairs()
        if self.first.is_multiple:
            shown = self._protect_options(self.second, self.first)
            return turn_shown(shown) if shown else None
        if self.second.is_multiple:
            return self._protect_options(self.first, self.second)
        table = self._fill(self._count(self.first.write, self.second.write), self.first, self.second)
        rows, columns = self._find_guarded(self.first, self.second), self._find_guarded(self.second, self.first)
        if rows is None or columns is None:
            return None
        return protect(table, len(self.first.labels), len(self.second.labels), self.wave.k, (rows, columns))

    def _find_guarded(self, axis: Axis, asked: Axis) -> set[int] | None:
        """Return the positions of an axis at which an earlier question hides how many were asked the other variable.

        None when it hides that everywhere.
        """
        guarded: set[int] = set()
        for condition in asked.variable.question.conditions:
            if condition.question == axis.variable.code:
                continue
            variable = self.questionnaire.variable_by_code[condition.question]
            gate = make_axis(variable, find_distribution(self.results, variable.code))
            shown = Crossing(self.wave, self.questionnaire, self.results, axis, gate).protect()
            if shown is None:
                return None
            wanted = {gate.slots[option] for option in condition.options}
            guarded |= {place for place, line in enumerate(shown.counts) if any(line[slot] is None for slot in wanted)}
        return guarded

    def _protect_options(self, plain: Axis, several: Axis) -> Shown | None:
        base = [[0, 0, 0] for _place in range(len(plain.labels) + 2)]
        for (raw, state), count in self._count(plain.write, several.write).items():
            base[plain.find(raw)][find_state(state)] += count
        chosen = [[0] * len(several.labels) for _place in base]
        for (raw, option), count in self._count(plain.write, None, several).items():
            if option in several.slots:
                chosen[plain.find(raw)][several.slots[option]] += count
        return protect_options(base, chosen, len(plain.labels), self.wave.k, several.is_known)

    def _protect_pairs(self) -> Shown | None:
        first, second = self.first, self.second
        states = self._count(first.write, second.write)
        n = states[GIVEN, GIVEN]
        rows = [[0, 0, 0] for _label in first.labels]
        for (state, option), count in self._count(second.write, None, first).items():
            if option in first.slots:
                rows[first.slots[option]][find_state(state)] += count
        columns = [[0, 0, 0] for _label in second.labels]
        for (state, option), count in self._count(first.write, None, second).items():
            if option in second.slots:
                columns[second.slots[option]][find_state(state)] += count
        pairs = [[0] * len(second.labels) for _label in first.labels]
        for (one, other), count in self._count_pairs(first, second).items():
            if one in first.slots and other in second.slots:
                pairs[first.slots[one]][second.slots[other]] += count
        return protect_pairs(pairs, rows, columns, n, self.wave.k, (first.is_known, second.is_known))

    def _fill(self, counts: Pairs, first: Axis, second: Axis) -> list[list[int]]:
        table = [[0] * (len(second.labels) + 2) for _place in range(len(first.labels) + 2)]
        for (one, other), count in counts.items():
            table[first.find(one)][second.find(other)] += count
        return table

    def _count(self, one: Any, other: Any, options: Axis | None = None) -> Pairs:
        """Count raw categories against each other; with `options`, against each option that was chosen."""
        sql, params = one(self.questionnaire)
        source, more = source_of(self.wave), []
        if options is None:
            value, more = other(self.questionnaire)
        else:
            value = "o.code"
            source += ", jsonb_array_elements_text(coalesce(r.answers->%s, '[]')) o(code)"
        tail = [options.variable.code] if options else []
        return self._run(
            f"select {sql}, {value}, count(*) from {source} group by 1, 2", [*params, *more, self.wave.pk, *tail]
        )

    def _count_pairs(self, first: Axis, second: Axis) -> Pairs:
        each = "jsonb_array_elements_text(coalesce(r.answers->%s, '[]'))"
        source = f"{source_of(self.wave)}, {each} a(code), {each} b(code)"
        params = [self.wave.pk, first.variable.code, second.variable.code]
        return self._run(f"select a.code, b.code, count(*) from {source} group by 1, 2", params)

    def _run(self, sql: str, params: list[Any]) -> Pairs:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return Counter({(one, other): count for one, other, count in cursor.fetchall()})


def find_state(raw: str) -> int:
    """Return whether a question with several answers was answered, left blank or not asked, as a column."""
    return {GIVEN: 0, BLANK: 1}.get(raw, 2)


def turn_shown(shown: Shown) -> Shown:
    """Return it with rows for columns."""
    return Shown(tuple(zip(*shown.counts, strict=True)), shown.column_totals, shown.row_totals, shown.n)
