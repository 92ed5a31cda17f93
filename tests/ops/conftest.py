"""Folders and commands for the tests of what starts the portal."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.run import ROOT
from ops.services import make_data_folder, runtime_folder


@pytest.fixture
def data() -> Iterator[Path]:
    """An empty data folder that the database's account can reach, unlike pytest's own."""
    with runtime_folder("portal-test-") as folder:
        make_data_folder(folder / "data")
        yield folder / "data"


@pytest.fixture
def bare_environment(data: Path) -> dict[str, str]:
    """The environment of a newcomer: no servers, no keys, `data` as the data folder."""
    ours = ("DATABASE_URL", "REDIS_URL", "PORTAL_ENV", "SECRET_KEY", "FIELD_KEY", "HASH_KEY", "PORT", "HOST")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PORTAL_DATA": str(data)}


@pytest.fixture
def with_services(bare_environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess]:
    """Runs `ops.with_services` with the words given."""

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "ops.with_services", *words]
        environment = {**bare_environment, **variables}
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run
