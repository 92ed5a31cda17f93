"""Doorbells of privacy: rung by beat, safe to ring twice."""

from celery import shared_task

from privacy.retention import apply_rules


@shared_task
def apply_retention() -> None:
    """Delete what has had its time."""
    apply_rules()
