"""Pages that say what each figure means, what it is now, and what it counts."""

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from grids.paging import cut_page
from indicators.areas import AreaRef, find_above, get_area_or_404
from indicators.catalogue import CATALOGUE
from indicators.catalogue.words import TOPICS
from indicators.choosing import get_kept_period_or_404, offer_periods
from indicators.detail import LEVELS, Answer, Question, read_answer
from indicators.finding import find_indicators
from indicators.indicator import CLOSED, Choice, Indicator, Thing
from indicators.models import AreaLevel
from indicators.reports.pages import name_missing
from indicators.rows import PERSONAL, SIDES, fetch_rows, link_lists, may_list, narrow, say_rows
from indicators.shown import ShownFigure
from indicators.standing import Standing, read_standing
from indicators.suppression import must_hide
from indicators.survey_detail import read_survey_answer
from indicators.survey_shares import SurveyMeasure
from indicators.twin_sides import read_sides
from indicators.waves import choose_wave_or_404, list_asked
from surveys.bank import BANK

PAGE = 50


@access(Permission.VIEW_FIGURES)
def list_indicators(request: StaffRequest) -> HttpResponse:
    """List every indicator by topic; with a search, those whose words match."""
    text = request.GET.get("q", "")
    found = find_indicators(text)
    context = {"q": text, "topics": group_by_topic(found), "count": len(found)}
    name = "indicators/_indicator_rows.html" if request.htmx else "indicators/indicator_list.html"
    return render(request, name, context)


def group_by_topic(indicators: Sequence[Indicator]) -> list[tuple[str, list[Indicator]]]:
    """Return the topics that have any of the indicators, with these."""
    topics = [(str(topic), [one for one in indicators if one.topic == topic]) for topic in TOPICS]
    return [(topic, found) for topic, found in topics if found]


@access(Permission.VIEW_FIGURES)
def show_indicator(request: StaffRequest, id: str) -> HttpResponse:
    """Show an indicator's definition, and its figures for an area and period: those of the address, or one's own."""
    indicator = get_indicator_or_404(id)
    if indicator.is_by_wave:
        return show_survey_indicator(request, indicator)
    question, groupings = read_question(request, id)
    answer = read_answer(question, groupings, request.user)
    context = {
        "answer": answer,
        "indicator": question.indicator,
        "area": question.area,
        "period": question.period,
        "periods": [(kind, offer_periods(kind)) for kind in question.indicator.periods],
        "trail": draw_trail(question, request.user),
        "lists": link_lists(question.indicator, question.area, question.period, question.grouping, request.user),
        "parts": link_parts(answer, request.user),
        "standing": read_own_standing(answer, request.user),
        "missing": name_missing(question.indicator, question.area, question.period, timezone.localdate()),
        "sides": read_sides(question, request.user),
    }
    return render(request, "indicators/indicator_detail.html", context)


def show_survey_indicator(request: StaffRequest, indicator: Indicator) -> HttpResponse:
    """Show an indicator of surveys: its figures in a wave, that of the address or the latest that there is."""
    user, measure = request.user, cast(SurveyMeasure, indicator.measure)
    area = get_area_of_indicator_or_404(user, request.GET.get("area") or user.area_code, indicator)
    waves = list_asked(measure.bank, area)
    asked = choose_wave_or_404(request.GET.get("period", ""), waves)
    context: dict[str, Any] = {
        "indicator": indicator,
        "area": area,
        "waves": [one.period for one in waves],
        "words": BANK[measure.bank].question.text,
        "trail": [(str(indicator.topic), reverse("indicators:list"))],
        "may_design": user.may(Permission.DESIGN_SURVEYS),
    }
    if asked:
        answer = read_survey_answer(indicator, area, asked, waves)
        context |= {
            "answer": answer,
            "period": asked.period,
            "trail": draw_trail(answer.question, user),
            "parts": [link_part(answer.question, part, shown, user) for part, shown in answer.parts],
            "sides": read_sides(answer.question, user),
            "may_open_results": user.may(Permission.VIEW_SURVEYS),
        }
    return render(request, "indicators/survey_indicator.html", context)


def read_own_standing(answer: Answer, user: User) -> Standing | None:
    """Return how the figure stands to target and closing; None for groupings, which have neither."""
    question, first = answer.question, next((code for code, _name in answer.groupings), "")
    if question.grouping != first:
        return None
    figure = None if answer.shown.hidden else answer.shown.figure
    return read_standing(question.indicator, question.area, question.period, figure, hides=must_hide(user))


def read_question(request: StaffRequest, id: str) -> tuple[Question, Sequence[Choice]]:
    """Return what the address asks, and the groupings it could ask for; 404 for what there is not."""
    indicator = get_indicator_or_404(id)
    area = get_area_of_indicator_or_404(request.user, request.GET.get("area") or request.user.area_code, indicator)
    period = get_kept_period_or_404(request.GET.get("period", ""), indicator.periods)
    grouping, groupings = get_grouping_or_404(request, indicator)
    question = Question(indicator, area, period, grouping, request.GET.get("level", ""))
    if question.level and question.level not in question.levels:
        raise Http404
    return question, groupings


def get_indicator_or_404(id: str) -> Indicator:
    """Return the indicator of this id."""
    if id not in CATALOGUE:
        raise Http404
    return CATALOGUE[id]


def get_area_of_indicator_or_404(user: User, code: str, indicator: Indicator) -> AreaRef:
    """Return one's area of this code, if the indicator has figures of its level."""
    area = get_area_or_404(user, code, grids=True)
    if LEVELS.index(AreaLevel(area.level)) > LEVELS.index(AreaLevel(indicator.measure.lowest)):
        raise Http404
    return area


def get_grouping_or_404(request: StaffRequest, indicator: Indicator) -> tuple[str, Sequence[Choice]]:
    """Return the grouping of the address (the first one, when it names none), and all there are."""
    groupings = indicator.measure.list_groupings()
    codes = [code for code, _name in groupings]
    grouping = request.GET.get("grouping", "") or next(iter(codes), "")
    if codes and grouping not in codes:
        raise Http404
    return grouping if codes else "", groupings


def link_indicator(question: Question, area: AreaRef) -> str:
    """Return the address of the same question about another area."""
    query = {"area": area.code, "period": question.period.code, "grouping": question.grouping}
    chosen = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse('indicators:detail', args=[question.indicator.id])}?{chosen}"


def link_parts(answer: Answer, user: User) -> list[dict[str, Any]]:
    """Return the parts of the area, each with its figure and addresses."""
    return [
        link_part(answer.question, area, shown, user) | {"parent": answer.parents.get(area.parent_code, "")}
        for area, shown in answer.parts
    ]


def link_part(question: Question, area: AreaRef, shown: ShownFigure, user: User) -> dict[str, Any]:
    """Return one part of the area with its figure and addresses."""
    return {
        "area": area,
        "shown": shown,
        "url": link_indicator(question, area),
        "lists": link_lists(question.indicator, area, question.period, question.grouping, user),
    }


def draw_trail(question: Question, user: User) -> list[tuple[str, str]]:
    """Return (name, address) of the catalogue and of the areas above that the user may open."""
    areas = [(above.name, link_indicator(question, above)) for above in find_above(question.area, user)]
    return [(str(question.indicator.topic), reverse("indicators:list")), *areas]


@access(Permission.VIEW_FIGURES)
def list_behind(request: StaffRequest, id: str, code: str, period: str, side: str) -> HttpResponse:
    """List the activities, grids, buildings … that a figure counts."""
    return render_list(request, id, code, period, side, personal=False)


@access(Permission.VIEW_RESIDENTS, personal=True)
def list_people(request: StaffRequest, id: str, code: str, period: str, side: str) -> HttpResponse:
    """List the people, homes or visits that a figure counts, masked."""
    return render_list(request, id, code, period, side, personal=True)


def render_list(request: StaffRequest, id: str, code: str, period: str, side: str, *, personal: bool) -> HttpResponse:
    """Render a page of the list behind one side of a figure. The list is counted now: it may be ahead of the figure."""
    indicator = get_indicator_or_404(id)
    area = get_area_of_indicator_or_404(request.user, code, indicator)
    grouping, groupings = get_grouping_or_404(request, indicator)
    question = Question(indicator, area, get_kept_period_or_404(period, indicator.periods), grouping)
    thing = get_thing_or_404(indicator, side, personal=personal)
    if not may_list(request.user, thing):
        raise PermissionDenied
    behind = indicator.measure.behind(area, question.period, grouping)
    things = narrow(thing, getattr(behind, side), request.user)
    page = cut_page(request, fetch_rows(thing, things), key="pk", size=PAGE)
    count = things.count()
    context = {
        "indicator": indicator,
        "question": question,
        "thing": thing,
        "side": side,
        "words": getattr(indicator, side),
        "grouping_name": next((name for key, name in groupings if key == grouping), ""),
        "count": count,
        "figure": getattr(indicator.answer(area, question.period, grouping), side),
        "rows": say_rows(thing, page.rows, request.user),
        "page": page,
        "trail": [(indicator.name, link_indicator(question, area))],
    }
    return render(request, "indicators/behind.html", context)


def get_thing_or_404(indicator: Indicator, side: str, *, personal: bool) -> Thing:
    """Return what a side of the indicator counts, if it has a list at this kind of address."""
    things = dict(zip(SIDES, indicator.measure.things or (), strict=False))
    if side not in things or things[side] in CLOSED or (things[side] in PERSONAL) != personal:
        raise Http404
    return things[side]
