"""The heat map of the coverage page, and its tables."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from dashboards.charts import Chart
from dashboards.coverage.matrix import Matrix, Row
from dashboards.coverage.seen import Seen
from dashboards.tables import Column, Sort, Table
from indicators.models import AreaLevel

MOST_DRAWN = 40  # rows: more is no picture any more
PERCENT_LEVELS = [20, 40, 60, 80]
SHADES = 5
HEADINGS = {AreaLevel.GRID: lazy("网格"), AreaLevel.COMMUNITY: lazy("社区"), AreaLevel.STREET: lazy("街道")}
HIDING_NOTE = lazy("1–4 人的格子，和能由它们推算出来的格子，都显示为“—”。")
PEOPLE = lazy("人")
NUMBERS = (
    Column(lazy("在册"), Sort.COUNT, PEOPLE, is_wide_only=True),
    Column(lazy("已触达"), Sort.COUNT, PEOPLE, is_wide_only=True),
    Column(lazy("还没触达"), Sort.COUNT, PEOPLE),
    Column(lazy("触达率"), Sort.PERCENT, "%"),
)


def draw_matrix(matrix: Matrix) -> Chart | None:
    """Return the heat map; None where one row or one column would be all there is to see."""
    if matrix.is_empty or matrix.only or matrix.lacks_columns or not matrix.rows:
        return None
    level = HEADINGS[matrix.choices.level]
    rate, missed = _("各%(level)s各类居民的触达率"), _("各%(level)s各类居民中还没触达的人数")
    return Chart(
        "coverage",
        "heatmap",
        (rate if matrix.choices.shows_rate else missed) % {"level": level},
        describe(matrix, matrix.rows[:MOST_DRAWN]),
        n=_("在册 %(count)s 人") % {"count": f"{matrix.total.population:,}"} if matrix.total.population else "",
        table="matrix",
    )


def describe(matrix: Matrix, rows: Sequence[Row]) -> dict[str, Any]:
    """Return what charts.js draws: cells of [column, row, value or None, short words, all words]."""
    shows_rate = matrix.choices.shows_rate
    cells: list[list[Any]] = []
    for column, (code, _name) in enumerate(matrix.columns):
        for line, row in enumerate(rows):
            seen = row.seen[code]
            cells.append([column, line, value_of(seen, shows_rate), *say(seen, shows_rate)])
    values = [cell[2] for cell in cells if cell[0] and cell[2] is not None]  # everybody would outshine every group
    levels = PERCENT_LEVELS if shows_rate else cut(values)
    return {
        "columns": [str(name) for _code, name in matrix.columns],
        "rows": [row.name for row in rows],
        "cells": cells,
        "levels": levels,
        "unit": "%" if shows_rate else "",
        "legend": None if shows_rate else name_shades(levels),
        "noneText": _("“—”是人数太少，空格是没有这类居民") if matrix.hides else _("没有这类居民"),
        "urls": [row.url for row in rows],
        "queries": [f"grouping={code}" for code, _name in matrix.columns],
        "summary": _("数字都在下面的表里"),
    }


def value_of(seen: Seen, shows_rate: bool) -> float | None:
    """Return what colours a cell; None where nothing can be said, or nobody lives."""
    if not seen.reach.population:
        return None
    return seen.percent if shows_rate else seen.missed


def say(seen: Seen, shows_rate: bool) -> tuple[str, str]:
    """Return a cell in few words and in all."""
    if seen.hidden:
        return "—", _("人数太少，不显示")
    if seen.percent is None:
        return "", _("没有这类居民")
    words = _("触达 %(reached)s / %(population)s 人，还差 %(missed)s 人") % {
        "reached": f"{seen.reached:,}",
        "population": f"{seen.population:,}",
        "missed": f"{seen.missed:,}",
    }
    return (f"{seen.percent:.0f}%" if shows_rate else f"{seen.missed:,}"), words


def cut(values: Sequence[float]) -> list[int]:
    """Return the limits between the shades: about as many cells in each, and no limit twice."""
    ordered = sorted(value for value in values if value)
    places = [len(ordered) * shade // SHADES for shade in range(1, SHADES)]
    return sorted({max(1, round(ordered[place])) for place in places}) if ordered else [1]


def name_shades(levels: Sequence[int]) -> list[str]:
    """Return the numbers of people of each shade in words: 0–2 人, 3–8 人, ≥ 9 人."""
    words = []
    for first, after in zip([0, *levels], [*levels, None], strict=True):
        if after is None:
            words.append(_("≥ %(first)s 人") % {"first": f"{first:,}"})
        elif first == after - 1:
            words.append(_("%(first)s 人") % {"first": f"{first:,}"})
        else:
            words.append(_("%(first)s–%(last)s 人") % {"first": f"{first:,}", "last": f"{after - 1:,}"})
    return words


def list_areas(matrix: Matrix) -> Table:
    """Return the table of areas for the grouping chosen."""
    return Table(
        "areas",
        _("覆盖情况 · %(grouping)s") % {"grouping": matrix.choices.grouping_name},
        [Column(HEADINGS[matrix.choices.level]), *NUMBERS],
        [[row.name, *row.seen[matrix.choices.grouping].numbers] for row in matrix.rows],
        urls=[row.url for row in matrix.rows],
        unit=PEOPLE,
        note=HIDING_NOTE if matrix.hides else "",
    )


def list_cells(matrix: Matrix, limit: int | None = None) -> Table:
    """Return the matrix, of each grouping the people missed and those there: whole for files, to `limit` for pages.

    Two hundred grids by twelve groups would be half a megabyte for a phone.
    """
    shown = matrix.rows[:limit]
    columns = [Column(HEADINGS[matrix.choices.level])]
    for _code, name in matrix.columns:
        columns.append(Column(_("%(grouping)s · 还没触达") % {"grouping": name}, Sort.COUNT, PEOPLE))
        columns.append(Column(_("%(grouping)s · 在册") % {"grouping": name}, Sort.COUNT, PEOPLE))
    rows = []
    for row in shown:
        pairs = [(row.seen[code].missed, row.seen[code].population) for code, _name in matrix.columns]
        rows.append([row.name, *(number for pair in pairs for number in pair)])
    return Table(
        "matrix",
        _("各%(level)s各类居民") % {"level": HEADINGS[matrix.choices.level]},
        columns,
        rows,
        urls=[row.url for row in shown],
        unit=PEOPLE,
        note=_("这里是图上的那些行；下载的文件里是全部。") if len(shown) < len(matrix.rows) else "",
    )
