"""Minutes of meetings: writing them, and checking them from above without seeing anybody's name."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Level, Permission
from party.forms.meetings import HEADINGS, CheckForm, MinutesForm, read_moment
from party.minutes import StaleMinutesError, check_minutes, write_minutes
from party.models import Meeting, Organisation
from party.rosters import Roster, Standing, read_rosters
from party.views.attendance import describe_trail
from party.views.led import leads
from party.views.meetings import get_meeting_or_404


@access(Permission.LEAD_PARTY, methods=("GET", "POST"))
def write(request: StaffRequest, meeting: int) -> HttpResponse:
    """Write the minutes of a meeting."""
    row = get_meeting_or_404(request, meeting)
    key = f"party-minutes-{row.pk}"
    form = MinutesForm(request.POST or None, initial=describe_minutes(row))
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            save(form, row, request.user)
        except StaleMinutesError as error:
            theirs = Meeting.objects.get(pk=row.pk)
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["seen"] = show_moment(theirs)  # type: ignore[index]
            form.add_error(None, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("纪要已保存。"), extra_tags=key)
            return redirect("party:meeting", row.pk)
    context = {"form": form, "meeting": row, "theirs": theirs, "draft_key": key, "trail": describe_trail(row)}
    return render(request, "party/minutes.html", context | {"version": show_moment(row)})


def save(form: MinutesForm, meeting: Meeting, by: User) -> None:
    """Carry out what the form says."""
    data = form.cleaned_data
    said = {name: data[name] for name in ("first_item", "is_first_topic", "seen")}
    write_minutes(meeting, **said, text=data["minutes"], by=by)


def describe_minutes(meeting: Meeting) -> dict[str, Any]:
    """Return what the form begins with: the minutes, or headings to write below."""
    return {
        "first_item": meeting.first_item,
        "is_first_topic": meeting.is_first_topic,
        "minutes": meeting.minutes or str(HEADINGS),
        "seen": show_moment(meeting),
    }


def show_moment(meeting: Meeting) -> str:
    """Return when the minutes were written, as a hidden field carries it."""
    return meeting.minutes_at.isoformat() if meeting.minutes_at else ""


@access(Permission.VIEW_PARTY, methods=("GET", "POST"))
def check(request: StaffRequest, meeting: int) -> HttpResponse:
    """Show minutes and numbers to who checks them from above; who leads the branch reads them on the meeting's page."""
    rows = Meeting.objects.visible_to(request.user).standing()
    related = ("activity", "organisation__community", "minutes_by", "checked_by")
    row = get_object_or_404(rows.select_related(*related), pk=meeting)
    if not may_check(request.user, row):
        if not leads(request.user, row.organisation):
            raise Http404
        messages.error(request, _("纪要由上级党组织书记或街道核验，本支部自己不能核验。"))
        return redirect("party:meeting", row.pk)
    if request.method == "POST" and carry_out(request, row):
        return redirect("party:home")
    roster = read_rosters([row])[row.pk]
    context = {
        "meeting": row,
        "turnout": describe_turnout(roster, is_outside=request.user.level != Level.COMMUNITY),
        "form": CheckForm(initial={"seen": show_moment(row)}),
        "is_own": row.minutes_by_id == request.user.pk,
        "trail": [(_("党建"), reverse("party:home"))],
    }
    return render(request, "party/meeting_check.html", context)


def may_check(user: User, meeting: Meeting) -> bool:
    """Tell whether the minutes are the user's to check: of an organisation directly below, or as the street."""
    if user.may(Permission.MANAGE_ORGANISATIONS):
        return True
    below = Organisation.objects.above_led_by(user, timezone.localdate())
    return below.filter(pk=meeting.organisation_id).exists()


def carry_out(request: StaffRequest, meeting: Meeting) -> bool:
    """Check the minutes that were read; tell the user why not when the action refuses."""
    try:
        check_minutes(meeting, seen=read_moment(request.POST.get("seen", "")), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, _("纪要已核验：%(title)s。") % {"title": meeting.activity.title})
    return True


def describe_turnout(roster: Roster, *, is_outside: bool) -> str:
    """Say how many of those due were there; to readers outside, nothing by which a few could be told apart."""
    due, came, few = roster.count(), roster.count(Standing.PRESENT), settings.SMALL_CELL
    if not roster.meeting.activity.reported_at:
        return _("还没有记考勤")
    if is_outside and 0 < due < few:
        return _("人数较少，不显示")
    if is_outside and 0 < due - came < few:
        return _("应到 %(due)s 人，未到的不足 %(few)s 人") % {"due": due, "few": few}
    if is_outside and 0 < came < few:
        return _("应到 %(due)s 人，到会的不足 %(few)s 人") % {"due": due, "few": few}
    return _("应到 %(due)s 人，到会 %(came)s 人") % {"due": due, "came": came}
