"""Pages of the boundaries of grids: what there is, template, upload, rehearsal, confirmation, deletion."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from communities.downloads import send_file
from grids.boundaries.actions import delete_all_boundaries, delete_boundary, save_boundaries
from grids.boundaries.drawing import Sketch, sketch
from grids.boundaries.rehearsing import Rehearsal, rehearse
from grids.boundaries.template import write_template
from grids.forms.boundaries import EXTENSIONS, BoundaryForm
from grids.models import Grid
from grids.small_files import FileUnfitError, SealedUpload, open_for, seal_for
from grids.views.areas import BOTH, get_grid, get_street

SALT = "grids.boundary_upload"
LONGEST_PROPERTY = 60


@access(Permission.CHANGE_AREAS)
def show_boundaries(request: StaffRequest) -> HttpResponse:
    """Show which grids have a boundary, and how they lie."""
    street = get_street(request)
    grids = Grid.objects.current().filter(community__street=street).order_by("code")
    rows = [(grid, getattr(grid, "boundary", None)) for grid in grids.select_related("community", "boundary")]
    known = {grid: boundary.geometry for grid, boundary in rows if boundary}
    context = {"rows": rows, "known": len(known), "sketch": draw(known), "street": street}
    return render(request, "grids/boundary_list.html", context)


@access(Permission.CHANGE_AREAS)
def download_template(request: StaffRequest) -> HttpResponse:
    """Send the file to draw the boundaries into."""
    street = get_street(request)
    return send_file(write_template(street), f"grids-{street.code}.geojson")


@access(Permission.CHANGE_AREAS, methods=BOTH)
def upload_boundaries(request: StaffRequest) -> HttpResponse:
    """Take a file and rehearse it."""
    is_sent = request.method == "POST"
    street = get_street(request)
    form = BoundaryForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            found = rehearse(content, street)
        except FileUnfitError as refusal:
            form.add_error("file", str(refusal))
        else:
            kept = SealedUpload()
            kept.save(content)
            return redirect(link_rehearsal(seal(str(kept.name), found, request.user)))
    return render(request, "grids/boundary_upload.html", {"form": form, "extensions": EXTENSIONS})


@access(Permission.CHANGE_AREAS, methods=BOTH)
def confirm_boundaries(request: StaffRequest) -> HttpResponse:
    """Show what a file would do; write it, unless it would do something else by now: then it is shown again."""
    is_sent = request.method == "POST"
    given = request.POST if is_sent else request.GET
    chosen, street = given.get("property", "")[:LONGEST_PROPERTY], get_street(request)
    try:
        name, seen = open_seal(given.get("sealed", ""), request.user)
        content = (kept := SealedUpload(name=name)).read()
        if is_sent:
            try:
                found = save_boundaries(content=content, street=street, chosen=chosen, seen=seen, by=request.user)
            except ValidationError as refusal:
                messages.warning(request, refusal.messages[0])
            else:
                kept.remove()
                tell_saved(request, found)
                return redirect("grids:boundaries")
        found = rehearse(content, street, chosen=chosen)
    except (signing.BadSignature, Http404, FileUnfitError):
        messages.info(request, _("这份文件已经写入，或者放得太久了。要再写，请重新上传。"))
        return redirect("grids:boundary_upload")
    context = {"found": found, "chosen": chosen, "sealed": seal(name, found, request.user)}
    return render(request, "grids/boundary_rehearsal.html", context | {"sketch": draw(found.boundaries)})


@access(Permission.CHANGE_AREAS, methods=("POST",))
def delete_one(request: StaffRequest, grid: int) -> HttpResponse:
    """Delete the boundary of a grid."""
    found = get_grid(request, grid)
    delete_boundary(found, by=request.user)
    messages.success(request, _("已删除“%(grid)s”的边界。") % {"grid": f"{found.community} {found}"})
    return redirect("grids:boundaries")


@access(Permission.CHANGE_AREAS, methods=("POST",))
def delete_all(request: StaffRequest) -> HttpResponse:
    """Delete all boundaries of the street."""
    count = delete_all_boundaries(get_street(request), by=request.user)
    words = ngettext("已删除 %(count)s 个网格的边界。", "已删除 %(count)s 个网格的边界。", count)
    messages.success(request, words % {"count": count})
    return redirect("grids:boundaries")


def draw(geometries: dict[Grid, Any]) -> Sketch | None:
    """Return how the boundaries lie; None without any."""
    return sketch({f"{grid.community} {grid}": geometry for grid, geometry in geometries.items()})


def tell_saved(request: StaffRequest, found: Rehearsal) -> None:
    """Say how many boundaries were written."""
    count = len(found.boundaries)
    words = ngettext("已写入 %(count)s 个网格的边界。", "已写入 %(count)s 个网格的边界。", count)
    messages.success(request, words % {"count": count})


def link_rehearsal(sealed: str) -> str:
    """Return the address that shows a rehearsal."""
    return f"{reverse('grids:boundary_confirm')}?{urlencode({'sealed': sealed})}"


def seal(name: str, found: Rehearsal, user: User) -> str:
    """Return a text that stands for the upload as its rehearsal showed it to this user."""
    return seal_for(user, salt=SALT, name=name, seen=found.fingerprint)


def open_seal(sealed: str, user: User) -> tuple[str, str]:
    """Return the name of the upload and what its rehearsal showed; the seal is good for one user and an hour."""
    data = open_for(user, sealed, salt=SALT)
    return data["name"], data["seen"]
