"""Merging two entries of one person: choose the other, compare, confirm."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import REFRESH, ring
from grids.forms.merging import MergeForm
from grids.merging import differences, merge_residents, rehearse_merge
from grids.models import Resident
from grids.search import best_matches, fold_text, match, people_of
from grids.views.residents import get_resident


@access(Permission.MERGE_RESIDENTS, personal=True)
def choose_duplicate(request: StaffRequest, resident: int) -> HttpResponse:
    """Look for the other entry of a person."""
    kept = get_resident(request, resident)
    text = fold_text(request.GET.get("q", ""))
    context = {"person": kept, "text": text}
    if text:
        try:
            found = people_of(request.user).exclude(pk=kept.pk).filter(match(text))
        except ValidationError as error:
            context["advice"] = error.messages[0]
        else:
            context["residents"], context["more"] = best_matches(found, text)
    name = "grids/_merge_choices.html" if request.htmx else "grids/merge_choose.html"
    return render(request, name, context)


@access(Permission.MERGE_RESIDENTS, methods=("GET", "POST"), personal=True)
def merge(request: StaffRequest, resident: int, other: int) -> HttpResponse:
    """Compare the two, say what would be moved, and merge when told to."""
    kept, duplicate = get_resident(request, resident), get_resident(request, other)
    form = MergeForm(request.POST or None, kept=kept, other=duplicate)
    try:
        if request.method == "POST" and form.is_valid():
            merge_residents(kept, duplicate, take=form.take, by=request.user)
            ring(REFRESH)
            messages.success(request, _("已合并成一位，往来记录都在这里。"))
            return redirect("grids:resident", kept.pk)
        outcome = rehearse_merge(kept, duplicate, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("grids:resident", kept.pk)
    return render(request, "grids/merge_form.html", describe(kept, duplicate, form) | {"outcome": outcome})


def describe(kept: Resident, other: Resident, form: MergeForm) -> dict:
    """Return both with their spells, and how they differ."""
    codes = {choice.code for choice in differences(kept, other)}
    return {
        "person": kept,
        "other": other,
        "form": form,
        "pair": [(kept, list_spells(kept)), (other, list_spells(other))],
        "two_numbers": "id_number" in codes and kept.id_hash is not None and other.id_hash is not None,
    }


def list_spells(person: Resident) -> list:
    """Return where somebody lived, latest first."""
    return list(person.spells.select_related("grid__community").order_by("-since"))
