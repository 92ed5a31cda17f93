"""The sandboxed reader of questionnaires and of result workbooks: all their cells as text. No keys and no database.

Same limits and same input as imports/reader_child.py. Standard output: JSON lines ["row", [sheet, number, [cells]]],
["refused", {…}].
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from grids.cleaning import write_out
from imports.formats import Format
from imports.reader_child import answer
from imports.reading import Limits, read_tables


def read(brief: dict[str, Any], content: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the rows of all visible sheets; see the module's docstring."""
    for table in read_tables(content, Format(brief["kind"]), Limits(**brief["limits"])):
        for number, cells in table.rows:
            yield "row", [table.name, number, [cell if isinstance(cell, str) else write_out(cell) for cell in cells]]


if __name__ == "__main__":
    answer(read)
