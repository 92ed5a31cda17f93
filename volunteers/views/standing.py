"""Pages on which it is decided where a volunteer stands: applications, pauses, leaving."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from volunteers import standing
from volunteers.forms.people import DecisionForm
from volunteers.identities import is_old_enough, needs_guardian
from volunteers.models import Volunteer
from volunteers.views.people import get_volunteer


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"), personal=True)
def decide(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Accept or refuse an application, on a page that shows what there is to know."""
    person = get_volunteer(request, volunteer)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_accepted = form.cleaned_data["decision"] == DecisionForm.ACCEPT
        try:
            if is_accepted:
                standing.accept(person, by=request.user)
            else:
                standing.refuse(person, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = _("已通过，登记为志愿者：%(name)s。") if is_accepted else _("已记下：%(name)s的申请没有通过。")
            messages.success(request, words % {"name": person.masked_name})
            return redirect("volunteers:home")
    return render(request, "volunteers/decide.html", describe(person, form))


def describe(person: Volunteer, form: DecisionForm) -> dict[str, Any]:
    """Return what the page of an application shows."""
    person.refresh_from_db(fields=["registered_on", "left_on", "paused_since", "reapplied_at"])
    return {
        "volunteer": person,
        "form": form,
        "is_open": person.state == Volunteer.State.APPLIED,
        "is_too_young": not is_old_enough(person.born_on),
        "lacks_consent": needs_guardian(person.born_on) and not person.guardian_agreed_on,
        "is_minor": needs_guardian(person.born_on),
        "skills": list(person.skills.all()),
        "free_times": list(person.free_times.all()),
    }


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",))
def pause(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Note that a volunteer takes a rest."""
    return carry_out(request, volunteer, standing.pause, _("已暂停。要恢复时在这里点“恢复”。"))


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",))
def resume(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Note that a volunteer is back."""
    return carry_out(request, volunteer, standing.resume, _("已恢复，可以排班了。"))


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"), personal=True)
def leave(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Show what ends when a volunteer leaves; let the volunteer go."""
    if request.method == "POST":
        return carry_out(request, volunteer, standing.leave, _("已办退出。服务记录都保留着。"))
    person = get_volunteer(request, volunteer)
    return render(request, "volunteers/leave.html", {"volunteer": person, "ties": standing.find_ties(person)})


def carry_out(request: StaffRequest, volunteer: int, action: Any, words: str) -> HttpResponse:
    """Carry out an action on a volunteer; tell how it went on the volunteer's page."""
    person = get_volunteer(request, volunteer)
    try:
        action(person, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words)
    return redirect("volunteers:volunteer", person.pk)
