"""Files whose trouble is their format: old, foreign, in another encoding, disguised, damaged, hostile."""

from datetime import date
from functools import partial

from imports.rows import CHUNK
from tests.imports.corpus import (
    PLAIN,
    asking,
    at,
    created,
    listing,
    number,
    read,
    refused,
    skipped,
    someone,
    turned_away,
)
from tests.imports.files import (
    change_part,
    draw_xlsx,
    make_ods,
    make_ole,
    make_text,
    make_xls,
    make_xlsx,
    make_zip,
    ods_row,
    ods_text,
    unzip,
    write_ods,
    write_rows,
)

MB = 2**20
LIST = [list(PLAIN), someone(1)]
SHEET_PART = "xl/worksheets/sheet1.xml"
LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
LONG_ROW = ["王秀英", "长" * 2001, "第一网格"]


def make_xlsm(rows):
    return change_part(make_xlsx(rows), "xl/vbaProject.bin", lambda _: b"\xd0\xcf\x11\xe0 macros")


def make_ods_with_a_filtered_row():
    rows = [list(PLAIN), someone(1), someone(2), someone(3)]
    hide = {2: 'table:visibility="filter"'}
    return write_ods("".join(ods_row(*map(ods_text, row), more=hide.get(n, "")) for n, row in enumerate(rows)))


def laugh(part):
    """A billion laughs in the shared texts."""
    return part.decode().replace("?>", f"?>{LAUGHS}", 1).replace("姓名", "&c;").encode()


def draw_stray(book):
    """Somebody's cursor slipped into the last corner of the sheet."""
    write_rows(book.add_worksheet("居民"), [*LIST, someone(2)]).write("XFD1048576", ".")


RARE = ["王𠮷", "张㛃", "李䶮", "赵\U0003106c"]
RARE_ROWS = (
    (PLAIN, None),
    *(([name, number(place), "第一网格"], created(name=name)) for place, name in enumerate(RARE, start=1)),
)
CREATED = (PLAIN, None), (someone(1), created(id_number=number(1), grid="第一网格"))
SAVED = "王秀英 | 第一网格 2026-01-01.."

FORMAT_CASES = [
    listing(
        "old_workbook",
        ([*PLAIN, "出生日期", "入住日期", "手机号"], None),
        (
            [*someone(1), date(1980, 5, 1), date(2020, 5, 1), 13800138000],
            created(birth_date="1980-05-01", since="2020-05-01", phone="13800138000"),
        ),
        (["李雷", float(number(3)[:17] + "0"), "第一网格", "", "", ""], refused("id_damaged")),
        make=partial(make_xls, hidden_sheet=True),
        after=("王秀英 | 13800138000 | 第一网格 2020-05-01..",),
    ),
    listing("workbook_with_macros", *CREATED, make=make_xlsm),
    listing("open_document", *CREATED, (["合计", "1", ""], skipped("row_total")), make=make_ods),
    read(
        "open_document_with_a_filtered_row",
        make_ods_with_a_filtered_row,
        at(2, created()),
        at(3, created("row_hidden")),
        at(4, created()),
    ),
    listing("csv_in_utf8", *RARE_ROWS, make=make_text),
    listing("csv_with_a_byte_order_mark", *CREATED, make=partial(make_text, encoding="utf-8-sig")),
    listing(
        "csv_in_gb18030_with_rare_characters",
        *RARE_ROWS,
        make=partial(make_text, encoding="gb18030"),
        after=tuple(f"{name} | 第一网格 2026-01-01.." for name in sorted(RARE)),
    ),
    listing("csv_in_utf16", *RARE_ROWS, make=partial(make_text, encoding="utf-16", delimiter="\t")),
    listing("tab_separated", *CREATED, make=partial(make_text, encoding="gb18030", delimiter="\t")),
    listing("semicolons", *CREATED, make=partial(make_text, delimiter=";")),
    listing(
        "csv_saved_from_a_printed_form",
        (["多福社区居民花名册", "", ""], None),
        (["", "", ""], None),
        (PLAIN, None),
        (["王秀英", f"{number(1)}\t", "第一网格"], created(id_number=number(1))),
        (["李雷", f"`{number(3)}", "第二网格"], created(id_number=number(3))),
        (["韩梅梅", "9.90101E+17", "第二网格"], refused("id_damaged")),
        (["合计", "3", ""], skipped("row_total")),
        (["", "", ""], None),
        (["填表人：", "", ""], skipped("row_note")),
        make=partial(make_text, encoding="gb18030"),
    ),
    read(
        "csv_of_another_system",
        lambda: (
            f'sep=,\r\n姓名,身份证号,网格,备注\r\n="王秀英",="{number(1)}",="第一网格","两行\r\n备注, 有逗号"\r\n\r\n'
            f"李雷,'{number(3)},第二网格,\r\n"
        ).encode(),
        at(2, created(id_number=number(1)), ""),
        at(4, created(id_number=number(3), grid="第二网格"), ""),
        after=("李雷 | 第二网格 2026-01-01..", SAVED),
    ),
    read(
        "stray_cell_in_the_last_corner",
        partial(draw_xlsx, draw_stray),
        at(2, created()),
        at(3, created(id_number=number(2))),
    ),
    turned_away("nothing_at_all", bytes, "empty"),
    turned_away("pdf", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not_spreadsheet"),
    turned_away(
        "web_page_called_xls",
        lambda: "<html><body><table><tr><td>姓名</td><td>身份证号</td></tr></table></body></html>".encode("gb18030"),
        "html_table",
    ),
    turned_away(
        "word_document",
        lambda: make_zip({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}),
        "not_spreadsheet",
    ),
    turned_away("workbook_with_a_password", lambda: make_ole("EncryptionInfo", "EncryptedPackage"), "encrypted"),
    turned_away("torn_upload", lambda: make_xlsx(LIST)[:-200], "unreadable"),
    turned_away("torn_sheet", lambda: change_part(make_xlsx(LIST), SHEET_PART, lambda part: part[:-150]), "unreadable"),
    turned_away(
        "bomb_that_lies_about_its_size",
        lambda: make_zip(unzip(make_xlsx(LIST)) | {"xl/media/a.xml": b" " * 21 * MB}, lying="xl/media/a.xml"),
        "unpacks_too_large",
    ),
    turned_away("billion_laughs", lambda: change_part(make_xlsx(LIST), "xl/sharedStrings.xml", laugh), "entities"),
    turned_away(
        "three_hundred_columns",
        lambda: make_xlsx([[*PLAIN, *(f"列{place}" for place in range(297))], [*someone(1), *["是"] * 297]]),
        "too_many_columns",
    ),
    turned_away("pasted_document_in_a_cell", lambda: make_text([*LIST, LONG_ROW]), "cell_too_long"),
    turned_away(
        "pasted_document_far_down",
        lambda: make_text([*LIST, *[someone(1)] * CHUNK, LONG_ROW]),
        "cell_too_long",
    ),
    turned_away(
        "csv_with_an_open_quotation_mark",
        lambda: f'姓名,身份证号,网格\n"王秀英,{number(1)},第一网格\n'.encode(),
        "quote_open",
    ),
    asking("gibberish_in_columns", lambda: make_text([["甲", "乙"], ["丙", "丁"]])),
]
