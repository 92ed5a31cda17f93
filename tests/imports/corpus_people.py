"""Lists whose trouble is who the people are: twice in the list, in the register already, somewhere else, missing."""

from datetime import date
from functools import partial

from tests.imports.corpus import (
    BORN,
    PLAIN,
    Cast,
    at,
    created,
    listing,
    number,
    read,
    refused,
    reviewed,
    someone,
    unchanged,
    updated,
    without_id,
)
from tests.imports.files import draw_xlsx, write_rows

WITHOUT_ID = ("姓名", "出生日期", "网格", "手机号")
KNOWN = "张建国 | 19912345678 | 第一网格 2015-01-01.."
KNOWN_ROW = ["张建国", number(1), "第一网格"]


def know(cast: Cast):
    """张建国, number(1), 19912345678, has lived in the first grid since 2015."""
    return cast.register.resident(cast.grids[0])


def know_without_id(cast: Cast):
    return without_id(know(cast))


def know_retired(cast: Cast):
    return cast.register.resident(cast.grids[0], groups=["retired", "party_member"])


def know_two(cast: Cast):
    return know(cast), cast.register.resident(cast.grids[1], name="李雷", phone="19900001111")


def know_latecomer(cast: Cast):
    return cast.register.resident(cast.grids[0], since=date(2026, 5, 1))


def know_leaver(cast: Cast):
    return cast.register.resident(cast.grids[0], until=date(2025, 6, 1))


def know_elsewhere(cast: Cast):
    """Somebody of another street, whose phone and name are nobody's business here."""
    return cast.register.resident(cast.foreign, name="赵丽华", phone="13711112222")


def know_neighbour(cast: Cast):
    return cast.register.resident(cast.neighbour, name="赵丽华", phone="13711112222")


def know_who_left_elsewhere(cast: Cast):
    return cast.register.resident(cast.foreign, until=date(2025, 6, 1))


def draw_two_sheets(book):
    write_rows(book.add_worksheet("一"), [list(PLAIN), someone(1), someone(2)])
    write_rows(book.add_worksheet("二"), [list(PLAIN), someone(3), someone(1), someone(2)])


PEOPLE_CASES = [
    listing(
        "same_id_number_twice",
        (PLAIN, None),
        (someone(1), created()),
        (someone(2), created()),
        (someone(1), refused("id_repeated")),
        (
            ["李雷", number(1).translate(str.maketrans("0123456789", "０１２３４５６７８９")), "第二网格"],
            refused("id_repeated"),
        ),
        (["王秀英", number(1)[:6] + number(1)[8:17], "第一网格"], refused("id_converted", "id_repeated")),
        after=("王秀英 | 第一网格 2026-01-01..", "王秀英 | 第一网格 2026-01-01.."),
    ),
    read(
        "same_id_number_on_two_sheets",
        partial(draw_xlsx, draw_two_sheets),
        at(2, created(), "一"),
        at(3, created(), "一"),
        at(2, created(), "二"),
        at(3, refused("id_repeated"), "二"),
        at(4, refused("id_repeated"), "二"),
    ),
    listing(
        "same_person_twice_without_id_number",
        (WITHOUT_ID, None),
        (["王秀英", "1980-05-01", "第一网格", "13800138000"], created()),
        (["王秀英", "1980年5月1日", "第二网格", "138 0013 8000"], refused("person_repeated")),
        (["王秀英", "1980-05-01", "第一网格", "13900139000"], created()),
        (["王秀英", "1980-05-01", "第一网格", ""], created()),
        (["王秀英", "1980-05-01", "第一网格", ""], refused("person_repeated")),
    ),
    listing(
        "same_person_once_with_and_once_without_id_number",
        (["姓名", "身份证号", "出生日期", "网格", "手机号", "楼栋", "房号"], None),
        (["王秀英", number(2), "", "第一网格", "13800138000", "", ""], created()),
        (["王秀英", "", "1980-05-01", "第二网格", "13800138000", "", ""], refused("person_repeated")),
        (["王秀英", number(4), "", "第一网格", "13800138000", "", ""], created()),
        (["李雷", "", "1980-05-01", "第一网格", "", "3栋", "501"], refused("person_repeated")),
        (["李雷", number(1), "", "第一网格", "", "3幢", "501室"], created()),
        (["韩梅梅", number(6), "", "第一网格", "", "", ""], created()),
        (["韩梅梅", "", "1980-05-01", "第一网格", "", "", ""], created()),
        after=(
            "李雷 | 3号楼 501 | 第一网格 2026-01-01..",
            "王秀英 | 13800138000 | 第一网格 2026-01-01..",
            "王秀英 | 13800138000 | 第一网格 2026-01-01..",
            "韩梅梅 | 第一网格 2026-01-01..",
            "韩梅梅 | 第一网格 2026-01-01..",
        ),
    ),
    listing(
        "refused_row_does_not_stand_in_the_way",
        ([*PLAIN, "手机号"], None),
        ([*someone(1), "123"], refused("phone_invalid")),
        ([*someone(1), "13800138000"], created()),
        after=("王秀英 | 13800138000 | 第一网格 2026-01-01..",),
    ),
    listing(
        "register_knows_it_all",
        ([*PLAIN, "手机号", "房号"], None),
        ([*KNOWN_ROW, "+86 199-1234-5678", ""], unchanged(phone="19912345678")),
        before=know,
    ),
    listing(
        "unchanged_with_a_remark",
        ([*PLAIN, "手机号"], None),
        ([*KNOWN_ROW, "0431-88776655"], unchanged("phone_landline")),
        before=know,
    ),
    listing(
        "moved_to_another_grid",
        (PLAIN, None),
        (["张建国", number(1), "第二网格"], updated(grid="第二网格")),
        before=know,
        after=("张建国 | 19912345678 | 第一网格 2015-01-01..2026-01-01; 第二网格 2026-01-01..",),
    ),
    listing(
        "new_phone_and_corrected_name",
        ([*PLAIN, "手机号", "楼栋", "房号"], None),
        (["张建囯", number(1), "第一网格", "13800138000/13900139000", "3幢", "501"], updated("phone_first_of_several")),
        before=know,
        after=("张建囯 | 13800138000 | 3号楼 501 | 第一网格 2015-01-01..",),
    ),
    listing(
        "blank_cells_change_nothing",
        ([*PLAIN, "手机号", "人群类别", "学历"], None),
        (["张建国", number(1), "第一网格", "", "", ""], unchanged()),
        before=know_retired,
        after=("张建国 | 19912345678 | 居民党员、离退休人员 | 第一网格 2015-01-01..",),
    ),
    listing(
        "groups_are_the_whole_truth",
        ([*PLAIN, "人群类别"], None),
        (["张建国", number(1), "第一网格", "居民党员；拆迁户"], updated()),
        before=know_retired,
        after=("张建国 | 19912345678 | 居民党员、拆迁户 | 第一网格 2015-01-01..",),
    ),
    listing(
        "moved_before_having_arrived",
        (PLAIN, None),
        (["张建国", number(1), "第二网格"], refused("moved_before_arrival")),
        (someone(3), created()),
        before=know_latecomer,
        after=("张建国 | 19912345678 | 第一网格 2026-05-01..", "王秀英 | 第一网格 2026-01-01.."),
    ),
    listing(
        "back_again",
        (PLAIN, None),
        (["张建国", number(1), "第二网格"], updated()),
        before=know_leaver,
        after=("张建国 | 19912345678 | 第一网格 2015-01-01..2025-06-01; 第二网格 2026-01-01..",),
    ),
    listing(
        "without_id_number_found_by_phone",
        (WITHOUT_ID, None),
        (["张建国", "1980-05-01", "第二网格", "19912345678"], updated()),
        before=know_without_id,
        after=("张建国 | 19912345678 | 第一网格 2015-01-01..2026-01-01; 第二网格 2026-01-01..",),
    ),
    listing(
        "without_id_number_found_among_those_who_have_one",
        (WITHOUT_ID, None),
        (["张建国", BORN, "第一网格", "19912345678"], unchanged()),
        before=know,
        after=(KNOWN,),
    ),
    listing(
        "id_number_for_somebody_who_had_none",
        ([*PLAIN, "手机号"], None),
        (["张建国", number(11), "第一网格", "19912345678"], updated(id_number=number(11))),
        before=know_without_id,
        after=(KNOWN,),
    ),
    listing(
        "likeness_that_nothing_confirms",
        (WITHOUT_ID, None),
        (["张建国", "1980-05-01", "第一网格", "13800138000"], reviewed("maybe_same_person")),
        (["张建国", "1980-05-02", "第一网格", "19912345678"], created()),
        before=know_without_id,
        after=(KNOWN, "张建国 | 19912345678 | 第一网格 2026-01-01.."),
    ),
    listing(
        "two_rows_for_one_resident",
        (["姓名", "身份证号", "出生日期", "网格", "手机号"], None),
        (["张建国", "", "1980-05-01", "第二网格", "19912345678"], updated()),
        (["张建国", number(1), "", "第一网格", "19912345678"], refused("person_repeated")),
        before=know,
    ),
    listing(
        "id_number_under_a_wholly_different_name",
        (PLAIN, None),
        (["李雷", number(1), "第一网格"], reviewed("other_name")),
        (someone(3), created()),
        before=know,
        after=(KNOWN, "王秀英 | 第一网格 2026-01-01.."),
    ),
    listing(
        "registered_in_another_street",
        ([*PLAIN, "手机号"], None),
        (
            ["王秀英", number(1), "第一网格", "13800138000"],
            reviewed("registered_elsewhere", name="王秀英", phone="13800138000"),
        ),
        before=know_elsewhere,
        after=(),
        unsaid=("赵丽华", "13711112222", "湖滨", "北湖"),
    ),
    listing(
        "registered_in_the_neighbouring_community",
        (PLAIN, None),
        (["赵丽华", number(1), "第一网格"], reviewed("registered_elsewhere")),
        before=know_neighbour,
        after=("赵丽华 | 13711112222 | 第一网格 2015-01-01..",),
        unsaid=("13711112222", "和平新村"),
    ),
    listing(
        "moved_out_of_another_street",
        (PLAIN, None),
        (["张建国", number(1), "第一网格"], updated()),
        before=know_who_left_elsewhere,
        after=("张建国 | 19912345678 | 第一网格 2015-01-01..2025-06-01; 第一网格 2026-01-01..",),
    ),
    listing(
        "complete_list_that_leaves_somebody_out",
        (PLAIN, None),
        (KNOWN_ROW, unchanged()),
        (someone(5), created()),
        before=know_two,
        complete=True,
        missing=1,
        after=(
            KNOWN,
            "李雷 | 19900001111 | 第二网格 2015-01-01..",
            "王秀英 | 第一网格 2026-01-01..",
        ),
    ),
    listing(
        "complete_list_whose_refused_row_still_names_somebody",
        ([*PLAIN, "手机号"], None),
        ([*KNOWN_ROW, "123"], refused("phone_invalid")),
        (["李雷", number(2), "第二网格", ""], unchanged()),
        before=know_two,
        complete=True,
    ),
]
