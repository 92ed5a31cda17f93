"""Sends hostile files to everything that reads one, and watches memory, folders, and an address nobody may ask for."""

import os
import socketserver
import tempfile
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from accounts.roles import Role
from imports import actions
from imports.models import ResidentImport
from tests.attack.archives import MAPS, PICTURES, SECRET, WORKBOOKS, outside
from tests.attack.browser import Upload
from tests.attack.crawler import Arena, Outcome

MOST_MEGABYTES = 400  # that reading one file may add to a web process; a lying one asks for gigabytes
BOOK_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Reader:
    """A form with a file: who sends it, to which address, in which field."""

    actor: str
    address: str
    field: str
    suffix: str = ".xlsx"


READERS = [
    Reader(Role.DATA_ADMIN, "imports:upload", "file"),
    Reader(Role.DATA_ADMIN, "admin:grids_resident_import", "import_file"),
    Reader(Role.DATA_ADMIN, "admin:grids_grid_import", "import_file"),
    Reader(Role.DATA_ADMIN, "grids:boundary_upload", "file", ".geojson"),
    Reader(Role.WORKER, "activities:match", "sheet"),
    Reader(Role.WORKER, "activities:photo-add", "photo", ".jpg"),
    Reader(Role.BRANCH_SECRETARY, "party:roster", "file"),
    Reader(Role.WORKER, "indicators:report-upload", "file"),
    Reader(Role.WORKER, "surveys:workbook", "file"),
    Reader(Role.WORKER, "surveys:xlsform-in", "file"),
]


class Ear:
    """An address of this machine that notes whether anybody asked for it."""

    def __init__(self) -> None:
        ear = self
        self.heard = 0

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                ear.heard += 1

        self.server = socketserver.TCPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/{SECRET}"


@contextmanager
def listening() -> Iterator[tuple[Ear, str]]:
    """Listen at an address, and lay a file with a secret beside; yield the ear and the address of the file."""
    ear = Ear()
    thread = threading.Thread(target=ear.server.serve_forever, args=(0.05,))
    thread.start()
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as secret:
            secret.write(f"{SECRET}-told")
            secret.flush()
            yield ear, f"file://{secret.name}"
    finally:
        ear.server.shutdown()
        ear.server.server_close()
        thread.join()


def list_files(web: str, file: str) -> dict[str, Callable[[], bytes]]:
    """Return what makes each hostile file, by name; two addresses are those that files ask for."""
    asking = {
        name: lambda content=content: content for address in (web, file) for name, content in outside(address).items()
    }
    return WORKBOOKS | MAPS | PICTURES | asking


def read_megabytes(line: str) -> int:
    """Return a figure of this process: VmRSS is its memory, VmHWM the most since reset_peak()."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{line}:")[2].split()[0]) // 1024


def reset_peak() -> None:
    """Let the most memory so far be forgotten."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def list_places() -> set[str]:
    """Return the files in the folders where names out of an archive would lead."""
    folders = (Path.cwd(), Path.cwd().parent, Path("/"), Path(tempfile.gettempdir()))
    return {entry.path for folder in folders for entry in os.scandir(folder) if "zq9" in entry.name}


def upload(arena: Arena, reader: Reader, content: bytes) -> Outcome:
    """Send a file as its form would, and read it, where a task does that."""
    address = next(one for one in arena.addresses if one.name == reader.address)
    file = Upload(f"名册{reader.suffix}", content, BOOK_KIND)
    sent = arena.good_form(reader.address, "POST") | {reader.field: file}
    if reader.field == "import_file":
        sent |= {"format": "1"}
    return arena.send("POST", arena.url_of(address), sent, {}, then=rehearse if reader.field == "file" else None)


def rehearse() -> None:
    """Do what the worker does with an import that has just been uploaded."""
    for job in ResidentImport.objects.filter(status=ResidentImport.Status.QUEUED):
        actions.rehearse(job.pk)
        job.refresh_from_db()
        assert job.status != ResidentImport.Status.QUEUED, "the import still waits"


def judge_file(arena: Arena, reader: Reader, content: bytes, ear: Ear) -> Iterator[str]:
    """Yield what a hostile file achieved."""
    before, heard, base = list_places(), ear.heard, read_megabytes("VmRSS")
    reset_peak()
    outcome = upload(arena, reader, content)
    yield from arena.judge(outcome)
    grown = read_megabytes("VmHWM") - base
    if grown > MOST_MEGABYTES + 2 * len(content) // 2**20:
        yield f"took {grown} MB"
    if ear.heard != heard:
        yield "made the reader ask for an address"
    if f"{SECRET}-told" in outcome.text or any(f"{SECRET}-told" in str(given) for _sql, given in outcome.statements):
        yield "made the reader open a file"
    if list_places() != before:
        yield "wrote a file outside"


def attack(arena: Arena, actor: str, note: Callable[[str, list[str]], None], options: Namespace) -> None:
    """Send every hostile file to every reader of an actor."""
    with listening() as (ear, secret):
        for name, make in list_files(ear.address, secret).items():
            for reader in READERS:
                if reader.actor == actor:
                    wrongs = judge_file(arena, reader, make(), ear)
                    note("files", [f"{reader.address} {name}: {wrong}" for wrong in wrongs])
