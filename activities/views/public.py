"""Residents' pages: what an activity is, signing up for it, cancelling, rating it. No account, no list of persons.

These pages show no count of sign-ups, not even whether seats are left: a figure that moves with a new sign-up and not
with a repeated one would tell everybody whether a neighbour has signed up, and a kept seat to which group she belongs.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import scope
from accounts.access import access
from activities import feedback
from activities.feedback import rate_activity
from activities.forms.feedback import RatingForm
from activities.forms.signups import PersonForm
from activities.models import Activity
from activities.signups import cancel_by_ticket, sign_up
from communities.throttle import HOUR, allow_visitor

RATED = "rated"  # path and name of the cookie against a second tap; it says nothing but that


@access(public=True)
def show_activity(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what an activity is, with the form to sign up while that is open."""
    return render_activity(request, find_public(public_id), PersonForm())


@access(public=True, methods=("GET", "POST"), personal=True)
def sign_up_here(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a sign-up: the same answer for whoever it is."""
    activity = find_public(public_id)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and not activity.takes_sign_ups():
        messages.error(request, _("没有报上：现在不是报名时间。想来的话请给社区打电话。"))
    if request.method != "POST" or not activity.takes_sign_ups():
        return redirect("activities:public", public_id)
    if not form.is_valid():
        return render_activity(request, activity, form)
    if not allow_visitor(request, "sign-up", f"activity:{public_id}"):
        form.add_error(None, _("这会儿报名的人很多。请等几分钟再按一次“我要报名”，填好的内容还在。"))
        return render_activity(request, activity, form, status=429)
    with scope.of(activity.community_id):
        ticket = sign_up(activity, name=form.cleaned_data["name"], phone=form.cleaned_data["phone"])
    return redirect("activities:signed-up", public_id, ticket)


@access(public=True, methods=("GET", "POST"), personal=True)
def show_ticket(request: HttpRequest, public_id: str, ticket: str) -> HttpResponse:
    """Say that the sign-up has arrived, whoever holds the ticket; cancel it on request."""
    activity = find_public(public_id)
    if request.method == "POST":
        with scope.of(activity.community_id):
            cancel_by_ticket(activity, ticket)
        messages.success(request, _("已收到取消。要是报过不止一次，社区来电话时请再说一声。"))
        return redirect("activities:public", public_id)
    return render(request, "activities/public_signed_up.html", {"activity": activity, "ticket": ticket})


@access(public=True, methods=("GET", "POST"))
def rate(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the three questions, and count the answers."""
    activities = Activity.objects.gatherings().filter(status__in=[Activity.Status.PUBLISHED, Activity.Status.HELD])
    activity = get_object_or_404(activities, public_id=public_id)
    form = RatingForm(request.POST or None, initial={"again": "again" in request.GET})
    context = {"activity": activity, "form": form, "is_open": feedback.is_open(activity)}
    if request.method == "POST" and context["is_open"] and form.is_valid():
        if has_rated(request, public_id) and not form.cleaned_data["again"]:
            return redirect("activities:rated", public_id)
        if allow_visitor(request, "rate", f"activity:{public_id}"):
            rate_activity(activity, form.cleaned_data)
            return remember_rating(redirect("activities:rated", public_id), public_id)
        form.add_error(None, _("这会儿评价的人很多，请等几分钟再按一次。"))
    status = 429 if form.non_field_errors() else 200
    return render(request, "activities/public_rate.html", context, status=status)


@access(public=True)
def thank_rater(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say thank you: everybody sees the same."""
    return render(request, "activities/public_rated.html", {"public_id": public_id})


def find_public(public_id: str) -> Activity:
    """Return an activity that everybody may read about, or answer that there is none."""
    told = Activity.objects.public().exclude(status=Activity.Status.CANCELLED)
    return get_object_or_404(told.select_related("community", "venue"), public_id=public_id)


def render_activity(request: HttpRequest, activity: Activity, form: PersonForm, status: int = 200) -> HttpResponse:
    """Render the page of an activity."""
    now = timezone.now()
    opens, closes = activity.sign_up_opens_at, activity.sign_up_closes_at
    context: dict[str, Any] = {
        "activity": activity,
        "form": form,
        "takes_sign_ups": activity.takes_sign_ups(now),
        "opens_later": bool(opens and now < opens),
        "is_closed": bool(closes and (now >= closes or activity.is_held)),
        "is_over": now >= activity.ends_at,
        "can_be_rated": feedback.is_open(activity, now),
    }
    return render(request, "activities/public_activity.html", context, status=status)


def has_rated(request: HttpRequest, public_id: str) -> bool:
    """Tell whether this browser has rated the activity: only against the accidental second tap."""
    return request.get_signed_cookie(f"{RATED}-{public_id}", default=None) == RATED


def remember_rating(response: HttpResponse, public_id: str) -> HttpResponse:
    """Let the browser, and nobody else, know that it has rated the activity."""
    days = settings.FEEDBACK_DAYS
    response.set_signed_cookie(
        f"{RATED}-{public_id}",
        RATED,
        max_age=days * 24 * HOUR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
