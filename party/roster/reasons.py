"""The words for why a roster, or one of its rows, is refused or remarked on. "%(detail)s" never names a person."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.reasons import CELL_REASONS, CELL_REMARKS
from imports.formats import FileRefused
from imports.people import name_place
from imports.reasons import FILE_REASONS, ROW_REASONS, describe
from imports.staging import column_letter

REFUSE, REMARK = "refuse", "remark"

REASONS = {
    **CELL_REASONS,
    **CELL_REMARKS,
    "row_hidden": ROW_REASONS["row_hidden"],
    "standing_unknown": gettext_lazy("党员身份应填“正式党员”或“预备党员”"),
    "exemption_unknown": gettext_lazy("免修请填下载的表里列出的原因，不免修的留空"),
    "number_missing": gettext_lazy("身份证号和手机号都没有，认不出是谁，请补上身份证号"),
    "not_registered": gettext_lazy("底册里没有这个人，请先导入居民"),
    "several_registered": gettext_lazy("底册里有几个人同名同手机号，请补上身份证号"),
    "other_name": ROW_REASONS["other_name"],
    "died": gettext_lazy("底册登记此人已去世，请核对"),
    "repeated": gettext_lazy("与%(detail)s是同一个人，请只留一行"),
    "branch_missing": gettext_lazy("党支部为空，请填写党支部，或上传时选定一个党支部"),
    "branch_unknown": gettext_lazy("没有叫“%(detail)s”的党支部，或不归您登记，请核对名称"),
    "branch_ambiguous": gettext_lazy("几个社区都有“%(detail)s”，请加一列“社区”，或按党支部分开上传"),
    "branch_other": gettext_lazy("这一行写的是“%(detail)s”，上传时选的是另一个党支部，请核对"),
    "group_unknown": gettext_lazy("没有叫“%(detail)s”的党小组；这个党支部有：%(offered)s。请改正名称"),
    "group_none": gettext_lazy("这个党支部还没有党小组，请先建立“%(detail)s”，或把这一格留空"),
    "in_other_branch": gettext_lazy("此人已在其他单位登记组织关系，请先由对方办理转出"),
    "spell_before": gettext_lazy("此人上一段组织关系到 %(detail)s 才结束，转入日期请填这一天或以后"),
    "spell_elsewhere": gettext_lazy("转入日期那天，此人还在其他单位登记组织关系，请核对日期"),
    "day_ahead": gettext_lazy("日期在将来，请核对"),
    "day_before_founding": gettext_lazy("日期早于 1921 年 7 月 23 日，请核对"),
    "day_before_adult": gettext_lazy("那天还不满 18 岁，请核对日期和底册上的出生日期"),
    "no_adult": gettext_lazy("此人在支部的第一天还不满 18 岁，不能登记为党员，请核对"),
    "joined_after_full": gettext_lazy("转正日期不能早于入党日期"),
    "probationary_full": gettext_lazy("预备党员还没有转正日期；已经转正的，请写“正式党员”"),
    "was_full": gettext_lazy("册上已是正式党员，这里写的是预备党员，请核对"),
    "before_founding": gettext_lazy("转入日期早于党支部成立，按成立日期 %(detail)s 登记"),
    "since_kept": gettext_lazy("转入日期和册上的不一样，没有改；要改请由书记在党员页面办理"),
    "exemption_kept": gettext_lazy("册上已经免修，原因不一样，没有改"),
}


def say(code: str, detail: str = "", offered: str = "") -> str:
    """Return the words for what is said about a row."""
    return str(REASONS[code]) % {"detail": detail, "offered": offered}


def describe_refusal(refusal: FileRefused) -> str:
    """Return why the whole file was refused, with the place where there is one."""
    words = {
        "no_roster": _("表里没有找到名册。表头要有“姓名”，还要有“身份证号”或“手机号”；可以下载空表来填。"),
        "column_twice": _("有两列都是“%(detail)s”，请只留一列。") % {"detail": refusal.detail},
        "too_slow": _("这份名册读得太慢，已停止。请新建一个工作簿，只粘贴名册后再上传。"),
        "too_many_rows": _("名册超过 %(most)s 行，请按党支部分开上传。") % {"most": settings.ROSTER_MAX_ROWS},
        "too_large": _("文件超过 %(detail)s MB，请按党支部分开上传。") % {"detail": refusal.detail},
    }
    known = refusal.code if refusal.code in FILE_REASONS else "unreadable"
    text = words.get(refusal.code) or describe(known, refusal.detail)
    if not refusal.row:
        return text
    column = column_letter(refusal.column) if refusal.column is not None else ""
    place = name_place(refusal.sheet, refusal.row, column)
    return _("%(place)s：%(reason)s") % {"place": place, "reason": text}
