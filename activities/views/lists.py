"""Reading activities: the list, and one activity with what belongs to it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.exports import MOST_ROWS
from activities.filters import filter_activities, list_chips
from activities.forms.filters import ActivityFilter
from activities.history import list_deeds
from activities.models import Activity
from activities.paging import cut_page_by_time
from grids.paging import cut_page

PAGE = 30
PEOPLE_PAGE = 200


@access(Permission.VIEW_ACTIVITIES)
def list_activities(request: StaffRequest) -> HttpResponse:
    """Show the activities of one's communities that the filters leave, newest first, a page at a time by key."""
    form = ActivityFilter(request.GET, by=request.user)
    context: dict[str, Any] = {
        "form": form,
        "several": request.user.community_id is None,
        **what_one_may(request),
    }
    if form.is_valid():
        found = filter_activities(request.user, form.cleaned_data)
        page = cut_page_by_time(request, found.for_list(), size=PAGE)
        count = found.order_by()[: MOST_ROWS + 1].count()
        context |= {"activities": page.rows, "page": page, "count": count, "most": MOST_ROWS}
        context |= {"chips": list_chips(request.GET, timezone.localdate()), "query": request.GET.urlencode()}
    name = "activities/_activity_results.html" if request.htmx else "activities/activity_list.html"
    return render(request, name, context)


@access(Permission.VIEW_ACTIVITIES, personal=True)
def show_activity(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one activity: facts, what to do next, who came (masked, to the community only), and its history."""
    visible = Activity.objects.visible_to(request.user).for_detail()
    activity = get_object_or_404(visible, pk=pk)
    context = {"activity": activity, "history": list_deeds(activity), **what_one_may(request, activity)}
    if context.get("may_see_people"):
        # With the grid of that time and no door: where somebody lives now may be none of this community's business.
        people = activity.participations.met_by(request.user).select_related("resident", "grid")
        context |= {
            "people_page": cut_page(request, people, key="pk", size=PEOPLE_PAGE),
            "guests": activity.outsiders.order_by("pk")[:PEOPLE_PAGE],
        }
    return render(request, "activities/activity_detail.html", context)


def what_one_may(request: StaffRequest, activity: Activity | None = None) -> dict[str, bool]:
    """Return which buttons and parts are to be shown. The street reads how many came, not who (R11).

    Of a closed roster nobody reads here who came, and only the street does something: it verifies.
    """
    may = request.user.may
    if activity and activity.has_closed_roster:
        return {"may_verify": may(Permission.VERIFY_ACTIVITIES)}
    return {
        "may_plan": may(Permission.PLAN_ACTIVITIES),
        "may_log": may(Permission.LOG_ACTIVITIES),
        "may_check_in": may(Permission.CHECK_IN),
        "may_verify": may(Permission.VERIFY_ACTIVITIES),
        "may_shift": may(Permission.MANAGE_VOLUNTEERS),
        "may_see_people": may(Permission.VIEW_RESIDENTS),
    }
