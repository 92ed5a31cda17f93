"""The child process that parses a workbook: file on standard input, JSON lines on standard output. No Django here.

Lines: ["sheet", name], ["rows", [[cell, …], …]] (in order, from row 1), ["refused", [code, detail]].
"""

import io
import json
import resource
import sys
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

CHUNK = 1000


def limit_resources(memory: int, seconds: int) -> None:
    """Cap address space (bytes) and processor time (seconds) of this process."""
    if sys.platform == "linux":  # macOS refuses RLIMIT_AS; the parent's time-out still holds there
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def read(content: bytes, rows: int, columns: int) -> Iterator[tuple[str, object]]:
    """Yield the lines for every visible sheet that holds anything."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for meta in workbook.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        if sheet.start is None or sheet.end is None:
            continue
        last_row, last_column = sheet.end
        if last_row >= rows + CHUNK:  # room for title rows above and remarks below the list
            yield "refused", ("too_many_rows", rows)
            return
        if last_column >= columns:
            yield "refused", ("too_many_columns", columns)
            return
        yield "sheet", meta.name
        yield from in_chunks(sheet.iter_rows(), [""] * sheet.start[1])


def in_chunks(rows: Iterator[list], left: list[str]) -> Iterator[tuple[str, list]]:
    """Yield "rows" lines; `left` are the blank cells before the first used column."""
    chunk: list[list] = []
    for row in rows:
        chunk.append(left + row)
        if len(chunk) == CHUNK:
            yield "rows", chunk
            chunk = []
    if chunk:
        yield "rows", chunk


def main() -> None:
    """Parse standard input under the limits given as JSON in the first argument."""
    limits = json.loads(sys.argv[1])
    limit_resources(limits["memory"], limits["seconds"])
    try:
        for line in read(sys.stdin.buffer.read(), limits["rows"], limits["columns"]):
            sys.stdout.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    except (CalamineError, MemoryError):
        sys.exit(3)


if __name__ == "__main__":
    main()
