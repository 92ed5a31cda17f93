"""Doorbells of the figures."""

from celery import shared_task
from django.utils import timezone

from indicators.cells import find_dirty_communities, refresh_community


@shared_task
def refresh_figures() -> None:
    """Recompute every community with waiting marks."""
    for community_id in find_dirty_communities(timezone.localdate()):
        refresh_community(community_id)
