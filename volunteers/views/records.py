"""The service record of a volunteer: on the screen masked, to be printed with the name; trainings and honours."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from volunteers.certificates import number_of
from volunteers.forms.certificates import EntryForm
from volunteers.looks import read_name
from volunteers.models import RecordEntry, Volunteer
from volunteers.records import EARLIEST, add_entry, count_in_all, list_served, remove_entry, say_minutes
from volunteers.views.people import get_volunteer


@access(Permission.CERTIFY_SERVICE, methods=("GET", "POST"), personal=True)
def show_record(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Show what somebody has served; to print it, with the full name, once that has been written down."""
    person = get_volunteer(request, volunteer)
    context: dict[str, Any] = {}
    if request.POST.get("full"):
        try:
            context["full_name"] = read_name(person, by=request.user)
        except ValidationError as error:
            context["refusal"] = error.messages[0]
    return render(request, "volunteers/record.html", describe_record(person) | context)


def describe_record(person: Volunteer) -> dict[str, Any]:
    """Return what the page shows; the number of queries does not depend on how much somebody has served."""
    entries = list(person.entries.all())
    waiting = person.records.unconfirmed().select_related("activity", "field").order_by("starts_at", "pk")
    minutes = count_in_all(person)
    return {
        "volunteer": person,
        "number": number_of(person),
        "served": list_served(person, EARLIEST, timezone.localdate()),
        "total": say_minutes(minutes),
        "minutes": minutes,
        "waiting": waiting,
        "trainings": [entry for entry in entries if entry.kind == RecordEntry.Kind.TRAINING],
        "honours": [entry for entry in entries if entry.kind == RecordEntry.Kind.HONOUR],
        "certificates": person.certificates.defer("content"),
        "today": timezone.localdate(),
    }


@access(Permission.CERTIFY_SERVICE, methods=("GET", "POST"), personal=True)
def add(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Enter a training or an honour."""
    person = get_volunteer(request, volunteer)
    form = EntryForm(request.POST or None, instance=RecordEntry(volunteer=person), initial={"kind": "training"})
    if request.method == "POST" and form.is_valid():
        try:
            add_entry(form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已记入：%(title)s。") % {"title": form.instance})
            return redirect("volunteers:record", person.pk)
    return render(request, "volunteers/entry_form.html", {"form": form, "volunteer": person})


@access(Permission.CERTIFY_SERVICE, methods=("POST",), personal=True)
def remove(request: StaffRequest, entry: int) -> HttpResponse:
    """Take out a training or an honour entered in error."""
    entries = RecordEntry.objects.filter(volunteer__community__in=request.user.communities())
    row = get_object_or_404(entries.select_related("volunteer__community"), pk=entry)
    remove_entry(row, by=request.user)
    messages.success(request, _("已删去。"))
    return redirect("volunteers:record", row.volunteer_id)
