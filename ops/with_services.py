"""Runs a command with PostgreSQL and Redis beside it: throw-away ones, or those of the portal."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ops.run import (
    InUseError,
    RunError,
    claim,
    data_folder,
    new_keys,
    portal_environment,
    published,
    withdraw,
)
from ops.services import ServiceError, follow_parent, make_data_folder, postgres, redis, runtime_folder

USAGE = "用法：python -m ops.with_services [--portal] 命令 …"


@contextlib.contextmanager
def throw_away_services() -> Iterator[dict[str, str]]:
    """The variables of an empty portal whose servers and data vanish after the block."""
    with runtime_folder("portal-test-") as folder:
        data = folder / "data"
        make_data_folder(data)
        given = {name: value for name, value in os.environ.items() if value}
        environment = {"PORTAL_ENV": "test", **new_keys(), **given, "PORTAL_DATA": str(data)}
        with servers(data, folder, environment, durable=False):
            yield environment


@contextlib.contextmanager
def portal_services() -> Iterator[dict[str, str]]:
    """The variables of the portal of PORTAL_DATA; its servers are started for the block unless they run."""
    data = data_folder(os.environ)
    try:
        with claim(data), runtime_folder() as folder:
            withdraw(data)
            environment = {**os.environ, **portal_environment(data, os.environ)}
            with servers(data, folder, environment, durable=True):
                yield environment
    except InUseError:
        running = published(data).get("environment")
        if running is None:
            raise
        yield {**os.environ, **running}


@contextlib.contextmanager
def servers(data: Path, folder: Path, environment: dict[str, str], *, durable: bool) -> Iterator[None]:
    """Start what the environment does not name and enter its URL there; show the servers' log on failure."""
    log = folder / "services.log"
    with contextlib.ExitStack() as stack, open(log, "wb") as output:
        try:
            if "DATABASE_URL" not in environment:
                url = stack.enter_context(postgres(data, folder, durable=durable, output=output))
                environment["DATABASE_URL"] = url
            if "REDIS_URL" not in environment:
                environment["REDIS_URL"] = stack.enter_context(redis(folder, output=output))
        except ServiceError:
            sys.stderr.write(log.read_text(errors="replace"))
            raise
        yield


class Command:
    """The command to run; it shares our terminal, so Ctrl-C reaches it without us."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.process: subprocess.Popen | None = None

    def on_signal(self, number: int, _: object) -> None:
        """Pass signals on, or end at once while there is no command yet; the servers are ended either way."""
        if self.process is None:
            raise SystemExit(128 + number)
        if number != signal.SIGINT:
            self.process.send_signal(number)

    def run(self, environment: dict[str, str]) -> int:
        """Run to the end; returns the exit code as a shell would."""
        try:
            self.process = subprocess.Popen(
                self.words, env=environment, preexec_fn=lambda: follow_parent(signal.SIGTERM)
            )
        except OSError as error:
            print(f"无法运行 {self.words[0]}：{error.strerror}。", file=sys.stderr)
            return 127
        code = self.process.wait()
        return 128 - code if code < 0 else code


def main(arguments: list[str]) -> int:
    """`with_services [--portal] CMD…`; returns the command's exit code, or 2 when the servers cannot run."""
    portal = arguments[:1] == ["--portal"]
    command = Command(arguments[1:] if portal else arguments)
    if not command.words:
        print(USAGE, file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, command.on_signal)
    try:
        with portal_services() if portal else throw_away_services() as environment:
            return command.run(environment)
    except (RunError, ServiceError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
