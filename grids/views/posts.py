"""Posts of grid work: who holds them, which are vacant, appointing and ending."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.models import Community
from grids.forms.posts import AppointForm, EndForm, PostFilter
from grids.models import Appointment, Grid, Resident
from grids.posts import appoint, end_appointment, list_posts
from grids.search import read_key


@access(Permission.VIEW_RESIDENTS, personal=True)
def list_all(request: StaffRequest) -> HttpResponse:
    """Show who holds which post in a community, grid by grid, and what is vacant."""
    form = PostFilter(request.GET or None, by=request.user)
    if form.is_bound and form.is_valid():
        community = form.cleaned_data["community"]
    else:
        community = Community.objects.current().filter(pk__in=request.user.communities()).first()
    grids = list_posts(community, request.user) if community else []
    context = {
        "form": form,
        "community": community,
        "several": request.user.community_id is None,
        "grids": grids,
        "held": sum(len(grid.held) for grid in grids),
        "vacant": sum(grid.vacant for grid in grids),
        "may_manage": request.user.may(Permission.MANAGE_POSTS),
    }
    return render(request, "grids/post_list.html", context)


@access(Permission.MANAGE_POSTS, methods=("GET", "POST"), personal=True)
def begin(request: StaffRequest, grid: int) -> HttpResponse:
    """Appoint somebody to a post in a grid; the address may name post and building."""
    place = get_object_or_404(Grid.objects.visible_to(request.user).current().select_related("community"), pk=grid)
    initial = {name: request.GET.get(name) for name in ("post", "building") if request.GET.get(name)}
    form = AppointForm(request.POST or None, grid=place, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            appointment = appoint(grid=place, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记任职：%(post)s。") % {"post": appointment.get_post_display()})
            return redirect(address_of(place.community))
    context = {"form": form, "grid": place, "back": address_of(place.community), "chosen": find_chosen(request, form)}
    return render(request, "grids/post_form.html", context)


def find_chosen(request: StaffRequest, form: AppointForm) -> Resident | None:
    """Return the resident ticked in a form that is shown again."""
    key = read_key(str(form.data.get("resident", ""))) if form.is_bound else 0
    return Resident.objects.visible_to(request.user).filter(pk=key).first() if key else None


@access(Permission.MANAGE_POSTS, methods=("GET", "POST"), personal=True)
def end(request: StaffRequest, appointment: int) -> HttpResponse:
    """End a post on a day."""
    held = Appointment.objects.visible_to(request.user)
    found = get_object_or_404(held.select_related("grid__community", "building", "user", "resident"), pk=appointment)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_appointment(found, until=form.cleaned_data["until"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记卸任。"))
            return redirect(address_of(found.grid.community))
    context: dict[str, Any] = {"form": form, "appointment": found, "back": address_of(found.grid.community)}
    return render(request, "grids/post_end.html", context)


def address_of(community: Community) -> str:
    """Return the address of a community's posts."""
    return f"{reverse('grids:posts')}?community={community.pk}"
