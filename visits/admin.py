"""The administration site's pages of visits: what is brought and told, and the kinds of needs."""

from django.contrib import admin
from django.db.models import QuerySet

from accounts.admin_site import ScopedAdmin, portal_admin
from accounts.models import User
from visits.models import NeedKind, VisitItem


class ListAdmin(ScopedAdmin):
    """A list that the whole portal shares; what is no longer used is switched off, never deleted."""

    def scope(self, user: User) -> QuerySet:
        return self.model._default_manager.all()


@admin.register(VisitItem, site=portal_admin)
class VisitItemAdmin(ListAdmin):
    """What is brought or told at visits."""

    list_display = ["name", "category", "is_active", "position"]
    fields = ["name", "category", "is_active", "position"]


@admin.register(NeedKind, site=portal_admin)
class NeedKindAdmin(ListAdmin):
    """The kinds of needs that residents raise."""

    list_display = ["name", "is_active", "position"]
    fields = ["name", "is_active", "position"]
