"""Who lives where on a day, by grouping: the only source of denominators.

A person is *in* on a day if a spell covers it: `since` <= day, and `until` empty or later than the day (counting rule
2: who left on or before the date is out). The engine of the figures counts the same in sets (indicators/engine/), and
`manage.py verify_cells` holds it against this.
"""

from datetime import date

from django.db.models import Q, QuerySet

from communities.models import Community, District, Street
from grids.groupings import ALL, TRAITS_BY_CODE, UNIONS_BY_CODE, Union
from grids.models import Grid, GroupMembership, Residence, Resident

AREA_LOOKUPS = {Grid: "grid", Community: "grid__community", Street: "grid__community__street"}
AREA_LOOKUPS[District] = "grid__community__street__district"


def population_on(
    day: date, area: Grid | Community | Street | District, group: str = ALL.code
) -> QuerySet[Resident, Resident]:
    """Return the residents of the area on the day who belong to the grouping.

    `group` is the code of a trait, of a union, or of a PopulationGroup; an unknown code yields nobody.
    """
    spells = Residence.objects.on(day).filter(**{AREA_LOOKUPS[type(area)]: area})
    return Resident.objects.filter(belonging_on(day, group), pk__in=spells.values("resident"))


def belonging_on(day: date, group: str) -> Q:
    """Return the condition on residents that holds for those of a grouping on the day."""
    if group in TRAITS_BY_CODE:
        return TRAITS_BY_CODE[group].on(day)
    if group in UNIONS_BY_CODE:
        return united_on(day, UNIONS_BY_CODE[group])
    return Q(pk__in=GroupMembership.objects.on(day).filter(group__code=group).values("resident"))


def united_on(day: date, union: Union) -> Q:
    """Return the condition that holds for those who belong to a part of the union."""
    if not union.parts:
        return Q(pk__in=GroupMembership.objects.on(day).values("resident"))
    condition = Q(pk__in=[])
    for part in union.parts:
        condition |= belonging_on(day, part)
    return condition
