"""What became of gaps that were turned into work: missed then and now, doors visited, and whether they closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards.asking import Ask
from dashboards.gaps.describing import describe_work
from dashboards.gaps.finding import KEPT_SECONDS
from dashboards.gaps.naming import name_groupings
from dashboards.links import link
from dashboards.models import GapWork
from dashboards.page import Page
from dashboards.tables import Column, Sort, Table
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.figures import Reach, read_reach
from indicators.indicator import Figure
from indicators.judging import DIGITS, scale_target
from indicators.models import AreaLevel
from indicators.suppression import Cell, find_hidden_cells, is_telling
from indicators.targets import find_targets_of_many
from visits.due import Progress, find_asks, sum_up

MOST = 1000  # pieces of work in a period: a district's, were every community to make eight
REACH = "S0-20"


class State(models.TextChoices):
    """What became of a gap."""

    CLOSED = "closed", _("已补上")
    SMALLER = "smaller", _("在缩小")
    SAME = "same", _("没有变化")
    LARGER = "larger", _("变大了")


@dataclass(frozen=True)
class Followed:
    """Work made of a gap, as its reader may see it: hidden ones say neither numbers nor state."""

    work: GapWork
    name: str | Promise
    now: Reach
    state: State
    progress: Progress | None
    hidden: bool
    hides_doors: bool
    url: str

    @property
    def then(self) -> int | None:
        """People missed when the work was planned."""
        return None if self.hidden else self.work.missed

    @property
    def missed(self) -> int | None:
        """People missed now; after the period, at its end."""
        return None if self.hidden else self.now.missed

    @property
    def doors(self) -> tuple[int | None, int | None]:
        """Doors visited, and doors of the plan (户); Nones without a plan, or where they are hidden."""
        if self.progress is None or self.hidden or self.hides_doors:
            return None, None
        return self.progress.visited, self.progress.doors


@dataclass(frozen=True)
class FollowUp:
    """The work of a period, newest first. A gap with plan and activity counts once in the totals."""

    rows: Sequence[Followed]
    total: int
    closed: int
    hidden: int
    is_over: bool
    is_cut: bool  # there are more than MOST, and the older ones are not counted
    names_community: bool
    has_target: bool


def read_followup(ask: Ask) -> FollowUp:
    """Return what became of the period's gaps in the area; a constant number of queries."""
    works_here = GapWork.objects.filter(grid__code__startswith=ask.area.code, period=ask.period.code)
    works = list(works_here.for_list()[:MOST])
    names = name_groupings()
    grids = {work.grid_id: AreaRef.to(work.grid) for work in works}
    cells = read_reach(list(grids.values()), ask.period)
    groupings = {work.grouping for work in works}
    hidden = find_hidden_cells(list(grids.values()), [ask.period], groupings) if ask.hides else set()
    targets = read_targets(ask, list(grids.values()))
    plans = [work.plan for work in works if work.plan]
    progress = {one.plan.pk: one for one in sum_up(plans, find_asks(plans))}
    rows = [
        follow(
            work,
            name=names.get(work.grouping, work.grouping),
            now=cells[work.grid_id].get(work.grouping, Reach()),
            target=targets.get(work.grid_id),
            progress=progress.get(work.plan_id or 0),
            hidden=hidden,
            ask=ask,
        )
        for work in works
    ]
    return sum_rows(rows, ask, has_target=any(target is not None for target in targets.values()))


def sum_rows(rows: list[Followed], ask: Ask, *, has_target: bool) -> FollowUp:
    """Return the rows with how many gaps they are, and how many of these closed."""
    told = {(row.work.grid_id, row.work.grouping): row.state for row in rows if not row.hidden}
    untold = {(row.work.grid_id, row.work.grouping) for row in rows if row.hidden} - told.keys()
    return FollowUp(
        rows=rows,
        total=len(told),
        closed=sum(state == State.CLOSED for state in told.values()),
        hidden=len(untold),
        is_over=not ask.is_running,
        is_cut=len(rows) == MOST,
        names_community=ask.area.level != AreaLevel.COMMUNITY,
        has_target=has_target,
    )


def follow(
    work: GapWork,
    *,
    name: str | Promise,
    now: Reach,
    target: float | None,
    progress: Progress | None,
    hidden: set[Cell],
    ask: Ask,
) -> Followed:
    """Return one row as the reader may see it."""
    then = Figure(work.reached, work.population)
    is_small = (AreaLevel.GRID, work.grid_id, work.period, work.grouping) in hidden
    return Followed(
        work=work,
        name=name,
        now=now,
        state=judge(then, now, target),
        progress=progress,
        hidden=is_small or (ask.hides and is_telling(then)),
        hides_doors=ask.hides and progress is not None and is_telling(Figure(progress.visited, progress.doors)),
        url=link(work.grid.code, "gap", ask.period, grouping=work.grouping),
    )


def judge(then: Figure, now: Reach, target: float | None) -> State:
    """Return what became of a gap: closed when nobody is missed, or when the target, missed before, is reached.

    Who turns a gap into work whose rate was at the target already wants everybody: then the target says nothing.
    """
    missed, before, rate = then.denominator - then.numerator, then.rate, Figure(now.reached, now.population).rate
    has_come_up = before is None or not is_at(before, target)
    if not now.missed or (rate is not None and has_come_up and is_at(rate, target)):
        return State.CLOSED
    if now.missed == missed:
        return State.SAME
    return State.SMALLER if now.missed < missed else State.LARGER


def is_at(rate: float, target: float | None) -> bool:
    """Tell whether a rate is at its target or above, as exactly as targets are set."""
    return target is not None and round(rate * 100, DIGITS) >= round(target, DIGITS)


def read_targets(ask: Ask, grids: Sequence[AreaRef]) -> dict[int, float]:
    """Return grid -> the part of its year's reach target that the period has: its own, else the nearest area's."""
    targets = find_targets_of_many([grid.code for grid in grids], ask.period.start.year)
    held = {grid.id: targets[grid.code][REACH] for grid in grids if REACH in targets[grid.code]}
    return {pk: scale_target(CATALOGUE[REACH], float(target.value), ask.period) for pk, target in held.items()}


def list_tables(content: FollowUp) -> list[Table]:
    """Return the work as a table."""
    columns = [
        Column(_("网格")),
        Column(_("人群")),
        Column(_("结果")),
        Column(_("安排"), is_wide_only=True),
        Column(_("当时未触达"), Sort.COUNT, _("人")),
        Column(_("期末未触达") if content.is_over else _("现在未触达"), Sort.COUNT, _("人")),
        Column(_("已走访"), Sort.COUNT, _("户")),
        Column(_("要走访"), Sort.COUNT, _("户")),
    ]
    rows = [
        [
            name_grid(row.work, with_community=content.names_community),
            row.name,
            None if row.hidden else row.state.label,
            describe_work(row.work),
            row.then,
            row.missed,
            *row.doors,
        ]
        for row in content.rows
    ]
    note = _("只列最近的 %(most)s 项，上面的合计也只算这些。") % {"most": MOST} if content.is_cut else ""
    return [Table("followup", _("补缺进展"), columns, rows, urls=[row.url for row in content.rows], note=note)]


def name_grid(work: GapWork, *, with_community: bool) -> str:
    """Return the grid's name, with its community's on pages about several."""
    return f"{work.grid.community.name} {work.grid.name}" if with_community else work.grid.name


PAGE = Page("followup", _("补缺进展"), "clipboard-check", read_followup, list_tables, lifetime=KEPT_SECONDS)
