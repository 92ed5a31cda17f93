"""Who is expected at meetings, and how each stands: worked out from memberships, participations and notes.

Late entries need no repair: a transfer, an exemption or a participation entered afterwards moves what is read here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import Participation
from party.models import AttendanceNote, Exemption, Meeting, MeetingKind, Member, Membership, Office


class Standing(models.TextChoices):
    """How a member stands at a meeting: 到会 / 请假 / 补课 / 缺席 / 免修; EXPECTED before it is reported who came."""

    PRESENT = "present", _("到会")
    MADE_UP = "made_up", _("补课")
    LEAVE = "leave", _("请假")
    ABSENT = "absent", _("缺席")
    EXEMPT = "exempt", _("免修")
    EXPECTED = "expected", _("应到")


@dataclass(frozen=True)
class Attendee:
    """A member on a roster. `is_due`: not exempt that day; an exempt member who came anyway is shown, not counted."""

    member: Member
    standing: Standing
    is_due: bool
    note: AttendanceNote | None = None


@dataclass(frozen=True)
class Roster:
    """The members expected at a meeting, by name."""

    meeting: Meeting
    attendees: tuple[Attendee, ...]

    def count(self, *standings: Standing) -> int:
        """Return how many of those who are due stand so; without standings, how many are due."""
        due = [attendee for attendee in self.attendees if attendee.is_due]
        return sum(attendee.standing in standings for attendee in due) if standings else len(due)


def read_rosters(meetings: Iterable[Meeting]) -> dict[int, Roster]:
    """Return the rosters of meetings (fetched with their activities) by key, with six queries at most."""
    meetings = list(meetings)
    expected = find_expected(meetings)
    keys = {member for members in expected.values() for member in members}
    people = {member.pk: member for member in Member.objects.filter(pk__in=keys).select_related("resident__grid")}
    exemptions: dict[int, list[Exemption]] = defaultdict(list)
    for exemption in Exemption.objects.filter(member__in=keys):
        exemptions[exemption.member_id].append(exemption)
    notes = {(note.meeting_id, note.member_id): note for note in AttendanceNote.objects.filter(meeting__in=meetings)}
    came = set(
        Participation.objects.filter(activity__in=[meeting.pk for meeting in meetings]).values_list(
            "activity_id", "resident_id"
        )
    )
    return {
        meeting.pk: Roster(
            meeting,
            tuple(
                describe(meeting, people[key], exemptions[key], notes.get((meeting.pk, key)), came)
                for key in sorted(expected[meeting.pk], key=lambda key: (people[key].resident.initials, key))
            ),
        )
        for meeting in meetings
    }


def describe(
    meeting: Meeting,
    member: Member,
    exemptions: Sequence[Exemption],
    note: AttendanceNote | None,
    came: set[tuple[int, int]],
) -> Attendee:
    """Return how one member stands."""
    is_due = not any(covers(exemption, meeting.activity.held_on) for exemption in exemptions)
    if (meeting.pk, member.resident_id) in came:
        standing = Standing.PRESENT
    elif not is_due:
        standing = Standing.EXEMPT
    elif note and note.made_up_on:
        standing = Standing.MADE_UP
    elif note and note.leave:
        standing = Standing.LEAVE
    else:
        standing = Standing.ABSENT if meeting.activity.reported_at else Standing.EXPECTED
    return Attendee(member, standing, is_due, note)


def find_expected(meetings: Sequence[Meeting]) -> dict[int, set[int]]:
    """Return the keys of the members expected at each meeting, by the meeting's key, with two queries at most.

    At a meeting of the committee those who hold a post on it that day; at a group's its members; else the branch's.
    """
    spells: dict[tuple[str, int], list[Membership | Office]] = defaultdict(list)
    organisations = {meeting.organisation_id for meeting in meetings}
    for membership in Membership.objects.filter(Q(organisation__in=organisations) | Q(group__in=organisations)):
        spells["branch", membership.organisation_id].append(membership)
        if membership.group_id:
            spells["group", membership.group_id].append(membership)
    committees = {meeting.organisation_id for meeting in meetings if meeting.kind == MeetingKind.COMMITTEE}
    if committees:
        posts = Office.objects.filter(organisation__in=committees, post__in=Office.ON_COMMITTEE, member__isnull=False)
        for office in posts:
            spells["committee", office.organisation_id].append(office)
    source = {MeetingKind.COMMITTEE: "committee", MeetingKind.GROUP: "group"}
    return {
        meeting.pk: {
            spell.member_id  # type: ignore[misc]
            for spell in spells[source.get(MeetingKind(meeting.kind), "branch"), meeting.organisation_id]
            if covers(spell, meeting.activity.held_on)
        }
        for meeting in meetings
    }


def covers(spell: Membership | Office | Exemption, day: date) -> bool:
    """Tell whether a spell covers the day."""
    return spell.since <= day and (spell.until is None or day < spell.until)
