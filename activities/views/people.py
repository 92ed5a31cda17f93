"""The picker of participants: the residents of a grid, or those whom a text names."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from grids.models import Grid, Resident

SEARCH_LENGTH = 2  # rule R3: a search needs two characters and answers at most fifty
SEARCH_LIMIT = 50


@access(Permission.LOG_ACTIVITIES, personal=True)
def pick_residents(request: StaffRequest) -> HttpResponse:
    """Answer the picker: the residents of a grid, or those whose name holds the text (R3)."""
    text = request.GET.get("q", "").replace("\0", "").strip()
    visible = Resident.objects.visible_to(request.user)
    context: dict[str, Any] = {"text": text}
    if len(text) >= SEARCH_LENGTH:
        found = visible.named_like(text).by_door()[: SEARCH_LIMIT + 1]
        context |= {"residents": found[:SEARCH_LIMIT], "more": len(found) > SEARCH_LIMIT}
    else:
        number = request.GET.get("grid", "")
        grids = Grid.objects.visible_to(request.user)
        grid = get_object_or_404(grids, pk=int(number) if number.isdecimal() else None)
        context |= {"grid": grid, "residents": visible.filter(grid=grid).by_door(), "too_short": bool(text)}
    return render(request, "activities/_picker_rows.html", context)
