"""The homes behind a gap of a grid. It names people, so it is no page of the dashboard: nothing of it is kept."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from dashboards.coverage.doors import Door, group_doors, list_missed
from dashboards.gaps.naming import name_groupings
from dashboards.links import link
from dashboards.views.pages import find_reason
from grids.models import Grid
from grids.paging import Page, address
from grids.search import read_key
from indicators.areas import AreaRef, get_area_or_404, list_areas_above
from indicators.catalogue import CATALOGUE
from indicators.choosing import get_period_or_404
from indicators.models import AreaLevel
from indicators.periods import Period
from indicators.rows import Row

ROWS = 100  # doors, and after them people without one


@access(Permission.MANAGE_VISITS, personal=True)
def list_doors(request: StaffRequest, code: str) -> HttpResponse:
    """List the doors of a grid behind which people live who were not reached: as many people as R-07 says."""
    grid = get_area_or_404(request.user, code, grids=True)
    if grid.level != AreaLevel.GRID or not Grid.objects.visible_to(request.user).filter(pk=grid.id).exists():
        raise Http404
    period = get_period_or_404(request.GET.get("period", ""))
    groupings = dict(CATALOGUE["R-07"].measure.list_groupings())
    grouping = request.GET.get("grouping", "") or next(iter(groupings))
    if grouping not in groupings:
        raise Http404
    context = {
        "grid": grid,
        "period": period,
        "grouping": grouping,
        "grouping_name": groupings[grouping],
        "groupings": groupings.items(),
        "trail": draw_trail(grid, period, grouping),
        "reason": find_reason(period),
    }
    return render(request, "dashboards/doors.html", context | ({} if context["reason"] else describe(request, context)))


def describe(request: StaffRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the list, counted now: it may be ahead of the figure, which is told beside it then."""
    grid, period, grouping = context["grid"], context["period"], context["grouping"]
    missed = list_missed(grid, period, grouping, request.user)
    page = cut_list(request, [*missed.doors, *missed.others])
    return {
        "missed": missed,
        "page": page,
        "buildings": group_doors([entry for entry in page if isinstance(entry, Door)]),
        "others": [entry for entry in page if isinstance(entry, Row)],
        "figure": CATALOGUE["R-07"].answer(grid, period, grouping).numerator,
        "gap_url": link(grid.code, "gap", period, grouping=grouping) if grouping in name_groupings() else "",
    }


def draw_trail(grid: AreaRef, period: Period, grouping: str) -> list[tuple[str, str]]:
    """Return (name, address) of the coverage pages above: of the community, and of the grid for the grouping."""
    community = AreaRef.to(list_areas_above(grid)[-1])
    return [
        (community.name, link(community.code, "coverage", period, grouping=grouping)),
        (grid.name, link(grid.code, "coverage", period, grouping=grouping)),
    ]


def cut_list(request: HttpRequest, entries: list[Door | Row]) -> Page:
    """Return one page of doors and people; the address's `after` says how many come before it."""
    start = read_key(request.GET.get("after", ""))
    rest = entries[start:]
    more = address(request, after=start + ROWS) if len(rest) > ROWS else None
    return Page(rest[:ROWS], more, address(request) if start else None)
