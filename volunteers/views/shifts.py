"""Shifts for staff: the list, one shift with who comes, adding, changing, calling off, and the poster to print."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.models import Activity
from activities.qr import draw_qr
from communities.models import Community
from volunteers.forms.shifts import AddShiftForm, CancelShiftForm, NeedRows, NewShiftForm, ShiftForm, make_need_rows
from volunteers.models import Shift, ShiftSignUp
from volunteers.shifts import add_shift, cancel_shift, change_shift, plan_shift

PAST = 30  # shifts that are over, on the list


@access(Permission.MANAGE_VOLUNTEERS)
def list_shifts(request: StaffRequest) -> HttpResponse:
    """Show the shifts to come, and the last that are over."""
    shifts = Shift.objects.visible_to(request.user).for_list()
    past = shifts.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-pk")
    context = {"coming": shifts.upcoming(), "past": past[:PAST], "here": "shifts"}
    return render(request, "volunteers/shift_list.html", context)


@access(Permission.MANAGE_VOLUNTEERS, personal=True)
def show_shift(request: StaffRequest, shift: int) -> HttpResponse:
    """Show a shift: free places of each need, and who signed up, masked."""
    row = get_object_or_404(Shift.objects.visible_to(request.user).for_list(), pk=shift)
    related = ShiftSignUp.objects.filter(need__shift=row).select_related("volunteer__resident", "need__skill")
    wishes = list(related.order_by("pk"))
    link = request.build_absolute_uri(reverse("volunteer:shift", args=[row.public_id]))
    context = {
        "shift": row,
        "activity": row.activity,
        "standing": [wish for wish in wishes if not wish.cancelled_at],
        "cancelled": [wish for wish in wishes if wish.cancelled_at],
        "link": link,
        "cancel_form": CancelShiftForm(),
        "is_over": row.ends_at <= timezone.now(),
    }
    return render(request, "volunteers/shift.html", context)


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"))
def add(request: StaffRequest, activity: int) -> HttpResponse:
    """Add a shift to an activity; it begins and ends with the activity unless said otherwise."""
    row = get_object_or_404(Activity.objects.managed_by(request.user).select_related("community", "venue"), pk=activity)
    if row.status == Activity.Status.CANCELLED or row.ends_at <= timezone.now():
        messages.info(request, _("这项活动已经结束或撤销，不能再加班次。做过的服务请补录时长。"))
        return redirect("activities:detail", row.pk)
    initial = {"title": row.title[:40], "starts_at": row.starts_at, "ends_at": row.ends_at}
    initial["place"] = row.place or (row.venue.name if row.venue else "")
    form = AddShiftForm(request.POST or None, instance=Shift(activity=row), initial=initial, community=row.community)
    return answer(request, form, f"shift-of-{row.pk}", activity=row)


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"))
def add_with_activity(request: StaffRequest) -> HttpResponse:
    """Add a shift that is an activity of its own: kind, time and place make one, which is published at once."""
    community = request.user.communities().get()  # the roles that may manage volunteers all work in one
    form = NewShiftForm(request.POST or None, instance=Shift(), community=community)
    return answer(request, form, "shift-new", community=community)


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"))
def edit(request: StaffRequest, shift: int) -> HttpResponse:
    """Change a shift and what it needs."""
    row = get_object_or_404(Shift.objects.visible_to(request.user).select_related("activity__community"), pk=shift)
    if row.is_off or row.ends_at <= timezone.now():
        messages.info(request, _("这个班次已经结束或撤销，不能再改。"))
        return redirect("volunteers:shift", row.pk)
    form = ShiftForm(request.POST or None, instance=row, community=row.activity.community)
    return answer(request, form, f"shift-{row.pk}", activity=row.activity)


def answer(request: StaffRequest, form: ShiftForm, key: str, **context: Any) -> HttpResponse:
    """Show the form of a shift with the rows of its needs, or save both."""
    needs = make_need_rows(request.POST if request.method == "POST" else None, form.instance)
    both_valid = request.method == "POST" and all([form.is_valid(), needs.is_valid()])
    if both_valid and (saved := save(request, form, needs, context.get("community"))):
        messages.success(request, _("班次已保存：%(shift)s。") % {"shift": saved}, extra_tags=key)
        return redirect("volunteers:shift", saved.pk)
    context |= {"form": form, "needs": needs, "draft_key": key}
    return render(request, "volunteers/shift_form.html", context)


def save(request: StaffRequest, form: ShiftForm, needs: NeedRows, community: Community | None) -> Shift | None:
    """Carry out what the form says; None, with the reasons on it, when the action refuses."""
    row, by = form.instance, request.user
    try:
        if row.pk:
            return change_shift(row, fields=form.changed_data, needs=needs.needs, by=by)
        if community is None:
            return add_shift(row, needs=needs.needs, by=by)
        activity, token = describe_activity(form, community), form.cleaned_data["token"]
        return plan_shift(row, activity=activity, needs=needs.needs, token=token, by=by)
    except ValidationError as error:
        form.add_error(None, error.messages)  # some name fields of the activity, which this form lacks
        return None


def describe_activity(form: ShiftForm, community: Community) -> Activity:
    """Return the unsaved activity that is just this shift."""
    data = form.cleaned_data
    same = {name: data[name] for name in ("kind", "title", "place", "starts_at", "ends_at")}
    return Activity(community=community, **same)


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",))
def cancel(request: StaffRequest, shift: int) -> HttpResponse:
    """Call a shift off."""
    row = get_object_or_404(Shift.objects.visible_to(request.user), pk=shift)
    form = CancelShiftForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有撤销：请选一个原因。"))
        return redirect("volunteers:shift", row.pk)
    try:
        cancel_shift(row, reason=form.cleaned_data["reason"], by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("班次已撤销。报了名的人都还在名单上，请打电话告诉他们。"))
    return redirect("volunteers:shift", row.pk)


@access(Permission.MANAGE_VOLUNTEERS)
def show_poster(request: StaffRequest, shift: int) -> HttpResponse:
    """Show a page to print and put up: what, when, where, whom it needs, and a code that leads to signing up."""
    row = get_object_or_404(Shift.objects.visible_to(request.user).for_list(), pk=shift)
    link = request.build_absolute_uri(reverse("volunteer:shift", args=[row.public_id]))
    context = {"shift": row, "link": link, "code": draw_qr(link), "leads_nowhere": not row.takes_sign_ups}
    return render(request, "volunteers/shift_poster.html", context)
