"""Writes rows for SPSS, with labels in Chinese: every variable a number, what is missing as missing of the system."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from surveys.files.columns import Column
from surveys.files.rows import Cells

# SPSS keeps so many bytes of UTF-8; what is longer stands whole in the workbook's sheet of variables.
LABEL_BYTES, VALUE_BYTES, TITLE_BYTES, NOTE_BYTES = 255, 120, 64, 80
JOINERS = "\u200d\ufe0f"  # within an emoji; at the end of a text they join nothing
BLOCK = 5000  # rows that are turned into numbers of eight bytes at a time


def write_sav(path: Path, columns: Sequence[Column], rows: Iterable[Cells], *, title: str, notes: Sequence[str]) -> int:
    """Write a .sav; return the number of rows."""
    # These take half a second and fifty megabytes: only the process that writes such a file pays for them.
    import pandas as pd
    import pyreadstat

    names = [column.name for column in columns]
    blocks = [pd.DataFrame(block, columns=names, dtype="float64") for block in cut_rows(rows)]
    frame = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=names, dtype="float64")
    pyreadstat.write_sav(
        frame,
        path,
        file_label=cut(title, TITLE_BYTES),
        column_labels=[cut(column.label, LABEL_BYTES) for column in columns],
        variable_value_labels={
            column.name: {float(value): cut(label, VALUE_BYTES) for value, label in column.values.items()}
            for column in columns
            if column.values
        },
        variable_measure={column.name: column.measure for column in columns},
        variable_format={column.name: "F4.0" for column in columns},
        note=[part for note in notes for part in split(note, NOTE_BYTES)],
        row_compress=True,
    )
    return len(frame)


def cut_rows(rows: Iterable[Cells]) -> Iterator[list[Cells]]:
    """Yield the rows by blocks: as Python's numbers all of them would take ten times the memory."""
    rows = iter(rows)
    while block := list(islice(rows, BLOCK)):
        yield block


def cut(text: str, most: int) -> str:
    """Return the text with at most so many bytes of UTF-8, and never half a sign; "…" stands for the rest."""
    text = " ".join(text.split())
    if len(text.encode()) <= most:
        return text
    room = most - len("…".encode())
    return text.encode()[:room].decode(errors="ignore").rstrip(JOINERS) + "…"


def split(text: str, most: int) -> Iterator[str]:
    """Yield the text in parts of at most so many bytes."""
    rest = " ".join(text.split())
    while rest:
        part = rest.encode()[:most].decode(errors="ignore")
        yield part
        rest = rest[len(part) :]
