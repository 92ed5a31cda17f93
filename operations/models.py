"""Tasks that killed or failed their workers: how often they were begun, and what was parked for an administrator."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from operations.task_names import name_task


class TaskRunQuerySet(models.QuerySet):
    """Runs that are not over, or that were parked."""

    def of(self, name: str, arguments: Sequence[Any]) -> Self:
        """Keep the row of this task with these arguments."""
        return self.filter(name=name, arguments=list(arguments))

    def parked(self) -> Self:
        """Keep what nobody tries again until an administrator says so."""
        return self.filter(parked_at__isnull=False, dropped_at=None)

    def dropped(self) -> Self:
        """Keep what an administrator has said is not to be tried again."""
        return self.filter(dropped_at__isnull=False)

    def troubled(self) -> Self:
        """Keep what failed, or never ended, and is tried again when it is next rung."""
        over = timezone.now() - timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
        return self.filter(Q(begun_at__lt=over) | ~Q(error=""), parked_at=None)


class TaskRun(models.Model):
    """One task and its arguments while it is not done: the row goes once the task has ended well.

    Arguments are keys of rows, never personal data; `error` is the kind of the last error and where it was raised.
    """

    name = models.CharField(_("任务"), max_length=100)
    arguments = models.JSONField(_("参数"), default=list)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    begun_at = models.DateTimeField(_("最近开始"))
    error = models.CharField(_("错误"), max_length=300, blank=True)
    parked_at = models.DateTimeField(_("停放时间"), null=True)
    dropped_at = models.DateTimeField(_("取消时间"), null=True)

    objects = TaskRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("任务")
        ordering = ["-begun_at"]
        constraints = [models.UniqueConstraint(fields=["name", "arguments"], name="operations_task_run_once")]

    def __str__(self) -> str:
        return f"{self.name}{self.arguments}"

    @property
    def in_words(self) -> str:
        """What the task does, with the numbers of its rows."""
        numbers = ", ".join(str(value) for value in self.arguments)
        return f"{name_task(self.name)} {numbers}".strip()

    @staticmethod
    def pack(arguments: Sequence[Any]) -> str:
        """Return arguments as the column holds them."""
        return json.dumps(list(arguments))
