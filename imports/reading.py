"""Reading tables out of whatever administrators upload. Knows workbooks, cells and encodings, not residents.

Runs in a child process with little memory and time. Each file is looked at before it is parsed: the fast reader asks
for memory by the rectangle that a sheet's cells span, and aborts the process when it gets none.
"""

import csv
import html
import io
import posixpath
import re
import zipfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from statistics import mode
from typing import IO, Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from imports.formats import FileRefused, Format, utf16_encoding

Cell = str | int | float | bool | date | datetime | time | timedelta
Rows = Iterator[tuple[int, list[Any]]]

CHUNK = 2**20  # bytes unpacked at a time
TAG = 2**16  # bytes: no honest tag is longer
SPAN = 2**25  # cells that the sheets of a workbook may span together: calamine takes 32 bytes each, filled or not
ODS_SPAN = 2**24  # the same for OpenDocument, of which all sheets are read at once and kept twice
LETTERS = 26  # columns named by one letter

SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
EPOCH_1904 = re.compile(rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*["'](?:1|true)""")
ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
LAST_ROW = re.compile(rb"""row\s[^>]*?\br=["'](\d+)""")
ROW_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d+)""")
ROW_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)|\bht\s*=\s*["']0(?:\.0*)?["']""")
WIDE_CELL = re.compile(rb""" r=["']([A-Z]{2,3})\d""")
FILLED_CELL = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["'][^>]*(?<!/)>(?!</)""")
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

ODS_TAG = re.compile(rb"<table:(table-cell|covered-table-cell|table-row|table)(?=[\s/>])([^>]*)>(</|)")
ODS_REPEATED = re.compile(rb"""-repeated=["'](\d{1,9})""")
ODS_HIDDEN = re.compile(rb"""\btable:visibility=["'](?:collapse|filter)""")

ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})

DELIMITERS = ",\t;|"
SAMPLE_TEXT = 2**16  # characters, and
SAMPLE_RECORDS = 20  # records, that show which delimiter a text uses
SEP_LINE = re.compile(r'"?sep=([^"\r\n])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
END = "\x03end\x03"  # stands after the last record; inside it, a quotation mark was never closed


@dataclass(frozen=True)
class Limits:
    """What a file may hold: rows of a table that are not blank, columns, characters of a cell, bytes unpacked."""

    rows: int
    columns: int
    cell_length: int
    unpacked: int


@dataclass
class Table:
    """A visible worksheet, or the one table of a text file (its name is "").

    `rows` can be read once: (row number from 1 as the spreadsheet shows it, cells from column A on). Blank rows are
    left out; rows may differ in length, and none is longer than the limit. `hidden` holds the numbers of hidden rows,
    filtered ones included; of .xls it is not known, and empty. `epoch_1904` tells how to read a date that was typed
    as a bare number; cells that are dates come as dates.
    """

    name: str
    rows: Rows
    hidden: frozenset[int] = frozenset()
    epoch_1904: bool = False


def read_tables(content: bytes, kind: Format, limits: Limits) -> Iterator[Table]:
    """Yield the visible tables that hold anything, in the file's order.

    Raises FileRefused, here and while the rows are read: unreadable, entities, unpacks_too_large, too_spread,
    encoding_unknown, quote_open, too_many_rows, too_many_columns, cell_too_long.
    """
    with refusing():
        for table in READERS[kind](content, limits):
            rows = keep_limits(table, limits)
            first = next(rows, None)
            if first is not None:
                table.rows = chain([first], rows)
                yield table


@contextmanager
def refusing(sheet: str = "") -> Iterator[None]:
    """Refuse the file as unreadable for whatever its readers raise, a panic of the Rust code included."""
    try:
        yield
    except (FileRefused, GeneratorExit, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise FileRefused("unreadable", sheet=sheet) from error


def keep_limits(table: Table, limits: Limits) -> Rows:
    """Yield the rows that are not blank; raises FileRefused where one exceeds a limit."""
    count = 0
    with refusing(table.name):
        for number, cells in table.rows:
            if is_blank(cells):
                continue
            if count == limits.rows:
                raise FileRefused("too_many_rows", str(limits.rows), sheet=table.name, row=number)
            count += 1
            check_cells(table.name, number, cells, limits)
            yield number, cells[: limits.columns]


def is_blank(row: list[Any]) -> bool:
    """Tell whether no cell of the row holds more than white space."""
    return row.count("") == len(row) or all(isinstance(cell, str) and not cell.strip() for cell in row)


def check_cells(sheet: str, number: int, cells: list[Any], limits: Limits) -> None:
    """Raise FileRefused if a cell stands too far to the right or holds too long a text."""
    if len(cells) > limits.columns and not is_blank(cells[limits.columns :]):
        column = next(place for place in range(limits.columns, len(cells)) if not is_blank([cells[place]]))
        raise FileRefused("too_many_columns", str(limits.columns), sheet=sheet, row=number, column=column)
    longest = limits.cell_length
    with suppress(TypeError):  # numbers and dates among them
        if len("".join(cells)) <= longest:  # most rows are short as a whole
            return
    for column, cell in enumerate(cells):
        if isinstance(cell, str) and len(cell) > longest:
            raise FileRefused("cell_too_long", str(longest), sheet=sheet, row=number, column=column)


# Workbooks


def read_xls(content: bytes, limits: Limits) -> Iterator[Table]:
    """Yield the tables of an old workbook, which cannot span more than 65,536 x 256 cells."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for meta in visible_sheets(workbook):
        yield Table(meta.name, sheet_rows(workbook.get_sheet_by_name(meta.name)))


def read_xlsx(content: bytes, limits: Limits) -> Iterator[Table]:
    """Yield the tables of a workbook; a sheet that spans too much is read by the slow reader."""
    workbook, look = open_xlsx(content, limits.unpacked)
    for meta in visible_sheets(workbook):
        sheet = look.sheets.get(meta.name, SheetLook())
        if sheet.is_sparse:
            rows = sparse_rows(content, meta.name, limits.columns)
        else:
            rows = sheet_rows(workbook.get_sheet_by_name(meta.name))
        if look.has_escapes:
            rows = ((number, [unescape(cell) for cell in cells]) for number, cells in rows)
        yield Table(meta.name, rows, frozenset(sheet.hidden), look.epoch_1904)


def read_ods(content: bytes, limits: Limits) -> Iterator[Table]:
    """Yield the tables of an OpenDocument spreadsheet."""
    looks = look_at_ods(content, limits.unpacked)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    hidden = {look.name: look.hidden_rows() for look in looks}
    for meta in visible_sheets(workbook):
        rows = sheet_rows(workbook.get_sheet_by_name(meta.name))
        yield Table(meta.name, rows, hidden.get(meta.name, frozenset()))


def visible_sheets(workbook: CalamineWorkbook) -> list[SheetMetadata]:
    """Return the sheets that a user sees and that hold cells, no charts."""
    return [
        meta
        for meta in workbook.sheets_metadata
        if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
    ]


def sheet_rows(sheet: CalamineSheet) -> Rows:
    """Yield the rows of a sheet from row 1 and column A; calamine starts at row 1, but at the first used column."""
    left = [""] * sheet.start[1] if sheet.start else []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, left + cells


def sparse_rows(content: bytes, name: str, columns: int) -> Rows:
    """Yield the rows of an .xlsx sheet with cells far away, up to `columns` columns: what stands beyond is a stray."""
    from openpyxl import load_workbook  # slow to load, and rarely needed

    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheet = workbook[name]
    sheet.reset_dimensions()  # those declared may be wrong
    for number, cells in enumerate(sheet.iter_rows(max_col=columns, values_only=True), 1):
        if cells.count(None) != len(cells):
            yield number, plain_row(cells)


def plain_row(cells: Iterable[Any]) -> list[Cell]:
    """Return a row of openpyxl as calamine gives it, without the blanks at its end."""
    row = [plain_cell(cell) for cell in cells]
    while row and row[-1] == "":
        row.pop()
    return row


def plain_cell(cell: Any) -> Cell:
    """Return a cell of openpyxl as calamine gives it: blanks and errors as "", numbers as float, dates as dates."""
    if cell is None or (isinstance(cell, str) and cell in ERRORS):
        return ""
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date()
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def unescape(cell: Cell) -> Cell:
    """Return a text with Excel's escapes of control characters (_x000D_) resolved; those of no use vanish."""
    return ESCAPE.sub(escaped_mark, cell) if isinstance(cell, str) and "_x" in cell else cell


def escaped_mark(match: re.Match[str]) -> str:
    """Return the character of an escape if it is one that text may hold."""
    mark = chr(int(match[1], 16))
    return mark if mark.isprintable() or mark in "\t\r\n" else ""


# The look before the reading


class Meter:
    """Counts unpacked bytes; raises FileRefused when they exceed the limit, whatever the archive declares."""

    def __init__(self, limit: int) -> None:
        self.limit = self.left = limit

    def count(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise FileRefused("unpacks_too_large", str(self.limit // 2**20))


@dataclass
class SheetLook:
    """What the XML of a worksheet shows in passing: hidden rows, and how far to the right and down its cells reach."""

    hidden: set[int] = field(default_factory=set)
    row: int = 0
    rows: int = 0
    columns: int = LETTERS
    is_numbered: bool = False
    is_sparse: bool = False

    def see(self, piece: bytes) -> None:
        """Take in the next piece; rows and columns come out too large rather than too small."""
        if b"\0" in piece:  # UTF-16, of which calamine would read nothing and say nothing
            raise FileRefused("unreadable")
        if not self.is_numbered or b"hidden" in piece or b' ht="0' in piece:
            self.find_hidden(piece)
        self.rows = max(self.rows, last_row(piece))
        self.columns = max(self.columns, *map(column_number, set(WIDE_CELL.findall(piece))), 0)

    def find_hidden(self, piece: bytes) -> None:
        """Note the hidden rows; a row without a number follows the one before."""
        for tag in ROW.finditer(piece):
            number = ROW_NUMBER.search(tag[1])
            self.is_numbered = number is not None
            self.row = int(number[1]) if number else self.row + 1
            if ROW_HIDDEN.search(tag[1]):
                self.hidden.add(self.row)


@dataclass
class WorkbookLook:
    """What the look at an .xlsx file found: its visible sheets by name, and how texts and dates are written."""

    sheets: dict[str, SheetLook] = field(default_factory=dict)
    epoch_1904: bool = False
    has_escapes: bool = False


def open_xlsx(content: bytes, unpacked: int) -> tuple[CalamineWorkbook, WorkbookLook]:
    """Return an .xlsx file opened and looked at; raises FileRefused for what must not be parsed.

    Opening parses the shared texts, in a thread and without the interpreter's lock, once those were looked at.
    """
    meter, look = Meter(unpacked), WorkbookLook()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, ThreadPoolExecutor(1) as pool:
        entries = {part_path("", entry.filename): entry for entry in archive.infolist()}
        book = b"".join(pieces(archive, entries["xl/workbook.xml"], meter))
        relations = b"".join(pieces(archive, entries["xl/_rels/workbook.xml.rels"], meter))
        sheets = visible_parts(book, relations)
        look.epoch_1904 = EPOCH_1904.search(book) is not None
        for path in entries.keys() - set(sheets.values()):
            for piece in pieces(archive, entries[path], meter):
                look.has_escapes |= b"_x00" in piece
        opening = pool.submit(CalamineWorkbook.from_filelike, io.BytesIO(content))
        look.sheets = look_at_sheets(archive, {name: entries[path] for name, path in sheets.items()}, meter)
        return opening.result(), look


def look_at_sheets(archive: zipfile.ZipFile, sheets: dict[str, zipfile.ZipInfo], meter: Meter) -> dict[str, SheetLook]:
    """Return a look at each sheet; those that would make the workbook span too much are marked sparse."""
    looks, room = {}, SPAN
    for name, entry in sheets.items():
        look = looks[name] = SheetLook()
        for piece in pieces(archive, entry, meter):
            look.see(piece)
        if look.rows * look.columns > room:  # perhaps by cells that have a format and no content
            look.rows, look.columns = filled_span(pieces(archive, entry, Meter(meter.limit)))
        look.is_sparse = look.rows * look.columns > room
        room -= 0 if look.is_sparse else look.rows * look.columns
    return looks


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, meter: Meter) -> Iterator[bytes]:
    """Yield a part unpacked, cut in front of tags; raises FileRefused for too many bytes and for XML entities."""
    entry.file_size = meter.limit + 1  # what is declared may be a lie, and would hide the rest of the part
    is_xml = entry.filename.lower().endswith((".xml", ".rels"))
    with archive.open(entry) as part:
        for piece in cut_at_tags(part, meter):
            if is_xml:
                refuse_declarations(piece)
            yield piece


def cut_at_tags(part: IO[bytes], meter: Meter) -> Iterator[bytes]:
    """Yield the bytes of a part in pieces that end in front of a tag, so that no tag is torn."""
    rest = b""
    while chunk := part.read(CHUNK):
        meter.count(len(chunk))
        chunk = rest + chunk
        cut = chunk.rfind(b"<", max(len(chunk) - TAG, 0))
        piece, rest = (chunk[:cut], chunk[cut:]) if cut >= 0 else (chunk, b"")
        yield piece
    yield rest


def refuse_declarations(piece: bytes) -> None:
    """Raise FileRefused if the XML declares a document type or entities, in UTF-8 or UTF-16."""
    if b"\0" in piece:
        piece = piece.replace(b"\0", b"")
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        raise FileRefused("entities")


def visible_parts(book: bytes, relations: bytes) -> dict[str, str]:
    """Return the path of each visible sheet by its name, from the XML of xl/workbook.xml and its relations."""
    targets = {}
    for tag in RELATION.finditer(relations):
        targets[attribute(tag[1], rb"\bId")] = part_path("xl", attribute(tag[1], rb"\bTarget"))
    return {
        attribute(tag[1], rb"\bname"): targets[attribute(tag[1], rb":id")]
        for tag in SHEET.finditer(book)
        if attribute(tag[1], rb"\bstate") in ("", "visible")
    }


def attribute(tag: bytes, name: bytes) -> str:
    """Return an attribute's value, "" without it; `name` is a pattern."""
    match = re.search(name + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return html.unescape((match[1] or match[2] or b"").decode()) if match else ""


def part_path(folder: str, target: str) -> str:
    """Return the path of a part in the archive, without regard to case as the format has it."""
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/").lower()


def last_row(piece: bytes) -> int:
    """Return the number of the last row that begins in the piece, 0 without one."""
    place = len(piece)
    while (place := piece.rfind(b"row", 0, place)) > 0:
        if piece[place - 1] in b"<:" and (match := LAST_ROW.match(piece, place)):
            return int(match[1])
    return 0


def column_number(letters: bytes) -> int:
    """Return the number of a column, from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * LETTERS + letter - ord("A") + 1
    return number


def filled_span(parts: Iterable[bytes]) -> tuple[int, int]:
    """Return the last row and the last column with content, slowly."""
    row, letters = 0, {b"A"}
    for piece in parts:
        cells = FILLED_CELL.findall(piece)
        letters.update(cell[0] for cell in cells)
        row = max(row, *(int(cell[1]) for cell in cells), 0)
    return row, max(map(column_number, letters))


@dataclass
class OdsLook:
    """What the XML of an OpenDocument sheet shows: ranges of hidden rows, and the last row and column with content."""

    name: str
    hidden: list[range] = field(default_factory=list)
    row: int = 0
    repeated: int = 1
    column: int = 0
    rows: int = 0
    columns: int = 0

    def hidden_rows(self) -> frozenset[int]:
        """Return the numbers of hidden rows down to the last with content."""
        return frozenset(chain.from_iterable(range(rows.start, min(rows.stop, self.rows + 1)) for rows in self.hidden))

    def begin_row(self, attributes: bytes) -> None:
        """Go on to the next row, which may stand for many."""
        self.row += self.repeated if self.row else 1
        self.repeated, self.column = repetitions(attributes), 0
        if ODS_HIDDEN.search(attributes):
            self.hidden.append(range(self.row, self.row + self.repeated))

    def see_cell(self, attributes: bytes, is_filled: bool) -> None:
        """Go on by one cell, which may stand for many."""
        self.column += repetitions(attributes)
        if is_filled:
            self.rows, self.columns = self.row + self.repeated - 1, max(self.columns, self.column)


def look_at_ods(content: bytes, unpacked: int) -> list[OdsLook]:
    """Return a look at each sheet; raises FileRefused if its parts or the cells that it spans are too large."""
    meter, looks = Meter(unpacked), [OdsLook("")]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            for piece in pieces(archive, entry, meter):
                if entry.filename == "content.xml":
                    see_ods(piece, looks)
    if sum(look.rows * look.columns for look in looks) > ODS_SPAN:
        widest = max(looks, key=lambda look: look.rows * look.columns)
        raise FileRefused("too_spread", sheet=widest.name, row=widest.rows, column=widest.columns - 1)
    return looks


def see_ods(piece: bytes, looks: list[OdsLook]) -> None:
    """Take in the next piece of content.xml; a cell whose tag ends the piece counts as filled."""
    for tag, attributes, end in ODS_TAG.findall(piece):
        if tag == b"table":
            looks.append(OdsLook(attribute(attributes, rb"table:name")))
        elif tag == b"table-row":
            looks[-1].begin_row(attributes)
        else:
            looks[-1].see_cell(attributes, not (end or attributes.endswith(b"/")) or b"value" in attributes)


def repetitions(attributes: bytes) -> int:
    """Return how many rows or cells a tag stands for."""
    match = ODS_REPEATED.search(attributes) if b"-repeated" in attributes else None
    return int(match[1]) if match else 1


# Text


def read_text(content: bytes, limits: Limits) -> Iterator[Table]:
    """Yield the table of a delimited text."""
    text = decode(content).removesuffix("\x1a")  # an end mark of DOS programs
    if "\0" in text:
        raise FileRefused("unreadable")
    declared = SEP_LINE.match(text)
    delimiter = declared[1] if declared else find_delimiter(text)
    yield Table("", records(text[declared.end() :] if declared else text, delimiter, limits.cell_length))


def decode(content: bytes) -> str:
    """Return the text; raises FileRefused unless every byte makes sense in the encoding that it seems to be in."""
    if utf16 := utf16_encoding(content):
        encodings = [utf16]
    else:
        encodings = ["utf-8"] if content.startswith(BOM_UTF8) else ["utf-8", "gb18030"]
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            return content.decode(encoding).removeprefix("\ufeff")
    raise FileRefused("encoding_unknown")


def find_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first records most evenly, then into most fields; a comma if none cuts."""
    sample = text[:SAMPLE_TEXT]

    def evenness(delimiter: str) -> tuple[float, int]:
        found = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = [
            len(record) for record in islice((record for record in found if not is_blank(record)), SAMPLE_RECORDS)
        ]
        several = [width for width in widths if width > 1]
        usual = mode(several) if several else 0
        return (several.count(usual) / len(widths), usual) if several else (0, 0)

    return max(DELIMITERS, key=evenness)


def records(text: str, delimiter: str, cell_length: int) -> Rows:
    """Yield the records with their ordinals, which are the row numbers that Excel shows; blank lines count."""
    number = 0
    reader = csv.reader(chain(io.StringIO(text, newline=""), [END]), delimiter=delimiter)
    try:
        for number, record in enumerate(reader, 1):
            if not (record and record[-1].endswith(END)):
                yield number, [unwrap(cell) for cell in record]
            elif record != [END]:
                raise FileRefused("quote_open", row=number)
    except csv.Error as error:  # above 131,072 characters
        raise FileRefused("cell_too_long", str(cell_length), row=number + 1) from error


def unwrap(cell: str) -> str:
    """Return what stands in ="…", the form in which other systems keep Excel from shortening numbers."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1].replace('""', '"')
    return cell


READERS: dict[Format, Callable[[bytes, Limits], Iterator[Table]]] = {
    Format.XLSX: read_xlsx,
    Format.XLSM: read_xlsx,
    Format.XLS: read_xls,
    Format.ODS: read_ods,
    Format.TEXT: read_text,
}
