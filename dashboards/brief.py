"""A page about an area and period to be printed on one sheet: figures, trend, gaps, what was held, and definitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.asking import Ask
from dashboards.brief_words import say_definition, say_gaps, say_held, say_reach, say_trend
from dashboards.lines import Line, draw_line
from dashboards.page import Page
from dashboards.tables import Cell, Column, Sort, Table, to_percent
from dashboards.tiles import Tile, read_tiles, show_people
from grids.groupings import ALL
from grids.models import PopulationGroup
from indicators.areas import BELOW
from indicators.figures import Held, Reach, read_freshness, read_held, read_kinds, read_reach, read_trend
from indicators.indicator import PLACES, Unit
from indicators.models import AreaLevel
from indicators.periods import Period, recent_periods
from indicators.suppression import Shown, find_hidden_cells, name_cell

# Of people, doors, contacts, grids; whom nothing ever reached; what was offered, by whom, and how many gave a name.
HEADLINES = ("S0-20", "R-11", "R-08", "S0-21", "S0-25", "S0-37", "S0-39", "R-04")
MONTHS = 12
GAPS = 10
KINDS = 6  # the sheet has room for no more; the others are counted together


@dataclass(frozen=True)
class Gap:
    """People of a group whom nothing reached in one of the areas inside."""

    area: str
    group: str
    reach: Reach


@dataclass(frozen=True)
class Brief:
    """What the sheet shows. `hides` says that small counts are left out, `rest` what the kinds not named come to."""

    tiles: list[Tile]
    whole: Shown
    months: list[tuple[Period, float | None]]
    line: Line
    gaps: list[Gap]
    held: Held
    kinds: list[tuple[str, int]]
    rest: int
    as_of: datetime | None
    reference: date
    is_running: bool
    hides: bool
    words: dict[str, str]
    definitions: list[tuple[str, str]]


def read(ask: Ask) -> Brief:
    """Return the sheet of an area and period."""
    as_of = read_freshness(ask.area).computed_at
    tiles, months = read_tiles(ask, HEADLINES), read_months(ask)
    gaps, held, kinds = read_gaps(ask), read_held(ask.area, ask.period), read_kinds(ask.area, ask.period)
    reach = next((tile for tile in tiles if tile.indicator.id == HEADLINES[0]), None)
    whole = show_people(reach)
    return Brief(
        tiles=tiles,
        whole=whole,
        months=months,
        line=draw_line([percent for _month, percent in months]),
        gaps=gaps,
        held=held,
        kinds=kinds[:KINDS],
        rest=sum(number for _kind, number in kinds[KINDS:]),
        as_of=as_of,
        reference=ask.period.reference(ask.today),
        is_running=ask.is_running,
        hides=ask.hides,
        words={
            "reach": say_reach(whole, reach),
            "trend": say_trend(months),
            "gaps": say_gaps([(gap.area, gap.group, gap.reach.missed) for gap in gaps]),
            "held": say_held(held, kinds),
        },
        definitions=[(str(tile.indicator.name), say_definition(tile.indicator)) for tile in tiles],
    )


def read_months(ask: Ask) -> list[tuple[Period, float | None]]:
    """Return the latest months with the reach of each in per cent, oldest first; None where it is hidden or unknown."""
    area, months = ask.area, recent_periods("month", ask.today, MONTHS)[::-1]
    hidden = find_hidden_cells([area], months, [ALL.code]) if ask.hides else set()
    reaches = zip(months, read_trend(area, months), strict=True)
    shown = [(one, Shown(reach, name_cell(area, one, ALL.code) in hidden)) for one, reach in reaches]
    return [(month, to_percent(one.rate)) for month, one in shown]


def read_gaps(ask: Ask) -> list[Gap]:
    """Return the areas inside by groups, most people missed first; what is hidden is left out, and so is nobody."""
    parts = ask.area.parts(BELOW[AreaLevel(ask.area.level)], ask.period)
    groups = dict(PopulationGroup.objects.values_list("code", "name"))
    hidden = find_hidden_cells(parts, [ask.period], list(groups)) if ask.hides else set()
    cells = read_reach(parts, ask.period)
    gaps = [
        Gap(part.name, groups[code], reach)
        for part in parts
        for code, reach in cells[part.id].items()
        if code in groups and reach.missed and name_cell(part, ask.period, code) not in hidden
    ]
    return sorted(gaps, key=lambda gap: (-gap.reach.missed, gap.area, gap.group))[:GAPS]


def list_tables(brief: Brief) -> Sequence[Table]:
    """Return what the sheet shows as tables."""
    return [tabulate_headlines(brief), tabulate_trend(brief), tabulate_gaps(brief), tabulate_kinds(brief)]


def tabulate_headlines(brief: Brief) -> Table:
    """Return the headline figures, each in its own unit."""
    headings = (_("本期"), _("上一期"), _("变化"), _("目标"))
    columns = [Column(_("指标")), Column(_("单位")), *(Column(heading, Sort.NUMBER) for heading in headings)]
    rows = [
        [
            str(tile.indicator.name),
            str(Unit(tile.indicator.unit).label),
            tile.value,
            tile.before_value,
            None if tile.change is None else round(tile.change, PLACES.get(Unit(tile.indicator.unit), 0)),
            round(tile.judged.target, 2) if tile.judged else None,
            str(tile.judged.light.label) if tile.judged else "",
        ]
        for tile in brief.tiles
    ]
    return Table("headlines", _("主要指标"), [*columns, Column(_("对照目标"))], rows)


def tabulate_trend(brief: Brief) -> Table:
    """Return monthly reach."""
    columns = [Column(_("月份")), Column(_("月触达率"), Sort.PERCENT)]
    return Table(
        "trend", _("近十二个月的月触达率"), columns, [[month.code, percent] for month, percent in brief.months]
    )


def tabulate_gaps(brief: Brief) -> Table:
    """Return the gaps."""
    columns = [Column(_("区域")), Column(_("人群")), Column(_("还没触达"), Sort.COUNT, _("人"))]
    columns += [Column(_("在册"), Sort.COUNT, _("人"), is_wide_only=True)]
    rows: list[list[Cell]] = [[one.area, one.group, one.reach.missed, one.reach.population] for one in brief.gaps]
    note = _("同一个人可以属于几类人群，各行不能相加。")
    return Table("gaps", _("还没触达的人最多的地方"), columns, rows, unit=_("人"), note=note)


def tabulate_kinds(brief: Brief) -> Table:
    """Return what was held, by kind."""
    columns = [Column(_("类型")), Column(_("场次"), Sort.COUNT, _("场"))]
    rest = [(_("其他类型"), brief.rest)] if brief.rest else []
    rows: list[Sequence[Cell]] = [*brief.kinds, *rest]
    return Table("held", _("办了什么"), columns, rows, unit=_("场"))


PAGE = Page("brief", gettext_lazy("简报"), "file-earmark-text", read, list_tables)
