"""The administration site's pages of volunteering: skills and languages, free times, fields of service."""

from django.contrib import admin

from accounts.admin_site import portal_admin
from activities.admin import CatalogueAdmin
from volunteers.models import FreeTime, ServiceField, Skill


@admin.register(Skill, site=portal_admin)
class SkillAdmin(CatalogueAdmin):
    """What volunteers can do, and the languages they speak."""

    list_display = ["name", "kind", "is_active", "position"]
    fields = ["name", "kind", "is_active", "position"]


@admin.register(FreeTime, site=portal_admin)
class FreeTimeAdmin(CatalogueAdmin):
    """The times of the week in which volunteers may be free."""

    list_display = ["name", "weekdays", "starts", "ends", "is_active", "position"]
    fields = ["name", "weekdays", "starts", "ends", "is_active", "position"]


@admin.register(ServiceField, site=portal_admin)
class ServiceFieldAdmin(CatalogueAdmin):
    """What a service is about, and which fields have priority."""

    list_display = ["name", "is_priority", "is_active", "position"]
    fields = ["name", "is_priority", "is_active", "position"]
