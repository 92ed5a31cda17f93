"""Writing workbooks that the import reads: the empty template, and lists in its layout."""

import io
from collections.abc import Iterable, Sequence

from communities.spreadsheets import SafeWorkbook
from imports.headings import COLUMNS

HEADINGS = tuple(column.heading for column in COLUMNS)
GUIDE_HEADINGS = ("列名", "要不要填", "怎么填")
# What each column takes, in the language of its heading. A line names one heading only, so that the import, which
# looks for rows with several, takes no guide for a list.
GUIDE = {
    "name": ("必填", "真实姓名，至少两个字。少数民族姓名中间用“·”。"),
    "id_number": (
        "应填",
        "18 位号码；单元格要设为“文本”，否则 Excel 会把后几位变成 0。没有的可以留空，但要有出生日期。",
    ),
    "sex": ("可空", "男、女。有身份证号时自动认出。"),
    "birth_date": ("没有身份证号时必填", "写到日，如 1980-05-01。"),
    "phone": ("可空", "11 位手机号。几个号码时只登记第一个。"),
    "community": ("可空", "社区名称或 12 位代码。全街道一起导入、网格重名时要填。"),
    "grid": ("必填", "网格名称或 15 位代码；楼栋在底册里能认出网格时可以留空。导入不会新建网格。"),
    "building": ("可空", "如 3号楼。写 3、3栋、3#楼 也行。"),
    "unit": ("可空", "如 2单元。没有单元就留空。"),
    "room": ("可空", "如 501。没有房号就不登记住址。"),
    "address": ("可空", "没有分开的楼栋、单元、房号时，写成 3号楼2单元501。"),
    "groups": ("可空", "目录里的名称，几个之间用顿号。填了就以这里为准，留空不改。"),
    "since": ("可空", "如 2020-05-01。新居民留空的，从生效日期起算。"),
    "ethnic_group": ("可空", "如 汉族、回族。"),
    "education": ("可空", "如 大学本科、初中。"),
    "occupation": ("可空", "如 工人、农民、退休。"),
}


def write_workbook(rows: Iterable[Sequence[str]], *, sheet: str = "居民", guide: bool = False) -> bytes:
    """Return an .xlsx whose first row are the template's headings; all cells are text: IDs stay whole."""
    target = io.BytesIO()
    with SafeWorkbook(target, {"in_memory": True}) as workbook:
        text = workbook.add_format({"num_format": "@"})
        bold = workbook.add_format({"num_format": "@", "bold": True})
        worksheet = workbook.add_worksheet(sheet)
        worksheet.set_column(0, len(HEADINGS) - 1, 14, text)
        worksheet.set_column(1, 1, 22, text)
        worksheet.freeze_panes(1, 0)
        worksheet.write_row(0, 0, HEADINGS, bold)
        for number, row in enumerate(rows, start=1):
            worksheet.write_row(number, 0, row, text)
        if guide:
            write_guide(workbook, text, bold)
    return target.getvalue()


def write_guide(workbook: SafeWorkbook, text: object, bold: object) -> None:
    """Add the sheet that says what each column takes."""
    worksheet = workbook.add_worksheet("说明")
    worksheet.set_column(0, 0, 14, text)
    worksheet.set_column(1, 1, 20, text)
    worksheet.set_column(2, 2, 80, text)
    worksheet.write_row(0, 0, GUIDE_HEADINGS, bold)
    for number, column in enumerate(COLUMNS, start=1):
        worksheet.write_row(number, 0, (column.heading, *GUIDE[column.key]), text)


def write_template() -> bytes:
    """Return the empty import template, with a second sheet that says what each column takes."""
    return write_workbook([], guide=True)
