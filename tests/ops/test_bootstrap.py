"""The virtual environment: when it is made, kept, extended or made anew."""

import re
from pathlib import Path

import pytest

from ops import bootstrap


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with two lock files and no environment."""
    (tmp_path / "requirements.lock").write_text("a==1\n")
    (tmp_path / "requirements-dev.lock").write_text("a==1\nb==1\n")
    return tmp_path


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Records (lock file, made anew) instead of installing."""
    calls: list[tuple[str, bool]] = []

    def install(venv: Path, lock: Path, anew: bool) -> None:
        calls.append((lock.name, anew))
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin" / "python").touch()

    monkeypatch.setattr(bootstrap, "install", install)
    return calls


def pins(lock: str) -> dict[str, str]:
    """Package -> version of a lock file of this checkout."""
    lines = (bootstrap.ROOT / lock).read_text().splitlines()
    return dict(re.match(r"([\w.\-\[\]]+)==(\S+)", line).groups() for line in lines if re.match(r"\w", line))


def test_second_call_installs_nothing(root: Path, installs: list) -> None:
    bootstrap.ensure("run", root)
    bootstrap.ensure("run", root)
    assert installs == [("requirements.lock", True)]


def test_development_environment_satisfies_run(root: Path, installs: list) -> None:
    bootstrap.ensure("dev", root)
    bootstrap.ensure("run", root)
    assert installs == [("requirements-dev.lock", True)]


def test_run_environment_is_extended_for_development(root: Path, installs: list) -> None:
    bootstrap.ensure("run", root)
    bootstrap.ensure("dev", root)
    assert installs == [("requirements.lock", True), ("requirements-dev.lock", False)]


def test_changed_lock_keeps_the_tools_of_development(root: Path, installs: list) -> None:
    bootstrap.ensure("dev", root)
    (root / "requirements.lock").write_text("a==2\n")
    bootstrap.ensure("run", root)
    assert installs[-1] == ("requirements-dev.lock", False)


def test_half_made_environment_is_made_anew(root: Path, installs: list) -> None:
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").touch()
    bootstrap.ensure("run", root)
    assert installs == [("requirements.lock", True)]


def test_moved_checkout_gets_a_new_environment(root: Path, installs: list) -> None:
    bootstrap.ensure("run", root)
    moved = root.rename(root.with_name("moved"))
    bootstrap.ensure("run", moved)
    assert installs[-1] == ("requirements.lock", True)


def test_missing_ensurepip_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.BootstrapError, match=r"python3\.\d+-venv"):
        bootstrap.require_ensurepip()


def test_missing_ensurepip_is_installed_by_root(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name)
    monkeypatch.setattr(bootstrap, "run", lambda command, env=None: not commands.append(command))
    bootstrap.require_ensurepip()
    assert [command[1] for command in commands] == ["update", "install"]
    assert commands[1][-1].endswith("-venv")


def test_failing_uv_gives_way_to_pip(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], env: dict | None = None) -> bool:
        commands.append(command)
        return command[0] != "uv"

    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name)
    monkeypatch.setattr(bootstrap, "run", run)
    bootstrap.install(root / ".venv", root / "requirements.lock", anew=True)
    assert commands[0][:2] == ["uv", "venv"]
    assert "--require-hashes" in commands[-1]


def test_development_lock_is_a_superset_with_the_same_versions() -> None:
    development = pins("requirements-dev.lock")
    assert pins("requirements.lock").items() <= development.items()


@pytest.mark.parametrize("lock", bootstrap.LOCKS.values())
def test_lock_files_name_no_download_host(lock: str) -> None:
    text = (bootstrap.ROOT / lock).read_text()
    assert "://" not in text
    assert "--find-links" not in text
