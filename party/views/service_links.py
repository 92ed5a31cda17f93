"""Service links: a member's grid and households, and which cadres look after which building."""

from functools import partial
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from grids.doors import by_number
from party.forms.members import EndForm, add_errors
from party.forms.service_links import BuildingFilter, CadreForm, GridLinkForm, HouseholdLinkForm
from party.models import Member, ServiceLink
from party.service_links import (
    describe_households,
    end_link,
    led_communities,
    link_building,
    link_grid,
    link_households,
    list_doors,
)
from party.views.member_steps import take_step
from party.views.members import get_member


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def add_grid(request: StaffRequest, member: int) -> HttpResponse:
    """党员入格: choose the grid of a member."""
    person = get_member(request, member)
    form = GridLinkForm(request.POST or None, by=request.user, initial={"grid": person.resident.grid_id})
    words: dict[str, Any] = {"heading": _("编入网格"), "button": _("保存")}
    return take_step(request, form, partial(link_grid, person), person, done=_("已编入网格。"), **words)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def add_households(request: StaffRequest, member: int) -> HttpResponse:
    """党员联户: tick households behind the doors of a building; the address, or the form sent, names the building."""
    person = get_member(request, member)
    choice = BuildingFilter(request.POST or request.GET or None, by=request.user)
    building = choice.cleaned_data["building"] if choice.is_bound and choice.is_valid() else None
    form = HouseholdLinkForm(request.POST if request.method == "POST" else None, building=building)
    if request.method == "POST" and form.is_valid():
        try:
            links = link_households(person, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, describe_households(len(links)))
            return redirect("party:member", person.pk)
    doors = list_doors(building, request.user) if building else []
    context = {
        "member": person,
        "choice": choice,
        "form": form,
        "building": building,
        "units": [(unit, list(rooms)) for unit, rooms in groupby(doors, key=lambda door: door.unit)],
        "ticked": [str(key) for key in form["households"].value() or []],
    }
    return render(request, "party/household_links.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def end(request: StaffRequest, link: int) -> HttpResponse:
    """End a link of one's own members, or of a cadre to a building where one leads an organisation."""
    mine = Q(member__in=Member.objects.led_by(request.user))
    cadre = Q(user__isnull=False, building__grid__community__in=led_communities(request.user))
    related = ("member__resident", "user", "grid", "household__building__grid", "building__grid")
    row = get_object_or_404(ServiceLink.objects.filter(mine | cadre, until=None).select_related(*related), pk=link)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_link(row, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("已结束联系。"))
            return redirect("party:member", row.member_id) if row.member_id else redirect("party:cadres")
    return render(request, "party/link_end.html", {"form": form, "link": row})


@access(Permission.LEAD_PARTY, methods=("GET", "POST"))
def list_cadres(request: StaffRequest) -> HttpResponse:
    """Show which cadres look after which building, and add one."""
    form = CadreForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            link_building(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("已登记干部联系的楼栋。"))
            return redirect("party:cadres")
    may_link = led_communities(request.user).exists()
    return render(request, "party/cadres.html", {"form": form, "may_link": may_link, **read_cadres(request.user)})


def read_cadres(user: User) -> dict[str, Any]:
    """Return the buildings that somebody looks after today by grid, and how many there are of all."""
    links = ServiceLink.objects.on(timezone.localdate()).filter(
        user__isnull=False, building__grid__community__in=user.communities()
    )
    rows: list[Any] = list(links.select_related("user", "building__grid"))
    rows.sort(key=lambda row: (row.building.grid.code, by_number(row.building.name), row.building_id, row.since))
    looked_after = [(building, list(here)) for building, here in groupby(rows, key=lambda row: row.building)]
    return {"buildings": looked_after, "all": CadreForm(by=user).fields["building"].queryset.count()}  # type: ignore[attr-defined]
