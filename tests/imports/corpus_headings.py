"""Lists whose trouble is their shape: headings, titles, totals, remarks, pages, sheets, hidden things."""

from functools import partial

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
from tests.imports.files import draw_xlsx, make_xlsx, write_rows
from tests.register import HEADINGS, make_row


def draw_merged_title(book):
    sheet = book.add_worksheet("居民")
    sheet.merge_range("A1:E1", "多福社区居民花名册（2026年）")
    sheet.merge_range("A2:C2", "填表单位：多福社区")
    sheet.write("D2", "填表日期：2026年1月")
    sheet.write_row("A4", ["序号", *PLAIN, "联系电话"])
    sheet.write_row("A5", [1, *someone(1), "13800138000"])
    sheet.write_row("A6", [2, *someone(2), "13900139000"])


def draw_two_row_heading(book):
    """As WPS templates have it: groups of columns above, the columns below, single ones merged downwards."""
    sheet = book.add_worksheet("居民")
    sheet.merge_range("A1:J1", "居民基本信息登记表")
    for column, heading in {"A": "序号", "E": "所属网格", "J": "备注"}.items():
        sheet.merge_range(f"{column}2:{column}3", heading)
    sheet.merge_range("B2:D2", "基本情况")
    sheet.merge_range("F2:H2", "现住址")
    sheet.write("I2", "联系方式")
    sheet.write_row("B3", ["姓名", "性别", "公民身份号码"])
    sheet.write_row("F3", ["楼栋", "单元", "房号", "手机"])
    for row, sequence in enumerate((1, 2), start=3):
        sheet.write_row(
            row, 0, [sequence, "王秀英", "", number(sequence), "第一网格", "3栋", "1单元", "501", "13800138000", "独居"]
        )
    sheet.write_row("A6", ["序号", "基本情况", "", "", "所属网格", "现住址", "", "", "联系方式", "备注"])
    sheet.write_row("B7", ["姓名", "性别", "公民身份号码", "", "楼栋", "单元", "房号", "手机"])
    sheet.write_row("A8", [3, "李雷", "男", number(3), "第二网格", "", "", "", "", ""])


def draw_sheets(*sheets, hidden=()):
    """Return what draws these sheets (name, rows); some are hidden."""

    def draw(book):
        for name, rows in sheets:
            sheet = write_rows(book.add_worksheet(name), rows)
            if name in hidden:
                sheet.hide()

    return partial(draw_xlsx, draw)


def draw_blank_front(book):
    """The list begins at C4, a blank column and blank rows run through it."""
    sheet = book.add_worksheet("居民")
    sheet.write_row("C4", ["姓名", "", "身份证号", "网格"])
    sheet.write_row("C5", ["王秀英", "", number(1), "第一网格"])
    sheet.write_row("C8", ["李雷", "", number(3), "第二网格"])
    sheet.write_row("C9", ["   ", "", "　", "\t"])
    sheet.write_row("C12", ["韩梅梅", "", "", "第二网格"])


ODD_SHEET = '多福"A&B" <一季度>\'; drop--'


def draw_hidden_rows(book):
    sheet = write_rows(book.add_worksheet(ODD_SHEET), [list(PLAIN), *map(someone, (1, 2, 3))])
    sheet.set_row(2, None, None, {"hidden": True})


def draw_filtered_rows(book):
    """An automatic filter on 第一网格 hides the others."""
    rows = [list(PLAIN), someone(1), someone(2, "第二网格"), someone(3, "第二网格"), someone(4)]
    sheet = write_rows(book.add_worksheet("居民"), rows)
    sheet.autofilter("A1:C5")
    sheet.filter_column("C", "x == 第一网格")
    for row in (2, 3):
        sheet.set_row(row, None, None, {"hidden": True})


FILLED = {
    "性别": "女",
    "出生日期": "1980-05-01",
    "手机号": "19912345678",
    "楼栋": "3号楼",
    "单元": "1单元",
    "房号": "501",
    "人群类别": "居民党员、离退休人员",
    "入住日期": "2020-05-01",
}

HEADING_CASES = [
    listing(
        "our_template_filled_in",
        (HEADINGS, None),
        (
            make_row(id_number=number(2), **FILLED),
            created(name="王秀英", sex=2, since="2020-05-01", groups=["居民党员", "离退休人员"], initials="wxy"),
        ),
        (make_row("李雷", number(3), "第二网格"), created(phone="", building="", groups=None, since=None)),
        after=(
            "李雷 | 第二网格 2026-01-01..",
            "王秀英 | 19912345678 | 3号楼 1单元 501 | 居民党员、离退休人员 | 第一网格 2020-05-01..",
        ),
    ),
    listing(
        "synonyms_of_headings",
        (["居民姓名", "公民身份号码", "所属网格", "联系电话", "楼号", "门洞", "门牌号", "文化程度", "职业"], None),
        (
            ["王秀英", number(1), "第一网格", "13800138000", "3", "1", "501", "本科", "工人"],
            created(phone="13800138000", building="3号楼", unit="1单元", room="501", education="20", occupation="24"),
        ),
        (["李雷", "1", "第一网格", "", "", "", "", "", ""], refused("id_length")),
    ),
    listing(
        "traditional_headings_and_cells",
        (
            ["姓名", "身份證號碼", "性別", "聯繫電話", "所屬網格", "樓棟", "單元", "房號", "民族", "學歷", "從業狀況"],
            None,
        ),
        (
            [
                "歐陽國強",
                number(1),
                "男",
                "13800138000",
                "第一網格",
                "3號樓",
                "1單元",
                "501室",
                "漢族",
                "大學本科",
                "教師",
            ],
            created(
                name="歐陽國強",
                grid="第一网格",
                building="3号楼",
                unit="1单元",
                room="501",
                ethnic_group="01",
                education="20",
                occupation="13",
            ),
        ),
        after=("歐陽國強 | 13800138000 | 3号楼 1单元 501 | 第一网格 2026-01-01..",),
    ),
    read(
        "merged_title_rows_above",
        partial(draw_xlsx, draw_merged_title),
        at(5, created(phone="13800138000")),
        at(6, created(phone="13900139000")),
    ),
    listing(
        "line_breaks_spaces_and_marks_in_headings",
        (
            [
                "序\n号",
                " 姓  名 *",
                "身份证\r\n号码（18位）",
                "出生日期\n(如1980-01-01)",
                "网　格",
                "房号（室）",
                "【手机】",
            ],
            None,
        ),
        (
            [1, "王秀英", number(1), "1980-05-01", "第一网格", "501室", "13800138000"],
            created(id_number=number(1), room="501", phone="13800138000"),
        ),
        ([2, "李雷", number(3), "1980-05-02", "第一网格", "", ""], refused("birth_date_contradicts_id")),
    ),
    read(
        "heading_of_two_rows_that_comes_back_on_the_next_page",
        partial(draw_xlsx, draw_two_row_heading),
        at(4, created(building="3号楼", unit="1单元", room="501", phone="13800138000")),
        at(5, created(id_number=number(2), sex=2)),
        at(6, skipped("row_heading")),
        at(7, skipped("row_heading")),
        at(8, created(name="李雷", grid="第二网格", phone="", room="")),
        after=(
            "李雷 | 第二网格 2026-01-01..",
            "王秀英 | 13800138000 | 3号楼 1单元 501 | 第一网格 2026-01-01..",
            "王秀英 | 13800138000 | 3号楼 1单元 501 | 第一网格 2026-01-01..",
        ),
    ),
    listing(
        "running_numbers_and_remarks",
        (["序号", *PLAIN, "与户主关系", "备注"], None),
        ([1, *someone(1), "户主", "已核实"], created()),
        (["2", *someone(2), "妻子", ""], created()),
        ([3, "", "", "", "", ""], skipped("row_without_data")),
        ([4, "", "", "", "", "此户无人"], skipped("row_without_data")),
        (["", "", "", "", "", "以下空白"], skipped("row_without_data")),
    ),
    read(
        "blank_rows_and_columns_in_front_and_between",
        partial(draw_xlsx, draw_blank_front),
        at(5, created(name="王秀英")),
        at(8, created(name="李雷", grid="第二网格")),
        at(12, refused("birth_date_missing", name="韩梅梅")),
    ),
    listing(
        "totals_in_the_middle_and_at_the_end",
        (["序号", *PLAIN], None),
        ([1, *someone(1)], created()),
        (["小计", "", "1", ""], skipped("row_total")),
        ([2, *someone(2)], created()),
        (["", "小 计", "", "1人"], skipped("row_total")),
        (["本页小计", "", "2", ""], skipped("row_total")),
        (["合计：", 2, "", ""], skipped("row_total")),
        (["", "总计", "2人", ""], skipped("row_total")),
        (["共 3 人", "", "", ""], skipped("row_total")),
        (["", "共2户3人", "", ""], skipped("row_total")),
        (["", "总人数：3", "", ""], skipped("row_total")),
        ([3, "共青兰", number(4), "第一网格"], created(name="共青兰")),
        (["合计", "3人", "男2女1", ""], skipped("row_total")),
    ),
    listing(
        "words_of_totals_that_belong_to_people",
        (["姓名", "家庭人口", "身份证号", "出生日期", "网格"], None),
        (["单小红", "共3人", number(1), "", "第一网格"], created(name="单小红")),
        (["王小宝", "共3人", "", "2025-11-02", "第一网格"], created(name="王小宝")),
        (["共3人", "", "", "", ""], skipped("row_total")),
    ),
    listing(
        "heading_repeated_on_every_page",
        (PLAIN, None),
        (someone(1), created()),
        (PLAIN, skipped("row_heading")),
        (someone(2), created()),
        (["多福社区居民花名册", "", ""], refused("birth_date_missing", "grid_missing")),
        (["姓 名", "身份证号", "网 格"], skipped("row_heading")),
        (someone(3), created()),
    ),
    listing(
        "remark_rows",
        (PLAIN, None),
        (someone(1), created()),
        (["填表人：张三", "", ""], skipped("row_note")),
        (["审核人：李四", "填表人：张三", "日期：2026-1-1"], skipped("row_note")),
        (["备注：以上人员均已入户核实，\n如有变动请及时联系。", "", ""], skipped("row_note")),
        (["注：1.身份证号请填写18位。", "", ""], skipped("row_note")),
        (["单位（盖章）：", "", ""], skipped("row_note")),
    ),
    listing(
        "signatures_in_one_row",
        ([*PLAIN, "手机号", "楼栋"], None),
        ([*someone(1), "", ""], created()),
        (
            ["单位负责人：王五", "审核人：李四", "填表人：张三", "联系电话：0431-88776655", "填报日期：2026年1月1日"],
            skipped("row_note"),
        ),
    ),
    listing(
        "head_of_household_beside_the_person",
        (["户主姓名", "户主身份证号", "姓名", "身份证号", "网格", "户主电话"], None),
        (
            ["张建国", number(9), "王秀英", number(2), "第一网格", "13800138000"],
            created(name="王秀英", id_number=number(2), phone="13800138000"),
        ),
        (["张建国", number(9), "张建国", number(9), "第一网格", "13800138000"], created(name="张建国")),
    ),
    listing(
        "cells_that_are_words_of_the_heading",
        (["户主", "与户主关系", "证件类型", "身份证号", "出生日期", "网格"], None),
        (["张建国", "户主", "身份证", number(1), "", "第一网格"], created(name="张建国")),
        (["张小国", "户主", "身份证", "", "2025-11-02", "第一网格"], created(name="张小国")),
        after=("张小国 | 第一网格 2026-01-01..", "张建国 | 第一网格 2026-01-01.."),
    ),
    read(
        "heading_in_row_fifteen_below_instructions",
        lambda: make_xlsx([*([f"{row}. 请认真填写，不得漏项。"] for row in range(1, 15)), list(PLAIN), someone(1)]),
        at(16, created()),
    ),
    read(
        "sheet_for_every_grid_with_one_heading",
        draw_sheets(
            ("第一网格", [list(PLAIN), someone(1)]),
            ("第二网格", [["名单"], list(PLAIN)[::-1], someone(2, "第二网格")[::-1], someone(1, "第二网格")[::-1]]),
        ),
        at(2, created(grid="第一网格"), "第一网格"),
        at(3, created(grid="第二网格"), "第二网格"),
        at(4, refused("id_repeated"), "第二网格"),
        after=("王秀英 | 第一网格 2026-01-01..", "王秀英 | 第二网格 2026-01-01.."),
    ),
    asking(
        "sheets_with_different_headings",
        draw_sheets(("居民", [list(PLAIN), someone(1)]), ("党员", [[*PLAIN, "入党时间"], [*someone(2), "2001"]])),
    ),
    read(
        "one_of_the_different_sheets_chosen",
        draw_sheets(("居民", [list(PLAIN), someone(1)]), ("党员", [[*PLAIN, "入党时间"], [*someone(2), "2001"]])),
        at(2, created(), "党员"),
        sheets=("党员",),
    ),
    read(
        "cover_and_instructions_beside_the_list",
        draw_sheets(
            ("封面", [["多福社区"], ["居民花名册"], ["2026年1月"]]),
            ("填表说明", [["1", "身份证号填18位"], ["2", "网格填全称"]]),
            ("居民", [list(PLAIN), someone(1)]),
        ),
        at(2, created()),
    ),
    read(
        "hidden_sheet_is_no_part_of_the_list",
        draw_sheets(("居民", [list(PLAIN), someone(1)]), ("去年", [list(PLAIN), someone(2)]), hidden=["去年"]),
        at(2, created(id_number=number(1))),
    ),
    read(
        "hidden_rows_are_read_and_said",
        partial(draw_xlsx, draw_hidden_rows),
        at(2, created(), ODD_SHEET),
        at(3, created("row_hidden"), ODD_SHEET),
        at(4, created(), ODD_SHEET),
    ),
    read(
        "filtered_rows_are_read_and_said",
        partial(draw_xlsx, draw_filtered_rows),
        at(2, created()),
        at(3, created("row_hidden", grid="第二网格")),
        at(4, created("row_hidden", grid="第二网格")),
        at(5, created()),
        after=(
            "王秀英 | 第一网格 2026-01-01..",
            "王秀英 | 第一网格 2026-01-01..",
            "王秀英 | 第二网格 2026-01-01..",
            "王秀英 | 第二网格 2026-01-01..",
        ),
    ),
    listing(
        "mapping_file_explains_strange_headings",
        (["称呼", "编号甲", "片", "联系电话", "手机号"], None),
        (["王秀英", number(1), "第一网格", "88776655", "13800138000"], created(phone="13800138000")),
        (["李雷", "无", "第一网格", "", ""], refused("birth_date_missing")),
        mapping={"称呼": "name", "编号甲": "id_number", "片": "grid", "联系电话": ""},
        after=("王秀英 | 13800138000 | 第一网格 2026-01-01..",),
    ),
    asking("headings_all_strange", lambda: make_xlsx([["称呼", "编号甲", "片"], ["王秀英", number(1), "第一网格"]])),
    asking(
        "sheet_chosen_that_is_not_there",
        draw_sheets(("居民", [list(PLAIN), someone(1)]), ("封面", [["多福社区"]])),
        sheets=("党员",),
    ),
    asking("columns_missing", lambda: make_xlsx([["姓名", "手机号"], ["王秀英", "13800138000"]])),
    asking("same_heading_twice", lambda: make_xlsx([[*PLAIN, "电话", "电话"], [*someone(1), "1", "2"]])),
    turned_away("heading_without_rows", lambda: make_xlsx([list(PLAIN)]), "empty"),
    turned_away("workbook_without_cells", lambda: make_xlsx([]), "empty"),
    turned_away(
        "list_only_in_a_hidden_sheet",
        draw_sheets(("封面", []), ("居民", [list(PLAIN), someone(1)]), hidden=["居民"]),
        "empty",
    ),
    turned_away(
        "forbidden_heading",
        lambda: make_xlsx([[*PLAIN, "是否上访"], ["独孤求败", number(1), "第一网格", "曾进京三次"]]),
        "column_forbidden",
        unsaid=("独孤求败", number(1), "曾进京三次"),
    ),
    turned_away(
        "forbidden_heading_in_brackets_on_the_second_sheet",
        draw_sheets(
            ("居民", [list(PLAIN), ["独孤求败", number(1), "第一网格"]]),
            ("其他", [[*PLAIN, "備註（是否為刑滿釋放人員）"], ["东方不败", number(2), "第一网格", "曾服刑七年"]]),
        ),
        "column_forbidden",
        unsaid=("独孤求败", number(1), "东方不败", number(2), "曾服刑七年"),
    ),
]
