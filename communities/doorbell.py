"""Ringing a background task after commit. The ring is only a hint: what is to be done stands in the database."""

import logging
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

REFRESH = "indicators.tasks.refresh_figures"  # a name, not an import: figures live in an app above all who move them


def ring(task: str, *args: Any) -> None:
    """Ask Celery to run the task of this name once the current transaction has committed.

    A dead Redis costs at most about a second and is logged, never raised: the fact is saved, and beat or a
    sweeper finds the work as soon as the queue is back. Only edges (views, commands) ring.
    """
    transaction.on_commit(partial(send, task, args), robust=True)


def send(task: str, args: tuple) -> None:
    """Put the task on the queue, or log that nobody could be rung."""
    try:
        current_app.send_task(task, args=args, retry=False)
    except OperationalError as error:
        logger.warning("%s was not rung (%s); the sweeper will find it", task, error)
