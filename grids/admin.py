"""The administration site's pages of the register: grids, buildings, population groups, with import and export."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ExportMixin, ImportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.results import RowResult

from accounts.access import StaffRequest
from accounts.admin_site import ScopedAdmin, portal_admin
from accounts.audit import record
from accounts.models import User
from grids.actions import save_group
from grids.models import Building, Grid, PopulationGroup
from grids.resources import BuildingResource, GridResource, GroupResource
from grids.small_files import FileUnfitError, SealedUpload, SmallText, SmallWorkbook, check_size

FORMATS = [SmallWorkbook, SmallText]


class SmallImportForm(ImportForm):
    """A file of a small table; a big one is refused before it is read."""

    def clean_import_file(self) -> UploadedFile:
        """Refuse by size."""
        file = self.cleaned_data["import_file"]
        try:
            check_size(file.size)
        except FileUnfitError as error:
            raise forms.ValidationError(str(error)) from error
        return file


class SmallConfirmForm(ConfirmImportForm):
    """The confirmation of a rehearsed file; its hidden fields are checked, for browsers may send anything."""

    format = forms.ChoiceField(
        choices=[(str(number), "") for number in range(len(FORMATS))], widget=forms.HiddenInput()
    )


class SmallImportAdmin(ImportMixin, ScopedAdmin):
    """Import of small files: rehearsed, confirmed, written whole or not at all, one audit event a file."""

    kept_pages = (*ScopedAdmin.kept_pages, "import")
    formats = FORMATS
    import_template_name = "admin/small_import.html"
    import_form_class = SmallImportForm
    confirm_form_class = SmallConfirmForm
    tmp_storage_class = SealedUpload
    skip_admin_log = True

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def get_resource_kwargs(self, request: StaffRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"user": request.user}

    def get_resource_index(self, form: Any) -> int:
        return 0

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_import_data_kwargs(**kwargs) | {"rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        """Say what is wrong with the file, where we know."""
        if isinstance(e, FileUnfitError):
            form.add_error("import_file", str(e))
        else:
            super().add_data_read_fail_error_to_form(form, e)

    def process_result(self, result: Any, request: StaffRequest) -> HttpResponse:
        """Tell what was written, and audit it; the register may have changed since the rehearsal."""
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, _("底册在预演之后有变化，什么都没有写入。请重新上传。"))
        else:
            counts = {
                "new": result.totals[RowResult.IMPORT_TYPE_NEW],
                "changed": result.totals[RowResult.IMPORT_TYPE_UPDATE],
                "unchanged": result.totals[RowResult.IMPORT_TYPE_SKIP],
            }
            self.note_all("import", request.user, **counts)
            words = _("已写入：新增 %(new)s 行，变动 %(changed)s 行，不变 %(unchanged)s 行。")
            messages.success(request, words % counts)
        return HttpResponseRedirect(self.address("changelist"))

    def address(self, page: str) -> str:
        """Return the address of one of this model's pages."""
        return reverse("admin:{}_{}_{}".format(*self.get_model_info(), page), current_app=self.admin_site.name)

    def note_all(self, deed: str, user: User, **counts: int) -> None:
        """Append a deed on many rows to the audit log, under the user's area."""
        action = f"{self.model._meta.model_name}.{deed}"
        record(action, by=user, target=user.area, area_code=user.area_code, **counts)


class SmallAdmin(SmallImportAdmin, ExportMixin):
    """Import and export of small tables that hold nobody's data."""

    kept_pages = (*SmallImportAdmin.kept_pages, "export")
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    export_form_class = ExportForm
    show_full_result_count = False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the rows of the list as its filters say; an address that filters by nonsense is a missing page."""
        try:
            return super().get_export_queryset(request)
        except IncorrectLookupParameters as error:
            raise Http404 from error

    def get_export_data(self, file_format: Any, request: Any, queryset: QuerySet, **kwargs: Any) -> bytes:
        self.note_all("export", request.user, rows=queryset.count())
        return super().get_export_data(file_format, request, queryset, **kwargs)


class GridForm(forms.ModelForm):
    """A grid: its code begins with its community's."""

    def clean(self) -> dict[str, Any]:
        """Hold the code against the community; a grid where people live is not abolished here."""
        data = super().clean() or {}
        community = data.get("community")
        if community and not data.get("code", community.code).startswith(community.code):
            self.add_error("code", _("编码的前 12 位应是社区的编码 %(code)s") % {"code": community.code})
        if data.get("valid_to") and self.instance.pk and self.instance.spells.filter(until=None).exists():
            self.add_error("valid_to", _("这个网格里还有居民，请用“区划调整”。"))
        return data


@admin.register(Grid, site=portal_admin)
class GridAdmin(SmallAdmin):
    """Grids of one's communities. Merging and splitting them is another matter (area changes)."""

    form = GridForm
    list_display = ["code", "name", "community", "valid_from", "valid_to"]
    list_select_related = ["community"]
    search_fields = ["code", "name"]
    ordering = ["code"]
    fields = ["community", "code", "name", "valid_from", "valid_to"]
    resource_classes = [GridResource]

    def choices_for(self, field: Any, user: User) -> QuerySet:
        return user.communities().current()  # type: ignore[attr-defined]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Code and community stay: everything in the register is found by them."""
        return ["community", "code"] if obj else ["valid_to"]

    def area_code(self, row: Any, user: User) -> str:
        return row.code


@admin.register(Building, site=portal_admin)
class BuildingAdmin(SmallAdmin):
    """Buildings of one's grids."""

    list_display = ["name", "grid", "community"]
    list_select_related = ["grid__community"]
    search_fields = ["name", "grid__code", "grid__name"]
    ordering = ["grid__code", "name"]
    resource_classes = [BuildingResource]

    @admin.display(description=gettext_lazy("社区"))
    def community(self, building: Building) -> str:
        return str(building.grid.community)

    def scope(self, user: User) -> QuerySet:
        return Building.objects.filter(grid__community__in=user.communities())

    def choices_for(self, field: Any, user: User) -> QuerySet:
        return Grid.objects.visible_to(user).current().select_related("community")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label_from_instance = lambda grid: f"{grid.community} · {grid}"
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A building stays in its grid: the people behind its doors have spells there."""
        return ["grid"] if obj else []

    def area_code(self, row: Any, user: User) -> str:
        return row.grid.code


@admin.register(PopulationGroup, site=portal_admin)
class GroupAdmin(SmallAdmin):
    """The catalogue of population groups, one for the whole portal."""

    list_display = ["name", "code", "position"]
    resource_classes = [GroupResource]

    def scope(self, user: User) -> QuerySet:
        return PopulationGroup.objects.all()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def save_model(self, request: Any, obj: PopulationGroup, form: Any, change: bool) -> None:
        """Save by the action that the portal's own page uses."""
        save_group(obj, by=request.user)

    def note(self, deed: str, user: User, row: Any, **detail: Any) -> None:
        """The action has audited it."""
