"""The administration site at /admin/: who gets in, and which of Django's pages are left out. Its pages: */admin.py."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Field, Model, QuerySet
from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import gettext_lazy as _

from accounts.access import StaffRequest, access
from accounts.audit import record
from accounts.models import User
from accounts.roles import Permission

FORMS = ("add", "change", "import", "export")  # last words of the names of pages with a form; the others only show


class PortalAdminSite(AdminSite):
    """Django's administration for who keeps the register; the portal's own log-in is the only one."""

    site_header = site_title = _("底册管理")
    index_title = _("网格、楼栋、人群类别")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Agree with the declaration below; Django's is_staff and permissions do not exist here."""
        return request.user.is_authenticated and request.user.may(Permission.ADMINISTER)

    def get_urls(self) -> list[Any]:
        """Return the pages in use: no log-in, password, history, short-cut or catch-all page of Django's."""
        labels = "|".join(sorted({model._meta.app_label for model in self._registry}))
        patterns: list[Any] = [
            path("", self.wrap(self.index), name="index"),
            path("jsi18n/", self.wrap(self.i18n_javascript), name="jsi18n"),
            re_path(rf"^(?P<app_label>{labels})/$", self.wrap(self.app_index), name="app_list"),
        ]
        for model, model_admin in self._registry.items():
            prefix = f"{model._meta.app_label}/{model._meta.model_name}/"
            patterns.append(path(prefix, include(model_admin.urls)))
        declare_access(patterns)
        return patterns

    def wrap(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Return the view as a function of its own, which can carry a declaration."""
        return self.admin_view(view)


def declare_access(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Declare the access of every page of the site (accounts/access.py), however deep."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            declare_access(pattern.url_patterns)
        else:
            methods = methods_of(pattern.name or "")
            access(Permission.ADMINISTER, methods=methods, personal=True)(pattern.callback)


def methods_of(name: str) -> tuple[str, ...]:
    """Return the methods that the page of this name answers."""
    if name.endswith("_process_import"):
        return ("POST",)
    return ("GET", "POST") if name.rpartition("_")[2] in FORMS else ("GET",)


class ScopedAdmin(ModelAdmin):
    """Pages of one model: rows of one's own area, nothing is deleted, every write is audited."""

    kept_pages: tuple[str, ...] = ("changelist", "add", "change")
    actions = None

    def __init__(self, model: type[Model], admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)
        self.opts.verbose_name_plural = self.opts.verbose_name  # Chinese has no plural; Django would append an s

    def scope(self, user: User) -> QuerySet:
        """Return the rows the user may meet."""
        return self.model._default_manager.visible_to(user)

    def choices_for(self, field: Field, user: User) -> QuerySet | None:
        """Return what a foreign key may name; None for no choice at all."""
        return None

    def area_code(self, row: Model, user: User) -> str:
        """Return the division code under which auditors find a write."""
        return user.area_code

    def get_urls(self) -> list[Any]:
        """Leave out history, deletion and redirects."""
        return [page for page in super().get_urls() if (page.name or "").rpartition("_")[2] in self.kept_pages]

    def get_queryset(self, request: StaffRequest) -> QuerySet:  # type: ignore[override]
        """Only what is in scope exists: all else answers as if it were missing."""
        ordering = self.get_ordering(request)
        rows = self.scope(request.user)
        return rows.order_by(*ordering) if ordering else rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """A hidden row and a missing one answer alike: not found."""
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer, and accept, only what is in scope."""
        choices = self.choices_for(db_field, request.user)
        kwargs["queryset"] = db_field.related_model._default_manager.none() if choices is None else choices
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer no pop-up windows beside a choice."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for right in ("can_add_related", "can_change_related", "can_view_related", "can_delete_related"):
            if field and hasattr(field.widget, right):
                setattr(field.widget, right, False)
        return field

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log_addition(self, request: Any, obj: Any, message: Any) -> None:  # type: ignore[override]
        self.note("add", request.user, obj)

    def log_change(self, request: Any, obj: Any, message: Any) -> None:  # type: ignore[override]
        self.note("change", request.user, obj, fields=[name for part in message for name in changed_fields(part)])

    def note(self, deed: str, user: User, row: Any, **detail: Any) -> None:
        """Append a deed to the audit log; Django's own log of the site stays empty."""
        model = self.model._meta.model_name
        record(f"{model}.{deed}", by=user, target=row, area_code=self.area_code(row, user), **detail)


def changed_fields(part: Any) -> list[str]:
    """Return the names of the fields in a part of Django's change message."""
    return [str(name) for name in part.get("changed", {}).get("fields", [])] if isinstance(part, dict) else []


portal_admin = PortalAdminSite(name="admin")
