"""Slots of an organisation through a year, and one slot: its meetings, and why it need not be held."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from party import rule_changes
from party.forms.rules import ExemptForm
from party.models import MeetingKind, Organisation
from party.slots import Slot, read_slots, share_on_time
from party.views.led import get_led_or_404, leads

FIRST_YEAR, LAST_YEAR = 2000, 2100  # no address names other years; near the ends of the calendar dates overflow


@access(Permission.VIEW_PARTY)
def show_slots(request: StaffRequest, organisation: int) -> HttpResponse:
    """Show what an organisation had to hold in a year (?year=), and how it stands."""
    rows = Organisation.objects.visible_to(request.user).select_related("community", "parent")
    found = get_object_or_404(rows, pk=organisation)
    today = timezone.localdate()
    year = read_year_or_404(request.GET.get("year", ""), today)
    slots = read_slots([found], date(year, 1, 1), date(year, 12, 31), today)
    may_lead = leads(request.user, found)
    context = {
        "organisation": found,
        "today": today,
        "year": year,
        "years": {"before": year - 1, "after": year + 1 if year <= today.year else None},
        "kinds": list_kinds(slots),
        "share": share_on_time(slots),
        "may_lead": may_lead,
        "trail": [(_("党建"), reverse("party:home"))],
    }
    return render(request, "party/slots.html", context)


def list_kinds(slots: list[Slot]) -> list[dict[str, Any]]:
    """Return the slots by kind of meeting, each kind with its share."""
    found = []
    for kind in MeetingKind:
        mine = [slot for slot in slots if slot.kind == kind]
        if mine:
            found.append({"kind": kind, "slots": mine, "share": share_on_time(mine)})
    return found


def read_year_or_404(text: str, today: date) -> int:
    """Return the year that an address names, this year without one; 404 for nonsense."""
    if not text:
        return today.year
    if not (text.isascii() and text.isdecimal() and len(text) == len(str(FIRST_YEAR))):
        raise Http404
    if not FIRST_YEAR <= int(text) <= today.year + 1:
        raise Http404
    return int(text)


def read_day_or_404(text: str) -> date:
    """Return the day that an address names; 404 for nonsense."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Http404
    return day


def get_slot_or_404(organisation: Organisation, kind: str, start: str) -> Slot:
    """Return the slot of an organisation that begins on just this day."""
    day = read_day_or_404(start)
    slots = read_slots([organisation], day, day, timezone.localdate())
    found = next((slot for slot in slots if slot.kind == kind and slot.span.start == day), None)
    if found is None:
        raise Http404
    return found


@access(Permission.LEAD_PARTY, methods=("GET", "POST"))
def exempt_slot(request: StaffRequest, organisation: int, kind: str, start: str) -> HttpResponse:
    """Show a slot with its meetings; say that it need not be held."""
    found = get_led_or_404(request, organisation)
    slot = get_slot_or_404(found, kind, start)
    form = ExemptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rule_changes.exempt_slot(slot, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记为免开：%(period)s%(kind)s。") % name(slot))
            return redirect("party:slots", found.pk)
    today = timezone.localdate()
    context = {
        "organisation": found,
        "slot": slot,
        "form": form,
        "today": today,
        "may_plan": slot.span.start <= slot.last_day and slot.last_day >= today and slot.exemption is None,
        "trail": [(_("党建"), reverse("party:home")), (str(found), reverse("party:slots", args=[found.pk]))],
    }
    return render(request, "party/slot.html", context)


@access(Permission.LEAD_PARTY, methods=("POST",))
def lift_exemption(request: StaffRequest, organisation: int, kind: str, start: str) -> HttpResponse:
    """Take back that a slot need not be held."""
    found = get_led_or_404(request, organisation)
    slot = get_slot_or_404(found, kind, start)
    try:
        if rule_changes.lift_exemption(slot, by=request.user):
            messages.success(request, _("免开说明已去掉：%(period)s%(kind)s。") % name(slot))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("party:slots", found.pk)


def name(slot: Slot) -> dict[str, str]:
    """Return how a slot is called in a message."""
    return {"period": slot.full_label, "kind": str(slot.kind.label)}
