"""The editor of a questionnaire: the page of all questions, and what its buttons do. Forms of one: design_forms.py."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from surveys import designing, editing
from surveys.outline import outline
from surveys.questionnaire import Questionnaire
from surveys.views.surveys import get_own_survey, make_trail, place_problems

DIRECTIONS = (editing.UP, editing.DOWN)


@access(Permission.DESIGN_SURVEYS)
def show_design(request: StaffRequest, survey: int) -> HttpResponse:
    """Show all questions with what can be done to each."""
    saved = get_own_survey(request, survey)
    questionnaire = saved.questionnaire
    context = {
        "survey": saved,
        "sections": outline(questionnaire),
        "count": len(questionnaire.questions),
        "problems": place_problems(questionnaire),
        "seen": designing.make_seen(saved),
        "trail": make_trail(saved),
    }
    return render(request, "surveys/design.html", context)


@access(Permission.DESIGN_SURVEYS, methods=("POST",))
def copy_question(request: StaffRequest, survey: int, question: str) -> HttpResponse:
    """Put a copy after a question."""
    return change(request, survey, lambda draft: editing.copy_question(draft, question), "copy_question", question)


@access(Permission.DESIGN_SURVEYS, methods=("POST",))
def delete_question(request: StaffRequest, survey: int, question: str) -> HttpResponse:
    """Remove a question from the draft."""
    return change(request, survey, lambda draft: editing.remove_question(draft, question), "delete_question", "")


@access(Permission.DESIGN_SURVEYS, methods=("POST",))
def move_question(request: StaffRequest, survey: int, question: str) -> HttpResponse:
    """Move a question up, down, or to the end of another section."""
    mover = choose_mover(request.POST, question, editing.move_question, editing.place_question)
    return change(request, survey, mover, "move_question", question)


@access(Permission.DESIGN_SURVEYS, methods=("POST",))
def move_section(request: StaffRequest, survey: int, section: str) -> HttpResponse:
    """Move a section up or down."""
    mover = choose_mover(request.POST, section, editing.move_section)
    return change(request, survey, mover, "move_section", section)


@access(Permission.DESIGN_SURVEYS, methods=("POST",))
def delete_section(request: StaffRequest, survey: int, section: str) -> HttpResponse:
    """Remove a section with its questions."""
    return change(request, survey, lambda draft: editing.remove_section(draft, section), "delete_section", "")


def choose_mover(
    data: QueryDict, code: str, move: Callable[..., Questionnaire], place: Callable[..., Questionnaire] | None = None
) -> Callable[[Questionnaire], Questionnaire]:
    """Return what moves a part as the form asks; without a direction that makes sense it stays where it is."""
    direction, target = data.get("direction"), data.get("section")
    if direction in DIRECTIONS:
        return lambda draft: move(draft, code, direction=direction)
    if place and target:
        return lambda draft: place(draft, code, section=target)
    return lambda draft: draft


def change(
    request: StaffRequest, survey: int, how: Callable[[Questionnaire], Questionnaire], deed: str, anchor: str
) -> HttpResponse:
    """Change the draft, or say why not; then show it where the change is."""
    saved = get_own_survey(request, survey)
    try:
        designing.change_draft(saved, how, seen=request.POST.get("seen", ""), deed=deed, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(reverse("surveys:design", args=[survey]) + (f"#at-{anchor}" if anchor else ""))
