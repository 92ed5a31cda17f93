"""Start-up checks: time limits that fit each other."""

from typing import Any

from celery import current_app
from django.conf import settings
from django.core.checks import Error, register


@register()
def check_time_limits(**kwargs: Any) -> list[Error]:
    """Refuse limits under which a task that still runs is given to a second worker, or is killed without a word."""
    visibility = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    tasks = [task for task in current_app.tasks.values() if not task.name.startswith("celery.")]
    limits = [limit for task in tasks if (limit := task.time_limit)]
    errors = []
    if visibility <= max([settings.CELERY_TASK_TIME_LIMIT, *limits]):
        errors.append(
            Error(
                "队列的 visibility_timeout 必须大于最长任务的时限，否则还在运行的任务会被再发一次。",
                id="operations.E001",
            )
        )
    if settings.CELERY_TASK_SOFT_TIME_LIMIT >= settings.CELERY_TASK_TIME_LIMIT:
        errors.append(Error("CELERY_TASK_SOFT_TIME_LIMIT 必须小于 CELERY_TASK_TIME_LIMIT。", id="operations.E002"))
    return errors
