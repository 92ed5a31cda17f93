"""Who comes to a shift, for staff: whom to ask, giving a place, cancelling, and who an unknown name is."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Fresh, StaffRequest, access
from accounts.roles import Permission
from grids.search import read_key
from volunteers import sign_ups
from volunteers.matching import LOAD_DAYS, find_matches
from volunteers.models import ShiftNeed, ShiftSignUp, Volunteer


@access(Permission.MANAGE_VOLUNTEERS, personal=True)
def match(request: StaffRequest, need: int) -> HttpResponse:
    """Show whom to ask for a need, in order, with the reasons."""
    row = find_need(request, need)
    context = {
        "need": row,
        "shift": row.shift,
        "matches": find_matches(row),
        "load_days": LOAD_DAYS,
        "takes_more": row.left and not row.shift.is_off and row.shift.ends_at > timezone.now(),
    }
    return render(request, "volunteers/match.html", context)


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",), personal=True)
def add(request: StaffRequest, need: int) -> HttpResponse:
    """Give a place to a volunteer."""
    row = find_need(request, need)
    if (volunteer := find_chosen(request)) is None:
        return redirect("volunteers:match", row.pk)
    try:
        sign_ups.ask_volunteer(row, volunteer=volunteer, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("volunteers:match", row.pk)
    messages.success(request, _("已排上：%(name)s。") % {"name": volunteer.masked_name})
    is_full = row.left <= 1
    return redirect("volunteers:shift", row.shift_id) if is_full else redirect("volunteers:match", row.pk)


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",), personal=True)
def cancel(request: StaffRequest, sign_up: int) -> HttpResponse:
    """Give a place back at the person's request."""
    wish = find_wish(request, sign_up)
    try:
        sign_ups.cancel_sign_up(wish, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已取消，空出一个名额。"))
    return redirect("volunteers:shift", wish.need.shift_id)


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",), personal=True, fresh=Fresh.UNMASK)
def show_contact(request: StaffRequest, sign_up: int) -> HttpResponse:
    """Show name and phone of somebody unknown in full, once that has been written down."""
    wish = find_wish(request, sign_up)
    context: dict[str, Any] = {"wish": wish, "shift": wish.need.shift}
    try:
        context["contact"] = sign_ups.unmask_contact(wish, by=request.user)
    except ValidationError as error:
        context["refusal"] = error.messages[0]
    return render(request, "volunteers/shift_contact.html", context)


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"), personal=True)
def link(request: StaffRequest, sign_up: int) -> HttpResponse:
    """Say which volunteer an unknown name and phone are: one of those with the same name, or somebody new."""
    wish = find_wish(request, sign_up)
    if wish.volunteer_id or wish.cancelled_at:
        messages.info(request, _("同事刚处理过这条报名。"))
        return redirect("volunteers:shift", wish.need.shift_id)
    if request.method == "POST":
        if (volunteer := find_chosen(request)) is None:
            return redirect("volunteers:sign-up-link", wish.pk)
        try:
            sign_ups.link_sign_up(wish, volunteer=volunteer, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("已对上号。"))
        return redirect("volunteers:shift", wish.need.shift_id)
    context = {"wish": wish, "shift": wish.need.shift, "namesakes": sign_ups.find_namesakes(wish)}
    return render(request, "volunteers/shift_link.html", context)


def find_chosen(request: StaffRequest) -> Volunteer | None:
    """Return the volunteer who was chosen; a foreign one and a missing one get the same message."""
    volunteers = Volunteer.objects.visible_to(request.user).select_related("resident")
    chosen = volunteers.filter(pk=read_key(request.POST.get("volunteer", ""))).first()
    if chosen is None:
        messages.error(request, _("没有找到这位志愿者，请重新选一位。"))
    return chosen


def find_need(request: StaffRequest, pk: int) -> ShiftNeed:
    """Return a need of one's communities, or answer that there is none."""
    needs = ShiftNeed.objects.visible_to(request.user).with_taken()
    return get_object_or_404(needs.select_related("skill", "shift__activity__community"), pk=pk)


def find_wish(request: StaffRequest, pk: int) -> ShiftSignUp:
    """Return a sign-up of one's communities, or answer that there is none."""
    related = ("need__shift__activity__community", "need__skill", "volunteer")
    return get_object_or_404(ShiftSignUp.objects.visible_to(request.user).select_related(*related), pk=pk)
