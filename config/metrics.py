"""Figures of the processes for Prometheus at /metrics, off by default. No label holds anything of a person.

Requests are counted by the name of their view; those for survey forms in one total, without times (rule R13).
"""

import secrets
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts import scope
from communities.models import Community
from config.health import get_report
from imports.models import ResidentImport
from indicators.models import DirtyMark
from operations.models import TaskRun
from surveys.silence import PREFIX

PATH = "/metrics"
RUNNING = (ResidentImport.Status.REHEARSING, ResidentImport.Status.WRITING)
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class RequestFigures:
    """Counts requests; what the processes of one host count is added up in a folder of theirs."""

    def __init__(self, folder: Path | None) -> None:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.own = CollectorRegistry()
        labels = ("view", "method", "status")
        self.requests = Counter("portal_requests", "Requests answered", labels, registry=self.own)
        self.seconds = Histogram(
            "portal_request_seconds", "Seconds until an answer", ("view",), registry=self.own, buckets=SECONDS
        )
        self.surveys = Counter("portal_survey_requests", "Requests for survey forms", registry=self.own)

    def count(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        """Count an answered request."""
        if request.path.startswith(PREFIX):
            self.surveys.inc()
            return
        view = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
        self.requests.labels(view, method, f"{response.status_code // 100}xx").inc()
        self.seconds.labels(view).observe(seconds)

    def write(self) -> bytes:
        """Return the figures of all processes of this host."""
        if self.folder is None:
            return generate_latest(self.own)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self.folder))
        return generate_latest(registry)


class PortalCollector(Collector):
    """Figures of the whole portal, asked of the database when somebody looks."""

    def collect(self) -> Iterator[Any]:
        """Yield what waits, what runs and what is parked."""
        marks = DirtyMark.objects.order_by().aggregate(count=Count("pk"), oldest=Min("marked_at"))
        age = (timezone.now() - marks["oldest"]).total_seconds() if marks["oldest"] else 0
        with scope.of(*Community.objects.values_list("pk", flat=True)):  # a number, of which nobody sees the rows
            importing = ResidentImport.objects.filter(status__in=RUNNING).count()
        yield GaugeMetricFamily("portal_marks_waiting", "Changes not yet counted", value=marks["count"])
        yield GaugeMetricFamily("portal_oldest_mark_seconds", "Age of the oldest of them", value=max(age, 0))
        yield GaugeMetricFamily("portal_tasks_parked", "Tasks given up", value=TaskRun.objects.parked().count())
        yield GaugeMetricFamily("portal_imports_running", "Imports at work", value=importing)
        ready = GaugeMetricFamily("portal_ready", "Whether a part answers", labels=("part",))
        for part, answer in get_report().items():
            ready.add_metric((part,), float(answer == "ok"))
        yield ready


class MetricsMiddleware:
    """Times every request, and answers /metrics to who may look."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.figures = RequestFigures(settings.METRICS_DIR)
        self.portal = CollectorRegistry()
        self.portal.register(PortalCollector())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == PATH:
            if not may_look(request):
                return HttpResponseNotFound()
            return HttpResponse(self.figures.write() + generate_latest(self.portal), content_type="text/plain")
        began = perf_counter()
        response = self.get_response(request)
        self.figures.count(request, response, perf_counter() - began)
        return response


def may_look(request: HttpRequest) -> bool:
    """Tell whether the request brings the token; without one in the settings, whether it comes from this machine."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket of the file system
        return False
