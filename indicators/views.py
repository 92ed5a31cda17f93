"""Pages that say what each figure means."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from indicators.definitions import CATALOGUE


@access(Permission.VIEW_FIGURES)
def list_indicators(request: StaffRequest) -> HttpResponse:
    """List every indicator that is computed."""
    return render(request, "indicators/indicator_list.html", {"indicators": CATALOGUE.values()})


@access(Permission.VIEW_FIGURES)
def show_indicator(request: StaffRequest, id: str) -> HttpResponse:
    """Show one indicator's definition."""
    if id not in CATALOGUE:
        raise Http404
    return render(request, "indicators/indicator_detail.html", {"indicator": CATALOGUE[id]})
