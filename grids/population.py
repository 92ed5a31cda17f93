"""Who lives where on a day, by group: the only source of denominators, as a queryset and as SQL for the engine.

A person is *in* on a day if a spell covers it: `since` <= day, and `until` empty or later than the day (counting rule
2: who left on or before the date is out). Age bands are derived from the birth date on that day, never stored.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Community, District, Street
from grids.models import Grid, GroupMembership, Residence, Resident


@dataclass(frozen=True)
class AgeBand:
    """Completed years from `lowest` to `highest`, both included; None: no upper end."""

    code: str
    name: str | Promise
    lowest: int
    highest: int | None


# domain.md, group rules: minors 6-17, youth 18-35, 60+, 70+ (with what is left between them).
AGE_BANDS = (
    AgeBand("age_0_5", _("0–5 岁"), 0, 5),
    AgeBand("age_6_17", _("6–17 岁"), 6, 17),
    AgeBand("age_18_35", _("18–35 岁"), 18, 35),
    AgeBand("age_36_59", _("36–59 岁"), 36, 59),
    AgeBand("age_60_69", _("60–69 岁"), 60, 69),
    AgeBand("age_70", _("70 岁及以上"), 70, None),
)
BANDS_BY_CODE = {band.code: band for band in AGE_BANDS}

AREA_LOOKUPS = {Grid: "grid", Community: "grid__community", Street: "grid__community__street"}
AREA_LOOKUPS[District] = "grid__community__street__district"


def population_on(day: date, area: Grid | Community | Street | District, group: str = "all"):
    """Return the residents of the area on the day who belong to the group.

    `group` is "all", the code of an age band or the code of a PopulationGroup; an unknown code yields nobody.
    """
    spells = Residence.objects.on(day).filter(**{AREA_LOOKUPS[type(area)]: area})
    residents = Resident.objects.filter(pk__in=spells.values("resident"))
    if group == "all":
        return residents
    if group in BANDS_BY_CODE:
        return residents.filter(born_for(BANDS_BY_CODE[group], day))
    return residents.filter(pk__in=GroupMembership.objects.on(day).filter(group__code=group).values("resident"))


def born_for(band: AgeBand, day: date) -> Q:
    """Return the birth dates that make somebody of this band on the day."""
    condition = Q(birth_date__lte=years_before(day, band.lowest))
    if band.highest is not None:
        condition &= Q(birth_date__gt=years_before(day, band.highest + 1))
    return condition


def years_before(day: date, years: int) -> date:
    """Return the same calendar day `years` ago; 29 February becomes 28 February, as PostgreSQL reckons."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def age_band_sql(birth_date: str, day: str) -> str:
    """Return the SQL expression for the age band's code, from two SQL date expressions."""
    cases = " ".join(
        f"when {birth_date} <= {day} - interval '{band.lowest} years' then '{band.code}'"
        for band in reversed(AGE_BANDS)
    )
    return f"case {cases} end"
