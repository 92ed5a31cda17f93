"""Pages of resident imports: upload, headings, rehearsal report, decisions, write, undo."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import ListView

from accounts.access import StaffRequest, access
from accounts.audit import record
from accounts.roles import Permission
from communities.doorbell import ring
from communities.downloads import send_file
from grids.paging import cut_page
from imports.actions import (
    confirm_import,
    create_import,
    decide_all_missing,
    decide_missing,
    discard_import,
    map_headings,
    request_undo,
)
from imports.formats import FileRefused
from imports.forms import (
    EXTENSIONS,
    AllMissingForm,
    ImportForm,
    MappingForm,
    MissingForm,
    ReviewForm,
    list_needs,
    missing_choices,
)
from imports.models import ImportFile, ImportMessage, ImportReview, ResidentImport
from imports.people import FIELDS, describe_changes, list_changed_rows
from imports.questions import (
    count_missing,
    describe_edited,
    describe_missing,
    describe_reviews,
    list_open_reviews,
)
from imports.reasons import describe
from imports.report import (
    RETURNED_ROWS,
    describe_messages,
    filter_messages,
    find_progress,
    list_field_changes,
    list_reasons,
    list_sheets,
    write_refused_rows,
)
from imports.reviews import decide_review
from imports.tasks import TASK_OF
from imports.workbooks import write_template

Status = ResidentImport.Status
CHANGES_ON_A_PAGE = 50
MESSAGES_ON_A_PAGE = 100
MISSING_ON_A_PAGE = 100
REVIEWS_ON_A_PAGE = 20
EDITED_SHOWN = 100


def find_import(request: StaffRequest, pk: int) -> ResidentImport:
    """Return the import if the user may meet it."""
    imports = ResidentImport.objects.visible_to(request.user)
    return get_object_or_404(imports.select_related("by", "community", "street", "progress"), pk=pk)


def ring_for(job: ResidentImport) -> None:
    """Ring for what the import waits for, if for anything."""
    if job.status in TASK_OF:
        ring(TASK_OF[Status(job.status)], job.pk)


def refuse(request: StaffRequest, error: ValidationError) -> None:
    """Tell the user why an action did not happen."""
    messages.error(request, " ".join(error.messages))


@method_decorator(access(Permission.IMPORT_RESIDENTS), name="dispatch")
class ImportList(ListView):
    """The imports of one's street, newest first."""

    request: StaffRequest

    template_name = "imports/import_list.html"
    context_object_name = "imports"
    paginate_by = 30

    def get_queryset(self) -> Any:
        return ResidentImport.objects.visible_to(self.request.user).for_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(open_reviews=list_open_reviews(self.request.user).count(), **kwargs)


@access(Permission.IMPORT_RESIDENTS, methods=("GET", "POST"))
def upload(request: StaffRequest) -> HttpResponse:
    """Take a list of residents and queue its rehearsal."""
    form = ImportForm(request.POST or None, request.FILES or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        job = save_upload(form, request)
        if job:
            ring_for(job)
            return redirect("imports:detail", job.pk)
    return render(request, "imports/import_form.html", {"form": form, "extensions": EXTENSIONS})


def save_upload(form: ImportForm, request: StaffRequest) -> ResidentImport | None:
    """Keep the uploaded file; None, with the reasons on the form, when it is refused."""
    data = dict(form.cleaned_data)
    file = data.pop("file")
    try:
        return create_import(file_name=file.name, content=file.read(), by=request.user, **data)
    except FileRefused as refusal:
        form.add_error("file", describe(refusal.code, refusal.detail))
    except ValidationError as error:
        form.add_error(None, error)
    return None


@access(Permission.IMPORT_RESIDENTS)
def download_template(request: StaffRequest) -> HttpResponse:
    """Send the empty workbook whose headings the import knows."""
    return send_file(write_template(), f"{_('居民导入模板')}.xlsx")


@access(Permission.IMPORT_RESIDENTS)
def show_import(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one import: progress while it runs, report, decision, result. To htmx only the part that moves."""
    job = find_import(request, pk)
    template = "imports/_import_state.html" if request.htmx else "imports/import_detail.html"
    context = {"progress": find_progress(job)} if job.is_running else describe_standing(job)
    return render(request, template, {"job": job} | context)


def describe_standing(job: ResidentImport) -> dict[str, Any]:
    """Return what the page of an import that no worker has shows."""
    if job.status == Status.REFUSED:
        return {"refusals": describe_messages(job.messages.all()[:1])}
    if job.status == Status.MAPPING:
        sheets = list_sheets(job)
        return {"needs": list_needs(job), "sheets": sheets, "has_headings": any(sheet.known for sheet in sheets)}
    if job.status in (Status.REHEARSED, Status.DONE):
        return {
            "reasons": list_reasons(job),
            "changes": list_field_changes(job),
            "sheets": list_sheets(job),
            "missing": count_missing(job) if job.is_complete else None,
            "open_reviews": job.reviews.open().count(),
            "has_file": ImportFile.objects.filter(resident_import=job).exists(),
            "returned_rows": RETURNED_ROWS,
        }
    return {}


@access(Permission.IMPORT_RESIDENTS, methods=("GET", "POST"))
def map_columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Say which sheets to read and what their headings mean, and rehearse again."""
    job = find_import(request, pk)
    if job.status not in (Status.MAPPING, Status.REHEARSED):
        messages.error(request, _("这次导入的状态已经变了，现在不能调整列。"))
        return redirect("imports:detail", pk)
    form = MappingForm(request.POST or None, job=job)
    if request.method == "POST" and form.is_valid() and save_mapping(form, job, request):
        return redirect("imports:detail", pk)
    return render(request, "imports/map.html", {"job": job, "form": form, "needs": list_needs(job)})


def save_mapping(form: MappingForm, job: ResidentImport, request: StaffRequest) -> bool:
    """Carry out what the form says; False, with the reasons on the form, when the action refuses."""
    data = form.cleaned_data
    try:
        ring_for(map_headings(job, mapping=data["mapping"], sheets=data["sheets"], by=request.user))
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@access(Permission.IMPORT_RESIDENTS, methods=("POST",))
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a rehearsed import be written."""
    job = find_import(request, pk)
    try:
        ring_for(confirm_import(job, by=request.user))
    except ValidationError as error:
        refuse(request, error)
    return redirect("imports:detail", pk)


@access(Permission.IMPORT_RESIDENTS, methods=("POST",))
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw an import that is not written away."""
    job = find_import(request, pk)
    try:
        discard_import(job, by=request.user)
    except ValidationError as error:
        refuse(request, error)
        return redirect("imports:detail", pk)
    messages.success(request, _("导入“%(file)s”已放弃，没有写入任何数据。") % {"file": job.file_name})
    return redirect("imports:list")


@access(Permission.IMPORT_RESIDENTS, personal=True)
def list_changes(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what would change: old beside new, masked, all fields or one."""
    job = find_import(request, pk)
    field = request.GET.get("field", "")
    field = field if field in FIELDS else ""
    page = cut_page(request, list_changed_rows(job, field), key="position", size=CHANGES_ON_A_PAGE)
    context = {
        "job": job,
        "page": page,
        "rows": describe_changes(page.rows, request.user),
        "field": field,
        "fields": list_field_changes(job),
    }
    return render(request, "imports/changes.html", context)


@access(Permission.IMPORT_RESIDENTS)
def list_messages(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what is to be said about rows, and where, by severity and reason."""
    job = find_import(request, pk)
    severity, code = request.GET.get("severity", ""), request.GET.get("code", "")
    page = cut_page(request, filter_messages(job, severity, code), key="id", size=MESSAGES_ON_A_PAGE)
    context = {
        "job": job,
        "page": page,
        "located": describe_messages(page.rows),
        "severity": severity,
        "severities": ImportMessage.Severity.choices,
        "code": code,
        "reasons": list_reasons(job),
    }
    return render(request, "imports/messages.html", context)


@access(Permission.IMPORT_RESIDENTS, personal=True, fresh=True)
def download_refused_rows(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the refused rows as they stand in the file, each with its reasons, to be corrected and imported again."""
    job = find_import(request, pk)
    try:
        content = write_refused_rows(job)
    except ImportFile.DoesNotExist:
        messages.error(request, _("原文件已按期删除，不能再生成退回的表格。请从原来的文件重新上传。"))
        return redirect("imports:detail", pk)
    except FileRefused as refusal:
        messages.error(request, describe(refusal.code, refusal.detail))
        return redirect("imports:detail", pk)
    record("resident_import.refused_rows", by=request.user, target=job, area_code=job.street.code)
    return send_file(content, f"{_('退回')}-{job.file_name.rpartition('.')[0] or job.file_name}.xlsx")


@access(Permission.IMPORT_RESIDENTS, personal=True)
def list_reviews(request: StaffRequest) -> HttpResponse:
    """Show the rows that a person must decide on: of one import, or all that are one's own to decide."""
    job_id = request.GET.get("job", "")
    job = find_import(request, int(job_id)) if job_id.isdecimal() else None
    page = cut_page(request, list_open_reviews(request.user, job), key="id", size=REVIEWS_ON_A_PAGE)
    context = {"job": job, "page": page, "reviews": describe_reviews(page.rows, request.user)}
    return render(request, "imports/reviews.html", context)


@access(Permission.IMPORT_RESIDENTS, methods=("POST",))
def decide(request: StaffRequest, review: int) -> HttpResponse:
    """Decide on a row under review, and go back to the others."""
    found = get_object_or_404(ImportReview.objects.visible_to(request.user), pk=review)
    form = ReviewForm(request.POST)
    if form.is_valid():
        save_decision(found, form.cleaned_data, request)
    else:
        messages.error(request, _("没有收到决定，请再点一次。"))
    imports_here = ResidentImport.objects.visible_to(request.user).filter(pk=found.resident_import_id)
    query = {"job": found.resident_import_id} if request.POST.get("job") and imports_here.exists() else None
    return redirect(reverse("imports:reviews", query=query))


def save_decision(review: ImportReview, data: dict[str, Any], request: StaffRequest) -> None:
    """Carry out the decision, or tell why not."""
    try:
        decide_review(review, decision=data["decision"], resident_id=data["resident"], by=request.user)
    except ValidationError as error:
        refuse(request, error)
    else:
        messages.success(request, _("已记下。"))


@access(Permission.IMPORT_RESIDENTS, methods=("GET", "POST"), personal=True)
def list_missing(request: StaffRequest, pk: int) -> HttpResponse:
    """Show whom a complete list does not name, and take what became of them, a page at a time."""
    job = find_import(request, pk)
    page = cut_page(request, job.missing.select_related("resident"), key="resident_id", size=MISSING_ON_A_PAGE)
    form = MissingForm(request.POST or None, missing=page.rows)
    if request.method == "POST" and form.is_valid():
        save_missing(form, job, request)
        return redirect(f"{request.path}{page.next_url}" if page.next_url else reverse("imports:detail", args=[pk]))
    context = {
        "job": job,
        "page": page,
        "people": describe_missing(page.rows, form, request.user),
        "counts": count_missing(job),
        "choices": missing_choices(),
    }
    return render(request, "imports/missing.html", context)


def save_missing(form: MissingForm, job: ResidentImport, request: StaffRequest) -> None:
    """Carry out the decisions of a page, or tell why not."""
    try:
        changed = decide_missing(job, decisions=form.decisions(), by=request.user)
    except ValidationError as error:
        refuse(request, error)
    else:
        messages.success(request, _("已记下 %(count)s 处改动，确认写入时生效。") % {"count": changed})


@access(Permission.IMPORT_RESIDENTS, methods=("POST",))
def decide_all(request: StaffRequest, pk: int) -> HttpResponse:
    """Say the same of everybody whom a complete list does not name."""
    job = find_import(request, pk)
    form = AllMissingForm(request.POST)
    try:
        if form.is_valid():
            decide_all_missing(job, decision=form.cleaned_data["decision"], by=request.user)
            messages.success(request, _("已全部设为同一种处理，确认写入时生效。"))
    except ValidationError as error:
        refuse(request, error)
    return redirect("imports:missing", pk)


@access(Permission.IMPORT_RESIDENTS, methods=("GET", "POST"), personal=True)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a written import back; where later work would be lost, show whose."""
    job = find_import(request, pk)
    if request.method == "POST":
        try:
            ring_for(request_undo(job, by=request.user))
        except ValidationError as error:
            refuse(request, error)
            if getattr(error, "code", "") == "edited":
                return redirect("imports:undo", pk)
        return redirect("imports:detail", pk)
    if not job.can_be_undone:
        return redirect("imports:detail", pk)
    people, total = describe_edited(job, request.user, EDITED_SHOWN)
    return render(request, "imports/undo.html", {"job": job, "people": people, "total": total, "shown": EDITED_SHOWN})
