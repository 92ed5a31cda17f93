"""The pages about an area and period: one view for all of them, which keeps what it has read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from dashboards.asking import Ask
from dashboards.edition import Edition, read_edition
from dashboards.ended import find_end
from dashboards.finished import Finished, finish
from dashboards.kept import Kept, Shelf
from dashboards.links import link
from dashboards.page import Page
from dashboards.pages import PAGES, list_tabs
from indicators.areas import find_above, get_area_or_404
from indicators.choosing import get_period_or_404, offer_periods
from indicators.closings.frozen import is_kept
from indicators.figures import FreshnessReport
from indicators.models import AreaLevel
from indicators.periods import MONTHS_OF, Period

T = TypeVar("T")
LONGEST_FILTER = 60  # characters: codes of indicators, groupings and levels are shorter


@dataclass(frozen=True)
class Asked:
    """What an address asks for, before the area is looked up."""

    code: str
    page: Page
    period: Period
    filters: dict[str, str]
    edition: Edition
    shelf: Shelf

    def find_or_make(self, make: Callable[[], T], *parts: str) -> T:
        """Return what is kept of this answer, or the part of it that `parts` name."""
        whole = [self.page.code, self.code, self.period.code, urlencode(self.filters), *parts]
        return self.shelf.find_or_make(whole, self.edition.code, make, lifetime=self.page.lifetime)


@access(Permission.VIEW_FIGURES)
@cache_control(private=True, no_cache=True)
def show_page(request: StaffRequest, code: str, page: str = "overview") -> HttpResponse:
    """Show a page about an area and period. Asked by htmx with the version it shows, answers 204 while that holds."""
    shown = find_page_or_404(page, request.user)
    if not (request.user.area_code and code.startswith(request.user.area_code)):
        raise Http404
    edition = read_edition(code)
    if request.htmx and request.GET.get("version") == edition.version:
        return HttpResponse(status=204)
    period = get_period_or_404(request.GET.get("period", "") if shown.has_period else "")
    asked = Asked(code, shown, period, read_filters(request, shown), edition, Shelf(request.user))
    if request.htmx and not request.htmx.boosted:
        freshness = draw_freshness(edition.freshness)
        return HttpResponse(draw_part(request, asked, {"freshness": freshness, "version": edition.version}))
    address = request.get_full_path()  # stands in the form that changes the language
    finished = asked.find_or_make(lambda: draw_whole(request, asked), "whole", address)
    return HttpResponse(finished.fill(describe_request(request, edition)))


def describe_request(request: StaffRequest, edition: Edition) -> dict[str, str]:
    """Return the markup of what belongs to this request alone, by the places of finished.py."""
    return {
        "token": get_token(request),
        "account": str(request.user.pk),
        "messages": render_to_string("_messages.html", {"messages": get_messages(request)}),
        "freshness": draw_freshness(edition.freshness),
        "version": edition.version,
    }


def draw_freshness(report: FreshnessReport) -> str:
    """Return the line that says how fresh the figures are."""
    return render_to_string("dashboards/_freshness.html", {"report": report})


def draw_part(request: StaffRequest, asked: Asked, places: Mapping[str, str]) -> str:
    """Return the part that changes with the figures."""
    return render_to_string("dashboards/_page.html", describe(asked, request.user, places), request)


def draw_whole(request: StaffRequest, asked: Asked) -> Finished:
    """Return the whole page, but for what belongs to one request alone."""

    def draw(places: Mapping[str, str]) -> str:
        context = describe(asked, request.user, places) | describe_choices(asked.period, request.user)
        return render_to_string("dashboards/page.html", context | {"csrf_token": places["token"]}, request)

    return finish(draw)


def describe(asked: Asked, reader: User, places: Mapping[str, str]) -> dict[str, Any]:
    """Return what the templates of a page show."""
    kept = asked.find_or_make(lambda: make(asked, reader))
    return {
        "page": asked.page,
        "kept": kept,
        "code": asked.code,
        "period": asked.period,
        "filters": asked.filters,
        "trail": kept.trail,
        "question": urlencode({"period": asked.period.code, **asked.filters}),
        "places": places,
    }


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


def make(asked: Asked, reader: User) -> Kept:
    """Read and draw what is kept of a page."""
    page = asked.page
    area = get_area_or_404(reader, asked.code, grids=AreaLevel.GRID in page.levels)
    if area.level not in page.levels:
        raise Http404
    ask = Ask(area, asked.period, reader, asked.filters)
    tabs = [(tab.code, str(tab.name), tab.icon) for tab in list_tabs(area) if reader.may(tab.permission)]
    return Kept(area.name, ask.period.label, draw_trail(ask, page), tabs, draw(ask, page))


def draw(ask: Ask, page: Page) -> str:
    """Return the markup of a page's answer, or of the reason why there is none."""
    if page.has_period and (reason := find_reason(ask.period)):
        return render_to_string("_empty_state.html", {"icon": "calendar-x", "title": reason[0], "text": reason[1]})
    ended = find_end(ask, page.code if page.is_tab else "overview")
    context = {
        "ask": ask,
        "area": ask.area,
        "period": ask.period,
        "page": page,
        "ended": ended,
        "content": page.read(ask),
    }
    context["tables"] = {table.code: table for table in page.tables(context["content"])}
    return render_to_string("dashboards/_answer.html", context)


def find_reason(period: Period) -> tuple[str, str] | None:
    """Return why nothing can be said of a period (what, and what to do); None where something can."""
    if period.start > timezone.localdate():
        return _("%(period)s还没有开始") % {"period": period.label}, _("请在上面选一个已经开始的时期。")
    if not is_kept(period):
        text = _("只保留最近两年的实时数字。更早的数字，请看当时的关账记录。")
        return _("%(period)s的数字已经不再计算") % {"period": period.label}, text
    return None


def draw_trail(ask: Ask, page: Page) -> list[tuple[str, str]]:
    """Return (name, address) of the same page of the areas above that the reader may open."""
    code = page.code if page.is_tab else "overview"
    return [(above.name, link(above.code, code, ask.period)) for above in find_above(ask.area, ask.reader)]


def describe_choices(period: Period, reader: User) -> dict:
    """Return what the bar above a page offers: kinds of periods, and the latest of this kind."""
    today = timezone.localdate()
    return {
        "kinds": [Period.containing(today, kind) for kind in MONTHS_OF],
        "periods": offer_periods(period.kind),
        "may_set_targets": reader.may(Permission.SET_TARGETS),
        "may_manage_walls": reader.may(Permission.MANAGE_WALLS),
        "may_report": reader.may(Permission.REPORT_FIGURES),
        "this_year": today.year,
    }
