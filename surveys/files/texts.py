"""Writes rows as CSV in an archive, with the table of variables and what there is to know about the file beside it."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from communities.spreadsheets import SafeCsv
from surveys.files.columns import Column, list_values
from surveys.files.rows import Cells

Lines = Iterable[Sequence[str]]


def write_csv(path: Path, columns: Sequence[Column], rows: Iterable[Cells], about: Lines) -> int:
    """Write an archive of three CSV files: numbers, variables and what there is to know; return the number of rows."""
    written = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"{_('数据')}.csv", "w", force_zip64=True) as raw:
            file = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
            writer = SafeCsv(file)
            writer.write([column.name for column in columns])
            for cells in rows:
                writer.write(cells)  # numbers, and nothing for what is missing
                written += 1
            file.flush()
            file.detach()
        archive.writestr(f"{_('变量')}.csv", to_csv(list_values(columns)))
        archive.writestr(f"{_('说明')}.csv", to_csv(about))
    return written


def to_csv(lines: Lines) -> bytes:
    """Return lines as CSV in UTF-8 with a byte order mark, as Excel expects."""
    text = io.StringIO(newline="")
    SafeCsv(text).write_all(lines)
    return text.getvalue().encode("utf-8-sig")
