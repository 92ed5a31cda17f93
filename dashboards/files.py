"""A table of a page as a file: typed workbook or CSV with area, period, unit and day. Which table: views/files.py."""

import re
import tempfile
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.exports import write_time
from communities.spreadsheets import SafeWorkbook
from dashboards.tables import Cell, Column, Said, Sort, Table
from grids.export_files import write_csv
from indicators.areas import AreaRef
from indicators.periods import Period
from indicators.suppression import HIDDEN

NARROWEST, WIDEST = 8, 44  # columns, in the width of a digit; what is longer is read by widening it
FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')  # in file names of Windows; blanks break links in mails
FORMATS = {Sort.COUNT: "#,##0", Sort.PERCENT: "0.0%", Sort.NUMBER: "#,##0.00", Sort.VALUE: "General"}


@dataclass(frozen=True)
class FileOfTable(ABC):
    """A table that leaves the portal. What its file is called and says beside the rows: TableFile and its siblings."""

    table: Table

    @property
    @abstractmethod
    def name(self) -> str:
        """The file's name without ending."""

    @property
    @abstractmethod
    def headline(self) -> str:
        """The first line."""

    @property
    def unit(self) -> str:
        """The units of the numbers: the table's, else those of its columns."""
        found = dict.fromkeys(unit_of(column) for column in self.table.columns if column.is_number)
        return str(self.table.unit) or _("、").join(unit for unit in found if unit)

    @property
    def headings(self) -> list[str]:
        """The headings of the columns, numbers with their unit."""
        units = [unit_of(column) if column.is_number else "" for column in self.table.columns]
        pairs = zip(self.table.columns, units, strict=True)
        return [
            _("%(heading)s（%(unit)s）") % {"heading": c.heading, "unit": u} if u else str(c.heading) for c, u in pairs
        ]

    @property
    def last_line(self) -> str:
        """The number of rows, by which a reader sees that none is missing."""
        return _("合计：共 %(rows)s 行") % {"rows": len(self.table.rows)}


@dataclass(frozen=True)
class TableFile(FileOfTable):
    """A table about an area. `period` is None on pages about no period."""

    area: AreaRef
    period: Period | None
    as_of: datetime | None
    hides: bool

    @property
    def name(self) -> str:
        """Title, area, period and unit as a file name without ending."""
        when = self.period.label.replace(" ", "") if self.period else timezone.localdate().isoformat()
        parts = (self.table.title, self.area.name, when, self.unit.replace("%", _("百分比")))
        return "-".join(FORBIDDEN.sub("_", str(part)) for part in parts if str(part))

    @property
    def headline(self) -> str:
        """The first line: what this is, of where and when, how fresh, and what an empty cell means."""
        parts = [self.table.title, self.area.name, self.period.label if self.period else ""]
        parts.append(_("单位：%(unit)s") % {"unit": self.unit} if self.unit else "")
        parts.append(_("数据截至 %(at)s") % {"at": write_time(self.as_of)} if self.as_of else _("还没有计算过"))
        empty = (
            _("空格表示没有可统计的对象，或者人数太少（1–4 人）而不显示")
            if self.hides
            else _("空格表示没有可统计的对象")
        )
        return " · ".join(str(part) for part in (*parts, self.table.note, empty) if str(part))


def unit_of(column: Column) -> str:
    """Return the unit of a column of numbers."""
    return str(column.unit) or ("%" if column.sort == Sort.PERCENT else "")


def read_cell(cell: Cell, sort: Sort) -> str | int | float | None:
    """Return a cell as files keep it: numbers as numbers, even those that pages hold in words; None for empty."""
    if isinstance(cell, Said):
        return cell.value
    if cell is None or cell == HIDDEN:
        return None
    if sort == Sort.TEXT or isinstance(cell, int | float):
        return cell if isinstance(cell, int | float) else str(cell)
    words = str(cell).replace(",", "").removesuffix("%")
    try:
        return int(words) if words.isdecimal() else float(words)
    except ValueError:
        return str(cell)


def make_xlsx(file: FileOfTable) -> bytes:
    """Return a workbook: numbers as numbers, everything else as text and never as a formula (rule R28)."""
    return make_workbook({_("数据"): file})


def make_workbook(files: Mapping[str, FileOfTable]) -> bytes:
    """Return a workbook of tables by the names of their sheets."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        with SafeWorkbook(path, {"constant_memory": True, "tmpdir": folder}) as workbook:
            for name, file in files.items():
                write_sheet(workbook, name, file)
        return path.read_bytes()


def write_sheet(workbook: Any, name: str, file: FileOfTable) -> None:
    """Write a sheet; raises where it has not as many rows as the table."""
    sheet, columns = workbook.add_worksheet(name), file.table.columns
    formats = {sort: workbook.add_format({"num_format": number}) for sort, number in FORMATS.items()}
    formats[Sort.TEXT] = None
    bold = workbook.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    for number, width in enumerate(find_widths(file)):
        sheet.set_column(number, number, width)
    sheet.freeze_panes(2, 1)
    sheet.write_string(0, 0, file.headline)
    for number, heading in enumerate(file.headings):
        sheet.write_string(1, number, heading, bold)
    written = 0
    for row in file.table.rows:
        for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
            write_cell(sheet, written + 2, number, read_cell(cell, column.sort), column.sort, formats)
        written += 1
    check_rows(written, file)
    sheet.write_string(written + 2, 0, file.last_line)


def write_cell(sheet: Any, row: int, column: int, cell: Any, sort: Sort, formats: dict[Sort, Any]) -> None:
    """Write one cell; a percentage of 0 to 100 becomes a share, which the workbook shows as per cent."""
    if isinstance(cell, int | float):
        sheet.write_number(row, column, round(cell / 100, 4) if sort == Sort.PERCENT else cell, formats[sort])
    elif cell:
        sheet.write_string(row, column, cell)


def make_csv(file: FileOfTable) -> bytes:
    """Return a CSV as Excel expects it; percentages are those of the page, 0 to 100."""
    lines: list[Sequence[Any]] = [[file.headline], file.headings]
    for row in file.table.rows:
        cells = [read_cell(cell, column.sort) for column, cell in zip(file.table.columns, row, strict=True)]
        lines.append(["" if cell is None else cell for cell in cells])
    check_rows(len(lines) - 2, file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_csv(path, [*lines, [file.last_line]])
        return path.read_bytes()


def check_rows(written: int, file: FileOfTable) -> None:
    """Raise where a file would be shorter than its table: a short list looks like a complete one."""
    if written != len(file.table.rows):
        raise RuntimeError(f"{written} of {len(file.table.rows)} rows written")


def find_widths(file: FileOfTable) -> list[int]:
    """Return how wide the columns are; a Chinese character takes the width of two digits."""
    lines = [file.headings, *([str(cell) for cell in row] for row in file.table.rows)]
    widest = [max(measure(line[number]) for line in lines) for number in range(len(file.headings))]
    return [min(max(width + 2, NARROWEST), WIDEST) for width in widest]


def measure(text: str) -> int:
    """Return the width of a text in digits."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


MAKERS = {"xlsx": make_xlsx, "csv": make_csv}
