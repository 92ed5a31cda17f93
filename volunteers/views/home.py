"""The start page of volunteering: who waits for an answer, what comes next, which hours and thanks are due."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from volunteers.finding import count_states
from volunteers.models import ServiceRecord, Shift, Volunteer
from volunteers.thanks import count_due

APPLICATIONS, SHIFTS, DAYS = 5, 8, 14


@access(Permission.MANAGE_VOLUNTEERS, personal=True)
def show_home(request: StaffRequest) -> HttpResponse:
    """Show applications, the shifts of the next days with free places, and what else is to be done."""
    soon = timezone.now() + timedelta(days=DAYS)
    shifts = Shift.objects.visible_to(request.user).upcoming().filter(starts_at__lt=soon).for_list()
    people = Volunteer.objects.visible_to(request.user)
    context = {
        "counts": count_states(request.user),
        "applied": people.applied().for_list()[:APPLICATIONS],
        "shifts": shifts[:SHIFTS],
        "days": DAYS,
        "unconfirmed": ServiceRecord.objects.visible_to(request.user).unconfirmed().count(),
        "thanks": count_due(people, timezone.localdate()),
    }
    return render(request, "volunteers/home.html", context)
