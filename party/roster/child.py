"""The sandboxed reader of rosters: who is named, and what is said of the membership. No keys and no database.

Same limits and same input as imports/reader_child.py. Standard output: JSON lines ["sheet", {…}] for each list found,
["row", {…}] for each of its rows with what is to be said about its cells, ["refused", {…}].
"""

import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grids.cleaning import CellRefused, Remark, clean_date, clean_id_number, clean_name, clean_phone
from imports.formats import FileRefused, Format
from imports.headings import HEADING_SEARCH_ROWS, Layout
from imports.reader_child import answer
from imports.reading import Limits, Table, read_tables
from imports.rows import COUNTED, NOTES, TOTALS
from party.roster.columns import HEADINGS, clean_exemption, clean_standing, clean_title, find_roster

# The register knows the name and the number better: what is odd about these cells is no news to whom the row means.
SAID_ELSEWHERE = ("name_remark_dropped", "phone_first_of_several", "phone_remark_dropped")
Odd = list[Any]  # severity, code, detail, key of the column


def read(brief: dict[str, Any], content: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the lines for a file; see the module's docstring."""
    is_list = seen = False
    for table in read_tables(content, Format(brief["kind"]), Limits(**brief["limits"])):
        seen = True
        rows = iter(table.rows)
        head = list(islice(rows, HEADING_SEARCH_ROWS))
        layout = find_roster(table.name, head)
        if layout is None:
            continue
        is_list = True
        if layout.repeated:
            raise FileRefused("column_twice", HEADINGS.get(layout.repeated[0], layout.repeated[0]), sheet=table.name)
        yield "sheet", describe(layout)
        checks = make_checks(date.fromisoformat(brief["today"]), table)
        for number, cells in chain(head, rows):
            if number > max(layout.rows) and not is_note(cells):
                yield "row", read_row(table, layout, number, cells, checks)
    if not is_list:
        raise FileRefused("no_roster" if seen else "empty")


def describe(layout: Layout) -> dict[str, Any]:
    """Return where the columns of a sheet are, and which headings are not used."""
    used = {index for key, index in layout.columns.items() if key in HEADINGS}
    return {
        "sheet": layout.sheet,
        "rows": layout.rows,
        "columns": {key: index for key, index in layout.columns.items() if key in HEADINGS},
        "unused": [heading for index, heading in sorted(layout.headings.items()) if index not in used],
    }


def make_checks(today: date, table: Table) -> dict[str, Callable[[Any], Any]]:
    """Return the cleaner of each column."""
    read_day = partial(clean_date, today=today, epoch_1904=table.epoch_1904)
    return {
        "name": clean_name,
        "id_number": partial(clean_id_number, today=today),
        "phone": clean_phone,
        "community": clean_title,
        "branch": clean_title,
        "party_group": clean_title,
        "standing": clean_standing,
        "joined_on": read_day,
        "full_on": read_day,
        "member_since": read_day,
        "exemption": clean_exemption,
    }


def is_note(cells: list[Any]) -> bool:
    """Tell whether a row is a total or a remark of who made the list."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    return any(TOTALS.fullmatch(text) or COUNTED.fullmatch(text) or NOTES.fullmatch(text) for text in texts[:3])


def read_row(
    table: Table, layout: Layout, number: int, cells: list[Any], checks: dict[str, Callable[[Any], Any]]
) -> dict[str, Any]:
    """Return the clean values of a row, and what is to be said about its cells."""
    values: dict[str, str] = {}
    odd: list[Odd] = []
    for key, check in checks.items():
        column = layout.columns.get(key)
        cell = cells[column] if column is not None and column < len(cells) else ""
        try:
            value = check(cell)
        except CellRefused as refusal:
            odd.append(["refuse", refusal.code, refusal.detail, key])
            continue
        if isinstance(value, Remark):
            odd.append(["remark", value.code, str(value.detail), key])
            value = value.value
        if value:
            values[key] = str(value)
    if number in table.hidden:
        odd.append(["remark", "row_hidden", "", ""])
    return {"sheet": table.name, "row": number, "values": values, "odd": list(keep_telling(odd, values))}


def keep_telling(odd: list[Odd], values: dict[str, str]) -> Iterator[Odd]:
    """Yield what the user should hear: a phone is only looked at where there is no ID number to go by."""
    for severity, code, detail, key in odd:
        if code in SAID_ELSEWHERE or (key == "phone" and "id_number" in values):
            continue
        yield [severity, code, detail, key]


if __name__ == "__main__":
    answer(read)
