"""Questionnaires and result workbooks as cells, read in a child process with little memory and time.

What the cells mean: xlsform/ and workbooks/.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from imports.formats import FileRefused, Format, recognise
from imports.reader import read_file
from imports.reasons import FILE_REASONS, describe
from imports.staging import column_letter

CHILD = settings.BASE_DIR / "surveys" / "sheet_child.py"
EXTENSIONS = ".xlsx,.xlsm,.xls,.ods,.csv"

Rows = dict[int, list[str]]  # number of the row as the spreadsheet shows it -> its cells


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file, and where: `row` 0 is the sheet as a whole, `column` None the whole row.

    One that `is_remark` keeps nobody from going on: it tells what is not taken over, or how something was read.
    """

    sheet: str
    row: int
    column: int | None
    message: str
    is_remark: bool = False

    @property
    def letter(self) -> str:
        """The column as the spreadsheet names it."""
        return "" if self.column is None else column_letter(self.column)

    @property
    def place(self) -> str:
        """The place as one writes it in a spreadsheet: survey!C5."""
        cell = f"{self.letter}{self.row or ''}"
        return "!".join(part for part in (self.sheet, cell) if part)


def read_sheets(content: bytes) -> dict[str, Rows]:
    """Return the visible sheets that hold anything, by name; a text file is one sheet named "".

    Raises FileRefused; describe_refusal() has the words.
    """
    kind = recognise(content, max_bytes=settings.SHEET_MAX_BYTES, max_unpacked=settings.SHEET_MAX_UNPACKED_BYTES)
    sheets: dict[str, Rows] = {}
    for _what, (sheet, number, cells) in read_file(content, make_brief(kind), CHILD):
        sheets.setdefault(sheet, {})[number] = cells
    if not sheets:
        raise FileRefused("empty")
    return sheets


def make_brief(kind: Format) -> dict[str, Any]:
    """Return what the child may know: the limits."""
    return {
        "kind": kind,
        "limits": {
            "rows": settings.SURVEY_FILE_MAX_ROWS,
            "columns": settings.SURVEY_FILE_MAX_COLUMNS,
            "cell_length": settings.SURVEY_FILE_CELL_LENGTH,
            "unpacked": settings.SHEET_MAX_UNPACKED_BYTES,
        },
        "memory": settings.SHEET_PARSE_MEMORY,
        "seconds": settings.SHEET_PARSE_SECONDS,
    }


def describe_refusal(refusal: FileRefused) -> str:
    """Return why the whole file was refused, with the place where there is one."""
    words = {
        "too_slow": _("这个文件读得太慢，已停止。请新建一个工作簿，只粘贴要用的内容后再上传。"),
        "too_many_rows": _("表格超过 %(most)s 行，请拆成几个文件。") % {"most": settings.SURVEY_FILE_MAX_ROWS},
        "cell_too_long": _("有单元格超过 %(detail)s 个字，请缩短后再上传。") % {"detail": refusal.detail},
        "quote_open": _("文本里有一个引号没有配对，后面的行分不清。请用 Excel 另存为 .xlsx 后再上传。"),
    }
    known = refusal.code if refusal.code in FILE_REASONS else "unreadable"
    text = words.get(refusal.code) or describe(known, refusal.detail)
    place = Fault(refusal.sheet, refusal.row, refusal.column, "").place
    return _("%(place)s：%(reason)s") % {"place": place, "reason": text} if refusal.row else text
