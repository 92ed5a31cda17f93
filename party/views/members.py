"""Members of a branch: the list, one member's record, admitting, and finding residents for pickers.

Every row goes through led_by: who leads no organisation finds nobody here. What is done to a member: member_steps.py.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.reads import name_residents
from accounts.roles import Permission
from grids.models import Resident
from grids.search import best_matches, fold_text, match, people_of, read_key
from party.forms.members import AdmitForm, add_errors
from party.member_list import count_members, read_attendance, read_former, read_members, search_rows
from party.members import admit_member
from party.models import Member, Organisation, PostClaim, Registration
from party.views.led import get_led_or_404, led_organisations

Kind = Organisation.Kind


@access(Permission.LEAD_PARTY, personal=True)
def list_members(request: StaffRequest, organisation: int) -> HttpResponse:
    """Show who is in a branch or group today, with what is missing, and below those who have left."""
    today = timezone.localdate()
    place = get_led_or_404(request, organisation, Kind.BRANCH, Kind.GROUP)
    rows = read_members(place, today)
    groups = (
        list(place.children.current().filter(kind=Kind.GROUP).order_by("founded_on", "pk")) if place.is_branch else []
    )
    group = read_key(request.GET.get("group", ""))
    chosen = next((one for one in groups if one.pk == group), None)
    shown = [row for row in rows if row.spell.group_id == chosen.pk] if chosen else rows
    found, advice = search_rows(shown, request.GET.get("q", ""))
    context = {
        "organisation": place,
        "branch": place if place.is_branch else place.parent,
        "numbers": count_members(rows),
        "groups": groups,
        "chosen": chosen,
        "text": fold_text(request.GET.get("q", "")),
        "rows": found,
        "advice": advice,
        "former": read_former(place, today) if place.is_branch else [],
        "registered": Registration.objects.on(today).filter(organisation=place).count(),
    }
    return render(request, "party/member_list.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def add(request: StaffRequest, organisation: int) -> HttpResponse:
    """Take a resident into a branch; a group's page leads to its branch's."""
    branch = get_led_or_404(request, organisation, Kind.BRANCH)
    initial = {"group": read_key(request.GET.get("group", "")) or None}
    form = AdmitForm(request.POST or None, branch=branch, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            spell = admit_member(organisation=branch, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("已登记党员：%(name)s。") % {"name": spell.member})
            return redirect("party:member", spell.member_id)
    context = {"form": form, "organisation": branch, "chosen": find_chosen(request, form)}
    return render(request, "party/member_form.html", context)


def find_chosen(request: StaffRequest, form: Any) -> Resident | None:
    """Return the resident ticked in a form that is shown again."""
    key = read_key(str(form.data.get("resident", ""))) if form.is_bound else 0
    people = Resident.objects.visible_to(request.user).select_related("grid", "household__building")
    return people.filter(pk=key).first() if key else None


@access(Permission.LEAD_PARTY, personal=True)
def find(request: StaffRequest) -> HttpResponse:
    """Answer a form that looks for one resident: a radio button for each who matches, masked (htmx)."""
    text = fold_text(request.GET.get("q", ""))
    context: dict[str, Any] = {"text": text, "field": "resident"}
    if not led_organisations(request.user).exists():
        context["advice"] = _("您还没有负责的党组织，请街道在“党组织”里登记您为书记。")
        return render(request, "grids/_person_choices.html", context)
    try:
        found = people_of(request.user).filter(match(text))
    except ValidationError as error:
        context["advice"] = " ".join(error.messages)
    else:
        context["residents"], context["more"] = best_matches(found, text)
    return render(request, "grids/_person_choices.html", context)


def get_member(request: StaffRequest, pk: int) -> Member:
    """Return a member of a branch that the user leads today, with the open spell as `spell`; or there is none."""
    members = Member.objects.led_by(request.user).select_related("resident__grid", "resident__household__building")
    member = get_object_or_404(members, pk=pk)
    spells = member.memberships.on(timezone.localdate()).select_related("organisation__community", "group")
    member.spell = spells.get()  # type: ignore[attr-defined]
    return member


@access(Permission.LEAD_PARTY, personal=True)
def show_member(request: StaffRequest, member: int) -> HttpResponse:
    """Show a member: facts, spells, exemptions, links, posts, attendance."""
    person, today = get_member(request, member), timezone.localdate()
    name_residents(request, person.resident_id)
    led = set(led_organisations(request.user).values_list("pk", flat=True))
    spells = person.memberships.select_related("organisation", "group").order_by("-since", "-pk")
    links = person.service_links.select_related("grid", "household__building").order_by("-since", "-pk")
    # Who has moved to another community is still a member here; where to is no business of this one.
    is_here = Resident.objects.visible_to(request.user).filter(pk=person.resident_id).exists()
    context = {
        "member": person,
        "spells": [(spell, spell.organisation_id in led) for spell in spells],
        "exemptions": person.exemptions.order_by("-since"),
        "links": links,
        "has_grid": any(link.grid_id and (link.until is None or link.until > today) for link in links),
        "offices": person.offices.filter(organisation__in=led).select_related("organisation").order_by("-since"),
        "claims": PostClaim.objects.filter(member=person, post__organisation__in=led)
        .select_related("post")
        .order_by("-since"),
        "attendance": read_attendance(person, request.user, today),
        "is_here": is_here,
        "may_open_resident": is_here and request.user.may(Permission.VIEW_RESIDENTS),
        "today": today,
    }
    return render(request, "party/member.html", context)
