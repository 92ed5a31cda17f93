"""双报到: who of other units has registered with an organisation, adding and ending."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from party.forms.members import EndForm, add_errors
from party.forms.service_links import RegistrationForm
from party.models import Registration
from party.registrations import end_registration, register_from_unit
from party.views.led import get_led_or_404, led_organisations
from party.views.members import find_chosen

ENDED = 50


@access(Permission.LEAD_PARTY, personal=True)
def list_registrations(request: StaffRequest, organisation: int) -> HttpResponse:
    """Show who is registered today, and who was."""
    place, today = get_led_or_404(request, organisation), timezone.localdate()
    rows = place.registrations.select_related("resident__grid")
    context = {
        "organisation": place,
        "current": rows.on(today).order_by("resident__initials", "pk"),
        "here": set(request.user.communities().values_list("pk", flat=True)),
        "ended": rows.filter(until__lte=today).order_by("-until", "-pk")[:ENDED],
    }
    return render(request, "party/registrations.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def add(request: StaffRequest, organisation: int) -> HttpResponse:
    """Register somebody from a unit elsewhere."""
    place = get_led_or_404(request, organisation)
    form = RegistrationForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            row = register_from_unit(organisation=place, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("已登记报到：%(name)s。") % {"name": row})
            return redirect("party:registrations", place.pk)
    context = {"form": form, "organisation": place, "chosen": find_chosen(request, form)}
    return render(request, "party/registration_form.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def end(request: StaffRequest, registration: int) -> HttpResponse:
    """End a registration."""
    rows = Registration.objects.filter(organisation__in=led_organisations(request.user), until=None)
    row = get_object_or_404(rows.select_related("resident", "organisation__community"), pk=registration)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_registration(row, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("已结束报到。"))
            return redirect("party:registrations", row.organisation_id)
    return render(request, "party/registration_end.html", {"form": form, "registration": row})
