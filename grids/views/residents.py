"""Pages on which residents are found and looked at."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import Fresh, StaffRequest, access
from accounts.reads import note_count
from accounts.roles import Permission
from grids.consents import find_consent, needs_guardian
from grids.doors import list_buildings
from grids.forms.residents import ResidentFilter, UnmaskForm
from grids.models import Appointment, Grid, GroupMembership, Residence, Resident
from grids.paging import address
from grids.search import best_matches, filter_residents, fold_text, match, people_of, read_key, with_places
from grids.unmasking import Field, unmask_resident

PAGE = 50


@access(Permission.VIEW_RESIDENTS, personal=True)
def list_residents(request: StaffRequest) -> HttpResponse:
    """Show the residents of one's communities, masked: those who match a search, else a page at a time by key."""
    form = ResidentFilter(request.GET, by=request.user)
    context: dict[str, Any] = {"form": form, "several": request.user.community_id is None, **what_one_may(request)}
    if form.is_valid():
        found = filter_residents(request.user, form.cleaned_data)
        context |= answer_search(found, form) if form.cleaned_data["q"] else turn_page(found, request)
    note_count(request, len(context.get("residents", ())))
    name = "grids/_resident_rows.html" if request.htmx else "grids/resident_list.html"
    return render(request, name, context)


def answer_search(found: Any, form: ResidentFilter) -> dict[str, Any]:
    """Return the best of those who match."""
    residents, more = best_matches(found, form.cleaned_data["q"])
    return {"residents": residents, "more": more}


def turn_page(found: Any, request: StaffRequest) -> dict[str, Any]:
    """Return the page of residents after the key in the address."""
    start = read_key(request.GET.get("after", ""))
    page = list(with_places(found).after(start)[: PAGE + 1])
    return {
        "residents": page[:PAGE],
        "next_url": address(request, after=page[PAGE - 1].pk) if len(page) > PAGE else None,
        "first_url": address(request) if start else None,
    }


@access(Permission.VIEW_RESIDENTS, personal=True)
def show_resident(request: StaffRequest, resident: int) -> HttpResponse:
    """Show one resident, masked, with spells, groups and posts."""
    return render_resident(request, get_resident(request, resident), UnmaskForm())


@access(Permission.UNMASK_RESIDENTS, methods=("POST",), personal=True, fresh=Fresh.UNMASK)
def unmask(request: StaffRequest, resident: int) -> HttpResponse:
    """Show one masked field in full, once that has been written down."""
    person = get_resident(request, resident)
    form = UnmaskForm(request.POST)
    shown = {}
    if form.is_valid():
        field = Field(form.cleaned_data["field"])
        try:
            text = unmask_resident(person, field=field, purpose=form.cleaned_data["purpose"], by=request.user)
            shown = {field.value: text}
        except ValidationError as error:
            form.add_error(None, error)
    return render_resident(request, person, form, shown)


def get_resident(request: StaffRequest, pk: int) -> Resident:
    """Return a resident of one's communities, or answer that there is none."""
    people = Resident.objects.visible_to(request.user)
    return get_object_or_404(people.select_related("community", "grid", "household__building"), pk=pk)


def render_resident(
    request: StaffRequest, person: Resident, form: UnmaskForm, shown: dict[str, str] | None = None
) -> HttpResponse:
    """Render the page of a resident, or for htmx the card with the masked fields alone."""
    context = {"person": person, "unmask_form": form, "shown": shown or {}, **what_one_may(request)}
    if request.htmx:
        return render(request, "grids/_identity.html", context)
    spells = list(Residence.objects.filter(resident=person).select_related("grid__community").order_by("-since", "-id"))
    memberships = list(
        GroupMembership.objects.filter(resident=person).select_related("group").order_by("until", "-since")
    )
    posts = Appointment.objects.filter(resident=person).select_related("grid", "building").order_by("until", "-since")
    own = set(request.user.communities().values_list("pk", flat=True))
    context |= {
        "spells": [(spell, spell.grid.community_id in own) for spell in spells],
        "spell": next((spell for spell in spells if spell.until is None), None),
        "last_spell": spells[0] if spells else None,
        "memberships": memberships,
        "is_child": needs_guardian(person),
        "consent": find_consent(person) if needs_guardian(person) else None,
        "posts": posts,
        "changed_at": max([person.changed_at, *(s.changed_at for s in spells), *(m.changed_at for m in memberships)]),
    }
    return render(request, "grids/resident_detail.html", context)


def what_one_may(request: StaffRequest) -> dict[str, bool]:
    """Return which buttons are to be shown."""
    return {
        "may_unmask": request.user.may(Permission.UNMASK_RESIDENTS),
        "may_edit": request.user.may(Permission.EDIT_RESIDENTS),
        "may_merge": request.user.may(Permission.MERGE_RESIDENTS),
        "may_answer": request.user.may(Permission.ANSWER_SUBJECTS),
        "may_export": request.user.may(Permission.EXPORT_RESIDENTS),
    }


@access(Permission.VIEW_RESIDENTS, personal=True)
def choose_resident(request: StaffRequest) -> HttpResponse:
    """Answer a form that looks for one person: a radio button for each who matches (htmx)."""
    text = fold_text(request.GET.get("q", ""))
    context: dict[str, Any] = {"text": text, "field": "resident"}
    try:
        found = people_of(request.user).filter(match(text))
    except ValidationError as error:
        context["advice"] = error.messages[0]
    else:
        context["residents"], context["more"] = best_matches(found, text)
    return render(request, "grids/_person_choices.html", context)


@access(Permission.VIEW_RESIDENTS)
def list_grid_buildings(request: StaffRequest) -> HttpResponse:
    """Answer a form that asks for a door: the names of the buildings of a grid (htmx)."""
    grids = Grid.objects.visible_to(request.user).values("pk")
    names = list_buildings(grids, read_key(request.GET.get("grid", "")))
    return render(request, "grids/_building_options.html", {"buildings": names})
