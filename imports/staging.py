"""Streaming checked rows into the staging table: hashes, ciphertexts, duplicates within the file, messages.

While the sandboxed reader still reads, this process encrypts, and PostgreSQL stores: three processes at once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts.encryption import blind_index_many, encrypt_many, tail_index
from imports.copying import Lines, copy_text
from imports.formats import FileRefused
from imports.models import ResidentImport
from imports.rows import VALUES

STAGED = (
    "resident_import_id, position, sheet, row, community_id, grid_id, name, initials, sex, birth_date, id_number, "
    "id_hash, id_kept, id_tail, phone, phone_hash, phone_kept, education, ethnic_group, occupation, building, unit, "
    "room, groups, since, outcome"
)
MESSAGES = 'resident_import_id, sheet, row, "column", heading, severity, code, detail, found_by'
NOTHING = r"\N"

# What an onlooker (the shell command) is told of every row: sheet, row, cleaned values by name.
Onlooker = Callable[[str, int, dict[str, Any]], None]


@dataclass
class Staging:
    """Takes the reader's chunks of one import and gives COPY lines; keeps what is to be said about the rows."""

    job: ResidentImport
    onlook: Onlooker | None = None
    rows: int = 0
    skipped: int = 0
    refused: int = 0
    messages: list[tuple] = field(default_factory=list)
    seen_ids: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    seen_people: dict[tuple, tuple[str, int]] = field(default_factory=dict)
    escaped: dict[str, str] = field(default_factory=dict)
    tails: dict[str, int] = field(default_factory=dict)

    def take(self, packed: dict[str, Any]) -> Iterator[str]:
        """Yield the COPY lines of a chunk's rows; a refused row leaves a line only when it names somebody."""
        values = dict(zip(VALUES, packed["values"], strict=True))
        sheet, numbers = packed["sheet"], packed["numbers"]
        severities = self.take_findings(sheet, numbers, packed["findings"])
        ids = [number or "" for number in values["id_number"]]
        phones = [number or "" for number in values["phone"]]
        hashes = blind_index_many(ids, purpose="id_number")
        phone_hashes = blind_index_many(phones, purpose="phone")
        sealed = (encrypt_many(ids, purpose="id_number"), hashes, encrypt_many(phones, purpose="phone"), phone_hashes)
        columns = [values[key] for key in VALUES]
        for place, (number, cells, secret) in enumerate(
            zip(numbers, zip(*columns, strict=True), zip(*sealed, strict=True), strict=True)
        ):
            line = self.take_row(sheet, number, cells, secret, severities.get(place, ""))
            if line:
                yield line
        if self.onlook:
            for place, number in enumerate(numbers):
                self.onlook(sheet, number, {key: column[place] for key, column in values.items()})

    def take_findings(self, sheet: str, numbers: list[int], findings: list[list]) -> dict[int, str]:
        """Keep the findings as messages; return the weightiest severity of each place that has one."""
        severities: dict[int, str] = {}
        for place, severity, code, detail, column, heading in findings:
            if severities.get(place) == "skip":
                continue
            letter = "" if column is None else column_letter(column)
            self.messages.append((sheet, numbers[place], letter, heading, severity, code, detail))
            if severity != "remark" or place not in severities:
                severities[place] = severity
        return severities

    def take_row(self, sheet: str, row: int, cells: tuple, secret: tuple, severity: str) -> str:
        """Return the COPY line of a row, "" for one that leaves none; a repeated person is refused."""
        if severity == "skip":
            self.skipped += 1
            return ""
        self.rows += 1
        if severity != "refuse" and self.is_repeated(sheet, row, cells, secret):
            severity = "refuse"
        if severity == "refuse":
            self.refused += 1
            return self.name_line(sheet, row, cells, secret)
        return self.full_line(sheet, row, cells, secret)

    def is_repeated(self, sheet: str, row: int, cells: tuple, secret: tuple) -> bool:
        """Tell whether the file named this person before, and say where."""
        if secret[1]:
            first = self.seen_ids.setdefault(secret[1], (sheet, row))
            code = "id_repeated"
        else:
            person = (cells[0], cells[3], secret[3] or (cells[6], *cells[7:10]))
            first = self.seen_people.setdefault(person, (sheet, row))
            code = "person_repeated"
        if first == (sheet, row):
            return False
        where = str(first[1]) if first[0] == sheet else f"{first[0]}!{first[1]}"
        self.messages.append((sheet, row, "", "", "refuse", code, where))
        return True

    def full_line(self, sheet: str, row: int, cells: tuple, secret: tuple) -> str:
        """Return the COPY line of an accepted row, in the order of STAGED."""
        name, number, sex, born, phone, community, grid, building, unit, room = cells[:10]
        groups, since, ethnic_group, education, occupation, initials = cells[10:]
        id_text = (
            rf"\\x{secret[0].hex()}"
            + "\t"
            + rf"\\x{secret[1].hex()}"
            + f"\t{number[:4]}{number[-2:]}\t{self.tail(number)}"
            if number
            else "\\N\t\\N\t\t\\N"
        )
        phone_text = (
            rf"\\x{secret[2].hex()}" + "\t" + rf"\\x{secret[3].hex()}" + f"\t{phone[:3]}{phone[-4:]}"
            if phone
            else "\\N\t\\N\t"
        )
        group_text = NOTHING if groups is None else "{" + ",".join(map(str, groups)) + "}"
        return (
            f"{self.job.pk}\t{self.rows}\t{self.escape(sheet)}\t{row}\t{community}\t{grid}\t{name}\t{initials}\t"
            f"{sex or 0}\t{born}\t{id_text}\t{phone_text}\t{education or ''}\t{ethnic_group or ''}\t"
            f"{occupation or ''}\t"
            f"{self.escape(building)}\t{self.escape(unit)}\t{self.escape(room)}\t{group_text}\t{since or NOTHING}\t"
            "create\n"
        )

    def name_line(self, sheet: str, row: int, cells: tuple, secret: tuple) -> str:
        """Return the line by which a refused row still counts as naming somebody; "" when it names nobody."""
        name, born = cells[0], cells[3]
        if not (secret[1] or (name and born)):
            return ""
        hashed = rf"\\x{secret[1].hex()}" if secret[1] else NOTHING
        return (
            f"{self.job.pk}\t{self.rows}\t{self.escape(sheet)}\t{row}\t\\N\t\\N\t{name or ''}\t\t\\N\t"
            f"{born or NOTHING}\t\\N\t"
            f"{hashed}\t\t\\N\t\\N\t\\N\t\t\t\t\t\t\t\t\\N\t\\N\tnamed\n"
        )

    def tail(self, number: str) -> int:
        """Return the searchable hash of the last four characters; there are few of them."""
        tail = number[-4:]
        if tail not in self.tails:
            self.tails[tail] = tail_index(tail)
        return self.tails[tail]

    def escape(self, text: str) -> str:
        """Return a text in COPY's format, remembered: doors and sheets repeat."""
        if text not in self.escaped:
            self.escaped[text] = copy_text(text)
        return self.escaped[text]


def stage_rows(staging: Staging, chunks: Iterator[dict[str, Any]], show: Callable[[int], None]) -> None:
    """COPY all rows that the chunks bring into the staging table, and the messages after them.

    Runs in the caller's transaction; what an earlier attempt staged is replaced. Raises FileRefused as the reader does.
    """

    refusals: list[FileRefused] = []

    def lines() -> Iterator[str]:
        try:
            for packed in chunks:
                yield from staging.take(packed)
                show(staging.rows)
        except FileRefused as refusal:  # raised inside COPY it would come out as a database error
            refusals.append(refusal)

    with connection.cursor() as cursor:
        cursor.execute("delete from imports_stagedrow where resident_import_id = %s", [staging.job.pk])
        cursor.execute("delete from imports_importmessage where resident_import_id = %s", [staging.job.pk])
        copy_rows(cursor, "imports_stagedrow", STAGED, Lines(lines()))
        if refusals:
            raise refusals[0]
        told = ("\t".join(map(copy_text, (staging.job.pk, *said, "file"))) + "\n" for said in staging.messages)
        copy_rows(cursor, "imports_importmessage", MESSAGES, Lines(told))


def copy_rows(cursor: Any, table: str, columns: str, lines: Lines) -> None:
    """COPY lines into a table by way of a temporary one: PostgreSQL refuses COPY where rows are guarded by policies."""
    cursor.execute(f"create temporary table arriving on commit drop as select {columns} from {table} where false")
    cursor.copy_expert(f"copy arriving ({columns}) from stdin", lines)
    cursor.execute(f"insert into {table} ({columns}) select {columns} from arriving")
    cursor.execute("drop table arriving")


def column_letter(index: int) -> str:
    """Return the spreadsheet's letters for a column index: 0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters
