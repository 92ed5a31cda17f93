"""Who came to a meeting: taking attendance on a phone, and make-ups of single members."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import REFRESH, ring
from party import attendance
from party.attendance import ChangedError, check_open, read_states, take_attendance
from party.forms.attendance import AttendanceForm, MakeUpForm
from party.models import AttendanceNote, Meeting
from party.rosters import Attendee, read_rosters
from party.views.meetings import get_meeting_or_404


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def take(request: StaffRequest, meeting: int) -> HttpResponse:
    """Take attendance of the members expected; before the meeting begins, only leave."""
    row = get_meeting_or_404(request, meeting)
    try:
        check_open(row.activity)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("party:meeting", row.pk)
    roster = read_rosters([row])[row.pk]
    is_early = row.activity.starts_at > timezone.now()
    form = AttendanceForm(request.POST or None, roster=roster, states=read_states(roster), is_early=is_early)
    if request.method == "POST" and form.is_valid() and save_form(form, row, request):
        return redirect("party:meeting", row.pk)
    return render(request, "party/attendance.html", describe_form(form, row, is_early=is_early))


def save_form(form: AttendanceForm, meeting: Meeting, request: StaffRequest) -> bool:
    """Carry out what the form says; False, with the reasons on the form, when the action refuses."""
    try:
        changed = take_attendance(meeting, rows=form.rows, by=request.user)
    except ChangedError as error:
        form.show_changes(error.states)
        form.add_error(None, error)
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    words = _("考勤已保存。") if changed else _("没有改动，考勤和原来一样。")
    messages.success(request, words, extra_tags=draft_key(meeting))
    ring(REFRESH)
    return True


def describe_form(form: AttendanceForm, meeting: Meeting, *, is_early: bool) -> dict[str, Any]:
    """Return the context of the form: who is due, then who is exempt."""
    rows = list(form.list_rows())
    return {
        "form": form,
        "meeting": meeting,
        "due": [row for row in rows if row["attendee"].is_due],
        "exempt": [row for row in rows if not row["attendee"].is_due],
        "is_early": is_early,
        "draft_key": draft_key(meeting),
        "trail": describe_trail(meeting),
    }


def draft_key(meeting: Meeting) -> str:
    """Return the name under which the browser keeps what was tapped; the saved message tells it to forget."""
    return f"party-attendance-{meeting.pk}"


def describe_trail(meeting: Meeting) -> list[tuple[str, str]]:
    """Return the way back to the meeting."""
    return [
        (_("党建"), reverse("party:home")),
        (meeting.activity.title, reverse("party:meeting", args=[meeting.pk])),
    ]


def get_attendee_or_404(meeting: Meeting, member: int) -> Attendee:
    """Return a member who was expected at a meeting."""
    found = (one for one in read_rosters([meeting])[meeting.pk].attendees if one.member.pk == member)
    attendee = next(found, None)
    if attendee is None:
        raise Http404
    return attendee


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def make_up(request: StaffRequest, meeting: int, member: int) -> HttpResponse:
    """Say when and how a member who was not there has made up for it."""
    row = get_meeting_or_404(request, meeting)
    attendee = get_attendee_or_404(row, member)
    said = attendee.note if attendee.note and attendee.note.made_up_on else None
    initial = {"day": said.made_up_on, "how": said.made_up_how} if said else {}
    form = MakeUpForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and save_make_up(form, row, attendee, request):
        return redirect("party:meeting", row.pk)
    context = {"form": form, "meeting": row, "attendee": attendee, "said": said, "trail": describe_trail(row)}
    return render(request, "party/make_up.html", context)


def save_make_up(form: MakeUpForm, meeting: Meeting, attendee: Attendee, request: StaffRequest) -> bool:
    """Carry out what the form says; False, with the reasons on the form, when the action refuses."""
    day, how = form.cleaned_data["day"], AttendanceNote.MakeUp(form.cleaned_data["how"])
    try:
        attendance.make_up(meeting, attendee.member, day=day, how=how, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("已记下补课：%(name)s，%(how)s。") % {"name": attendee.member, "how": how.label})
    ring(REFRESH)
    return True


@access(Permission.LEAD_PARTY, methods=("POST",))
def take_back(request: StaffRequest, meeting: int, member: int) -> HttpResponse:
    """Take back a make-up entered in error."""
    row = get_meeting_or_404(request, meeting)
    attendee = get_attendee_or_404(row, member)
    if attendance.take_back_make_up(row, attendee.member, by=request.user):
        messages.success(request, _("补课记录已去掉：%(name)s。") % {"name": attendee.member})
        ring(REFRESH)
    return redirect("party:meeting", row.pk)
