"""Workbooks of reported numbers: the template to fill in, reading it back, and what it would change.

Rows are the numbers, columns the communities. Saving: reporting.py.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.sheets import make_brief
from communities.models import Community
from communities.spreadsheets import SafeWorkbook
from imports.formats import FileRefused, Format, recognise
from imports.reader import ECHO_CHILD, read_file
from imports.reasons import FILE_REASONS, describe
from imports.staging import column_letter
from indicators.models import FigureReport
from indicators.periods import Period
from indicators.reports.checks import find_conflicts, find_jumps, read_number, show_number
from indicators.reports.fields import FIELDS, ReportField, fields_of
from indicators.reports.reported import Values
from indicators.reports.reporting import Answers, read_answers, read_last
from indicators.reports.slots import is_asked

# The sheets and headings are in the language of the template, like those of the register's.
SHEET, LAST_SHEET = "填报", "上次的数字"
HEADINGS = ("编号", "指标", "单位")
TITLE = "数字报送"
HEAD_ROWS = 3  # title with the period, names of the communities, their codes
FIRST_COLUMN = len(HEADINGS)


def write_template(period: Period, communities: Sequence[Community]) -> bytes:
    """Return a workbook to fill in: what is reported already stands in it, the last numbers on a sheet of their own."""
    reports = read_reports(period, communities)
    saved = {place.pk: read_answers(reports.get(place.pk)).values for place in communities}
    target = io.BytesIO()
    with SafeWorkbook(target, {"in_memory": True}) as workbook:
        write_sheet(workbook, SHEET, period, communities, saved)
        write_sheet(workbook, LAST_SHEET, period, communities, read_last(list(communities), period))
    return target.getvalue()


def write_sheet(
    workbook: SafeWorkbook,
    name: str,
    period: Period,
    communities: Sequence[Community],
    numbers: Mapping[int, Values],
) -> None:
    """Write one sheet; names are text cells, whatever they begin with (rule R28)."""
    text, bold = workbook.add_format({"num_format": "@"}), workbook.add_format({"num_format": "@", "bold": True})
    sheet = workbook.add_worksheet(name)
    sheet.set_column(0, 0, 10, text)
    sheet.set_column(1, 1, 32, text)
    sheet.set_column(FIRST_COLUMN, FIRST_COLUMN + len(communities), 18)
    sheet.freeze_panes(HEAD_ROWS, FIRST_COLUMN)
    lines = [(TITLE, period.code, period.label), (*HEADINGS, *(c.name for c in communities))]
    lines.append(("", "", "", *(c.code for c in communities)))
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            sheet.write_string(row, column, cell, bold)
    for row, asked in enumerate(fields_of(period.kind), start=HEAD_ROWS):
        for column, cell in enumerate((asked.code, str(asked.name), str(asked.unit))):
            sheet.write_string(row, column, cell, text)
        for column, community in enumerate(communities, start=FIRST_COLUMN):
            if asked.code in numbers[community.pk]:
                sheet.write_number(row, column, float(numbers[community.pk][asked.code]))


def read_reports(period: Period, communities: Sequence[Community]) -> dict[int, FigureReport]:
    """Return community key -> report of the period with its numbers."""
    reports = FigureReport.objects.filter(period=period.code, community__in=communities).prefetch_related("figures")
    return {report.community_id: report for report in reports}


@dataclass(frozen=True)
class Change:
    """A number that a workbook would add or change."""

    asked: ReportField
    before: str
    after: str


@dataclass
class Part:
    """What a workbook says about one community, beside what is saved."""

    community: Community
    version: int
    saved: Answers
    read: Values = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # code -> cell
    last: Values = field(default_factory=dict)

    @property
    def values(self) -> Values:
        """All numbers as they would be: a blank cell changes nothing."""
        return self.saved.values | self.read

    @property
    def changes(self) -> list[Change]:
        """What would be added or changed, in the order of the form."""
        saved = self.saved.values
        return [
            Change(FIELDS[code], show_number(saved[code]) if code in saved else "", show_number(value))
            for code, value in self.read.items()
            if saved.get(code) != value
        ]

    @property
    def kept_explanations(self) -> dict[str, str]:
        """What was said about numbers that stay as they are."""
        changed = {change.asked.code for change in self.changes}
        return {code: why for code, why in self.saved.explanations.items() if code not in changed}

    @property
    def jumps(self) -> dict[str, str]:
        """Code -> in what way a number that would change jumps."""
        changed = {change.asked.code: self.read[change.asked.code] for change in self.changes}
        return find_jumps(changed, self.last)


@dataclass
class Rehearsal:
    """What a workbook would do, and what is wrong with its cells. Nothing is saved by rehearsing."""

    period: Period
    parts: list[Part]
    problems: list[str] = field(default_factory=list)

    @property
    def changing(self) -> list[Part]:
        """The communities for which anything would change."""
        return [part for part in self.parts if part.changes]

    @property
    def seen(self) -> str:
        """A text that differs once anybody has saved another version meanwhile."""
        versions = ",".join(f"{part.community.code}-{part.version}" for part in self.parts)
        return hashlib.sha256(versions.encode()).hexdigest()

    @property
    def jumps(self) -> dict[str, tuple[str, str]]:
        """Name of the question -> (label, in what way) of the numbers that jump."""
        return {
            f"{part.community.code}-{code}": (f"{part.community} · {FIELDS[code].name}", words)
            for part in self.changing
            for code, words in part.jumps.items()
        }


Cells = dict[int, list[str]]  # row number -> cells


def rehearse(content: bytes, communities: Sequence[Community]) -> Rehearsal:
    """Read a filled workbook for these communities; raises FileRefused, describe_refusal() has the words."""
    grid = read_grid(content)
    period = find_period(grid)
    if grid.get(HEAD_ROWS - 1, [])[:FIRST_COLUMN] != list(HEADINGS):
        raise FileRefused("no_template")
    columns, problems = find_columns(grid, communities)
    reports, last = read_reports(period, communities), read_last(list(columns.values()), period)
    parts = {}
    for column, community in columns.items():
        report = reports.get(community.pk)
        parts[column] = Part(community, report.version if report else 0, read_answers(report), last=last[community.pk])
    problems += [*read_numbers(grid, period, parts)]
    problems += [
        f"{part.places[code]}：{words}" if code in part.places else f"{part.community} · {FIELDS[code].name}：{words}"
        for part in parts.values()
        for code, words in (find_conflicts(part.values).items() if part.changes else ())
    ]
    return Rehearsal(period, list(parts.values()), problems)


def read_grid(content: bytes) -> Cells:
    """Return the cells of the sheet to fill in, read in a child process with little memory and time."""
    kind = recognise(content, max_bytes=settings.SHEET_MAX_BYTES, max_unpacked=settings.SHEET_MAX_UNPACKED_BYTES)
    if kind is Format.TEXT:
        raise FileRefused("no_template")
    wanted = list(range(1, settings.SHEET_MAX_ROWS))
    lines = read_file(content, make_brief(kind) | {"rows": {SHEET: wanted}}, ECHO_CHILD)
    grid = {number: [cell.strip() for cell in cells] for _what, (_sheet, number, cells) in lines}
    if not grid:
        raise FileRefused("no_template")
    return grid


def find_period(grid: Cells) -> Period:
    """Return the period that the title names; refuse one that is not reported now."""
    title = [*grid.get(1, []), "", ""]
    try:
        period = Period.parse(title[1].removesuffix(".0")) if title[0] == TITLE else None
    except ValueError:
        period = None
    if period is None:
        raise FileRefused("no_template")
    if not is_asked(period, timezone.localdate()):
        raise FileRefused("period_not_asked", period.label)
    return period


def find_columns(grid: Cells, communities: Sequence[Community]) -> tuple[dict[int, Community], list[str]]:
    """Return column -> community, and what is wrong with the headings; codes tell, not names."""
    by_code = {community.code: community for community in communities}
    columns: dict[int, Community] = {}
    problems = []
    for column, code in enumerate(grid.get(HEAD_ROWS, [])[FIRST_COLUMN:], start=FIRST_COLUMN):
        place = name_cell(HEAD_ROWS, column)
        if code and code not in by_code:
            problems.append(_("%(place)s：没有这个社区，或不归您管。") % {"place": place})
        elif code and by_code[code] in columns.values():
            problems.append(_("%(place)s：这个社区有两列，请只留一列。") % {"place": place})
        elif code:
            columns[column] = by_code[code]
    if not (columns or problems):
        problems.append(_("%(place)s：这一行应当是社区的 12 位代码。") % {"place": name_cell(HEAD_ROWS, FIRST_COLUMN)})
    return columns, problems


def read_numbers(grid: Cells, period: Period, parts: Mapping[int, Part]) -> Iterator[str]:
    """Put the numbers of the rows into the parts; yield what is wrong with single cells, with their place."""
    asked = {one.code: one for one in fields_of(period.kind)}
    seen: set[str] = set()
    strangers: set[int] = set()  # columns without a community, of which one word is enough
    for number in sorted(row for row in grid if row > HEAD_ROWS):
        cells = grid[number]
        code = cells[0] if cells else ""
        if code not in asked or code in seen:
            words = _("这个编号出现了两次。") if code in seen else _("这一期不报送这个编号，请用下载的模板。")
            yield f"{name_cell(number, 0)}：{words}"
            continue
        seen.add(code)
        yield from read_row(asked[code], number, cells, parts, strangers)


def read_row(
    asked: ReportField, number: int, cells: list[str], parts: Mapping[int, Part], strangers: set[int]
) -> Iterator[str]:
    """Put the numbers of one row into the parts; yield what is wrong with its cells."""
    for column, cell in enumerate(cells[FIRST_COLUMN:], start=FIRST_COLUMN):
        place = name_cell(number, column)
        if column not in parts:
            if cell and column not in strangers:
                strangers.add(column)
                yield _("%(place)s：这一列上面没有社区代码。") % {"place": place}
            continue
        try:
            value = read_number(cell, asked)
        except ValidationError as error:
            yield f"{place}：{' '.join(error.messages)}"
        else:
            if value is not None:
                parts[column].read[asked.code] = value
                parts[column].places[asked.code] = place


def name_cell(row: int, column: int) -> str:
    """Return the place of a cell: 填报!D5."""
    return f"{SHEET}!{column_letter(column)}{row}"


def describe_refusal(refusal: FileRefused) -> str:
    """Return why the whole file was refused."""
    words = {
        "no_template": _("这不是数字报送的模板。请下载模板，在“填报”那张表里填好再上传。"),
        "period_not_asked": _("%(period)s的数字现在不用报送。请下载这一期的模板。") % {"period": refusal.detail},
        "too_slow": _("这份表读得太慢，已停止。请重新下载模板，只填数字后再上传。"),
    }
    if refusal.code in words:
        return words[refusal.code]
    return describe(refusal.code, refusal.detail) if refusal.code in FILE_REASONS else words["no_template"]
