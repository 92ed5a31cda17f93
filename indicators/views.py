"""Pages that say what each figure means."""

from accounts.access import access
from accounts.roles import Permission
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from indicators.definitions import CATALOGUE


@access(Permission.VIEW_FIGURES)
def list_indicators(request: HttpRequest) -> HttpResponse:
    """List every indicator that is computed."""
    return render(request, "indicators/indicator_list.html", {"indicators": CATALOGUE.values()})


@access(Permission.VIEW_FIGURES)
def show_indicator(request: HttpRequest, id: str) -> HttpResponse:
    """Show one indicator's definition."""
    if id not in CATALOGUE:
        raise Http404
    return render(request, "indicators/indicator_detail.html", {"indicator": CATALOGUE[id]})
