"""The rows that may leave the portal: what stands in them, and in no order. For writing see workbook, texts and spss.

A row has the answers that were tapped, in the categories in which results are published. It has no id, no community, no
stratum, no day, no words and no weight: a weight would tell the background that was blanked, and rows by community
what the pages hide of a small one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from surveys.files.columns import LEFT_OUT, Column, join, list_columns, list_shown
from surveys.files.local_suppression import BLANK, Combination, blank_rare
from surveys.models import Response, Wave
from surveys.questionnaire import Kind, Questionnaire
from surveys.results.disclosure import is_small
from surveys.results.reading import read_results
from surveys.results.shapes import Distribution

CHUNK = 2000  # rows fetched at a time by the server-side cursor
GROUP = 3  # times k: the least group of which more is told than counts (rules R15, R18)
MIXED = object()

Cells = list[int | None]


@dataclass(frozen=True)
class Plan:
    """What is left out of the rows of a wave. `unanimous`: by combination, the variables in which its few rows agree.

    `by_source`: the columns of each variable. `places`: variables that may be known of somebody, in the order of the
    combinations. `followers`: by question, the variables that are asked only after certain answers to it.
    `left_out`, `hidden`: names of variables and of single options that are not in the file.
    """

    n: int
    columns: tuple[Column, ...]
    by_source: Mapping[str, tuple[Column, ...]]
    places: tuple[str, ...]
    followers: Mapping[str, frozenset[str]]
    left_out: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    became: Mapping[Combination, Combination] = field(default_factory=dict)
    unanimous: Mapping[Combination, frozenset[str]] = field(default_factory=dict)
    blanked: int = 0


def plan_rows(wave: Wave) -> Plan:
    """Return what may stand in the rows of a wave that has final results and 3k answers at least."""
    questionnaire = wave.version.questionnaire
    published = find_published(wave, questionnaire)
    columns = tuple(list_columns(questionnaire, published))
    by_source = {source: tuple(own) for source, own in groupby(columns, key=lambda column: column.source)}
    plan = Plan(
        n=wave.responses.count(),
        columns=columns,
        by_source=by_source,
        places=tuple(list_places(questionnaire, by_source)),
        followers=find_followers(questionnaire),
        left_out=tuple(
            variable.name
            for variable in questionnaire.variables
            if variable.code not in by_source and variable.question.kind not in LEFT_OUT
        ),
        hidden=tuple(
            join(variable, option)
            for variable in questionnaire.variables
            if variable.is_multiple and variable.code in by_source
            for option in variable.question.options
            if option.code not in list_shown(published[variable.code])
        ),
    )
    return hold_back(plan, wave)


def find_published(wave: Wave, questionnaire: Questionnaire) -> dict[str, Distribution]:
    """Return the published distributions by variable, without those whose hidden options the rows would tell."""
    results = read_results(wave)
    found = {one.variable: one for one in results.distributions if one.shares} if results else {}
    shown = {
        variable.code: options
        for variable in questionnaire.variables
        if variable.is_multiple and variable.code in found
        if len(options := list_shown(found[variable.code])) < len(variable.question.options)
    }
    telling = find_telling(wave, shown) if shown else set()
    return {code: one for code, one in found.items() if code not in telling}


def find_telling(wave: Wave, shown: Mapping[str, set[str]]) -> set[str]:
    """Return the questions with several answers to which few gave hidden options alone: of these rows all would know.

    `shown`: by question the options that have a column. Who answered and has none of them gave one that is hidden.
    """
    bare: Counter[str] = Counter()
    for answers in fetch(wave):
        bare.update(code for code, options in shown.items() if answers.get(code) and options.isdisjoint(answers[code]))
    return {code for code in shown if is_small(bare[code], wave.k)}


def find_followers(questionnaire: Questionnaire) -> dict[str, frozenset[str]]:
    """Return by question the variables that hang on it, however far: that they were asked would tell what is blank."""
    followers: dict[str, frozenset[str]] = {}
    for question in reversed(questionnaire.questions):
        later = [one for one in questionnaire.questions if any(c.question == question.code for c in one.conditions)]
        own = {variable.code for one in later for variable in one.variables}
        followers[question.code] = frozenset(own.union(*(followers[one.code] for one in later)))
    return followers


def list_places(questionnaire: Questionnaire, by_source: Mapping[str, object]) -> Iterator[str]:
    """Yield the variables that others may know of somebody: background, and numbers that are no opinion."""
    for question in questionnaire.questions:
        is_fact = question.kind == Kind.NUMBER and not question.is_opinion
        is_known = question.background and question.kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.RATING)
        if (is_fact or is_known) and question.code in by_source:
            yield question.code


def hold_back(plan: Plan, wave: Wave) -> Plan:
    """Return the plan with what must be blanked, from one look at all rows."""
    counts, agreed = look(plan, wave)
    became = blank_rare(counts, k=wave.k)
    together: Counter[Combination] = Counter()
    merged: dict[Combination, dict[str, Any]] = {}
    for old, new in became.items():
        together[new] += counts[old]
        for code, value in agreed[old].items():
            merge(merged.setdefault(new, {}), code, value)
    unanimous = {
        new: frozenset(code for code, value in values.items() if value is not MIXED)
        for new, values in merged.items()
        if together[new] < GROUP * wave.k
    }
    blanks = sum(counts[old] * sum(a != b for a, b in zip(old, new, strict=True)) for old, new in became.items())
    blanks += sum(together[new] * len(codes) for new, codes in unanimous.items())
    return Plan(**{**vars(plan), "became": became, "unanimous": unanimous, "blanked": blanks})


def look(plan: Plan, wave: Wave) -> tuple[Counter[Combination], dict[Combination, dict[str, Any]]]:
    """Return how many rows each combination has, and by combination and variable the answer in which all agree."""
    counts: Counter[Combination] = Counter()
    agreed: dict[Combination, dict[str, Any]] = {}
    told = {code: columns for code, columns in plan.by_source.items() if code not in plan.places}
    for answers in fetch(wave):
        combination = combine(plan, answers)
        counts[combination] += 1
        values = agreed.setdefault(combination, {})
        for code, columns in told.items():
            if code in answers and values.get(code) is not MIXED:
                merge(values, code, describe(columns, answers[code]))
    return counts, agreed


def merge(values: dict[str, Any], code: str, value: Any) -> None:
    """Note another answer to a variable; MIXED once two differ."""
    values[code] = value if values.get(code, value) == value else MIXED


def fetch(wave: Wave) -> Iterator[dict[str, Any]]:
    """Yield the answers of all rows, shuffled anew."""
    rows = Response.objects.filter(wave=wave).order_by("?").values_list("answers", flat=True)
    return rows.iterator(chunk_size=CHUNK)


def combine(plan: Plan, answers: Mapping[str, Any]) -> Combination:
    """Return the combination of a row: what may be known of who answered."""
    return tuple(describe(plan.by_source[code], answers.get(code)) for code in plan.places)


def describe(columns: Sequence[Column], value: Any) -> str:
    """Return an answer as its cells: two that look the same in the file are the same."""
    cells = [column.read(value) for column in columns]
    return BLANK if None in cells else " ".join(map(str, cells))


def list_rows(plan: Plan, wave: Wave) -> Iterator[Cells]:
    """Yield the cells of each row in the order of the columns."""
    for answers in fetch(wave):
        new = plan.became[combine(plan, answers)]
        dropped = {code for code, kept in zip(plan.places, new, strict=True) if kept == BLANK}
        dropped |= plan.unanimous.get(new, frozenset())
        dropped = dropped.union(*(plan.followers.get(code, ()) for code in dropped))
        told = {code: value for code, value in answers.items() if code not in dropped}
        yield [column.read(told.get(column.source)) for column in plan.columns]
