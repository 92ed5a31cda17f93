"""Targets: what an area wants an indicator to be in a year. Judging figures by them: indicators/judging.py."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class TargetQuerySet(models.QuerySet):
    """Targets of areas."""

    def of_year(self, year: int) -> Self:
        """Keep the targets of a year."""
        return self.filter(year=year)


class Target(models.Model):
    """The value that an indicator is to have in an area and year, in the indicator's unit (per cent as 0 to 100).

    It holds for the areas inside that set none of their own. `area_code` is the division code: it tells what lies
    inside what.
    """

    indicator = models.CharField(_("指标"), max_length=10)
    area_code = models.CharField(_("区划代码"), max_length=15)
    year = models.PositiveSmallIntegerField(_("年度"))
    value = models.DecimalField(_("目标"), max_digits=12, decimal_places=2)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("设定人"))
    set_at = models.DateTimeField(_("设定时间"), default=timezone.now)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("目标值")
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "year", "indicator"],
                name="indicators_target_once",
                violation_error_message=_("这个指标本年度已有目标"),
            ),
            models.CheckConstraint(name="indicators_target_not_negative", condition=models.Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area_code} {self.year}"
