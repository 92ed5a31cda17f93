"""Surveys as a whole: the list, beginning one, its page, publishing, copying, deleting. Their questions: design.py."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from surveys import designing
from surveys.changes import describe_changes
from surveys.checking import check
from surveys.forms.design import CopyForm, NewSurveyForm, SurveyForm
from surveys.listing import list_surveys, list_versions
from surveys.models import Survey
from surveys.questionnaire import Questionnaire
from surveys.starting_sets import STARTS


@access(Permission.VIEW_SURVEYS)
def show_surveys(request: StaffRequest) -> HttpResponse:
    """Show the surveys of one's area, and those of others that one may see."""
    context = {"list": list_surveys(request.user), "may_design": request.user.may(Permission.DESIGN_SURVEYS)}
    return render(request, "surveys/survey_list.html", context)


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def create(request: StaffRequest) -> HttpResponse:
    """Begin a survey with a ready-made set of questions, or with none."""
    sent = request.POST if request.method == "POST" else None
    form = NewSurveyForm(sent, initial={"start": request.GET.get("start", "satisfaction")})
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        start = data.pop("start")
        survey = designing.create_survey(**data, questionnaire=STARTS[start](), by=request.user, start=start)
        messages.success(request, _("已建好。看看每道题，不合适的改掉或删去。"), extra_tags="survey-new")
        return redirect("surveys:design", survey.pk)
    return render(request, "surveys/survey_form.html", {"form": form, "trail": make_trail()})


@access(Permission.VIEW_SURVEYS)
def show_survey(request: StaffRequest, survey: int) -> HttpResponse:
    """Show where a survey stands: its draft, its versions and their waves."""
    found = get_object_or_404(Survey.objects.visible_to(request.user).select_related("street", "community"), pk=survey)
    questionnaire, versions = found.questionnaire, list_versions(found, request.user)
    context = {
        "survey": found,
        "questionnaire": questionnaire,
        "problems": check(questionnaire),
        "versions": versions,
        "has_changes": not versions or found.has_changes,
        "may_design": request.user.may(Permission.DESIGN_SURVEYS),
        "is_own": found.area.code == request.user.area_code and request.user.may(Permission.DESIGN_SURVEYS),
        "trail": make_trail(),
    }
    return render(request, "surveys/survey_detail.html", context)


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def edit(request: StaffRequest, survey: int) -> HttpResponse:
    """Change title and purpose."""
    saved = get_own_survey(request, survey)
    form = SurveyForm(request.POST if request.method == "POST" else None, instance=saved)
    if form.is_bound and form.is_valid():
        designing.describe_survey(saved, by=request.user, **form.cleaned_data)
        messages.success(request, _("已保存。"), extra_tags=f"survey-{saved.pk}")
        return redirect("surveys:detail", survey)
    return render(request, "surveys/survey_form.html", {"form": form, "survey": saved, "trail": make_trail(saved)})


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def publish(request: StaffRequest, survey: int) -> HttpResponse:
    """Show what is new and what is still wrong; keep the draft as the next version."""
    saved = get_own_survey(request, survey)
    if request.method == "POST":
        try:
            version = designing.publish(saved, seen=request.POST.get("seen", ""), by=request.user)
        except ValidationError as error:
            for words in error.messages:
                messages.error(request, words)
            return redirect("surveys:publish", survey)
        messages.success(request, _("第 %(number)s 版已发布，可以开始调查了。") % {"number": version.number})
        return redirect("surveys:detail", survey)
    latest, questionnaire = saved.latest, saved.questionnaire
    context = {
        "survey": saved,
        "latest": latest,
        "next_number": latest.number + 1 if latest else 1,
        "changes": describe_changes(latest.questionnaire, questionnaire) if latest else [],
        "is_new": latest is None or latest.questionnaire != questionnaire,
        "problems": place_problems(questionnaire),
        "questionnaire": questionnaire,
        "opinions": [question for question in questionnaire.questions if question.is_opinion],
        "seen": designing.make_seen(saved),
        "trail": make_trail(saved),
    }
    return render(request, "surveys/publish.html", context)


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def copy(request: StaffRequest, survey: int) -> HttpResponse:
    """Begin a survey of one's own with the questions of one that one may see."""
    source = get_object_or_404(Survey.objects.visible_to(request.user), pk=survey)
    sent = request.POST if request.method == "POST" else None
    form = CopyForm(sent, initial={"title": _("%(title)s（副本）") % {"title": source.title[:50]}})
    if form.is_bound and form.is_valid():
        made = designing.copy_survey(source, by=request.user, **form.cleaned_data)
        messages.success(request, _("已复制，改动不会影响原来的调查。"))
        return redirect("surveys:design", made.pk)
    return render(request, "surveys/survey_copy.html", {"form": form, "survey": source, "trail": make_trail(source)})


@access(Permission.DESIGN_SURVEYS, methods=("POST",))
def delete(request: StaffRequest, survey: int) -> HttpResponse:
    """Delete a survey that was never published."""
    saved = get_own_survey(request, survey)
    try:
        designing.delete_survey(saved, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("surveys:detail", survey)
    messages.success(request, _("已删除“%(title)s”。") % {"title": saved.title})
    return redirect("surveys:list")


def get_own_survey(request: StaffRequest, pk: int) -> Survey:
    """Return a survey of the user's very own area, or answer that there is none."""
    return get_object_or_404(Survey.objects.owned_by(request.user).select_related("street", "community"), pk=pk)


def make_trail(survey: Survey | None = None) -> list[tuple[Any, str]]:
    """Return the way from the list down to a page of a survey."""
    trail: list[tuple[Any, str]] = [(_("调查"), reverse("surveys:list"))]
    return [*trail, (survey.title, reverse("surveys:detail", args=[survey.pk]))] if survey else trail


def place_problems(questionnaire: Questionnaire) -> list[tuple[str, str, str]]:
    """Return what is wrong as where, the name of that place, and the message."""
    names = {section.code: section.title for section in questionnaire.sections}
    names |= {question.code: question.text for question in questionnaire.questions}
    return [(problem.where, names.get(problem.where, ""), problem.message) for problem in check(questionnaire)]
