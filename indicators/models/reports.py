"""Figures that people report because nothing can compute them. What they mean: indicators/reports/."""

import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community
from grids.validators import refuse_forbidden


class FigureReportQuerySet(models.QuerySet):
    """Reports of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the reports of the user's communities."""
        return self.filter(community__in=user.communities())


class FigureReport(models.Model):
    """What a community reported for a period. The first time decides about being on time; changes make new versions."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="figure_reports", verbose_name=_("社区"))
    period = models.CharField(_("时段"), max_length=7, db_collation="C")
    first_submitted_at = models.DateTimeField(_("首次报送时间"), default=timezone.now)
    submitted_at = models.DateTimeField(_("最近报送时间"), default=timezone.now)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("报送人"))
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FigureReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("数字报送")
        constraints = [models.UniqueConstraint(fields=["community", "period"], name="indicators_report_once")]

    def __str__(self) -> str:
        return f"{self.community_id} {self.period}"


class ReportedFigure(models.Model):
    """One reported number. `explanation` says why it jumps, where it does: about the number, never about a person."""

    report = models.ForeignKey(FigureReport, models.CASCADE, related_name="figures", verbose_name=_("报送"))
    indicator = models.CharField(_("指标"), max_length=10)
    value = models.DecimalField(_("数值"), max_digits=14, decimal_places=2)
    explanation = models.CharField(_("说明"), max_length=60, blank=True, validators=[refuse_forbidden])

    class Meta:
        verbose_name = _("报送的数字")
        constraints = [
            models.UniqueConstraint(fields=["report", "indicator"], name="indicators_reportedfigure_once"),
            models.CheckConstraint(name="indicators_reportedfigure_not_negative", condition=models.Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"
