"""The list of gaps of an area: grid x group, most people missed first. One gap: gap.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards.asking import Ask
from dashboards.gaps.around import Rates, read_street_rates
from dashboards.gaps.describing import describe_work
from dashboards.gaps.naming import FAMILIES, Names, name_groupings
from dashboards.links import link
from dashboards.models import GapWork
from dashboards.page import Page
from dashboards.tables import Column, Sort, Table, to_percent
from indicators.areas import AreaRef
from indicators.models import AreaLevel, ReachCell
from indicators.periods import Period
from indicators.suppression import Cell, find_hidden_cells

SHOWN = 50  # nobody works through more in a period
KEPT_SECONDS = 60  # a plan or activity that ends moves no figure, and makes no new edition
Row = tuple[int, str, int, int]  # grid, grouping, population, reached


@dataclass(frozen=True)
class FoundGap:
    """A gap on the list. `around` is the group's rate in the whole street, per cent; `work` what is planned for it."""

    grid: AreaRef
    community: str
    grouping: str
    name: str | Promise
    population: int
    reached: int
    around: float | None
    work: str
    period: Period

    @property
    def url(self) -> str:
        """The address of the gap's page; not kept, as a district has thousands of gaps and shows few."""
        return link(self.grid.code, "gap", self.period, grouping=self.grouping)

    @property
    def missed(self) -> int:
        """People not reached."""
        return self.population - self.reached

    @property
    def percent(self) -> float | None:
        """The rate in per cent: where somebody was missed, there is somebody."""
        return to_percent(self.reached / self.population)


@dataclass(frozen=True)
class Gaps:
    """The list: its filters as chosen, all gaps by people missed, whether small ones are hidden from the reader."""

    families: dict[str, str | Promise]
    family: str
    communities: Sequence[tuple[str, str]]
    community: str
    gaps: Sequence[FoundGap]
    hides: bool
    is_inhabited: bool
    names_community: bool

    @property
    def first(self) -> Table:
        """The table of the page: the first gaps."""
        return table_gaps(self, SHOWN)


def read_gaps(ask: Ask) -> Gaps:
    """Return the gaps of the area that the reader may see, by people missed; a constant number of queries."""
    family = ask.choose("family", list(FAMILIES))
    is_above = ask.area.level != AreaLevel.COMMUNITY
    parts = ask.area.parts(AreaLevel.COMMUNITY, ask.period) if is_above else []
    communities = {part.code: part.name for part in parts}
    community = choose_community(ask, communities)
    where = AreaRef(AreaLevel.COMMUNITY, 0, community, "") if community else ask.area
    grids = {grid.id: grid for grid in where.parts(AreaLevel.GRID, ask.period)}
    names = name_groupings(family)
    cells = ReachCell.objects.of(AreaLevel.GRID, list(grids), ask.period.code).filter(grouping__in=names)
    rows = list(cells.filter(reached__lt=F("population")).values_list("area_id", "grouping", "population", "reached"))
    hidden = find_hidden_cells(list(grids.values()), [ask.period], names) if ask.hides else set()
    ranked = rank(rows, grids, names, ask, hidden)
    return Gaps(
        families=FAMILIES,
        family=family,
        communities=list(communities.items()) if ask.area.level == AreaLevel.STREET else (),
        community=community,
        gaps=describe(ask, ranked, grids, names, communities, read_street_rates(ask, hidden)),
        hides=ask.hides,
        is_inhabited=bool(rows) or cells.exists(),
        names_community=is_above,
    )


def choose_community(ask: Ask, communities: dict[str, str]) -> str:
    """Return the code of the community that the address names, "" for none; 404 for one that is not in the street."""
    chosen = ask.filters.get("community", "")
    if chosen and (ask.area.level != AreaLevel.STREET or chosen not in communities):
        raise Http404
    return chosen


def rank(rows: list[Row], grids: dict[int, AreaRef], names: Names, ask: Ask, hidden: set[Cell]) -> list[Row]:
    """Return the gaps that are not hidden, most people missed first; ties stand as grids and groups do."""
    places = {code: place for place, code in enumerate(names)}
    seen = [row for row in rows if (AreaLevel.GRID, row[0], ask.period.code, row[1]) not in hidden]
    return sorted(seen, key=lambda row: (row[3] - row[2], grids[row[0]].code, places[row[1]]))


def describe(
    ask: Ask, rows: list[Row], grids: dict[int, AreaRef], names: Names, communities: dict[str, str], rates: Rates
) -> list[FoundGap]:
    """Return the gaps with what stands beside them."""
    work = read_work(ask, {row[0] for row in rows})
    return [
        FoundGap(
            grid=grids[grid],
            community=communities.get(grids[grid].code[:12], ""),
            grouping=grouping,
            name=names[grouping],
            population=population,
            reached=reached,
            around=rates.get((grids[grid].code[:9], grouping)),
            work=work.get((grid, grouping), ""),
            period=ask.period,
        )
        for grid, grouping, population, reached in rows
    ]


def read_work(ask: Ask, grids: set[int]) -> dict[tuple[int, str], str]:
    """Return (grid, grouping) -> what is planned for the period's gaps and still to be done."""
    works = GapWork.objects.filter(grid__in=grids, period=ask.period.code).open(ask.today).for_list()
    found: dict[tuple[int, str], str] = {}
    for work in works:
        key = work.grid_id, work.grouping
        found[key] = _("；").join(filter(None, (found.get(key, ""), describe_work(work))))
    return found


def list_tables(content: Gaps) -> list[Table]:
    """Return the list as files have it: whole."""
    return [table_gaps(content)]


def table_gaps(content: Gaps, limit: int | None = None) -> Table:
    """Return the list as a table: whole for files, to `limit` and with addresses for pages."""
    gaps = content.gaps[:limit]
    columns = [
        Column(_("网格")),
        Column(_("人群")),
        Column(_("未触达"), Sort.COUNT, _("人")),
        Column(_("在册"), Sort.COUNT, _("人"), is_wide_only=True),
        Column(_("触达率"), Sort.PERCENT, "%"),
        Column(_("全街道触达率"), Sort.PERCENT, "%", is_wide_only=True),
        Column(_("已安排")),
    ]
    rows = [
        [
            " ".join(filter(None, (gap.community, gap.grid.name))),
            gap.name,
            gap.missed,
            gap.population,
            gap.percent,
            gap.around,
            gap.work or None,
        ]
        for gap in gaps
    ]
    words = _("只列未触达的人最多的 %(shown)s 个；下载的文件里是全部。") % {"shown": len(gaps)}
    note = words if len(gaps) < len(content.gaps) else ""
    return Table("gaps", _("缺口"), columns, rows, urls=[gap.url for gap in gaps] if limit else (), note=note)


PAGE = Page(
    "gaps",
    _("找缺口"),
    "binoculars",
    read_gaps,
    list_tables,
    filters=("family", "community"),
    lifetime=KEPT_SECONDS,
)
