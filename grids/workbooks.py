"""Writing workbooks that the import reads: the empty template, and lists in its layout."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from grids.headings import COLUMNS

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
HEADINGS = tuple(column.heading for column in COLUMNS)


def write_workbook(rows: Iterable[Sequence[str]], *, sheet: str = "居民") -> bytes:
    """Return an .xlsx whose first row are the template's headings; all cells are text: IDs stay whole."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as workbook:
        text = workbook.add_format({"num_format": "@"})
        bold = workbook.add_format({"num_format": "@", "bold": True})
        worksheet = workbook.add_worksheet(sheet)
        worksheet.set_column(0, len(HEADINGS) - 1, 14, text)
        worksheet.set_column(1, 1, 22, text)
        worksheet.freeze_panes(1, 0)
        worksheet.write_row(0, 0, HEADINGS, bold)
        for number, row in enumerate(rows, start=1):
            worksheet.write_row(number, 0, row, text)
    return target.getvalue()


def write_template() -> bytes:
    """Return the empty import template."""
    return write_workbook([])
