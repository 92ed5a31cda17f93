"""What an import's report says: reasons with their places, how headings were understood, refused rows to send back."""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import decrypt_bytes
from communities.spreadsheets import SafeWorkbook
from imports.actions import FILE_PURPOSE
from imports.headings import COLUMNS_BY_KEY, RETURNED
from imports.models import ImportMessage, ImportProgress, ResidentImport
from imports.people import FIELDS, name_place
from imports.reader import ECHO_CHILD, make_brief, read_file, recognise_file
from imports.reasons import describe
from imports.staging import column_letter

PLACES_SHOWN = 5
RETURNED_ROWS = 20_000  # written in about six seconds; a list with more wrong rows is to be mended at its source
SEVERITIES = tuple(ImportMessage.Severity)  # in the order of the report: what needs somebody first
SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
SHEET_NAME_LENGTH = 31
Places = dict[tuple[str, int], str]


@dataclass(frozen=True)
class Reason:
    """Rows of one severity and code, and where the first of them are."""

    severity: ImportMessage.Severity
    code: str
    text: str
    rows: int
    places: list[str]


@dataclass(frozen=True)
class SheetReport:
    """How a sheet was understood: (heading, column of ours) in order; headings not used; columns claimed twice."""

    name: str
    is_read: bool
    known: list[tuple[str, str]]
    unknown: list[str]
    repeated: list[str]


def find_progress(job: ResidentImport) -> ImportProgress | None:
    """Return how far the worker is; None while none has begun: what an earlier stage left is no progress of this."""
    begun = job.status in (ResidentImport.Status.REHEARSING, ResidentImport.Status.WRITING)
    progress = getattr(job, "progress", None)
    undoing = progress is not None and progress.stage == ImportProgress.Stage.UNDOING
    return progress if begun or undoing else None


def list_reasons(job: ResidentImport) -> list[Reason]:
    """Return why rows were refused, are to be checked, remarked on or skipped: the most frequent first."""
    places = find_first_places(job)
    found: Any = job.messages.by_reason()
    reasons = [
        Reason(
            severity=ImportMessage.Severity(said["severity"]),
            code=said["code"],
            text=describe(said["code"], "…"),
            rows=said["rows"],
            places=places[said["severity"], said["code"]],
        )
        for said in found
    ]
    return sorted(reasons, key=lambda reason: (SEVERITIES.index(reason.severity), -reason.rows))


def find_first_places(job: ResidentImport) -> dict[tuple[str, str], list[str]]:
    """Return (severity, code) -> where its first messages stand."""
    place = Window(RowNumber(), partition_by=[F("severity"), F("code")], order_by="id")
    first = job.messages.annotate(place=place).filter(place__lte=PLACES_SHOWN).order_by("severity", "code", "place")
    places = defaultdict(list)
    for severity, code, sheet, row, column in first.values_list("severity", "code", "sheet", "row", "column"):
        places[severity, code].append(name_place(sheet, row, column))
    return places


def list_field_changes(job: ResidentImport) -> list[tuple[str, str, int]]:
    """Return (field, label, rows in which it changes), the most frequent first."""
    found = [(field, str(label), job.changes.get(field, 0)) for field, label in FIELDS.items()]
    return sorted((change for change in found if change[2]), key=lambda change: -change[2])


def list_sheets(job: ResidentImport) -> list[SheetReport]:
    """Return how each sheet of the file was understood."""
    reports = []
    for sheet in job.layout:
        keys = {index: key for key, index in sheet["columns"].items()}
        headings = [(heading, keys.get(index)) for index, heading in sheet["headings"]]
        reports.append(
            SheetReport(
                name=sheet["sheet"],
                is_read=bool(headings) and (not job.sheets or sheet["sheet"] in job.sheets),
                known=[(heading, COLUMNS_BY_KEY[key].heading) for heading, key in headings if key],
                unknown=[heading for heading, key in headings if not key],
                repeated=[COLUMNS_BY_KEY[key].heading for key in sheet["repeated"]],
            )
        )
    return reports


def filter_messages(job: ResidentImport, severity: str, code: str) -> QuerySet[ImportMessage]:
    """Return the located messages of this severity and code, or all."""
    messages = job.messages.all()
    if severity:
        messages = messages.filter(severity=severity)
    return messages.filter(code=code) if code else messages


@dataclass(frozen=True)
class Located:
    """A message in words, with its place."""

    place: str
    heading: str
    text: str
    severity: str
    severity_name: str


def describe_messages(messages: Iterable[ImportMessage]) -> list[Located]:
    """Return the messages in words."""
    return [
        Located(
            place=name_place(said.sheet, said.row, said.column) if said.row else said.sheet,
            heading=said.heading,
            text=describe(said.code, said.detail),
            severity=said.severity,
            severity_name=said.get_severity_display(),
        )
        for said in messages
    ]


# Refused rows, to be corrected and imported again


def write_refused_rows(job: ResidentImport) -> bytes:
    """Return an .xlsx with the first RETURNED_ROWS refused rows as they stand in the file, each with its reasons.

    Cells that a reason is about are red. Raises ImportFile.DoesNotExist once the file is deleted, and FileRefused when
    it cannot be read again.
    """
    reasons, marked = find_refusals(job)
    heading_rows = {sheet["sheet"]: sheet["rows"] for sheet in job.layout}
    wanted = {sheet: [*heading_rows.get(sheet, ())] for sheet, _row in reasons}
    for sheet, row in reasons:
        wanted[sheet].append(row)
    with tempfile.TemporaryFile() as target:
        with SafeWorkbook(target, {"in_memory": True}) as workbook:
            writer = Returning(workbook, heading_rows, reasons, marked)
            for sheet, row, cells in echo_rows(job, wanted):
                writer.write(sheet, row, cells)
        target.seek(0)
        return target.read()


def find_refusals(job: ResidentImport) -> tuple[Places, set[tuple[str, int, str]]]:
    """Return (sheet, row) -> reasons in words, and the cells (sheet, row, column letter) that they are about."""
    texts: dict[tuple[str, int], list[str]] = defaultdict(list)
    marked = set()
    refusals = job.messages.filter(severity=ImportMessage.Severity.REFUSE, row__gt=0).order_by("id")
    for message in refusals.iterator():
        if len(texts) == RETURNED_ROWS and (message.sheet, message.row) not in texts:
            break
        text = describe(message.code, message.detail)
        texts[message.sheet, message.row].append(f"{message.heading}{_('：')}{text}" if message.heading else text)
        marked.add((message.sheet, message.row, message.column))
    return {place: _("；").join(said) for place, said in texts.items()}, marked


def echo_rows(job: ResidentImport, wanted: dict[str, list[int]]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield sheet, row number and cells of the wanted rows, read again in the sandbox."""
    if not wanted:
        return
    content = decrypt_bytes(job.file.content, purpose=FILE_PURPOSE)
    brief = make_brief(job, recognise_file(content), today=timezone.localdate())
    for _kind, (sheet, row, cells) in read_file(content, brief | {"rows": wanted}, script=ECHO_CHILD):
        yield sheet, row, cells


class Returning:
    """Writes the sheets of refused rows. All cells are texts: no formula, no link, no number that loses its zeros."""

    def __init__(
        self,
        workbook: SafeWorkbook,
        heading_rows: dict[str, list[int]],
        reasons: Places,
        marked: Iterable[tuple[str, int, str]],
    ) -> None:
        self.workbook, self.heading_rows, self.reasons, self.marked = workbook, heading_rows, reasons, set(marked)
        self.plain = workbook.add_format({"num_format": "@"})
        self.bold = workbook.add_format({"num_format": "@", "bold": True})
        self.red = workbook.add_format({"num_format": "@", "bg_color": "#F8D7D3"})
        self.sheets: dict[str, Any] = {}
        self.lines: dict[str, int] = defaultdict(int)

    def write(self, sheet: str, row: int, cells: list[str]) -> None:
        """Write one row of the file below what is there already."""
        is_heading = row in self.heading_rows.get(sheet, ())
        if is_heading:  # the titles stand in the upper of two heading rows: the lower only names parts of it
            before = RETURNED if row == self.heading_rows[sheet][0] else ("", "")
        else:
            before = (self.reasons[sheet, row], name_place(sheet, row))
        target, line = self.sheet(sheet), self.lines[sheet]
        for column, cell in enumerate((*before, *cells)):
            if cell:
                letter = column_letter(column - len(before)) if column >= len(before) else ""
                style = self.red if letter and (sheet, row, letter) in self.marked else self.plain
                target.write_string(line, column, cell, self.bold if is_heading else style)
        self.lines[sheet] += 1

    def sheet(self, name: str) -> Any:
        """Return the worksheet for a sheet of the file, under a name that Excel takes."""
        if name not in self.sheets:
            sheet = self.workbook.add_worksheet(self.free_name(name))
            sheet.set_column(0, 0, 40, self.plain)
            sheet.set_column(1, 60, 14, self.plain)
            sheet.freeze_panes(len(self.heading_rows.get(name, ())), 0)
            self.sheets[name] = sheet
        return self.sheets[name]

    def free_name(self, name: str) -> str:
        """Return the name without the characters that Excel refuses, and unlike the others."""
        plain = SHEET_NAME.sub(" ", name).strip()[:SHEET_NAME_LENGTH] or "名单"
        taken = {sheet.get_name().lower() for sheet in self.sheets.values()}
        return plain if plain.lower() not in taken else f"{plain[: SHEET_NAME_LENGTH - 4]} {len(taken) + 1}"
