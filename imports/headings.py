"""Recognising the heading row of a resident list, in every dialect, and refusing columns the portal must never hold.

Free of Django: it runs in the sandboxed reader. See grids/vocabulary.py for what is refused.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from grids.vocabulary import find_forbidden_term, fold
from imports.formats import FileRefused

HEADING_SEARCH_ROWS = 20  # title rows and remarks above the heading are rarely more than five
IGNORE = ""  # in a mapping: leave this column out
BRACKETS = re.compile(r"[（(\[【<《].*?[）)\]】>》]")
PIECES = re.compile(r"[（）()\[\]【】<>《》/、，,;；|\n]+")


@dataclass(frozen=True)
class Column:
    """A column the import understands: its key, the heading of our template, and what others call it.

    Synonyms stand in order of preference: 姓名 wins over 户主姓名 where a list has both. All are folded (see fold()).
    """

    key: str
    heading: str
    synonyms: tuple[str, ...] = ()


COLUMNS = (
    Column("name", "姓名", ("名字", "居民姓名", "人员姓名", "本人姓名", "成员姓名", "住户姓名", "户主姓名", "户主")),
    Column(
        "id_number",
        "身份证号",
        (
            *("身份证号码", "公民身份号码", "公民身份证号码", "公民身份证号", "居民身份证号码", "身份证", "身份号码"),
            *("证件号码", "证件号", "身份证件号码", "有效证件号码", "户主身份证号", "户主身份证号码"),
        ),
    ),
    Column("sex", "性别", ("男女",)),
    Column("birth_date", "出生日期", ("出生年月日", "出生年月", "出生时间", "生日", "出生")),
    Column(
        "phone",
        "手机号",
        (
            *(
                "手机",
                "手机号码",
                "移动电话",
                "本人电话",
                "联系手机",
                "联系电话",
                "电话",
                "电话号码",
                "联系方式",
                "联络电话",
            ),
            *("联系号码", "户主电话", "户主联系电话"),
        ),
    ),
    Column("community", "社区", ("所属社区", "社区名称", "所在社区", "居委会", "所属居委会", "村社区", "社区村")),
    Column(
        "grid",
        "网格",
        (
            *("所属网格", "网格名称", "网格编号", "网格编码", "网格号", "所在网格", "网格代码", "归属网格", "网格名"),
            *("网格化编号", "责任网格"),
        ),
    ),
    Column("building", "楼栋", ("楼号", "楼栋号", "幢", "栋", "栋号", "幢号", "楼", "楼幢", "楼宇", "楼座", "座号")),
    Column("unit", "单元", ("单元号", "门洞", "单元门")),
    Column("room", "房号", ("室", "室号", "房间号", "门牌号", "户号", "房间", "门号", "房屋号", "门牌")),
    Column("groups", "人群类别", ("人群", "服务人群", "服务对象类别", "人员类别", "人群标签", "群体", "群体类别")),
    Column(
        "since",
        "入住日期",
        ("入住时间", "居住起始日期", "迁入日期", "迁入时间", "来本地居住日期", "居住开始日期", "搬入日期", "搬入时间"),
    ),
    Column("ethnic_group", "民族", ("族别",)),
    Column("education", "学历", ("文化程度", "受教育程度", "学历层次", "最高学历", "教育程度")),
    Column("occupation", "从业状况", ("职业", "就业状况", "就业情况", "从业情况", "职业状况", "工作状况", "就业状态")),
    Column(
        "address",
        "住址",
        (
            *(
                "地址",
                "现住址",
                "现住地址",
                "居住地址",
                "家庭住址",
                "家庭地址",
                "详细地址",
                "详细住址",
                "居住地",
                "住所",
            ),
            *("常住地址", "现居住地", "现居住地址", "房屋地址", "联系地址"),
        ),
    ),
)
COLUMNS_BY_KEY = {column.key: column for column in COLUMNS}
# folded heading -> (key, rank): the lower rank wins where two headings claim one key
KNOWN = {
    fold(heading): (column.key, rank)
    for column in COLUMNS
    for rank, heading in enumerate((column.heading, *column.synonyms))
}
# The two columns that imports.report puts before refused rows; a corrected list is known by its other headings.
RETURNED = ("退回原因", "原位置")
# A list without one of each is no list of residents.
NEEDED = (("name",), ("id_number", "birth_date"), ("grid", "building", "address"))


@dataclass
class Layout:
    """Where the columns of a sheet are.

    `rows` are the numbers of the heading rows; `columns` key -> index; `headings` index -> heading as written;
    `unknown` the indexes nobody understood, `repeated` the keys that two columns claim with the same heading. `words`
    are all words of the heading rows, folded, by which they are known when they come back on the next page.
    """

    sheet: str
    rows: tuple[int, ...]
    columns: dict[str, int]
    headings: dict[int, str]
    unknown: list[int] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    words: frozenset[str] = frozenset()

    @property
    def missing(self) -> list[tuple[str, ...]]:
        """The needs (see NEEDED) that no column meets."""
        return [keys for keys in NEEDED if not any(key in self.columns for key in keys)]

    @property
    def is_clear(self) -> bool:
        """Whether the sheet can be read without asking anybody."""
        return not self.missing and not self.repeated

    @property
    def heading_set(self) -> frozenset[str]:
        """The folded headings, by which a sheet like this is known again."""
        return frozenset(fold(heading) for heading in self.headings.values())

    def as_dict(self) -> dict[str, Any]:
        """Return the layout as plain JSON values."""
        plain = asdict(self) | {"headings": sorted(self.headings.items())}
        del plain["words"]
        return plain


def hash_headings(headings: Iterable[str]) -> str:
    """Return the name of a set of headings, whatever their order: 64 hexadecimal digits."""
    return hashlib.sha256("\n".join(sorted(set(map(fold, headings)) - set(RETURNED))).encode()).hexdigest()


def find_layout(
    sheet: str, rows: Sequence[tuple[int, list[Any]]], mapping: Mapping[str, str] | None = None
) -> Layout | None:
    """Return the layout of a sheet from its first rows (number, cells), or None where no row looks like a heading.

    `mapping` (folded heading -> key or IGNORE) goes before what we know. Raises FileRefused, with sheet, row and
    column, for a forbidden heading.
    """
    mapping = mapping or {}
    rows = [row for row in rows if row[0] <= rows[0][0] + HEADING_SEARCH_ROWS]
    scores = [count_known(cells, mapping) for _number, cells in rows]
    if not scores or max(scores) < 2:
        return None
    best = scores.index(max(scores))
    heading_rows = [rows[best]]
    if best + 1 < len(rows) and continues(rows[best][1], rows[best + 1][1], mapping):
        heading_rows.append(rows[best + 1])
    elif best and continues(rows[best - 1][1], rows[best][1], mapping):
        heading_rows.insert(0, rows[best - 1])
    refuse_forbidden_headings(sheet, heading_rows)
    return read_layout(sheet, heading_rows, mapping)


def guess_layout(
    sheet: str, rows: Sequence[tuple[int, list[Any]]], mapping: Mapping[str, str] | None = None
) -> Layout | None:
    """Return the layout under the row that looks most like a heading: the first of the fullest rows without numbers.

    For a list whose every heading is strange to us: the user then says what they mean.
    """
    words = [(number, cells) for number, cells in rows[:HEADING_SEARCH_ROWS] if looks_like_words(cells)]
    if not words:
        return None
    fullest = max(words, key=lambda row: (sum(bool(fold(cell)) for cell in row[1]), -row[0]))
    refuse_forbidden_headings(sheet, [fullest])
    return read_layout(sheet, [fullest], mapping or {})


def looks_like_words(cells: list[Any]) -> bool:
    """Tell whether a row has two cells or more and all are short words."""
    filled = [cell for cell in cells if cell not in ("", None)]
    return len(filled) >= 2 and all(
        isinstance(cell, str) and len(cell) <= 30 and not re.search(r"\d{5}", cell) for cell in filled
    )


def find_key(heading: Any, mapping: Mapping[str, str]) -> tuple[str, int] | None:
    """Return (key, rank) of a heading; None when nobody knows it, key IGNORE when it is to be left out."""
    folded = fold(heading)
    if folded in mapping:
        return mapping[folded], -1
    return KNOWN.get(folded) or KNOWN.get(fold(BRACKETS.sub("", str(heading))))


def count_known(cells: list[Any], mapping: Mapping[str, str]) -> int:
    """Return how many different keys the cells of a row name."""
    found = (find_key(cell, mapping) for cell in cells if isinstance(cell, str) and cell)
    return len({key for key, _rank in filter(None, found) if key})


def continues(upper: list[Any], lower: list[Any], mapping: Mapping[str, str]) -> bool:
    """Tell whether two rows are one heading: the lower names parts (楼栋, 单元) of what the upper names (住址)."""
    named = [cell for cell in lower if fold(cell)]
    alone = [index for index, cell in enumerate(upper) if fold(cell) and not any(map(fold, lower[index : index + 1]))]
    return bool(named) and bool(alone) and all(find_key(cell, mapping) for cell in named)


def refuse_forbidden_headings(sheet: str, rows: list[tuple[int, list[Any]]]) -> None:
    """Raise FileRefused for the first heading that the portal must never hold."""
    for number, cells in rows:
        for index, cell in enumerate(cells):
            if isinstance(cell, str) and any(map(find_forbidden_term, (cell, *PIECES.split(cell)))):
                raise FileRefused("column_forbidden", cell.strip()[:40], sheet=sheet, row=number, column=index)


def read_layout(sheet: str, rows: list[tuple[int, list[Any]]], mapping: Mapping[str, str]) -> Layout:
    """Return the layout that one heading row, or two, describe; the lower row names its columns more exactly."""
    headings: dict[int, str] = {}
    for _number, cells in rows:
        headings |= {index: str(cell).strip() for index, cell in enumerate(cells) if fold(cell)}
    words = frozenset(fold(cell) for _number, cells in rows for cell in cells if fold(cell))
    layout = Layout(sheet, tuple(number for number, _cells in rows), {}, number_repeats(headings), words=words)
    ranks: dict[str, int] = {}
    for index, heading in sorted(layout.headings.items()):
        known = find_key(heading, mapping)
        if known is None:
            layout.unknown.append(index)
        elif (key := known[0]) != IGNORE:
            claim(layout, ranks, key, known[1], index)
    layout.unknown.sort()
    return layout


def number_repeats(headings: Mapping[int, str]) -> dict[int, str]:
    """Return the headings, the second of the same words as 电话（2）, so that the user can tell one from the other."""
    seen: dict[str, int] = {}
    numbered = {}
    for index, heading in sorted(headings.items()):
        seen[fold(heading)] = times = seen.get(fold(heading), 0) + 1
        numbered[index] = heading if times == 1 else f"{heading}（{times}）"
    return numbered


def claim(layout: Layout, ranks: dict[str, int], key: str, rank: int, index: int) -> None:
    """Give the column to the key unless a better heading has it; the loser is unknown, a tie is for the user."""
    held = layout.columns.get(key)
    if held is None or rank < ranks[key]:
        if held is not None:
            layout.unknown.append(held)
        layout.columns[key], ranks[key] = index, rank
        return
    layout.unknown.append(index)
    if rank == ranks[key] and key not in layout.repeated:
        layout.repeated.append(key)
