"""Closed periods: a street's figures as they were when the period was closed. Late entries move the live ones only."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Street


class PeriodClosingQuerySet(models.QuerySet):
    """Closed periods of streets."""

    def visible_to(self, user: User) -> Self:
        """Keep those of the streets in which the user's communities lie."""
        return self.filter(street__in=Street.objects.filter(communities__in=user.communities()))


class PeriodClosing(models.Model):
    """A street closed a period: once, and for good. `fingerprint` tells if the facts behind it are still the same.

    `as_of` is the moment up to which all changes are in the frozen cells; `code_version` is what computed them.
    """

    street = models.ForeignKey(Street, models.PROTECT, related_name="closings", verbose_name=_("街道"))
    period = models.CharField(_("时段"), max_length=7, db_collation="C")
    closed_at = models.DateTimeField(_("关账时间"), default=timezone.now)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("关账人"))
    as_of = models.DateTimeField(_("数据截至"))
    code_version = models.CharField(_("程序版本"), max_length=40)
    fingerprint = models.CharField(_("数据指纹"), max_length=64)

    objects = PeriodClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("已关账时段")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["street", "period"],
                name="indicators_closing_once",
                violation_error_message=_("这个时段已经关账"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.street_id} {self.period}"


class FrozenCell(models.Model):
    """A cell as it was at the closing. `key` is what follows area and period in the live cell's key, joined by "/".

    A figure is what an indicator answered then; its key is the indicator's id and version. So a definition that changes
    later cannot pass for a restatement.
    """

    class Table(models.TextChoices):
        """Which cell it copies."""

        REACH = "reach", _("触达")
        ACTIVITY = "activity", _("活动")
        TALLY = "tally", _("计数")
        FIGURE = "figure", _("指标")

    closing = models.ForeignKey(PeriodClosing, models.CASCADE, related_name="cells", db_index=False)
    table = models.CharField(max_length=8, choices=Table, db_collation="C")
    level = models.CharField(max_length=10, db_collation="C")
    area_id = models.BigIntegerField()
    key = models.CharField(max_length=80, db_collation="C")
    numbers = ArrayField(models.PositiveIntegerField())

    class Meta:
        verbose_name = _("关账单元")
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "table", "level", "area_id", "key"], name="indicators_frozencell_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.level}:{self.area_id} {self.key}"
