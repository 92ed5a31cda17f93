"""The declarations of all apps (their personal_data.py), put together. In words: processing.py."""

from importlib import import_module
from typing import Any

from django.conf import settings

from communities.personal import Hashed, Holding, Sealed


def collect(name: str) -> list[Any]:
    """Return what the apps' personal_data.py hold under this name, lowest app first."""
    modules = [import_module(f"{app}.personal_data") for app in settings.PORTAL_APPS]
    return [entry for module in modules for entry in getattr(module, name, ())]


def list_holdings() -> list[Holding]:
    """Return every declared use of personal data."""
    return collect("HOLDINGS")


def list_sealed() -> list[Sealed]:
    """Return every encrypted column."""
    return collect("SEALED")


def list_hashed() -> list[Hashed]:
    """Return every column of hashes that cannot be made anew."""
    return collect("HASHED")


def list_plain() -> dict[str, list[str]]:
    """Return by model the fields that are declared to say nothing about a person."""
    modules = [import_module(f"{app}.personal_data") for app in settings.PORTAL_APPS]
    return {model: names.split() for module in modules for model, names in module.PLAIN.items()}
