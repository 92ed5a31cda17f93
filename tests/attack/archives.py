"""Spreadsheets, maps and pictures that attack whoever reads them. All are made here, small; none is stored."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

from tests.imports import files
from tests.register import make_row, make_workbook

SECRET = "zq9secret"
MEGABYTE = 2**20
ROWS = [make_row("王秀英")]
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
BOOK = make_workbook(ROWS)


def with_doctype(part: str, doctype: str, entity: str) -> bytes:
    """Return the workbook with a document type before one of its parts, and an entity in its first text."""

    def change(xml: bytes) -> bytes:
        head, _, body = xml.partition(b"?>")
        return head + b"?>" + doctype.encode() + body.replace("王秀英".encode(), entity.encode())

    return files.change_part(BOOK, part, change)


def billion_laughs() -> bytes:
    """An entity that unfolds to gigabytes."""
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return with_doctype(TEXTS, f'<!DOCTYPE sst [<!ENTITY l0 "lol">{steps}]>', "&l11;")


def quadratic_blow_up() -> bytes:
    """One long entity, used thousands of times: no nesting that a limit could see."""
    return with_doctype(TEXTS, f'<!DOCTYPE sst [<!ENTITY a "{"a" * 100_000}">]>', "&a;" * 10_000)


def outside_entity(address: str) -> bytes:
    """An entity whose text is somewhere else."""
    return with_doctype(TEXTS, f'<!DOCTYPE sst [<!ENTITY x SYSTEM "{address}">]>', "&x;")


def outside_definition(address: str) -> bytes:
    """A document type that is defined somewhere else, with a parameter entity."""
    return with_doctype(SHEET, f'<!DOCTYPE s SYSTEM "{address}" [<!ENTITY % p SYSTEM "{address}"> %p;]>', "x")


def outside_links(address: str) -> bytes:
    """A workbook that refers to another one, to a picture, and to a page."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(
        f'<Relationship Id="r{n}" Type="{kind}/{what}" Target="{address}" TargetMode="External"/>'
        for n, what in enumerate(("externalLinkPath", "image", "hyperlink", "attachedTemplate", "oleObject"))
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return files.change_part(
        BOOK, RELATIONS, lambda _: f'<Relationships xmlns="{space}">{links}</Relationships>'.encode()
    )


def zip_bomb() -> bytes:
    """A sheet that unpacks to two gigabytes and says so."""
    return patch_size(files.change_part(BOOK, SHEET, lambda xml: xml + b" " * (8 * MEGABYTE)), 2**31 - 1)


def patch_size(content: bytes, size: int) -> bytes:
    """Let the directory of an archive declare a size for each of its parts."""
    patched, at = bytearray(content), content.find(b"PK\x01\x02")
    while at >= 0:
        patched[at + 24 : at + 28] = struct.pack("<I", size)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(patched)


def lying_bomb() -> bytes:
    """A sheet that unpacks to half a gigabyte and declares a hundred bytes."""
    parts = files.unzip(BOOK)
    parts[SHEET] += b" " * (512 * MEGABYTE)
    return files.make_zip(parts, lying=SHEET)


def overlapping_bomb() -> bytes:
    """Many names for the same compressed bytes: each is honest, together they are gigabytes."""
    out = io.BytesIO(BOOK)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/0", b" " * (20 * MEGABYTE))
        first = archive.getinfo("xl/media/0")
        for number in range(1, 900):
            twin = zipfile.ZipInfo(f"xl/media/{number}")
            for name in ("header_offset", "CRC", "compress_size", "file_size", "compress_type", "flag_bits"):
                setattr(twin, name, getattr(first, name))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
    return out.getvalue()


def nested_archives() -> bytes:
    """Archives in archives in a workbook."""
    inner = b" " * MEGABYTE
    for _depth in range(10):
        inner = files.make_zip({f"{number}.zip": inner for number in range(8)})
    return files.make_zip(files.unzip(BOOK) | {"xl/embeddings/bomb.zip": inner})


def with_names(*names: str) -> bytes:
    """Return the workbook with further parts of these names."""
    return files.make_zip(files.unzip(BOOK) | dict.fromkeys(names, f"<x>{SECRET}</x>"))


def with_link() -> bytes:
    """A part that is a symbolic link to a file outside."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.unzip(BOOK).items():
            entry = zipfile.ZipInfo(name)
            if name == TEXTS:
                entry.external_attr, content = 0o120777 << 16, b"/etc/passwd"
            archive.writestr(entry, content)
    return out.getvalue()


def stray_cell(place: str) -> bytes:
    """A cell far away from all others."""
    row = "".join(letter for letter in place if letter.isdigit())
    cell = f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return files.change_part(BOOK, SHEET, files.replacing("</sheetData>", cell))


def declared(place: str) -> bytes:
    """A sheet that claims to reach to the last corner."""
    return files.change_part(
        BOOK, SHEET, lambda xml: xml.replace(b'<dimension ref="', f'<dimension ref="A1:{place}" x="'.encode())
    )


def formulas() -> bytes:
    """Cells that a spreadsheet program would run, were they written back as they are."""
    cells = ("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(1)", '=HYPERLINK("http://zq9.example","x")', "\t=1", "\r=1")
    return make_workbook([make_row(cell, 楼栋=cell, 手机号=cell) for cell in cells])


def macros() -> bytes:
    """A workbook with macros that run when it is opened."""
    changed = files.change_part(BOOK, TYPES, files.replacing("sheet.main+xml", "sheet.macroEnabled.main+xml"))
    return files.make_zip(files.unzip(changed) | {"xl/vbaProject.bin": files.OLE_MAGIC + b"Auto_Open" * 999})


def ods_laughs() -> bytes:
    """The same trick with an .ods."""
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    body = files.ods_row(files.ods_text("&l11;"))
    return files.write_ods(body, declarations=f'<!DOCTYPE o [<!ENTITY l0 "lol">{steps}]>')


def ods_repeats() -> bytes:
    """Two lines of XML that stand for 17 billion cells."""
    cells = files.ods_text("x").replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"')
    return files.write_ods(files.ods_row(cells, repeated=1_048_576))


def deep_xml() -> bytes:
    """Elements a hundred thousand deep."""
    return files.change_part(BOOK, TEXTS, lambda xml: xml.replace(b"<si>", b"<si>" + b"<r>" * 100_000, 1))


# name -> what makes the file; outside() has those that name an address.
WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "billion laughs": billion_laughs,
    "quadratic blow-up": quadratic_blow_up,
    "zip bomb": zip_bomb,
    "lying bomb": lying_bomb,
    "overlapping bomb": overlapping_bomb,
    "nested archives": nested_archives,
    "path traversal": lambda: with_names("../../../../tmp/zq9secret.txt", "xl/../../../zq9secret.txt"),
    "absolute name": lambda: with_names("/tmp/zq9secret.txt", "C:\\zq9secret.txt", "\\\\zq9.example\\x"),
    "symbolic link": with_link,
    "namesakes": lambda: files.make_zip(files.unzip(BOOK) | {SHEET.upper(): b"<x/>"}),
    "odd names": lambda: with_names("xl/\0x", "CON", "x" * 60_000, "\ud7ff/\u202e.xml"),
    "stray cell": lambda: stray_cell("XFD1048576"),
    "cell beyond all rows": lambda: stray_cell("A99999999"),
    "cell beyond all columns": lambda: stray_cell("ZZZZZZ1"),
    "declared corner": lambda: declared("XFD1048576"),
    "formulas": formulas,
    "macros": macros,
    "deep XML": deep_xml,
    "lying index of texts": lambda: files.change_part(BOOK, SHEET, files.replacing("<v>0</v>", "<v>99999999999</v>")),
    "negative index of texts": lambda: files.change_part(BOOK, SHEET, files.replacing("<v>0</v>", "<v>-1</v>")),
    "ods laughs": ods_laughs,
    "ods repeats": ods_repeats,
    "ods without content": lambda: files.make_zip({"mimetype": files.ODS_TYPE, "content.xml": ""}),
    "xls of noise": lambda: files.make_ole("Workbook") + bytes(range(256)) * 400,
    "xls cut off": lambda: files.make_xls([["姓名", "网格"], ["王秀英", "第一网格"]])[:3000],
    "encrypted": lambda: files.make_ole("EncryptedPackage", "EncryptionInfo"),
    "cut off": lambda: BOOK[: len(BOOK) // 2],
    "directory only": lambda: BOOK[BOOK.find(b"PK\x01\x02") :],
    "two archives": lambda: BOOK + BOOK,
    "page that says it is a sheet": lambda: f"<html><table><tr><td>{'姓名'}</td></tr></table></html>".encode(),
    "picture": lambda: picture(20, 20),
    "empty": lambda: b"",
    "nothing but zeros": lambda: bytes(MEGABYTE),
    "text with zeros": lambda: "姓名,网格\n王\0秀英,第一网格\n".encode(),
    "text of two encodings": lambda: "姓名,网格\n王秀英,第一网格\n".encode() + "李四,第二网格\n".encode("gbk"),
    "text of a million columns": lambda: b"," * MEGABYTE + b"\n" + b"," * MEGABYTE,
    "text of one line": lambda: "姓名,网格\n".encode() + b"a" * (5 * MEGABYTE - 100),
    "quote never closed": lambda: '姓名,网格\n"王秀英,第一网格\n'.encode() + "李四,x\n".encode() * 90_000,
    "text of quotes": lambda: b'"' * (2 * MEGABYTE),
    "text of line ends": lambda: b"\r\n" * MEGABYTE,
    "text of formulas": lambda: "姓名,网格\n=cmd|'/c calc'!A1,@SUM(1)\n".encode(),
    "utf-16 cut off": lambda: "姓名,网格\n王秀英,第一网格".encode("utf-16")[:-1],
    "utf-7": lambda: "+AGEAYg-,网格\n".encode(),
}


def outside(address: str) -> dict[str, bytes]:
    """Return workbooks that try to make the reader open an address."""
    return {
        f"entity at {address[:5]}": outside_entity(address),
        f"definition at {address[:5]}": outside_definition(address),
        f"links to {address[:5]}": outside_links(address),
        f"ods entity at {address[:5]}": files.write_ods(
            files.ods_row(files.ods_text("&x;")), declarations=f'<!DOCTYPE o [<!ENTITY x SYSTEM "{address}">]>'
        ),
    }


def feature(geometry: object, code: object = "990101001001001") -> bytes:
    """Return a map with one feature."""
    entry = {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [entry]}).encode()


def polygon(rings: object) -> bytes:
    """Return a map with one polygon."""
    return feature({"type": "Polygon", "coordinates": rings})


SPIKES = [[0.0001 * (number % 2), 0.00001 * number] for number in range(19_000)]
MAPS: dict[str, Callable[[], bytes]] = {
    "map nested too deep": lambda: b"[" * 200_000,
    "rings nested too deep": lambda: b'{"type":"Polygon","coordinates":' + b"[" * 90_000 + b"]" * 90_000 + b"}",
    "not a number": lambda: b'{"type":"Polygon","coordinates":[[[NaN,0],[1e999,0],[0,-Infinity],[NaN,0]]]}',
    "huge numbers": lambda: polygon([[[1e300, 0], [0, 1e300], [-1e300, 0], [1e300, 0]]]),
    "long integer": lambda: b'{"type":"Polygon","coordinates":[[[' + b"9" * 6_000 + b",0]]]}",
    "texts for numbers": lambda: polygon([[["a", "b"], [None, {}], [[], 1], ["a", "b"]]]),
    "half a pair": lambda: (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"\\ud800"}}]}'
    ),
    "zero in a code": lambda: feature({"type": "Point", "coordinates": [0, 0]}, "9901\0"),
    "code that is a list": lambda: feature({"type": "Point", "coordinates": [0, 0]}, [[{}]]),
    "comb": lambda: polygon([[*SPIKES, SPIKES[0]]]),
    "thousand rings": lambda: polygon([[[0, 0], [1, 0], [1, 1], [0, 0]]] * 30_000),
    "thousand features": lambda: b'{"type":"FeatureCollection","features":[' + b"{}," * 90_000 + b"{}]}",
    "geometry in a collection in itself": lambda: feature({"type": "GeometryCollection", "geometries": [{}] * 9}),
    "markup in a name": lambda: feature({"type": "Point", "coordinates": [0, 0]}, "<script>zq9</script>"),
    "no map": lambda: b'"x"',
}


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """Return a plain picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, kind)
    return out.getvalue()


def declared_picture(width: int, height: int) -> bytes:
    """Return a PNG that claims to be as large as this, with a few bytes in it."""
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = b"IHDR" + body
    chunk = struct.pack(">I", len(body)) + head + struct.pack(">I", zlib.crc32(head))
    data = b"IDAT" + zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


PICTURES: dict[str, Callable[[], bytes]] = {
    "picture of gigapixels": lambda: declared_picture(60_000, 60_000),
    "picture without size": lambda: declared_picture(0, 0),
    "picture of one line": lambda: declared_picture(2**31 - 1, 1),
    "drawing with script": lambda: (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="zq9x()"><script>zq9x()</script></svg>'
    ),
    "page as picture": lambda: b"GIF89a/*<html><script>zq9x()</script>*/",
    "page behind a picture": lambda: picture(8, 8) + b"<script>zq9x()</script>",
    "picture cut off": lambda: picture(2000, 2000, "JPEG")[:-500],
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n",
    "TIFF of noise": lambda: b"II*\x00\x08\x00\x00\x00" + b"\xff" * 5000,
    "icon of noise": lambda: b"\x00\x00\x01\x00\xff\xff" + b"\xff" * 5000,
    "ImageMagick script": lambda: b'push graphic-context\nimage over 0,0 0,0 "|ls"\n',
}
