"""Heading rows: synonyms, places, and columns that are refused by name."""

import pytest

from grids.headings import find_forbidden_term, find_layout
from grids.sheets import FileRefused


def test_layout_found_below_title_rows_with_synonyms():
    layout = find_layout([["多福社区居民花名册"], [], ["", "姓 名", "公民身份\n号码", "所属网格", "备注"]])
    assert layout.heading_row == 3
    assert layout.columns == {"name": 1, "id_number": 2, "grid": 3}
    assert layout.ignored == ["备注"]


def test_layout_without_any_heading_is_none():
    assert find_layout([["张三", "110105"], ["李四"]]) is None


@pytest.mark.parametrize(
    "heading",
    [
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
    ],
)
def test_forbidden_heading_refuses_the_file(heading):
    assert find_forbidden_term(heading)
    with pytest.raises(FileRefused) as refusal:
        find_layout([["姓名", "身份证号", "网格", heading]])
    assert (refusal.value.code, refusal.value.detail) == ("column_forbidden", heading)


@pytest.mark.parametrize("heading", ["设计生", "重点服务群体说明", "备注", "家庭住址", "党员"])
def test_harmless_heading_is_not_forbidden(heading):
    assert find_forbidden_term(heading) is None


def test_missing_and_repeated_columns_are_named():
    with pytest.raises(FileRefused) as refusal:
        find_layout([["姓名", "手机号"]])
    assert (refusal.value.code, refusal.value.detail) == ("columns_missing", "身份证号、网格")
    with pytest.raises(FileRefused) as refusal:
        find_layout([["姓名", "身份证号", "网格", "所属网格"]])
    assert refusal.value.code == "column_repeated"
