"""Writes rows as a workbook: labels, numbers, the table of variables, and what there is to know about the file.

The writer of workbooks makes the book with headings only; the rows are put into its first two sheets as they come. Cell
by cell it would take a minute for a hundred thousand answers, and most cells are one of a few texts.
"""

import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape  # it reads no XML  # nosec B406

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from communities.spreadsheets import CONTROL, SafeWorkbook
from surveys.files.columns import Column, list_values
from surveys.files.rows import Cells

Lines = Iterable[Sequence[str]]
MOST_TEXT = 32_767  # characters that a cell holds
ROW = "\0"  # stands for the number of the row; no text has it
BLOCK = 500  # rows that are joined before they are written
WORDS, NUMBERS = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
END = "</sheetData>"


def write_xlsx(path: Path, columns: Sequence[Column], rows: Iterable[Cells], about: Lines) -> int:
    """Write a workbook; return the number of rows."""
    bare, rest = path.with_suffix(".bare"), path.with_suffix(".rest")
    make_book(bare, columns, about)
    with zipfile.ZipFile(bare) as book, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as target:
        heads = {name: cut_sheet(book.read(name).decode()) for name in (WORDS, NUMBERS)}
        with rest.open("wb") as second, target.open(WORDS, "w", force_zip64=True) as first:
            first.write(heads[WORDS][0])
            written = write_rows(columns, rows, first, second)
            first.write(heads[WORDS][1])
        with rest.open("rb") as second, target.open(NUMBERS, "w", force_zip64=True) as sheet:
            sheet.write(heads[NUMBERS][0])
            shutil.copyfileobj(second, sheet)
            sheet.write(heads[NUMBERS][1])
        for name in book.namelist():
            if name not in heads:
                target.writestr(name, book.read(name))
    return written


def make_book(path: Path, columns: Sequence[Column], about: Lines) -> None:
    """Write the book without the rows."""
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    with SafeWorkbook(path, options) as book:
        words, numbers = book.add_worksheet(_("数据")), book.add_worksheet(_("代码"))
        for sheet in (words, numbers):
            sheet.freeze_panes(1, 0)
        write_table(words, [[column.label for column in columns]])
        write_table(numbers, [[column.name for column in columns]])
        write_table(book.add_worksheet(_("变量")), list_values(columns), widths=(18, 48, 8, 32, 24))
        write_table(book.add_worksheet(_("说明")), about, widths=(18, 90))


def write_table(sheet: Any, lines: Lines, *, widths: Sequence[int] = ()) -> None:
    """Write lines of texts: strings, whatever they look like (rule R28)."""
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, clean(cell))


def clean(text: str) -> str:
    """Return the text without signs that no workbook holds."""
    return CONTROL.sub("", text)[:MOST_TEXT]


def cut_sheet(xml: str) -> tuple[bytes, bytes]:
    """Return what stands before and after the rows of a sheet, without its size, which would be wrong."""
    before, after = re.sub(r"<dimension [^>]*/>", "", xml).split(END)
    return before.encode(), (END + after).encode()


def write_rows(columns: Sequence[Column], rows: Iterable[Cells], first: Any, second: Any) -> int:
    """Write the rows with labels into the first file and with numbers into the second; return how many."""
    letters = [xl_col_to_name(place) for place in range(len(columns))]
    words = [Cell(letter, find_labels(column)) for letter, column in zip(letters, columns, strict=True)]
    numbers = [Cell(letter, {}) for letter in letters]
    written = 0
    blocks: tuple[list[str], list[str]] = ([], [])
    for written, cells in enumerate(rows, start=1):
        for sheet, block in ((words, blocks[0]), (numbers, blocks[1])):
            parts = [cell[value] for cell, value in zip(sheet, cells, strict=True) if value is not None]
            block.append(f'<row r="{ROW}">{"".join(parts)}</row>'.replace(ROW, str(written + 1)))
        if written % BLOCK == 0:
            flush(blocks, first, second)
    flush(blocks, first, second)
    return written


def flush(blocks: tuple[list[str], list[str]], first: Any, second: Any) -> None:
    """Write both blocks and begin anew."""
    for block, file in zip(blocks, (first, second), strict=True):
        file.write("".join(block).encode())
        block.clear()


def find_labels(column: Column) -> Mapping[int, str]:
    """Return the texts that stand for a column's values; ticks stay 0 and 1, so that they can be added up."""
    return {} if column.is_tick else column.values


class Cell(dict[int, str]):
    """A column's cells by value, as XML in which ROW stands for the row; made when a value first comes."""

    def __init__(self, letter: str, labels: Mapping[int, str]) -> None:
        self.letter, self.labels = letter, labels

    def __missing__(self, value: int) -> str:
        place = f'<c r="{self.letter}{ROW}"'
        text = self.labels.get(value)
        if text is None:
            self[value] = f"{place}><v>{value}</v></c>"
        else:
            self[value] = f'{place} t="inlineStr"><is><t xml:space="preserve">{escape(clean(text))}</t></is></c>'
        return self[value]
