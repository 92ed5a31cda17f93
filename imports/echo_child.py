"""The sandboxed echo: reads a file again and prints some of its rows as they stand, for whoever has to correct them.

Same limits and same input as reader_child.py; the brief's `rows` says which: sheet -> row numbers. Standard output:
JSON lines ["row", [sheet, number, [cells as text]]], ["refused", {…}].
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


def echo(brief: dict[str, Any], content: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the lines for a file; see the module's docstring."""
    wanted = {sheet: set(numbers) for sheet, numbers in brief["rows"].items()}
    for table in read_tables(content, Format(brief["kind"]), Limits(**brief["limits"])):
        for number, cells in table.rows if table.name in wanted else ():
            if number in wanted[table.name]:
                yield (
                    "row",
                    [table.name, number, [cell if isinstance(cell, str) else write_out(cell) for cell in cells]],
                )


if __name__ == "__main__":
    answer(echo)
