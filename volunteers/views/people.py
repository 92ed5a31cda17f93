"""Pages of volunteers: the list, one of them, entering and changing one, finding people for a form."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import Fresh, StaffRequest, access
from accounts.reads import name_residents
from accounts.roles import Permission
from grids.masking import mask_name
from grids.paging import cut_page
from grids.search import best_matches, fold_text, match, people_of
from volunteers.finding import count_states, filter_volunteers, find_volunteers
from volunteers.forms.filters import VolunteerFilter
from volunteers.forms.people import ShowForm, StaffOfferForm, VolunteerForm
from volunteers.identities import needs_guardian
from volunteers.models import Volunteer
from volunteers.people import Shown, add_volunteer, read_in_full, save_offer
from volunteers.records import count_in_all, say_minutes
from volunteers.standing import find_ties

PAGE = 50
BOTH, VOLUNTEERS = "everybody", "volunteers"  # whom a picker asks for; else residents


@access(Permission.MANAGE_VOLUNTEERS, personal=True)
def list_volunteers(request: StaffRequest) -> HttpResponse:
    """Show the volunteers of one's communities, masked, a page at a time by key."""
    form = VolunteerFilter(request.GET, by=request.user)
    context: dict[str, Any] = {"form": form, "counts": count_states(request.user)}
    if form.is_valid():
        found = filter_volunteers(request.user, form.cleaned_data)
        context["page"] = cut_page(request, found.for_list(), key="pk", size=PAGE)
    name = "volunteers/_volunteer_rows.html" if request.htmx else "volunteers/volunteer_list.html"
    return render(request, name, context)


@access(Permission.MANAGE_VOLUNTEERS, personal=True)
def show_volunteer(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Show one volunteer, masked."""
    return render_volunteer(request, get_volunteer(request, volunteer), ShowForm())


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",), personal=True, fresh=Fresh.UNMASK)
def show_contact(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Show one masked field in full, once that has been written down."""
    person = get_volunteer(request, volunteer)
    form, shown = ShowForm(request.POST), {}
    if form.is_valid():
        field, purpose = Shown(form.cleaned_data["field"]), form.cleaned_data["purpose"]
        try:
            shown = {field.value: read_in_full(person, field=field, purpose=purpose, by=request.user)}
        except ValidationError as error:
            form.add_error(None, error)
    return render_volunteer(request, person, form, shown)


def get_volunteer(request: StaffRequest, pk: int) -> Volunteer:
    """Return a volunteer of one's communities, or answer that there is none."""
    people = Volunteer.objects.visible_to(request.user)
    person = get_object_or_404(people.select_related("community", "resident__grid"), pk=pk)
    name_residents(request, person.resident_id)
    return person


def render_volunteer(
    request: StaffRequest, person: Volunteer, form: ShowForm, shown: dict[str, str] | None = None
) -> HttpResponse:
    """Render the page of a volunteer, or for htmx the card with the masked fields alone."""
    context: dict[str, Any] = {
        "volunteer": person,
        "show_form": form,
        "shown": shown or {},
        "guardian": mask_name(person.guardian_name) if needs_guardian(person.born_on) else "",
        "is_minor": needs_guardian(person.born_on),
    }
    if request.htmx:
        return render(request, "volunteers/_identity.html", context)
    ties = find_ties(person)
    context |= {
        "served": say_minutes(count_in_all(person)),
        "spells": ties.spells,
        "sign_ups": ties.sign_ups,
        "skills": list(person.skills.all()),
        "free_times": list(person.free_times.all()),
    }
    return render(request, "volunteers/volunteer_detail.html", context)


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"), personal=True)
def add(request: StaffRequest) -> HttpResponse:
    """Enter a volunteer."""
    form = VolunteerForm(request.POST or None, by=request.user, initial={"token": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            volunteer, new = add_volunteer(
                request.user.community,  # type: ignore[arg-type]  # both roles belong to a community
                person=form.person,
                offer=form.offer,
                guardian=form.guardian,
                token=form.cleaned_data["token"],
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = _("已登记为志愿者：%(name)s。") if new else _("刚才已经保存过，没有重复登记。")
            messages.success(request, words % {"name": volunteer.masked_name})
            return redirect("volunteers:volunteer", volunteer.pk)
    chosen = form.cleaned_data.get("resident") if form.is_bound else None
    return render(request, "volunteers/volunteer_form.html", {"form": form, "chosen": chosen})


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"), personal=True)
def edit(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Change what a volunteer offers."""
    person = get_volunteer(request, volunteer)
    form = StaffOfferForm(request.POST or None, volunteer=person, initial=StaffOfferForm.initial_of(person))
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data.get("phone", "")
        try:
            save_offer(person, offer=form.offer, guardian=form.guardian, phone=phone, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("volunteers:volunteer", person.pk)
    return render(request, "volunteers/volunteer_edit.html", {"form": form, "volunteer": person})


@access(Permission.MANAGE_VOLUNTEERS, personal=True)
def find(request: StaffRequest) -> HttpResponse:
    """Answer a form that looks for one person: a radio button for each who matches (htmx).

    `who` is "volunteers" or "everybody" for a field `person` (v12, r34), else residents for a field `resident`.
    """
    who, text = request.GET.get("who", ""), fold_text(request.GET.get("q", ""))
    context: dict[str, Any] = {"text": text, "field": "person" if who in (BOTH, VOLUNTEERS) else "resident"}
    try:
        if who in (BOTH, VOLUNTEERS):
            context["volunteers"], context["more"] = find_volunteers(request.user, text)
        if who != VOLUNTEERS:
            found = people_of(request.user).filter(match(text))
            taken = [one.resident_id for one in context.get("volunteers", ()) if one.resident_id]
            context["residents"], more = best_matches(found.exclude(pk__in=taken), text)
            context["more"] = more or context.get("more", False)
    except ValidationError as error:
        context["advice"] = error.messages[0]
    return render(request, "volunteers/_person_choices.html", context)
