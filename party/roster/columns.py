"""The columns of a roster in every dialect, and what their cells mean. Free of Django: the sandboxed reader runs it."""

from collections.abc import Sequence
from typing import Any

from grids.cleaning import CellRefused, clean_text, means_blank
from grids.vocabulary import fold
from imports.formats import FileRefused
from imports.headings import BRACKETS, IGNORE, RETURNED, Column, Layout, find_layout

FULL, PROBATIONARY = "full", "probationary"  # party.models.Member.Standing
NAME_MAX = 60  # characters in the name of an organisation

# Names, ID numbers, phones and communities are known to the register's import by more headings than these.
COLUMNS = (
    Column("name", "姓名"),
    Column("id_number", "身份证号"),
    Column("phone", "手机号"),
    Column("community", "社区"),
    Column(
        "branch",
        "党支部",
        (
            *("所在党支部", "所属党支部", "党支部名称", "支部", "支部名称", "所在支部", "所属支部", "党组织"),
            *("党组织名称", "所在党组织", "所属党组织", "组织关系所在党支部", "组织关系所在单位"),
        ),
    ),
    Column("party_group", "党小组", ("所在党小组", "所属党小组", "党小组名称", "小组")),
    Column("standing", "党员身份", ("党员类别", "党员类型", "人员类别", "党员性质", "政治面貌")),
    Column(
        "joined_on",
        "入党日期",
        ("入党时间", "入党年月", "加入党组织日期", "加入党组织时间", "加入中共组织日期", "加入中国共产党日期"),
    ),
    Column("full_on", "转正日期", ("转正时间", "转正年月", "转为正式党员日期", "转为正式党员时间")),
    Column(
        "member_since",
        "转入日期",
        (
            *("转入时间", "组织关系转入日期", "组织关系转入时间", "组织关系起", "转入本支部日期", "进入党支部日期"),
            *("进入支部日期", "进入当前党支部日期"),
        ),
    ),
    Column("exemption", "免修", ("免修原因", "是否免修", "免修情况", "免于参加")),
)
HEADINGS = {column.key: column.heading for column in COLUMNS}
OURS = {fold(word): column.key for column in COLUMNS[4:] for word in (column.heading, *column.synonyms)}
# No heading may contain these, beside what no list may hold (grids/vocabulary.py): files about how somebody thinks
# or was judged stay with the branch.
KEPT_OUT = ("入党动机", "入党志愿", "思想", "民主评议", "政治表现", "政治审查", "政审")
# What our own workbook of refused rows puts in front of them.
SENT_BACK = {fold(word): IGNORE for word in RETURNED}

STANDINGS = {
    **dict.fromkeys(("正式党员", "正式", "中共党员", "中国共产党党员", "党员", "是"), FULL),
    **dict.fromkeys(("预备党员", "预备", "中共预备党员", "中国共产党预备党员"), PROBATIONARY),
}
NOT_EXEMPT = ("否", "不免", "不免修", "正常")
# Reasons are party.models.Exemption.Reason; a bare yes names none of them.
EXEMPTIONS = {
    **dict.fromkeys(("年老体弱或行动不便", "年老体弱", "年老", "高龄", "行动不便"), "aged"),
    **dict.fromkeys(("长期外出", "外出", "流动党员"), "away"),
    **dict.fromkeys(("外派或学习", "外派", "学习"), "posted"),
    **dict.fromkeys(("照护家人", "照顾家人"), "care"),
    **dict.fromkeys(("支部同意的其他情况", "其他", "其它", "是", "免修", "免"), "other"),
}


def find_roster(sheet: str, head: Sequence[tuple[int, list[Any]]]) -> Layout | None:
    """Return the layout of a sheet that names people and a number for each; None for any other sheet.

    Raises FileRefused, with its place, for a heading under which the portal keeps nothing.
    """
    layout = find_layout(sheet, head, SENT_BACK | name_headings(head))
    if layout is not None:
        refuse_kept_out(layout, head)
    if layout is None or "name" not in layout.columns:
        return None
    return layout if {"id_number", "phone"} & layout.columns.keys() else None


def refuse_kept_out(layout: Layout, head: Sequence[tuple[int, list[Any]]]) -> None:
    """Raise FileRefused for the first heading that contains a word of KEPT_OUT."""
    for number, cells in head:
        for index, cell in enumerate(cells if number in layout.rows else ()):
            if isinstance(cell, str) and any(word in fold(cell) for word in KEPT_OUT):
                raise FileRefused("column_forbidden", cell.strip()[:40], sheet=layout.sheet, row=number, column=index)


def name_headings(head: Sequence[tuple[int, list[Any]]]) -> dict[str, str]:
    """Return which of our keys the cells of the first rows name, with and without what stands in brackets.

    A second column of the same words is called 党支部（2） by then: that there are two must not go unnoticed.
    """
    cells = {cell for _number, row in head for cell in row if isinstance(cell, str) and cell}
    found = {cell: OURS.get(fold(cell)) or OURS.get(fold(BRACKETS.sub("", cell))) for cell in cells}
    return {fold(word): key for cell, key in found.items() if key for word in (cell, f"{cell}（2）")}


def clean_title(cell: object) -> str:
    """Return the name of an organisation, "" for a blank cell."""
    text = "".join(clean_text(cell).split())
    if len(text) > NAME_MAX:
        raise CellRefused("text_too_long", NAME_MAX)
    return "" if means_blank(text) else text


def clean_standing(cell: object) -> str:
    """Return full or probationary, "" for a blank cell."""
    return look_up(cell, STANDINGS, "standing_unknown")


def clean_exemption(cell: object) -> str:
    """Return the reason why somebody need not attend, "" for a blank cell and for who has to."""
    text = fold(clean_text(cell))
    return "" if text in NOT_EXEMPT else look_up(cell, EXEMPTIONS, "exemption_unknown")


def look_up(cell: object, words: dict[str, str], unknown: str) -> str:
    """Return what a cell's words stand for, "" for a blank cell; refuse words that are not on the list."""
    text = clean_text(cell)
    if means_blank(text):
        return ""
    if fold(text) not in words:
        raise CellRefused(unknown)
    return words[fold(text)]
