"""Requests of people about their own data: the list, one request, and what is done about it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.looks import list_looks
from accounts.roles import Permission
from communities.downloads import send_file
from grids.models import Resident
from privacy.files import make_copy
from privacy.forms.requests import RequestForm
from privacy.models import SubjectRequest
from privacy.requests import delete_person, due_on, finish_request, note_copy, open_request
from privacy.subjects import list_going, list_kept, list_sections, lives_here, say_value

Kind = SubjectRequest.Kind
PAGE = 50


@access(Permission.ANSWER_SUBJECTS, personal=True)
def list_requests(request: StaffRequest) -> HttpResponse:
    """Show the requests of one's communities, open ones first, the oldest of these on top."""
    cases = SubjectRequest.objects.visible_to(request.user).for_list()
    page = Paginator(cases, PAGE).get_page(request.GET.get("page"))
    people = Resident.objects.visible_to(request.user).in_bulk([case.resident_id for case in page])
    rows = [(case, people.get(case.resident_id), due_on(case.asked_on)) for case in page]
    return render(request, "privacy/request_list.html", {"rows": rows, "page_obj": page})


@access(Permission.ANSWER_SUBJECTS, methods=("GET", "POST"), personal=True)
def ask(request: StaffRequest, resident: int) -> HttpResponse:
    """Note that a resident asks about the own data, and go to what is to be done."""
    people = Resident.objects.visible_to(request.user).select_related("community")
    person = get_object_or_404(people, pk=resident)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = open_request(person, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("privacy:request", case.pk)
    earlier = SubjectRequest.objects.visible_to(request.user).filter(resident_id=person.pk).for_list()
    return render(request, "privacy/request_form.html", {"person": person, "form": form, "earlier": earlier})


@access(Permission.ANSWER_SUBJECTS, personal=True)
def show_request(request: StaffRequest, case: int) -> HttpResponse:
    """Show what is to be done about one request."""
    asked, person = find_case(request, case)
    context: dict[str, Any] = {"case": asked, "person": person, "due": due_on(asked.asked_on)}
    if person and not asked.done_at:
        if asked.kind == Kind.SHOW:
            context["sections"] = list(list_sections(person, in_full=False))
            context["looks"] = list_looks(person.pk, person.household_id)
        if asked.kind == Kind.DELETE:
            context |= {"going": list_going(person), "kept": list_kept(person), "stays": lives_here(person)}
    return render(request, "privacy/request_detail.html", context)


@access(Permission.ANSWER_SUBJECTS, methods=("POST",), personal=True, fresh=True)
def download_copy(request: StaffRequest, case: int) -> HttpResponse:
    """Send everything that is held of the person, in full, to be handed over; written down first."""
    asked, person = find_case(request, case)
    if person is None or asked.done_at or asked.kind != Kind.SHOW:
        raise Http404
    note_copy(asked, by=request.user)
    looks = [
        (say_value(look.at), look.actor, str(look.what), str(look.purpose))
        for look in list_looks(person.pk, person.household_id)
    ]
    content = make_copy(list_sections(person, in_full=True), looks)
    return send_file(content, f"{_('个人信息副本')}-{asked.pk}.xlsx")


@access(Permission.ANSWER_SUBJECTS, methods=("POST",), personal=True)
def finish(request: StaffRequest, case: int) -> HttpResponse:
    """Note that the person got an answer."""
    asked, _person = find_case(request, case)
    try:
        finish_request(asked, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已办结。"))
    return redirect("privacy:request", asked.pk)


@access(Permission.ANSWER_SUBJECTS, methods=("POST",), personal=True, fresh=True)
def delete(request: StaffRequest, case: int) -> HttpResponse:
    """Delete what the person may have deleted, once the password was given again."""
    asked, person = find_case(request, case)
    if person is None:
        raise Http404
    try:
        delete_person(asked, person, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已删除，并记下了删了多少、留了什么。"))
    return redirect("privacy:request", asked.pk)


def find_case(request: StaffRequest, pk: int) -> tuple[SubjectRequest, Resident | None]:
    """Return a request of one's communities, and whom it is about unless that row is gone or elsewhere now."""
    cases = SubjectRequest.objects.visible_to(request.user).select_related("community", "by")
    asked = get_object_or_404(cases, pk=pk)
    people = Resident.objects.visible_to(request.user).select_related("community", "grid")
    return asked, people.filter(pk=asked.resident_id).first()
