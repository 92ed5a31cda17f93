"""Reach counted by the slow and obvious path: one queryset a number, through population_on alone."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Min

from activities.models import Participation
from communities.models import Community, District, Street
from grids.models import Grid, PopulationGroup, Residence
from grids.population import AGE_BANDS, population_on, years_before
from indicators.figures import REACH_NUMBERS
from indicators.models import ReachCell
from indicators.periods import Period, kept_periods

LEVELS = {"grid": Grid, "community": Community, "street": Street, "district": District}


def recount(today: date) -> dict[tuple, tuple]:
    """Return (level, area id, period, grouping) -> numbers for every cell with anybody in it."""
    groupings = [
        "all",
        *(band.code for band in AGE_BANDS),
        *PopulationGroup.objects.values_list("code", flat=True),
    ]
    return {
        (level, area.pk, period.code, grouping): numbers
        for level, model in LEVELS.items()
        for area in model.objects.all()
        for period in kept_periods(today, settings.CELL_MONTHS)
        for grouping in groupings
        if (numbers := count_cell(area, period, grouping, today))
    }


def count_cell(area: Any, period: Period, grouping: str, today: date) -> tuple | None:
    """Return the numbers of one cell in the order of REACH_NUMBERS; None where nobody lives."""
    day = period.reference(today)
    people = list(population_on(day, area, grouping).values_list("pk", flat=True))
    if not people:
        return None
    held = Participation.objects.filter(resident__in=people, activity__status="held")
    contacts = dict.fromkeys(people, 0)
    for person in held.filter(activity__held_on__gte=period.start, activity__held_on__lt=period.end).values_list(
        "resident", flat=True
    ):
        contacts[person] += 1
    first = dict(held.values_list("resident").annotate(first=Min("activity__held_on")))
    arrived = dict(Residence.objects.filter(resident__in=people).values_list("resident").annotate(Min("since")))
    settled = [person for person in people if arrived[person] <= years_before(day, 1)]
    return (
        len(people),
        sum(count > 0 for count in contacts.values()),
        sum(contacts.values()),
        sum(period.start <= day_one < period.end for day_one in first.values()),
        sum(count >= settings.ACTIVE_CONTACTS for count in contacts.values()),
        len(settled),
        sum(person not in first or first[person] > day for person in settled),
    )


def read_cells() -> dict[tuple, tuple]:
    """Return the stored cells in the form of recount()."""
    rows = ReachCell.objects.values_list("level", "area_id", "period", "grouping", *REACH_NUMBERS)
    return {row[:4]: row[4:] for row in rows}
