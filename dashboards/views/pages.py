"""The pages about an area and period: one view for all of them, which keeps what it has read."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from dashboards.asking import Ask, choose_period, is_forgotten, is_to_come
from dashboards.edition import read_edition
from dashboards.kept import Kept, find_or_make
from dashboards.page import Page
from dashboards.pages import PAGES, list_tabs
from indicators.areas import AreaRef, get_area_or_404, list_areas_above
from indicators.choosing import offer_periods
from indicators.models import AreaLevel
from indicators.periods import MONTHS_OF, Period

LONGEST_FILTER = 60  # characters: codes of indicators, groupings and levels are shorter


@access(Permission.VIEW_FIGURES)
def show_page(request: StaffRequest, code: str, page: str = "overview") -> HttpResponse:
    """Show a page about an area and period. Asked by htmx with the version it shows, answers 204 while that holds."""
    shown = find_page_or_404(page, request.user)
    if not (request.user.area_code and code.startswith(request.user.area_code)):
        raise Http404
    edition = read_edition(code)
    if request.htmx and request.GET.get("version") == edition.version:
        return HttpResponse(status=204)
    period = choose_period(request.GET.get("period", "") if shown.has_period else "")
    filters = read_filters(request, shown)
    parts = (shown.code, code, period.code, urlencode(filters), edition.code)
    kept = find_or_make(
        request.user, parts, lambda: make(request.user, code, shown, period, filters), lifetime=shown.lifetime
    )
    context = {
        "page": shown,
        "kept": kept,
        "code": code,
        "period": period,
        "filters": filters,
        "freshness": edition.freshness,
        "trail": kept.trail,
        "question": urlencode({"period": period.code, **filters}),
        "version": edition.version,
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "dashboards/_page.html", context)
    return render(request, "dashboards/page.html", context | describe_choices(period, request.user))


def find_page_or_404(code: str, reader: User) -> Page:
    """Return a page that the reader may open; 404 where there is none, 403 where others may."""
    if code not in PAGES:
        raise Http404
    if not reader.may(PAGES[code].permission):
        raise PermissionDenied
    return PAGES[code]


def read_filters(request: StaffRequest, page: Page) -> dict[str, str]:
    """Return the filters that the address names, as the page declares them; 404 for what no page ever links to."""
    given = {name: request.GET[name] for name in page.filters if request.GET.get(name)}
    if any(len(value) > LONGEST_FILTER for value in given.values()):
        raise Http404
    return given


def make(reader: User, code: str, page: Page, period: Period, filters: dict[str, str]) -> Kept:
    """Read and draw what is kept of a page."""
    area = get_area_or_404(reader, code, grids=AreaLevel.GRID in page.levels)
    if area.level not in page.levels:
        raise Http404
    ask = Ask(area, period, reader, filters)
    tabs = [(tab.code, str(tab.name), tab.icon) for tab in list_tabs(area) if reader.may(tab.permission)]
    return Kept(area.name, period.label, draw_trail(area, page, period, reader), tabs, draw(ask, page))


def draw(ask: Ask, page: Page) -> str:
    """Return the markup of a page's answer, or of the reason why there is none."""
    if page.has_period and (reason := find_reason(ask.period)):
        return render_to_string("_empty_state.html", {"icon": "calendar-x", "title": reason[0], "text": reason[1]})
    context = {"ask": ask, "area": ask.area, "period": ask.period, "page": page, "content": page.read(ask)}
    return render_to_string(page.template, context | {"tables": {t.code: t for t in page.tables(context["content"])}})


def find_reason(period: Period) -> tuple[str, str] | None:
    """Return why nothing can be said of a period (what, and what to do); None where something can."""
    if is_to_come(period):
        return _("%(period)s还没有开始") % {"period": period.label}, _("请在上面选一个已经开始的时期。")
    if is_forgotten(period):
        text = _("只保留最近两年的实时数字。更早的数字，请看当时的关账记录。")
        return _("%(period)s的数字已经不再计算") % {"period": period.label}, text
    return None


def draw_trail(area: AreaRef, page: Page, period: Period, reader: User) -> list[tuple[str, str]]:
    """Return (name, address) of the same page of the areas above that the reader may open."""
    above = [AreaRef.to(row) for row in list_areas_above(area)]
    code = page.code if page.is_tab else "overview"
    return [(a.name, link(a.code, code, period)) for a in above if a.code.startswith(reader.area_code)]


def link(area_code: str, page: str, period: Period, **filters: str) -> str:
    """Return the address of a page about an area and period."""
    where = [area_code] if page == "overview" else [area_code, page]
    name = "dashboards:area" if page == "overview" else "dashboards:page"
    return f"{reverse(name, args=where)}?{urlencode({'period': period.code, **filters})}"


def describe_choices(period: Period, reader: User) -> dict:
    """Return what the bar above a page offers: kinds of periods, and the latest of this kind."""
    today = timezone.localdate()
    return {
        "kinds": [Period.containing(today, kind) for kind in MONTHS_OF],
        "periods": offer_periods(period.kind),
        "may_set_targets": reader.may(Permission.SET_TARGETS),
        "may_report": reader.may(Permission.REPORT_FIGURES),
        "this_year": today.year,
    }
