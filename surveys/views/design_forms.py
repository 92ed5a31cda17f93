"""The forms of the editor: one question, one section, and taking questions from the bank."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from surveys import designing, editing
from surveys.bank import BANK
from surveys.forms.design import SectionForm
from surveys.forms.design_bank import BankForm
from surveys.forms.design_questions import QuestionForm, digest
from surveys.models import Survey
from surveys.outline import find_indicators
from surveys.questionnaire import Kind, Questionnaire
from surveys.views.surveys import get_own_survey, make_trail


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def add_question(request: StaffRequest, survey: int) -> HttpResponse:
    """Write a new question; without a section there will be one."""
    saved = get_own_survey(request, survey)
    draft = with_a_section(saved.questionnaire)
    kind = request.GET.get("kind", "")
    initial = {"seen": designing.make_seen(saved), "kind": kind if kind in Kind.values else Kind.SINGLE}
    section = request.GET.get("section") or draft.sections[-1].code
    form = QuestionForm(
        request.POST if request.method == "POST" else None, questionnaire=draft, section=section, initial=initial
    )
    return answer_question(request, saved, form)


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def edit_question(request: StaffRequest, survey: int, question: str) -> HttpResponse:
    """Change a question. Of one that somebody deleted meanwhile what was typed stays: it may be added anew."""
    saved = get_own_survey(request, survey)
    draft = saved.questionnaire
    asked = draft.by_code.get(question)
    if asked is None and request.method == "GET":
        raise Http404
    sent = request.POST if request.method == "POST" else None
    initial = {"seen": designing.make_seen(saved)}
    return answer_question(request, saved, QuestionForm(sent, questionnaire=draft, question=asked, initial=initial))


def answer_question(request: StaffRequest, survey: Survey, form: QuestionForm) -> HttpResponse:
    """Save the question of a form, or show it: as it is, after one of its own buttons, or with what is wrong."""
    if request.POST.get("deed"):
        form.forget_errors()
        template = "surveys/_question_fields.html" if request.htmx else "surveys/question_form.html"
        return render(request, template, describe_form(survey, form))
    if form.is_bound and form.is_valid():
        try:
            save_question(survey, form, request)
        except designing.StaleDraftError as error:
            form = reopen(survey, form)
            form.add_error(None, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            code = form.cleaned_data["question"].code
            return redirect(reverse("surveys:design", args=[survey.pk]) + f"#at-{code}")
    return render(request, "surveys/question_form.html", describe_form(survey, form))


def save_question(survey: Survey, form: QuestionForm, request: StaffRequest) -> None:
    """Put the question into the draft, and say so when its tie to a figure was cut."""
    question, section = form.cleaned_data["question"], form.cleaned_data["section"]

    def change(draft: Questionnaire) -> Questionnaire:
        changed = editing.put_question(with_a_section(draft), question, section=section)
        is_elsewhere = editing.section_of(changed, question.code) != editing.find_section(changed, section)
        return editing.place_question(changed, question.code, section=section) if is_elsewhere else changed

    designing.change_draft(survey, change, seen=form.cleaned_data["seen"], deed="put_question", by=request.user)
    lost = find_indicators(form.question) if form.question and not question.bank else ()
    if lost:
        words = _("已保存。这道题和题库里的不一样了，不再计入指标 %(ids)s。")
        messages.warning(request, words % {"ids": _("、").join(lost)})
    else:
        messages.success(request, _("已保存。"))


def reopen(survey: Survey, form: QuestionForm) -> QuestionForm:
    """Return the form with all that was typed, about the state that the survey has now: sent again, it is saved."""
    now = Survey.objects.get(pk=survey.pk)
    draft = now.questionnaire
    data = form.data.copy()  # type: ignore[attr-defined]
    data["seen"] = designing.make_seen(now)
    question = draft.by_code.get(form.question.code) if form.question else None
    fresh = QuestionForm(data, questionnaire=with_a_section(draft), question=question)
    fresh.theirs = question if data.get("opened") != digest(question) else None
    fresh.full_clean()
    return fresh


def describe_form(survey: Survey, form: QuestionForm) -> dict[str, Any]:
    """Return what the page of a question shows."""
    feeds = find_indicators(form.question) if form.question else ()
    return {"survey": survey, "form": form, "feeds": feeds, "trail": make_trail_below(survey)}


def make_trail_below(survey: Survey) -> list[tuple[Any, str]]:
    """Return the way from the list down to a page of the editor."""
    return [*make_trail(survey), (_("设计问卷"), reverse("surveys:design", args=[survey.pk]))]


def with_a_section(draft: Questionnaire) -> Questionnaire:
    """Return the questionnaire with at least one section to put questions into."""
    return draft if draft.sections else editing.add_section(draft, title=_("第一部分"))


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def edit_section(request: StaffRequest, survey: int, section: str = "") -> HttpResponse:
    """Write a new section, or change the title and note of one."""
    saved = get_own_survey(request, survey)
    old = editing.find_section(saved.questionnaire, section)
    if section and old is None:
        raise Http404
    initial = {"seen": designing.make_seen(saved), "title": old.title if old else "", "note": old.note if old else ""}
    form = SectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid() and save_section(saved, section, form, request):
        return redirect(reverse("surveys:design", args=[survey]) + (f"#at-{section}" if section else "#end"))
    context = {"survey": saved, "form": form, "old": old, "trail": make_trail_below(saved)}
    return render(request, "surveys/section_form.html", context)


def save_section(survey: Survey, code: str, form: SectionForm, request: StaffRequest) -> bool:
    """Save a section; tell whether it could be, else the form says why."""
    title, note = form.cleaned_data["title"], form.cleaned_data["note"]

    def change(draft: Questionnaire) -> Questionnaire:
        if code:
            return editing.change_section(draft, code, title=title, note=note)
        return editing.add_section(draft, title=title, note=note)

    try:
        designing.change_draft(survey, change, seen=form.cleaned_data["seen"], deed="put_section", by=request.user)
    except designing.StaleDraftError as error:
        seen = designing.make_seen(Survey.objects.get(pk=survey.pk))
        form.data = {**form.data.dict(), "seen": seen}  # type: ignore[attr-defined]
        form.add_error(None, error)
    except ValidationError as error:
        form.add_error(None, error)
    return form.is_valid()


@access(Permission.DESIGN_SURVEYS)
def show_bank(request: StaffRequest) -> HttpResponse:
    """Show the question bank by topic, and which figures its questions feed."""
    return render(
        request, "surveys/bank.html", {"form": BankForm(questionnaire=Questionnaire()), "trail": make_trail()}
    )


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def take_from_bank(request: StaffRequest, survey: int) -> HttpResponse:
    """Add questions of the bank to a section."""
    saved = get_own_survey(request, survey)
    draft = with_a_section(saved.questionnaire)
    initial = {"seen": designing.make_seen(saved), "section": request.GET.get("section") or draft.sections[-1].code}
    form = BankForm(request.POST if request.method == "POST" else None, questionnaire=draft, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            add_from_bank(saved, form, request)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(reverse("surveys:design", args=[survey]) + f"#at-{form.cleaned_data['questions'][-1]}")
    return render(request, "surveys/bank.html", {"form": form, "survey": saved, "trail": make_trail_below(saved)})


def add_from_bank(survey: Survey, form: BankForm, request: StaffRequest) -> None:
    """Put the chosen questions at the end of the chosen section; those that are there already stay as they are."""
    section, codes = form.cleaned_data["section"], form.cleaned_data["questions"]

    def change(draft: Questionnaire) -> Questionnaire:
        draft = with_a_section(draft)
        for code in codes:
            if code not in draft.by_code:
                draft = editing.put_question(draft, BANK[code].question, section=section)
        return draft

    # Nothing of the form can write over what somebody else did: it only adds.
    fresh = Survey.objects.get(pk=survey.pk)
    designing.change_draft(fresh, change, seen=designing.make_seen(fresh), deed="take_from_bank", by=request.user)
    words = ngettext("已加入 %(count)s 道题。", "已加入 %(count)s 道题。", len(codes))
    messages.success(request, words % {"count": len(codes)})
