"""Whom to ask for a place in a shift: available volunteers in an order that has reasons, and no score (rule R30)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from django.utils import timezone

from volunteers.hours import count_minutes, minutes_between
from volunteers.models import FreeTime, Shift, ShiftNeed, ShiftSignUp, Volunteer

LOAD_DAYS = 30  # who has served much lately is asked later
MOST = 50  # names on a page
MINUTES_A_DAY = 24 * 60


class Nearness(IntEnum):
    """How near somebody lives to where the activity is for, nearest first."""

    GRID = 0
    COMMUNITY = 1
    ELSEWHERE = 2


@dataclass(frozen=True)
class Candidate:
    """A volunteer who might be asked, and why: `minutes` served lately, `busy` the shift that overlaps, if any."""

    volunteer: Volunteer
    has_skill: bool
    is_free: bool
    nearness: Nearness
    minutes: int
    busy: Shift | None = None

    @property
    def order(self) -> tuple[bool, bool, int, int, int]:
        """Sorts the first to ask first; who is equal in all keeps the order of registration."""
        return (not self.has_skill, not self.is_free, self.nearness, self.minutes, self.volunteer.pk)


@dataclass
class Matches:
    """Who could be asked, in order, and apart who has signed up elsewhere for the same time."""

    ready: list[Candidate] = field(default_factory=list)
    busy: list[Candidate] = field(default_factory=list)
    more: int = 0  # left out of `ready`


def sort_candidates(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates in the order in which to ask them."""
    return sorted(candidates, key=lambda candidate: candidate.order)


def covers(free_times: Iterable[FreeTime], starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether free times, taken together, hold the whole time from start to end, in local hours."""
    times = list(free_times)
    begin, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight < end:
        first = max(0, minutes_between(midnight, begin))
        last = min(MINUTES_A_DAY, minutes_between(midnight, end))
        if not is_covered([span_of(one) for one in times if midnight.isoweekday() in one.weekdays], first, last):
            return False
        midnight += timedelta(days=1)
    return True


def span_of(free_time: FreeTime) -> tuple[int, int]:
    """Return the minutes of the day from which to which a free time reaches; one to 23:59 reaches midnight."""
    starts, ends = free_time.starts, free_time.ends
    last = ends.hour * 60 + ends.minute
    return starts.hour * 60 + starts.minute, MINUTES_A_DAY if last == MINUTES_A_DAY - 1 else last


def is_covered(spans: list[tuple[int, int]], first: int, last: int) -> bool:
    """Tell whether spans leave no gap between two minutes of a day."""
    reached = first
    for starts, ends in sorted(spans):
        if starts > reached:
            break
        reached = max(reached, ends)
    return reached >= last


def find_matches(need: ShiftNeed) -> Matches:
    """Return whom to ask for a need, with a constant number of queries. Who is in the shift already is left out."""
    shift, now = need.shift, timezone.now()
    here = Volunteer.objects.available().filter(community=shift.activity.community_id).for_list()
    inside = ShiftSignUp.objects.standing().filter(need__shift=shift, volunteer__isnull=False).values("volunteer")
    people = list(here.exclude(pk__in=inside))
    keys = [person.pk for person in people]
    loads = count_minutes(keys, now - timedelta(days=LOAD_DAYS), now)
    busy = find_busy(shift, keys)
    grids = set(shift.activity.target_grids.values_list("pk", flat=True))
    candidates = sort_candidates(
        Candidate(
            person,
            has_skill=need.skill_id is None or need.skill_id in {skill.pk for skill in person.skills.all()},
            is_free=covers(person.free_times.all(), shift.starts_at, shift.ends_at),
            nearness=find_nearness(person, grids),
            minutes=loads.get(person.pk, 0),
            busy=busy.get(person.pk),
        )
        for person in people
    )
    ready = [candidate for candidate in candidates if candidate.busy is None]
    apart = [candidate for candidate in candidates if candidate.busy]
    return Matches(ready[:MOST], apart[:MOST], max(0, len(ready) - MOST))


def find_nearness(volunteer: Volunteer, grids: set[int]) -> Nearness:
    """Return how near a volunteer lives to the grids that an activity is for; of an outsider that is not known."""
    resident = volunteer.resident
    if resident is None or resident.community_id != volunteer.community_id:
        return Nearness.ELSEWHERE
    return Nearness.GRID if resident.grid_id in grids else Nearness.COMMUNITY


def find_busy(shift: Shift, volunteers: list[int]) -> dict[int, Shift]:
    """Return volunteer -> another shift that he or she has signed up for and that overlaps, of those of the keys."""
    standing = ShiftSignUp.objects.standing().filter(
        volunteer__in=volunteers,
        need__shift__in=Shift.objects.standing().exclude(pk=shift.pk),
        need__shift__starts_at__lt=shift.ends_at,
        need__shift__ends_at__gt=shift.starts_at,
    )
    return {wish.volunteer_id: wish.need.shift for wish in standing.select_related("need__shift")}  # type: ignore[misc]
