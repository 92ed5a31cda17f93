"""Figures for Prometheus: off unless asked for, shown to who may look, and nobody's name or answer in them."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from config import health
from config.metrics import MetricsMiddleware, RequestFigures
from indicators.models import DirtyMark
from operations.models import TaskRun

TOKEN = "a token of this test, thirty-two signs or more"


@pytest.fixture
def metrics(settings, monkeypatch):
    """The middleware, switched on, with a view behind it that says ok."""
    settings.METRICS, settings.METRICS_DIR, settings.METRICS_TOKEN = True, None, ""
    monkeypatch.setattr("config.metrics.get_report", lambda: {"database": "ok", "worker": "RuntimeError"})
    return MetricsMiddleware(lambda request: HttpResponse("ok", status=404 if "lost" in request.path else 200))


def ask(metrics, path="/metrics", method="get", **headers):
    return metrics(getattr(RequestFactory(), method)(path, **headers))


def test_nothing_is_counted_unless_asked_for(client, settings):
    settings.METRICS = False
    with pytest.raises(MiddlewareNotUsed):
        MetricsMiddleware(HttpResponse)
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.9", 404), ("", 404), ("unix:", 404)]
)
def test_without_a_token_only_this_machine_may_look(db, metrics, address, status):
    assert ask(metrics, REMOTE_ADDR=address).status_code == status


@pytest.mark.parametrize(
    ("given", "status"), [(f"Bearer {TOKEN}", 200), ("Bearer x", 404), (TOKEN, 404), ("", 404), ("Bearer 密", 404)]
)
def test_with_a_token_nobody_may_look_without_it(db, settings, metrics, given, status):
    settings.METRICS_TOKEN = TOKEN
    assert ask(metrics, HTTP_AUTHORIZATION=given).status_code == status


def test_requests_are_counted_by_view_and_class_of_answer(db, metrics):
    for path in ("/residents/", "/residents/", "/lost/?q=欧阳"):
        ask(metrics, path)
    text = ask(metrics).content.decode()
    assert 'portal_requests_total{method="GET",status="2xx",view="none"} 2.0' in text
    assert 'portal_requests_total{method="GET",status="4xx",view="none"} 1.0' in text
    assert "欧阳" not in text


def test_requests_for_survey_forms_are_one_total(db, metrics):
    ask(metrics, "/s/abcdefghjkmn/")
    ask(metrics, "/s/abcdefghjkmn/", "post")
    text = ask(metrics).content.decode()
    assert "portal_survey_requests_total 2.0" in text
    assert "portal_requests_total{" not in text
    assert "portal_request_seconds_count{" not in text


def test_what_waits_and_what_is_parked_is_told(metrics, community):
    DirtyMark.objects.all().delete()
    DirtyMark.objects.create(community=community, marked_at=timezone.now() - timedelta(minutes=5))
    TaskRun.objects.create(name="x", arguments=[1], begun_at=timezone.now(), parked_at=timezone.now())
    text = ask(metrics).content.decode()
    assert "portal_marks_waiting 1.0" in text
    assert "portal_tasks_parked 1.0" in text
    assert 'portal_ready{part="database"} 1.0' in text
    assert 'portal_ready{part="worker"} 0.0' in text
    (age,) = [line for line in text.splitlines() if line.startswith("portal_oldest_mark_seconds ")]
    assert 295 < float(age.split()[1]) < 400


COUNT = """
import sys
from pathlib import Path
import django
django.setup()
from django.http import HttpResponse
from django.test import RequestFactory
from config.metrics import RequestFigures
figures = RequestFigures(Path(sys.argv[1]))
figures.count(RequestFactory().get("/"), HttpResponse(), 0.1)
print(figures.write().decode())
"""


def test_processes_of_a_host_are_added_up(tmp_path):
    given = os.environ | {"METRICS": "true", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONUTF8": "1"}
    given["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "-c", COUNT, str(tmp_path)]
    runs = [subprocess.run(command, env=given, capture_output=True, text=True, check=True) for _run in range(2)]
    assert 'portal_requests_total{method="GET",status="2xx",view="none"} 2.0' in runs[1].stdout


def test_folder_is_made_when_there_is_none(tmp_path):
    assert RequestFigures(tmp_path / "new" / "metrics").folder.is_dir()


def test_probes_in_a_flood_ask_the_parts_once(client, db, monkeypatch):
    health.forget_report()
    asked = []
    monkeypatch.setattr(health, "report_readiness", lambda: asked.append(1) or {"database": "ok"})
    assert [client.get("/readyz").status_code for _probe in range(5)] == [200] * 5
    assert len(asked) == 1
    health.forget_report()


def test_report_grows_old(db, monkeypatch):
    health.forget_report()
    monkeypatch.setattr(health, "report_readiness", lambda: {"database": "ok"})
    monkeypatch.setattr(health, "KEPT_SECONDS", -1)
    first = health.get_report()
    monkeypatch.setattr(health, "report_readiness", lambda: {"database": "OSError"})
    assert (first, health.get_report()) == ({"database": "ok"}, {"database": "OSError"})
    health.forget_report()
