"""The page that shows who may do what: the role table, and every address with who may open it."""

from collections import defaultdict
from typing import Any

from django import forms
from django.apps import apps
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import StaffRequest, access
from accounts.addresses import Address, list_addresses
from accounts.context_processors import MENU
from accounts.roles import (
    LEVEL_OF_ROLE,
    MANAGED_BY,
    PERMISSIONS_OF_ROLE,
    WORDS_OF_PERMISSION,
    Permission,
    Role,
    roles_managed_by,
)

TITLES = {name: label for label, name, _icon, _permission in MENU}
# Namespaces that are no app's label. Names, not imports: their pages live in apps above this one.
AREAS_OF_WORK: dict[str, str | Promise] = {
    "": _("首页、大屏和语言"),
    "admin": _("底册设置"),
    "answer": _("填写调查（公开）"),
    "pledge": _("公开承诺（公开）"),
    "volunteer": _("志愿服务报名（公开）"),
}


class AccessFilter(forms.Form):
    """What narrows the list of addresses."""

    role = forms.ChoiceField(label=_("角色"), required=False, widget=forms.Select(attrs={"class": "form-select"}))
    app = forms.ChoiceField(label=_("工作"), required=False, widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, *args: Any, namespaces: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("全部角色")), *Role.choices]  # type: ignore[attr-defined]
        named = [(name, name_work(name)) for name in namespaces if name]
        self.fields["app"].choices = [("", _("全部")), *named]  # type: ignore[attr-defined]


@access(Permission.VIEW_ACCESS_TABLE)
def show_access(request: StaffRequest) -> HttpResponse:
    """Show roles with their permissions, and all addresses by area of work."""
    works: dict[str, list[Address]] = defaultdict(list)
    for address in list_addresses():
        works[address.app].append(address)
    form = AccessFilter(request.GET, namespaces=list(works))
    if not form.is_valid():
        raise Http404
    role, app = form.cleaned_data["role"], form.cleaned_data["app"]
    shown = {name: [describe(row) for row in rows if not role or role in row.roles] for name, rows in works.items()}
    context = {
        "form": form,
        "filtered": bool(role or app),
        "roles": [describe_role(one) for one in Role if not role or one == role],
        "works": [(name_work(name), rows) for name, rows in shown.items() if rows and (not app or name == app)],
        "total": sum(len(rows) for rows in works.values()),
    }
    return render(request, "accounts/access_table.html", context)


def name_work(namespace: str) -> str | Promise:
    """Return the area of work that a namespace stands for."""
    if namespace in AREAS_OF_WORK:
        return AREAS_OF_WORK[namespace]
    return apps.get_app_config(namespace).verbose_name if namespace in apps.app_configs else namespace


def describe(address: Address) -> dict[str, Any]:
    """Return what a row shows of an address."""
    declared = address.access
    return {
        "title": TITLES.get(address.name, ""),
        "route": address.route.replace("^", "").replace("$", ""),
        "methods": address.methods,
        "public": bool(declared and declared.public),
        "everyone": bool(declared and declared.permission is None),
        "roles": [role.label for role in address.roles],
        "personal": bool(declared and declared.personal),
        "fresh": bool(declared and declared.fresh),
    }


def describe_role(role: Role) -> dict[str, Any]:
    """Return what the table of roles shows of a role."""
    held = PERMISSIONS_OF_ROLE[role]
    return {
        "label": role.label,
        "level": LEVEL_OF_ROLE[role].label,
        "manager": MANAGED_BY[role].label,
        "manages": [managed.label for managed in roles_managed_by(role)],
        "permissions": [WORDS_OF_PERMISSION[permission] for permission in Permission if permission in held],
    }
