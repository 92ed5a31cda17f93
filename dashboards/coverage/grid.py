"""The coverage page of one grid: its groups, ages and sexes, now and in the last quarters. Its homes: doors.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.roles import Permission
from dashboards.asking import Ask
from dashboards.charts import Chart
from dashboards.coverage.choices import Choices, Columns, name
from dashboards.coverage.drawing import HIDING_NOTE, NUMBERS, PEOPLE
from dashboards.coverage.seen import Key, Seen, make_tiles, read_seen
from dashboards.links import link
from dashboards.tables import Column, Sort, Table
from dashboards.tiles import Tile
from grids.groupings import AGE_BANDS, ALL, SEXES
from indicators.areas import AreaRef
from indicators.indicator import Choice
from indicators.periods import Period, recent_periods

QUARTERS = 4


@dataclass(frozen=True)
class GridCoverage:
    """The page of a grid. `doors_url` opens the homes of those missed, `gap_url` what to do; "" where there is none."""

    area: AreaRef
    period: Period
    choices: Choices
    families: dict[str, list[Choice]]
    quarters: list[Period]
    cells: dict[Key, Seen]
    tiles: list[Tile]
    hides: bool
    doors_url: str
    gap_url: str

    is_grid = True

    @property
    def total(self) -> Seen:
        """The grouping chosen."""
        return self.see(self.choices.grouping)

    @property
    def is_empty(self) -> bool:
        """Whether nobody lived there at all."""
        return not self.see(ALL.code).reach.population

    @property
    def has_nobody(self) -> bool:
        """Whether nobody of the grouping lived there."""
        return not self.total.reach.population

    @property
    def trend(self) -> Chart | None:
        """The quarters of the grouping chosen, as a line; None where there is nothing to draw."""
        rates = [self.see(self.choices.grouping, quarter).percent for quarter in self.quarters]
        if all(rate is None for rate in rates):
            return None
        grouping = self.choices.grouping_name
        return Chart(
            "quarters",
            "trend",
            _("近四个季度的触达率 · %(grouping)s") % {"grouping": grouping},
            {"categories": [one.code for one in self.quarters], "series": [{"name": grouping, "values": rates}]},
            n=_("在册 %(count)s 人") % {"count": f"{self.total.population:,}"} if self.total.population else "",
            table="quarters",
        )

    def see(self, grouping: str, period: Period | None = None) -> Seen:
        """Return a grouping of the grid, in the page's period or another one."""
        return self.cells[self.area.id, (period or self.period).code, grouping]


def read_grid(ask: Ask, choices: Choices) -> GridCoverage:
    """Return the page of a grid, with a constant number of queries."""
    groups: list[Choice] = [(ALL.code, ALL.name), *choices.groups]
    families = {Columns.GROUPS.value: groups, Columns.AGES.value: name(AGE_BANDS), Columns.SEXES.value: name(SEXES)}
    codes = list(dict.fromkeys([choices.grouping, *(code for family in families.values() for code, _name in family)]))
    quarters = recent_periods("quarter", ask.period.reference(ask.today), QUARTERS)[::-1]
    periods = list(dict.fromkeys([ask.period, *quarters]))
    doors = reverse("dashboards:doors", args=[ask.area.code]) if ask.may(Permission.MANAGE_VISITS) else ""
    cells = read_seen(ask.find_family(), periods, codes, hides=ask.hides)
    return GridCoverage(
        area=ask.area,
        period=ask.period,
        choices=choices,
        families=families,
        quarters=quarters,
        cells=cells,
        tiles=make_tiles(ask, choices.grouping, cells[ask.area.id, ask.period.code, choices.grouping]),
        hides=ask.hides,
        doors_url=f"{doors}?period={ask.period.code}&grouping={choices.grouping}" if doors else "",
        gap_url=link(ask.area.code, "gap", ask.period, grouping=choices.grouping) if choices.is_gap else "",
    )


def list_grid_tables(grid: GridCoverage) -> list[Table]:
    """Return the tables of groups, ages and sexes, and that of the quarters."""
    headings = {Columns.GROUPS.value: lazy("人群"), Columns.AGES.value: lazy("年龄"), Columns.SEXES.value: lazy("性别")}
    groups, *traits = [list_family(grid, family, str(headings[family])) for family in grid.families]
    return [groups, *traits, list_quarters(grid)]


def list_family(grid: GridCoverage, family: str, heading: str) -> Table:
    """Return the table of a family; of the groups everybody first, then the most missed."""
    members = grid.families[family]
    if family == Columns.GROUPS:
        members = [members[0], *sorted(members[1:], key=lambda member: grid.see(member[0]).order)]
    return Table(
        family,
        heading,
        [Column(heading), *NUMBERS],
        [[str(label), *grid.see(code).numbers] for code, label in members],
        urls=[link(grid.area.code, "coverage", grid.period, grouping=code) for code, _label in members],
        unit=PEOPLE,
        note=HIDING_NOTE if grid.hides and family == Columns.GROUPS else "",
    )


def list_quarters(grid: GridCoverage) -> Table:
    """Return the reach rates of the last quarters by grouping."""
    members = [member for family in grid.families.values() for member in family]
    columns: Sequence[Column] = [Column(_("人群")), *(Column(one.code, Sort.NUMBER, "%") for one in grid.quarters)]
    return Table(
        "quarters",
        _("近四个季度的触达率"),
        columns,
        [[str(label), *(grid.see(code, one).percent for one in grid.quarters)] for code, label in members],
        unit="%",
    )
