"""Results of a wave: the pages, answers in words, files, and showing results to residents."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.messages import get_messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from accounts.access import StaffRequest, access
from accounts.audit import record
from accounts.roles import Permission
from communities.downloads import send_file
from dashboards.files import MAKERS, make_workbook
from dashboards.finished import finish
from dashboards.forms.surveys import PublishingForm
from dashboards.kept import Shelf
from dashboards.page import HOUR
from dashboards.surveys.asking import LONGEST_CHOICE, WaveAsk, get_wave_or_404, name_edition
from dashboards.surveys.files import FilePlace, SurveyFile, list_sheets
from dashboards.surveys.page import SurveyPage
from dashboards.surveys.pages import PAGES
from dashboards.surveys.texts import list_asked, read_written
from dashboards.views.files import find_table_or_404
from surveys.models import Wave
from surveys.publishing import publish_results, withdraw_results


@access(Permission.VIEW_SURVEYS)
@cache_control(private=True, no_cache=True)
def show_results(request: StaffRequest, wave: int, page: str) -> HttpResponse:
    """Show a results page of a wave."""
    shown = PAGES[page]
    ask = WaveAsk(get_wave_or_404(request.user, wave), request.user, read_choices(request, shown))
    parts = ["survey", shown.code, str(wave), request.get_full_path()]

    def make() -> Any:
        return finish(lambda places: draw(request, ask, shown, places))

    finished = Shelf(request.user).find_or_make(parts, name_edition(ask.wave), make, lifetime=HOUR)
    return HttpResponse(finished.fill(describe_request(request)))


def read_choices(request: StaffRequest, page: SurveyPage) -> dict[str, str]:
    """Return the choices that the address names, as the page declares them; 404 for what no page ever links to."""
    given = {name: request.GET[name] for name in page.choices if request.GET.get(name)}
    if any(len(value) > LONGEST_CHOICE for value in given.values()):
        raise Http404
    return given


def describe_request(request: StaffRequest) -> dict[str, str]:
    """Return the markup of what belongs to this request alone, by the places of finished.py."""
    said = render_to_string("_messages.html", {"messages": get_messages(request)})
    return {"token": get_token(request), "account": str(request.user.pk), "messages": said}


def draw(request: StaffRequest, ask: WaveAsk, page: SurveyPage, places: Mapping[str, str]) -> str:
    """Return the markup of a whole page, but for what belongs to one request alone."""
    content = page.read(ask)
    tables = page.tables(content)
    context = {
        "page": page,
        "content": content,
        "tables": {table.code: table for table in tables},
        "file_place": FilePlace(ask.wave.pk, page.code, ask.choices),
        "places": places,
        "csrf_token": places["token"],
    }
    return render_to_string(page.template, describe_wave(ask) | context, request)


def describe_wave(ask: WaveAsk) -> dict[str, Any]:
    """Return what all results pages of a wave show around their answers."""
    wave, reader = ask.wave, ask.reader
    owned = Wave.objects.owned_by(reader).filter(pk=wave.pk).exists()
    return {
        "wave": wave,
        "survey": wave.version.survey,
        "communities": ask.asked_communities,
        "sees_all": ask.sees_all,
        "tabs": PAGES.values(),
        "has_written": bool(list_asked(ask.questionnaire)),
        "has_results": bool(ask.results and ask.results.distributions),
        "may_publish": owned and reader.may(Permission.DESIGN_SURVEYS) and ask.is_final,
        "may_export": owned and reader.may(Permission.EXPORT_ANSWERS) and ask.is_final,
    }


@access(Permission.VIEW_SURVEYS, personal=True)
def show_texts(request: StaffRequest, wave: int) -> HttpResponse:
    """Show what people wrote, as far as it may be read: it has no file (rule R18)."""
    choices = {name: request.GET[name] for name in ("question", "after") if request.GET.get(name)}
    ask = WaveAsk(get_wave_or_404(request.user, wave), request.user, choices)
    context = describe_wave(ask) | {"written": read_written(ask), "page": None}
    return render(request, "dashboards/surveys/texts.html", context)


@access(Permission.VIEW_SURVEYS)
@cache_control(private=True, no_store=True)
def send_table(request: StaffRequest, wave: int, page: str, table: str, kind: str) -> HttpResponse:
    """Send a table of a results page as .xlsx or .csv, audited."""
    if page not in PAGES or kind not in MAKERS:
        raise Http404
    shown = PAGES[page]
    ask = WaveAsk(get_wave_or_404(request.user, wave), request.user, read_choices(request, shown))
    if ask.results is None:
        raise Http404
    found = find_table_or_404(shown.tables(shown.read(ask)), table)
    file = SurveyFile(found, ask.wave, ask.results)
    note_export(request, ask.wave, page=page, table=found.code, format=kind, query=urlencode(ask.choices))
    return send_file(MAKERS[kind](file), f"{file.name}.{kind}")


@access(Permission.VIEW_SURVEYS)
@cache_control(private=True, no_store=True)
def send_workbook(request: StaffRequest, wave: int) -> HttpResponse:
    """Send all that may be shown of a wave as a workbook, audited."""
    ask = WaveAsk(get_wave_or_404(request.user, wave), request.user)
    if ask.results is None or not ask.results.distributions:
        raise Http404
    sheets = list_sheets(ask)
    note_export(request, ask.wave, page="workbook", sheets=len(sheets))
    first = next(iter(sheets.values()))
    return send_file(make_workbook(sheets), f"{first.name}.xlsx")


def note_export(request: StaffRequest, wave: Wave, **detail: Any) -> None:
    """Write into the audit log that results left the portal."""
    record("survey_results.export", by=request.user, target=wave, area_code=wave.version.survey.area.code, **detail)


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def publish(request: StaffRequest, wave: int) -> HttpResponse:
    """Ask what is to be done about the results, and show both to residents."""
    found = get_owned_or_404(request, wave)
    if not WaveAsk(found, request.user).is_final:
        messages.error(request, _("最终结果还没有出来，不能公开。调查结束后几分钟再来。"))
        return redirect("dashboards:survey", found.pk)
    form = PublishingForm(request.POST or None, initial={"note": found.results_note})
    if request.method == "POST" and form.is_valid():
        publish_results(found, note=form.cleaned_data["note"], by=request.user)
        messages.success(request, _("结果已经公开。居民扫原来的二维码，在页面上就能看到。"))
        return redirect("dashboards:survey", found.pk)
    context = {"wave": found, "survey": found.version.survey, "form": form, "link": found.links.first()}
    return render(request, "dashboards/surveys/publish.html", context)


@access(Permission.DESIGN_SURVEYS, methods=("POST",))
def withdraw(request: StaffRequest, wave: int) -> HttpResponse:
    """Take the results back from residents."""
    found = withdraw_results(get_owned_or_404(request, wave), by=request.user)
    messages.success(request, _("结果不再公开。已经看过、存过的人还会有。"))
    return redirect("dashboards:survey", found.pk)


def get_owned_or_404(request: StaffRequest, pk: int) -> Wave:
    """Return a wave of the user's very own area."""
    return get_object_or_404(Wave.objects.owned_by(request.user).with_survey(), pk=pk)
