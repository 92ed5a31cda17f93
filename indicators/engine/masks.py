"""Groupings as bits: a person's groupings on a day are one number, so that people count by number, not by grouping.

What is derived from a resident's row changes only on birthdays; membership of groups is dated. Both become bits here;
indicators/engine/reach.py adds them up in SQL. Adding a group or a trait adds a bit, and changes no table.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from grids.groupings import AGES, FEMALE, MALE, TRAITS, UNIONS, years_before
from grids.models import PopulationGroup

BITS = 63  # of PostgreSQL's bigint without its sign
SEX_CODES = (None, MALE, FEMALE)  # in this order in `profiles`; None: unknown or unspecified


@dataclass(frozen=True)
class Masks:
    """The bits of groupings.

    `profiles[(step * 3 + sex) * 2 + works]` are the traits of somebody who has passed `step` of the AGES, whose sex has
    this place in SEX_CODES, and who works (1) or not (0). `groups` are (key, bit) of population groups; `groupings` are
    (code, bits): who has any of the bits belongs.
    """

    profiles: tuple[int, ...]
    groups: tuple[tuple[int, int], ...]
    groupings: tuple[tuple[str, int], ...]


def read_masks() -> Masks:
    """Return the bits of traits, groups and unions; raises ValueError when there are more of them than bits."""
    groups = list(PopulationGroup.objects.order_by("pk").values_list("pk", "code"))
    if len(TRAITS) + len(groups) > BITS:
        raise ValueError(f"{len(groups)} population groups are more than {BITS - len(TRAITS)}")
    bit_of = {trait.code: 1 << place for place, trait in enumerate(TRAITS)}
    bit_of |= {code: 1 << place for place, (_pk, code) in enumerate(groups, start=len(TRAITS))}
    any_group = sum(bit_of[code] for _pk, code in groups)
    united = {
        union.code: sum(bit_of.get(part, 0) for part in union.parts) if union.parts else any_group for union in UNIONS
    }
    return Masks(
        profiles=tuple(make_profiles(bit_of)),
        groups=tuple((pk, bit_of[code]) for pk, code in groups),
        groupings=tuple((bit_of | united).items()),
    )


def make_profiles(bit_of: dict[str, int]) -> list[int]:
    """Return the traits' bits for each step of age, sex and work."""
    return [
        sum(bit_of[trait.code] for trait in TRAITS if trait.holds(age=age, sex=sex or 0, works=works))
        for age in (0, *AGES)
        for sex in SEX_CODES
        for works in (False, True)
    ]


def born_after(day: date) -> list[date]:
    """Return for each of the AGES, oldest first, the first day of birth too late to have passed it on the day."""
    return [years_before(day, age) + timedelta(days=1) for age in reversed(AGES)]
