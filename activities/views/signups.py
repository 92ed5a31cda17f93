"""The staff's page of sign-ups: who has a seat, who waits, who is to be called."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import Fresh, StaffRequest, access
from accounts.roles import Permission
from activities import signups
from activities.forms.signups import StaffSignUpForm
from activities.models import Activity, SignUp
from activities.sign_up_list import list_sign_ups


@access(Permission.PLAN_ACTIVITIES, methods=("GET", "POST"), personal=True)
def show_sign_ups(request: StaffRequest, pk: int) -> HttpResponse:
    """Show who signed up, masked; enter somebody who called or came."""
    activities = Activity.objects.managed_by(request.user).select_related("community")
    activity = get_object_or_404(activities, pk=pk)
    form = StaffSignUpForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            signups.add_sign_up(activity, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已加入报名名单。"))
            return redirect("activities:sign-ups", pk)
    context = {
        "activity": activity,
        "form": form,
        "list": list_sign_ups(activity),
        "chosen": form.cleaned_data.get("resident") if form.is_bound else None,
        "takes_more": not (activity.reported_at or activity.status == Activity.Status.CANCELLED),
    }
    return render(request, "activities/sign_ups.html", context)


@access(Permission.PLAN_ACTIVITIES, methods=("POST",), personal=True, fresh=Fresh.UNMASK)
def show_contact(request: StaffRequest, sign_up: int) -> HttpResponse:
    """Show name and phone of one who signed up in full, once that has been written down."""
    wish = get_sign_up(request, sign_up)
    context: dict[str, Any] = {"wish": wish, "activity": wish.activity}
    try:
        context["contact"] = signups.unmask_contact(wish, by=request.user)
    except ValidationError as error:
        context["refusal"] = error.messages[0]
    return render(request, "activities/sign_up_contact.html", context)


@access(Permission.PLAN_ACTIVITIES, methods=("POST",), personal=True)
def mark_told(request: StaffRequest, sign_up: int) -> HttpResponse:
    """Note that somebody has been told about the seat, or take that back."""
    wish = get_sign_up(request, sign_up)
    signups.mark_told(wish, told=request.POST.get("told") != "no", by=request.user)
    return redirect("activities:sign-ups", wish.activity_id)


@access(Permission.PLAN_ACTIVITIES, methods=("POST",), personal=True)
def cancel_sign_up(request: StaffRequest, sign_up: int) -> HttpResponse:
    """Cancel a sign-up at the person's request."""
    wish = get_sign_up(request, sign_up)
    try:
        signups.cancel_sign_up(wish, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已取消这条报名。有人候补的话，名额已自动给下一位。"))
    return redirect("activities:sign-ups", wish.activity_id)


def get_sign_up(request: StaffRequest, pk: int) -> SignUp:
    """Return a sign-up of one's communities, or answer that there is none."""
    sign_ups = SignUp.objects.visible_to(request.user).select_related("activity__community", "resident__community")
    return get_object_or_404(sign_ups, pk=pk)
