"""The only writers of spreadsheet cells: texts stay texts, whatever they begin with (rule R28). None is read here."""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# The full-width signs too, for Excel in Chinese reads them as formulas as well; blanks before a sign hide it from
# nobody but us.
FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
# What Excel would damage on opening a CSV: long numbers, leading zeros, and 3-2, which it takes for a day of March.
FRAGILE = re.compile(r"\d{11,}[\dX]?|0\d+|\d+[-/]\d+")
TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class FormulaRefusedError(Exception):
    """A program of ours tried to write a formula or a link: exports hold neither."""


class SafeSheet(Worksheet):
    """A sheet without formulas and links; texts lose the signs that no workbook may hold."""

    def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> int:
        return super()._write_string(row, col, CONTROL.sub("", string), cell_format)

    def _refuse(self, *args: Any, **kwargs: Any) -> int:
        raise FormulaRefusedError("cells are texts and numbers only")

    _write_formula = _write_array_formula = _write_url = _write_rich_string = _refuse


class SafeWorkbook(xlsxwriter.Workbook):
    """A workbook of safe sheets. `options` as of xlsxwriter, but texts never turn into anything else."""

    worksheet_class = SafeSheet

    def __init__(self, target: Any, options: dict[str, Any] | None = None) -> None:
        super().__init__(target, {**(options or {}), **TEXT_ONLY})


class SafeCsv:
    """Writes lines of CSV into an open text file. Numbers stay numbers: a minus before one is no formula."""

    def __init__(self, file: TextIO) -> None:
        self.writer = csv.writer(file)

    def write(self, cells: Iterable[str | int | float | None]) -> None:
        """Write one line; nothing for a cell that is missing."""
        self.writer.writerow(
            [cell if cell is None or isinstance(cell, int | float) else defuse(cell) for cell in cells]
        )

    def write_all(self, lines: Iterable[Sequence[str | int | float | None]]) -> None:
        """Write many lines."""
        for line in lines:
            self.write(line)


def defuse(cell: str) -> str:
    """Return the cell so that Excel keeps it as text: an apostrophe before what is a formula or would be damaged."""
    cell = CONTROL.sub("", cell)
    return f"'{cell}" if FORMULA.match(cell) or FRAGILE.fullmatch(cell) else cell
