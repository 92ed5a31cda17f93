"""The start page of each role."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission, Role
from activities.models import Activity
from dashboards.own_grids import read_own_grids
from dashboards.todo import list_tasks
from indicators.periods import Period

START_PAGES: dict[str, str] = {
    Role.PLATFORM_ADMIN: "accounts:areas",
    Role.DISTRICT_ADMIN: "accounts:list",
    Role.STREET_OFFICER: "dashboards:own",
    Role.DISTRICT_OFFICER: "dashboards:own",
    Role.DATA_ADMIN: "imports:list",
    Role.SECURITY_ADMIN: "accounts:list",
    Role.AUDITOR: "accounts:audit",
    Role.BRANCH_SECRETARY: "party:home",
    Role.VOLUNTEER_COORDINATOR: "volunteers:home",
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
    return {
        "tasks": list_tasks(user, timezone.now()),
        "tasks_shown": TASKS_SHOWN,
        "quarter": quarter,
        "grids": read_own_grids(user, quarter),
        "activities": Activity.objects.visible_to(user).held().for_list()[:RECENT_ACTIVITIES],
    }


@access(Permission.VIEW_FIGURES)
def show_own_dashboard(request: StaffRequest) -> HttpResponse:
    """Send the user to the dashboard of his or her own area."""
    return redirect("dashboards:area", request.user.area_code)
