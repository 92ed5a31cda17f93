"""Printing the cards with residents' personal codes, building by building."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.codes import issue_codes, reissue_code, write_card
from activities.forms.checkins import BuildingForm
from activities.models import PersonalCode
from activities.qr import draw_qr
from grids.models import Resident
from grids.search import read_key

MAX_CARDS = 1000  # a tower; more would make a page that no browser prints


@access(Permission.CHECK_IN, personal=True)
def choose_building(request: StaffRequest) -> HttpResponse:
    """Choose a building, see who has a card, print those missing, replace a lost one."""
    form = BuildingForm(request.GET or None, by=request.user)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        building = form.cleaned_data["building"]
        living = Resident.objects.visible_to(request.user).filter(household__building=building).by_door()
        people = list(living.select_related("household__building", "grid", "personal_code"))
        holders = sum(hasattr(person, "personal_code") for person in people)
        context |= {"building": building, "people": people, "holders": holders, "missing": len(people) - holders}
    return render(request, "activities/codes.html", context)


@access(Permission.CHECK_IN, methods=("POST",))
def issue(request: StaffRequest) -> HttpResponse:
    """Give codes to those of a building who have none, and go on to their cards."""
    form = BuildingForm(request.POST, by=request.user)
    if not form.is_valid():
        messages.error(request, _("没有发卡：请先选一栋楼。"))
        return redirect("activities:codes")
    building = form.cleaned_data["building"]
    since = issue_codes(building, by=request.user)
    query = {"building": building.pk, "since": since.isoformat()}
    return redirect(f"{reverse('activities:code-cards')}?{urlencode(query)}")


@access(Permission.CHECK_IN, methods=("POST",))
def reissue(request: StaffRequest, resident: int) -> HttpResponse:
    """Replace a lost card."""
    person = get_object_or_404(Resident.objects.visible_to(request.user).select_related("community"), pk=resident)
    reissue_code(person, by=request.user)
    return redirect(f"{reverse('activities:code-cards')}?{urlencode({'resident': person.pk})}")


@access(Permission.CHECK_IN, personal=True)
def show_cards(request: StaffRequest) -> HttpResponse:
    """The cards to print: of a building (all, or those issued since a moment), or of one resident."""
    people = Resident.objects.visible_to(request.user)
    codes = PersonalCode.objects.filter(resident__in=people).select_related("resident__household__building")
    if resident := read_key(request.GET.get("resident", "")):
        codes = codes.filter(resident=resident)
    else:
        codes = codes.filter(resident__household__building=read_key(request.GET.get("building", "")))
    if since := read_time(request.GET.get("since", "")):
        codes = codes.filter(issued_at__gte=since)
    order = ("resident__household__unit", "resident__household__room", "resident")
    cards = [(code.resident, draw_qr(write_card(code), scale=4)) for code in codes.order_by(*order)[:MAX_CARDS]]
    return render(request, "activities/code_cards.html", {"cards": cards})


def read_time(text: str) -> Any:
    """Return the moment that an address names, or None."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None
