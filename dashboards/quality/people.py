"""Rows of the register that are to be mended: people, homes and grids."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from grids.groupings import years_before
from grids.models import Grid, Household, Residence, Resident, Sex

ADULT_YEARS = 18
# The register misses deaths more often than it holds the oldest: of a million people some ten are older than that, and
# each of them is known. At a hundred, the list would name people for good whose entries are right.
OLDEST_YEARS = 105
CROWD = 12  # more people behind one door: mostly the collective entry of a building, or people who moved away


def living(communities: Sequence[int], today: date) -> QuerySet[Resident, Resident]:
    """Return who lives in the communities today."""
    spells = Residence.objects.on(today).filter(resident=OuterRef("pk"))
    return Resident.objects.filter(Exists(spells), community__in=communities)


def find_without_door(communities: Sequence[int], today: date) -> QuerySet:
    """Return people of whom nobody knows behind which door they live."""
    return living(communities, today).filter(household=None)


def find_incomplete_homes(communities: Sequence[int], today: date) -> QuerySet:
    """Return homes whose entry is incomplete, as the indicator S4-03 has it.

    Everybody's sex and ID number are to be known, and the phone of an adult.
    """
    lacking = Count("pk", filter=Q(sex=Sex.UNKNOWN) | Q(id_hash=None))
    phones = Count("pk", filter=Q(phone_hash__isnull=False, birth_date__lte=years_before(today, ADULT_YEARS)))
    homes = living(communities, today).filter(household__isnull=False).order_by().values("household")
    incomplete = homes.annotate(lacking=lacking, phones=phones).filter(Q(lacking__gt=0) | Q(phones=0))
    return Household.objects.filter(pk__in=incomplete.values("household"))


def find_crowded_homes(communities: Sequence[int], today: date) -> QuerySet:
    """Return doors behind which more than CROWD people are entered."""
    homes = living(communities, today).filter(household__isnull=False).order_by().values("household")
    return Household.objects.filter(
        pk__in=homes.annotate(people=Count("pk")).filter(people__gt=CROWD).values("household")
    )


def find_odd_births(communities: Sequence[int], today: date) -> QuerySet:
    """Return people who would be older than OLDEST_YEARS, or are not born yet."""
    oldest = years_before(today, OLDEST_YEARS)
    return living(communities, today).filter(Q(birth_date__lte=oldest) | Q(birth_date__gt=today))


def find_double_people(communities: Sequence[int], today: date) -> QuerySet:
    """Return people without ID number who bear name and birth date of somebody else in their community.

    Two ID numbers are two people. Of several entries without a number, the first is no double.
    """
    same = Resident.objects.filter(
        community=OuterRef("community"), name=OuterRef("name"), birth_date=OuterRef("birth_date")
    )
    here = Exists(Residence.objects.on(today).filter(resident=OuterRef("pk")))
    another = same.filter(here, Q(id_hash__isnull=False) | Q(pk__lt=OuterRef("pk"))).exclude(pk=OuterRef("pk"))
    return living(communities, today).filter(Exists(another), id_hash=None)


def find_empty_grids(communities: Sequence[int], today: date) -> QuerySet:
    """Return grids in which nobody is entered."""
    spells = Residence.objects.on(today).filter(grid=OuterRef("pk"))
    return Grid.objects.current().filter(~Exists(spells), community__in=communities)
