"""The page that tells a resident who opened his or her record (rule R8)."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import StaffRequest, access
from accounts.looks import MONTHS, MOST
from accounts.looks import list_looks as find_looks
from accounts.roles import Permission
from grids.views.residents import get_resident


@access(Permission.EDIT_RESIDENTS, personal=True)
def list_looks(request: StaffRequest, resident: int) -> HttpResponse:
    """Show who looked at or changed this record, when, and what for."""
    person = get_resident(request, resident)
    context = {
        "person": person,
        "looks": find_looks(person.pk, person.household_id),
        "months": MONTHS,
        "most": MOST,
    }
    return render(request, "grids/resident_looks.html", context)
