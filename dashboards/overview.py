"""Everything one dashboard page shows, read across apps into frozen values: who was reached, who was missed."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import User
from accounts.roles import Level
from dashboards.suppression import Shown, hide_small, show_all
from grids.models import PopulationGroup
from grids.population import AGE_BANDS
from indicators.areas import BELOW, AreaRef
from indicators.definitions import CATALOGUE, Indicator
from indicators.figures import (
    Figure,
    FreshnessReport,
    Held,
    Reach,
    read_freshness,
    read_held,
    read_kinds,
    read_reach,
    read_trend,
)
from indicators.models import AreaLevel
from indicators.periods import Period, recent_periods

TREND_MONTHS = 12
NAMED_ENOUGH = 0.8  # counting rule 4: below, a reach figure is marked as a lower bound


@dataclass(frozen=True)
class Tile:
    """A headline figure with its definition."""

    indicator: Indicator
    figure: Figure
    hidden: bool = False

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
    areas: list[AreaRow]
    grids: list[AreaRow]
    groups: list[GroupRow]
    bands: list[GroupRow]
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
    hides_small = user.level != Level.COMMUNITY
    cells = read_reach([area], period)[area.id]
    parts = area.parts(BELOW[AreaLevel(area.level)], period)
    grids = parts if area.level == AreaLevel.COMMUNITY else area.parts(AreaLevel.GRID, period)
    part_cells = read_reach(parts, period)
    grid_cells = part_cells if grids is parts else read_reach(grids, period)
    groups = list(PopulationGroup.objects.values_list("code", "name"))
    held = read_held(area, period)
    names = {} if grids is parts else {part.code: part.name for part in parts}
    area_rows = [] if grids is parts else rank(parts, part_cells, {}, hides_small)
    grid_rows = rank(grids, grid_cells, names, hides_small)
    band_cells = {band.code: cells.get(band.code, Reach()) for band in AGE_BANDS}
    shown_bands = show(band_cells, hides_small, siblings=True)
    shown_groups = show({code: cells.get(code, Reach()) for code, _name in groups}, hides_small, siblings=False)
    whole = cells.get("all", Reach())
    return Overview(
        area=area,
        period=period,
        reach=whole,
        held=held,
        tiles=make_tiles(whole, shown_bands["age_18_35"], grid_cells, held),
        areas=area_rows,
        grids=grid_rows,
        groups=sorted(
            (GroupRow(code, name, shown_groups[code]) for code, name in groups),
            key=lambda row: -row.shown.reach.missed,
        ),
        bands=[GroupRow(band.code, band.name, shown_bands[band.code]) for band in AGE_BANDS],
        kinds=read_kinds(area, period),
        named=Figure(held.identified, held.contacts),
        freshness=freshness,
        hides_small=hides_small,
        charts={
            "areas": draw_areas(area_rows or grid_rows),
            "trend": draw_trend(area),
            "matrix": draw_matrix(grids, grid_cells, groups, names, hides_small),
        },
    )


def show(cells: dict[Any, Reach], hides_small: bool, *, siblings: bool) -> dict[Any, Shown]:
    """Return what the reader may see of the cells."""
    return hide_small(cells, siblings=siblings) if hides_small else show_all(cells)


def make_tiles(whole: Reach, youth: Shown, grids: dict[int, dict[str, Reach]], held: Held) -> list[Tile]:
    """Return the headline figures, from cells already read; a test holds them against each answer."""
    inhabited = [cells["all"] for cells in grids.values() if "all" in cells]
    return [
        Tile(CATALOGUE["S0-20"], Figure(whole.reached, whole.population)),
        Tile(CATALOGUE["S0-21"], Figure(sum(cell.reached > 0 for cell in inhabited), len(inhabited))),
        Tile(CATALOGUE["S0-23"], Figure(youth.reach.reached, youth.reach.population), hidden=youth.hidden),
        Tile(CATALOGUE["S0-25"], Figure(whole.never, whole.settled)),
        Tile(CATALOGUE["S0-39"], Figure(held.own, held.held)),
        Tile(CATALOGUE["R-04"], Figure(held.identified, held.contacts)),
    ]


def rank(
    areas: list[AreaRef], cells: dict[int, dict[str, Reach]], parents: dict[str, str], hides_small: bool
) -> list[AreaRow]:
    """Return the areas' rows by coverage, lowest first; hidden ones and those without people last."""
    families: dict[str, dict[str, Reach]] = defaultdict(dict)
    for area in areas:
        families[find_parent(area, parents)][area.code] = cells[area.id].get("all", Reach())
    shown: dict[str, Shown] = {}
    for family in families.values():
        shown |= show(family, hides_small, siblings=True)
    rows = [
        AreaRow(area, parents.get(find_parent(area, parents), ""), shown[area.code], area.level != AreaLevel.GRID)
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


def draw_trend(area: AreaRef) -> dict[str, Any]:
    """Return the data of the line of monthly coverage, oldest month first."""
    months = recent_periods("month", timezone.localdate(), TREND_MONTHS)[::-1]
    reaches = read_trend(area, months)
    rates = [Figure(reach.reached, reach.population).rate for reach in reaches]
    return {
        "categories": [month.code for month in months],
        "series": [{"name": str(CATALOGUE["S0-20"].name), "values": [to_percent(rate) for rate in rates]}],
    }


def to_percent(rate: float | None) -> float | None:
    """Return a rate in per cent with one digit; None stays None."""
    return None if rate is None else round(rate * 100, 1)


def draw_matrix(
    grids: list[AreaRef],
    cells: dict[int, dict[str, Reach]],
    groups: list[tuple[str, str]],
    names: dict[str, str],
    hides_small: bool,
) -> dict[str, Any]:
    """Return the data of the grid x group heat map; a cell is [column, row, per cent or None, words]."""
    drawn = []
    parent_of = {grid.id: grid.code[:12] for grid in grids}
    for column, (code, _name) in enumerate(groups):
        families: dict[str, dict[int, Reach]] = defaultdict(dict)
        for grid in grids:
            families[parent_of[grid.id]][grid.id] = cells[grid.id].get(code, Reach())
        shown = {
            key: cell for family in families.values() for key, cell in show(family, hides_small, siblings=True).items()
        }
        for row, grid in enumerate(grids):
            cell = shown[grid.id]
            drawn.append([column, row, cell.percent, f"{cell.reached} / {cell.population}"])
    rows = [" ".join(filter(None, (names.get(find_parent(grid, names), ""), grid.name))) for grid in grids]
    return {"columns": [name for _code, name in groups], "rows": rows, "cells": drawn}
