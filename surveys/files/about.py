"""What a file of answers says about itself: who made it, what it holds, and what was left out and why."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from surveys.files.rows import GROUP, Plan
from surveys.models import Wave


def list_facts(plan: Plan, wave: Wave, *, purpose: str, by: User) -> list[tuple[str, str]]:
    """Return (heading, text) about a file of answers."""
    survey = wave.version.survey
    return [
        (_("调查"), _("%(title)s（第 %(number)s 版问卷）") % {"title": survey.title, "number": wave.version.number}),
        (_("轮次"), _("%(name)s，%(first)s 至 %(last)s") % ({"name": wave.name} | tell_days(wave))),
        (_("答卷数"), str(plan.n)),
        (_("署名方式"), wave.get_mode_display()),
        (_("导出人"), _("%(name)s（%(username)s）") % {"name": by.name, "username": by.username}),
        (_("导出时间"), f"{timezone.localtime():%Y-%m-%d %H:%M}"),
        (_("用途"), purpose),
        *list_rules(plan, wave),
    ]


def tell_days(wave: Wave) -> dict[str, str]:
    """Return the first and the last day of a wave."""
    return {"first": wave.opens_on.isoformat(), "last": wave.last_day.isoformat()}


def list_rules(plan: Plan, wave: Wave) -> list[tuple[str, str]]:
    """Return (heading, text) about what was left out."""
    numbers = {"k": wave.k, "least": GROUP * wave.k, "blanked": plan.blanked}
    rules = [
        (_("行的顺序"), _("每次导出都重新打乱，不含编号、日期和作答时间。")),
        (
            _("背景问题"),
            _("合在一起不足 %(k)s 份相同的，空出其中几项（局部隐匿），直到每种组合都有 %(k)s 份以上。"),
        ),
        (_("答得一样"), _("同一组合不足 %(least)s 份而某题答案全都相同的，空出该题。")),
        (_("空出的格数"), _("%(blanked)s 格。因此而能推知的后续问题也一并空出。空格也可能是没有作答。")),
        (_("选项和数字"), _("与结果页一样分类：人少的选项合在一起，数字按大小分段。排序题只写排在第一位的。")),
        (_("没有放进来的"), _("社区、抽样层、文字回答、日期和加权权数：它们可能让人认出是谁写的。")),
        (_("在哪里看"), _("分社区的结果在“全部结果（Excel）”里，文字回答在结果页上。")),
    ]
    rules = [(heading, text % numbers) for heading, text in rules]
    # What people named their questions may hold a percent sign: nothing is filled in there.
    rules += [(_("没有放进来的题"), name) for name in plan.left_out]
    rules += [(_("没有放进来的选项"), name) for name in plan.hidden]
    if plan.left_out or plan.hidden:
        rules.append((_("为什么没有"), _("结果页上不显示，或会透露不显示的回答。")))
    rules.append((_("怎样保管"), _("这份文件看得出同一个人的各题怎样搭配：请像个人信息一样保管，用完删除。")))
    rules.append((_("使用须知"), _("只用于上面的用途。不要与其他名单拼接，不要试图认出个人。")))
    return rules
