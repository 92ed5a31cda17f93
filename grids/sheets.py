"""Reading a workbook in a killable child process, after a cheap look at the archive. Knows rows, not residents.

A two-cell workbook can make the fast reader ask for hundreds of gigabytes and abort, so it never runs in our process.
"""

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

CHILD = Path(__file__).with_name("sheet_child.py")
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # old .xls, and .xlsx with a password


class FileRefused(Exception):
    """The whole file is refused: a code of reasons.FILE_REASONS, its detail, and the place where there is one."""

    def __init__(
        self, code: str, detail: str = "", *, sheet: str = "", row: int = 0, column: int | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.sheet, self.row, self.column = code, detail, sheet, row, column


@dataclass(frozen=True)
class Sheet:
    """A visible worksheet: its name and its rows in order, from row 1; cells are str, float, bool or ISO date text."""

    name: str
    rows: list[list[object]]


def check_archive(content: bytes) -> None:
    """Raise FileRefused unless the bytes look like an honest .xlsx: magic, size, unpacked size, expected parts."""
    if len(content) > settings.IMPORT_MAX_BYTES:
        raise FileRefused("too_large", str(settings.IMPORT_MAX_BYTES // 2**20))
    if content.startswith(OLE_MAGIC):
        raise FileRefused("encrypted" if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in content else "not_xlsx")
    if not content.startswith(ZIP_MAGIC):
        raise FileRefused("not_xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise FileRefused("unreadable") from error
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise FileRefused("not_xlsx")
    if sum(entry.file_size for entry in entries) > settings.IMPORT_MAX_UNPACKED_BYTES:
        raise FileRefused("unpacks_too_large")


def read_sheets(content: bytes) -> list[Sheet]:
    """Return the visible sheets that hold anything; raises FileRefused for whatever cannot be read safely."""
    check_archive(content)
    sheets: list[Sheet] = []
    for kind, value in run_child(content):
        if kind == "refused":
            raise FileRefused(value[0], str(value[1]))
        if kind == "sheet":
            sheets.append(Sheet(value, []))
        else:
            sheets[-1].rows.extend(value)
    if not sheets:
        raise FileRefused("empty")
    return sheets


def run_child(content: bytes) -> Iterator[tuple[str, Any]]:
    """Yield what the child prints, a JSON pair a line; raises FileRefused when it dies or takes too long."""
    limits = {
        "rows": settings.IMPORT_MAX_ROWS,
        "columns": settings.IMPORT_MAX_COLUMNS,
        "memory": settings.IMPORT_PARSE_MEMORY,
        "seconds": settings.IMPORT_PARSE_SECONDS,
    }
    with tempfile.TemporaryFile() as inlet, tempfile.TemporaryFile() as outlet:
        inlet.write(content)
        inlet.seek(0)
        try:
            child = subprocess.run(  # noqa: S603 - our own script under our own interpreter
                [sys.executable, "-I", str(CHILD), json.dumps(limits)],
                stdin=inlet,
                stdout=outlet,
                stderr=subprocess.DEVNULL,
                timeout=settings.IMPORT_PARSE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise FileRefused("too_slow", str(settings.IMPORT_PARSE_SECONDS)) from error
        if child.returncode:
            raise FileRefused("unreadable")
        outlet.seek(0)
        yield from map(json.loads, outlet)
