"""Files of the privacy pages: the register of processing, and a copy of all that is held of one person."""

import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from communities.spreadsheets import SafeWorkbook
from privacy.processing import list_lines
from privacy.subjects import Section

WIDTH = 22
SHEET_NAME = 31  # what Excel allows


def make_book(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]]) -> bytes:
    """Return a workbook of (name, headings, rows); every cell is text and never a formula (rule R28)."""
    target = io.BytesIO()
    with SafeWorkbook(target, {"in_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
        for name, headings, rows in sheets:
            sheet = workbook.add_worksheet(name[:SHEET_NAME])
            sheet.set_column(0, len(headings), WIDTH, wrap)
            for column, heading in enumerate(headings):
                sheet.write_string(0, column, str(heading), bold)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, str(value))
            sheet.freeze_panes(1, 0)
    return target.getvalue()


def make_register() -> bytes:
    """Return the register of processing as a workbook."""
    headings = (_("数据"), _("内容"), _("用途"), _("依据"), _("类别"), _("保存多久"), _("谁看得到"))
    rows = [
        (line.what, line.fields, line.purpose, line.basis, line.category, line.kept, line.seen_by)
        for line in list_lines()
    ]
    return make_book([(_("个人信息处理清单"), headings, rows)])


def make_copy(sections: Iterable[Section], looks: Iterable[Sequence[object]]) -> bytes:
    """Return all that is held of one person, a sheet a kind, and who looked at it."""
    sheets = [(section.title, section.headings, section.rows) for section in sections]
    named = (_("时间"), _("谁"), _("看了什么"), _("用途"))
    return make_book([*sheets, (_("谁看过"), named, looks)])
