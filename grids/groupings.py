"""By what people are told apart in figures: traits derived from the register, population groups, unions of both.

Groupings overlap: each is shown alone, and some together as a union; they are never summed. Nothing derived is stored.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# GB/T 2261.4: occupations of people who work; students (31), unemployed (70), retired (80) and others (90) do not.
WORKING = ("11", "13", "17", "21", "24", "27", "37", "51", "54")
MALE, FEMALE = 1, 2  # GB/T 2261.1


@dataclass(frozen=True)
class Trait:
    """What is derived from a resident's row on a day: completed years from `lowest` to `highest`, sex, at work.

    `highest` None: no upper end. `sex` None and `works` False leave that fact open. Sex and occupation are those known
    today: the register keeps no history of them.
    """

    code: str
    name: str | Promise
    lowest: int = 0
    highest: int | None = None
    sex: int | None = None
    works: bool = False

    def on(self, day: date) -> Q:
        """Return the condition on residents that holds for those who have the trait on the day."""
        condition = Q(birth_date__lte=years_before(day, self.lowest)) if self.lowest else Q()
        if self.highest is not None:
            condition &= Q(birth_date__gt=years_before(day, self.highest + 1))
        if self.sex is not None:
            condition &= Q(sex=self.sex)
        return condition & Q(occupation__in=WORKING) if self.works else condition

    def holds(self, *, age: int, sex: int, works: bool) -> bool:
        """Tell whether somebody of this age, sex and work has the trait."""
        of_age = self.lowest <= age and (self.highest is None or age <= self.highest)
        return of_age and self.sex in (None, sex) and (works or not self.works)


@dataclass(frozen=True)
class Union:
    """Everybody who belongs to at least one of the parts: codes of traits or population groups; () means any group."""

    code: str
    name: str | Promise
    parts: tuple[str, ...] = ()


ALL = Trait("all", _("全体居民"))
# domain.md, group rules: minors 6-17, youth 18-35, 60+, 70+ (with what is left between them).
AGE_BANDS = (
    Trait("age_0_5", _("0–5 岁"), 0, 5),
    Trait("age_6_17", _("6–17 岁"), 6, 17),
    Trait("age_18_35", _("18–35 岁"), 18, 35),
    Trait("age_36_59", _("36–59 岁"), 36, 59),
    Trait("age_60_69", _("60–69 岁"), 60, 69),
    Trait("age_70", _("70 岁及以上"), 70, None),
)
SEXES = (Trait("male", _("男"), sex=MALE), Trait("female", _("女"), sex=FEMALE))
EMPLOYED = Trait("employed", _("16–59 岁在职居民"), 16, 59, works=True)
TRAITS = (ALL, *AGE_BANDS, *SEXES, EMPLOYED)
UNIONS = (
    Union("any_group", _("任一服务人群")),
    Union("old_young_hardship", _("老、少、困"), ("age_0_5", "age_6_17", "age_60_69", "age_70", "hardship")),
)
TRAITS_BY_CODE = {trait.code: trait for trait in TRAITS}
UNIONS_BY_CODE = {union.code: union for union in UNIONS}
RESERVED_CODES = frozenset({*TRAITS_BY_CODE, *UNIONS_BY_CODE})
# The birthdays on which somebody's traits can change.
AGES = tuple(
    sorted({age for trait in TRAITS for age in (trait.lowest, trait.highest + 1 if trait.highest else 0) if age})
)


def years_before(day: date, years: int) -> date:
    """Return the same calendar day `years` ago; 29 February becomes 28 February, as PostgreSQL reckons."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
