"""A web server of its own, for tests and measurements: gunicorn as in production, on a free port of this machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

from ops.services import WEB, stop, url_of_role

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS, STOP_SECONDS = 30, 10


@contextlib.contextmanager
def web_server(database: str, *, workers: int = 1, threads: int = 8, **variables: str) -> Iterator[str]:
    """Serve the portal on the database of this name for the length of the block; yield the address."""
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = os.environ | {"DATABASE_URL": url_of_role(f"{base}/{database}", WEB)} | variables
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        size = ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
        quiet = ["--no-control-socket", "--log-level", "error", "--bind", f"fd://{listener.fileno()}"]
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", *size, *quiet]
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, pass_fds=(listener.fileno(),), start_new_session=True
        )
        try:
            yield wait_for(f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            stop(server, signal.SIGTERM, STOP_SECONDS)


def wait_for(address: str) -> str:
    """Return the address once somebody answers there."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(URLError, OSError), urllib.request.urlopen(f"{address}/healthz", timeout=5):
            return address
        time.sleep(0.1)
    raise RuntimeError(f"nobody answers at {address}")
