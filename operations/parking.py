"""Counting how often a task was begun, and parking one that ends badly again and again. The tasks are in */tasks.py."""

import logging
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from celery import Task
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from operations.models import TaskRun
from operations.outages import is_passing

logger = logging.getLogger(__name__)

RECOVERY_PAUSES = (0, 2, 8)  # seconds: a server that was restarted answers again within these
BEGIN = """
    insert into operations_taskrun as run (name, arguments, attempts, begun_at, error)
    values (%s, %s::jsonb, 1, %s, '')
    on conflict (name, arguments) do update set attempts = run.attempts + 1, begun_at = excluded.begun_at
    where run.parked_at is null and run.dropped_at is null and run.attempts < %s
    returning attempts
"""
NOTE = """
    insert into operations_taskrun as run (name, arguments, attempts, begun_at, error)
    values (%s, '[]'::jsonb, 1, %s, %s)
    on conflict (name, arguments) do update
    set attempts = least(run.attempts + 1, 32767), begun_at = excluded.begun_at, error = excluded.error
"""


class CountedTask(Task):
    """The class of every task of the portal.

    A task with arguments is counted before it runs, in a transaction of its own, so that one that kills its worker
    leaves its count behind; after TASK_ATTEMPTS bad ends it is parked, and its message is taken without running.
    A task without arguments is rung by the clock again and again: to park it would stop the whole portal, and a row a
    second would be written for nothing. Only its failures are noted, until it next ends well.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            return super().__call__(*args, **kwargs)
        if not (args or kwargs):
            return self.run_noted()
        arguments = [*args, *([kwargs] if kwargs else [])]
        return self.run_counted(arguments, args, kwargs)

    @property
    def reject_on_worker_lost(self) -> bool:
        """Whether a task whose process dies goes back on the queue at once: only where it is counted."""
        return bool(self.run.__code__.co_argcount)

    def run_counted(self, arguments: list[Any], args: Any, kwargs: Any) -> Any:
        """Run unless it is parked; the row goes once it has ended well."""
        if not begin(self.name, arguments):
            logger.warning("%s%s is parked and was not run", self.name, arguments)
            return None
        try:
            result = self.run(*args, **kwargs)
        except Exception as error:
            note_failure(self.name, arguments, error)
            raise
        TaskRun.objects.of(self.name, arguments).delete()
        return result

    def run_noted(self) -> Any:
        """Run, and keep its last error until it has ended well."""
        try:
            result = self.run()
        except Exception as error:
            if not is_passing(error):
                keep_error(self.name, error)
            raise
        TaskRun.objects.of(self.name, []).delete()
        return result


def begin(name: str, arguments: Sequence[Any]) -> bool:
    """Count one more beginning; False when the task is parked, or is parked by this."""
    packed = TaskRun.pack(arguments)
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [name, packed, timezone.now(), settings.TASK_ATTEMPTS])
        if cursor.fetchone():
            return True
    TaskRun.objects.of(name, arguments).filter(parked_at=None).update(parked_at=timezone.now())
    return False


def note_failure(name: str, arguments: Sequence[Any], error: Exception) -> None:
    """Keep why the task failed. What was an error of the hour is not counted against the task."""
    row = TaskRun.objects.of(name, arguments)
    for pause in RECOVERY_PAUSES:
        time.sleep(pause)
        try:
            if is_passing(error):
                row.filter(attempts__lte=1).delete()
                row.update(attempts=F("attempts") - 1)
            else:
                row.update(error=describe(error))
        except (DatabaseError, InterfaceError) as trouble:
            logger.warning("%s: its failure could not be noted yet: %s", name, type(trouble).__name__)
            connection.close()
        else:
            return


def keep_error(name: str, error: Exception) -> None:
    """Note the failure of a task without arguments."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [name, timezone.now(), describe(error)])
    except (DatabaseError, InterfaceError) as trouble:
        logger.warning("%s: its failure could not be noted: %s", name, type(trouble).__name__)


def describe(error: Exception) -> str:
    """Return kind and place of an error; its text is left out, since a database quotes the row at fault."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if is_ours(frame.filename)]
    place = ours[-1] if ours else None
    where = f" {Path(place.filename).relative_to(settings.BASE_DIR)}:{place.lineno}" if place else ""
    return f"{type(error).__name__}{where}"[:300]


def is_ours(path: str) -> bool:
    """Tell whether a file belongs to the portal, and not to what it is built of or wired with."""
    place = Path(path)
    wiring = place.is_relative_to(settings.BASE_DIR / "config") or "site-packages" in place.parts
    return place.is_relative_to(settings.BASE_DIR) and not wiring


@transaction.atomic
def retry_task(run: TaskRun, *, by: User) -> None:
    """Let a task that was parked or dropped be tried anew; the caller rings for it. Leaves an audit event."""
    run = lock_run(run)
    if not run.parked_at:
        raise ValidationError(_("这个任务没有停放，不用再试。"))
    record("task.retry", by=by, target=run, area_code=by.area_code, task=run.name, arguments=run.arguments)
    run.delete()


@transaction.atomic
def drop_task(run: TaskRun, *, by: User) -> None:
    """Take a parked task from the list for good: rings for it go on being taken without running it."""
    run = lock_run(run)
    if not run.parked_at or run.dropped_at:
        raise ValidationError(_("这个任务没有停放，不用取消。"))
    run.dropped_at = timezone.now()
    run.save(update_fields=["dropped_at"])
    record("task.drop", by=by, target=run, area_code=by.area_code, task=run.name, arguments=run.arguments)


def lock_run(run: TaskRun) -> TaskRun:
    """Return the row locked; raises ValidationError when the task has ended well meanwhile."""
    locked = TaskRun.objects.select_for_update().filter(pk=run.pk).first()
    if locked is None:
        raise ValidationError(_("这个任务已经做完，不用再处理。"))
    return locked
