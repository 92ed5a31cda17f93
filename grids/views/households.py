"""One door: who lives behind it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from grids.doors import doors_of, neighbours, people_behind


@access(Permission.VIEW_RESIDENTS, personal=True)
def show_household(request: StaffRequest, household: int) -> HttpResponse:
    """Show who lives behind a door now, and the way to the next one."""
    door = get_object_or_404(doors_of(request.user), pk=household)
    before, after = neighbours(door)
    context = {
        "door": door,
        "residents": people_behind(door, request.user),
        "before": before,
        "after": after,
        "may_edit": request.user.may(Permission.EDIT_RESIDENTS),
    }
    return render(request, "grids/household_detail.html", context)
