"""The tree of organisations, one organisation, what is covered; founding, correcting, closing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Level, Permission
from grids.search import read_key
from party import organisations as actions
from party.coverage import read_coverage
from party.detail import describe, find_nameless
from party.forms.members import add_errors
from party.forms.offices import OwnMemberForm
from party.forms.organisations import CloseForm, OrganisationForm
from party.models import Organisation
from party.structure import read_trees


@access(Permission.VIEW_PARTY)
def list_all(request: StaffRequest) -> HttpResponse:
    """Show the organisations community by community, as trees."""
    trees = read_trees(request.user, timezone.localdate())
    context = {
        "trees": trees,
        "total": sum(len(tree.standings) for tree in trees),
        "vacant": sum(tree.vacant for tree in trees),
        "overdue": sum(tree.overdue for tree in trees),
        "hides": request.user.level != Level.COMMUNITY,
        "may_manage": request.user.may(Permission.MANAGE_ORGANISATIONS),
        "trail": [(_("党建"), reverse("party:home"))],
    }
    return render(request, "party/organisations.html", context)


@access(Permission.VIEW_PARTY, personal=True)
def show(request: StaffRequest, organisation: int) -> HttpResponse:
    """Show an organisation: facts, terms, posts, links; names of members only to who leads it."""
    found = find_or_404(request, organisation)
    today = timezone.localdate()
    shown = describe(found, request.user, today)
    own = find_nameless(shown["posts"], request.user) if shown["is_led"] and found.is_branch else None
    context = shown | {
        "own_office": own,
        "own_form": OwnMemberForm(organisation=found, day=today) if own else None,
        "trail": make_trail(),
        "may_manage": request.user.may(Permission.MANAGE_ORGANISATIONS) and not found.closed_on,
    }
    return render(request, "party/organisation.html", context)


@access(Permission.VIEW_PARTY)
def show_coverage(request: StaffRequest) -> HttpResponse:
    """Show which communities, grids and buildings no organisation is linked to."""
    rows = read_coverage(request.user, timezone.localdate())
    levels = [
        (name, sum(getattr(row, part).covered for row in rows), sum(getattr(row, part).all for row in rows))
        for part, name in (("itself", _("社区")), ("grids", _("网格")), ("buildings", _("楼栋")))
    ]
    context = {
        "rows": rows,
        "levels": levels,
        "may_manage": request.user.may(Permission.MANAGE_ORGANISATIONS),
        "trail": make_trail(),
    }
    return render(request, "party/coverage.html", context)


@access(Permission.MANAGE_ORGANISATIONS, methods=("GET", "POST"))
def add(request: StaffRequest) -> HttpResponse:
    """Found an organisation; the address may name the one above."""
    parent = Organisation.objects.visible_to(request.user).current().filter(pk=read_key(request.GET.get("parent", "")))
    above = parent.first()
    initial = {"parent": above, "community": above.community_id} if above else {}
    form = OrganisationForm(request.POST or None, by=request.user, initial=initial)
    made = act(request, form, lambda: actions.add_organisation(by=request.user, **form.cleaned_data))
    if made:
        messages.success(request, _("已建立：%(name)s。") % {"name": made.name})
        return redirect("party:organisation", made.pk)
    return render(request, "party/organisation_form.html", {"form": form, "trail": make_trail()})


@access(Permission.MANAGE_ORGANISATIONS, methods=("GET", "POST"))
def edit(request: StaffRequest, organisation: int) -> HttpResponse:
    """Correct an organisation, or put it below another."""
    found = find_or_404(request, organisation)
    form = OrganisationForm(request.POST or None, instance=found, by=request.user)
    if act(request, form, lambda: actions.change_organisation(found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("已保存。"))
        return redirect("party:organisation", found.pk)
    context = {"form": form, "organisation": found, "trail": make_trail(found)}
    return render(request, "party/organisation_form.html", context)


@access(Permission.MANAGE_ORGANISATIONS, methods=("GET", "POST"))
def close(request: StaffRequest, organisation: int) -> HttpResponse:
    """Dissolve an organisation."""
    found = find_or_404(request, organisation)
    form = CloseForm(request.POST or None)
    if act(request, form, lambda: actions.close_organisation(found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("已撤销：%(name)s。") % {"name": found.name})
        return redirect("party:organisations")
    words = {
        "title": _("撤销党组织"),
        "button": _("登记撤销"),
        "note": _("先转出党员、撤销下级党组织。任职和联系区域会同时结束；以前的组织生活和数字都保留。"),
    }
    return show_step(request, found, form, words)


# --- What the pages of an organisation share


def find_or_404(request: StaffRequest, key: int) -> Organisation:
    """Return an organisation that the user may meet."""
    found = Organisation.objects.visible_to(request.user).select_related("community", "parent__community")
    return get_object_or_404(found, pk=key)


def make_trail(organisation: Organisation | None = None) -> list[tuple[str, str]]:
    """Return (name, address) of the pages above."""
    trail = [(_("党建"), reverse("party:home")), (_("党组织"), reverse("party:organisations"))]
    if organisation:
        trail.append((organisation.name, reverse("party:organisation", args=[organisation.pk])))
    return trail


def act(request: StaffRequest, form: forms.BaseForm, deed: Callable[[], Any]) -> Any:
    """Carry out what a form was sent for, once it is good, and return what was made.

    None when nothing was sent or made: the form is shown, with the reasons of whoever refused.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return deed()
    except ValidationError as error:
        add_errors(form, error)
    return None


def show_step(
    request: StaffRequest, organisation: Organisation, form: forms.BaseForm, words: dict[str, Any]
) -> HttpResponse:
    """Show a form of a step on an organisation: title, button and, where there is one, a note."""
    context = {"form": form, "organisation": organisation, "trail": make_trail(organisation), **words}
    return render(request, "party/organisation_step.html", context)
