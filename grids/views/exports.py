"""Pages of exports: asking for a list, watching it being made, fetching it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import ring
from communities.downloads import send_file
from grids.exports import open_file, request_export
from grids.forms.exports import ExportForm
from grids.forms.residents import ResidentFilter
from grids.models import ResidentExport
from grids.search import filter_residents


@access(Permission.EXPORT_RESIDENTS, personal=True)
def list_exports(request: StaffRequest) -> HttpResponse:
    """Show one's own exports of the last day."""
    exports = ResidentExport.objects.visible_to(request.user).recent()
    return render(request, "grids/export_list.html", {"exports": exports})


@access(Permission.EXPORT_RESIDENTS, methods=("GET", "POST"), personal=True, fresh=True)
def ask_for_export(request: StaffRequest) -> HttpResponse:
    """Ask for a list of the residents whom the same query shows on their page."""
    query = ResidentFilter(request.GET, by=request.user)
    rows = filter_residents(request.user, query.cleaned_data).count() if query.is_valid() else 0
    form = ExportForm(request.POST or None, by=request.user)
    if request.method == "POST" and rows and form.is_valid():
        export = save_form(form, query, request)
        if export:
            ring("grids.tasks.make_export", export.pk)
            return redirect("grids:export", export.pk)
    context = {"form": form, "query": query, "filters": describe_query(query), "rows": rows}
    return render(request, "grids/export_form.html", context)


def save_form(form: ExportForm, query: ResidentFilter, request: StaffRequest) -> ResidentExport | None:
    """Carry out what the form says; None, with the reasons on the form, when the action refuses."""
    try:
        return request_export(form.instance, query=query, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return None


def describe_query(query: ResidentFilter) -> list[tuple[str, str]]:
    """Return label and value of the filters in use."""
    used = [(query.fields[name], value) for name, value in getattr(query, "cleaned_data", {}).items() if value]
    return [(str(field.label or ""), describe_value(field, value)) for field, value in used]


def describe_value(field: forms.Field, value: Any) -> str:
    """Return a filter's value in words."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value)


@access(Permission.EXPORT_RESIDENTS, personal=True)
def show_export(request: StaffRequest, export: int) -> HttpResponse:
    """Show how far one's own export is; to htmx only the part that moves."""
    own = get_object_or_404(ResidentExport.objects.visible_to(request.user).defer("content"), pk=export)
    template = "grids/_export_state.html" if request.htmx else "grids/export_detail.html"
    return render(request, template, {"export": own})


@access(Permission.EXPORT_RESIDENTS, personal=True, fresh=True)
def download_export(request: StaffRequest, export: int) -> HttpResponse:
    """Send one's own file while its day lasts."""
    exports = ResidentExport.objects.visible_to(request.user).downloadable().select_related("by")
    own = get_object_or_404(exports, pk=export)
    return send_file(open_file(own), name_file(own))


def name_file(export: ResidentExport) -> str:
    """Return 居民名单-<area>-<date>-<number>.<format>."""
    day = timezone.localdate(export.created_at)
    return f"{_('居民名单')}-{export.by.area}-{day:%Y%m%d}-{export.pk}.{export.format}"
