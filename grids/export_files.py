"""Writing the file of an export: cells, watermark, workbook and CSV. Whose rows, and when: exports.py."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.codes import EDUCATION, ETHNIC_GROUPS, OCCUPATIONS
from grids.encryption import decrypt
from grids.masking import mask_id_number, mask_name, mask_phone
from grids.models import GroupMembership, Residence, ResidentExport, Sex

# The headings of the import's template, in its language: an unmasked export can be imported again.
HEADINGS = (
    *("姓名", "身份证号", "性别", "出生日期", "手机号", "社区", "网格", "楼栋", "单元", "房号"),
    *("人群类别", "入住日期", "民族", "学历", "从业状况"),
)
WIDTHS = (12, 22, 6, 12, 14, 16, 14, 14, 8, 8, 24, 12, 8, 12, 12)
SEXES = {Sex.MALE: "男", Sex.FEMALE: "女"}
EDGE_LINES = 3  # watermark and headings above the residents, their number below
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Rule R28; the full-width signs too, for Excel in Chinese reads them as formulas as well.
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
# What Excel would damage on opening a CSV: long numbers, leading zeros, and 3-2, which it takes for a day of March.
FRAGILE = re.compile(r"\d{11,}[\dX]?|0\d+|\d+[-/]\d+")


def list_rows(residents: QuerySet, *, masked: bool, today: date) -> QuerySet:
    """Return the residents as tuples for to_cells(), door by door; a masked list never fetches the full numbers."""
    groups = GroupMembership.objects.on(today).filter(resident=OuterRef("pk")).order_by("group__position", "group")
    open_spell = Residence.objects.filter(resident=OuterRef("pk"), until=None)
    return residents.order_by(
        "grid__code", "household__building__name", "household__unit", "household__room", "pk"
    ).values_list(
        "name",
        "id_kept" if masked else "id_number",
        "sex",
        "birth_date",
        "phone_kept" if masked else "phone",
        "community__name",
        "grid__name",
        "household__building__name",
        "household__unit",
        "household__room",
        ArraySubquery(groups.values("group__name")),
        Subquery(open_spell.values("since")[:1]),
        "ethnic_group",
        "education",
        "occupation",
    )


def to_cells(row: Sequence[Any], *, masked: bool) -> tuple[str, ...]:
    """Return the texts under HEADINGS. A masked row shows the year of birth only: the ID number hides the day too."""
    name, number, sex, born, phone, *place, groups, since, ethnic_group, education, occupation = row
    return (
        mask_name(name) if masked else name,
        mask_id_number(number) if masked else read(number, "id_number"),
        SEXES.get(sex, ""),
        f"{born.year}-**-**" if masked else born.isoformat(),
        mask_phone(phone) if masked else read(phone, "phone"),
        *(text or "" for text in place),
        "、".join(groups),
        since.isoformat() if since else "",
        ETHNIC_GROUPS.get(ethnic_group, ""),
        EDUCATION.get(education, ""),
        OCCUPATIONS.get(occupation, ""),
    )


def read(data: memoryview | None, purpose: str) -> str:
    """Return the decrypted number, "" when there is none."""
    return decrypt(data, purpose=purpose) if data else ""


def list_lines(export: ResidentExport, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[str]]:
    """Yield watermark, headings, residents and their number."""
    yield [write_watermark(export)]
    yield HEADINGS
    number = 0
    for row in rows:
        number += 1
        yield to_cells(row, masked=export.is_masked)
    yield [f"合计：共 {number} 行"]  # the import knows totals by this word and leaves them out


def write_watermark(export: ResidentExport) -> str:
    """Return who made the list, when and what for (rule R5)."""
    words = _("账号 %(username)s（%(name)s） · %(at)s · 导出编号 %(number)s · 用途：%(purpose)s · 含个人信息，用后删除")
    return words % {
        "username": export.by.username,
        "name": export.by.name,
        "at": f"{timezone.localtime(export.created_at):%Y-%m-%d %H:%M}",
        "number": export.pk,
        "purpose": export.get_purpose_display(),
    }


def write_xlsx(path: Path, lines: Iterable[Sequence[str]]) -> int:
    """Write a workbook of text cells, a row at a time; return the number of lines written."""
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    options |= {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    written = 0
    with xlsxwriter.Workbook(path, options) as workbook:
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet("居民")
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width, text)
        sheet.freeze_panes(2, 1)
        for line in lines:
            for column, cell in enumerate(line):
                if cell:
                    sheet.write_string(written, column, CONTROL.sub("", cell), text)
            written += 1
    return written


def write_csv(path: Path, lines: Iterable[Sequence[str | int | float]]) -> int:
    """Write UTF-8 with a byte order mark, as Excel expects; return the number of lines written.

    Numbers stay numbers: a minus before one is no formula.
    """
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for line in lines:
            writer.writerow([cell if isinstance(cell, int | float) else defuse(cell) for cell in line])
            written += 1
    return written


def defuse(cell: str) -> str:
    """Return the cell so that Excel keeps it as text: an apostrophe before what is a formula or would be damaged."""
    cell = CONTROL.sub("", cell)
    return f"'{cell}" if FORMULA.match(cell) or FRAGILE.fullmatch(cell) else cell


WRITERS = {ResidentExport.Format.XLSX: write_xlsx, ResidentExport.Format.CSV: write_csv}
