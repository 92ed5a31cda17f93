"""The second count itself, held against a count person by person that a reader can follow."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities.models import Outsider, Participation
from grids.groupings import TRAITS, UNIONS, years_before
from grids.models import GroupMembership, PopulationGroup, Residence, Resident
from grids.population import population_on
from indicators.areas import MODELS
from indicators.engine.recount import recount_held, recount_reach
from indicators.periods import Period, kept_periods
from tests.register import make_grids

TODAY = timezone.localdate()


@pytest.fixture
def lived_in(register, worker, grids, community, neighbour_community, foreign_grid):
    """People of every sort in three communities of two streets, who came and went and took part."""
    far = make_grids(neighbour_community, "第一网格")[0]
    born = [date(1940, 2, 29), date(1966, 11, 22), date(1990, 1, 1), date(2008, 2, 29), TODAY - timedelta(days=900)]
    people = [register.resident(grid, born=day) for day in born for grid in (*grids, far, foreign_grid)]
    Resident.objects.filter(pk__in=[person.pk for person in people[::3]]).update(sex=2, occupation="11")
    for number, person in enumerate(people):
        since = TODAY - timedelta(days=40 * number)
        group = PopulationGroup.objects.order_by("pk")[number % 3]
        until = since + timedelta(days=90) if number % 2 else None
        GroupMembership.objects.create(resident=person, group=group, since=since, until=until)
    for number, person in enumerate(people[1::4]):
        day = TODAY - timedelta(days=70 * number)
        person.spells.update(until=day)
        Residence.objects.create(resident=person, grid=grids[0], since=day)
    for number in range(24):
        day = TODAY - timedelta(days=17 * number)
        activity = register.activity(community, worker, *people[number % 5 :: 5], day=day, unnamed_count=number)
        Outsider.objects.create(activity=activity, name="赵云")
    register.activity(community, worker, *people, day=TODAY + timedelta(days=2))


def codes_of_groupings() -> list[str]:
    """Return every grouping there is."""
    return [row.code for row in (*TRAITS, *UNIONS)] + list(PopulationGroup.objects.values_list("code", flat=True))


def count_cell(area: object, period: Period, grouping: str) -> tuple[int, ...]:
    """Return the numbers of a cell, person by person, through population_on alone."""
    day = period.reference(TODAY)
    people = population_on(day, area, grouping)
    days = {person.pk: [] for person in people}
    came = Participation.objects.filter(activity__status="held", activity__held_on__lte=day, resident__in=days)
    for person, held_on in came.values_list("resident", "activity__held_on"):
        days[person].append(held_on)
    times = {person: sum(held_on >= period.start for held_on in held) for person, held in days.items()}
    settled = [person.pk for person in people if person.spells.filter(since__lte=years_before(day, 1)).exists()]
    return (
        len(days),
        sum(count >= 1 for count in times.values()),
        sum(times.values()),
        sum(bool(held) and min(held) >= period.start for held in days.values()),
        *(sum(count >= least for count in times.values()) for least in (2, 3, 6)),
        len(settled),
        sum(not days[person] for person in settled),
    )


def test_reach_equals_a_count_person_by_person(lived_in, settings):
    settings.CELL_MONTHS = 3
    for level, model in MODELS.items():
        areas = model.objects.all()
        periods = kept_periods(TODAY, settings.CELL_MONTHS)[::2]
        counted = recount_reach(level, [area.pk for area in areas], periods, TODAY)
        one_by_one = {
            ("reach", level, area.pk, period.code, grouping): numbers
            for area in areas
            for period in periods
            for grouping in codes_of_groupings()
            if (numbers := count_cell(area, period, grouping))[0]
        }
        assert counted == one_by_one


def test_what_was_held_is_counted_once_at_every_level(lived_in, community):
    year = Period.containing(TODAY, "year")
    held = {}
    for level, model in MODELS.items():
        cells = recount_held(level, model.objects.values_list("pk", flat=True), [year], TODAY)
        held[level] = sum(numbers[0] for numbers in cells.values())
    first_day = date(TODAY.year, 1, 1)
    true = community.activities.filter(held_on__gte=first_day, held_on__lte=TODAY).count()
    assert held == {"grid": 0, "community": true, "street": true, "district": true}
