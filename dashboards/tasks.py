"""Doorbells of the dashboards: safe to ring twice."""

from celery import shared_task
from django.utils import timezone

from dashboards.alerts import mailing, raising


@shared_task
def watch_targets() -> None:
    """Raise alerts where a figure will miss its target, and end those that no longer hold."""
    raising.watch_targets(timezone.localdate())


@shared_task
def mail_alerts() -> None:
    """Send the letters of today that have not left yet."""
    mailing.mail_alerts()
