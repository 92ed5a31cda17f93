"""Reads the page of cross tables: two questions, or a question by community, in shares of rows or of columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.charts import Chart
from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.page import SurveyPage
from dashboards.surveys.words import find_percent, say_answers, say_few, say_waiting
from dashboards.tables import Cell, Column, Said, Sort, Table
from surveys.models import Wave
from surveys.questionnaire import Background, Variable
from surveys.results.crosstabs import cross, turn
from surveys.results.shapes import Breakdown, CrossTable

COMMUNITY = "-community"  # no code of a question begins so
ROWS, COLUMNS = "rows", "columns"
LEVELS = [20, 40, 60, 80]


@dataclass(frozen=True)
class Crossing:
    """What the page shows. `base` says whether shares are of rows or of columns."""

    wave: Wave
    variables: list[tuple[str, str]]
    first: str
    second: str
    base: str
    table: CrossTable | None
    waiting: tuple[str, str] = ("", "")
    has_several: bool = False

    @property
    def is_of_rows(self) -> bool:
        """Whether the shares of each row are shown."""
        return self.base == ROWS

    @property
    def warning(self) -> str:
        """The warning of a small sample."""
        return say_few(self.table.n) if self.table else ""

    @property
    def n(self) -> str:
        """Those who answered both, in words."""
        return say_answers(self.table.n) if self.table and self.table.n else ""

    @property
    def chart(self) -> Chart:
        """The shares as a heat map."""
        return draw(self)


def read(ask: WaveAsk) -> Crossing:
    """Return the cross table that is asked for."""
    shown = ask.shown_variables
    variables = [(variable.code, variable.name) for variable in shown]
    if ask.results and any(breakdown.rows for breakdown in ask.results.breakdowns):
        variables.append((COMMUNITY, _("社区")))
    if not ask.is_final or len(variables) < 2:
        return Crossing(ask.wave, [], "", "", ROWS, None, explain(ask))
    codes = [code for code, _name in variables]
    first = ask.choose("first", codes, default=find_usual_first(shown))
    second = ask.choose("second", codes, default=find_usual_second(shown))
    base = ask.choose("base", [ROWS, COLUMNS])
    by_code = ask.questionnaire.variable_by_code
    several = any(code in by_code and by_code[code].is_multiple for code in (first, second))
    table = find_table(ask, first, second)
    return Crossing(ask.wave, variables, first, second, base, blank(table), has_several=several)


def find_usual_first(shown: Sequence[Variable]) -> int:
    """Return the place of what answers are usually told apart by: sex where it was asked, else the first question."""
    return next((at for at, one in enumerate(shown) if one.question.background == Background.SEX), 0)


def find_usual_second(shown: Sequence[Variable]) -> int:
    """Return the place of the first other question that is none about who answers; without one of any other."""
    first = find_usual_first(shown)
    others = [at for at, one in enumerate(shown) if not one.question.background and at != first]
    return next(iter(others), 0 if first else 1)


def blank(table: CrossTable | None) -> CrossTable | None:
    """Return a table in which every cell is hidden as one that is withheld."""
    if table is None or any(count is not None for counts in table.counts for count in counts):
        return table
    reason = table.withheld or _("分得太细，每一格的人都太少。")
    return replace(table, rows=(), columns=(), counts=(), withheld=reason)


def explain(ask: WaveAsk) -> tuple[str, str]:
    """Return why there are no cross tables, and when there will be."""
    if ask.is_final:
        return _("没有可以交叉的题目"), _("至少要有两道公布了结果的选择题。")
    if ask.results is None:
        return say_waiting(ask.wave)
    return _("结束以后才能交叉看"), _("收集期间只公布每道题的总数：分得越细，越容易认出谁回答了什么。")


def find_table(ask: WaveAsk, first: str, second: str) -> CrossTable | None:
    """Return the table of two variables; None where they are the same one."""
    if first == second:
        return None
    if COMMUNITY not in (first, second):
        return cross(ask.wave, first, second)
    code = second if first == COMMUNITY else first
    breakdown = ask.find_breakdown(code)
    if breakdown is None or breakdown.withheld:
        reason = breakdown.withheld if breakdown else _("这道题没有按社区公布。")
        first_name, second_name = name_variables(ask, first, second)
        return CrossTable(first, second, first_name, second_name, withheld=reason)
    table = cross_communities(ask, breakdown)
    return table if first == COMMUNITY else swap(table)


def name_variables(ask: WaveAsk, *codes: str) -> list[str]:
    """Return variables in words."""
    by_code = ask.questionnaire.variable_by_code
    return [by_code[code].name if code in by_code else str(_("社区")) for code in codes]


def cross_communities(ask: WaveAsk, breakdown: Breakdown) -> CrossTable:
    """Return communities by a variable: the rows that the reader may see, and all communities together."""
    rows = ask.keep_rows(breakdown)
    whole = ask.results.find(breakdown.variable) if ask.results else None
    totals = tuple(share.count for share in breakdown.shares)
    n = whole.n if whole else None
    return CrossTable(
        COMMUNITY,
        breakdown.variable,
        _("社区"),
        breakdown.name,
        rows=(*(row.name for row in rows), _("全部社区")),
        columns=tuple(share.label for share in breakdown.shares),
        counts=(*(row.counts for row in rows), totals),
        row_totals=(*(row.n for row in rows), n),
        column_totals=totals,
        n=n,
    )


def swap(table: CrossTable) -> CrossTable:
    """Return a table with rows for columns, names and all."""
    return replace(
        turn(table),
        first=table.second,
        second=table.first,
        first_name=table.second_name,
        second_name=table.first_name,
    )


def list_percents(table: CrossTable, base: str) -> list[list[float | None]]:
    """Return the shares of a table, of its rows or of its columns, as percentages."""
    return [
        [
            find_percent(count, table.row_totals[row] if base == ROWS else table.column_totals[column])
            for column, count in enumerate(counts)
        ]
        for row, counts in enumerate(table.counts)
    ]


def draw(content: Crossing) -> Chart:
    """Return a heat map of the shares."""
    table = content.table or CrossTable("", "", "", "")
    percents = list_percents(table, content.base)
    cells = [
        [column, row, percent, "—" if percent is None else f"{percent:.0f}%"]
        for row, line in enumerate(percents)
        for column, percent in enumerate(line)
    ]
    data = {
        "columns": list(table.columns),
        "rows": list(table.rows),
        "cells": cells,
        "levels": LEVELS,
        "noneText": _("不显示"),
    }
    return Chart("cross", "heatmap", say_title(table), data, content.n, "cross")


def say_title(table: CrossTable) -> str:
    """Return what is crossed, in words."""
    return _("%(first)s × %(second)s") % {"first": table.first_name, "second": table.second_name}


def list_tables(content: Crossing) -> list[Table]:
    """Return the shares and the counts behind them."""
    table = content.table
    if table is None or not table.counts:
        return []
    total = _("本行合计") if content.is_of_rows else ""
    lines: list[list[Cell]] = [
        [None if percent is None else Said(percent, f"{percent:.1f}%") for percent in line]
        for line in list_percents(table, content.base)
    ]
    shares = [
        [name, *line, *([n] if total else [])]
        for name, line, n in zip(table.rows, lines, table.row_totals, strict=True)
    ]
    if not total:
        shares.append([_("本列合计（份）"), *table.column_totals])
    columns = [
        Column(table.first_name),
        *(Column(label, Sort.VALUE, "%" if total else "") for label in table.columns),
        *([Column(total, Sort.COUNT, _("份"))] if total else []),
    ]
    return [
        Table("cross", say_title(table), columns, shares, unit="%", note=say_base(content)),
        tabulate_counts(table),
    ]


def say_base(content: Crossing) -> str:
    """Return what shares are of: of a question with several answers they add up to more."""
    if content.has_several:
        return _("占比的基数是每行的人。") if content.is_of_rows else _("占比的基数是每列的人。")
    return _("每行合计为 100%。") if content.is_of_rows else _("每列合计为 100%。")


def tabulate_counts(table: CrossTable) -> Table:
    """Return the counts of a table with their totals."""
    columns = [
        Column(table.first_name),
        *(Column(label, Sort.COUNT, _("份")) for label in table.columns),
        Column(_("合计"), Sort.COUNT, _("份")),
    ]
    rows: list[Sequence[Cell]] = [
        (name, *counts, total) for name, counts, total in zip(table.rows, table.counts, table.row_totals, strict=True)
    ]
    rows.append((_("合计"), *table.column_totals, table.n))
    return Table("counts", _("%(title)s：份数") % {"title": say_title(table)}, columns, rows)


PAGE = SurveyPage(
    "cross", gettext_lazy("交叉"), "table", "dashboards:survey-cross", read, list_tables, ("first", "second", "base")
)
