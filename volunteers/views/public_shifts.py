"""Residents' pages of a shift: what is needed when and where, taking a place, giving it back. No account, no names.

How many are wanted is said, and whether there is still a place, but not how many places: a number that stays the same
would tell who tries a neighbour's name and phone that she has signed up.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import scope
from accounts.access import access
from activities.forms.signups import PersonForm
from activities.models import Activity
from communities.throttle import allow_visitor
from grids.search import read_key
from volunteers.models import Shift, ShiftNeed
from volunteers.models.shifts import list_needs
from volunteers.sign_ups import TakenError, cancel_by_ticket, sign_up

OTHERS = 5  # other shifts of the community that are offered


@access(public=True)
def show_shift(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what a shift is, with the form to take a place while there is one."""
    return render_shift(request, find_public(public_id), PersonForm())


@access(public=True, methods=("GET", "POST"), personal=True)
def sign_up_here(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a place: the same answer for whoever it is; who comes too late for the last one is told so."""
    shift = find_public(public_id)
    if request.method != "POST":
        return redirect("volunteer:shift", public_id)
    form = PersonForm(request.POST)
    needs = ShiftNeed.objects.filter(shift=shift)
    need = needs.filter(pk=read_key(request.POST.get("need", ""))).first() or (
        needs.get() if len(shift.needs.all()) == 1 else None
    )
    if not form.is_valid() or need is None:
        return render_shift(request, shift, form, lacks_need=need is None)
    if not allow_visitor(request, "shift", f"shift:{shift.public_id}"):
        form.add_error(None, _("这会儿报名的人很多。请等几分钟再按一次“我要报名”，填好的内容还在。"))
        return render_shift(request, shift, form, chosen=need.pk, status=429)
    try:
        ticket = sign_up(need, name=form.cleaned_data["name"], phone=form.cleaned_data["phone"])
    except TakenError as error:
        return render_shift(request, find_public(public_id), form, taken=error.messages[0])
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("volunteer:shift", public_id)
    return redirect("volunteer:shift-ticket", public_id, ticket)


@access(public=True, methods=("GET", "POST"), personal=True)
def show_ticket(request: HttpRequest, public_id: str, ticket: str) -> HttpResponse:
    """Say that the sign-up has arrived, whoever holds the ticket; cancel it on request."""
    shift = find_public(public_id)
    if request.method == "POST":
        cancel_by_ticket(shift, ticket)
        messages.success(request, _("已收到取消，谢谢您说一声。"))
        return redirect("volunteer:shift", public_id)
    return render(request, "volunteers/public_shift_ticket.html", {"shift": shift, "activity": shift.activity})


def find_public(public_id: str) -> Shift:
    """Return a shift that everybody may read about, also one that was called off, or answer that there is none."""
    told = Shift.objects.filter(is_open=True).exclude(activity__status=Activity.Status.PLANNED)
    shift = get_object_or_404(told.with_place(), public_id=public_id)
    scope.open_to(shift.activity.community_id)
    prefetch_related_objects([shift], list_needs())
    return shift


def find_others(shift: Shift) -> list[Shift]:
    """Return the next shifts of the community in which there are places."""
    firm = Shift.objects.upcoming().filter(is_open=True, activity__community=shift.activity.community_id)
    rows = firm.exclude(activity__status=Activity.Status.PLANNED).exclude(pk=shift.pk).for_list()
    return [other for other in rows[: 4 * OTHERS] if other.left][:OTHERS]


def render_shift(
    request: HttpRequest,
    shift: Shift,
    form: PersonForm,
    *,
    chosen: int | None = None,
    lacks_need: bool = False,
    taken: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the page of a shift."""
    needs = list(shift.needs.all())
    open_needs = [need for need in needs if need.left] if shift.takes_sign_ups else []
    context: dict[str, Any] = {
        "shift": shift,
        "activity": shift.activity,
        "form": form,
        "needs": needs,
        "open_needs": open_needs,
        "chosen": chosen,
        "lacks_need": lacks_need,
        "taken": taken,
        "is_over": timezone.now() >= shift.ends_at,
        "others": [] if open_needs and not taken else find_others(shift),
    }
    return render(request, "volunteers/public_shift.html", context, status=status)
