"""Everything one dashboard page shows, read across apps into frozen values: who was reached, who was missed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dashboards.asking import Ask
from dashboards.page import Page
from grids.groupings import AGE_BANDS, ALL, SEXES
from grids.models import PopulationGroup
from indicators.areas import BELOW, AreaRef
from indicators.catalogue import CATALOGUE
from indicators.closings.frozen import find_closing, is_kept, read_frozen_figures
from indicators.figures import (
    FreshnessReport,
    Held,
    Reach,
    read_freshness,
    read_held,
    read_kinds,
    read_reach,
    read_trend,
)
from indicators.indicator import Figure, Indicator
from indicators.judging import Judgement, assess
from indicators.models import AreaLevel, PeriodClosing
from indicators.periods import Period, recent_periods
from indicators.shown import counts_persons
from indicators.suppression import Cell, Shown, find_hidden_cells, is_telling, must_hide
from indicators.targets import find_targets

TREND_MONTHS = 12
NAMED_ENOUGH = 0.8  # counting rule 4: below, a reach figure is marked as a lower bound


@dataclass(frozen=True)
class Tile:
    """A headline figure with its definition."""

    indicator: Indicator
    figure: Figure
    hidden: bool = False
    judged: Judgement | None = None
    frozen: Figure | None = None  # at the closing of the period, where the figure has moved since

    @property
    def percent(self) -> float | None:
        """The rate in per cent; None when there is nothing to count."""
        return to_percent(self.figure.rate)

    @property
    def is_low(self) -> bool:
        """Whether a reach figure lies below LOW_REACH_RATE."""
        rate = self.figure.rate
        return self.indicator.warns_when_low and rate is not None and rate < settings.LOW_REACH_RATE


@dataclass(frozen=True)
class AreaRow:
    """An area inside the page's area."""

    area: AreaRef
    parent: str
    shown: Shown
    is_linked: bool


@dataclass(frozen=True)
class GroupRow:
    """A population group or age band in the page's area."""

    code: str
    name: str | Promise
    shown: Shown


@dataclass(frozen=True)
class Overview:
    """A dashboard page. Areas come by coverage, lowest first; groups by people missed, most first."""

    area: AreaRef
    period: Period
    reach: Reach
    held: Held
    tiles: list[Tile]
    closing: PeriodClosing | None
    areas: list[AreaRow]
    grids: list[AreaRow]
    groups: list[GroupRow]
    bands: list[GroupRow]
    sexes: list[GroupRow]
    kinds: list[tuple[str, int]]
    named: Figure
    freshness: FreshnessReport
    hides_small: bool
    charts: dict[str, Any]

    @property
    def is_lower_bound(self) -> bool:
        """Whether so many came without a name that reach is only a lower bound."""
        return self.named.rate is not None and self.named.rate < NAMED_ENOUGH

    @property
    def matrix_rows(self) -> list[tuple[str, list[str]]]:
        """The heat map as a table: (grid, words by group)."""
        names = self.charts["matrix"]["rows"]
        words: list[list[str]] = [[] for _name in names]
        for _column, row, _percent, text in self.charts["matrix"]["cells"]:
            words[row].append(text)
        return list(zip(names, words, strict=True))

    @property
    def trend_rows(self) -> list[tuple[str, float | None]]:
        """The trend as a table: (month, per cent)."""
        return list(zip(self.charts["trend"]["categories"], self.charts["trend"]["series"][0]["values"], strict=True))


def read_overview(area: AreaRef, period: Period, user: User) -> Overview:
    """Return the dashboard of an area and period as this user may see it.

    Freshness is read first: what changes while the cells are read then shows as a newer version at the next look.
    """
    freshness = read_freshness(area)
    hides_small = must_hide(user)
    cells = read_reach([area], period)[area.id]
    parts = area.parts(BELOW[AreaLevel(area.level)], period)
    grids = parts if area.level == AreaLevel.COMMUNITY else area.parts(AreaLevel.GRID, period)
    part_cells = read_reach(parts, period)
    grid_cells = part_cells if grids is parts else read_reach(grids, period)
    groups = list(PopulationGroup.objects.values_list("code", "name"))
    held = read_held(area, period)
    names = {} if grids is parts else {part.code: part.name for part in parts}
    hidden = find_hidden(area, grids, period, [code for code, _name in groups]) if hides_small else set()
    area_rows = [] if grids is parts else rank(parts, part_cells, {}, period, hidden)
    grid_rows = rank(grids, grid_cells, names, period, hidden)
    bands = list_rows([(band.code, band.name) for band in AGE_BANDS], area, cells, period, hidden)
    whole = Shown(cells.get("all", Reach()), (area.level, area.id, period.code, ALL.code) in hidden)
    closing = find_closing(area, period)
    youth = next(band.shown for band in bands if band.code == "age_18_35")
    tiles = make_tiles(whole, youth, grid_cells, held, hides=hides_small)
    return Overview(
        area=area,
        period=period,
        reach=whole.reach,
        held=held,
        tiles=mark_tiles(tiles, area, period, closing, hides_small=hides_small),
        closing=closing,
        areas=area_rows,
        grids=grid_rows,
        groups=sorted(list_rows(groups, area, cells, period, hidden), key=lambda row: -row.shown.reach.missed),
        bands=bands,
        sexes=list_rows([(sex.code, sex.name) for sex in SEXES], area, cells, period, hidden),
        kinds=read_kinds(area, period),
        named=Figure(held.identified, held.contacts),
        freshness=freshness,
        hides_small=hides_small,
        charts={
            "areas": draw_areas(area_rows or grid_rows),
            "trend": draw_trend(area, hidden),
            "matrix": draw_matrix(grids, grid_cells, groups, names, period, hidden),
        },
    )


def find_hidden(area: AreaRef, grids: Sequence[AreaRef], period: Period, groups: Sequence[str]) -> set[Cell]:
    """Return the cells of the page that its reader may not see: of the area, what lies between, and the grids."""
    groupings = [ALL.code, *groups]
    traits = [trait.code for trait in (*AGE_BANDS, *SEXES)]
    own = find_hidden_cells([area], list({period, *list_months()}), [*groupings, *traits])
    return own | find_hidden_cells(grids, [period], groupings)


def list_rows(
    groupings: Iterable[tuple[str, Any]], area: AreaRef, cells: dict[str, Reach], period: Period, hidden: set[Cell]
) -> list[GroupRow]:
    """Return the rows of groupings of (code, name) in the page's area."""
    return [
        GroupRow(code, name, Shown(cells.get(code, Reach()), (area.level, area.id, period.code, code) in hidden))
        for code, name in groupings
    ]


def make_tiles(
    whole: Shown, youth: Shown, grids: dict[int, dict[str, Reach]], held: Held, *, hides: bool
) -> list[Tile]:
    """Return the headline figures, from cells already read; a test holds them against each answer."""
    inhabited = [cells["all"] for cells in grids.values() if "all" in cells]
    never = Figure(whole.reach.never, whole.reach.settled)
    return [
        Tile(CATALOGUE["S0-20"], Figure(whole.reach.reached, whole.reach.population), hidden=whole.hidden),
        Tile(CATALOGUE["S0-21"], Figure(sum(cell.reached > 0 for cell in inhabited), len(inhabited))),
        Tile(CATALOGUE["S0-23"], Figure(youth.reach.reached, youth.reach.population), hidden=youth.hidden),
        Tile(CATALOGUE["S0-25"], never, hidden=whole.hidden or (hides and is_telling(never))),
        Tile(CATALOGUE["S0-39"], Figure(held.own, held.held)),
        Tile(CATALOGUE["R-04"], Figure(held.identified, held.contacts)),
    ]


def mark_tiles(
    tiles: list[Tile], area: AreaRef, period: Period, closing: PeriodClosing | None, *, hides_small: bool
) -> list[Tile]:
    """Return the tiles with how they stand to their targets, and what they were when the period was closed."""
    targets = find_targets(area.code, period.start.year)
    frozen = read_frozen_figures(closing, [area]) if closing and is_kept(period) else {}
    today, marked = timezone.localdate(), []
    for tile in tiles:
        target = targets.get(tile.indicator.id)
        yearly = float(target.value) if target else None
        before = frozen.get(tile.indicator.id, {}).get(area.id)
        is_small = before is not None and hides_small and counts_persons(tile.indicator) and is_telling(before)
        moved = before if before != tile.figure and not is_small else None
        judged = assess(tile.indicator, tile.figure, yearly, period, today)
        marked.append(tile if tile.hidden else replace(tile, judged=judged, frozen=moved))
    return marked


def rank(
    areas: list[AreaRef],
    cells: dict[int, dict[str, Reach]],
    parents: dict[str, str],
    period: Period,
    hidden: set[Cell],
) -> list[AreaRow]:
    """Return the areas' rows by coverage, lowest first; hidden ones and those without people last."""
    rows = [
        AreaRow(
            area,
            parents.get(find_parent(area, parents), ""),
            Shown(cells[area.id].get("all", Reach()), (area.level, area.id, period.code, ALL.code) in hidden),
            area.level != AreaLevel.GRID,
        )
        for area in areas
    ]
    return sorted(rows, key=lambda row: (row.shown.rate is None, row.shown.rate or 0, row.area.code))


def find_parent(area: AreaRef, parents: dict[str, str]) -> str:
    """Return the code among `parents` that begins the area's code; "" when there is none."""
    return next((code for code in parents if area.code.startswith(code)), "")


def draw_areas(rows: list[AreaRow]) -> dict[str, Any]:
    """Return the data of the bar chart of coverage by area."""
    return {
        "categories": [row.area.name for row in rows],
        "values": [row.shown.percent for row in rows],
        "labels": ["—" if row.shown.percent is None else f"{row.shown.percent}%" for row in rows],
    }


def draw_trend(area: AreaRef, hidden: set[Cell]) -> dict[str, Any]:
    """Return the data of the line of monthly coverage, oldest month first."""
    months = list_months()
    reaches = zip(months, read_trend(area, months), strict=True)
    shown = [Shown(reach, (area.level, area.id, month.code, ALL.code) in hidden) for month, reach in reaches]
    return {
        "categories": [month.code for month in months],
        "series": [{"name": str(CATALOGUE["S0-20"].name), "values": [to_percent(one.rate) for one in shown]}],
    }


def list_months() -> list[Period]:
    """Return the months of the trend, oldest first."""
    return recent_periods("month", timezone.localdate(), TREND_MONTHS)[::-1]


def to_percent(rate: float | None) -> float | None:
    """Return a rate in per cent with one digit; None stays None."""
    return None if rate is None else round(rate * 100, 1)


def draw_matrix(
    grids: list[AreaRef],
    cells: dict[int, dict[str, Reach]],
    groups: list[tuple[str, str]],
    names: dict[str, str],
    period: Period,
    hidden: set[Cell],
) -> dict[str, Any]:
    """Return the data of the grid x group heat map; a cell is [column, row, per cent or None, words]."""
    drawn = []
    for column, (code, _name) in enumerate(groups):
        for row, grid in enumerate(grids):
            cell = Shown(cells[grid.id].get(code, Reach()), (grid.level, grid.id, period.code, code) in hidden)
            drawn.append([column, row, cell.percent, f"{cell.reached} / {cell.population}"])
    rows = [" ".join(filter(None, (names.get(find_parent(grid, names), ""), grid.name))) for grid in grids]
    return {"columns": [name for _code, name in groups], "rows": rows, "cells": drawn}


def read(ask: Ask) -> Overview:
    """Return the overview that is asked for."""
    return read_overview(ask.area, ask.period, ask.reader)


PAGE = Page("overview", _("总览"), "speedometer2", read)
