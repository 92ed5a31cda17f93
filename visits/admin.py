"""The administration site's pages of visits: what is brought and told, and the kinds of needs."""

from django.contrib import admin

from accounts.admin_site import portal_admin
from activities.admin import CatalogueAdmin
from visits.models import NeedKind, VisitItem


@admin.register(VisitItem, site=portal_admin)
class VisitItemAdmin(CatalogueAdmin):
    """What is brought or told at visits."""

    list_display = ["name", "category", "is_active", "position"]
    fields = ["name", "category", "is_active", "position"]


@admin.register(NeedKind, site=portal_admin)
class NeedKindAdmin(CatalogueAdmin):
    """The kinds of needs that residents raise."""
