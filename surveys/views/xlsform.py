"""Questionnaires as XLSForm files: download, upload, rehearsal, and the draft or new survey they become."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.downloads import send_file
from grids.search import read_key
from grids.small_files import SealedUpload, open_for, seal_for
from imports.formats import FileRefused
from surveys.designing import change_draft, create_survey, make_seen
from surveys.forms.workbooks import XLSFORM_EXTENSIONS, TitleForm, XlsformForm
from surveys.models import Survey, SurveyVersion
from surveys.sheets import describe_refusal
from surveys.views.surveys import make_trail
from surveys.xlsform.reading import FormReading, read_xlsform
from surveys.xlsform.writing import write_xlsform

SALT = "surveys.xlsform"
LONGEST_NUMBER = 4  # digits: versions are counted by a small integer


@access(Permission.VIEW_SURVEYS)
def download(request: StaffRequest, survey: int) -> HttpResponse:
    """Send a version, by default the draft of one's own survey, or what another's published last."""
    found = get_object_or_404(Survey.objects.visible_to(request.user).select_related("street", "community"), pk=survey)
    version = find_version(found, request.GET.get("version", ""), is_own=found.area.code == request.user.area_code)
    questionnaire = version.questionnaire if version else found.questionnaire
    if not questionnaire.questions:
        messages.info(request, _("还没有问题，先写几道再导出。"))
        return redirect("surveys:detail", found.pk)
    part = f"v{version.number}" if version else "draft"
    return send_file(write_xlsform(found.title, questionnaire), f"survey-{found.pk}-{part}.xlsx")


def find_version(survey: Survey, number: str, *, is_own: bool) -> SurveyVersion | None:
    """Return the version of this number, or the latest; None for the draft, which is for those whose survey it is."""
    if number:
        if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
            raise Http404
        return get_object_or_404(survey.versions, number=number)
    latest = None if is_own else survey.latest
    if latest is None and not is_own:
        raise Http404
    return latest


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def upload(request: StaffRequest) -> HttpResponse:
    """Take a file; what has to be mended in it is listed, cell by cell."""
    survey = find_survey(request, request.GET.get("survey", ""))
    is_sent = request.method == "POST"
    form = XlsformForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    found = None
    if is_sent and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            found = read_xlsform(content)
        except FileRefused as refusal:
            no_workbook = _("这不是 Excel 工作簿，可能只改过后缀。请用 Excel 打开，另存为 .xlsx 后再上传。")
            is_text = refusal.code == "not_spreadsheet"
            form.add_error("file", no_workbook if is_text else describe_refusal(refusal))
        if found and not found.problems:
            kept = SealedUpload()
            kept.save(content)
            sealed = seal(str(kept.name), survey, request)
            return redirect(f"{reverse('surveys:xlsform-confirm')}?{urlencode({'sealed': sealed})}")
    context = {"form": form, "found": found, "survey": survey, "trail": make_trail(survey)}
    return render(request, "surveys/xlsform_upload.html", context | {"extensions": XLSFORM_EXTENSIONS})


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def confirm(request: StaffRequest) -> HttpResponse:
    """Show what a file says; make it the draft of the survey, or a new survey."""
    is_sent = request.method == "POST"
    sealed = (request.POST if is_sent else request.GET).get("sealed", "")
    try:
        data = open_for(request.user, sealed, salt=SALT)
        kept = SealedUpload(name=data["name"])
        found = read_xlsform(kept.read())
    except (signing.BadSignature, Http404, FileRefused):
        messages.info(request, _("这份文件已经取用，或者放得太久了。要再用，请重新上传。"))
        return redirect("surveys:xlsform-in")
    survey = find_survey(request, str(data["survey"] or ""))
    form = None if survey else TitleForm(request.POST if is_sent else None, initial={"title": found.title[:60]})
    if is_sent and (form is None or form.is_valid()) and not found.problems:
        saved = save(request, found, survey, form, data)
        if saved:
            kept.remove()
            return redirect("surveys:design", saved.pk)
        return redirect(f"{reverse('surveys:xlsform-in')}?survey={survey.pk}" if survey else "surveys:xlsform-in")
    context = {"form": form, "found": found, "survey": survey, "sealed": sealed, "trail": make_trail(survey)}
    return render(request, "surveys/xlsform_confirm.html", context)


def save(
    request: StaffRequest, found: FormReading, survey: Survey | None, form: TitleForm | None, data: dict[str, Any]
) -> Survey | None:
    """Write the draft or the new survey; None, with a message, when somebody changed the draft meanwhile."""
    try:
        if survey:
            saved = change_draft(
                survey, lambda _draft: found.questionnaire, seen=data["seen"], deed="xlsform", by=request.user
            )
        else:
            title = form.cleaned_data["title"] if form else found.title
            token = UUID(data["name"])
            saved = create_survey(
                title=title, questionnaire=found.questionnaire, token=token, by=request.user, start="xlsform"
            )
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return None
    messages.success(request, _("已取用文件里的问卷。看看每道题，再发布。"))
    return saved


def find_survey(request: StaffRequest, pk: str) -> Survey | None:
    """Return the user's own survey whose draft is to be replaced; None for a new one, 404 for others."""
    if not pk:
        return None
    return get_object_or_404(Survey.objects.owned_by(request.user), pk=read_key(pk))


def seal(name: str, survey: Survey | None, request: StaffRequest) -> str:
    """Return a text that stands for the upload, and for the draft as it was then."""
    seen = make_seen(survey) if survey else ""
    return seal_for(request.user, salt=SALT, name=name, survey=survey.pk if survey else None, seen=seen)
