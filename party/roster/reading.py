"""A roster as clean lines, read in a child process with little memory and time. Whom they mean: matching.py."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property

from imports.formats import FileRefused, Format, recognise
from imports.headings import HEADING_SEARCH_ROWS
from imports.people import name_place
from imports.reader import read_file
from imports.staging import column_letter
from party.roster.columns import HEADINGS
from party.roster.reasons import REFUSE, say

CHILD = settings.BASE_DIR / "party" / "roster" / "child.py"
EXTENSIONS = ".xlsx,.xlsm,.xls,.ods,.csv"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
# How a text is refused that makes no sense as a list.
SENSELESS = ("no_roster", "encoding_unknown", "quote_open", "cell_too_long", "too_many_columns")


@dataclass(frozen=True)
class Finding:
    """What is said about a row or one of its cells: `column` is a letter, "" for the row as a whole."""

    sheet: str
    row: int
    column: str
    heading: str
    severity: str
    code: str
    detail: str = ""
    offered: str = ""  # what the cell might have said instead

    @property
    def text(self) -> str:
        """The words."""
        return say(self.code, self.detail, self.offered)

    @property
    def place(self) -> str:
        """Where it stands: 名册!C5."""
        return name_place(self.sheet, self.row, self.column)


@dataclass(frozen=True)
class Sheet:
    """A list that a file holds: numbers of its heading rows, index of each column by key, headings not used."""

    name: str
    rows: tuple[int, ...]
    columns: dict[str, int]
    unused: tuple[str, ...]


@dataclass
class Line:
    """A row with its clean values by key, and what its cells gave cause to say."""

    sheet: Sheet
    row: int
    values: dict[str, str]
    findings: list[Finding] = field(default_factory=list)

    def read_day(self, key: str) -> date | None:
        """Return the date of a column."""
        return date.fromisoformat(self.values[key]) if key in self.values else None

    def note(self, severity: str, code: str, key: str = "", detail: str = "", offered: str = "") -> Finding:
        """Return what is to be said about the cell of a column, or about the row."""
        column = self.sheet.columns.get(key)
        letter = "" if column is None else column_letter(column)
        heading = "" if column is None else HEADINGS[key]
        return Finding(self.sheet.name, self.row, letter, heading, severity, code, detail, offered)

    @property
    def is_refused(self) -> bool:
        """Whether one of its cells cannot be used."""
        return any(finding.severity == REFUSE for finding in self.findings)

    @property
    def place(self) -> str:
        """Where it stands: 名册 第 5 行."""
        return name_place(self.sheet.name, self.row)


@dataclass
class RosterFile:
    """What a file holds."""

    sheets: list[Sheet] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @cached_property
    def unused(self) -> list[str]:
        """The headings of columns that are not read, each once."""
        return list(dict.fromkeys(heading for sheet in self.sheets for heading in sheet.unused))


def read_upload(content: bytes, name: str) -> RosterFile:
    """Return the lists of an uploaded file. One called a workbook that is a text and no list is broken.

    Texts that other systems call .xls are read as texts all the same.
    """
    try:
        return read_roster(content)
    except FileRefused as refusal:
        is_called_workbook = name.lower().endswith(WORKBOOKS)
        if refusal.code in SENSELESS and is_called_workbook and recognise_roster(content) is Format.TEXT:
            raise FileRefused("unreadable") from refusal
        raise


def read_roster(content: bytes) -> RosterFile:
    """Return the lists of a file; raises FileRefused, reasons.describe_refusal() has the words."""
    kind = recognise_roster(content)
    found, sheets = RosterFile(), {}
    for what, value in read_file(content, make_brief(kind), CHILD):
        if what == "sheet":
            sheet = Sheet(value["sheet"], tuple(value["rows"]), value["columns"], tuple(value["unused"]))
            sheets[sheet.name] = sheet
            found.sheets.append(sheet)
            continue
        if len(found.lines) == settings.ROSTER_MAX_ROWS:
            raise FileRefused("too_many_rows")
        line = Line(sheets[value["sheet"]], value["row"], value["values"])
        line.findings = [line.note(severity, code, key, detail) for severity, code, detail, key in value["odd"]]
        found.lines.append(line)
    return found


def recognise_roster(content: bytes) -> Format:
    """Return the format of a file; raises FileRefused for what is no table."""
    return recognise(content, max_bytes=settings.SHEET_MAX_BYTES, max_unpacked=settings.SHEET_MAX_UNPACKED_BYTES)


def make_brief(kind: Format) -> dict[str, Any]:
    """Return what the child may know: the limits, and the day."""
    return {
        "kind": kind,
        "today": timezone.localdate().isoformat(),
        "limits": {
            "rows": settings.ROSTER_MAX_ROWS + HEADING_SEARCH_ROWS,  # titles and headings are no members
            "columns": settings.IMPORT_MAX_COLUMNS,
            "cell_length": settings.IMPORT_CELL_LENGTH,
            "unpacked": settings.SHEET_MAX_UNPACKED_BYTES,
        },
        "memory": settings.SHEET_PARSE_MEMORY,
        "seconds": settings.SHEET_PARSE_SECONDS,
    }
