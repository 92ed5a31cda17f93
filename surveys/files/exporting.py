"""Handing out the answers of a wave as a file: whether it may be done, the audit event, and the file itself."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from accounts.models import User
from surveys.files.about import list_facts
from surveys.files.columns import Column
from surveys.files.rows import GROUP, Cells, list_rows, plan_rows
from surveys.files.spss import write_sav
from surveys.files.texts import write_csv
from surveys.files.workbook import write_xlsx
from surveys.models import Wave, WaveResults


class FileKind(models.TextChoices):
    """What kind of file."""

    XLSX = "xlsx", gettext_lazy("Excel 工作簿 (.xlsx)")
    SAV = "sav", gettext_lazy("SPSS 数据 (.sav)")
    CSV = "csv", gettext_lazy("文本表格 (.csv，压缩包)")


class Purpose(models.TextChoices):
    """What the rows are for: a closed list, like that of exports of the register."""

    REPORT = "report", gettext_lazy("撰写报告")
    ANALYSIS = "analysis", gettext_lazy("统计分析")
    COMPARISON = "comparison", gettext_lazy("与其他调查比较")
    CHECK = "check", gettext_lazy("核对结果")


ENDINGS: Mapping[str, str] = {FileKind.XLSX: "xlsx", FileKind.SAV: "sav", FileKind.CSV: "zip"}


def find_obstacle(wave: Wave) -> str:
    """Return why there is no file of this wave, in the reader's language; "" when there is one."""
    if wave.mode == Wave.Mode.NAMED:
        return _("实名调查没有逐份数据文件。")
    if not WaveResults.objects.filter(wave=wave, is_final=True).exists():
        return _("结果还没有定下来。这一轮结束、答卷全部混合以后才能导出。")
    if wave.responses.count() < GROUP * wave.k:
        return _("答卷不足 %(least)s 份，不能导出逐份数据：人太少，容易认出是谁。") % {"least": GROUP * wave.k}
    return ""


@transaction.atomic
def export_answers(wave: Wave, *, kind: FileKind, purpose: Purpose, by: User) -> IO[bytes]:
    """Return the file of a wave's answers, opened; audited before it is sent. Raises ValidationError."""
    if obstacle := find_obstacle(wave):
        raise ValidationError(obstacle)
    plan = plan_rows(wave)
    if not plan.columns:
        raise ValidationError(_("没有一道题可以放进文件：结果页上也都不显示。"))
    about = list_facts(plan, wave, purpose=str(purpose.label), by=by)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answers.{ENDINGS[kind]}"
        rows = write(kind, path, plan.columns, list_rows(plan, wave), title=str(wave), about=about)
        file = path.open("rb")  # the folder goes, the open file stays until it is sent
    record(
        "survey_answers.export",
        by=by,
        target=wave,
        area_code=wave.version.survey.area.code,
        purpose=purpose.value,
        format=kind.value,
        rows=rows,
        blanked=plan.blanked,
    )
    return file


def write(
    kind: FileKind,
    path: Path,
    columns: Sequence[Column],
    rows: Iterable[Cells],
    *,
    title: str,
    about: Sequence[tuple[str, str]],
) -> int:
    """Write a file of this kind; return the number of rows."""
    if kind == FileKind.SAV:
        notes = [_("%(name)s：%(value)s") % {"name": heading, "value": text} for heading, text in about]
        return write_sav(path, columns, rows, title=title, notes=notes)
    return (write_xlsx if kind == FileKind.XLSX else write_csv)(path, columns, rows, about)


def name_file(wave: Wave, kind: FileKind) -> str:
    """Return the name under which the file is saved."""
    return f"{wave.version.survey.title}-{wave.name}-{_('答卷')}.{ENDINGS[kind]}"
