"""The administration site's pages of activities: kinds, themes, programmes, and venues with their opening hours."""

from typing import Any

from django.contrib import admin
from django.db.models import Field, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest

from accounts.admin_site import ScopedAdmin, portal_admin
from accounts.models import User
from activities.models import ActivityKind, Programme, Theme
from communities.models import Venue, VenueHours


class CatalogueAdmin(ScopedAdmin):
    """A catalogue that the whole portal shares; what is no longer used is switched off, never deleted."""

    list_display = ["name", "is_active", "position"]
    fields = ["name", "is_active", "position"]

    def scope(self, user: User) -> QuerySet:
        return self.model._default_manager.all()


@admin.register(ActivityKind, site=portal_admin)
class KindAdmin(CatalogueAdmin):
    """Kinds of activities."""

    list_display = ["name", "category", "is_confidential", "counts_hours", "usual_minutes", "is_active", "position"]
    fields = ["name", "category", "is_confidential", "counts_hours", "usual_minutes", "is_active", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What earlier activities were counted and kept by stays; for another meaning there is another kind."""
        return ["category", "is_confidential"] if obj else []


@admin.register(Theme, site=portal_admin)
class ThemeAdmin(CatalogueAdmin):
    """Themes."""


@admin.register(Programme, site=portal_admin)
class ProgrammeAdmin(CatalogueAdmin):
    """Programmes of work."""


class HoursInline(admin.TabularInline):
    """The opening hours on the page of their venue."""

    model = VenueHours
    extra = 3

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **options: Any) -> FormField | None:
        """Name each input after its column: to those who cannot see the table, the heading alone says nothing."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field:
            field.widget.attrs["aria-label"] = field.label
        return field

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return portal_admin.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return portal_admin.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return portal_admin.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return portal_admin.has_permission(request)


@admin.register(Venue, site=portal_admin)
class VenueAdmin(ScopedAdmin):
    """Venues of one's communities. Without opening hours a venue is open at any time."""

    list_display = ["name", "community", "capacity", "is_active"]
    list_select_related = ["community"]
    search_fields = ["name"]
    fields = ["community", "name", "address", "capacity", "is_active"]
    inlines = [HoursInline]

    def scope(self, user: User) -> QuerySet:
        return Venue.objects.filter(community__in=user.communities())

    def choices_for(self, field: Any, user: User) -> QuerySet:
        return user.communities().current()  # type: ignore[attr-defined]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A venue stays in its community: the activities there are of that community."""
        return ["community"] if obj else []

    def area_code(self, row: Any, user: User) -> str:
        return row.community.code
