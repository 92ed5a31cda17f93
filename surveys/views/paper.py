"""Paper questionnaires: to print, to type in by keyboard, to compare, to take in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from surveys.answers import read_answers
from surveys.forms.paper import SheetForm
from surveys.models import PaperSheet, Wave, WaveLink
from surveys.paper import sheets
from surveys.paper.lines import Line, list_lines, read_lines
from surveys.paper.printing import lay_out
from surveys.paper.sheets import ROUNDS, Sheet
from surveys.questionnaire import Questionnaire
from surveys.views.waves import find_link, make_trail_below

WARN_DAYS = 3  # before the end, sheets that wait are pointed out


@dataclass(frozen=True)
class Filled:
    """A line with what was typed into it, and what is wrong with that."""

    line: Line
    value: str
    problem: str


def find_paper(request: StaffRequest, pk: int) -> WaveLink:
    """Return the link of one of the user's communities; 404 for others, and in named waves: no sheet has the names."""
    link = find_link(request, pk)
    if link.wave.mode == Wave.Mode.NAMED:
        raise Http404
    return link


@access(Permission.COLLECT_ANSWERS)
def print_paper(request: StaffRequest, pk: int) -> HttpResponse:
    """The questionnaire as it is printed."""
    link = find_paper(request, pk)
    sections = lay_out(link.wave.version.questionnaire)
    return render(request, "surveys/paper.html", {"link": link, "wave": link.wave, "sections": sections})


@access(Permission.COLLECT_ANSWERS, methods=("GET", "POST"), personal=True)
def enter(request: StaffRequest, pk: int) -> HttpResponse:
    """Type in one sheet after the other."""
    link = find_paper(request, pk)
    round = 2 if request.GET.get("round") == "2" else 1
    form = SheetForm(request.POST or None, initial={"number": suggest_number(request, link, round)}, wave=link.wave)
    sheet, problems = read_sheet(request, link, form) if request.method == "POST" else (None, {})
    if sheet:
        try:
            sheets.save_sheet(link, number=form.cleaned_data["number"], round=round, sheet=sheet, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("第 %(number)s 号已保存。") % {"number": form.cleaned_data["number"]})
            return redirect(f"{request.path}?round={round}&after={form.cleaned_data['number']}")
    context = describe(link, round) | {
        "form": form,
        "filled": fill(link.wave.version.questionnaire, request.POST, problems),
    }
    return render(request, "surveys/paper_entry.html", context)


def suggest_number(request: StaffRequest, link: WaveLink, round: int) -> int:
    """Return the number of the sheet that is probably next."""
    typed = set(link.sheets.filter(round=round).values_list("number", flat=True))
    if round == 2:
        first = set(link.sheets.filter(round=1).values_list("number", flat=True))
        return min(first - typed, default=1)
    after = request.GET.get("after", "")
    last = int(after) if after.isascii() and after.isdecimal() and len(after) < 7 else max(typed, default=0)
    return last + 1


def read_sheet(
    request: StaffRequest, link: WaveLink, form: SheetForm, *, kept: Sheet | None = None
) -> tuple[Sheet | None, dict[str, str]]:
    """Return what was typed, or None with what is wrong, by line; problems of number and code go to the form."""
    questionnaire = link.wave.version.questionnaire
    lines = {line.name: request.POST.get(line.name, "") for line in list_lines(questionnaire)}
    typed = read_lines(questionnaire, lines)
    reading = read_answers(questionnaire, typed.given, allows_blanks=True)
    problems = typed.problems | {code: text for code, text in reading.problems.items() if code not in typed.problems}
    key, stratum = (kept.key, kept.stratum) if kept else ("", "")
    if form.is_valid() and form.cleaned_data["code"]:
        try:
            key, stratum = sheets.check_code(link, form.cleaned_data["code"], besides=form.cleaned_data["number"])
        except ValidationError as error:
            form.add_error("code", error)
    if form.is_valid() and not problems and not reading.answers:
        form.add_error(None, _("这张纸卷上一题也没有填：空白的纸卷不用录入。"))
    if problems or not form.is_valid():
        return None, spread(questionnaire, problems)
    return Sheet(lines, reading.answers, key, stratum), {}


def spread(questionnaire: Questionnaire, problems: Mapping[str, str]) -> dict[str, str]:
    """Return problems by line: what is said of a matrix stands at its first row."""
    firsts = {question.code: question.variables[0].code for question in questionnaire.questions}
    return {firsts.get(name, name): text for name, text in problems.items()}


def fill(questionnaire: Questionnaire, typed: Mapping[str, str], problems: Mapping[str, str]) -> list[Filled]:
    """Return the lines as the page shows them."""
    return [Filled(line, typed.get(line.name, ""), problems.get(line.name, "")) for line in list_lines(questionnaire)]


def describe(link: WaveLink, round: int) -> dict[str, Any]:
    """Return what the page shows beside the lines."""
    states = sheets.list_states(link, link.wave.version.questionnaire)
    rest = (link.wave.closes_on - timezone.localdate()).days
    return {
        "link": link,
        "wave": link.wave,
        "trail": make_trail_below(link.wave),
        "round": round,
        "rounds": ROUNDS,
        "states": states,
        "ready": sum(state.is_compared for state in states),
        "different": sum(bool(state.differences) for state in states),
        "agreement": sheets.agreement(states, link.wave.version.questionnaire),
        "ends_soon": bool(states) and link.wave.is_open and rest <= WARN_DAYS,
    }


def get_sheet(request: StaffRequest, pk: int) -> PaperSheet:
    """Return a sheet of the user's communities; 404 for others."""
    found = PaperSheet.objects.filter(link__community__in=request.user.communities())
    return get_object_or_404(found.select_related("link__wave__version__survey", "link__community"), pk=pk)


@access(Permission.COLLECT_ANSWERS, methods=("GET", "POST"), personal=True)
def change(request: StaffRequest, sheet: int) -> HttpResponse:
    """Correct a sheet that was typed."""
    row = get_sheet(request, sheet)
    kept, questionnaire = sheets.unpack(row), row.link.wave.version.questionnaire
    posted = request.method == "POST"
    form = SheetForm(
        request.POST or None,
        initial={"number": row.number},
        wave=row.link.wave,
        kept=row.number,
        has_code=bool(kept.key),
    )
    found, problems = read_sheet(request, row.link, form, kept=kept) if posted else (None, {})
    if found:
        sheets.change_sheet(row, sheet=found, by=request.user)
        messages.success(request, _("第 %(number)s 号已更正。") % {"number": row.number})
        return redirect("surveys:paper-entry", row.link_id)
    context = {
        "link": row.link,
        "wave": row.link.wave,
        "trail": make_trail_below(row.link.wave),
        "row": row,
        "form": form,
        "filled": fill(questionnaire, request.POST if posted else kept.lines, problems),
    }
    return render(request, "surveys/paper_change.html", context)


@access(Permission.COLLECT_ANSWERS, methods=("POST",), personal=True)
def delete(request: StaffRequest, sheet: int) -> HttpResponse:
    """Forget a sheet that was typed."""
    row = get_sheet(request, sheet)
    row.delete()
    messages.success(
        request, _("第 %(number)s 号（第 %(round)s 遍）已删掉。") % {"number": row.number, "round": row.round}
    )
    return redirect("surveys:paper-entry", row.link_id)


@access(Permission.COLLECT_ANSWERS, methods=("GET", "POST"), personal=True)
def settle(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Show where the two rounds of a sheet differ, and take one reading for each."""
    link = find_paper(request, pk)
    states = sheets.list_states(link, link.wave.version.questionnaire)
    state = next((one for one in states if one.number == number and one.differences), None)
    if state is None:
        return redirect("surveys:paper-entry", pk)
    if request.method == "POST":
        chosen = {one.variable: request.POST.get(f"take-{one.variable}", "") for one in state.differences}
        if all(choice in ("1", "2") for choice in chosen.values()):
            sheets.settle(state, chosen, by=request.user)
            messages.success(request, _("第 %(number)s 号两遍已经一致。") % {"number": number})
            return redirect("surveys:paper-entry", pk)
        messages.error(request, _("还有没选的：每一处都请选一遍的读数。"))
    context = {"link": link, "wave": link.wave, "trail": make_trail_below(link.wave), "state": state}
    return render(request, "surveys/paper_settle.html", context)


@access(Permission.COLLECT_ANSWERS, methods=("POST",), personal=True)
def take_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the sheets that are ready into the pool."""
    link = find_paper(request, pk)
    only_compared = request.POST.get("which") != "all"
    try:
        count = sheets.take_in(link, only_compared=only_compared, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if count:
            messages.success(request, _("已入库 %(count)s 份。录入的内容已从这里清除。") % {"count": count})
        else:
            messages.info(request, _("没有可以入库的纸卷。"))
    return redirect(reverse("surveys:paper-entry", args=[pk]))
