"""Writing the file of an export: cells, watermark, workbook and CSV. Whose rows, and when: exports.py."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BinaryField, Case, F, OuterRef, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import decrypt
from communities.spreadsheets import SafeCsv, SafeWorkbook
from grids.codes import EDUCATION, ETHNIC_GROUPS, OCCUPATIONS
from grids.consents import is_child_without_consent
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


def list_rows(residents: QuerySet, *, masked: bool, today: date) -> QuerySet:
    """Return the residents as tuples for to_cells(), door by door; a masked list never fetches the full numbers.

    Those of a child whose guardian has not agreed are fetched for no list (grids/consents.py).
    """
    groups = GroupMembership.objects.on(today).filter(resident=OuterRef("pk")).order_by("group__position", "group")
    open_spell = Residence.objects.filter(resident=OuterRef("pk"), until=None)
    return residents.order_by(
        "grid__code", "household__building__name", "household__unit", "household__room", "pk"
    ).values_list(
        "name",
        "id_kept" if masked else agreed_to("id_number", today),
        "sex",
        "birth_date",
        "phone_kept" if masked else agreed_to("phone", today),
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


def agreed_to(field: str, today: date) -> Case:
    """Return a number's column; NULL for a child whose guardian has not agreed."""
    return Case(When(is_child_without_consent(today), then=None), default=F(field), output_field=BinaryField())


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
    if not export.is_masked:
        words += _(" · 未满 %(age)s 岁且没有监护人同意的，不含号码")
    return words % {
        "age": settings.CHILD_AGE,
        "username": export.by.username,
        "name": export.by.name,
        "at": f"{timezone.localtime(export.created_at):%Y-%m-%d %H:%M}",
        "number": export.pk,
        "purpose": export.get_purpose_display(),
    }


def write_xlsx(path: Path, lines: Iterable[Sequence[str]]) -> int:
    """Write a workbook of text cells, a row at a time; return the number of lines written."""
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    written = 0
    with SafeWorkbook(path, options) as workbook:
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet("居民")
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width, text)
        sheet.freeze_panes(2, 1)
        for line in lines:
            for column, cell in enumerate(line):
                if cell:
                    sheet.write_string(written, column, cell, text)
            written += 1
    return written


def write_csv(path: Path, lines: Iterable[Sequence[str | int | float]]) -> int:
    """Write UTF-8 with a byte order mark, as Excel expects; return the number of lines written."""
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = SafeCsv(file)
        for line in lines:
            writer.write(line)
            written += 1
    return written


WRITERS = {ResidentExport.Format.XLSX: write_xlsx, ResidentExport.Format.CSV: write_csv}
