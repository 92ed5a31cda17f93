"""Reading the sign-ups of an activity: who has a seat, who waits, who is to be called, who came."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import cached_property

from activities.models import Activity, Outsider, Participation, SeatQuota, SignUp
from activities.seats import Applicant, Seating, assign_seats
from grids.models import GroupMembership

NO_GROUP: frozenset[int] = frozenset()


@dataclass(frozen=True)
class SeatCounts:
    """How many have a seat, and how many wait."""

    seated: int
    waiting: int


@dataclass
class SignUpList:
    """The sign-ups of one activity, each in one of the lists. `to_call` have a seat and have not been told of it.

    Once it is reported who came, those with a seat are in `came` or `absent` instead.
    """

    seating: Seating
    to_call: list[SignUp] = field(default_factory=list)
    told: list[SignUp] = field(default_factory=list)
    waiting: list[SignUp] = field(default_factory=list)
    came: list[SignUp] = field(default_factory=list)
    absent: list[SignUp] = field(default_factory=list)
    cancelled: list[SignUp] = field(default_factory=list)

    @cached_property
    def counts(self) -> SeatCounts:
        """The two numbers above the lists."""
        return SeatCounts(len(self.seating.seated), len(self.seating.waiting))


def count_seats(activity: Activity) -> SeatCounts:
    """Return how many have a seat and how many wait."""
    seating = find_seating(activity)
    return SeatCounts(len(seating.seated), len(seating.waiting))


def find_seating(activity: Activity) -> Seating:
    """Work out who has a seat."""
    return find_seatings([activity])[activity.pk]


def find_seatings(activities: Collection[Activity]) -> dict[int, Seating]:
    """Work out who has a seat in each of the activities (by key), with three queries at most."""
    keys = [activity.pk for activity in activities]
    standing: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    rows = SignUp.objects.standing().filter(activity__in=keys)
    for activity, wish, resident in rows.values_list("activity", "pk", "resident"):
        standing[activity].append((wish, resident))
    quotas: dict[int, dict[int, int]] = defaultdict(dict)
    for quota in SeatQuota.objects.filter(activity__in=keys).order_by("pk"):
        quotas[quota.activity_id][quota.group_id] = quota.seats
    groups = find_groups(activities, standing, quotas) if quotas else {}
    return {
        activity.pk: assign_seats(
            [
                Applicant(wish, groups.get((activity.pk, resident), NO_GROUP))
                for wish, resident in standing[activity.pk]
            ],
            activity.capacity,
            quotas[activity.pk],
        )
        for activity in activities
    }


def find_groups(
    activities: Collection[Activity],
    standing: Mapping[int, list[tuple[int, int | None]]],
    quotas: Mapping[int, Mapping[int, int]],
) -> dict[tuple[int, int | None], frozenset[int]]:
    """Return the groups with kept seats to which residents who signed up belong on the day: by activity, resident."""
    residents = {resident for wishes in standing.values() for _wish, resident in wishes if resident}
    wanted = {group for seats in quotas.values() for group in seats}
    spells: dict[int | None, list[GroupMembership]] = defaultdict(list)
    for spell in GroupMembership.objects.filter(resident__in=residents, group__in=wanted):
        spells[spell.resident_id].append(spell)
    return {
        (activity.pk, resident): frozenset(spell.group_id for spell in spells[resident] if covers(spell, day))
        for activity in activities
        for day in [activity.held_day]
        for _wish, resident in standing[activity.pk]
    }


def covers(spell: GroupMembership, day: date) -> bool:
    """Tell whether somebody belongs to the group on the day."""
    return spell.since <= day and (spell.until is None or day < spell.until)


def list_sign_ups(activity: Activity) -> SignUpList:
    """Return all sign-ups of the activity, in order of arrival within each list."""
    seating = find_seating(activity)
    found = SignUpList(seating)
    seated, waiting = set(seating.seated), set(seating.waiting)
    present = find_who_came(activity) if activity.reported_at else None
    for wish in activity.sign_ups.select_related("resident").order_by("pk"):
        if wish.cancelled_at:
            found.cancelled.append(wish)
        elif present and was_there(wish, present):
            found.came.append(wish)
        elif wish.pk in waiting:
            found.waiting.append(wish)
        elif wish.pk in seated:
            (found.absent if present else found.told if wish.told_at else found.to_call).append(wish)
    return found


@dataclass(frozen=True)
class Present:
    """Who was there: keys of residents, and (name, last four digits or "") of outsiders."""

    residents: frozenset[int]
    outsiders: frozenset[tuple[str, str]]


def find_who_came(activity: Activity) -> Present:
    """Return who was there."""
    return Present(
        frozenset(Participation.objects.filter(activity=activity).values_list("resident", flat=True)),
        frozenset(Outsider.objects.filter(activity=activity).values_list("name", "tail")),
    )


def was_there(wish: SignUp, present: Present) -> bool:
    """Tell whether somebody who signed up is among them; an outsider by name and, where both know it, phone tail."""
    if wish.resident_id:
        return wish.resident_id in present.residents
    tail = wish.phone_kept[-4:]
    return any(name == wish.name and (not tail or end in ("", tail)) for name, end in present.outsiders)
