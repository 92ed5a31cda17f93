"""Wiring only: settings, addresses, queue, web entry. Imported by nobody but Django, Celery and gunicorn."""

from config.celery import app as celery_app

__all__ = ("celery_app",)
