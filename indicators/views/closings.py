"""Pages on which a street closes its periods, and on which everybody sees what was closed and what has moved since."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.models import Street
from indicators.areas import BELOW, AreaRef, find_above, get_area_or_404
from indicators.catalogue import CATALOGUE
from indicators.choosing import get_period_or_404
from indicators.closings.closing import check_is_over, close_period
from indicators.closings.fingerprint import take_fingerprint
from indicators.closings.frozen import compare, find_closing, is_kept, list_standings, read_frozen
from indicators.closings.gaps import count_gaps
from indicators.engine.repairs import settle
from indicators.figures import read_held
from indicators.models import AreaLevel
from indicators.periods import MONTHS_OF, Period
from indicators.shown import show_figures
from indicators.suppression import must_hide
from indicators.version import get_code_version

HEADLINES = ("S0-20", "S0-21", "S0-25", "R-04")  # what is asked about when a period is closed


@access(Permission.VIEW_FIGURES)
def show_own_closings(request: StaffRequest) -> HttpResponse:
    """Send the user to the closings of his or her own area."""
    return redirect("indicators:closings", request.user.area_code)


@access(Permission.VIEW_FIGURES)
def list_closings(request: StaffRequest, code: str) -> HttpResponse:
    """List the periods of the street in which the area lies, with who closed them; of a district, its streets."""
    area = get_area_or_404(request.user, code)
    if area.level == AreaLevel.DISTRICT:
        streets = Street.objects.filter(district_id=area.id).order_by("code")
        return render(request, "indicators/closing_streets.html", {"streets": streets})
    kind = request.GET.get("kind", "")
    kind = kind if kind in MONTHS_OF else "month"
    standings = list_standings(find_street(area), kind)
    context = {"area": area, "kind": kind, "kinds": MONTHS_OF, "standings": standings, "today": timezone.localdate()}
    return render(request, "indicators/closing_list.html", context | {"may_close": may_close(request, area)})


@access(Permission.VIEW_FIGURES)
def show_closing(request: StaffRequest, code: str, period: str) -> HttpResponse:
    """Show the figures of an area as they were closed, beside the live ones."""
    area, found = get_area_or_404(request.user, code), get_period_or_404(period)
    closing = find_closing(area, found)
    if closing is None:
        return redirect(f"{reverse('indicators:closings', args=[area.code])}?kind={found.kind}")
    frozen = read_frozen(closing, area)
    rows = compare(closing, area, hides=must_hide(request.user))
    context = {
        "area": area,
        "period": found,
        "closing": closing,
        "frozen": frozen,
        "people": frozen.reach.get("all"),
        "restated": [row for row in rows if row.is_restated],
        "unchanged": [row for row in rows if not row.is_restated],
        "parts": area.parts(BELOW[AreaLevel.STREET], found) if area.level == AreaLevel.STREET else [],
        "is_kept": is_kept(found),
        "trail": draw_trail(request, area, found),
        "is_same_code": closing.code_version == get_code_version(),
    }
    return render(request, "indicators/closing_detail.html", context)


@access(Permission.VIEW_FIGURES)
def show_facts(request: StaffRequest, code: str, period: str) -> HttpResponse:
    """Say whether the facts behind a closed period are still the same; asked by the page, for it takes a moment."""
    area, found = get_area_or_404(request.user, code), get_period_or_404(period)
    closing = find_closing(area, found)
    if closing is None:
        raise Http404
    is_same = take_fingerprint(closing.street, found) == closing.fingerprint
    return render(request, "indicators/_closing_facts.html", {"is_same": is_same})


@access(Permission.CLOSE_PERIODS, methods=("GET", "POST"))
def close(request: StaffRequest, code: str, period: str) -> HttpResponse:
    """Show what is about to be frozen and what is still missing, and close the period."""
    area, found = get_area_or_404(request.user, code), get_period_or_404(period)
    if area.level != AreaLevel.STREET:
        raise Http404
    street, refusals = find_street(area), []
    if request.method == "POST":
        settle(street.code)  # so that a busy day does not keep a period from being closed
        try:
            close_period(street=street, period=found, by=request.user)
        except ValidationError as error:
            refusals = error.messages
        else:
            return redirect("indicators:closing", area.code, found.code)
    if closing := find_closing(area, found):
        return redirect("indicators:closing", area.code, closing.period)
    context = describe_closing(area, found) | {"refusals": refusals, "trail": draw_trail(request, area, found)[:1]}
    return render(request, "indicators/closing_confirm.html", context)


def describe_closing(area: AreaRef, period: Period) -> dict[str, Any]:
    """Return what the page that asks for confirmation shows; `refused` says why the period cannot be closed yet."""
    refused = ""
    try:
        check_is_over(period)
    except ValidationError as error:
        refused = error.messages[0]
    headlines = [CATALOGUE[id] for id in HEADLINES]
    return {
        "area": area,
        "period": period,
        "refused": refused,
        "gaps": count_gaps(find_street(area), period),
        "held": read_held(area, period),
        "headlines": [show_figures(one, [area], [period], "", hides=True)[area.id, period.code] for one in headlines],
    }


def draw_trail(request: StaffRequest, area: AreaRef, period: Period) -> list[tuple[str, str]]:
    """Return (name, address) of the list of closings, and of the street's page above that of a community."""
    trail = [(_("关账"), f"{reverse('indicators:closings', args=[area.code])}?kind={period.kind}")]
    above = [one for one in find_above(area, request.user) if one.level == AreaLevel.STREET]
    return trail + [(street.name, reverse("indicators:closing", args=[street.code, period.code])) for street in above]


def find_street(area: AreaRef) -> Street:
    """Return the street that the area is or lies in."""
    return Street.objects.get(code=area.code[:9])


def may_close(request: StaffRequest, area: AreaRef) -> bool:
    """Tell whether the user closes periods of this area."""
    return area.level == AreaLevel.STREET and request.user.may(Permission.CLOSE_PERIODS)
