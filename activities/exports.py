"""The activity list as a file: counts, never persons. How cells are made harmless: grids/export_files.py."""

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.filters import filter_activities
from activities.models import Activity, ActivityQuerySet, Programme
from communities.spreadsheets import SafeWorkbook
from grids.export_files import write_csv

MOST_ROWS = 20_000
CHUNK = 2000
WIDTHS = (17, 17, 16, 30, 12, 12, 14, 18, 12, 12, 16, 20, 10, 8, 10, 14, 12, 8, 10, 17, 17)


def make_export(user: User, chosen: dict[str, Any], *, kind: str) -> tuple[str, bytes]:
    """Return name and content of the file of the filtered list, audited. Raises ValidationError when it is too long."""
    found = filter_activities(user, chosen)
    rows = found.order_by()[: MOST_ROWS + 1].count()
    if rows > MOST_ROWS:
        raise ValidationError(_("一次最多导出 %(most)s 场，请先缩短时间或加上筛选。") % {"most": f"{MOST_ROWS:,}"})
    period = describe_period(chosen)
    lines = list(list_lines(found, title=write_title(user, period)))
    content = write_xlsx(lines) if kind == "xlsx" else write_text(lines)
    record("activity_list.export", by=user, target=user, area_code=user.area_code, rows=rows, format=kind)
    return f"{_('活动清单')}-{user.area}-{period}.{kind}", content


def describe_period(chosen: dict[str, Any]) -> str:
    """Return the period as file names and headings say it."""
    since, until = chosen.get("since"), chosen.get("until")
    if since and until:
        return _("%(since)s至%(until)s") % {"since": since, "until": until}
    if since:
        return _("%(since)s起") % {"since": since}
    return _("%(until)s止") % {"until": until} if until else _("全部")


def write_title(user: User, period: str) -> str:
    """Return the first line: what this is, of when and where, and who took it out."""
    return _("活动清单 · %(area)s · %(period)s · %(name)s（%(username)s）导出于 %(at)s") % {
        "area": user.area,
        "period": period,
        "name": user.name,
        "username": user.username,
        "at": f"{timezone.localtime():%Y-%m-%d %H:%M}",
    }


def list_headings() -> list[str]:
    """Return the headings of the columns that to_cells() fills."""
    return [
        *(_("开始时间"), _("结束时间"), _("社区"), _("名称"), _("类别"), _("类型"), _("主题"), _("工作项目")),
        *(_("方式"), _("来源"), _("布置单位"), _("地点"), _("进展")),
        *(_("人次"), _("实名居民"), _("实名非本社区"), _("未登记姓名"), _("实名率")),
        *(_("负责人"), _("填报时间"), _("核验时间")),
    ]


def list_lines(found: ActivityQuerySet, *, title: str) -> Iterator[Sequence[Any]]:
    """Yield title, headings, activities and their totals."""
    yield [title]
    yield list_headings()
    rows = heads = people = guests = unnamed = 0
    for activity in fetch(found):
        rows += 1
        heads += activity.heads
        people += activity.people  # type: ignore[attr-defined]
        guests += activity.guests  # type: ignore[attr-defined]
        unnamed += activity.unnamed_count
        yield to_cells(activity)
    total = _("合计：共 %(rows)s 场") % {"rows": rows}
    yield [total, *[""] * 12, heads, people, guests, unnamed, write_rate(people + guests, heads)]


def fetch(found: ActivityQuerySet) -> Iterable[Activity]:
    """Return the activities with all that a line needs, newest first."""
    tags = Programme.objects.filter(activity=OuterRef("pk")).order_by("position", "pk").values("name")
    lines = found.for_list().select_related("responsible", "recorded_by").annotate(tags=ArraySubquery(tags))
    return lines.iterator(chunk_size=CHUNK)


def to_cells(activity: Activity) -> list[Any]:
    """Return texts and whole numbers under list_headings()."""
    return [
        write_time(activity.starts_at),
        write_time(activity.ends_at),
        activity.community.name,
        activity.title,
        activity.kind.get_category_display(),
        activity.kind.name,
        activity.theme.name if activity.theme else "",
        _("、").join(activity.tags),  # type: ignore[attr-defined]
        activity.get_mode_display(),
        activity.get_origin_display(),
        activity.assigned_by,
        activity.venue.name if activity.venue else activity.place,
        str(activity.phase.label),
        activity.heads,
        activity.people,  # type: ignore[attr-defined]
        activity.guests,  # type: ignore[attr-defined]
        activity.unnamed_count,
        write_rate(activity.heads_named, activity.heads),
        (activity.responsible or activity.recorded_by).name,
        write_time(activity.reported_at),
        write_time(activity.verified_at),
    ]


def write_time(at: Any) -> str:
    """Return a moment as people here read it; "" for none."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def write_rate(named: int, heads: int) -> str:
    """Return the share of those named in all who came; "" when nobody did."""
    return f"{named / heads:.1%}" if heads else ""


def write_xlsx(lines: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook: numbers as numbers, everything else as text and never as a formula (rule R28)."""
    target = io.BytesIO()
    with SafeWorkbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(_("活动"))
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(2, 0)
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                if isinstance(cell, int):
                    sheet.write_number(row, column, cell)
                elif cell:
                    sheet.write_string(row, column, cell)
    return target.getvalue()


def write_text(lines: Iterable[Sequence[Any]]) -> bytes:
    """Return a CSV as Excel expects it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        write_csv(path, [[str(cell) for cell in line] for line in lines])
        return path.read_bytes()
