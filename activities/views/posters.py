"""Printed pages of an activity: a poster, handbills four to a sheet, and the sheet with the code for rating it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.models import Activity
from activities.qr import draw_qr

POSTER, HANDBILL, RATING = "poster", "handbill", "rating"
PAPERS = {POSTER: "activities/poster.html", HANDBILL: "activities/poster.html", RATING: "activities/poster_rating.html"}


@access(Permission.PLAN_ACTIVITIES)
def show_poster(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a page to print and put up: what, when, where, and a code that leads there."""
    activities = Activity.objects.managed_by(request.user).gatherings()
    related = ("community", "venue", "responsible", "recorded_by")
    activity = get_object_or_404(activities.select_related(*related), pk=pk)
    paper = request.GET.get("paper", POSTER)
    paper = paper if paper in PAPERS else POSTER
    name = "activities:rate" if paper == RATING else "activities:public"
    link = request.build_absolute_uri(reverse(name, args=[activity.public_id]))
    told = (Activity.Status.PUBLISHED, Activity.Status.HELD)
    context = {
        "activity": activity,
        "paper": paper,
        "link": link,
        "code": draw_qr(link),
        "sheet": range(4 if paper == HANDBILL else 1),
        "who": activity.responsible or activity.recorded_by,
        "leads_nowhere": activity.status not in told or (paper != RATING and not activity.is_public),
    }
    return render(request, PAPERS[paper], context)
