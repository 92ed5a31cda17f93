"""Pages of the register: resident list, and the life of an import from upload to result."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import ring
from grids.actions import confirm_import, create_import, discard_import
from grids.forms import ImportForm, ResidentFilter
from grids.models import Resident, ResidentImport
from grids.reasons import describe
from grids.sheets import FileRefused
from grids.workbooks import write_template

PAGE = 50


@access(Permission.VIEW_RESIDENTS, personal=True)
def list_residents(request: StaffRequest) -> HttpResponse:
    """Show the residents of one's communities, masked, a page at a time by key."""
    form = ResidentFilter(request.GET, by=request.user)
    residents = Resident.objects.visible_to(request.user).select_related("grid__community", "household__building")
    if form.is_valid():
        if grid := form.cleaned_data["grid"]:
            residents = residents.filter(grid=grid)
        if text := form.cleaned_data["q"]:
            residents = residents.named_like(text)
    else:
        residents = residents.none()
    start = request.GET.get("after", "")
    page = list(residents.after(int(start) if start.isdecimal() else 0)[: PAGE + 1])
    context = {
        "form": form,
        "residents": page[:PAGE],
        "next_url": address(request, after=page[PAGE - 1].pk) if len(page) > PAGE else None,
        "first_url": address(request) if start else None,
    }
    return render(request, "grids/resident_list.html", context)


def address(request: StaffRequest, **change: Any) -> str:
    """Return this page's address with the same filters, from the key `after` on or from the beginning."""
    query = request.GET.copy()
    query.pop("after", None)
    query.update(change)
    return f"?{query.urlencode()}"


@method_decorator(access(Permission.IMPORT_RESIDENTS), name="dispatch")
class ImportList(ListView):
    """The imports of one's street, newest first."""

    request: StaffRequest

    template_name = "grids/import_list.html"
    context_object_name = "imports"
    paginate_by = 30

    def get_queryset(self) -> Any:
        return ResidentImport.objects.visible_to(self.request.user).for_list()


@access(Permission.IMPORT_RESIDENTS, methods=("GET", "POST"))
def upload(request: StaffRequest) -> HttpResponse:
    """Take a workbook and queue its rehearsal."""
    form = ImportForm(request.POST or None, request.FILES or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            job = create_import(
                file_name=data["file"].name,
                content=data["file"].read(),
                community=data["community"],
                effective_date=data["effective_date"],
                by=request.user,
            )
        except FileRefused as refusal:
            form.add_error("file", describe(refusal.code, refusal.detail))
        else:
            ring("grids.tasks.rehearse_import", job.pk)
            return redirect("grids:import", job.pk)
    return render(request, "grids/import_form.html", {"form": form})


@access(Permission.IMPORT_RESIDENTS)
def download_template(request: StaffRequest) -> HttpResponse:
    """Send the empty workbook whose headings the import knows."""
    response = HttpResponse(
        write_template(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = (
        "attachment; filename*=UTF-8''%E5%B1%85%E6%B0%91%E5%AF%BC%E5%85%A5%E6%A8%A1%E6%9D%BF.xlsx"
    )
    return response


@method_decorator(access(Permission.IMPORT_RESIDENTS), name="dispatch")
class ImportDetail(DetailView):
    """One import: progress while it runs, report, decision, result. Partial requests get the moving part alone."""

    request: StaffRequest

    context_object_name = "job"

    def get_queryset(self) -> Any:
        return ResidentImport.objects.visible_to(self.request.user).select_related("by", "community", "street")

    def get_template_names(self) -> list[str]:
        return ["grids/_import_state.html" if self.request.htmx else "grids/import_detail.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.object
        located = [message | {"text": describe(message["code"], message["detail"])} for message in job.messages]
        reasons = [{"text": describe(code, "…"), "rows": rows} for code, rows in job.reasons.items()]
        return super().get_context_data(located=located, reasons=reasons, **kwargs)


@access(Permission.IMPORT_RESIDENTS, methods=("POST",))
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a rehearsed import be written."""
    job = get_object_or_404(ResidentImport.objects.visible_to(request.user), pk=pk)
    try:
        confirm_import(job, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        ring("grids.tasks.write_import", job.pk)
    return redirect("grids:import", pk)


@access(Permission.IMPORT_RESIDENTS, methods=("POST",))
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw a rehearsed import away."""
    job = get_object_or_404(ResidentImport.objects.visible_to(request.user), pk=pk)
    try:
        discard_import(job, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("grids:import", pk)
    messages.success(request, _("导入“%(file)s”已放弃，没有写入任何数据。") % {"file": job.file_name})
    return redirect("grids:imports")
