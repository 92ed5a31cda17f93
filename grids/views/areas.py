"""Pages of areas: the street's communities and grids, their merges and splits with a preview, new grids, new names."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import REFRESH, ring
from communities.models import Community, Street
from grids.area_changes import save_area
from grids.area_plans import Kind, count_people
from grids.forms.areas import (
    AreaChangeForm,
    AreaNameForm,
    MergeCommunitiesForm,
    MergeGridsForm,
    NewGridForm,
    SplitCommunityForm,
    SplitGridForm,
)
from grids.models import AreaChange, Grid

BOTH = ("GET", "POST")


@access(Permission.CHANGE_AREAS)
def list_areas(request: StaffRequest) -> HttpResponse:
    """Show the street's communities and grids with their days, and what was changed before."""
    communities = request.user.communities().prefetch_related("grids").order_by("code")
    people = count_people(get_street(request), timezone.localdate())
    rows: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for community in communities:
        grids = [(grid, people.get(grid.pk, 0)) for grid in community.grids.all()]
        rows[bool(community.valid_to)].append(
            {"area": community, "people": sum(count for _grid, count in grids), "grids": grids}
        )
    changes = AreaChange.objects.visible_to(request.user).select_related("by")
    context = {"communities": rows[False], "closed": rows[True], "changes": changes}
    return render(request, "grids/area_list.html", context)


@access(Permission.CHANGE_AREAS)
def show_area_change(request: StaffRequest, change: int) -> HttpResponse:
    """Show what a merge or split did."""
    found = get_object_or_404(AreaChange.objects.visible_to(request.user).select_related("by"), pk=change)
    return render(request, "grids/area_change.html", {"change": found})


@access(Permission.CHANGE_AREAS, methods=BOTH, personal=True)
def merge_communities(request: StaffRequest) -> HttpResponse:
    """Choose communities that become one; preview; do it."""
    return reorganise(request, MergeCommunitiesForm(request.POST or None, street=get_street(request)))


@access(Permission.CHANGE_AREAS, methods=BOTH, personal=True)
def split_community(request: StaffRequest, community: int) -> HttpResponse:
    """Choose what a community becomes; preview; do it."""
    found = get_community(request, community)
    return reorganise(request, SplitCommunityForm(request.POST or None, community=found), found.name)


@access(Permission.CHANGE_AREAS, methods=BOTH, personal=True)
def merge_grids(request: StaffRequest, community: int) -> HttpResponse:
    """Choose grids of a community that become one; preview; do it."""
    found = get_community(request, community)
    return reorganise(request, MergeGridsForm(request.POST or None, community=found), found.name)


@access(Permission.CHANGE_AREAS, methods=BOTH, personal=True)
def split_grid(request: StaffRequest, grid: int) -> HttpResponse:
    """Choose what a grid becomes; preview; do it."""
    found = get_grid(request, grid)
    return reorganise(request, SplitGridForm(request.POST or None, grid=found), f"{found.community} · {found}")


def reorganise(request: StaffRequest, form: AreaChangeForm, lead: str = "") -> HttpResponse:
    """Show the form; sent, show the preview of its plan; sent with the mark of just this preview, do it."""
    seen = request.POST.get("seen", "")
    if form.is_valid() and seen == form.plan.fingerprint:
        try:
            change = form.carry_out(by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            ring(REFRESH)
            messages.success(request, _("%(kind)s已完成。") % {"kind": form.plan.kind_name})
            return redirect("grids:area_change", change.pk)
    context = {"form": form, "lead": lead}
    if not form.is_valid():
        return render(request, form.page, context)
    again = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
    context |= {"plan": form.plan, "again": again, "changed": bool(seen)}
    context |= {"splits_grid": form.plan.kind == Kind.SPLIT_GRID}
    return render(request, "grids/area_preview.html", context)


@access(Permission.CHANGE_AREAS, methods=BOTH)
def create_grid(request: StaffRequest, community: int) -> HttpResponse:
    """Make a new grid in a community."""
    grid = Grid(community=get_community(request, community))
    return edit(request, grid, NewGridForm(request.POST or None), _("新建网格"), grid.community.name)


@access(Permission.CHANGE_AREAS, methods=BOTH)
def edit_grid(request: StaffRequest, grid: int) -> HttpResponse:
    """Give a grid another name."""
    found = get_grid(request, grid)
    form = AreaNameForm(request.POST or None, initial={"name": found.name})
    return edit(request, found, form, _("网格改名"), f"{found.community} · {found}")


@access(Permission.CHANGE_AREAS, methods=BOTH)
def edit_community(request: StaffRequest, community: int) -> HttpResponse:
    """Give a community another name."""
    found = get_community(request, community)
    form = AreaNameForm(request.POST or None, initial={"name": found.name})
    return edit(request, found, form, _("社区改名"), found.name)


def edit(request: StaffRequest, area: Community | Grid, form: forms.Form, title: str, lead: str) -> HttpResponse:
    """Show the form, or save what it says about the area."""
    if form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(area, name, value)
        try:
            save_area(area, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("“%(area)s”已保存。") % {"area": area.name})
            return redirect("grids:areas")
    return render(request, "grids/area_edit.html", {"form": form, "title": title, "lead": lead})


def get_street(request: StaffRequest) -> Street:
    """Return the user's street; 404 for who has none."""
    if request.user.street is None:
        raise Http404
    return request.user.street


def get_community(request: StaffRequest, key: int) -> Community:
    """Return a current community of the user's; 404 for foreign, closed and missing ones alike."""
    own = Community.objects.current().filter(pk__in=request.user.communities()).select_related("street")
    return get_object_or_404(own, pk=key)


def get_grid(request: StaffRequest, key: int) -> Grid:
    """Return a current grid of the user's; 404 for foreign, closed and missing ones alike."""
    own = Grid.objects.visible_to(request.user).current().select_related("community__street")
    return get_object_or_404(own, pk=key)
