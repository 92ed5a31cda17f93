"""Population groups: how many belong to each; creating and renaming."""

import secrets

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from grids.actions import save_group
from grids.forms.groups import GroupForm
from grids.groups import list_groups
from grids.models import PopulationGroup


@access(Permission.VIEW_RESIDENTS)
def list_all(request: StaffRequest) -> HttpResponse:
    """Show the groups with the number of their people in one's communities."""
    context = {"groups": list_groups(request.user), "may_administer": request.user.may(Permission.ADMINISTER)}
    return render(request, "grids/group_list.html", context)


@access(Permission.ADMINISTER, methods=("GET", "POST"))
def edit(request: StaffRequest, group: int | None = None) -> HttpResponse:
    """Create a group, or rename the one of this key."""
    saved = get_object_or_404(PopulationGroup, pk=group) if group else PopulationGroup(code=make_code())
    form = GroupForm(request.POST or None, instance=saved)
    if request.method == "POST" and form.is_valid():
        try:
            save_group(form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存人群类别“%(name)s”。") % {"name": saved.name})
            return redirect("grids:groups")
    return render(request, "grids/group_form.html", {"form": form, "group": saved if group else None})


def make_code() -> str:
    """Return a code for a new group: groups are told apart by code, which nobody needs to read."""
    return f"group_{secrets.token_hex(4)}"
