"""A portal of the fault run's own, on a small disk where that is permitted, and the blows it is dealt."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from ops.run import ROLE_URLS, ROOT, new_keys, published
from ops.services import WORKER, Server, make_data_folder, runtime_folder, start_postgres, stop, url_of_role

DISK = "1200m"  # the database's log of changes alone may take a gigabyte
BALLAST = bytes(2**16)
START_SECONDS, STOP_SECONDS = 600, 60


@dataclass
class ScratchPortal:
    """The running portal: its folders, its database server, and the process of `make run`."""

    data: Path
    runtime: Path
    environment: dict[str, str]
    address: str
    server: Server
    process: subprocess.Popen
    has_small_disk: bool

    @property
    def cluster_log(self) -> Path:
        """Where the database server writes."""
        return self.runtime / "postgres.log"

    def restart_database(self) -> None:
        """Shut the database down at once, sessions or not, and start it again."""
        stop(self.server.process, signal.SIGINT, STOP_SECONDS)
        self.start_database()

    def start_database(self) -> None:
        """Start the database where it was."""
        with open(self.cluster_log, "ab") as log:
            self.server = start_postgres(self.data, self.runtime, output=log)

    def kill_worker(self) -> None:
        """Kill the worker with everything it has started."""
        os.killpg(self.find_part("worker"), signal.SIGKILL)

    def kill_redis(self) -> None:
        """Kill the queue; whoever runs the portal starts an empty one."""
        os.kill(self.find_part("redis-server"), signal.SIGKILL)

    def find_part(self, word: str) -> int:
        """Return the process of the portal in whose command the word stands."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                words = (folder / "cmdline").read_text().split("\0")
                # Redis writes its socket behind its name, in one word.
                if parent == self.process.pid and any(word == Path(one.partition(" ")[0]).name for one in words):
                    return int(folder.name)
        raise RuntimeError(f"the portal has no {word}")

    @contextlib.contextmanager
    def full_disk(self) -> Iterator[None]:
        """Leave nothing of the disk for the length of the block; the database is started again if it died."""
        ballast = self.data / "ballast"
        try:
            with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
                while file.write(BALLAST):  # to the last byte: the database has room of its own in what it has made
                    pass
            yield
        finally:
            ballast.unlink(missing_ok=True)
            if self.server.process.poll() is not None:
                self.start_database()

    @contextlib.contextmanager
    def worker_with_clock(self, seconds: int) -> Iterator[None]:
        """Let a second worker, whose clock is so much ahead (or behind), take part."""
        told = published(self.data)["environment"]
        variables = {**os.environ, **told, "DATABASE_URL": url_of_role(self.server.url, WORKER)}
        command = [sys.executable, "-m", "ops.faults.clock", str(seconds)]
        with open(self.runtime / "clock.log", "ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=variables, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            yield
        finally:
            stop(process, signal.SIGKILL, 5)

    def wait_until_ready(self) -> None:
        """Wait until every part answers; raises RuntimeError when the time is up or the portal has ended."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(URLError, OSError), urllib.request.urlopen(f"{self.address}/readyz", timeout=10):
                return
            time.sleep(0.3)
        raise RuntimeError(f"the portal is not ready, see {self.runtime / 'portal.log'}")


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk on the folder for the length of the block; yield whether that was permitted."""
    folder.mkdir(mode=0o711)
    options = ["-t", "tmpfs", "-o", f"size={DISK},mode=0711", "none", str(folder)]
    is_mounted = os.geteuid() == 0 and subprocess.run(["mount", *options], capture_output=True).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def find_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def scratch_portal() -> Iterator[ScratchPortal]:
    """Run the demo street for the length of the block; afterwards nothing of it is left."""
    with runtime_folder("portal-faults-") as runtime, small_disk(runtime / "disk") as has_small_disk:
        data = runtime / "disk" / "data"
        make_data_folder(data)
        with open(runtime / "postgres.log", "ab") as log:
            server = start_postgres(data, runtime, output=log)
        port = find_port()
        environment = {
            **{name: value for name, value in os.environ.items() if name not in ("REDIS_URL", *ROLE_URLS.values())},
            **new_keys(),
            "PORTAL_ENV": "demo",
            "PORTAL_DATA": str(data),
            "DATABASE_URL": server.url,
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        with open(runtime / "portal.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "ops.run"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        portal = ScratchPortal(data, runtime, environment, f"http://127.0.0.1:{port}", server, process, has_small_disk)
        try:
            yield portal
        finally:
            stop_portal(portal)


def stop_portal(portal: ScratchPortal) -> None:
    """End the portal in order, then its database; keep the logs of a portal that failed."""
    portal.process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        portal.process.wait(STOP_SECONDS)
    stop(portal.server.process, signal.SIGINT, STOP_SECONDS)


def tail_of_logs(portal: ScratchPortal, lines: int = 30) -> str:
    """Return the last lines of the portal and of its database, for a run that went wrong."""
    logs = [portal.runtime / "portal.log", portal.cluster_log]
    texts = [log.read_text(errors="replace").splitlines()[-lines:] for log in logs if log.exists()]
    return json.dumps(texts, ensure_ascii=False, indent=1)
