"""Lists whose trouble is in the cells: numbers, dates, phones, doors, grids, groups, names, marks and hostile texts."""

from datetime import date, datetime
from functools import partial

from grids.cleaning import id_check_character
from grids.models import Building
from tests.imports.corpus import PLAIN, at, column, created, listing, number, read, refused, someone
from tests.imports.files import draw_xlsx, make_text, make_xlsx, write_rows

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
NUMBER_WITH_X = next(found for found in map(number, range(501, 599)) if found.endswith("X"))
BORN_IN_2030 = number(1, date(2030, 5, 1))
PERMIT = "82000019900815133"
PERMIT += id_check_character(PERMIT)
OLD_NUMBER = number(901)[:6] + number(901)[8:17]  # fifteen digits, as until 1999
DATE_OF_1904 = {"date_1904": True}
texts = partial(make_xlsx, strings_to_formulas=False, strings_to_urls=False)


def know_building(name, *places):
    """A set-up: the register knows this building in these grids (by number)."""
    return lambda cast: [Building.objects.create(grid=cast.grids[place], name=name) for place in places]


def draw_formulas(book):
    """Cells computed by formulas, as Excel saves them with what they came to; some came to errors."""
    sheet = write_rows(book.add_worksheet("居民"), [[*PLAIN, "手机号"], ["", number(1)], ["", number(2)], ["王秀英"]])
    sheet.write_formula("A2", "=VLOOKUP(B2,Sheet9!A:B,2)", None, "王秀英")
    sheet.write_formula("C2", '="第"&"一网格"', None, "第一网格")
    sheet.write_formula("D2", "=13800138000+0", None, 13800138000)
    sheet.write_formula("A3", "=VLOOKUP(B3,Sheet9!A:B,2)", None, "#N/A")
    sheet.write_formula("C3", "=#REF!", None, "#REF!")
    sheet.write_formula("B4", "=VLOOKUP(A4,Sheet9!A:B,2)", None, "#N/A")
    sheet.write("C4", "第一网格")


ID_CASES = [
    column(
        "id_numbers_in_disguise",
        "身份证号",
        (NUMBER_WITH_X.lower(), created(id_number=NUMBER_WITH_X)),
        (f"{number(1)[:6]} {number(1)[6:14]} {number(1)[14:]}", created(id_number=number(1), sex=1)),
        (number(2).translate(FULL_WIDTH), created(id_number=number(2), sex=2)),
        (f"'{number(3)}", created(id_number=number(3))),
        (f"\u200e{number(4)}\xa0\n", created(id_number=number(4), birth_date="1980-05-01")),
        (f"{number(5)[:6]}-{number(5)[6:14]}-{number(5)[14:]}", created(id_number=number(5))),
        (PERMIT, created(id_number=PERMIT, birth_date="1990-08-15")),
        (OLD_NUMBER, created("id_converted", id_number=number(901))),
        (float(number(902)[:6] + number(902)[8:17]), created("id_converted", id_number=number(902))),
        after=tuple("王秀英 | 第一网格 2026-01-01.." for _ in range(9)),
    ),
    column(
        "id_numbers_that_are_none",
        "身份证号",
        (f"{number(1)[:6]}********{number(1)[14:]}", refused("id_masked", id_number=None)),
        (number(2)[:17], refused("id_length")),
        (number(3) + "1", refused("id_length")),
        (number(4)[:17] + ("1" if number(4)[17] != "1" else "2"), refused("id_checksum")),
        (number(5)[0] + number(5)[2] + number(5)[1] + number(5)[3:], refused("id_checksum")),
        ("990101198002310012", refused("id_birth_date")),
        (BORN_IN_2030, refused("id_birth_date")),
        (number(6).replace("0", "O"), refused("id_characters")),
        ("E12345678", refused("id_characters")),
        ("户口本", refused("id_characters")),
        ("", refused("birth_date_missing")),
        ("无", refused("birth_date_missing")),
    ),
    column(
        "id_numbers_that_excel_destroyed",
        "身份证号",
        (float(number(1)[:17] + "0"), refused("id_damaged")),
        (int(number(2)[:15] + "000"), refused("id_damaged")),
        (number(3)[:15] + "000", refused("id_damaged")),
        ("9.90101E+17", refused("id_damaged")),
        ("9.90101198005E+17", refused("id_damaged")),
        (12345, refused("id_length")),
    ),
    listing(
        "sex_and_birth_date_beside_the_id_number",
        ([*PLAIN, "性别", "出生日期"], None),
        ([*someone(1), "男", "1980-05-01"], created(sex=1)),
        ([*someone(3), 1, date(1980, 5, 1)], created(sex=1)),
        ([*someone(5), "男性", "1980年5月"], created(birth_date="1980-05-01")),
        ([*someone(7), "未知", 29342], created(sex=1)),
        ([*someone(9), "", ""], created(sex=1, birth_date="1980-05-01")),
        ([*someone(11), "女", "1980-05-01"], refused("sex_contradicts_id")),
        ([*someone(13), "男", "1980-05-02"], refused("birth_date_contradicts_id")),
        ([*someone(15), "女", "1981年"], refused("date_unreadable", "sex_contradicts_id")),
        ([*someone(17), "帅哥", "1980-05-01"], refused("sex_unknown")),
        ([*someone(19), "男", "80-5-1"], refused("date_ambiguous")),
        ([*someone(21), "男", 1980.1], refused("date_ambiguous")),
        ([*someone(23), "男", 1980.5], created()),
    ),
    listing(
        "no_column_of_id_numbers",
        (["姓名", "性别", "出生日期", "网格", "手机号"], None),
        (
            ["王秀英", "女", "1980-05-01", "第一网格", "13800138000"],
            created(id_number="", sex=2, birth_date="1980-05-01"),
        ),
        (["李雷", "", "一九八〇年五月一日", "第一网格", ""], created(sex=None, birth_date="1980-05-01")),
        (["韩梅梅", "女", "1980年5月", "第一网格", ""], refused("birth_date_incomplete")),
        (["韩梅梅", "女", "198005", "第一网格", ""], refused("birth_date_incomplete")),
        (["韩梅梅", "女", "", "第一网格", ""], refused("birth_date_missing")),
        (["韩梅梅", "女", "80-5-1", "第一网格", ""], refused("date_ambiguous")),
        (["韩梅梅", "女", 1980.1, "第一网格", ""], refused("date_ambiguous")),
        (["韩梅梅", "女", "2999-01-01", "第一网格", ""], refused("date_future")),
        (["韩梅梅", "女", "1849-12-31", "第一网格", ""], refused("date_too_old")),
        (["韩梅梅", "女", "四十岁", "第一网格", ""], refused("date_unreadable")),
    ),
    listing(
        "people_without_id_number_among_others",
        (["姓名", "身份证号", "出生日期", "网格"], None),
        (["王秀英", number(2), "", "第一网格"], created()),
        (["王小宝", "", "2025-11-02", "第一网格"], created(id_number="", birth_date="2025-11-02")),
        (["王小贝", "无", "2025/11/2", "第一网格"], created(birth_date="2025-11-02")),
        (["王小明", "待办", "2025-11-02", "第一网格"], refused("id_characters")),
        (["王小红", "", "", "第一网格"], refused("birth_date_missing")),
        after=(
            "王小宝 | 第一网格 2026-01-01..",
            "王小贝 | 第一网格 2026-01-01..",
            "王秀英 | 第一网格 2026-01-01..",
        ),
    ),
]

MAY_1, MAY_1_MONTH = created(since="2020-05-01"), created("date_month_only", since="2020-05-01")
DATE_CASES = [
    column(
        "dates_in_every_spelling",
        "入住日期",
        *(
            (cell, MAY_1)
            for cell in (
                *("2020-05-01", "2020/5/1", "2020.5.1", "2020年5月1日", "20200501", "2020 年 5 月 1 日", "2020-5-1号"),
                *("二〇二〇年五月一日", "二O二O年五月一日", "２０２０．５．１", "2020—05—01", " 2020-05-01 "),
                *("2020-05-01 00:00:00", "2020-05-01T08:30:00", "2020/5/1 8:30"),
                *(date(2020, 5, 1), datetime(2020, 5, 1, 8, 30), 43952, 43952.75, "43952"),
            )
        ),
        *((cell, MAY_1_MONTH) for cell in ("2020年5月", "2020-05", "2020.5", "202005", 2020.5)),
        *((cell, created(since=None)) for cell in ("", "无", "不详", "——", 0)),
    ),
    column(
        "dates_nobody_can_read",
        "入住日期",
        ("20-5-1", refused("date_ambiguous", since=None)),
        ("5/1/2020", refused("date_ambiguous")),
        ("20年5月", refused("date_ambiguous")),
        ("800501", refused("date_ambiguous")),
        (2020.1, refused("date_ambiguous")),
        ("2020-02-30", refused("date_unreadable")),
        ("2020-13-01", refused("date_unreadable")),
        ("去年搬来", refused("date_unreadable")),
        ("2020", refused("date_unreadable")),
        (12, refused("date_unreadable")),
        ("2999-01-01", refused("date_future")),
        ("1066-10-14", refused("date_too_old")),
    ),
    column(
        "dates_of_an_old_mac",
        "入住日期",
        (date(2020, 5, 1), MAY_1),
        (43952 - 1462, MAY_1),
        ("2020-05-01", MAY_1),
        make=partial(make_xlsx, **DATE_OF_1904),
        after=tuple("王秀英 | 第一网格 2020-05-01.." for _ in range(3)),
    ),
]

MOBILE = created(phone="13800138000")
PHONE_CASES = [
    column(
        "phones_in_every_spelling",
        "手机号",
        *(
            (cell, MOBILE)
            for cell in (
                *("13800138000", "+86 138 0013 8000", "86-13800138000", "0086 13800138000", "138-0013-8000"),
                *("138 0013 8000", "１３８００１３８０００", "'13800138000", "\u202a13800138000\u202c", "013800138000"),
                *(
                    "13800138000；",
                    13800138000,
                    13800138000.0,
                    "13800138000\n",
                    "1.3800138000E+10",
                    "13800138000/13800138000",
                ),
            )
        ),
        ("13800138000/13900139000", created("phone_first_of_several", phone="13800138000")),
        ("13800138000 13900139000", created("phone_first_of_several", phone="13800138000")),
        ("座机0431-88776655，手机13800138000", created("phone_first_of_several", phone="13800138000")),
        ("13800138000（儿子）", created("phone_remark_dropped", phone="13800138000")),
        ("0431-88776655", created("phone_landline", phone="")),
        ("88776655", created("phone_landline", phone="")),
        ("138****8000", created("phone_masked", phone="")),
        *((cell, created(phone="")) for cell in ("", "无", "/", "0", "-", 0)),
    ),
    column(
        "phones_nobody_can_call",
        "手机号",
        ("1380013800", refused("phone_invalid", phone=None)),
        ("12345678901", refused("phone_invalid")),
        ("138001380001", refused("phone_invalid")),
        ("电话号码", refused("phone_invalid")),
        ("a13800138000@qq.com", refused("phone_invalid")),
        (number(77), refused("phone_invalid")),
        (13800138000.5, refused("phone_damaged")),
        ("1.38E+10", refused("phone_damaged")),
    ),
]

DOOR = created(building="3号楼", unit="1单元", room="501")
NO_DOOR = created("address_unclear", building="", unit="", room="")
DOOR_CASES = [
    listing(
        "one_door_in_every_dialect",
        ([*PLAIN, "楼栋", "单元", "房号"], None),
        ([*someone(1), "3栋", "1单元", "501"], DOOR),
        ([*someone(2), "3幢", "1", "501室"], DOOR),
        ([*someone(3), "3#", "一单元", "５０１"], DOOR),
        ([*someone(4), "３号楼", "1门", "501户"], DOOR),
        ([*someone(5), 3, 1, 501], DOOR),
        ([*someone(6), "三号楼", "第1单元", "5楼501"], DOOR),
        ([*someone(7), "03", "01", "五〇一"], DOOR),
        ([*someone(8), "第3幢", " 1 单元 ", "501号"], DOOR),
        after=tuple("王秀英 | 3号楼 1单元 501 | 第一网格 2026-01-01.." for _ in range(8)),
    ),
    listing(
        "doors_that_are_odd",
        ([*PLAIN, "楼栋", "单元", "房号"], None),
        ([*someone(1), date(2026, 3, 2), "", "501"], refused("door_is_date")),
        ([*someone(2), "3月2日", "", "501"], refused("door_is_date")),
        ([*someone(3), "3栋", "", date(2026, 3, 2)], refused("door_is_date")),
        ([*someone(4), "楼" * 31, "", "501"], refused("text_too_long")),
        ([*someone(5), "平房", "无", "0501"], created(building="平房", unit="", room="0501")),
        ([*someone(6), "3栋", "", "无"], created(building="3号楼", room="")),
        ([*someone(7), "", "", "501"], created(building="", room="501")),
        ([*someone(8), "A座", "", "12A"], created(building="A号楼", room="12A")),
    ),
    column(
        "address_in_one_column",
        "现住址",
        ("3号楼1单元501", DOOR),
        ("多福小区3栋1单元501室", DOOR),
        ("长春市演示区建设路12号 3幢 一单元 5楼501户", DOOR),
        ("3-1-501", DOOR),
        ("３＃１－５０１", DOOR),
        ("3号楼501", created(building="3号楼", unit="", room="501")),
        ("建设路12号", NO_DOOR),
        ("多福小区", NO_DOOR),
        ("3楼301", NO_DOOR),
        ("路" * 201, NO_DOOR),
        ("", created(building="")),
        after=(
            *("王秀英 | 3号楼 1单元 501 | 第一网格 2026-01-01..",) * 5,
            "王秀英 | 3号楼 501 | 第一网格 2026-01-01..",
            *("王秀英 | 第一网格 2026-01-01..",) * 5,
        ),
    ),
    listing(
        "address_beside_the_door_s_own_columns",
        ([*PLAIN, "家庭住址", "楼栋", "房号"], None),
        ([*someone(1), "9号楼9单元909", "3栋", "501"], created(building="3号楼", unit="", room="501")),
        ([*someone(2), "3号楼1单元501", "", ""], DOOR),
    ),
]

FIRST, SECOND = created(grid="第一网格", community="多福社区"), created(grid="第二网格", community="多福社区")
GRID_CASES = [
    column(
        "grids_by_name_number_and_code",
        "网格",
        *(
            (cell, FIRST)
            for cell in (
                *(
                    "第一网格",
                    "第1网格",
                    "1号网格",
                    "网格1",
                    "网格01",
                    "一网格",
                    "网格一",
                    "1",
                    1,
                    "01",
                    " 第 一 网格 ",
                    "第一網格",
                ),
                *("990101001001001", 990101001001001, "多福社区第一网格", "多福第1网格", "多福社区-第一网格"),
            )
        ),
        *((cell, SECOND) for cell in ("第二网格", "2号网格", 2.0, "990101001001002", "多福社区网格二")),
    ),
    column(
        "grids_that_are_none_of_ours",
        "网格",
        ("", refused("grid_missing", grid=None)),
        ("第九网格", refused("grid_unknown")),
        ("990101002001001", refused("grid_unknown")),
        ("湖滨社区第一网格", refused("grid_unknown")),
        ("和平新村社区第一网格", refused("grid_unknown")),
        ("第一网格、第二网格", refused("grid_unknown")),
        (number(5), refused("grid_unknown")),
        (11.5, refused("grid_unknown")),
    ),
    listing(
        "grid_known_by_the_building",
        (["姓名", "身份证号", "楼栋", "房号"], None),
        (["王秀英", number(1), "3栋", "501"], created(grid="第二网格", building="3号楼")),
        (["王秀英", number(2), "3#", "502"], created(grid="第二网格")),
        (["王秀英", number(3), "9栋", "501"], refused("grid_missing")),
        (["王秀英", number(4), "", ""], refused("grid_missing")),
        before=know_building("3号楼", 1),
        after=("王秀英 | 3号楼 501 | 第二网格 2026-01-01..", "王秀英 | 3号楼 502 | 第二网格 2026-01-01.."),
    ),
    listing(
        "building_that_stands_in_two_grids",
        (["姓名", "身份证号", "网格", "楼栋"], None),
        (["王秀英", number(1), "", "3栋"], refused("grid_ambiguous")),
        (["王秀英", number(2), "第二网格", "3栋"], created(grid="第二网格")),
        before=know_building("3号楼", 0, 1),
    ),
    listing(
        "community_with_a_single_grid",
        (PLAIN, None),
        (someone(1, ""), created(grid="第一网格", community="和平新村社区")),
        (someone(2, "第二网格"), refused("grid_unknown")),
        community="990101001002",
    ),
    listing(
        "whole_street_with_a_column_of_communities",
        ([*PLAIN, "所属社区"], None),
        ([*someone(1), "多福社区"], created(community="多福社区")),
        ([*someone(2), "和平新村社区居委会"], created(community="和平新村社区")),
        ([*someone(3), "990101001002"], created(community="和平新村社区")),
        ([*someone(4), ""], refused("grid_ambiguous")),
        ([*someone(5), "湖滨社区"], refused("community_unknown")),
        ([*someone(6, "第二网格"), ""], created(community="多福社区")),
        ([*someone(7, "第二网格"), "和平新村"], refused("grid_unknown")),
        ([*someone(8, ""), "和平新村"], refused("grid_missing")),
        ([*someone(9, "和平新村社区第一网格"), ""], created(community="和平新村社区")),
        ([*someone(11, "多福第1网格"), ""], created(community="多福社区")),
        ([*someone(13, "多福社区第一网格"), "和平新村社区"], refused("grid_unknown")),
        ([*someone(15, "990101001002001"), ""], created(community="和平新村社区")),
        community=None,
    ),
    listing(
        "other_community_than_the_chosen_one",
        ([*PLAIN, "社区"], None),
        ([*someone(1), "多福"], created()),
        ([*someone(2), "和平新村社区"], refused("community_unknown")),
    ),
]

TWO_GROUPS = created(groups=["居民党员", "青少年"])
GROUP_CASES = [
    column(
        "groups_with_every_separator",
        "人群类别",
        *(
            (cell, TWO_GROUPS)
            for cell in (
                *("居民党员、青少年", "居民党员，青少年", "居民党员,青少年", "居民党员；青少年", "居民党员/青少年"),
                *(
                    "居民党员|青少年",
                    "居民党员 青少年",
                    "居民党员\n青少年",
                    "青少年、居民党员、青少年、",
                    "居民黨員、青少年",
                ),
            )
        ),
        ("無業人員", created(groups=["无业人员"])),
        ("（拆迁户）", created(groups=["拆迁户"])),
        *((cell, created(groups=None)) for cell in ("", "、", "/", "无", "-")),
        ("外星人", refused("group_unknown", groups=None)),
        ("居民党员、外星人", refused("group_unknown")),
        ("{1,2}", refused("group_unknown")),
        ("重点人员", refused("group_forbidden")),
        ("居民党员、上访户", refused("group_forbidden")),
        after=(
            *("王秀英 | 居民党员、青少年 | 第一网格 2026-01-01..",) * 10,
            "王秀英 | 拆迁户 | 第一网格 2026-01-01..",
            "王秀英 | 无业人员 | 第一网格 2026-01-01..",
            *("王秀英 | 第一网格 2026-01-01..",) * 5,
        ),
    ),
    listing(
        "national_codes_by_code_and_name",
        ([*PLAIN, "民族", "学历", "从业状况"], None),
        ([*someone(1), "汉", "本科", "工人"], created(ethnic_group="01", education="20", occupation="24")),
        ([*someone(2), "01", "20", "24"], created(ethnic_group="01", education="20", occupation="24")),
        ([*someone(3), 1, 20, 24], created(ethnic_group="01", education="20", occupation="24")),
        ([*someone(4), "HA", "大學本科", "教师"], created(ethnic_group="01", education="20", occupation="13")),
        ([*someone(5), "满族", "文盲", "退休"], created(ethnic_group="11", education="90", occupation="80")),
        ([*someone(6), "", "-", "/"], created(ethnic_group="", education="", occupation="")),
        ([*someone(7), "火星族", "本科", "工人"], created("ethnic_group_unknown", ethnic_group="", education="20")),
        (
            [*someone(8), "99", "识字", "超人"],
            created("education_unknown", "ethnic_group_unknown", "occupation_unknown", education=""),
        ),
    ),
]

NAME_CASES = [
    column(
        "names_as_they_are_written",
        "姓名",
        ("欧阳秀英", created(name="欧阳秀英", initials="oyxy")),
        ("王 秀 英", created(name="王秀英")),
        ("　李　雷　", created(name="李雷")),
        ("王\t秀\n英", created(name="王秀英")),
        ("\u202e王秀英\u200f", created(name="王秀英")),
        *((f"阿卜杜拉{dot}买买提", created(name="阿卜杜拉·买买提")) for dot in ("·", ".", "•", "・", "．", " · ", "‧")),
        ("王𠮷", created(name="王𠮷")),
        ("赵\U0003106c", created(name="赵\U0003106c")),
        ("Ｊohn　Smith", created(name="John Smith")),
        ("O'Brien", created(name="O'Brien")),
        ("王秀英（户主）", created("name_remark_dropped", name="王秀英")),
        ("王秀英【已搬走", created("name_remark_dropped", name="王秀英")),
    ),
    column(
        "names_that_are_none",
        "姓名",
        ("", refused("name_missing", name=None)),
        ("王", refused("name_too_short")),
        ("王?英", refused("name_damaged")),
        ("王□英", refused("name_damaged")),
        ("王\ufffd英", refused("name_damaged")),
        ("王\ue123英", refused("name_private_use")),
        ("空户", refused("name_placeholder")),
        ("不详", refused("name_placeholder")),
        ("无名氏", refused("name_placeholder")),
        ("王秀英1", refused("name_invalid")),
        (123, refused("name_invalid")),
        ("王秀英、李雷", refused("name_invalid")),
        ("王*英", refused("name_invalid")),
        ("王秀英😀", refused("name_invalid")),
        ("李雷'); drop table grids_resident;--", refused("name_invalid")),
        ("王" * 61, refused("name_too_long")),
    ),
]

ERROR_TEXTS = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "####"]
MARK_CASES = [
    read(
        "formulas_and_what_they_came_to",
        partial(draw_xlsx, draw_formulas),
        at(2, created(name="王秀英", grid="第一网格", phone="13800138000")),
        at(3, refused("grid_missing", "name_missing")),
        at(4, refused("birth_date_missing")),
    ),
    listing(
        "errors_of_formulas_saved_as_text",
        ([*PLAIN, "手机号", "楼栋"], None),
        *(([*someone(place), error, ""], refused("cell_error")) for place, error in enumerate(ERROR_TEXTS, start=1)),
        (["#N/A", number(11), "#REF!", "", "#VALUE!"], refused("cell_error", "cell_error", "cell_error")),
        (["王秀英", "#N/A", "第一网格", "", ""], refused("cell_error")),
        make=make_text,
    ),
    listing(
        "texts_that_begin_like_formulas",
        ([*PLAIN, "楼栋", "房号"], None),
        ([*someone(1), "=1+1", "501"], created(building="=1+1")),
        ([*someone(2), '=HYPERLINK("http://a")', "501"], created(building='=HYPERLINK("http://a")')),
        ([*someone(3), "@SUM(A1:A9)", "501"], created(building="@SUM(A1:A9)")),
        ([*someone(4), "+86", "501"], created(building="+86")),
        (["=王秀英", number(5), "第一网格", "", ""], refused("name_invalid")),
        make=texts,
        after=(
            "王秀英 | +86 501 | 第一网格 2026-01-01..",
            "王秀英 | =1+1 501 | 第一网格 2026-01-01..",
            '王秀英 | =HYPERLINK("http://a") 501 | 第一网格 2026-01-01..',
            "王秀英 | @SUM(A1:A9) 501 | 第一网格 2026-01-01..",
        ),
    ),
    listing(
        "texts_that_mean_harm",
        ([*PLAIN, "楼栋", "房号", "人群类别"], None),
        ([*someone(1), "');drop table grids_grid;--", "1", ""], created(building=");droptablegrids_grid;--")),
        ([*someone(2), "' or ''='", "1", ""], created(building="or''='")),
        ([*someone(3), "=cmd|' /C calc'!A0", "1", ""], created(building="=cmd|'/Ccalc'!A0")),
        ([*someone(4), "%s %(job)s {0}", "1", ""], created(building="%s%(job)s{0}")),
        ([*someone(5), "<b>3</b>", "1", ""], created(building="<b>3</b>")),
        ([*someone(6), "", "", "'); delete from grids_resident;--"], refused("group_unknown")),
        (["王秀英", "1' or '1'='1", "第一网格", "", "", ""], refused("id_characters")),
        make=texts,
        after=(
            "王秀英 | %s%(job)s{0} 1 | 第一网格 2026-01-01..",
            "王秀英 | or''=' 1 | 第一网格 2026-01-01..",
            "王秀英 | );droptablegrids_grid;-- 1 | 第一网格 2026-01-01..",
            "王秀英 | <b>3</b> 1 | 第一网格 2026-01-01..",
            "王秀英 | =cmd|'/Ccalc'!A0 1 | 第一网格 2026-01-01..",
        ),
    ),
    listing(
        "marks_that_hurt_other_programs",
        ([*PLAIN, "楼栋", "房号"], None),
        ([*someone(1), "3栋\t", "5\\N"], created(building="3号楼", room="5\\N")),
        ([*someone(2), 'A"B', "\\."], created(building='A"B', room="\\.")),
        ([*someone(3), "\u200f3号楼\u200e", "501\u200b"], created(building="3号楼", room="501")),
        ([*someone(4), "幸福里🏠A", "501\r\n"], created(building="幸福里🏠A", room="501")),
        ([*someone(5), "3\x0b栋\x1f", "\x07501"], created(building="3号楼", room="501")),
        ([*someone(6), "{3,4}", "null"], created(building="{3,4}", room="")),
        make=texts,
        after=(
            "王秀英 | 3号楼 501 | 第一网格 2026-01-01..",
            "王秀英 | 3号楼 501 | 第一网格 2026-01-01..",
            "王秀英 | 3号楼 5\\N | 第一网格 2026-01-01..",
            '王秀英 | A"B \\. | 第一网格 2026-01-01..',
            "王秀英 | 幸福里🏠A 501 | 第一网格 2026-01-01..",
            "王秀英 | 第一网格 2026-01-01..",
        ),
    ),
    listing(
        "blanks_around_everything",
        ([" 姓名 ", "身份证号　", "\t网格", "手机号 \n", " 楼栋", "房号  ", "入住日期 ", "人群类别 "], None),
        (
            [
                " 王秀英 ",
                f" {number(1)}　",
                "第一网格\xa0",
                " 13800138000",
                "3栋 ",
                " 501 ",
                " 2020-05-01 ",
                " 青少年 ",
            ],
            created(
                name="王秀英",
                id_number=number(1),
                phone="13800138000",
                building="3号楼",
                room="501",
                since="2020-05-01",
                groups=["青少年"],
            ),
        ),
    ),
]

CELL_CASES = [
    *ID_CASES,
    *DATE_CASES,
    *PHONE_CASES,
    *DOOR_CASES,
    *GRID_CASES,
    *GROUP_CASES,
    *NAME_CASES,
    *MARK_CASES,
]
