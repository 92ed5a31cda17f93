"""Headings of result workbooks: cleaned for comparing, and those whose columns are never taken."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.vocabulary import find_forbidden_term, fold
from imports.formats import FileRefused
from surveys.workbooks.cells import unify

NUMBER = re.compile(r"^\s*(?:Q|第)?\s*(\d{1,3})\s*题?\s*[、.．:：)）\s(（]\s*", re.IGNORECASE)
MARKS = re.compile(
    r"[\[【（(]\s*(?:单选|多选|填空|矩阵|量表|打分|评分|排序|必答|必填|选填|可多选|最多选\d+项)[^\]】）)]*[\]】）)]"
)

TIME = gettext_lazy("什么时候填的，能看出是谁填的")
DEVICE = gettext_lazy("从哪里、用什么填的，能看出是谁填的")
NAME = gettext_lazy("能看出是谁填的")
NUMBERED = gettext_lazy("编号能把答卷和人对上")
SCORE = gettext_lazy("是别的工具算出来的，不是居民的回答")
TRACES = (
    (r"用时|时长|时间戳|timestamp|submissiontime|duration|^(时间|日期|start|end|today|starttime|endtime)$", TIME),
    (r"(提交|开始|结束|答题|填写|完成|创建|修改|更新|作答|答卷|录入)(的)?(日期|时间|时刻)", TIME),
    (r"(created|updated|started|completed|submitted)(at|on|time|date)", TIME),
    (r"^ip|来自ip|ip地址|地理位置|定位|经纬度|纬度|经度|^gps|浏览器|设备|操作系统|useragent|deviceid", DEVICE),
    (r"来源|渠道|^source|referer|collector|省份|^城市$", DEVICE),
    (r"姓名|名字|称呼|昵称|微信|openid|头像|用户|账号|帐号|填写人|答题人|提交人|作答人|联系人|家属", NAME),
    (r"^(name|username|user|respondent|email|submittedby)$|邮箱|邮件地址|手机|电话|联系方式|^(phone|tel|mobile)", NAME),
    (r"身份证|证件号|住址|地址|门牌|房号|房间号|楼栋|楼号|单元号|车牌|出生年月|生日|^birth", NAME),
    (
        r"^(序号|编号|id|no|uuid|index|rootuuid|instanceid)$|答卷(id|号|编号)|学号|工号|卡号|答题码|formhubuuid",
        NUMBERED,
    ),
    (r"^(总分|得分|score|version|status|notes|tags|validationstatus)$", SCORE),
)


def compare_form(heading: str) -> str:
    """Return a heading as it is compared: without number, remarks on the kind, punctuation and case."""
    plain = MARKS.sub("", unify(heading))
    return fold(NUMBER.sub("", plain)).lower()


def numbered_form(heading: str) -> str:
    """Return a heading as it is compared where the number of the question takes the place of its words: 3(讲座)."""
    plain = unify(heading)
    match = NUMBER.match(plain)
    return f"{int(match[1])}|{fold(MARKS.sub('', plain[match.end() :])).lower()}" if match else ""


def find_trace(heading: str) -> str:
    """Return why the column of this heading is never taken; "" when it may be."""
    plain = compare_form(heading)
    return next((str(reason) for pattern, reason in TRACES if re.search(pattern, plain)), "")


def refuse_forbidden(heading: str, sheet: str, row: int, column: int) -> None:
    """Refuse the file when a heading names what the portal keeps nothing about."""
    if term := find_forbidden_term(NUMBER.sub("", heading)):
        raise FileRefused("column_forbidden", term, sheet=sheet, row=row, column=column)


def name_heading(heading: str) -> str:
    """Return a heading as pages show it."""
    return " ".join(heading.split())[:80] or _("（没有表头）")
