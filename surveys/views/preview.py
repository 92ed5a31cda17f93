"""The preview of a questionnaire: the form that residents will see, which sends nothing."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from surveys.rendering import count_minutes, render_questions
from surveys.views.surveys import get_own_survey, make_trail


@access(Permission.DESIGN_SURVEYS)
def show_preview(request: StaffRequest, survey: int) -> HttpResponse:
    """Show the draft as residents will see it."""
    saved = get_own_survey(request, survey)
    questionnaire = saved.questionnaire
    context = {
        "survey": saved,
        "sections": render_questions(questionnaire, seed="preview"),
        "minutes": count_minutes(questionnaire),
        "is_preview": True,
        "trail": make_trail(saved),
    }
    return render(request, "surveys/preview.html", context)
