"""Telling a spreadsheet from everything else by its first bytes and its table of contents. Parses nothing.

Cheap enough for the web process: the archive's directory is read, and at most three small parts of it.
"""

import io
import re
import zipfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from enum import StrEnum

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, old Word, and .xlsx with a password
DIRECTORY_MAGIC = b"PK\x01\x02"  # opens every entry of an archive's directory
ENTRIES = 10_000  # an honest workbook has some dozens
PART = 2**20  # bytes read of a part that is only searched for a word
HEAD = 4096  # bytes that show what a text file is
SAMPLE = 2**16  # bytes that show whether a file is text at all
FOREIGN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"PK\x05\x06": "ZIP",  # an archive without entries
    b"{\\rtf": "RTF",
}
PARTS = {"word/document.xml": "Word", "ppt/presentation.xml": "PowerPoint"}
SHEET_STREAMS = ("Workbook", "Book")  # of Excel 97 and of Excel 5
# The first record of a workbook stream (Excel 97, Excel 5), perhaps a write protection, then FILEPASS.
FILEPASS = re.compile(
    rb"(?:\x09\x08\x10\x00\x00\x06\x05\x00.{12}|\x09\x08\x08\x00\x00\x05\x05\x00.{4})(?:\x86\x00\x00\x00)?\x2f\x00",
    re.DOTALL,
)
HTML = re.compile(r"<(?:!doctype html|(?:html|head|meta|title|style|script|body|div|table)\b)|mime-version:")
HTML_INSIDE = re.compile(r"<(?:!doctype )?html\b")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")  # 0x1A ends a file written under DOS


class FileRefused(Exception):
    """The whole file is refused: a code, its detail (a limit or a name), and the place where there is one.

    `row` is the spreadsheet's row number, 0 when unknown; `column` counts from 0 and is None when unknown.
    """

    def __init__(
        self, code: str, detail: str = "", *, sheet: str = "", row: int = 0, column: int | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.sheet, self.row, self.column = code, detail, sheet, row, column


class Format(StrEnum):
    """What can be read; TEXT is .csv and its kin, whatever the delimiter and the encoding."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLS = "xls"
    ODS = "ods"
    TEXT = "text"


def recognise(content: bytes, *, max_bytes: int, max_unpacked: int) -> Format:
    """Return the format of an uploaded file, whatever its name says; raises FileRefused for what is no spreadsheet.

    `max_unpacked` bounds the sum of the sizes that an archive declares, in bytes.
    """
    if len(content) > max_bytes:
        raise FileRefused("too_large", str(max_bytes // 2**20))
    if content.startswith(ZIP_MAGIC):
        return recognise_archive(content, max_unpacked)
    if content.startswith(OLE_MAGIC):
        return recognise_ole(content)
    for magic, name in FOREIGN.items():
        if content.startswith(magic):
            raise FileRefused("not_spreadsheet", name)
    return recognise_text(content)


def recognise_archive(content: bytes, max_unpacked: int) -> Format:
    """Return the format of a zip archive; raises FileRefused unless it is an honest, open workbook."""
    if content.count(DIRECTORY_MAGIC) > ENTRIES:  # before Python builds an object for each of a million entries
        raise FileRefused("unreadable")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename.replace("\\", "/").lower() for entry in entries}  # some programs write \\
            if len(names) != len(entries):  # readers disagree which of two namesakes counts
                raise FileRefused("unreadable")
            kind = workbook_kind(archive, names)
            if any(entry.flag_bits & 1 for entry in entries):
                raise FileRefused("encrypted")
            if sum(entry.file_size for entry in entries) > max_unpacked:
                raise FileRefused("unpacks_too_large", str(max_unpacked // 2**20))
            if kind is Format.ODS and b"encryption-data" in beginning(archive, "META-INF/manifest.xml"):
                raise FileRefused("encrypted")
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise FileRefused("unreadable") from error
    return kind


def workbook_kind(archive: zipfile.ZipFile, names: set[str]) -> Format:
    """Return the format that an archive with these (lower-case) names is; raises FileRefused if it is none."""
    if "xl/workbook.xml" in names:
        macros = "xl/vbaproject.bin" in names or b"macroEnabled" in beginning(archive, "[Content_Types].xml")
        return Format.XLSM if macros else Format.XLSX
    if "xl/workbook.bin" in names:
        raise FileRefused("xlsb")
    if beginning(archive, "mimetype").startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Format.ODS
    raise FileRefused("not_spreadsheet", next((PARTS[name] for name in PARTS if name in names), "ZIP"))


def beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the first bytes of a part, none if the archive does not have it or it cannot be opened."""
    try:
        with archive.open(name) as part:
            return part.read(PART)
    except (KeyError, RuntimeError):  # RuntimeError: the part has a password
        return b""


def recognise_ole(content: bytes) -> Format:
    """Return XLS for an OLE file with a workbook stream; raises FileRefused for Word files and passwords."""
    if "EncryptedPackage".encode("utf-16-le") in content or FILEPASS.search(content):
        raise FileRefused("encrypted")
    if not any(name.encode("utf-16-le") + bytes(8) in content for name in SHEET_STREAMS):
        raise FileRefused("not_spreadsheet", "Word" if "WordDocument".encode("utf-16-le") in content else "")
    return Format.XLS


def recognise_text(content: bytes) -> Format:
    """Return TEXT for a delimited text; raises FileRefused for markup that only calls itself a spreadsheet."""
    encoding = utf16_encoding(content)
    text = content[:SAMPLE].decode(encoding or "latin-1", errors="ignore")
    head = text[:HEAD].removeprefix(BOM_UTF8.decode("latin-1")).lstrip("\ufeff \t\r\n").lower()
    if not head and not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise FileRefused("empty")
    if HTML.match(head) or (head.startswith(("<?xml", "<!--")) and HTML_INSIDE.search(head)):
        raise FileRefused("html_table")
    if head.startswith("<?xml"):
        raise FileRefused("xml_table")
    if CONTROLS.search(text) or (b"\0" in content and not encoding):
        raise FileRefused("not_spreadsheet")
    return Format.TEXT


def utf16_encoding(content: bytes) -> str | None:
    """Return "utf-16-le" or "utf-16-be" if the bytes are such a text, with or without a byte order mark.

    Without one the zero bytes tell: digits, separators and line ends have theirs in one half of each pair only,
    while Chinese characters hardly have any.
    """
    if content.startswith(BOM_UTF16_LE):
        return "utf-16-le"
    if content.startswith(BOM_UTF16_BE):
        return "utf-16-be"
    sample = content[:SAMPLE]
    high, low = sample[::2].count(0), sample[1::2].count(0)
    if max(high, low) * 50 < len(sample) or min(high, low) * 4 > max(high, low):
        return None
    return "utf-16-le" if low > high else "utf-16-be"
