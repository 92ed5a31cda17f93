"""Thanks due: who is to be thanked for what, and noting that it was done."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from volunteers import thanks
from volunteers.forms.thanks import ThanksForm
from volunteers.models import Thanks, Volunteer
from volunteers.views.people import get_volunteer

MOST = 50  # on one page: who was thanked makes room for the next
GIVEN = 20


@access(Permission.MANAGE_VOLUNTEERS, personal=True)
def list_due(request: StaffRequest) -> HttpResponse:
    """Show to whom thanks are due, by name, and the last that were given."""
    people = Volunteer.objects.visible_to(request.user)
    due = thanks.list_due(people, timezone.localdate())
    given = Thanks.objects.filter(volunteer__in=people).select_related("volunteer__resident", "by")
    context = {
        "due": due[:MOST],
        "rest": max(0, len(due) - MOST),
        "given": given.order_by("-given_on", "-pk")[:GIVEN],
        "ways": Thanks.How.choices,
    }
    return render(request, "volunteers/thanks.html", context)


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",), personal=True)
def thank(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Note that somebody was thanked, and how."""
    person = get_volunteer(request, volunteer)
    form = ThanksForm(request.POST)
    try:
        check(form)
        thanks.give_thanks(person, by=request.user, **form.cleaned_data)
        messages.success(request, _("已登记：感谢 %(name)s。") % {"name": person.masked_name})
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("volunteers:thanks")


def check(form: forms.Form) -> None:
    """Raise the first thing that is wrong with a form."""
    if not form.is_valid():
        raise ValidationError(_("请选一种致谢的方式。"))
