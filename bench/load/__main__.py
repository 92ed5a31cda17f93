"""python -m bench.load: start the portal as in production, load it for some minutes, print rates, times and memory.

    python -m bench.load --folder DIR [--minutes 5] [--users 60] [--scale S]

DIR keeps the portal's data, locust's environment and the report (report.csv, memory.csv); a second run uses them again.
Two web workers of eight threads, a Celery worker and beat, on this machine. Ends with 1 when any request failed.
"""

import argparse
import csv
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from ops.run import ROLE_URLS

ROOT = Path(__file__).resolve().parents[2]
LOCUST = "locust==2.47.0"
READY_SECONDS, STOP_SECONDS = 900, 30
SAMPLE_SECONDS = 5
PARTS = {
    "web": "gunicorn",
    "worker": "-A config worker",
    "beat": "-A config beat",
    "postgres": "postgres",
}


def read_options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--users", type=int, default=60)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--scale", default="S", help="data set beside the demo street; empty: none")
    return parser.parse_args()


def find_locust(folder: Path) -> Path:
    """Return locust's Python, installed into an environment of its own the first time: it is no part of the portal."""
    python = folder / "locust" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "locust")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", LOCUST], check=True)
    return python


def list_processes() -> dict[int, tuple[int, str, int]]:
    """Return parent, command and resident kilobytes of every process of this machine."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                status = (entry / "status").read_text()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
                found[int(entry.name)] = (int(fields["PPid"]), command, int(fields.get("VmRSS", "0").split()[0]))
        except (OSError, ValueError):
            continue
    return found


def measure_memory(root: int) -> dict[str, int]:
    """Return megabytes by part of the portal that this process started."""
    processes = list_processes()
    ours, grown = {root}, True
    while grown:
        more = {key for key, (parent, _command, _size) in processes.items() if parent in ours} - ours
        ours, grown = ours | more, bool(more)
    sizes = dict.fromkeys(PARTS, 0)
    for key in ours:
        _parent, command, size = processes.get(key, (0, "", 0))
        part = next((part for part, word in PARTS.items() if word in command), None)
        if part:
            sizes[part] += size
    return {part: size // 1024 for part, size in sizes.items()}


@contextmanager
def running(folder: Path, port: int) -> Iterator[tuple[subprocess.Popen, dict[str, str]]]:
    """Run the portal for the length of the block; yield its process and the variables it was given."""
    data = {"PORTAL_DATA": str(folder / "data"), "PORT": str(port), "PORTAL_ENV": "demo", "BEHIND_PROXY": "true"}
    elsewhere = ("DATABASE_URL", *ROLE_URLS.values(), "REDIS_URL")
    environment = {name: value for name, value in os.environ.items() if name not in elsewhere} | data
    with (folder / "portal.log").open("wb") as log:
        portal = subprocess.Popen(
            [sys.executable, "-m", "ops.run"], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", portal)
            yield portal, environment
        finally:
            portal.send_signal(signal.SIGTERM)
            try:
                portal.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                portal.kill()
                portal.wait()


def wait_for(address: str, portal: subprocess.Popen) -> None:
    """Return once the portal is ready; the first start fills the demo street and takes minutes."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and portal.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(1)
    raise RuntimeError("the portal did not start: see portal.log")


def manage(environment: dict[str, str], *words: str) -> None:
    """Run a command beside the running portal."""
    command = [sys.executable, "-m", "ops.with_services", "--portal", sys.executable, *words]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def load(options: argparse.Namespace, environment: dict[str, str], portal: subprocess.Popen) -> list[dict[str, int]]:
    """Let locust loose; return the memory of the portal's parts every few seconds."""
    python = find_locust(options.folder)
    given = environment | {"PLACES": str(options.folder / "places.json"), "PYTHONPATH": str(ROOT)}
    profile = str(ROOT / "bench" / "load" / "profile.py")
    size = ["--users", str(options.users), "--spawn-rate", str(max(1, options.users // 10))]
    size += ["--run-time", f"{int(options.minutes * 60)}s", "--host", f"http://127.0.0.1:{options.port}"]
    report = ["--headless", "--only-summary", "--csv", str(options.folder / "report")]
    with (options.folder / "locust.log").open("wb") as log:
        locust = subprocess.Popen(
            [str(python), "-m", "locust", "-f", profile, *size, *report], cwd=ROOT, env=given, stdout=log, stderr=log
        )
        samples = []
        while locust.poll() is None:
            samples.append(measure_memory(portal.pid))
            time.sleep(SAMPLE_SECONDS)
    return samples


def show(folder: Path, samples: list[dict[str, int]]) -> int:
    """Print a line for each kind of request, the sum, and how memory grew; return the number of failed requests."""
    with (folder / "report_stats.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    print(f"{'request':<18}{'number':>8}{'failed':>8}{'per s':>8}{'p50 ms':>8}{'p95 ms':>8}")
    for row in rows:
        numbers = f"{row['Request Count']:>8}{row['Failure Count']:>8}{float(row['Requests/s']):>8.1f}"
        print(f"{row['Name']:<18}{numbers}{row['50%']:>8}{row['95%']:>8}")
    settled = samples[min(len(samples) - 1, 12) :]  # after a minute everything has been imported and cached
    for part in PARTS:
        print(f"{part}: {settled[0][part]} MB after a minute, {settled[-1][part]} MB at the end")
    with (folder / "memory.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(PARTS))
        writer.writeheader()
        writer.writerows(samples)
    return int(rows[-1]["Failure Count"])


def main() -> int:
    """Start, load, report."""
    options = read_options()
    options.folder.mkdir(parents=True, exist_ok=True)
    options.folder = options.folder.resolve()
    find_locust(options.folder)
    with running(options.folder, options.port) as (portal, environment):
        if options.scale:
            manage(environment, "manage.py", "seed_demo", "--once", "--scale", options.scale)
        manage(environment, "-m", "bench.load.places", str(options.folder / "places.json"))
        samples = load(options, environment, portal)
    return 1 if show(options.folder, samples) else 0


if __name__ == "__main__":
    sys.exit(main())
