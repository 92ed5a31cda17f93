"""Organisation life by its slots: which were held in time, and who was at each kind that was due.

What slots are: party/slots.py. The rules live in Python, so slots are read there, with a constant number of queries.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Model, Q

from activities.models import Activity, Participation
from indicators.models import AreaLevel
from indicators.periods import Period
from indicators.tallies import Count, Item
from party.models import (
    THREE_MEETINGS,
    AttendanceNote,
    Exemption,
    Meeting,
    MeetingKind,
    Member,
    Membership,
    Office,
    Organisation,
)
from party.rosters import covers
from party.slots import SETTLED, Slot, State, read_slots


def last_day(period: Period) -> date:
    """Return the last day of a period."""
    return period.end - timedelta(days=1)


def sum_up(items: Iterable[Item]) -> list[Count]:
    """Return the sums of items of communities, by community and period."""
    counted: Counter[tuple[int, str]] = Counter()
    number: Counter[tuple[int, str]] = Counter()
    for item in items:
        number[item.community, item.period] += 1
        counted[item.community, item.period] += item.counted
    return [(community, None, code, counted[community, code], n) for (community, code), n in number.items()]


@dataclass(frozen=True)
class MeetingSlotTally:
    """The slots of some meetings that end in the period and are over or done; counted where held within their span.

    Slots are derived: an item's id is that of its organisation.
    """

    kinds: tuple[MeetingKind, ...]
    lowest: str = AreaLevel.COMMUNITY

    @property
    def model(self) -> type[Model]:
        """The organisations."""
        return Organisation

    def count(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterable[Count]:
        """Return the sums; see Tally."""
        return sum_up(self._list(communities, periods, today))

    def find(self, communities: Sequence[int], period: Period, today: date) -> Iterable[Item]:
        """Return the slots of one period; see Tally."""
        return list(self._list(communities, [period], today))

    def _list(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterator[Item]:
        first = min(period.start for period in periods)
        last = min(max(last_day(period) for period in periods), today)
        organisations = Organisation.objects.filter(community__in=communities)
        slots = [slot for slot in read_slots(organisations, first, last, today) if slot.kind in self.kinds]
        for slot in slots:
            for period in periods:
                if slot.state in SETTLED and period.start <= slot.span.end < period.end:
                    place = slot.organisation.community_id
                    yield Item(place, None, period.code, slot.organisation.pk, slot.state == State.DONE)


Came = dict[tuple[int, str], list[date]]  # member, kind of meeting -> the days on which he or she came or made up


@dataclass(frozen=True)
class Facts:
    """What decides whether members were at every kind of meeting that was due, read for all periods at once."""

    memberships: list[Membership]
    exemptions: dict[int, list[Exemption]]
    posts: dict[int, list[Office]]
    slots: dict[tuple[int, str], list[Slot]]
    came: Came

    def list_due(self, membership: Membership, period: Period, day: date) -> list[MeetingKind]:
        """Return the kinds of which a slot is due in the period where the member belongs on the day."""
        posts = [post for post in self.posts[membership.member_id] if covers(post, day)]
        where: dict[MeetingKind, list[int | None]] = {
            MeetingKind.MEMBERS: [membership.organisation_id],
            MeetingKind.LECTURE: [membership.organisation_id],
            MeetingKind.GROUP: [membership.group_id],
            MeetingKind.COMMITTEE: [post.organisation_id for post in posts],
        }
        return [
            kind
            for kind, keys in where.items()
            if any(is_due(slot, period, day) for key in keys if key for slot in self.slots[key, kind])
        ]


def is_due(slot: Slot, period: Period, day: date) -> bool:
    """Tell whether a slot ends in the period, has begun by the day, and is not exempt."""
    return slot.state != State.EXEMPT and slot.span.start <= day and period.start <= slot.span.end < period.end


@dataclass(frozen=True)
class CoverageTally:
    """Members due on the reference day to whom any of the three meetings was due in the period; counted where present
    at, or made up for, every kind of them that was."""

    lowest: str = AreaLevel.COMMUNITY

    @property
    def model(self) -> type[Model]:
        """The members."""
        return Member

    def count(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterable[Count]:
        """Return the sums; see Tally."""
        return sum_up(self._list(communities, periods, today))

    def find(self, communities: Sequence[int], period: Period, today: date) -> Iterable[Item]:
        """Return the members of one period; see Tally."""
        return list(self._list(communities, [period], today))

    def _list(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterator[Item]:
        facts = read_facts(communities, periods, today)
        for period in periods:
            day = period.reference(today)
            for membership in facts.memberships:
                member = membership.member_id
                if not covers(membership, day) or any(covers(one, day) for one in facts.exemptions[member]):
                    continue
                due = facts.list_due(membership, period, day)
                if due:
                    met = all(any(period.start <= on <= day for on in facts.came[member, kind]) for kind in due)
                    yield Item(membership.organisation.community_id, None, period.code, member, met)


def read_facts(communities: Sequence[int], periods: Sequence[Period], today: date) -> Facts:
    """Return the facts of the members of communities over the periods."""
    first = min(period.start for period in periods)
    last = min(max(last_day(period) for period in periods), today)
    memberships = list(
        Membership.objects.filter(organisation__community__in=communities, since__lte=last)
        .exclude(until__lte=first)
        .select_related("organisation", "member")
    )
    members = {membership.member_id for membership in memberships}
    exemptions: dict[int, list[Exemption]] = defaultdict(list)
    posts: dict[int, list[Office]] = defaultdict(list)
    for exemption in Exemption.objects.filter(member__in=members):
        exemptions[exemption.member_id].append(exemption)
    for post in Office.objects.filter(member__in=members, post__in=Office.ON_COMMITTEE):
        posts[post.member_id].append(post)  # type: ignore[index]
    committees = {post.organisation_id for held in posts.values() for post in held}
    organisations = Organisation.objects.filter(Q(community__in=communities) | Q(pk__in=committees))
    slots = defaultdict(list)
    for slot in read_slots(organisations, first, last, today):
        slots[slot.organisation.pk, str(slot.kind)].append(slot)
    of_resident = {membership.member.resident_id: membership.member_id for membership in memberships}
    return Facts(memberships, exemptions, posts, slots, read_came(of_resident, first, last))


def read_came(member_of: dict[int, int], first: date, last: date) -> Came:
    """Return on which days the residents who are members came to held meetings, or made up for them."""
    held = Meeting.objects.held().filter(kind__in=THREE_MEETINGS)
    came: Came = defaultdict(list)
    days = Participation.objects.filter(
        resident__in=member_of,
        activity__in=held.values("pk"),
        activity__status=Activity.Status.HELD,
        activity__held_on__range=(first, last),
    )
    for resident, kind, day in days.values_list("resident", "activity__party_meeting__kind", "activity__held_on"):
        came[member_of[resident], kind].append(day)
    notes = AttendanceNote.objects.filter(
        member__in=member_of.values(), meeting__in=held, made_up_on__range=(first, last)
    )
    for member, kind, made_up_on in notes.values_list("member", "meeting__kind", "made_up_on"):
        came[member, kind].append(made_up_on)  # type: ignore[arg-type]  # within the range, hence a day
    return came
