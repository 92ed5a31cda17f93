"""What came of recounting cells by the second, independent path (indicators/engine/verify.py)."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CellCheckQuerySet(models.QuerySet):
    """Checks of cells."""

    def finished(self) -> Self:
        """Keep those that came to an end, latest first."""
        return self.filter(finished_at__isnull=False).order_by("-started_at")


class CellCheck(models.Model):
    """One run of verify_cells. `drift` lists the first cells that differ: [[cell, stored, recounted], …]."""

    started_at = models.DateTimeField(_("开始时间"), default=timezone.now)
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    cells = models.PositiveIntegerField(_("核对的单元数"), default=0)
    drifted = models.PositiveIntegerField(_("不一致的单元数"), default=0)
    drift = models.JSONField(default=list)
    code_version = models.CharField(_("程序版本"), max_length=40, blank=True)

    objects = CellCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("数字核对")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.started_at:%F %T}"
