"""Meetings: planning one or entering one that was held, its page, moving and withdrawing it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.forms.life import CancelForm
from activities.models import Activity
from activities.versions import StaleError
from communities.doorbell import REFRESH, ring
from party.forms.meetings import MeetingForm
from party.meetings import LATEST_ENTRY, change_meeting, hold_meeting, withdraw_meeting
from party.models import Meeting, Organisation
from party.rosters import Roster, Standing, read_rosters
from party.slots import Slot, State, read_slots
from party.views.led import get_led_or_404
from party.views.slots import get_slot_or_404

AHEAD = timedelta(days=62)  # so far ahead slots are offered for planning


@access(Permission.LEAD_PARTY, methods=("GET", "POST"))
def plan(request: StaffRequest, organisation: int) -> HttpResponse:
    """Plan a meeting for the slot `?kind=&start=`, or enter one that was held; without them, offer the slots."""
    found = get_led_or_404(request, organisation)
    asked = request.POST if "kind" in request.POST else request.GET
    kind, start = asked.get("kind", ""), asked.get("start", "")
    if not kind and not start:
        return render(request, "party/meeting_choose.html", describe_choice(found))
    slot = get_slot_or_404(found, kind, start)
    form = MeetingForm(request.POST or None, slot=slot)
    if request.method == "POST" and form.is_valid():
        meeting = save_new(form, request)
        if meeting:
            return redirect(leave_to(meeting), meeting.pk)
    return render(request, "party/meeting_form.html", describe_form(form, slot, draft_key(slot)))


def leave_to(meeting: Meeting) -> str:
    """Return the address that comes next: who came to a meeting that is over is asked at once."""
    is_over = meeting.activity.is_planned and meeting.activity.ends_at <= timezone.now()
    return "party:attendance" if is_over else "party:meeting"


def save_new(form: MeetingForm, request: StaffRequest) -> Meeting | None:
    """Carry out what the form says; None, with the reasons on the form, when the action refuses."""
    token = form.cleaned_data["token"]
    if token is None:
        form.add_error(None, _("这张表单不完整，请刷新页面后再填一次。"))
        return None
    try:
        meeting, new = hold_meeting(form.slot, form.plan, token=token, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    words = _("会议已排好：%(title)s。") if new else _("这次会刚才已经保存过，没有重复登记。")
    if new and leave_to(meeting) == "party:attendance":
        words = _("会议已补记：%(title)s。接着记谁到会。")
    messages.success(request, words % {"title": meeting.activity.title}, extra_tags=draft_key(form.slot))
    return meeting


def draft_key(slot: Slot) -> str:
    """Return the name under which the browser keeps a plan that was typed; the saved message tells it to forget."""
    return f"party-plan-{slot.organisation.pk}-{slot.kind}-{slot.span.start.isoformat()}"


def describe_choice(organisation: Organisation) -> dict[str, Any]:
    """Return the slots for which a meeting can be planned or entered."""
    today = timezone.localdate()
    slots = read_slots([organisation], today - LATEST_ENTRY, today + AHEAD, today)
    offered = [slot for slot in slots if slot.state != State.EXEMPT and slot.last_day >= today - LATEST_ENTRY]
    trail = [(_("党建"), reverse("party:home")), (str(organisation), reverse("party:slots", args=[organisation.pk]))]
    return {"organisation": organisation, "slots": offered, "today": today, "trail": trail}


def describe_form(form: MeetingForm, slot: Slot, key: str, meeting: Meeting | None = None) -> dict[str, Any]:
    """Return the context of the form."""
    organisation = slot.organisation
    trail = [(_("党建"), reverse("party:home")), (str(organisation), reverse("party:slots", args=[organisation.pk]))]
    said = {"form": form, "slot": slot, "organisation": organisation, "meeting": meeting}
    return said | {"draft_key": key, "trail": trail, "back": reverse("party:slots", args=[organisation.pk])}


def get_meeting_or_404(request: StaffRequest, meeting: int) -> Meeting:
    """Return a meeting of an organisation that the user leads today."""
    rows = Meeting.objects.led_by(request.user)
    related = ("activity__community", "activity__venue", "organisation__community", "minutes_by", "checked_by")
    return get_object_or_404(rows.select_related(*related), pk=meeting)


@access(Permission.LEAD_PARTY, personal=True)
def show_meeting(request: StaffRequest, meeting: int) -> HttpResponse:
    """Show a meeting: what, when, who was expected and how each stands, and its minutes."""
    row = get_meeting_or_404(request, meeting)
    roster = read_rosters([row])[row.pk]
    activity, today = row.activity, timezone.localdate()
    is_withdrawn = activity.status == activity.Status.CANCELLED
    context = {
        "meeting": row,
        "activity": activity,
        "roster": roster,
        "counts": count(roster),
        "today": today,
        "has_begun": activity.starts_at <= timezone.now(),
        "is_withdrawn": is_withdrawn,
        "may_attend": not (is_withdrawn or activity.verified_at),
        "cancel_form": CancelForm(),
        "trail": [
            (_("党建"), reverse("party:home")),
            (str(row.organisation), reverse("party:slots", args=[row.organisation_id])),
        ],
    }
    return render(request, "party/meeting.html", context)


def count(roster: Roster) -> list[tuple[str, int]]:
    """Return how many are due, and how many of them stand how, in words."""
    shown = (Standing.PRESENT, Standing.LEAVE, Standing.MADE_UP, Standing.ABSENT)
    return [(_("应到"), roster.count()), *((str(one.label), roster.count(one)) for one in shown)]


@access(Permission.LEAD_PARTY, methods=("GET", "POST"))
def edit(request: StaffRequest, meeting: int) -> HttpResponse:
    """Move a planned meeting, or say something else of it."""
    row = get_meeting_or_404(request, meeting)
    if not row.activity.is_planned:
        messages.error(request, _("会已经开过或撤销，安排不能再改。考勤和纪要在下面改。"))
        return redirect("party:meeting", row.pk)
    slot = get_slot_of_or_404(row)
    form = MeetingForm(request.POST or None, slot=slot, meeting=row)
    key = f"party-meeting-{row.pk}"
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_meeting(row, slot, form.plan, seen=form.cleaned_data["version"], by=request.user)
        except StaleError:
            form.show_conflict(Activity.objects.get(pk=row.pk))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = _("安排已改：%(title)s。")
            if row.checked_at and not changed.checked_at:
                words = _("安排已改：%(title)s。议程变了，纪要要重新核验。")
            messages.success(request, words % {"title": row.activity.title}, extra_tags=key)
            return redirect("party:meeting", row.pk)
    return render(request, "party/meeting_form.html", describe_form(form, slot, key, row))


def get_slot_of_or_404(meeting: Meeting) -> Slot:
    """Return the slot that a meeting is held for; a rule may have changed since."""
    return get_slot_or_404(meeting.organisation, meeting.kind, meeting.slot_start.isoformat())


@access(Permission.LEAD_PARTY, methods=("POST",))
def cancel(request: StaffRequest, meeting: int) -> HttpResponse:
    """Withdraw a meeting with a reason."""
    row = get_meeting_or_404(request, meeting)
    form = CancelForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有撤销：请写明原因，最多 100 个字。"))
        return redirect("party:meeting", row.pk)
    try:
        withdraw_meeting(row, reason=form.cleaned_data["reason"], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("这次会已撤销，不再计入。"))
        ring(REFRESH)
    return redirect("party:meeting", row.pk)
