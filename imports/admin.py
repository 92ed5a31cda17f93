"""The administration site's way to import a small list of residents. Lists and exports of residents are elsewhere."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.admin_site import portal_admin
from grids.admin import SmallImportAdmin
from grids.models import Resident
from imports.resources import ResidentResource


@admin.register(Resident, site=portal_admin)
class ResidentAdmin(SmallImportAdmin):
    """Import only: the register's own pages show residents masked, and the export has its own rules."""

    kept_pages = ("changelist", "import")
    resource_classes = [ResidentResource]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is no list here."""
        return HttpResponseRedirect(self.address("import"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
