"""The sandboxed reader: little memory and time, no keys and no database. It turns a file into checked rows.

Standard input: one line of JSON, the brief (imports.reader.make_brief), then the file. Standard output: JSON lines
["layouts", [layout …]], ["ask", [problem …]], ["rows", {…}], ["refused", {…}].
"""

import gc
import io
import json
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from imports.directory import Directory
from imports.formats import FileRefused, Format
from imports.headings import HEADING_SEARCH_ROWS, Layout, find_layout, guess_layout
from imports.reading import Limits, Table, read_tables
from imports.rows import VALUES, Chunk, SheetReader

UNREADABLE = 3  # exit status


def limit_resources(memory: int, seconds: int) -> None:
    """Cap address space (bytes) and processor time (seconds) of this process."""
    if sys.platform == "linux":  # macOS refuses RLIMIT_AS; the parent's time-out still holds there
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def read(brief: dict[str, Any], content: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the lines for a file; see the module's docstring."""
    found = []
    for table in read_tables(content, Format(brief["kind"]), Limits(**brief["limits"])):
        rows = iter(table.rows)
        head, refusal = read_head(rows)
        if refusal:
            if find_layout(table.name, head, brief["mapping"]):
                raise refusal
            continue  # a sheet of instructions may hold long texts: it is no list, and nobody reads it
        found.append((table, find_layout(table.name, head, brief["mapping"]), head, chain(head, rows)))
    if not any(layout for _table, layout, _head, _rows in found):
        found = [
            (table, guess_layout(table.name, head, brief["mapping"]), head, rows) for table, _, head, rows in found
        ]
    yield "layouts", [describe_sheet(table, layout, head) for table, layout, head, _rows in found]
    chosen, problems = choose_sheets([(table, layout, rows) for table, layout, _head, rows in found], brief["sheets"])
    if problems:
        yield "ask", problems
        return
    directory = Directory(**brief["directory"])
    for table, layout, rows in chosen:
        hidden = table.hidden if brief["reads_hidden_rows"] else ()
        reader = SheetReader(
            layout,
            directory,
            today=date.fromisoformat(brief["today"]),
            epoch_1904=table.epoch_1904,
            hidden=hidden,
        )
        seen = rows if brief["reads_hidden_rows"] else (row for row in rows if row[0] not in table.hidden)
        for chunk in reader.read(seen):
            yield "rows", pack(chunk)


def read_head(rows: Iterator[tuple[int, list[Any]]]) -> tuple[list[tuple[int, list[Any]]], FileRefused | None]:
    """Return a sheet's first rows, up to a refusal if there is one, and that refusal."""
    head: list[tuple[int, list[Any]]] = []
    try:
        for row in islice(rows, HEADING_SEARCH_ROWS + 5):
            head.append(row)
    except FileRefused as refusal:
        return head, refusal
    return head, None


def choose_sheets(
    found: list[tuple[Table, Layout | None, Any]], wanted: list[str]
) -> tuple[list[tuple[Table, Layout, Any]], list[str]]:
    """Return the sheets to read and what must be asked first.

    Without a wish all sheets that look like a list are read, if their headings agree; otherwise the user chooses.
    """
    lists = [(table, layout, rows) for table, layout, rows in found if layout]
    if not found:
        raise FileRefused("empty")
    if wanted:
        lists = [item for item in lists if item[0].name in wanted]
    if not lists:
        return [], ["no_heading"]
    problems = []
    if not wanted and len({layout.heading_set for _table, layout, _rows in lists}) > 1:
        problems.append("sheets_differ")
    if not all(layout.is_clear for _table, layout, _rows in lists):
        problems.append("columns_unclear")
    return lists, problems


def describe_sheet(table: Table, layout: Layout | None, head: list[tuple[int, list[Any]]]) -> dict[str, Any]:
    """Return what the mapping page shows of a sheet: its layout, and the shapes of some cells, never their contents."""
    if layout is None:
        return {"sheet": table.name, "rows": [], "columns": {}, "headings": [], "unknown": [], "repeated": []}
    below = [cells for number, cells in head if number > max(layout.rows)][:3]
    shapes = {
        index: [show_shape(cells[index]) for cells in below if index < len(cells) and cells[index] not in ("", None)]
        for index in layout.headings
    }
    return layout.as_dict() | {"shapes": sorted(shapes.items())}


def show_shape(cell: Any) -> str:
    """Return a cell's shape: digits as 9, letters as A, Chinese characters as 字, so that a column is known by it."""
    return "".join(
        "9" if mark.isdigit() else "A" if mark.isascii() and mark.isalpha() else "字" if mark.isalpha() else mark
        for mark in str(cell)[:24]
    )


def pack(chunk: Chunk) -> dict[str, Any]:
    """Return a chunk as plain JSON values: columns in the order of VALUES, findings by place."""
    headings, columns = chunk.layout.headings, chunk.layout.columns
    return {
        "sheet": chunk.layout.sheet,
        "numbers": chunk.numbers,
        "values": [chunk.values[key] for key in VALUES],
        "findings": [
            [place, *astuple(finding)[:3], columns.get(finding.key), headings.get(columns.get(finding.key, -1), "")]
            for place, found in sorted(chunk.findings.items())
            for finding in found
        ],
    }


def answer(read: Callable[[dict[str, Any], bytes], Iterator[tuple[str, Any]]]) -> None:
    """Read brief and file from standard input and print what `read` says of them, under the limits of the brief."""
    brief = json.loads(sys.stdin.buffer.readline())
    limit_resources(brief.pop("memory"), brief.pop("seconds"))
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", write_through=True)
    try:
        for line in read(brief, sys.stdin.buffer.read()):
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    except FileRefused as refusal:
        place = {"sheet": refusal.sheet, "row": refusal.row, "column": refusal.column}
        out.write(json.dumps(["refused", {"code": refusal.code, "detail": str(refusal.detail)} | place]) + "\n")
    except MemoryError:
        sys.exit(UNREADABLE)


if __name__ == "__main__":
    gc.disable()  # millions of cells and no cycles: looking for garbage would take a fifth of the time
    answer(read)
