"""Indicators of what people answered in surveys, each by questions of the bank and the waves that asked them.

None has a target and none is called better or worse: whoever is judged by opinions will ask for the right ones.
"""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from indicators.catalogue.words import SURVEYS
from indicators.indicator import Indicator, Measure, Unit, declare
from indicators.periods import WAVE
from indicators.survey_shares import SurveyMean, SurveyShare

ANSWERED = _("回答了这道题的人数")
OF_SEVERAL = _("回答了这道题的人数（可多选：按人算，各项合计可以超过 100%）")
WAVE_DAYS = _("从开始日期到结束日期收到的答卷，按一轮调查计")
SAYS = _("调查问的是回答者自己的说法，不是台账记录。")
VALID = _("选“不清楚”也算回答了；跳过不答的不算。")
WORKERS = _("题目注明请社区工作者回答：凡问了这道题的调查都算，不另按身份筛选。只问社区工作者时，请单独建一个调查。")

SATISFIED = ("4", "5")
REGULARS = (
    ("S0-11", "retired", _("离退休人员"), "retirees"),
    ("S0-12", "party_member", _("居民党员"), "resident party members"),
    ("S0-13", "youth", _("青少年"), "children and youth"),
    ("S0-14", "hardship", _("特殊困难群体"), "groups in hardship"),
    ("S0-15", "migrant_worker", _("外来务工人员"), "migrant workers"),
    ("S0-16", "floating", _("流动人口"), "floating population"),
    ("S0-17", "laid_off", _("下岗职工"), "laid-off workers"),
    ("S0-18", "unemployed", _("无业人员"), "unemployed people"),
    ("S0-19", "relocated", _("拆迁户"), "relocated households"),
)
FACILITIES = (
    ("S0-03", "culture_room", _("文体活动室"), "a culture and sports room"),
    ("S0-04", "reading_room", _("图书阅览室"), "a reading room"),
    ("S0-05", "fitness", _("体育健身场所"), "a fitness venue"),
    ("S0-06", "science_corridor", _("科普宣传长廊"), "a science corridor"),
    ("S0-07", "notice_board", _("阅读宣传栏"), "a notice and reading board"),
)
PROBLEMS = (
    ("S0-26", "few_new_formats", _("新的活动载体少"), "few new formats", _("“载体创新不足”")),
    ("S0-27", "outdated_means", _("手段落后"), "outdated means", _("“手段落后”")),
    ("S0-28", "monotonous", _("形式单调"), "monotonous form", _("“形式单调”")),
    ("S0-29", "not_targeted", _("针对性不够"), "not targeted", _("“缺乏针对性”")),
    (
        "S0-30",
        "not_adapted",
        _("与本社区实际结合不够"),
        "not adapted to the community",
        _("“未与本社区具体情况相结合”"),
    ),
)
FORMATS = (
    ("S0-31", "culture", _("文化娱乐活动"), "culture and entertainment"),
    ("S0-32", "practice", _("社会实践活动"), "social practice"),
    ("S0-33", "lecture", _("专题讲座"), "lectures"),
    ("S0-34", "sports", _("体育健身活动"), "sports"),
)


def ask(
    id: str,
    name: str | Promise,
    name_en: str,
    numerator: str | Promise,
    source: str | Promise,
    measure: Measure,
    *,
    denominator: str | Promise = ANSWERED,
    unit: Unit = Unit.PERCENT,
    notes: Sequence[str | Promise] = (),
) -> None:
    """Declare an indicator of surveys."""
    declare(
        Indicator(
            id,
            name=name,
            name_en=name_en,
            numerator=numerator,
            denominator=denominator,
            source=source,
            measure=measure,
            unit=unit,
            reference=WAVE_DAYS,
            topic=SURVEYS,
            periods=(WAVE,),
            more_is_better=None,
            notes=(SAYS, *notes),
        )
    )


ask(
    "S0-01",
    _("工作者重要性认同率"),
    "Workers rating the work very important",
    _("认为当前做好社区宣传教育和服务工作“非常重要”的人数"),
    _("调研报告 000：“**.**%的社区工作者认为做好当前社区思政工作非常重要”"),
    SurveyShare("worker_importance", ("very_important",)),
    notes=(WORKERS,),
)
ask(
    "S0-02",
    _("认为需要专职人员的比例"),
    "Residents saying dedicated staff are very necessary",
    _("认为“非常有必要”配备专职人员的人数"),
    _("调研报告 000：“**.**%的居民认为非常有必要配备专职工作人员”"),
    SurveyShare("dedicated_staff", ("very_needed",)),
)
for id, code, label, label_en in FACILITIES:
    ask(
        id,
        format_lazy(_("设施知晓率：{label}"), label=label),
        f"Residents who know of {label_en}",
        format_lazy(_("知道本社区有{label}的人数"), label=label),
        format_lazy(_("调研报告 000：“{label}占比**.**%”"), label=label),
        SurveyShare("facilities", (code,)),
        denominator=OF_SEVERAL,
        notes=(VALID,),
    )
ask(
    "S0-09",
    _("居住环境好评率"),
    "Living environment rated good or very good",
    _("回答居住环境“较好”或“很好”的人数"),
    _("调研报告 000：“认为较好和很好占比达到**.**%”"),
    SurveyShare("living_environment", ("good", "very_good")),
)
ask(
    "S0-10",
    _("居民总体满意度（均分）"),
    "Overall satisfaction of residents, mean",
    _("给本社区打的分（1–5 分）之和"),
    _("调研报告 000：“社区居民群众的总体满意度较高”"),
    SurveyMean("overall"),
    unit=Unit.SCORE,
    notes=(_("打 4 分和 5 分的占比见“居民总体满意率”。分数档被合并时，均分不公布。"),),
)
ask(
    "R-60",
    _("居民总体满意率"),
    "Overall satisfaction of residents, top two",
    _("总体上“比较满意”或“很满意”（4 分或 5 分）的人数"),
    _("调研报告 000：“社区居民群众的总体满意度较高”；与均分（S0-10）同一道题"),
    SurveyShare("overall", SATISFIED),
)
for id, code, label, label_en in REGULARS:
    ask(
        id,
        format_lazy(_("经常性对象提及率：{label}"), label=label),
        f"Named as regular audience: {label_en}",
        format_lazy(_("认为社区的宣传教育活动经常面向{label}的人数"), label=label),
        format_lazy(_("调研报告 000：“经常性对象依次为……{label}(**.**%)”"), label=label),
        SurveyShare("regular_groups", (code,)),
        denominator=OF_SEVERAL,
        notes=(VALID,),
    )
ask(
    "S0-24",
    _("从未参加率（问卷）"),
    "Never-participated rate (survey)",
    _("回答“没有参加过”本社区组织的活动的人数"),
    _("调研报告 000：“占调查者总数**.**%的居民没有参加过”"),
    SurveyShare("taken_part", ("never",)),
)
for id, code, label, label_en, quote in PROBLEMS:
    ask(
        id,
        format_lazy(_("方式方法的问题：{label}"), label=label),
        f"Problem of methods named: {label_en}",
        format_lazy(_("选“{label}”的人数"), label=label),
        format_lazy(_("调研报告 000：{quote}"), quote=quote),
        SurveyShare("method_problems", (code,)),
        denominator=OF_SEVERAL,
        notes=(VALID,),
    )
for id, code, label, label_en in FORMATS:
    ask(
        id,
        format_lazy(_("活动形式提及率：{label}"), label=label),
        f"Format named: {label_en}",
        format_lazy(_("认为社区常用{label}这种形式的人数"), label=label),
        format_lazy(_("调研报告 000：“{label}占**.**%”"), label=label),
        SurveyShare("formats", (code,)),
        denominator=OF_SEVERAL,
        notes=(VALID,),
    )
ask(
    "S0-38",
    _("工作实效评价“一般”的比例"),
    "Effectiveness rated average",
    _("觉得宣传教育活动实际效果“一般”的人数"),
    _("调研报告 000：“**.**%的社区居民回答‘一般’”"),
    SurveyShare("effectiveness", ("average",)),
    notes=(_("只看“一般”会误导：请一并看这道题的全部分布。"),),
)
ask(
    "S1-44",
    _("社区治理满意率"),
    "Satisfaction with governance, top two",
    _("对社区治理“比较满意”或“很满意”（4 分或 5 分）的人数"),
    _("调研报告 001：“导致社区治理群众满意度不是很高”"),
    SurveyShare("governance", SATISFIED),
)
