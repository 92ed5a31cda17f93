"""Answers of /healthz (the web process lives) and /readyz (database, Redis, migrations and a worker are ready).

A middleware, not views: probes need no session, no language and no allowed host."""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis


def check_database() -> None:
    """Raise when PostgreSQL does not answer, or in production would let this process see everybody's rows."""
    with connection.cursor() as cursor:
        cursor.execute("select row_security_active('grids_resident')")
        (is_guarded,) = cursor.fetchone()
    if settings.PRODUCTION and not is_guarded:
        raise RuntimeError("the web process owns the tables: give it the DATABASE_URL of portal_web")


def check_redis() -> None:
    """Raise when Redis does not answer within a second."""
    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=1) as client:
        client.ping()


def check_migrations() -> None:
    """Raise when migrations wait to be applied."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are waiting: manage.py migrate")


def check_worker() -> None:
    """Raise when no Celery worker answers within two seconds."""
    if not current_app.control.ping(timeout=2, limit=1):
        raise RuntimeError("no Celery worker answers")


logger = logging.getLogger(__name__)

CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "redis": check_redis,
    "migrations": check_migrations,
    "worker": check_worker,
}


def report_readiness() -> dict[str, str]:
    """Return part -> "ok" or the kind of failure (its text goes to the log); one failure does not hide the next."""
    report = {}
    for name, check in CHECKS.items():
        try:
            check()
        except Exception as error:  # noqa: BLE001 - whatever a part raises is its answer to the probe
            logger.warning("not ready: %s: %s", name, error)
            report[name] = type(error).__name__
        else:
            report[name] = "ok"
    return report


KEPT_SECONDS = 2  # so many probes as like may come: the parts are asked no more often
_lock = Lock()
_kept: tuple[float, dict[str, str]] | None = None


def get_report() -> dict[str, str]:
    """Return a report that is at most two seconds old; whoever asks while one is made waits for it."""
    global _kept
    with _lock:
        if _kept is None or monotonic() - _kept[0] > KEPT_SECONDS:
            report = report_readiness()
            _kept = (monotonic(), report)
        return _kept[1]


def forget_report() -> None:
    """Let the next probe ask the parts again."""
    global _kept
    _kept = None


class HealthMiddleware:
    """Answers the two probe addresses before anything else runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            report = get_report()
            ready = all(answer == "ok" for answer in report.values())
            return JsonResponse(report, status=200 if ready else 503)
        return self.get_response(request)
