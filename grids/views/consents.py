"""Noting a guardian's consent for a child, and its withdrawal."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from grids.consents import find_consent, give_consent, needs_guardian, withdraw_consent
from grids.forms.consents import ConsentForm
from grids.views.residents import get_resident


@access(Permission.EDIT_RESIDENTS, methods=("GET", "POST"), personal=True)
def give(request: StaffRequest, resident: int) -> HttpResponse:
    """Ask who agreed and how; note it."""
    person = get_resident(request, resident)
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_consent(person, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("监护人同意已登记。"))
            return redirect("grids:resident", person.pk)
    context = {
        "person": person,
        "form": form,
        "consent": find_consent(person),
        "needs_guardian": needs_guardian(person),
    }
    return render(request, "grids/consent.html", context)


@access(Permission.EDIT_RESIDENTS, methods=("POST",), personal=True)
def withdraw(request: StaffRequest, resident: int) -> HttpResponse:
    """Note that the guardian takes the consent back."""
    person = get_resident(request, resident)
    try:
        withdraw_consent(person, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("监护人同意已撤回，从现在起生效。"))
    return redirect("grids:resident", person.pk)
