"""Telling and reading the files that administrators upload. What the rows mean is tested elsewhere."""

import pickle
import time
from datetime import date, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from imports import reading
from imports.formats import FileRefused, Format, recognise
from imports.reading import Limits, Table, is_blank, read_tables
from tests.imports.files import (
    change_part,
    draw_xlsx,
    make_ods,
    make_ole,
    make_text,
    make_xls,
    make_xlsx,
    make_zip,
    ods_blanks,
    ods_row,
    ods_text,
    replacing,
    unzip,
    write_ods,
    write_rows,
)

MB = 2**20
LIMITS = Limits(rows=1000, columns=50, cell_length=200, unpacked=20 * MB)
HEAD = ["姓名", "身份证号码", "出生日期"]
PERSON = ["张𠮷㐂", "990101199001011234", "1990-01-01"]
ROWS = [HEAD, PERSON]
SHEET = "xl/worksheets/sheet1.xml"


def tell(content: bytes) -> Format:
    return recognise(content, max_bytes=30 * MB, max_unpacked=LIMITS.unpacked)


def read(content: bytes, **limits: int) -> list[Table]:
    """Return the tables with their rows as lists."""
    tables = list(read_tables(content, tell(content), Limits(**(vars(LIMITS) | limits))))
    for table in tables:
        table.rows = list(table.rows)
    return tables


def rows_of(content: bytes, **limits: int) -> list[tuple[int, list[Any]]]:
    """Return the numbered rows of a file that has one table."""
    (table,) = read(content, **limits)
    return table.rows


def refusal(content: bytes, **limits: int) -> FileRefused:
    """Return why the file is refused."""
    with pytest.raises(FileRefused) as caught:
        read(content, **limits)
    return caught.value


def sparse(content: bytes) -> dict[str, bool]:
    """Return which of the visible sheets are left to the slow reader."""
    _, look = reading.open_xlsx(content, LIMITS.unpacked)
    return {name: sheet.is_sparse for name, sheet in look.sheets.items()}


# What the file is


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"", "empty", ""),
        (b"\xef\xbb\xbf \r\n", "empty", ""),
        (b"%PDF-1.7\n", "not_spreadsheet", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_spreadsheet", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "not_spreadsheet", "JPEG"),
        (b"BM6\x10\x0e\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "not_spreadsheet", ""),
        (b"Rar!\x1a\x07\x01\0", "not_spreadsheet", "RAR"),
        (make_zip({"a.txt": "a"}), "not_spreadsheet", "ZIP"),
        (make_zip({"word/document.xml": "<w/>"}), "not_spreadsheet", "Word"),
        (make_zip({"ppt/presentation.xml": "<p/>"}), "not_spreadsheet", "PowerPoint"),
        (make_zip({"xl/workbook.bin": b"\x83\x01"}), "xlsb", ""),
        (make_ole("WordDocument"), "not_spreadsheet", "Word"),
        (make_ole("EncryptionInfo", "EncryptedPackage"), "encrypted", ""),
        ("\ufeff <HTML><table><tr><td>姓名".encode(), "html_table", ""),
        ("<table><tr><td>姓名".encode("utf-16"), "html_table", ""),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html>\n<html>', "html_table", ""),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "html_table", ""),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "xml_table", ""),
        (bytes(range(256)) * 20, "not_spreadsheet", ""),
    ],
)
def test_file_that_is_no_readable_spreadsheet(content: bytes, code: str, detail: str) -> None:
    refused = refusal(content)
    assert (refused.code, refused.detail) == (code, detail)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (make_xlsx(ROWS), Format.XLSX),
        (make_xls(ROWS), Format.XLS),
        (make_ods(ROWS), Format.ODS),
        (make_text(ROWS), Format.TEXT),
        (make_text(ROWS, "utf-16-be"), Format.TEXT),
        (make_ole("Book"), Format.XLS),
    ],
)
def test_format_is_told_by_content(content: bytes, kind: Format) -> None:
    assert tell(content) is kind


def test_file_above_the_size_limit() -> None:
    with pytest.raises(FileRefused) as caught:
        recognise(bytes(3 * MB), max_bytes=2 * MB, max_unpacked=MB)
    assert (caught.value.code, caught.value.detail) == ("too_large", "2")


def test_refusal_survives_a_pipe() -> None:
    refused = pickle.loads(pickle.dumps(FileRefused("cell_too_long", "9", sheet="甲", row=3, column=0)))
    assert (refused.code, refused.detail, refused.sheet, refused.row, refused.column) == (
        "cell_too_long",
        "9",
        "甲",
        3,
        0,
    )


@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_truncated_archive(kept: float) -> None:
    content = make_xlsx(ROWS)
    assert refusal(content[: int(len(content) * kept)]).code == "unreadable"


def test_archive_with_two_parts_of_one_name() -> None:
    assert refusal(make_zip(unzip(make_xlsx(ROWS)) | {"XL/workbook.xml": b"<x/>"})).code == "unreadable"


def test_archive_of_many_entries() -> None:
    assert refusal(b"PK\x03\x04" + b"PK\x01\x02" * 10_001).code == "unreadable"


def test_archive_with_a_password() -> None:
    content = bytearray(make_xlsx(ROWS))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(content)).code == "encrypted"


def test_xls_with_a_password() -> None:
    start, second = b"\x09\x08\x10\x00\x00\x06\x05\x00", 20
    content = bytearray(make_xls(ROWS))
    place = content.index(start) + second
    content[place : place + 2] = b"\x2f\x00"
    assert refusal(bytes(content)).code == "encrypted"


def test_ods_with_a_password() -> None:
    assert refusal(write_ods("", manifest="<manifest:encryption-data/>")).code == "encrypted"


def test_archive_that_declares_too_much() -> None:
    bomb = make_zip(unzip(make_xlsx(ROWS)) | {"xl/media/image1.png": bytes(21 * MB)})
    with pytest.raises(FileRefused) as caught:
        tell(bomb)
    assert (caught.value.code, caught.value.detail) == ("unpacks_too_large", "20")


# Workbooks


@pytest.mark.parametrize("make", [make_xlsx, make_xls, make_ods, make_text])
def test_round_trip_of_texts(make: Any) -> None:
    assert rows_of(make(ROWS)) == [(1, HEAD), (2, PERSON)]


@pytest.mark.parametrize("make", [make_xlsx, make_xls])
def test_round_trip_of_values(make: Any) -> None:
    ((_, cells),) = rows_of(make([[date(1990, 1, 2), datetime(2024, 1, 2, 3, 4), 5, 5.5, True]]))
    assert cells[0] == date(1990, 1, 2)
    assert type(cells[0]) is date
    assert cells[2:] == [5, 5.5, True]


def test_xlsm_is_read_without_its_macros() -> None:
    content = change_part(make_xlsx(ROWS), "xl/vbaProject.bin", lambda _: b"\xd0\xcf\x11\xe0 macros")
    assert tell(content) is Format.XLSM
    assert rows_of(content) == [(1, HEAD), (2, PERSON)]


def test_blank_rows_and_columns_keep_their_places() -> None:
    assert rows_of(make_xlsx([[], ["", "", "姓名"], [], ["", "", "张三"]])) == [
        (2, ["", "", "姓名"]),
        (4, ["", "", "张三"]),
    ]


def test_merged_title_stands_in_its_first_cell() -> None:
    content = draw_xlsx(lambda book: write_rows(book.add_worksheet(), [[], HEAD]).merge_range("A1:C1", "居民花名册"))
    assert rows_of(content) == [(1, ["居民花名册", "", ""]), (2, HEAD)]


def test_formulas_give_their_values_and_errors_nothing() -> None:
    def draw(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_formula("A1", '="张"&"三"', None, "张三")
        sheet.write_formula("B1", "=NA()", None, "#N/A")
        sheet.write("C1", "末")

    assert rows_of(draw_xlsx(draw)) == [(1, ["张三", "", "末"])]


def test_sheets_that_are_hidden_or_blank_or_charts_are_left_out() -> None:
    def draw(book: Any) -> None:
        book.add_worksheet("空")
        write_rows(book.add_worksheet("隐藏"), ROWS).hide()
        write_rows(book.add_worksheet("深藏"), ROWS).very_hidden()
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=居民!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(chart)
        write_rows(book.add_worksheet("居民"), ROWS).activate()
        write_rows(book.add_worksheet("空格"), [[" ", "\u3000"]])

    assert [table.name for table in read(draw_xlsx(draw))] == ["居民"]


def test_several_sheets_in_their_order() -> None:
    content = draw_xlsx(
        lambda book: [write_rows(book.add_worksheet(name), [[name]]) for name in ("二网格", "一<&网格")]
    )
    assert [(table.name, table.rows) for table in read(content)] == [
        ("二网格", [(1, ["二网格"])]),
        ("一<&网格", [(1, ["一<&网格"])]),
    ]


def test_hidden_sheet_of_an_xls() -> None:
    assert [table.name for table in read(make_xls(ROWS, hidden_sheet=True))] == ["居民"]


@pytest.mark.parametrize("mark", [' hidden="1"', " hidden='true'", ' ht="0" customHeight="1"'])
def test_hidden_rows(mark: str) -> None:
    content = change_part(make_xlsx([["a"]] * 3), SHEET, replacing('<row r="2"', f'<row r="2"{mark}'))
    (table,) = read(content)
    assert table.hidden == {2}


def test_hidden_rows_without_numbers() -> None:
    def hide_third(part: bytes) -> bytes:
        for number in (1, 2, 3):
            part = part.replace(b' r="%d"' % number, b' hidden="1"' if number == 3 else b"")
        return part

    (table,) = read(change_part(make_xlsx([["a"]] * 3), SHEET, hide_third))
    assert table.hidden == {3}


def test_hidden_rows_of_the_right_sheet_behind_a_hidden_one() -> None:
    def draw(book: Any) -> None:
        write_rows(book.add_worksheet("旧"), [["a"]] * 3).set_row(0, None, None, {"hidden": True})
        write_rows(book.add_worksheet("新"), [["a"]] * 3).set_row(1, None, None, {"hidden": True})
        book.get_worksheet_by_name("新").activate()
        book.get_worksheet_by_name("旧").hide()

    assert [(table.name, table.hidden) for table in read(draw_xlsx(draw))] == [("新", {2})]


def test_hidden_rows_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(book: Any) -> None:
        sheet = write_rows(book.add_worksheet(), [["姓名"]] * 60)
        for number in range(0, 60, 2):
            sheet.set_row(number, None, None, {"hidden": True})

    content = draw_xlsx(draw)
    for size in range(1, 200, 13):
        monkeypatch.setattr(reading, "CHUNK", size)
        (table,) = read(content)
        assert table.hidden == set(range(1, 61, 2))


def test_workbook_that_counts_days_from_1904() -> None:
    (table,) = read(make_xlsx([[date(1990, 1, 2)]], date_1904=True))
    assert (table.rows, table.epoch_1904) == ([(1, [date(1990, 1, 2)])], True)


def test_prefixed_xml_of_other_programs() -> None:
    def prefix(part: bytes) -> bytes:
        part = part.replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"<x:?", b"<?")
        return part.replace(b"xmlns=", b"xmlns:x=").replace(b'<x:row r="2"', b'<x:row r="2" hidden="1"')

    (table,) = read(change_part(make_xlsx(ROWS), SHEET, prefix))
    assert (table.rows, table.hidden) == ([(1, HEAD), (2, PERSON)], {2})


def test_archive_with_backslashes() -> None:
    parts = {name.replace("/", "\\"): part for name, part in unzip(make_xlsx(ROWS)).items()}
    assert rows_of(make_zip(parts)) == [(1, HEAD), (2, PERSON)]


def test_escaped_line_break_in_a_shared_text() -> None:
    assert rows_of(make_xlsx([["多福路_x000D_\n1号_x0000_"]])) == [(1, ["多福路\r\n1号"])]


# Sheets that reach far


def test_dimension_declared_over_the_whole_sheet() -> None:
    content = change_part(make_xlsx(ROWS), SHEET, replacing('ref="A1:C2"', 'ref="A1:XFD1048576"'))
    assert rows_of(content) == [(1, HEAD), (2, PERSON)]


def test_formats_down_to_the_last_row_and_column() -> None:
    def draw(book: Any) -> None:
        bold = book.add_format({"bold": True})
        write_rows(book.add_worksheet(), ROWS).write_blank("XFD1048576", None, bold)

    content = draw_xlsx(draw)
    assert rows_of(content) == [(1, HEAD), (2, PERSON)]
    assert not any(sparse(content).values())


def draw_stray(book: Any) -> None:
    """Draw a list with a value of each kind, and one cell in the last corner of the sheet."""
    sheet = write_rows(book.add_worksheet("居民"), [HEAD, [], [*PERSON, date(1990, 1, 2), 5, True, ""], ["a_x000D_"]])
    sheet.write("XFD1048576", ".")
    sheet.set_row(2, None, None, {"hidden": True})


def test_stray_cell_in_the_last_corner() -> None:
    start = time.perf_counter()
    (table,) = read(change_part(draw_xlsx(draw_stray), SHEET, replacing("A1:XFD1048576", "A1:B2")))
    assert table.rows == [(1, HEAD), (3, [*PERSON, date(1990, 1, 2), 5.0, True]), (4, ["a\r"])]
    assert table.hidden == {3}
    assert time.perf_counter() - start < 5


def test_stray_cell_is_kept_where_columns_are_allowed() -> None:
    content = draw_xlsx(lambda book: write_rows(book.add_worksheet(), ROWS).write("AX1048576", "完"))
    assert rows_of(content)[-1] == (1_048_576, [""] * 49 + ["完"])


def test_sheets_that_span_too_much_together(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(book: Any) -> None:
        for name in ("旧", "甲", "乙"):
            write_rows(book.add_worksheet(name), [[1, "", "", "a"]] * 10)
        book.get_worksheet_by_name("甲").activate()
        book.get_worksheet_by_name("旧").hide()

    monkeypatch.setattr(reading, "SPAN", 50)
    content = draw_xlsx(draw)
    assert sparse(content) == {"甲": False, "乙": True}
    first, second = read(content)
    assert first.rows == second.rows == [(number, [1.0, "", "", "a"]) for number in range(1, 11)]


def test_stray_cell_gives_the_same_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(book: Any) -> None:
        hour = book.add_format({"num_format": "hh:mm"})
        minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = write_rows(book.add_worksheet(), [[1, 1.5, True, " a ", date(2020, 1, 2), "末"]])
        sheet.write_datetime("A2", datetime(2020, 1, 2, 3, 4), minute)
        sheet.write_datetime("B2", datetime(2020, 1, 2), minute)
        sheet.write_number("C2", 0.25, hour)
        sheet.write_formula("D2", "=1/0", None, "#DIV/0!")
        sheet.write("F2", "末")

    content = draw_xlsx(draw)
    quick = rows_of(content)
    monkeypatch.setattr(reading, "SPAN", 0)
    assert repr(rows_of(content)) == repr(quick)


# Hostile workbooks


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/media/image1.png"])
def test_archive_that_lies_about_its_size(part: str) -> None:
    content = make_zip(unzip(make_xlsx(ROWS)) | {part: b"<sst>" + b" " * (21 * MB)}, lying=part)
    assert refusal(content).code == "unpacks_too_large"


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_entities_in_the_shared_texts(encoding: str) -> None:
    def laugh(part: bytes) -> bytes:
        return part.decode().replace("?>", f"?>{LAUGHS}").replace("姓名", "&b;").encode(encoding)

    assert refusal(change_part(make_xlsx(ROWS), "xl/sharedStrings.xml", laugh)).code == "entities"


def test_entities_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    content = change_part(make_xlsx(ROWS), SHEET, replacing("<worksheet", f"{LAUGHS}<worksheet"))
    for size in range(1, 150, 7):
        monkeypatch.setattr(reading, "CHUNK", size)
        assert refusal(content).code == "entities"


def test_entities_in_an_ods() -> None:
    assert refusal(write_ods(ods_row(ods_text("&b;")), declarations=LAUGHS)).code == "entities"


def test_worksheet_in_utf16_is_not_taken_for_blank() -> None:
    content = change_part(make_xlsx(ROWS), SHEET, lambda part: part.decode().encode("utf-16"))
    assert refusal(content).code == "unreadable"


def test_broken_xml() -> None:
    assert refusal(change_part(make_xlsx(ROWS), SHEET, replacing("</row>", "<"))).code == "unreadable"


def test_shared_text_that_is_missing() -> None:
    assert refusal(change_part(make_xlsx(ROWS), SHEET, replacing("<v>0</v>", "<v>99</v>"))).code == "unreadable"


def test_xls_that_is_only_a_shell() -> None:
    assert refusal(make_ole("Workbook")).code == "unreadable"


class Panic(BaseException):
    """Stands for pyo3_runtime.PanicException, which is no Exception either."""


@pytest.mark.parametrize("raised", [Panic, MemoryError])
def test_reader_that_panics(monkeypatch: pytest.MonkeyPatch, raised: type[BaseException]) -> None:
    def panic(*_: Any) -> None:
        raise raised

    monkeypatch.setattr(reading, "sheet_rows", panic)
    assert refusal(make_xlsx(ROWS)).code == "unreadable"


# OpenDocument


def test_ods_with_blank_rows_to_the_end_of_the_sheet() -> None:
    body = ods_row(ods_blanks(1), ods_text("姓名"), ods_blanks(16_382)) + ods_row(
        ods_blanks(16_384), repeated=1_048_575
    )
    assert rows_of(write_ods(body)) == [(1, ["", "姓名"])]


def test_ods_with_repeated_blank_rows_between() -> None:
    body = ods_row(ods_text("甲")) + ods_row(ods_blanks(16_384), repeated=3) + ods_row(ods_text("乙"), repeated=2)
    assert rows_of(write_ods(body)) == [(1, ["甲"]), (5, ["乙"]), (6, ["乙"])]


def test_ods_hidden_rows() -> None:
    body = (
        ods_row(ods_text("甲"))
        + ods_row(ods_text("乙"), repeated=2, more='table:visibility="filter"')
        + ods_row(ods_text("丙"))
        + ods_row(ods_blanks(16_384), repeated=1_048_572, more='table:visibility="collapse"')
    )
    (table,) = read(write_ods(body))
    assert (len(table.rows), table.hidden) == (4, {2, 3})


def test_ods_with_a_stray_cell() -> None:
    body = ods_row(ods_text("甲")) + ods_row(ods_blanks(16_383), ods_text("x"), repeated=1_048_575)
    refused = refusal(write_ods(body))
    assert (refused.code, refused.sheet, refused.row, refused.column) == ("too_spread", "居民", 1_048_576, 16_383)


def test_ods_that_lies_about_its_size() -> None:
    parts = unzip(write_ods(ods_row(ods_text("甲"))))
    content = make_zip(parts | {"content.xml": parts["content.xml"] + b" " * (21 * MB)}, lying="content.xml")
    assert refusal(content).code == "unpacks_too_large"


# Limits


def test_too_many_rows_after_those_allowed() -> None:
    content = make_xlsx([["a"], [], ["b"], ["c"]])
    (table,) = read_tables(content, Format.XLSX, Limits(2, 5, 9, MB))
    assert [next(table.rows), next(table.rows)] == [(1, ["a"]), (3, ["b"])]
    with pytest.raises(FileRefused) as caught:
        next(table.rows)
    assert (caught.value.code, caught.value.detail, caught.value.row) == ("too_many_rows", "2", 4)


def test_rows_up_to_the_limit() -> None:
    assert len(rows_of(make_xlsx([["a"], [], ["b"]]), rows=2)) == 2


@pytest.mark.parametrize("make", [make_xlsx, make_xls, make_ods, make_text])
def test_too_many_columns(make: Any) -> None:
    refused = refusal(make([["a"], ["b", "", "", "c"]]), columns=2)
    assert (refused.code, refused.detail, refused.row, refused.column) == ("too_many_columns", "2", 2, 3)


def test_blank_columns_beyond_the_limit_are_cut() -> None:
    assert rows_of(make_text([["a", "b", "", " "]]), columns=2) == [(1, ["a", "b"])]


@pytest.mark.parametrize(
    ("make", "sheet"), [(make_xlsx, "居民"), (make_xls, "居民"), (make_ods, "居民"), (make_text, "")]
)
def test_cell_too_long(make: Any, sheet: str) -> None:
    refused = refusal(make([["姓名", "备注"], ["张三", "长" * 201]]))
    assert (refused.code, refused.detail, refused.sheet) == ("cell_too_long", "200", sheet)
    assert (refused.row, refused.column) == (2, 1)


def test_cell_longer_than_csv_allows_by_itself() -> None:
    refused = refusal(make_text([["姓名", "备注"], ["张三", "长" * 140_000]]))
    assert (refused.code, refused.detail, refused.row) == ("cell_too_long", "200", 2)


@pytest.mark.parametrize(("row", "blank"), [([], True), (["", " \u3000\t"], True), ([0], False), ([False], False)])
def test_blank_row(row: list[Any], blank: bool) -> None:
    assert is_blank(row) is blank


# Text

ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text_in_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    assert rows_of(make_text(ROWS, encoding, delimiter)) == [(1, HEAD), (2, PERSON)]


def test_utf16_big_endian_with_mark() -> None:
    assert rows_of("\ufeff姓名,备注\n".encode("utf-16-be")) == [(1, ["姓名", "备注"])]


def test_text_in_no_known_encoding() -> None:
    assert refusal("姓名,性别\n".encode() + b"\xe5\xbc\xff\xff,\xff\n").code == "encoding_unknown"


def test_text_that_breaks_the_promise_of_its_mark() -> None:
    assert refusal(b"\xef\xbb\xbf" + "姓名".encode("gb18030")).code == "encoding_unknown"


def test_zero_bytes_deep_in_a_text() -> None:
    with pytest.raises(FileRefused) as caught:
        list(read_tables("姓名,备注\n".encode() * 20 + b"a,\0\n", Format.TEXT, LIMITS))
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_quoted_line_breaks_and_every_line_end(end: str) -> None:
    content = f'姓名,地址{end}张三,"一号{end}二楼"{end}{end}李四,三号'.encode()
    assert rows_of(content) == [(1, ["姓名", "地址"]), (2, ["张三", f"一号{end}二楼"]), (4, ["李四", "三号"])]


def test_quotation_mark_that_is_never_closed() -> None:
    refused = refusal('姓名,地址\n张三,一号\n李四,"二号\n王五,三号\n'.encode())
    assert (refused.code, refused.row) == ("quote_open", 3)


def test_quotation_marks_inside_a_cell_are_text() -> None:
    assert rows_of('姓名,备注\n张三,人称"小张"\n'.encode())[1] == (2, ["张三", '人称"小张"'])


def test_delimiter_is_not_the_one_inside_addresses() -> None:
    lines = ["花名册", "姓名;地址;备注", *(f"张三;甲街,{number}号,{number}室;a|b" for number in range(30))]
    assert rows_of("\n".join(lines).encode())[2] == (3, ["张三", "甲街,0号,0室", "a|b"])


def test_delimiter_that_excel_was_told() -> None:
    assert rows_of("sep=|\r\n姓名,a|地址\r\n".encode()) == [(1, ["姓名,a", "地址"])]


def test_single_column_is_a_table() -> None:
    assert rows_of("姓名\n张三".encode()) == [(1, ["姓名"]), (2, ["张三"])]


@pytest.mark.parametrize("written", ['="010203"', '"=""010203"""'])
def test_number_wrapped_in_a_formula(written: str) -> None:
    assert rows_of(f"姓名,编号\n张三,{written}\n".encode())[1] == (2, ["张三", "010203"])


CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), include_characters="\n\t", exclude_characters="\ufeff"),
    max_size=12,
)


@settings(deadline=None, max_examples=150)
@given(
    rows=st.lists(st.lists(CELLS, min_size=len(HEAD), max_size=len(HEAD)), max_size=8),
    encoding=st.sampled_from(ENCODINGS),
)
def test_text_reads_back_whatever_its_cells(rows: list[list[str]], encoding: str) -> None:
    assume(not any(cell.startswith('="') for row in rows for cell in row))
    numbered = zip(count(1), [HEAD, *rows], strict=False)
    assert rows_of(make_text([HEAD, *rows], encoding)) == [
        (number, row) for number, row in numbered if not is_blank(row)
    ]
