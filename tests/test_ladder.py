"""The ladder of apps: relations point downwards, nothing happens behind a signal's back, files have usual names."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from axes import signals as axes_signals
from celery import signals as celery_signals
from django.apps import apps
from django.conf import settings
from django.contrib.auth import signals as auth_signals
from django.core import signals as core_signals
from django.db.backends import signals as connection_signals
from django.db.models import signals as model_signals

LADDER = [
    "communities",
    "accounts",
    "operations",
    "grids",
    "imports",
    "activities",
    "visits",
    "cadence",
    "surveys",
    "party",
    "volunteers",
    "indicators",
    "dashboards",
    "privacy",
    "demo",
]
SIGNAL_MODULES = [axes_signals, auth_signals, celery_signals, connection_signals, core_signals, model_signals]
SHAPELESS = {"utils", "util", "helpers", "helper", "common", "core", "misc", "tools", "lib", "base", "constants"}


def list_modules():
    """Return the dotted names of all modules of our apps, migrations included."""
    packages = [importlib.import_module(app) for app in LADDER]
    return [m.name for p in packages for m in pkgutil.walk_packages(p.__path__, f"{p.__name__}.")]


def list_receivers():
    """Return the module of every function that listens to a signal of Django, axes or Celery."""
    signals = [value for module in SIGNAL_MODULES for value in vars(module).values() if hasattr(value, "receivers")]
    entries = [entry[1] for signal in signals for entry in signal.receivers or []]
    functions = [entry() if hasattr(entry, "__callback__") else entry for entry in entries]
    return {function.__module__ for function in functions if function}


def test_ladder_holds_every_app_of_ours():
    ours = [config.name for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
    assert ours == LADDER


def test_relations_point_downwards():
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in LADDER]
    relations = [
        (model._meta.label, target._meta.label)
        for model in models
        for target in [model._meta.concrete_model, *(f.related_model for f in model._meta.get_fields() if f.concrete)]
        if target and target._meta.app_label in LADDER
    ]
    rank = {app: number for number, app in enumerate(LADDER)}
    assert len(relations) > len(models)
    assert [(a, b) for a, b in relations if rank[a.partition(".")[0]] < rank[b.partition(".")[0]]] == []


def test_no_module_of_ours_listens_to_a_signal():
    for name in list_modules():
        importlib.import_module(name)
    listening = list_receivers()
    assert "axes.signals" in listening
    assert {name for name in listening if name.partition(".")[0] in [*LADDER, "config"]} == set()


@pytest.mark.parametrize("app", LADDER)
def test_no_file_without_a_topic(app):
    folder = settings.BASE_DIR / app
    assert [path.name for path in folder.rglob("*") if path.stem.strip("_") in SHAPELESS] == []


def test_imports_point_downwards():
    command = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([command, "--no-cache"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
