"""Doorbells of activities: safe to ring twice."""

from celery import shared_task

from activities import photos, series


@shared_task
def plan_series_ahead() -> None:
    """Plan the coming weeks of every series."""
    series.plan_all()


@shared_task
def delete_abandoned_photos() -> None:
    """Delete the photos of forms that were never saved."""
    photos.delete_abandoned()
