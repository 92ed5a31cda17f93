"""The residents and participations that the numbers of reach cells count: the lists behind. Counting: the engine."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from activities.models import Activity, Participation
from grids.groupings import years_before
from grids.models import Resident
from grids.population import population_on
from indicators.areas import AreaRef
from indicators.periods import Period

People = QuerySet[Resident, Resident]


def people_behind(number: str, area: AreaRef, period: Period, groupings: Sequence[str]) -> People:
    """Return the residents whom a number of the reach cells counts, over groupings that share nobody."""
    reference = period.reference(timezone.localdate())
    people = Resident.objects.none()
    for grouping in groupings:
        people |= population_on(reference, area.row, grouping)
    return NUMBERS[number](people, period)


def contacts_in(area: AreaRef, period: Period, groupings: Sequence[str]) -> QuerySet[Participation, Participation]:
    """Return the participations in what was held in the period, of those who live there on the reference day."""
    today = timezone.localdate()
    return Participation.objects.filter(
        resident__in=people_behind("population", area, period, groupings).values("pk"),
        activity__status=Activity.Status.HELD,
        activity__held_on__gte=period.start,
        activity__held_on__lt=period.end,
        activity__held_on__lte=today,
    )


def held_by(resident: OuterRef, **conditions: object) -> QuerySet[Participation, Participation]:
    """Return the participations of a resident in what was held."""
    return Participation.objects.filter(resident=resident, activity__status=Activity.Status.HELD, **conditions)


def held_in(period: Period) -> QuerySet[Participation, Participation]:
    """Return the participations, of the resident in the outer query, in what was held in the period."""
    return held_by(
        OuterRef("pk"),
        activity__held_on__gte=period.start,
        activity__held_on__lt=period.end,
        activity__held_on__lte=timezone.localdate(),
    )


def came(people: People, period: Period, times: int = 1) -> People:
    """Keep those who took part at least so often in the period."""
    if times == 1:
        return people.filter(Exists(held_in(period)))
    counted = held_in(period).order_by().values("resident").annotate(times=Count("pk")).filter(times__gte=times)
    return people.filter(Exists(counted))


def stayed_away(people: People, period: Period) -> People:
    """Keep those who took part in nothing in the period: the gap."""
    return people.filter(~Exists(held_in(period)))


def came_first(people: People, period: Period) -> People:
    """Keep those whose first participation ever lies in the period."""
    earlier = held_by(OuterRef("pk"), activity__held_on__lt=period.start)
    return came(people, period).filter(~Exists(earlier))


def are_settled(people: People, period: Period) -> People:
    """Keep those who had first moved in anywhere twelve months before the reference day."""
    reference = period.reference(timezone.localdate())
    return people.filter(spells__since__lte=years_before(reference, 1)).distinct()


def never_came(people: People, period: Period) -> People:
    """Keep the settled who had taken part in nothing up to the reference day."""
    reference = period.reference(timezone.localdate())
    return are_settled(people, period).filter(~Exists(held_by(OuterRef("pk"), activity__held_on__lte=reference)))


NUMBERS: dict[str, Callable[[People, Period], People]] = {
    "population": lambda people, period: people,
    "reached": came,
    "missed": stayed_away,
    "newcomers": came_first,
    "twice": lambda people, period: came(people, period, 2),
    "active": lambda people, period: came(people, period, settings.ACTIVE_CONTACTS),
    "often": lambda people, period: came(people, period, settings.OFTEN_CONTACTS),
    "settled": are_settled,
    "never": never_came,
}
