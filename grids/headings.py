"""Recognising the heading row of a resident workbook, and refusing columns that the portal must never hold."""

import re
from dataclasses import dataclass

from grids.sheets import FileRefused

HEADING_SEARCH_ROWS = 20  # title rows and remarks above the heading are rarely more than five


@dataclass(frozen=True)
class Column:
    """A column the import understands: its key, the heading of our template, and what others call it."""

    key: str
    heading: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


COLUMNS = (
    Column("name", "姓名", ("名字", "居民姓名"), required=True),
    Column(
        "id_number",
        "身份证号",
        ("身份证号码", "公民身份号码", "证件号码", "身份证", "身份證號", "身份證號碼"),
        required=True,
    ),
    Column("sex", "性别", ("性別",)),
    Column("birth_date", "出生日期", ("出生年月日", "生日")),
    Column(
        "phone",
        "手机号",
        ("手机", "手机号码", "联系电话", "电话", "联系方式", "手機", "聯繫電話", "聯絡電話"),
    ),
    Column("community", "社区", ("所属社区", "社区名称", "社區", "所屬社區")),
    Column("grid", "网格", ("所属网格", "网格名称", "网格编号", "网格编码", "網格", "所屬網格"), required=True),
    Column("building", "楼栋", ("楼号", "楼栋号", "幢", "栋", "樓棟", "樓號")),
    Column("unit", "单元", ("单元号", "單元")),
    Column("room", "房号", ("室", "房间号", "门牌号", "房號")),
    Column("groups", "人群类别", ("人群", "服务人群", "人员类别", "人群類別")),
    Column("since", "入住日期", ("居住起始日期", "迁入日期", "入住時間", "入住时间")),
)
KEYS_BY_HEADING = {heading: column.key for column in COLUMNS for heading in (column.heading, *column.synonyms)}

# left-out.md. Whole headings are compared after the affixes below are taken off, so that 计生 does not hit 设计生.
FORBIDDEN_TERMS = (
    *(
        "上访",
        "信访",
        "上訪",
        "刑满释放",
        "刑滿釋放",
        "刑释",
        "两劳",
        "两劳回归",
        "两劳释放",
        "两牢",
        "兩勞",
        "社区矫正",
        "矫正",
    ),
    *(
        "吸毒",
        "涉毒",
        "戒毒",
        "精神障碍",
        "精神障礙",
        "精神病",
        "精神病史",
        "肇事肇祸",
        "易肇事肇祸",
        "重点",
        "重點",
    ),
    *(
        "重点管控",
        "管控",
        "思想",
        "思想动态",
        "思想動態",
        "思想状况",
        "思想表现",
        "思想倾向",
        "政治倾向",
        "政治表现",
    ),
    *(
        "稳控",
        "穩控",
        "维稳",
        "維穩",
        "涉稳",
        "信仰",
        "宗教",
        "宗教信仰",
        "邪教",
        "计生",
        "計生",
        "计划生育",
        "生育",
        "节育",
        "超生",
    ),
    *(
        "舆情",
        "黑名单",
        "失信",
        "失德",
        "信用分",
        "信用评分",
        "道德评分",
        "诚信分",
        "积分评级",
        "风险等级",
        "前科",
        "犯罪",
    ),
)
AFFIXES = re.compile(
    r"^(是否|有无|曾经|曾|有|原|严重|嚴重|易)*(?P<core>.+?)"
    r"(人员|人員|对象|对象等级|群体|人群|户|戶|者|史|情况|情況|次数|记录|記錄|类型|等级|标记|标签|信息|备注|名单|评价|分)*$"
)
NOISE = re.compile(r"[\s\u3000*＊:：（）()\[\]【】_\-—、/.。？?]+")


def normalise_heading(text: object) -> str:
    """Return the heading without white space, line breaks, punctuation, and remarks' brackets."""
    return NOISE.sub("", str(text or ""))


def find_forbidden_term(text: object) -> str | None:
    """Return the term of FORBIDDEN_TERMS that the heading (or group name) is about, or None."""
    plain = normalise_heading(text)
    if plain in FORBIDDEN_TERMS:
        return plain
    match = AFFIXES.match(plain)
    core = match["core"] if match else ""
    return core if core in FORBIDDEN_TERMS else None


@dataclass(frozen=True)
class Layout:
    """Where the columns of a sheet are: key -> index, the heading row's number, and the headings not understood."""

    heading_row: int
    columns: dict[str, int]
    headings: dict[str, str]
    ignored: list[str]


def find_layout(rows: list[list[object]]) -> Layout | None:
    """Return the layout of a sheet from its first rows, or None where no row looks like a heading.

    Raises FileRefused for a forbidden heading (before anything else is read), a repeated or a missing column.
    """
    for number, row in enumerate(rows, start=1):
        if count_known(row) >= 2:
            return read_layout(number, row)
    return None


def count_known(row: list[object]) -> int:
    """Return how many cells of the row are known headings."""
    return sum(normalise_heading(cell) in KEYS_BY_HEADING for cell in row)


def read_layout(number: int, row: list[object]) -> Layout:
    """Return the layout that this heading row describes; see find_layout for what it refuses."""
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    ignored = []
    for index, cell in enumerate(row):
        text = normalise_heading(cell)
        if not text:
            continue
        if find_forbidden_term(text):
            raise FileRefused("column_forbidden", text, row=number, column=index)
        key = KEYS_BY_HEADING.get(text)
        if key is None:
            ignored.append(str(cell).strip())
        elif key in columns:
            raise FileRefused("column_repeated", text, row=number, column=index)
        else:
            columns[key], headings[key] = index, text
    missing = [column.heading for column in COLUMNS if column.required and column.key not in columns]
    if missing:
        raise FileRefused("columns_missing", "、".join(missing), row=number)
    return Layout(number, columns, headings, ignored)
