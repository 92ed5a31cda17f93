"""Files as administrators upload them: honest, odd, disguised and hostile. All are made here, none is stored."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter
import xlwt

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
)

Change = Callable[[bytes], bytes]


def make_xlsx(rows: list[list[Any]], *, sheet: str = "居民", **options: Any) -> bytes:
    """Return an .xlsx of one sheet; dates are written as dates."""
    return draw_xlsx(lambda book: write_rows(book.add_worksheet(sheet), rows), **options)


def draw_xlsx(draw: Callable[[xlsxwriter.Workbook], Any], **options: Any) -> bytes:
    """Return the .xlsx that `draw` fills."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd", **options}) as book:
        draw(book)
    return out.getvalue()


def write_rows(sheet: Any, rows: list[list[Any]]) -> Any:
    """Write rows from A1 on and return the sheet."""
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, cells)
    return sheet


def make_xls(rows: list[list[Any]], *, hidden_sheet: bool = False) -> bytes:
    """Return an old .xls of one sheet, perhaps with a hidden one beside it."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("居民")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write(number, column, cell, *([day] if hasattr(cell, "year") else []))
    if hidden_sheet:
        other = book.add_sheet("备份")
        other.write(0, 0, "旧")
        other.visibility = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_ods(rows: list[list[str]]) -> bytes:
    """Return an .ods of one sheet of texts."""
    return write_ods("".join(ods_row(*map(ods_text, cells)) for cells in rows))


def write_ods(body: str, *, declarations: str = "", manifest: str = "") -> bytes:
    """Return an .ods whose one table holds this XML."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{declarations}<office:document-content {ODS_SPACES}><office:body>'
        f'<office:spreadsheet><table:table table:name="居民">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return make_zip({"mimetype": ODS_TYPE, "content.xml": content, "META-INF/manifest.xml": f"<m>{manifest}</m>"})


def ods_row(*cells: str, repeated: int = 1, more: str = "") -> str:
    """Return the XML of a row of cells, which may stand for many rows; `more` are further attributes."""
    return f'<table:table-row table:number-rows-repeated="{repeated}" {more}>{"".join(cells)}</table:table-row>'


def ods_text(text: str) -> str:
    """Return the XML of a cell with a text."""
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def ods_blanks(count: int) -> str:
    """Return the XML of so many blank cells."""
    return f'<table:table-cell table:number-columns-repeated="{count}"/>'


def make_zip(parts: dict[str, Any], *, lying: str = "") -> bytes:
    """Return an archive; of one part its directory may declare 100 bytes, whatever is true."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
            if name == lying:
                archive.getinfo(name).file_size = 100
    return out.getvalue()


def unzip(content: bytes) -> dict[str, bytes]:
    """Return the parts of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def change_part(content: bytes, name: str, change: Change) -> bytes:
    """Return the archive with one part changed; a part that is not there begins empty."""
    parts = unzip(content)
    before = parts.get(name, b"")
    parts[name] = change(before)
    assert parts[name] != before
    return make_zip(parts)


def replacing(old: str, new: str) -> Change:
    """Return a change that puts one text for another."""
    return lambda part: part.replace(old.encode(), new.encode())


def make_ole(*streams: str) -> bytes:
    """Return what looks like an OLE file with streams of these names."""
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in streams)
    return OLE_MAGIC.ljust(512, b"\0") + names.ljust(4096, b"\0")


def make_text(rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return delimited text as Excel writes it, with CR LF."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)
