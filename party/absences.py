"""Who was absent from the last meetings: read for the branch's own secretary only, by name, never as a ranking."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from party.models import Meeting, Member, Organisation
from party.rosters import Attendee, Roster, Standing, read_rosters

LOOKED_AT = timedelta(days=366)
MOST_MEETINGS = 80  # of a branch and its groups in a year


@dataclass(frozen=True)
class Absence:
    """A member who was absent from each of the last meetings that he or she was due at, the latest first."""

    member: Member
    missed: tuple[Meeting, ...]

    @property
    def latest(self) -> Meeting:
        """The meeting to make up for first."""
        return self.missed[0]


def read_absences(organisation: Organisation, last: int, today: date) -> list[Absence]:
    """Return who, of the members of today, was absent from the last so many meetings at which each was due.

    Leave and make-up are no absence. Who was due at fewer meetings than that is not in it.
    """
    rosters = read_held(organisation, today)
    stood: dict[int, list[tuple[Meeting, Attendee]]] = defaultdict(list)
    for roster in rosters:
        for attendee in roster.attendees:
            if attendee.is_due:
                stood[attendee.member.pk].append((roster.meeting, attendee))
    people = Member.objects.in_on(organisation, today).due_on(today).for_list()
    found = []
    for member in people:
        latest = stood[member.pk][:last]
        if len(latest) == last and all(attendee.standing == Standing.ABSENT for _meeting, attendee in latest):
            found.append(Absence(member, tuple(meeting for meeting, _attendee in latest)))
    return found


def read_held(organisation: Organisation, today: date) -> list[Roster]:
    """Return the rosters of the meetings reported within a year, of an organisation and its groups, latest first."""
    rows = Meeting.objects.held().filter(
        Q(organisation=organisation) | Q(organisation__parent=organisation, organisation__kind="group"),
        activity__reported_at__isnull=False,
        activity__held_on__gt=today - LOOKED_AT,
    )
    meetings = list(rows.for_list()[:MOST_MEETINGS])
    rosters = read_rosters(meetings)
    return [rosters[meeting.pk] for meeting in meetings]
