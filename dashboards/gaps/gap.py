"""One gap: how many are missed, since when, what reached such people elsewhere, and what is planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Permission
from dashboards.asking import Ask
from dashboards.charts import Chart
from dashboards.gaps.around import read_street_rates
from dashboards.gaps.describing import describe_work
from dashboards.gaps.elsewhere import Elsewhere, Found, read_elsewhere
from dashboards.gaps.finding import KEPT_SECONDS
from dashboards.gaps.naming import Gap, name_groupings
from dashboards.models import GapWork
from dashboards.page import Page
from dashboards.tables import Column, Sort, Table, to_percent
from indicators.areas import list_areas_above
from indicators.figures import Reach, read_reach, read_trend
from indicators.models import AreaLevel
from indicators.people import people_behind
from indicators.periods import Period, recent_periods
from indicators.suppression import Cell, Shown, find_hidden_cells, is_small, name_cell

QUARTERS = 8  # two years: as far as figures are kept


@dataclass(frozen=True)
class GapPage:
    """A gap as its reader may see it: of a hidden one nothing is read, and only its name is said."""

    gap: Gap
    community: str
    shown: Shown
    around: float | None = None
    doors: int | None = None
    trend: Sequence[tuple[Period, Shown]] = ()
    chart: Chart | None = None
    elsewhere: Elsewhere | None = None
    works: Sequence[tuple[GapWork, str]] = ()
    is_over: bool = False
    may_visit: bool = False
    may_plan: bool = False
    is_visited: bool = False  # a plan runs
    is_planned: bool = False  # an activity is to be held

    @property
    def missed(self) -> int:
        """People not reached."""
        return self.shown.reach.missed


def read_gap(ask: Ask) -> GapPage:
    """Return the gap that the address names; a constant number of queries, fewer for a hidden one."""
    names = name_groupings()
    grouping = ask.filters.get("grouping", "")
    if grouping not in names:
        raise Http404
    gap = Gap(ask.area, grouping, names[grouping], ask.period)
    quarters = recent_periods("quarter", ask.today, QUARTERS)[::-1]
    hidden = find_hidden_cells([ask.area], list({ask.period, *quarters}), [grouping]) if ask.hides else set()
    reach = read_reach([ask.area], ask.period)[ask.area.id].get(grouping, Reach())
    community = next((area.name for area in list_areas_above(ask.area)[::-1]), "")
    shown = Shown(reach, is_hidden(gap, ask.period, hidden))
    if shown.hidden or not reach.population:
        return GapPage(gap, community, shown)
    trend = read_shown_trend(gap, quarters, hidden)
    return GapPage(
        gap=gap,
        community=community,
        shown=shown,
        around=read_street_rates(ask, hidden).get((ask.area.code[:9], grouping)),
        doors=count_doors(gap, hides=ask.hides),
        trend=trend,
        chart=draw_trend(gap, trend),
        elsewhere=read_elsewhere(gap, reach.population),
        is_over=not ask.is_running,
        may_visit=ask.may(Permission.FILL_GAPS),
        may_plan=ask.may(Permission.PLAN_ACTIVITIES),
        **read_works(gap, ask),
    )


def read_works(gap: Gap, ask: Ask) -> dict[str, Any]:
    """Return what was planned for the gap, newest first, and whether a plan or an activity is still under way."""
    works = GapWork.objects.of(gap.grid.id, gap.grouping, gap.period.code)
    under_way = list(works.open(ask.today).values_list("plan", "activity"))
    return {
        "works": [(work, describe_work(work)) for work in works.for_list()],
        "is_visited": any(plan for plan, _activity in under_way),
        "is_planned": any(activity for _plan, activity in under_way),
    }


def is_hidden(gap: Gap, period: Period, hidden: set[Cell]) -> bool:
    """Tell whether the gap's numbers of a period are among the hidden cells."""
    return name_cell(gap.grid, period, gap.grouping) in hidden


def count_doors(gap: Gap, *, hides: bool) -> int | None:
    """Return behind how many doors (户) the missed live; None where so few are hidden from the reader."""
    people = people_behind("missed", gap.grid, gap.period, [gap.grouping]).filter(household__isnull=False)
    doors = people.order_by().values("household").distinct().count()
    return None if hides and is_small(doors) else doors


def read_shown_trend(gap: Gap, quarters: list[Period], hidden: set[Cell]) -> list[tuple[Period, Shown]]:
    """Return the numbers of the quarters, oldest first."""
    reaches = read_trend(gap.grid, quarters, gap.grouping)
    return [(one, Shown(reach, is_hidden(gap, one, hidden))) for one, reach in zip(quarters, reaches, strict=True)]


def draw_trend(gap: Gap, trend: Sequence[tuple[Period, Shown]]) -> Chart:
    """Return the line of the group's rate by quarter."""
    values = [to_percent(shown.rate) for _period, shown in trend]
    data = {
        "categories": [period.code for period, _shown in trend],
        "series": [{"name": str(gap.name), "values": values}],
    }
    title = _("%(group)s近八个季度的触达率") % {"group": gap.name}
    period, latest = trend[-1]
    n = _("%(period)s在册 %(count)s 人") % {"period": period.label, "count": latest.population}
    return Chart("trend", "trend", title, data, n=n, table="trend")


def list_tables(content: GapPage) -> list[Table]:
    """Return trend and what reached the group elsewhere as tables."""
    if content.elsewhere is None:
        return []
    rows: list[list[Any]] = [[period.label, *count(shown), to_percent(shown.rate)] for period, shown in content.trend]
    columns = [
        Column(_("季度")),
        Column(_("触达"), Sort.COUNT, _("人")),
        Column(_("在册"), Sort.COUNT, _("人")),
        Column(_("触达率"), Sort.PERCENT, "%"),
    ]
    return [
        Table("trend", _("近八个季度"), columns, rows),
        draw_up("kinds", _("别处办什么"), _("类型"), content.elsewhere.kinds),
        draw_up("slots", _("别处什么时候办"), _("时间"), content.elsewhere.slots),
    ]


def count(shown: Shown) -> list[int | None]:
    """Return people reached and people there as a reader may see them."""
    if shown.hidden:
        return [None, None if is_small(shown.reach.population) else shown.reach.population]
    return [shown.reach.reached, shown.reach.population]


def draw_up(code: str, title: str | Promise, heading: str, found: Sequence[Found]) -> Table:
    """Return what reached the group elsewhere by kind or by time."""
    columns = [
        Column(heading),
        Column(_("场次"), Sort.COUNT, _("场")),
        Column(_("平均每场来"), Sort.NUMBER, _("人")),
        Column(_("95% 区间"), unit=_("人")),
        Column(_("来过的占"), Sort.PERCENT, "%"),
        Column(_("占比的 95% 区间"), unit="%", is_wide_only=True),
    ]
    return Table(code, title, columns, [describe_found(row) for row in found])


def describe_found(row: Found) -> list[Any]:
    """Return the cells of a row; of fewer than five activities no mean is said."""
    share, interval = row.share, row.interval
    return [
        row.name,
        row.n,
        round(row.mean, 2) if interval else None,
        f"{interval[0]:.2f}–{interval[1]:.2f}" if interval else None,
        to_percent(share[0]) if share else None,
        f"{share[1] * 100:.1f}%–{share[2] * 100:.1f}%" if share else None,
    ]


PAGE = Page(
    "gap",
    gettext_lazy("缺口"),
    "binoculars",
    read_gap,
    list_tables,
    levels=frozenset({AreaLevel.GRID}),
    filters=("grouping",),
    lifetime=KEPT_SECONDS,
    is_tab=False,
)
