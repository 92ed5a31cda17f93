"""Heading rows: synonyms, places, two-row headings, and columns that are refused by name."""

import pytest

from grids.vocabulary import find_forbidden_term
from imports.formats import FileRefused
from imports.headings import COLUMNS, IGNORE, find_layout, hash_headings


def lay_out(*rows, mapping=None):
    """The layout of a sheet with these rows, from row 1."""
    return find_layout("表", list(enumerate(rows, start=1)), mapping)


def test_layout_found_below_title_rows_with_synonyms():
    layout = lay_out(["多福社区居民花名册"], ["", ""], ["", "姓 名", "公民身份\n号码", "所属网格", "备注"])
    assert layout.rows == (3,)
    assert layout.columns == {"name": 1, "id_number": 2, "grid": 3}
    assert [layout.headings[index] for index in layout.unknown] == ["备注"]


def test_layout_without_any_heading_is_none():
    assert lay_out(["张三", "110105"], ["李四"]) is None


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
def test_every_synonym_names_its_column(column):
    for heading in (column.heading, *column.synonyms):
        other = "性别" if column.key != "sex" else "民族"
        layout = lay_out([f" {heading}\n", other])
        assert layout.columns[column.key] == 0, heading


def test_traditional_characters_are_understood():
    layout = lay_out(["姓名", "身份證號碼", "聯繫電話", "網格編號", "樓棟", "單元", "房號", "學歷"])
    assert set(layout.columns) == {"name", "id_number", "phone", "grid", "building", "unit", "room", "education"}


def test_bracketed_remark_of_a_heading_is_passed_over():
    assert set(lay_out(["姓名*", "身份证号（18位，必填）", "出生日期(如1980-01-01)"]).columns) == {
        "name",
        "id_number",
        "birth_date",
    }


def test_own_name_wins_over_that_of_the_head_of_household():
    layout = lay_out(["户主姓名", "姓名", "身份证号"])
    assert layout.columns["name"] == 1
    assert layout.unknown == [0]


def test_two_heading_rows_are_one():
    layout = lay_out(["姓名", "身份证号", "住址", ""], ["", "", "楼栋", "房号"])
    assert layout.rows == (1, 2)
    assert layout.columns == {"name": 0, "id_number": 1, "building": 2, "room": 3}


def test_repeated_heading_is_for_the_user_to_settle():
    layout = lay_out(["姓名", "身份证号", "网格", "网格"])
    assert layout.repeated == ["grid"]
    assert not layout.is_clear
    assert lay_out(["姓名", "身份证号", "网格", "所属网格"]).is_clear


def test_missing_needs_are_named():
    assert lay_out(["姓名", "手机号"]).missing == [("id_number", "birth_date"), ("grid", "building", "address")]


def test_mapping_goes_before_what_is_known():
    layout = lay_out(["姓名", "证号", "手机号"], mapping={"证号": "id_number", "手机号": IGNORE})
    assert layout.columns == {"name": 0, "id_number": 1}


def test_heading_set_is_known_again_in_any_order():
    assert hash_headings(["姓 名", "網格"]) == hash_headings(["网格", "姓名"])


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "是否上访",
            "刑满释放人员",
            "吸毒人员",
            "思想动态",
            "宗教信仰",
            "重点人员",
            "严重精神障碍",
            "计生情况",
            "信用评分",
            "維穩",
        ),
        *("信訪次數", "备注（是否上访）", "嚴重精神障礙患者", "两劳回归人员", "是否社区矫正"),
    ],
)
def test_forbidden_heading_refuses_the_file(heading):
    with pytest.raises(FileRefused) as refusal:
        lay_out(["姓名", "身份证号", "网格", heading])
    assert (refusal.value.code, refusal.value.detail, refusal.value.column) == ("column_forbidden", heading, 3)


@pytest.mark.parametrize("heading", ["设计生", "重点服务群体说明", "备注", "家庭住址", "党员", "特殊困难群体"])
def test_harmless_heading_is_not_forbidden(heading):
    assert find_forbidden_term(heading) is None


def test_no_column_of_ours_is_forbidden():
    for column in COLUMNS:
        assert not any(map(find_forbidden_term, (column.heading, *column.synonyms)))
