"""How the slots stand: one community's in detail, several communities side by side, and what is said about a slot."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Level, Permission
from cadence import actions, pages
from cadence.forms import NoteForm
from cadence.models import CadenceNote, CadenceRule
from cadence.slots import Slot, find_span, has_slot
from cadence.standing import existed, find_candidates, read_slots
from communities.models import Community
from grids.models import Grid
from grids.search import read_key


@access(Permission.VIEW_CADENCE)
def show_slots(request: StaffRequest) -> HttpResponse:
    """Show how a community stands, or for those above communities all of theirs side by side."""
    today = timezone.localdate()
    communities = request.user.communities().current()  # type: ignore[attr-defined]
    key = request.GET.get("community", "")
    if request.user.level == Level.COMMUNITY or key:
        wanted = {"pk": read_key(key)} if key else {}
        community = get_object_or_404(communities.select_related("street"), **wanted)
        context = pages.describe_community(community, request.user, today)
        context["trail"] = [(_("频次"), reverse("cadence:slots"))] if context["is_above"] else []
        return render(request, "cadence/community.html", context)
    context = pages.describe_street(communities, request.user, request.GET.get("span", ""), today)
    return render(request, "cadence/street.html", context)


@access(Permission.MANAGE_CADENCE, methods=("GET", "POST"))
def note_slot(request: StaffRequest, rule: int, community: int, start: str) -> HttpResponse:
    """Show a slot; say that it need not be done, or what made up for it."""
    slot = get_slot_or_404(request, rule, community, start)
    today = timezone.localdate()
    form = NoteForm(request.POST or None, candidates=find_candidates(slot, today))
    if request.method == "POST" and form.is_valid() and save_note(form, slot, request):
        return redirect(slots_of(slot.community))
    may = request.user.may
    context = {
        "slot": slot,
        "form": form,
        "trail": [(_("频次"), slots_of(slot.community))],
        "may_log": may(Permission.LOG_ACTIVITIES),
        "may_plan": may(Permission.PLAN_ACTIVITIES),
    }
    return render(request, "cadence/slot.html", context)


@access(Permission.MANAGE_CADENCE, methods=("POST",))
def remove_slot_note(request: StaffRequest, rule: int, community: int, start: str) -> HttpResponse:
    """Take back what was said about a slot."""
    slot = get_slot_or_404(request, rule, community, start)
    removed = actions.remove_note(
        slot.rule, community=slot.community, grid=slot.grid, start=slot.span.start, by=request.user
    )
    if removed:
        messages.success(request, _("说明已去掉。"))
    return redirect(slots_of(slot.community))


def slots_of(community: Community) -> str:
    """Return the address of a community's page."""
    return f"{reverse('cadence:slots')}?community={community.pk}"


def save_note(form: NoteForm, slot: Slot, request: StaffRequest) -> bool:
    """Carry out what the form says; False, with the reasons on the form, when the action refuses."""
    data = form.cleaned_data
    try:
        if data["kind"] == CadenceNote.Kind.EXEMPT:
            actions.note_exempt(slot, reason=data["reason"], by=request.user)
            messages.success(request, _("已登记为免做。"))
        else:
            actions.note_made_up(slot, activity=data["activity"], by=request.user)
            messages.success(request, _("已登记为补做。"))
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def get_slot_or_404(request: StaffRequest, rule: int, community: int, start: str) -> Slot:
    """Return a slot that has begun, of a rule and a community that the user may meet."""
    found = get_object_or_404(CadenceRule.objects.visible_to(request.user).for_slots(), pk=rule)
    place = get_object_or_404(request.user.communities(), pk=community)
    grid = get_grid_or_404(request, found, place)
    day, today = read_day_or_404(start), timezone.localdate()
    if day > today or not found.holds_in(place):
        raise Http404
    span = find_span(found.every, day)
    if span.start != day or not has_slot(found, span) or not existed(grid or place, span):
        raise Http404
    slots = read_slots({found: [span]}, [place], today)
    return next(slot for slot in slots if slot.grid == grid)


def get_grid_or_404(request: StaffRequest, rule: CadenceRule, community: Community) -> Grid | None:
    """Return the grid of the address, where each grid has to follow the rule."""
    if rule.per != CadenceRule.Per.GRID:
        return None
    key = read_key(request.GET.get("grid", ""))
    return get_object_or_404(Grid.objects.current().filter(community=community), pk=key)


def read_day_or_404(text: str) -> date:
    """Return the day of an address; 404 for nonsense."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
