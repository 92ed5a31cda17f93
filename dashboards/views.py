"""The start page of each role, and the dashboard of an area."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission, Role
from activities.models import Activity
from dashboards.overview import read_overview
from dashboards.todo import list_tasks
from grids.models import Grid
from indicators.areas import AreaRef, get_area_or_404, list_areas_above
from indicators.choosing import get_period_or_404, offer_periods
from indicators.figures import FreshnessReport, Reach, read_freshness, read_reach
from indicators.periods import MONTHS_OF, Period
from indicators.suppression import Shown

START_PAGES: dict[str, str] = {
    Role.STREET_OFFICER: "dashboards:own",
    Role.DISTRICT_OFFICER: "dashboards:own",
    Role.DATA_ADMIN: "imports:list",
    Role.SECURITY_ADMIN: "accounts:list",
    Role.AUDITOR: "accounts:audit",
}
RECENT_ACTIVITIES = 5
TASKS_SHOWN = 12  # the others unfold: who sees forty lines reads none


@access()
def home(request: StaffRequest) -> HttpResponse:
    """Show the worker's home page; send every other role to its work."""
    if page := START_PAGES.get(request.user.role):
        return redirect(page)
    return render(request, "dashboards/worker_home.html", describe_home(request.user))


def describe_home(user: User) -> dict[str, Any]:
    """Return what the worker's home page shows: what waits, latest activities, own grids with this quarter's reach."""
    quarter = Period.containing(timezone.localdate(), "quarter")
    grids = [AreaRef.to(grid) for grid in Grid.objects.visible_to(user).appointed_to(user).current()]
    cells = read_reach(grids, quarter)
    return {
        "tasks": list_tasks(user, timezone.now()),
        "tasks_shown": TASKS_SHOWN,
        "quarter": quarter,
        "grids": [(grid, Shown(cells[grid.id].get("all", Reach()))) for grid in grids],
        "activities": Activity.objects.visible_to(user).held().for_list()[:RECENT_ACTIVITIES],
    }


@access(Permission.VIEW_FIGURES)
def show_own_dashboard(request: StaffRequest) -> HttpResponse:
    """Send the user to the dashboard of his or her own area."""
    return redirect("dashboards:area", request.user.area_code)


@access(Permission.VIEW_FIGURES)
def show_dashboard(request: StaffRequest, code: str) -> HttpResponse:
    """Show the dashboard of an area. Asked by htmx with the version it shows, answers 204 while nothing has changed."""
    area = get_area_or_404(request.user, code)
    period = get_period_or_404(request.GET.get("period", ""))
    if request.htmx and request.GET.get("version") == get_version(read_freshness(area)):
        return HttpResponse(status=204)
    overview = read_overview(area, period, request.user)
    context = {"overview": overview, "version": get_version(overview.freshness)}
    context |= {
        "trail": draw_trail(area, request.user),
        "kinds": [Period.containing(timezone.localdate(), kind) for kind in MONTHS_OF],
        "periods": offer_periods(period.kind),
        "may_set_targets": request.user.may(Permission.SET_TARGETS),
        "may_report": request.user.may(Permission.REPORT_FIGURES),
        "this_year": timezone.localdate().year,
    }
    return render(request, "dashboards/_figures.html" if request.htmx else "dashboards/area.html", context)


def get_version(freshness: FreshnessReport) -> str:
    """Return a text that changes whenever the area's figures or their freshness do."""
    return f"{freshness.computed_at.timestamp() if freshness.computed_at else 0}-{freshness.waiting}"


def draw_trail(area: AreaRef, user: User) -> list[tuple[str, str]]:
    """Return (name, address) of the areas above this one that the user may open."""
    above = [AreaRef.to(row) for row in list_areas_above(area)]
    return [(a.name, reverse("dashboards:area", args=[a.code])) for a in above if a.code.startswith(user.area_code)]
