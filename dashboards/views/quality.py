"""The rows that a check of the data finds in a community, each with the page on which it is mended."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from dashboards.quality.check import Check
from dashboards.quality.checks import CHECKS
from grids.paging import cut_page
from indicators.areas import get_area_or_404
from indicators.indicator import Thing
from indicators.models import AreaLevel
from indicators.rows import PERSONAL, Row, fetch_rows, may_list, narrow, say_rows

ROWS = 50


@access(Permission.VIEW_FIGURES)
def list_rows(request: StaffRequest, code: str, check: str) -> HttpResponse:
    """List activities or grids that are to be mended."""
    return render_rows(request, code, check, personal=False)


@access(Permission.VIEW_RESIDENTS, personal=True)
def list_people(request: StaffRequest, code: str, check: str) -> HttpResponse:
    """List people, homes or visits whose entries are to be mended, masked."""
    return render_rows(request, code, check, personal=True)


def render_rows(request: StaffRequest, code: str, check: str, *, personal: bool) -> HttpResponse:
    """Render a page of the rows of one community as they are now."""
    area, asked = get_area_or_404(request.user, code), get_check_or_404(check, personal=personal)
    if area.level != AreaLevel.COMMUNITY:
        raise Http404
    if not may_list(request.user, asked.thing):
        raise PermissionDenied
    found = narrow(asked.thing, asked.find([area.id], timezone.localdate()), request.user)
    page = cut_page(request, fetch_rows(asked.thing, found), key="pk", size=ROWS)
    context = {
        "check": asked,
        "area": area,
        "count": found.count(),
        "rows": say_where(asked.thing, page.rows, request.user),
        "page": page,
        "trail": [(area.name, reverse("dashboards:page", args=[area.code, "quality"]))],
    }
    return render(request, "dashboards/quality_rows.html", context)


def get_check_or_404(code: str, *, personal: bool) -> Check:
    """Return the check of this code, if its rows are listed at this kind of address."""
    if code not in CHECKS or (CHECKS[code].thing in PERSONAL) != personal:
        raise Http404
    return CHECKS[code]


def say_where(thing: Thing, things: list[Any], user: User) -> list[Row]:
    """Return the rows, each with the page where it is mended, if the reader may mend it."""
    rows = say_rows(thing, things, user)
    return [replace(row, url=find_way(thing, one, user) or row.url) for row, one in zip(rows, things, strict=True)]


def find_way(thing: Thing, one: Any, user: User) -> str:
    """Return where an entry is mended that has no page of its own, or a better one; "" for the page of the row."""
    if thing == Thing.ACTIVITY and user.may(Permission.LOG_ACTIVITIES) and not one.has_closed_roster:
        return reverse("activities:edit", args=[one.pk])
    if thing == Thing.VISIT and user.may(Permission.MANAGE_VISITS):
        return reverse("visits:household", args=[one.household_id])
    if thing == Thing.GRID and user.may(Permission.CHANGE_AREAS):
        return reverse("grids:merge_grids", args=[one.community_id])
    return ""
