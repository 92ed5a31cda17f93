"""The sandboxed reader of sign-in sheets: names, and the numbers and grids beside them. No keys and no database.

Same limits and same input as imports/reader_child.py. Standard output: JSON lines ["person", {…}] with the cell's
place, ["odd", [sheet, row, column, code, detail]] for a cell that says nothing, ["refused", {…}].
"""

import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from grids.cleaning import CellRefused, Remark, clean_id_number, clean_name, clean_phone, clean_text
from imports.formats import FileRefused, Format
from imports.headings import HEADING_SEARCH_ROWS, Layout, find_key, find_layout, read_layout, refuse_forbidden_headings
from imports.reader_child import answer
from imports.reading import Limits, Table, read_tables
from imports.rows import COUNTED, NOTES, TOTALS

TAIL_LENGTH = 4


def read(brief: dict[str, Any], content: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the lines for a file; see the module's docstring."""
    is_list = seen = False
    for table in read_tables(content, Format(brief["kind"]), Limits(**brief["limits"])):
        seen = True
        rows = iter(table.rows)
        head = list(islice(rows, HEADING_SEARCH_ROWS))
        layout = find_names(table.name, head)
        if layout is None:
            continue
        is_list = True
        for number, cells in chain(head, rows):
            if number > max(layout.rows):
                yield from read_row(table, layout, number, cells, date.fromisoformat(brief["today"]))
    if not is_list:
        raise FileRefused("no_names" if seen else "empty")


def find_names(sheet: str, head: list[tuple[int, list[Any]]]) -> Layout | None:
    """Return the layout of a sheet that has a column of names; on a sign-in sheet it may be the only one known."""
    layout = find_layout(sheet, head) if head else None
    if layout and "name" in layout.columns:
        return layout
    for row in head:
        if any(isinstance(cell, str) and (find_key(cell, {}) or ("",))[0] == "name" for cell in row[1]):
            refuse_forbidden_headings(sheet, [row])
            return read_layout(sheet, [row], {})
    return None


def read_row(table: Table, layout: Layout, number: int, cells: list[Any], today: date) -> Iterator[tuple[str, Any]]:
    """Yield the person of a row, and which of its cells could not be used."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    if any(TOTALS.fullmatch(t) or COUNTED.fullmatch(t) or NOTES.fullmatch(t) for t in texts[:3]):
        return
    values: dict[str, str] = {}
    checks: dict[str, Callable[[Any], Any]] = {
        "name": clean_name,
        "phone": read_phone,
        "id_number": partial(read_id, today=today),
        "grid": clean_text,
    }
    for key, check in checks.items():
        column = layout.columns.get(key)
        cell = cells[column] if column is not None and column < len(cells) else ""
        if cell in ("", None) or not str(cell).strip():
            continue
        try:
            value = check(cell)
        except CellRefused as refusal:
            yield "odd", [table.name, number, column, refusal.code, refusal.detail]
        else:
            values[key] = str(value.value if isinstance(value, Remark) else value)
    if values.get("name"):
        yield "person", {"sheet": table.name, "row": number, **values}


def read_phone(cell: Any) -> str | Remark:
    """Return the mobile number, or the last four digits where a sheet asks only for them."""
    text = clean_text(cell)
    return text.zfill(TAIL_LENGTH) if text.isdecimal() and len(text) <= TAIL_LENGTH else clean_phone(cell)


def read_id(cell: Any, today: date) -> str | Remark:
    """Return the ID number, or its last four characters."""
    text = clean_text(cell).upper()
    is_tail = len(text) == TAIL_LENGTH and text[:3].isdecimal() and (text[3].isdecimal() or text[3] == "X")
    return text if is_tail else clean_id_number(cell, today)


if __name__ == "__main__":
    answer(read)
