"""The list of a branch's or group's members, and one member's record, as the branch's secretary reads them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from accounts.models import User
from communities.spans import ONE_DAY, find_months
from grids.models import Grid, Resident, SpellQuerySet
from grids.search import fold_text, match
from party.models import Exemption, Meeting, Member, Membership, Organisation, ServiceLink
from party.rosters import Attendee, read_rosters

End = Membership.End
QUARTERS = 4  # of attendance, the running one included


@dataclass(frozen=True)
class Row:
    """A member of today, with the spell in the branch and what holds today."""

    member: Member
    spell: Membership
    exemption: Exemption | None
    grid: Grid | None
    homes: int


@dataclass(frozen=True)
class Numbers:
    """How many members there are, and of how many something is to be said."""

    members: int
    due: int
    probationary: int
    exempt: int
    without_grid: int
    without_home: int


def read_members(organisation: Organisation, day: date) -> list[Row]:
    """Return the members of a branch or group on the day, in the order of their initials, with four queries."""
    found = spells_in(organisation).on(day).select_related("member__resident", "group")
    spells = list(found.order_by("member__resident__initials", "member"))
    keys = [spell.member_id for spell in spells]
    exemptions = {one.member_id: one for one in Exemption.objects.on(day).filter(member__in=keys)}
    links = list(ServiceLink.objects.on(day).filter(member__in=keys).select_related("grid"))
    grids = {link.member_id: link.grid for link in links if link.grid_id}
    homes = Counter(link.member_id for link in links if link.household_id)
    return [
        Row(spell.member, spell, exemptions.get(key), grids.get(key), homes[key])
        for key, spell in zip(keys, spells, strict=True)
    ]


def spells_in(organisation: Organisation) -> SpellQuerySet:
    """Return the spells in a branch, or in one of its groups."""
    column = "group" if organisation.kind == Organisation.Kind.GROUP else "organisation"
    return Membership.objects.filter(**{column: organisation})


def count_members(rows: list[Row]) -> Numbers:
    """Return the numbers above the list."""
    exempt = sum(row.exemption is not None for row in rows)
    return Numbers(
        members=len(rows),
        due=len(rows) - exempt,
        probationary=sum(row.member.standing == Member.Standing.PROBATIONARY for row in rows),
        exempt=exempt,
        without_grid=sum(row.grid is None for row in rows),
        without_home=sum(not row.homes for row in rows),
    )


def search_rows(rows: list[Row], text: str) -> tuple[list[Row], str]:
    """Return the rows of those who answer to the text, and advice where nobody can (rule R3)."""
    folded = fold_text(text)
    if not folded:
        return rows, ""
    try:
        found = Resident.objects.filter(match(folded), pk__in=[row.member.resident_id for row in rows])
    except ValidationError as error:
        return [], " ".join(error.messages)
    keys = set(found.values_list("pk", flat=True))
    return [row for row in rows if row.member.resident_id in keys], ""


def read_former(organisation: Organisation, day: date) -> list[Membership]:
    """Return the last spells of those who have left a branch and are not in it on the day, latest first."""
    present = spells_in(organisation).on(day).values("member")
    left = spells_in(organisation).filter(until__lte=day).exclude(end__in=[End.REGROUPED, End.ERROR])
    spells = left.exclude(member__in=present).select_related("member__resident").order_by("member", "-until")
    return sorted(spells.distinct("member"), key=lambda spell: spell.until, reverse=True)


def read_attendance(member: Member, user: User, today: date) -> list[tuple[Meeting, Attendee]]:
    """Return the meetings of the last four quarters at which a member was expected, latest first, and how he stands.

    Of organisations that the user leads only.
    """
    first = today
    for _quarter in range(QUARTERS):
        first = find_months(first, 3).start - ONE_DAY
    spells = member.memberships.filter(organisation__in=Organisation.objects.led_by(user, today))
    keys = {key for pair in spells.values_list("organisation", "group") for key in pair if key}
    meetings = Meeting.objects.led_by(user, today).held().filter(organisation__in=keys)
    rosters = read_rosters(meetings.filter(activity__starts_at__date__gt=first).for_list())
    return [
        (roster.meeting, attendee)
        for roster in rosters.values()
        for attendee in roster.attendees
        if attendee.member.pk == member.pk
    ]
