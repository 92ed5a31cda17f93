"""The month on a page, and the feed that phones subscribe to."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.calendar import Month, list_categories, read_month
from activities.feed import find_community, list_feed, make_feed_token, write_feed
from activities.models import Activity
from activities.qr import draw_qr
from communities.downloads import send_file
from communities.models import Community
from grids.search import read_key

FEED_SECONDS = 900


@access(Permission.VIEW_ACTIVITIES)
def show_calendar(request: StaffRequest) -> HttpResponse:
    """Show a month of one's communities."""
    today = timezone.localdate()
    month = read_month_or_404(request.GET.get("month", ""))
    communities = list(request.user.communities().current())  # type: ignore[attr-defined]
    community = choose_community(request, communities)
    categories = list_categories()
    category = request.GET.get("category", "")
    category = category if category in dict(categories) else ""
    days = read_month(month, request.user, today, category=category, community=community)
    context = {
        "month": month,
        "rest": name_filters(category, community),
        "this_month": Month(today.replace(day=1)),
        "today": today,
        "days": days,
        "is_empty": not any(day.activities for day in days),
        "categories": categories,
        "category": category,
        "communities": communities if len(communities) > 1 else [],
        "community": community,
        "may_plan": request.user.may(Permission.PLAN_ACTIVITIES),
        **(offer_feed(request, community) if community else {}),
    }
    return render(request, "activities/calendar.html", context)


@access(public=True)
def send_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar that has subscribed. Whoever knows the address reads what was announced to everybody."""
    community = find_community(token)
    if community is None:
        raise Http404
    activities = list(list_feed(community, timezone.localdate()))
    links = {activity.pk: link_of(request, activity) for activity in activities}
    answer = send_file(write_feed(community, activities, links), "activities.ics", is_shown=True)
    answer["Cache-Control"] = f"public, max-age={FEED_SECONDS}"
    return answer


def link_of(request: HttpRequest, activity: Activity) -> str:
    """Return the address of an activity's public page."""
    return request.build_absolute_uri(reverse("activities:public", args=[activity.public_id]))


def offer_feed(request: HttpRequest, community: Community) -> dict[str, Any]:
    """Return the address to which a phone subscribes, and its QR code."""
    address = request.build_absolute_uri(reverse("activities:feed", args=[make_feed_token(community)]))
    web = f"webcal:{address.partition(':')[2]}"
    return {"feed": address, "feed_web": web, "feed_qr": draw_qr(web)}


def name_filters(category: str, community: Community | None) -> str:
    """Return the filters as the rest of a query, so that they stay when the month changes."""
    chosen = {"category": category, "community": community.pk if community else ""}
    return "".join(f"&{name}={value}" for name, value in chosen.items() if value)


def read_month_or_404(code: str) -> Month:
    """Return the month of the address, the running one when it names none; 404 for nonsense."""
    if not code:
        return Month(timezone.localdate().replace(day=1))
    try:
        return Month.parse(code)
    except ValueError as error:
        raise Http404 from error


def choose_community(request: StaffRequest, communities: list[Community]) -> Community | None:
    """Return the community of the address, or the only one there is; None for all; 404 for one out of reach."""
    if key := request.GET.get("community", ""):
        return get_object_or_404(request.user.communities(), pk=read_key(key))
    return communities[0] if len(communities) == 1 else None
