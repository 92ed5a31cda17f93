"""The overview of an area and period: headline figures, the areas below by reach, the groups by people missed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.asking import Ask
from dashboards.charts import Chart
from dashboards.links import link
from dashboards.page import Page
from dashboards.tables import Cell, Column, Sort, Table, to_percent
from dashboards.tiles import Tile, read_tiles
from dashboards.voices import Voices, read_voices
from grids.groupings import AGE_BANDS, ALL, SEXES
from grids.models import PopulationGroup
from indicators import suppression
from indicators.areas import BELOW, AreaRef
from indicators.closings.frozen import find_closing
from indicators.figures import Held, Reach, read_held, read_reach
from indicators.indicator import Figure
from indicators.models import AreaLevel, PeriodClosing
from indicators.periods import Period
from indicators.suppression import Shown, find_hidden_cells, name_cell

NAMED_ENOUGH = 0.8  # counting rule 4: below, a reach figure is marked as a lower bound
COVERAGE = "coverage"  # the page that rows open
LOWEST = 15  # areas two levels down: enough for a week's work; all of them stand on the page "coverage"
FURTHER = {AreaLevel.DISTRICT: AreaLevel.COMMUNITY, AreaLevel.STREET: AreaLevel.GRID}
SECTIONS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("覆盖了谁"), ("S0-20", "S0-25", "S0-23", "R-11")),
    (gettext_lazy("办了什么"), ("R-08", "R-10", "S0-39", "S0-37")),
    (gettext_lazy("走到了哪里"), ("S0-21", "R-09", "S0-70", "S3-16")),
    (gettext_lazy("做得怎样"), ("R-04", "S2-041")),
    (gettext_lazy("组织生活和志愿服务"), ("S2-087", "S2-088", "S4-30", "S2-059", "R-70")),
)


@dataclass(frozen=True)
class Row:
    """An area or a grouping with the numbers of its people, as the reader may see them."""

    code: str
    name: str | Promise
    shown: Shown
    parent: str = ""

    @property
    def cells(self) -> list[Cell]:
        """Name, people there, reached, missed, per cent."""
        reach, is_hidden = self.shown.reach, self.shown.hidden
        population = None if is_hidden and suppression.is_small(reach.population) else reach.population
        counts = [None, None] if is_hidden else [reach.reached, reach.missed]
        name = f"{self.parent} {self.name}" if self.parent else self.name
        return [name, population, *counts, to_percent(self.shown.rate)]


@dataclass(frozen=True)
class Overview:
    """What the overview shows. Areas come by reach, lowest first; groups by people missed, most first.

    `areas` lie directly below, `further` are the lowest of those a level deeper.
    """

    area: AreaRef
    period: Period
    whole: Shown
    sections: list[tuple[str | Promise, list[Tile]]]
    closing: PeriodClosing | None
    areas: list[Row]
    further: list[Row]
    groups: list[Row]
    bands: list[Row]
    sexes: list[Row]
    named: Figure
    hides: bool
    voices: Voices

    @property
    def tiles(self) -> list[Tile]:
        """All tiles, whatever they stand under."""
        return [tile for _heading, tiles in self.sections for tile in tiles]

    @property
    def is_lower_bound(self) -> bool:
        """Whether so many came without a name that reach is only a lower bound."""
        return self.named.rate is not None and self.named.rate < NAMED_ENOUGH

    @property
    def is_running(self) -> bool:
        """Whether the period is not over yet."""
        return any(tile.is_running for tile in self.tiles)

    @property
    def worst_group(self) -> Row | None:
        """The group of which most people were missed; None where none was or may be shown."""
        missed = [row for row in self.groups if not row.shown.hidden and row.shown.reach.missed]
        return next(iter(missed), None)

    @property
    def chart(self) -> Chart:
        """The reach of the areas below as bars."""
        data: dict[str, Any] = {
            "categories": [str(row.name) for row in self.areas],
            "values": [row.shown.percent for row in self.areas],
            "labels": ["—" if row.shown.percent is None else f"{row.shown.percent:.1f}%" for row in self.areas],
        }
        n = _("在册 %(people)s 人") % {"people": self.whole.population}
        return Chart("areas", "bar", _("各区域触达率"), data, n, table="areas")


def read(ask: Ask) -> Overview:
    """Return the overview that is asked for."""
    area, period = ask.area, ask.period
    cells = read_reach([area], period)[area.id]
    areas = area.parts(BELOW[AreaLevel(area.level)], period)
    lower = area.parts(FURTHER[AreaLevel(area.level)], period) if AreaLevel(area.level) in FURTHER else []
    groups = list(PopulationGroup.objects.values_list("code", "name"))
    hidden = find_hidden(area, [areas, lower], period, [code for code, _name in groups]) if ask.hides else set()
    tiles = {tile.indicator.id: tile for tile in read_tiles(ask, [id for _heading, ids in SECTIONS for id in ids])}
    held: Held = read_held(area, period)
    rows = list_rows(groups, area, cells, period, hidden)
    return Overview(
        area=area,
        period=period,
        whole=list_rows([(ALL.code, ALL.name)], area, cells, period, hidden)[0].shown,
        sections=[(heading, [tiles[id] for id in ids if id in tiles]) for heading, ids in SECTIONS],
        closing=find_closing(area, period),
        areas=rank(areas, [], period, hidden),
        further=rank(lower, areas, period, hidden)[:LOWEST],
        groups=sorted(rows, key=by_missed),
        bands=list_rows([(band.code, band.name) for band in AGE_BANDS], area, cells, period, hidden),
        sexes=list_rows([(sex.code, sex.name) for sex in SEXES], area, cells, period, hidden),
        named=Figure(held.identified, held.contacts),
        hides=ask.hides,
        voices=read_voices(ask),
    )


def find_hidden(
    area: AreaRef, below: Sequence[Sequence[AreaRef]], period: Period, groups: Sequence[str]
) -> set[suppression.Cell]:
    """Return the cells of the page that its reader may not see: of the area itself, and of those below."""
    traits = [trait.code for trait in (*AGE_BANDS, *SEXES)]
    hidden = find_hidden_cells([area], [period], [ALL.code, *groups, *traits])
    for areas in below:
        hidden |= find_hidden_cells(areas, [period], [ALL.code])
    return hidden


def list_rows(
    groupings: Iterable[tuple[str, Any]],
    area: AreaRef,
    cells: dict[str, Reach],
    period: Period,
    hidden: set[suppression.Cell],
) -> list[Row]:
    """Return the rows of groupings of (code, name) in the page's area."""
    return [
        Row(code, name, Shown(cells.get(code, Reach()), name_cell(area, period, code) in hidden))
        for code, name in groupings
    ]


def by_missed(row: Row) -> tuple[bool, int, str]:
    """Return what groups are sorted by; the order of hidden ones must not tell their numbers."""
    return row.shown.hidden, 0 if row.shown.hidden else -row.shown.reach.missed, row.code


def rank(
    areas: Sequence[AreaRef], parents: Sequence[AreaRef], period: Period, hidden: set[suppression.Cell]
) -> list[Row]:
    """Return the areas' rows by reach, lowest first; hidden ones and those without people last."""
    cells = read_reach(list(areas), period)
    names = {parent.code: parent.name for parent in parents}
    rows = [
        Row(
            area.code,
            area.name,
            Shown(cells[area.id].get(ALL.code, Reach()), name_cell(area, period, ALL.code) in hidden),
            names.get(area.parent_code, ""),
        )
        for area in areas
    ]
    return sorted(rows, key=lambda row: (row.shown.rate is None, row.shown.rate or 0, row.code))


def list_tables(overview: Overview) -> list[Table]:
    """Return the tables of the overview."""
    groups = _("还没触达的人多的在前。人群有重叠，不能相加。")
    return [
        make_table(overview, "areas", _("各区域触达率"), _("区域"), overview.areas),
        make_table(overview, "further", _("触达率最低的区域"), _("区域"), overview.further),
        make_table(overview, "groups", _("各类人群触达率"), _("人群"), overview.groups, note=groups),
        make_table(overview, "ages", _("各年龄段触达率"), _("年龄"), overview.bands),
        make_table(overview, "sexes", _("不同性别触达率"), _("性别"), overview.sexes),
    ]


def make_table(overview: Overview, code: str, title: str, heading: str, rows: Sequence[Row], note: str = "") -> Table:
    """Return a table of rows, each of which opens the coverage of its area or grouping."""
    columns = [
        Column(heading),
        Column(_("在册"), Sort.COUNT, _("人"), is_wide_only=True),
        Column(_("触达"), Sort.COUNT, _("人"), is_wide_only=True),
        Column(_("还没触达"), Sort.COUNT, _("人")),
        Column(_("触达率"), Sort.PERCENT, "%"),
    ]
    period, is_areas = overview.period, code in ("areas", "further")
    urls = [
        link(row.code, COVERAGE, period) if is_areas else link(overview.area.code, COVERAGE, period, grouping=row.code)
        for row in rows
    ]
    return Table(code, title, columns, [row.cells for row in rows], urls, _("人"), note)


PAGE = Page("overview", gettext_lazy("总览"), "speedometer2", read, list_tables)
