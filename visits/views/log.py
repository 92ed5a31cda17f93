"""One door: its visits so far, a new visit, taking one back, following one up."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import REFRESH, ring
from grids.doors import doors_of, people_behind
from grids.models import Household
from visits.actions import log_visit, settle_follow_up, withdraw_visit
from visits.doors import walking_order
from visits.due import DueDoor, find_asks, running_plans
from visits.forms.log import VisitForm, WithdrawForm
from visits.models import Visit
from visits.views.rounds import plan_round

SHOWN = 30


@access(Permission.MANAGE_VISITS, personal=True)
def show_household(request: StaffRequest, household: int) -> HttpResponse:
    """Show the visits at a door, newest first, and which door comes next."""
    door = get_object_or_404(doors_of(request.user), pk=household)
    visits = Visit.objects.visible_to(request.user).filter(household=door).for_history()
    context = {
        "door": door,
        "visits": visits[:SHOWN],
        "next_door": find_next(plan_round(request.user, request.GET).doors, door),
        "withdraw_form": WithdrawForm(),
        "query": request.GET.urlencode(),
    }
    return render(request, "visits/household.html", context)


def find_next(doors: list[DueDoor], door: Household) -> DueDoor | None:
    """Return the due door after this one as one walks; after the last, the first one left."""
    others = [one for one in doors if one.household != door]
    after = [one for one in others if walking_order(one.household) > walking_order(door)]
    return next(iter(after or others), None)


@access(Permission.MANAGE_VISITS, methods=("GET", "POST"), personal=True)
def log(request: StaffRequest, household: int) -> HttpResponse:
    """Log a visit at a door."""
    door = get_object_or_404(doors_of(request.user), pk=household)
    asks = find_asks(running_plans(request.user), household=door)
    people = people_behind(door, request.user)
    form = VisitForm(request.POST or None, door=door, people=people, asks=asks)
    if request.method == "POST" and form.is_valid() and save_form(form, request):
        address = reverse("visits:household", args=[door.pk])
        return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)
    last = Visit.objects.visible_to(request.user).standing().filter(household=door).for_history().first()
    context = {"form": form, "door": door, "people": people, "last": last, "draft_key": draft_key(door)}
    return render(request, "visits/visit_form.html", context)


def save_form(form: VisitForm, request: StaffRequest) -> bool:
    """Carry out what the form says; False, with the reasons on the form, when the action refuses."""
    try:
        visit, new = log_visit(form.visit, **form.details, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    words = _("已记下：%(door)s，%(outcome)s。") if new else _("这次走访刚才已经保存过，没有重复登记。")
    values = {"door": form.door, "outcome": visit.get_outcome_display()}
    messages.success(request, words % values, extra_tags=draft_key(form.door))
    if visit.activity_id:
        ring(REFRESH)
    return True


def draft_key(door: Household) -> str:
    """Return the name under which the browser keeps what was typed; the saved message tells it to forget."""
    return f"visit-{door.pk}"


@access(Permission.MANAGE_VISITS, methods=("POST",))
def withdraw(request: StaffRequest, visit: int) -> HttpResponse:
    """Take back a visit entered in error."""
    row = get_visit(request, visit)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有撤销：请选哪里记错了。"))
    elif act(request, withdraw_visit, row, reason=form.cleaned_data["reason"]):
        messages.success(request, _("这次走访已撤销，不再计入统计。"))
        ring(REFRESH)
    return redirect("visits:household", row.household_id)


@access(Permission.MANAGE_VISITS, methods=("POST",))
def follow_up(request: StaffRequest, visit: int) -> HttpResponse:
    """Note that a follow-up was done without another visit."""
    row = get_visit(request, visit)
    if act(request, settle_follow_up, row):
        messages.success(request, _("已记下：跟进过了。"))
    return redirect("visits:household", row.household_id)


def get_visit(request: StaffRequest, visit: int) -> Visit:
    """Return a visit of the user's communities, at a door that is still theirs."""
    visits = Visit.objects.visible_to(request.user).filter(household__in=doors_of(request.user))
    return get_object_or_404(visits, pk=visit)


def act(request: StaffRequest, action: Any, row: Any, **choices: Any) -> bool:
    """Carry out an action; tell the user why when it refuses."""
    try:
        action(row, by=request.user, **choices)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True
