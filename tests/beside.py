"""A process of its own on the test's database, for tests that kill it.

Never a fork: browsers and servers of earlier tests leave threads behind, and a fork inherits whatever locks they hold.
`python -m tests.beside PATH ID…` calls a function by its dotted path and says `READY` right before.
"""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import django
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parent.parent
READY = "ready"
START_SECONDS, WORK_SECONDS = 120, 300


def start(path: str, *keys: int) -> subprocess.Popen:
    """Return a process that has just begun to call a function with the ids of rows."""
    from django.db import connection  # the process itself imports this module before Django is set up

    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = os.environ | {"DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}"}
    command = [sys.executable, "-m", "tests.beside", path, *map(str, keys)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    wait_for(process, READY)
    return process


def wait_for(process: subprocess.Popen, word: str) -> None:
    """Return once the process has said a word, in a line of its own; one that ends or stays silent fails the test."""
    deadline, said = time.monotonic() + START_SECONDS, b""
    while not said.endswith(f"{word}\n".encode()):
        left = max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([process.stdout], [], [], left)
        letter = os.read(process.stdout.fileno(), 1) if ready else b""  # no more: the next word has its own reader
        if not letter:
            process.kill()
            raise AssertionError(f"the process never said {word}: {said!r}")
        said += letter


def finish(process: subprocess.Popen) -> None:
    """Wait until the process has done its work."""
    try:
        assert process.wait(WORK_SECONDS) == 0
    finally:
        kill(process)


def kill(process: subprocess.Popen) -> int:
    """Kill the process (SIGKILL) unless it has ended; return its exit code."""
    process.kill()
    code = process.wait(WORK_SECONDS)
    process.stdout.close()
    return code


def main(path: str, *keys: str) -> None:
    """Set the portal up, tell that we are ready, and do the work."""
    django.setup()
    work = import_string(path)
    print(READY, flush=True)
    work(*map(int, keys))


if __name__ == "__main__":
    main(*sys.argv[1:])
