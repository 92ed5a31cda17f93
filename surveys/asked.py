"""Who is asked: the groupings that a wave can name, and their people in the register. Drawing: sampling.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from communities.models import Community
from grids.groupings import AGE_BANDS, ALL, EMPLOYED, SEXES, UNIONS
from grids.models import PopulationGroup, Residence, Resident
from grids.population import belonging_on
from surveys.models import Wave


@dataclass(frozen=True)
class Person:
    """Somebody who may be asked: keys of resident, grid and community."""

    resident: int
    grid: int
    community: int


def list_groupings() -> list[tuple[str, str | Promise]]:
    """Return (code, name) of all whom a wave can ask: everybody, population groups, unions, ages and sexes."""
    groups = PopulationGroup.objects.values_list("code", "name")
    derived = [(one.code, one.name) for one in (*UNIONS, *AGE_BANDS, *SEXES, EMPLOYED)]
    return [(ALL.code, ALL.name), *groups, *derived]


def name_grouping(code: str) -> str:
    """Return the name of a grouping; the code itself when there is none by now."""
    return str(dict(list_groupings()).get(code, code))


def list_people(wave: Wave, communities: Iterable[Community], day: date) -> list[Person]:
    """Return whom the wave asks in these communities, as the register has them on the day, in the order of keys.

    It is grids.population.population_on() for several communities at once: one query for any number of them.
    """
    asked = Resident.objects.filter(belonging_on(day, wave.grouping))
    spells = Residence.objects.on(day).filter(grid__community__in=list(communities), resident__in=asked.values("pk"))
    rows = spells.order_by("resident").values_list("resident", "grid", "grid__community")
    return [Person(*row) for row in rows]


def members_of(codes: Iterable[str], communities: Iterable[Community], day: date) -> dict[int, str]:
    """Return resident -> the first of these groupings to which the resident belongs; nobody else is in it."""
    found: dict[int, str] = {}
    here = Residence.objects.on(day).filter(grid__community__in=list(communities))
    for code in codes:
        people = Resident.objects.filter(belonging_on(day, code), pk__in=here.values("resident"))
        found = dict.fromkeys(people.values_list("pk", flat=True), code) | found
    return found
