"""Alerts: at the present pace a figure will miss its target. Raised and ended by a daily task, mailed once to each."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class AlertQuerySet(models.QuerySet):
    """Alerts of areas."""

    def visible_to(self, user: User) -> Self:
        """Keep the alerts of areas within the user's own."""
        return self.filter(area_code__startswith=user.area_code) if user.area_code else self.none()

    def open(self) -> Self:
        """Keep those that still hold."""
        return self.filter(ended_at=None)


class Alert(models.Model):
    """A figure of an area that will miss its target in a period. Both numbers are in the indicator's unit."""

    area_code = models.CharField(_("区划代码"), max_length=15)
    indicator = models.CharField(_("指标"), max_length=12)
    period = models.CharField(_("时段"), max_length=7, db_collation="C")
    expected = models.FloatField(_("照此下去"))
    target = models.FloatField(_("目标"))
    raised_at = models.DateTimeField(_("提醒时间"), default=timezone.now)
    ended_at = models.DateTimeField(_("解除时间"), null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("目标提醒")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "indicator", "period"],
                condition=models.Q(ended_at=None),
                name="dashboards_alert_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.indicator} {self.period}"


class AlertMail(models.Model):
    """An alert stood in a letter to somebody. Kept by person: where one letter fails, the others are not sent again."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="mails", verbose_name=_("目标提醒"))
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("收信人"))
    sent_at = models.DateTimeField(_("发信时间"), default=timezone.now)

    class Meta:
        verbose_name = _("提醒邮件")
        constraints = [models.UniqueConstraint(fields=["alert", "user"], name="dashboards_alert_mail_once")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.user_id}"
