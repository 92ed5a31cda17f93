"""Running the sandboxed reader and listening to it. Knows files and processes, not the register's tables."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from grids.models import Building, Grid, PopulationGroup
from imports.formats import FileRefused, Format, recognise
from imports.headings import HEADING_SEARCH_ROWS
from imports.models import ResidentImport

CHILD = Path(__file__).with_name("reader_child.py")
ECHO_CHILD = Path(__file__).with_name("echo_child.py")


def recognise_file(content: bytes) -> Format:
    """Return the file's format; raises FileRefused when it is no table. A cheap look, for the web process."""
    return recognise(content, max_bytes=settings.IMPORT_MAX_BYTES, max_unpacked=settings.IMPORT_MAX_UNPACKED_BYTES)


def make_brief(job: ResidentImport, kind: Format, *, today: date) -> dict[str, Any]:
    """Return all that the reader may know: limits, what the user chose, and the names that cells may hold."""
    communities = job.communities()
    grids = Grid.objects.current().filter(community__in=communities)
    return {
        "kind": kind,
        "today": today.isoformat(),
        "limits": {
            "rows": settings.IMPORT_MAX_ROWS + HEADING_SEARCH_ROWS,  # titles and headings are no residents
            "columns": settings.IMPORT_MAX_COLUMNS,
            "cell_length": settings.IMPORT_CELL_LENGTH,
            "unpacked": settings.IMPORT_MAX_UNPACKED_BYTES,
        },
        "memory": settings.IMPORT_PARSE_MEMORY,
        "seconds": settings.IMPORT_PARSE_SECONDS,
        "mapping": job.mapping,
        "sheets": job.sheets,
        "reads_hidden_rows": job.reads_hidden_rows,
        "directory": {
            "communities": list(communities.values_list("code", "name", "id")),
            "grids": list(grids.values_list("code", "name", "id", "community_id")),
            "groups": list(PopulationGroup.objects.values_list("name", "id")),
            "buildings": list(Building.objects.filter(grid__in=grids).values_list("name", "grid_id")),
        },
    }


def read_file(content: bytes, brief: dict[str, Any], script: Path = CHILD) -> Iterator[tuple[str, Any]]:
    """Yield what the reader says about the file, line by line (see reader_child.py; echo_child.py speaks alike).

    Raises FileRefused when the reader refuses the file, dies over it, or takes too long. Ends the reader when the
    caller stops listening.
    """
    with tempfile.TemporaryFile() as inlet:
        inlet.write(json.dumps(brief).encode() + b"\n")
        inlet.write(content)
        inlet.seek(0)
        child = subprocess.Popen(  # noqa: S603 - our own script under our own interpreter
            [sys.executable, "-I", str(script)], stdin=inlet, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    watchdog = threading.Timer(settings.IMPORT_PARSE_SECONDS * 2, child.kill)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield from listen(child.stdout)
        child.wait()
    finally:
        watchdog.cancel()
        child.kill()
        child.wait()
        child.stdout.close()  # type: ignore[union-attr]
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise FileRefused("too_slow", str(settings.IMPORT_PARSE_SECONDS))
    if child.returncode:
        raise FileRefused("unreadable")


def listen(pipe: IO[bytes] | None) -> Iterator[tuple[str, Any]]:
    """Yield the reader's lines; raises FileRefused when it says so."""
    for line in pipe or ():
        kind, value = json.loads(line)
        if kind == "refused":
            if value["code"] == "too_many_rows":
                value["detail"] = str(settings.IMPORT_MAX_ROWS)
            raise FileRefused(value.pop("code"), value.pop("detail"), **value)
        yield kind, value
