"""Cells of figures: numbers by area, period and what they are broken down by. Computing them: indicators/engine/."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models import ActivityKind


class AreaLevel(models.TextChoices):
    """Levels at which cells are kept."""

    GRID = "grid", _("网格")
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DISTRICT = "district", _("区县")


class CellQuerySet(models.QuerySet):
    """Cells by area and period."""

    def of(self, level: str, area_ids: list[int], period: str) -> Self:
        """Keep the cells of these areas in the period of this code."""
        return self.filter(level=level, area_id__in=area_ids, period=period)


class Cell(models.Model):
    """What every cell shares: whose figure it is. Numerators and denominators are stored; division comes last.

    The key is the row's only index. Areas carry no foreign key: cells are made from areas and replaced with them.
    """

    level = models.CharField(max_length=10, choices=AreaLevel, db_collation="C")
    area_id = models.BigIntegerField()
    period = models.CharField(max_length=7, db_collation="C")

    objects = CellQuerySet.as_manager()

    class Meta:
        abstract = True


class ReachCell(Cell):
    """How many people of a grouping lived there on the reference date, and how often they were reached in the period.

    `grouping` is a code of grids/groupings.py. Groupings overlap: never sum over them, nor over periods. Sums over
    areas are exact, because a person is in one grid on the reference date. There is a cell where anybody lived.
    """

    pk = models.CompositePrimaryKey("level", "area_id", "period", "grouping")
    grouping = models.CharField(max_length=30, db_collation="C")
    population = models.PositiveIntegerField(_("人数"))
    reached = models.PositiveIntegerField(_("触达人数"))
    contacts = models.PositiveIntegerField(_("人次"))
    newcomers = models.PositiveIntegerField(_("首次参加人数"))
    twice = models.PositiveIntegerField(_("参加两次及以上的人数"))
    active = models.PositiveIntegerField(_("经常参加人数"))
    often = models.PositiveIntegerField(_("参加六次及以上的人数"))
    settled = models.PositiveIntegerField(_("住满一年人数"))
    never = models.PositiveIntegerField(_("其中从未触达人数"))

    class Meta:
        verbose_name = _("触达单元")
        constraints = [
            models.CheckConstraint(
                name="indicators_reachcell_reached_within_population",
                condition=models.Q(reached__lte=models.F("population")),
            ),
            models.CheckConstraint(
                name="indicators_reachcell_never_within_settled",
                condition=models.Q(never__lte=models.F("settled"), settled__lte=models.F("population")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}:{self.area_id} {self.period} {self.grouping}"


class ActivityCell(Cell):
    """What was held in a period, by kind, theme, origin and mode: activities, and 人次 by whose name is known.

    `named` are residents of the register, `outsiders` others who gave a name, `unnamed` the rest of the heads.
    `theme_id` is 0 for activities without a theme: a key has no holes.
    """

    pk = models.CompositePrimaryKey("level", "area_id", "period", "kind_id", "theme_id", "origin", "mode")
    kind = models.ForeignKey(ActivityKind, models.CASCADE, db_constraint=False, db_index=False, verbose_name=_("类型"))
    theme_id = models.BigIntegerField(default=0)
    origin = models.CharField(max_length=12, db_collation="C")
    mode = models.CharField(max_length=12, db_collation="C")
    held = models.PositiveIntegerField(_("场次"))
    named = models.PositiveIntegerField(_("登记姓名的人次"))
    outsiders = models.PositiveIntegerField(_("非本社区登记姓名的人次"))
    unnamed = models.PositiveIntegerField(_("未登记姓名的人次"))

    class Meta:
        verbose_name = _("活动单元")

    def __str__(self) -> str:
        return f"{self.level}:{self.area_id} {self.period} {self.kind_id}"


class TallyCell(Cell):
    """Numerator and denominator of an indicator that counts other things than people reached: doors, visits, slots …"""

    pk = models.CompositePrimaryKey("level", "area_id", "period", "indicator")
    indicator = models.CharField(max_length=10, db_collation="C")
    numerator = models.PositiveIntegerField(_("分子"))
    denominator = models.PositiveIntegerField(_("分母"))

    class Meta:
        verbose_name = _("计数单元")

    def __str__(self) -> str:
        return f"{self.level}:{self.area_id} {self.period} {self.indicator}"
