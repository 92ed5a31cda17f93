"""Writes on who came to a meeting: attendance row by row, and make-ups. How each stands is read by rosters.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from activities import attendance
from activities.actions import REPORTED_FIELDS, audit, report
from activities.models import Activity, Participation
from party.meetings import note
from party.models import AttendanceNote, Meeting, Member
from party.rosters import Attendee, Roster, read_rosters

PRESENT, ABSENT, EXPECTED, LEAVE = "present", "absent", "expected", "leave"


class ChangedError(ValidationError):
    """Somebody else has entered something different of the same members since the form was opened."""

    def __init__(self, members: Mapping[int, str], names: str) -> None:
        words = _("您填写的时候，别人对 %(names)s 的记录刚有改动。已经显示在下面，请核对后再保存一次。")
        super().__init__(words % {"names": names})
        self.states = members


@dataclass(frozen=True)
class Row:
    """What a form says of a member: what it showed (`was`) and what is wanted now."""

    was: str
    now: str


@dataclass
class Work:
    """What is to be written so that a roster stands as wanted."""

    come: list[Member] = field(default_factory=list)
    not_come: list[Member] = field(default_factory=list)
    states: dict[int, str] = field(default_factory=dict)


def read_state(attendee: Attendee, roster: Roster, came: set[int]) -> str:
    """Return how a member stands as the form says it: present, absent, expected, or leave:reason. Make-ups apart."""
    if attendee.member.resident_id in came:
        return PRESENT
    if attendee.note and attendee.note.leave:
        return f"{LEAVE}:{attendee.note.leave}"
    return ABSENT if attendee.is_due and roster.meeting.activity.reported_at else EXPECTED


def read_states(roster: Roster) -> dict[int, str]:
    """Return how each member on a roster stands as the form says it, by the member's key."""
    came = set(Participation.objects.filter(activity=roster.meeting.pk).values_list("resident_id", flat=True))
    return {attendee.member.pk: read_state(attendee, roster, came) for attendee in roster.attendees}


@transaction.atomic
def take_attendance(meeting: Meeting, *, rows: Mapping[int, Row], by: User) -> bool:
    """Write what a form says of who came, and report the meeting as held; tell whether anything changed.

    A row that the form left as it was shown is left as it is now: what others entered meanwhile stays. Before the
    meeting begins only leave can be entered, and nothing is reported.
    """
    meeting = lock(meeting)
    activity = meeting.activity
    check_open(activity)
    is_early = activity.starts_at > timezone.now()
    roster = read_rosters([meeting])[meeting.pk]
    work = merge(roster, rows)
    if is_early and work.come:
        raise ValidationError(_("会议还没有开始，现在只能登记请假。"))
    is_first = not is_early and not activity.reported_at
    if not (work.states or is_first):
        return False
    write(meeting, work, by)
    if not is_early:
        before = Activity.objects.select_related("kind").get(pk=activity.pk)
        report(activity, before, by)
        activity.save(update_fields=REPORTED_FIELDS)
        audit(activity, "activity.change" if before.reported_at else "activity.report", by)
    note(meeting, "party_meeting.attendance", by, changed=len(work.states))
    return True


def lock(meeting: Meeting) -> Meeting:
    """Return the meeting as it is now; of two who save at once the second waits here for the first."""
    Activity.objects.select_for_update().get(pk=meeting.pk)
    return Meeting.objects.select_related("activity__community", "organisation__community").get(pk=meeting.pk)


def check_open(activity: Activity) -> None:
    """Refuse what can no longer be changed."""
    if activity.status == Activity.Status.CANCELLED:
        raise ValidationError(_("这次会已经撤销，不能再记考勤。"))
    if activity.verified_at:
        raise ValidationError(_("街道已经核验这次会，考勤不能再改。确实有误，请先联系街道退回。"))


def merge(roster: Roster, rows: Mapping[int, Row]) -> Work:
    """Return what the rows want changed; raise ChangedError where somebody else has changed the same row otherwise."""
    saved, work, clashes = read_states(roster), Work(), {}
    for attendee in roster.attendees:
        key = attendee.member.pk
        row, is_now = rows.get(key), saved[key]
        if row is None or row.now in (row.was, is_now):
            continue
        if is_now != row.was:
            clashes[key] = is_now
            continue
        work.states[key] = row.now
        if row.now == PRESENT:
            work.come.append(attendee.member)
        elif is_now == PRESENT:
            work.not_come.append(attendee.member)
    if clashes:
        raise ChangedError(clashes, join_names(one.member for one in roster.attendees if one.member.pk in clashes))
    return work


def join_names(members: Iterable[Member]) -> str:
    """Return the masked names of members in one line."""
    return _("、").join(str(member) for member in members)


def write(meeting: Meeting, work: Work, by: User) -> None:
    """Write participations and notes."""
    activity = meeting.activity
    residents = [member.resident_id for member in work.not_come]
    Participation.objects.filter(activity=activity, resident__in=residents).delete()
    gone = attendance.add_participants(activity, [member.resident_id for member in work.come], by=by.pk)
    if gone:
        names = join_names(member for member in work.come if member.resident_id in gone)
        words = _("%(names)s 在 %(day)s 时已经迁出或去世，不能记为到会。请改成别的，或核对会议日期。")
        raise ValidationError(words % {"names": names, "day": date_format(activity.held_day, "Y-m-d")})
    notes = {one.member_id: one for one in AttendanceNote.objects.filter(meeting=meeting, member__in=[*work.states])}
    for member, state in work.states.items():
        write_note(meeting, member, state, notes.get(member), by)


def write_note(meeting: Meeting, member: int, state: str, note: AttendanceNote | None, by: User) -> None:
    """Make the note of a member say what the state says. A make-up stays, unless the member was there after all."""
    leave = state.partition(":")[2] if state.startswith(LEAVE) else ""
    if state == PRESENT or not (leave or (note and note.made_up_on)):
        if note:
            note.delete()
        return
    note = note or AttendanceNote(meeting=meeting, member_id=member)
    note.leave, note.by, note.at = leave, by, timezone.now()
    note.save()


@transaction.atomic
def make_up(meeting: Meeting, member: Member, *, day: date, how: AttendanceNote.MakeUp, by: User) -> AttendanceNote:
    """Say that a member who was not there has made up for it."""
    meeting = lock(meeting)
    check_make_up(meeting, member, day)
    found, _new = AttendanceNote.objects.update_or_create(
        meeting=meeting,
        member=member,
        defaults={"made_up_on": day, "made_up_how": how, "by": by, "at": timezone.now()},
    )
    note(meeting, "party_meeting.make_up", by, member=member.pk, how=how)
    return found


def check_make_up(meeting: Meeting, member: Member, day: date) -> None:
    """Refuse what needs no make-up, and a day that cannot be."""
    activity = meeting.activity
    if not activity.is_held or not activity.reported_at:
        raise ValidationError(_("这次会还没有记考勤，先记考勤再登记补课。"))
    if Participation.objects.filter(activity=activity, resident=member.resident_id).exists():
        raise ValidationError(_("这位党员到会了，不用补课。"))
    if day < activity.held_on:
        raise ValidationError({"day": _("补课日期不能早于会议日期 %(day)s。") % {"day": activity.held_on}})
    if day > timezone.localdate():
        raise ValidationError({"day": _("补课日期在将来，请核对：这里记录的是已经补的课。")})


@transaction.atomic
def take_back_make_up(meeting: Meeting, member: Member, *, by: User) -> bool:
    """Take back a make-up entered in error; tell whether there was one."""
    meeting = lock(meeting)
    found = AttendanceNote.objects.filter(meeting=meeting, member=member, made_up_on__isnull=False).first()
    if found is None:
        return False
    if found.leave:
        found.made_up_on, found.made_up_how = None, ""
        found.save()
    else:
        found.delete()
    note(meeting, "party_meeting.make_up_back", by, member=member.pk)
    return True
