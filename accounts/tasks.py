"""Doorbells of the audit log: its chain, and the daily counts. No ids: each finds its work in the database."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts import chain, unusual


@shared_task
def link_audit_events() -> None:
    """Link what was written since the last time."""
    chain.link_waiting()


@shared_task
def verify_audit_log() -> None:
    """Walk along the chain of the audit log, and note its head."""
    chain.link_waiting()
    chain.check_and_note()


@shared_task
def look_for_unusual_access() -> None:
    """Count the unusual accesses of yesterday."""
    unusual.count_unusual(timezone.localdate() - timedelta(days=1))
