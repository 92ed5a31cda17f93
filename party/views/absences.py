"""Who was absent lately, for the branch's own secretary, and what to do about it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from party.absences import read_absences
from party.models import Organisation
from party.views.led import get_led_or_404

CHOICES = (1, 2, 3)
USUAL = 2
WITH_MEMBERS = (Organisation.Kind.BRANCH, Organisation.Kind.GROUP)


@access(Permission.LEAD_PARTY, personal=True)
def list_absences(request: StaffRequest, organisation: int) -> HttpResponse:
    """Show which members were absent from each of their last meetings (?last=)."""
    found = get_led_or_404(request, organisation)
    last = read_last_or_404(request.GET.get("last", ""))
    is_asked = found.kind in WITH_MEMBERS
    context: dict[str, Any] = {
        "organisation": found,
        "last": last,
        "choices": CHOICES,
        "absences": read_absences(found, last, timezone.localdate()) if is_asked else [],
        "trail": [(_("党建"), reverse("party:home")), (str(found), reverse("party:slots", args=[found.pk]))],
    }
    return render(request, "party/absences.html", context)


def read_last_or_404(text: str) -> int:
    """Return how many meetings an address asks about; 404 for nonsense."""
    if not text:
        return USUAL
    if text not in {str(choice) for choice in CHOICES}:
        raise Http404
    return int(text)
