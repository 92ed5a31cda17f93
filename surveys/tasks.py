"""Doorbells of surveys: rung by beat, safe to ring twice."""

from celery import shared_task

from surveys.forgetting import forget_names, forget_samples
from surveys.mixing import mix_waiting


@shared_task
def mix_answers() -> None:
    """Mix what waits, and work out the results of what was mixed."""
    mix_waiting()


@shared_task
def forget_answerers() -> None:
    """Delete names and samples whose time is over."""
    forget_names()
    forget_samples()
