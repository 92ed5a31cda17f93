"""`make run`: what it refuses, what it keeps, and that it leaves nothing running."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import run
from ops.run import Address, Child, RunError, Supervisor
from ops.services import command_line


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor(run.Screen())
    yield supervisor
    supervisor.end()


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def occupied() -> Iterator[int]:
    """A port another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def portal(bare_environment: dict[str, str], free_port: int) -> Iterator[subprocess.Popen]:
    """A portal that is starting."""
    environment = {**bare_environment, "PORT": str(free_port)}
    command = [sys.executable, "-m", "ops.run"]
    with subprocess.Popen(command, cwd=run.ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def shell(script: str, name: str = "part", **options: object) -> Child:
    """A child that runs a shell script."""

    def start(output: int) -> subprocess.Popen:
        return subprocess.Popen(["/bin/sh", "-c", script], stdout=output, start_new_session=True)

    return Child(name, start, signal.SIGTERM, grace=2, **options)


def tend(supervisor: Supervisor, seconds: float) -> None:
    """Let the supervisor work for a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        supervisor.tend()


def parent_of(pid: str) -> str:
    """The parent's number, or "" when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
    except OSError:
        return ""


def family_of(pid: int) -> set[int]:
    """All living descendants of a process."""
    if sys.platform == "linux":
        parents = {pid: parent_of(pid) for pid in os.listdir("/proc") if pid.isdigit()}
    else:
        shown = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = dict(line.split() for line in shown.splitlines())
    family, before = {str(pid)}, set()
    while family != before:
        before = family
        family = family | {child for child, parent in parents.items() if parent in family}
    return {int(member) for member in family} - {pid}


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80x", "８０", "http"])
def test_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(RunError, match=port):
        run.read_address({"PORT": port})


def test_address_defaults_to_this_machine_only() -> None:
    assert run.read_address({}) == Address("127.0.0.1", 8000)


def test_occupied_port_names_another(occupied: int) -> None:
    with pytest.raises(RunError, match=f"{occupied}.*PORT={occupied + 1} make run"):
        run.listen(Address("127.0.0.1", occupied))


def test_foreign_host_is_refused() -> None:
    with pytest.raises(RunError, match=r"HOST=192\.0\.2\.1"):
        run.listen(Address("192.0.2.1", 0))


def test_production_names_the_first_missing_variable(data: Path) -> None:
    given = {"PORTAL_ENV": "production", "SECRET_KEY": "x", "FIELD_KEY": "x"}
    with pytest.raises(RunError, match="HASH_KEY"):
        run.portal_environment(data, given)
    assert not (data / "keys.json").exists()


def test_keys_are_made_once_and_private(data: Path) -> None:
    first, second = run.portal_keys(data, {}), run.portal_keys(data, {})
    assert first == second
    assert set(first) == {"SECRET_KEY", "FIELD_KEY", "HASH_KEY"}
    assert (data / "keys.json").stat().st_mode & 0o777 == 0o600


def test_keys_of_the_environment_win(data: Path) -> None:
    given = {"SECRET_KEY": "a", "FIELD_KEY": "b", "HASH_KEY": "c"}
    assert run.portal_keys(data, given) == given
    assert not (data / "keys.json").exists()


def test_lost_keys_are_not_replaced(data: Path) -> None:
    (data / "postgres").mkdir()
    with pytest.raises(RunError, match="备份"):
        run.portal_keys(data, {})


@pytest.mark.parametrize("text", ["", "[]", "{}", "half a f"])
def test_damaged_keys_are_not_replaced(data: Path, text: str) -> None:
    (data / "keys.json").write_text(text)
    with pytest.raises(RunError, match="已损坏"):
        run.portal_keys(data, {})


def test_second_start_names_the_holder(data: Path) -> None:
    with run.claim(data), pytest.raises(run.InUseError, match=str(os.getpid())), run.claim(data):
        pass


def test_sockets_of_a_killed_portal_are_removed(data: Path) -> None:
    sockets = data / "portal-killed"
    sockets.mkdir()
    run.publish(data, {}, sockets)
    run.withdraw(data)
    assert not sockets.exists()
    assert run.published(data) == {}


def test_changed_static_file_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "static").mkdir()
    before = run.static_digest(tmp_path)
    (tmp_path / "static" / "a.css").write_text("a {}")
    assert run.static_digest(tmp_path) != before


def test_output_of_children_carries_their_name(supervisor: Supervisor, capsys: pytest.CaptureFixture) -> None:
    supervisor.add(shell("printf 'one\\ntwo'; exec sleep 30", name="web"))
    tend(supervisor, 0.5)
    supervisor.end()
    assert capsys.readouterr().out == "web       | one\nweb       | two\n"


@pytest.mark.parametrize("path", ["/static/css/portal.css", "/healthz", "/readyz"])
def test_noise_is_not_shown(path: str, capsys: pytest.CaptureFixture) -> None:
    run.Screen().log("web", f'127.0.0.1 - - [22/Nov/2026:12:25:04 +0800] "GET {path} HTTP/1.1" 200 8985 "-" "x"')
    assert capsys.readouterr().out == ""


def test_noise_for_machines_is_not_shown(capsys: pytest.CaptureFixture) -> None:
    run.Screen().log("web", '{"level": "INFO", "message": "GET /healthz HTTP/1.1", "status": 200}')
    assert capsys.readouterr().out == ""


def test_dead_child_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    once = tmp_path / "once"
    supervisor.add(shell(f"test -e {once} && exec sleep 30; touch {once}"))
    tend(supervisor, 1.8)
    child = supervisor.children[0]
    assert len(child.deaths) == 1
    assert child.process is not None
    assert child.process.poll() is None


def test_child_that_keeps_dying_ends_the_portal(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "DEATHS", 2)
    supervisor.add(shell("exit 3"))
    with pytest.raises(RunError, match="part 在一分钟内退出了 2 次"):
        tend(supervisor, 5)


def test_death_of_the_database_ends_the_portal(supervisor: Supervisor) -> None:
    supervisor.add(shell("exit 3", name="postgres", restarts=False))
    with pytest.raises(RunError, match="postgres 意外退出（退出码 3）"):
        tend(supervisor, 5)


def test_children_end_last_started_first(supervisor: Supervisor, tmp_path: Path) -> None:
    log = tmp_path / "log"
    for name in ("postgres", "web"):
        supervisor.add(shell(f"trap 'echo {name} >> {log}; exit' TERM; while :; do sleep 0.05; done", name=name))
    tend(supervisor, 0.3)
    supervisor.end()
    assert log.read_text().split() == ["web", "postgres"]


def test_stubborn_child_is_killed_with_what_it_started(supervisor: Supervisor) -> None:
    supervisor.add(shell("trap '' TERM; sleep 60 & sleep 60"))
    process = supervisor.children[0].process
    assert process is not None
    tend(supervisor, 0.3)
    supervisor.children[0].grace = 0.2
    family = family_of(process.pid)
    supervisor.end()
    time.sleep(0.1)
    assert family
    assert not [pid for pid in family if any(command_line(pid))]


def test_failed_step_names_itself(supervisor: Supervisor) -> None:
    with pytest.raises(RunError, match="migrate 失败（退出码 4）"):
        supervisor.step("migrate", ["-c", "raise SystemExit(4)"], {})


def test_portal_starts_answers_and_leaves_nothing_running(portal: subprocess.Popen, data: Path) -> None:
    greeting = next(line for line in portal.stdout or () if "门户已就绪" in line)
    family = family_of(portal.pid)
    status, _ = run.fetch(Address("127.0.0.1", int(greeting.split("/")[2].split(":")[1])), "/readyz")
    portal.send_signal(signal.SIGINT)
    portal.communicate(timeout=60)
    assert (status, portal.returncode) == (200, 0)
    assert len(family) > 8
    assert not [pid for pid in family if any(command_line(pid))]
    assert run.published(data) == {}
