"""What the address of the coverage page chooses: level of the rows, family of the columns, figure, grouping."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from dashboards.asking import Ask
from grids.groupings import AGE_BANDS, ALL, RESERVED_CODES, SEXES
from indicators.catalogue import CATALOGUE
from indicators.indicator import Choice
from indicators.models import AreaLevel

# What the rows may be, the usual one first: two thousand grids of a district would be no picture.
LEVELS: dict[str, tuple[AreaLevel, ...]] = {
    AreaLevel.DISTRICT: (AreaLevel.COMMUNITY, AreaLevel.STREET),
    AreaLevel.STREET: (AreaLevel.GRID, AreaLevel.COMMUNITY),
    AreaLevel.COMMUNITY: (AreaLevel.GRID,),
    AreaLevel.GRID: (AreaLevel.GRID,),
}


class Show(models.TextChoices):
    """Which figure the picture shows."""

    RATE = "rate", _("触达率")
    MISSED = "missed", _("还没触达的人数")


class Columns(models.TextChoices):
    """Which groupings the columns are."""

    GROUPS = "groups", _("人群")
    AGES = "ages", _("年龄")
    SEXES = "sexes", _("性别")


@dataclass(frozen=True)
class Choices:
    """What is chosen, and what there is to choose from. `groupings` are all that the indicators know."""

    level: AreaLevel
    levels: Sequence[AreaLevel]
    columns: Columns
    show: Show
    grouping: str
    groupings: Sequence[Choice]

    @property
    def grouping_name(self) -> str:
        """The grouping in words."""
        return str(dict(self.groupings)[self.grouping])

    @property
    def groups(self) -> list[Choice]:
        """The population groups."""
        return [choice for choice in self.groupings if choice[0] not in RESERVED_CODES]

    @property
    def members(self) -> list[Choice]:
        """The groupings of the columns: everybody, then the family."""
        families = {Columns.GROUPS: self.groups, Columns.AGES: name(AGE_BANDS), Columns.SEXES: name(SEXES)}
        return [(ALL.code, ALL.name), *families[self.columns]]

    @property
    def is_gap(self) -> bool:
        """Whether the gap finder has a page about the grouping: of groups and ages, which ask for work of their own."""
        return self.grouping in dict([*self.groups, *name(AGE_BANDS)])

    @property
    def shows(self) -> Sequence[Choice]:
        """The figures that the picture may show."""
        return Show.choices

    @property
    def families(self) -> Sequence[Choice]:
        """The families that the columns may be."""
        return Columns.choices

    @property
    def shows_rate(self) -> bool:
        """Whether the picture shows rates."""
        return self.show == Show.RATE


def read_choices(ask: Ask) -> Choices:
    """Return what the address chooses. Without a word about columns, they are of the family of the grouping."""
    groupings = CATALOGUE["S0-20"].measure.list_groupings()
    grouping = ask.choose("grouping", [code for code, _name in groupings])
    usual = family_of(grouping)
    levels = LEVELS[ask.area.level]
    return Choices(
        level=AreaLevel(ask.choose("level", [str(level) for level in levels])),
        levels=levels,
        columns=Columns(ask.choose("columns", [usual, *(one for one in Columns.values if one != usual)])),
        show=Show(ask.choose("show", Show.values)),
        grouping=grouping,
        groupings=groupings,
    )


def name(traits: Sequence) -> list[Choice]:
    """Return traits as choices."""
    return [(trait.code, trait.name) for trait in traits]


def family_of(grouping: str) -> str:
    """Return the family of columns in which a grouping stands."""
    families = {Columns.AGES: AGE_BANDS, Columns.SEXES: SEXES}
    found = (family for family, traits in families.items() if grouping in [trait.code for trait in traits])
    return str(next(found, Columns.GROUPS))
