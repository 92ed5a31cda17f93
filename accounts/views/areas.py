"""Pages on which the platform's administrator sets up districts, streets and communities."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.areas import find_area, read_tree, save_area
from accounts.forms.areas import AreaForm
from accounts.roles import Permission
from communities.models import Community, District, Street


@access(Permission.SET_UP_AREAS)
def list_areas(request: StaffRequest) -> HttpResponse:
    """Show all areas as a tree."""
    return render(request, "accounts/area_tree.html", {"tree": read_tree()})


@access(Permission.SET_UP_AREAS, methods=("GET", "POST"))
def add_area(request: StaffRequest, code: str = "") -> HttpResponse:
    """Add a district, or a street or community below the area with this code."""
    parent = get_area(code) if code else None
    area: Any
    if parent is None:
        area = District()
    elif isinstance(parent, District):
        area = Street(district=parent)
    elif isinstance(parent, Street):
        area = Community(street=parent)
    else:
        raise Http404  # below a community there are grids, which its street draws
    return answer_form(request, AreaForm(request.POST or None, area=area, parent=parent))


@access(Permission.SET_UP_AREAS, methods=("GET", "POST"))
def rename_area(request: StaffRequest, code: str) -> HttpResponse:
    """Rename the area with this code."""
    area = get_area(code)
    parent = area.street if isinstance(area, Community) else area.district if isinstance(area, Street) else None
    return answer_form(request, AreaForm(request.POST or None, area=area, parent=parent))


def get_area(code: str) -> District | Street | Community:
    """Return the area, or answer that there is none."""
    if area := find_area(code):
        return area
    raise Http404


def answer_form(request: StaffRequest, form: AreaForm) -> HttpResponse:
    """Save what the form says, or show it with what is to be mended."""
    if request.method == "POST" and form.is_valid():
        area = form.fill()
        save_area(area, by=request.user)
        messages.success(request, _("“%(name)s”已保存。") % {"name": area.name})
        return redirect("accounts:areas")
    return render(request, "accounts/area_form.html", {"form": form, "area": form.area, "parent": form.parent})
