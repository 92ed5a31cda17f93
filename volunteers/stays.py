"""Who served at an activity and from when to when, as check-in and check-out say. What is made of it: service.py."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast, Coalesce

from accounts.models import User
from activities.models import Activity, CheckIn, Outsider, Participation
from volunteers.hours import drop_seconds, minutes_between
from volunteers.models import MAX_HOURS, ServiceRecord, Shift, ShiftSignUp, Volunteer


@dataclass(frozen=True)
class Stay:
    """A volunteer was there from check-in to check-out; what is missing is asked, never guessed."""

    volunteer: Volunteer
    came: datetime
    left: datetime | None
    by: User | None  # who scanned; None when the volunteer did it
    shift: Shift | None

    @property
    def is_whole(self) -> bool:
        """Whether it can be a record as it is."""
        return self.left is not None and timedelta(0) < self.left - self.came <= timedelta(hours=MAX_HOURS)

    @property
    def minutes(self) -> int | None:
        """Whole minutes; None without a check-out."""
        return None if self.left is None else minutes_between(self.came, self.left)


@dataclass
class Stays:
    """What an activity's check-ins say: what can be recorded, what is to be asked, how many are recorded already."""

    ready: list[Stay] = field(default_factory=list)
    questions: list[Stay] = field(default_factory=list)
    recorded: int = 0


def find_stays(activity: Activity) -> Stays:
    """Return the stays of the activity's volunteers, with a constant number of queries.

    Whoever has a record of this activity is left out, also where it was withdrawn or typed: a check-in that somebody
    has judged does not come back by collecting twice.
    """
    found, volunteers = Stays(), find_volunteers(activity)
    recorded = set(ServiceRecord.objects.filter(activity=activity).values_list("volunteer", flat=True))
    shifts = find_shifts(activity)
    scanners = find_scanners(activity)
    for person, presence in pair_presences(activity, volunteers):
        if person.pk in recorded:
            found.recorded += 1
            continue
        came = drop_seconds(presence.checked_in_at)  # type: ignore[arg-type]  # only those who checked in are paired
        left = presence.checked_out_at and drop_seconds(presence.checked_out_at)
        mine = shifts.get(person.pk, [])
        by = presence.recorded_by or scanners.get((type(presence), presence.pk))
        stay = Stay(person, came, left, by, pick_shift(mine, came, left))
        (found.ready if stay.is_whole else found.questions).append(stay)
    return found


def find_volunteers(activity: Activity) -> list[Volunteer]:
    """Return whose presence was service: who signed up for one of its shifts, elsewhere nobody just for being there.

    Where the kind counts hours, the community's registered volunteers of that day are meant too. hours_due.py says the
    same for many activities at once.
    """
    served = Q(pk__in=find_sign_ups(activity).values("volunteer"))
    if activity.kind.counts_hours:
        served |= Q(pk__in=Volunteer.objects.registered_on(activity.held_day))
    here = Volunteer.objects.filter(community=activity.community_id).select_related("resident")
    return list(here.filter(served).order_by("pk"))


def find_sign_ups(activity: Activity) -> QuerySet[ShiftSignUp]:
    """Return the volunteers' places in the activity's shifts."""
    standing = ShiftSignUp.objects.standing().filter(need__shift__cancelled_at=None, volunteer__isnull=False)
    return standing.filter(need__shift__activity=activity)


def pair_presences(activity: Activity, volunteers: list[Volunteer]) -> list[tuple[Volunteer, Participation | Outsider]]:
    """Return who of the volunteers checked in, with what was written down; a name that fits two fits nobody."""
    residents = {person.resident_id: person for person in volunteers if person.resident_id}
    came = activity.participations.filter(checked_in_at__isnull=False, resident__in=residents)
    pairs: list[tuple[Volunteer, Participation | Outsider]] = [
        (residents[row.resident_id], row) for row in came.select_related("recorded_by").order_by("checked_in_at", "pk")
    ]
    others = [person for person in volunteers if not person.resident_id]
    taken: set[int] = set()
    guests = activity.outsiders.filter(checked_in_at__isnull=False).select_related("recorded_by")
    for guest in guests.order_by("checked_in_at", "pk"):
        fits = [p for p in others if p.name == guest.name and p.phone_kept.endswith(guest.tail)]
        if len(fits) == 1 and fits[0].pk not in taken:
            taken.add(fits[0].pk)
            pairs.append((fits[0], guest))
    return pairs


def find_scanners(activity: Activity) -> dict[tuple[type, int], User]:
    """Return presence -> who checked somebody out: the end of a stay is as much theirs as the beginning."""
    left = activity.check_ins.filter(direction=CheckIn.Direction.OUT, refusal="", recorded_by__isnull=False)
    rows = left.select_related("recorded_by", "outsider").order_by("recorded_at")
    presences = dict(activity.participations.values_list("resident", "pk"))
    found: dict[tuple[type, int], User] = {}
    for row in rows:
        if row.recorded_by is None:
            continue
        if row.outsider_id:
            found[Outsider, row.outsider_id] = row.recorded_by
        elif row.resident_id in presences:
            found[Participation, presences[row.resident_id]] = row.recorded_by
    return found


def find_hands(records: Iterable[ServiceRecord]) -> dict[int, set[int]]:
    """Return record -> who recorded it, or scanned the volunteer in or out: none of them confirms it. Three queries.

    A record names one colleague, and where one scanned in and another out both have made it.
    """
    rows = list(records)
    checked = [row for row in rows if row.source == ServiceRecord.Source.CHECKED]
    activities = {row.activity_id for row in checked}
    there = {"activity__in": activities, "recorded_by__isnull": False}
    scans = CheckIn.objects.filter(refusal="", **there)
    hands: dict[tuple[int, str], set[int]] = {}
    for found in (
        Participation.objects.filter(**there).values_list("activity", "resident", "recorded_by"),
        Outsider.objects.filter(**there).values_list("activity", "name", "recorded_by"),
        scans.values_list("activity", Coalesce(Cast("resident", CharField()), "outsider__name"), "recorded_by"),
    ):
        for activity, who, by in found:
            hands.setdefault((activity, str(who)), set()).add(by)
    made = {row.pk: {row.recorded_by_id} if row.recorded_by_id else set() for row in rows}
    for row in checked:
        made[row.pk] |= hands.get((row.activity_id, str(row.volunteer.resident_id or row.volunteer.name)), set())
    return made


def find_shifts(activity: Activity) -> dict[int, list[Shift]]:
    """Return volunteer -> the shifts of the activity that he or she signed up for."""
    found: dict[int, list[Shift]] = {}
    for wish in find_sign_ups(activity).select_related("need__shift__field"):
        found.setdefault(wish.volunteer_id, []).append(wish.need.shift)  # type: ignore[arg-type]
    return found


def pick_shift(shifts: list[Shift], came: datetime, left: datetime | None) -> Shift | None:
    """Return the shift that shares most time with the stay; the first of those signed up for when none does."""
    end = left or came
    shared = {shift: min(shift.ends_at, end) - max(shift.starts_at, came) for shift in shifts}
    return max(shared, key=shared.__getitem__, default=None)
