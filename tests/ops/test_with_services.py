"""Commands that run with servers beside them."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from ops.run import claim, publish
from ops.services import command_line

Run = Callable[..., subprocess.CompletedProcess]


def test_exit_code_is_that_of_the_command(with_services: Run) -> None:
    assert with_services("sh", "-c", "exit 7").returncode == 7


def test_death_by_signal_reads_as_in_a_shell(with_services: Run) -> None:
    assert with_services("sh", "-c", "kill -9 $$").returncode == 137


def test_unknown_command_is_reported(with_services: Run) -> None:
    done = with_services("no-such-command")
    assert done.returncode == 127
    assert "no-such-command" in done.stderr


def test_throw_away_portal_vanishes(with_services: Run) -> None:
    done = with_services("sh", "-c", "echo $PORTAL_ENV $PORTAL_DATA; test -d $PORTAL_DATA/postgres")
    kind, folder = done.stdout.split()
    assert (done.returncode, kind) == (0, "test")
    assert not Path(folder).parent.exists()


def test_named_servers_are_used(with_services: Run) -> None:
    urls = {"DATABASE_URL": "postgres://db.example/portal", "REDIS_URL": "redis://queue.example"}
    done = with_services("sh", "-c", "echo $DATABASE_URL $REDIS_URL; ls $PORTAL_DATA", **urls)
    assert done.stdout.split() == list(urls.values())


def test_terminated_command_takes_its_servers_along(with_services: Run) -> None:
    done = with_services("sh", "-c", "echo $PORTAL_DATA; kill -TERM $PPID; exec sleep 30")
    assert done.returncode == 128 + 15
    assert not Path(done.stdout.strip()).parent.exists()


def test_killed_wrapper_takes_its_servers_along(with_services: Run) -> None:
    done = with_services("sh", "-c", "echo $PORTAL_DATA; head -1 $PORTAL_DATA/postgres/postmaster.pid; kill -9 $PPID")
    folder, pid = done.stdout.split()
    deadline = time.monotonic() + 10
    while any(command_line(int(pid))) and time.monotonic() < deadline:
        time.sleep(0.1)
    shutil.rmtree(Path(folder).parent)
    assert not any(command_line(int(pid)))


def test_portal_that_is_starting_is_left_alone(with_services: Run, data: Path) -> None:
    with claim(data):
        done = with_services("--portal", "true")
    assert done.returncode == 2
    assert str(data) in done.stderr


def test_running_portal_lends_its_servers(with_services: Run, data: Path) -> None:
    with claim(data):
        publish(data, {"DATABASE_URL": "postgres://running/portal"}, data / "sockets")
        done = with_services("--portal", "sh", "-c", "echo $DATABASE_URL")
    assert done.stdout.strip() == "postgres://running/portal"
