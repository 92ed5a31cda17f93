"""Indicators of what was held: answered from activity cells, or by tallies where cells do not hold what decides."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Category, Theme
from indicators.catalogue.words import ACTIVITIES, ALL_HELD, IN_PERIOD, NO_VISITS
from indicators.held import CategoryShare, Diversity, HeadsMeasure, HeldMeasure
from indicators.indicator import Indicator, Pace, Thing, Unit, declare
from indicators.models import AreaLevel
from indicators.tallies import GroupedTallies, SqlTally, TallyMeasure, tally

# Catalogue rows of the first migrations; whoever renames them there takes them out of these figures.
FESTIVAL = Q(theme_id__in=Theme.objects.filter(name="我们的节日").values("pk")) | Q(kind__name="节日活动")
CURRENT_AFFAIRS = Q(kind__name="时政宣讲")


def held_tally(id: str, counted: str) -> TallyMeasure:
    """Return the measure of activities for which the SQL condition `counted` on the activity `a` holds, by all held.

    `offset 0` keeps PostgreSQL from asking the condition again for each period.
    """
    query = f"""
        select f.community_id, null::bigint, p.code, f.id, f.counted
        from (
            select a.community_id, a.id, a.held_on, {counted} as counted
            from activities_activity a join activities_activitykind k on k.id = a.kind_id
            where a.community_id = any(%(communities)s) and a.status = 'held' and k.category <> 'visit'
              and a.held_on >= (select min(starts) from period) and a.held_on < (select max(ends) from period)
              and a.held_on <= %(today)s
            offset 0
        ) f join period p on f.held_on >= p.starts and f.held_on < p.ends
    """
    return tally(id, SqlTally(query, Activity, AreaLevel.COMMUNITY), Thing.ACTIVITY)


def somebody_aged(lowest: int, highest: int | None) -> str:
    """Return the condition that a resident of the community, of this age on the day, took part in the activity `a`."""
    above = f"and r.birth_date > a.held_on - interval '{highest + 1:d} years'" if highest is not None else ""
    return f"""exists (
        select from activities_participation t join grids_resident r on r.id = t.resident_id
        join grids_residence s on s.resident_id = r.id join grids_grid g on g.id = s.grid_id
        where t.activity_id = a.id and g.community_id = a.community_id
          and s.since <= a.held_on and (s.until is null or s.until > a.held_on)
          and r.birth_date <= a.held_on - interval '{lowest:d} years' {above}
    )"""


REPEATED = """exists (
    select from activities_activity b
    where b.community_id = a.community_id and b.kind_id = a.kind_id and b.theme_id = a.theme_id and b.id <> a.id
      and b.status = 'held' and b.held_on between a.held_on - 90 and a.held_on + 90 and b.held_on <= %(today)s
)"""
FOR_A_GROUP = "exists (select from activities_activity_target_groups t where t.activity_id = a.id)"
RATED = "exists (select from activities_feedback f where f.activity_id = a.id and f.shown_raters > 0)"

# Entered before its time: planned. It is due once its day has come; one still planned the day after is overdue.
PLANS_DUE = """
    select a.community_id, null::bigint, p.code, a.id, a.status = 'held'
    from period p join activities_activity a on a.held_on >= p.starts and a.held_on < p.ends
    join activities_activitykind k on k.id = a.kind_id
    where a.community_id = any(%(communities)s) and k.category <> 'visit' and a.recorded_at < a.starts_at
      and case when a.status in ('held', 'cancelled') then a.held_on <= %(today)s else a.held_on < %(today)s end
"""

declare(
    Indicator(
        "S0-35",
        name=_("活动类型构成"),
        name_en="Activity mix",
        numerator=_("其中该类别的活动场次"),
        denominator=ALL_HELD,
        source=_("调研报告 000：“以文化娱乐活动为主”"),
        measure=CategoryShare(Category.CULTURE),
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        more_is_better=None,
        notes=(_("先看文化娱乐；其他类别在“类别”里选。一场活动只有一个类别，各类别相加为 100%。"), NO_VISITS),
    ),
    Indicator(
        "S0-36",
        name=_("线上活动占比"),
        name_en="Online or hybrid activity share",
        numerator=_("本期以线上或线上线下结合方式举办的活动场次"),
        denominator=ALL_HELD,
        source=_("调研报告 000：“活动载体仍以传统的、线下的形式为主”"),
        measure=HeldMeasure(~Q(mode=Activity.Mode.IN_PERSON)),
        reference=IN_PERIOD,
        topic=ACTIVITIES,
    ),
    Indicator(
        "S0-37",
        name=_("活动类型多样性"),
        name_en="Diversity of activity kinds",
        numerator=_("场次的平方减去各类型场次的平方和（N² − Σn²）"),
        denominator=_("场次的平方（N²）；不足 10 场不计算"),
        source=_("调研报告 000：“载体方法还比较单一”；辛普森指数 1 − Σp²"),
        measure=Diversity(),
        unit=Unit.INDEX,
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        notes=(_("0 表示全是同一类型；越接近 1，类型越多、越均匀。"),),
    ),
    Indicator(
        "S0-39",
        name=_("自选活动占比"),
        name_en="Self-initiated activity share",
        numerator=_("本期由社区自选或居民提出的活动场次"),
        denominator=ALL_HELD,
        source=_("调研报告 000：“规定行动多，自选动作少”"),
        measure=HeldMeasure(~Q(origin=Activity.Origin.ASSIGNED)),
        reference=IN_PERIOD,
        topic=ACTIVITIES,
    ),
    Indicator(
        "S0-40",
        name=_("有效反馈活动占比"),
        name_en="Activities with participants' feedback",
        numerator=_("其中至少有 5 位参加者评价的活动场次"),
        denominator=ALL_HELD,
        source=_("调研报告 000：“‘留痕’的多，‘留心’的不多”"),
        measure=held_tally("S0-40", RATED),
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        notes=(_("报告里的口径是 3 位；为了不让人认出是谁评的，满 5 位才公布，所以这里从 5 位算起。"),),
    ),
    Indicator(
        "S0-45",
        name=_("分众活动占比"),
        name_en="Group-targeted activity share",
        numerator=_("其中写明面向人群的活动场次"),
        denominator=ALL_HELD,
        source=_("调研报告 000：“针对不同群体的思想政治工作探索也比较弱”"),
        measure=held_tally("S0-45", FOR_A_GROUP),
        reference=IN_PERIOD,
        topic=ACTIVITIES,
    ),
    Indicator(
        "S0-47",
        name=_("时政宣讲场次"),
        name_en="Current-affairs talks held",
        numerator=_("本期已举办的类型为“时政宣讲”的活动场次"),
        denominator=ALL_HELD,
        source=_("调研报告 000：“组织‘时政宣讲’上百场”"),
        measure=HeldMeasure(CURRENT_AFFAIRS),
        unit=Unit.ACTIVITIES,
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        pace=Pace.GROWING,
    ),
    Indicator(
        "S2-076",
        name=_("活动重复率"),
        name_en="Activity repetition",
        numerator=_("其中前后 90 天内本社区还办过同类型、同主题活动的场次"),
        denominator=ALL_HELD,
        source=_("调研报告 002：“内容单调、重复度过高”"),
        measure=held_tally("S2-076", REPEATED),
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        more_is_better=False,
        notes=(_("没有填主题的活动无法比较，不算重复。每周一次的系列活动会算作重复。"),),
    ),
    Indicator(
        "S4-25",
        name=_("节庆活动场次"),
        name_en="Festival activities",
        numerator=_("本期主题为“我们的节日”或类型为“节日活动”的活动场次"),
        denominator=ALL_HELD,
        source=_("调研报告 004：“要利用‘我們的節日’等慶祝活動”"),
        measure=HeldMeasure(FESTIVAL),
        unit=Unit.ACTIVITIES,
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        pace=Pace.GROWING,
    ),
    Indicator(
        "S4-25-P",
        name=_("节庆活动人次"),
        name_en="Attendance at festival activities",
        numerator=_("其中主题为“我们的节日”或类型为“节日活动”的人次"),
        denominator=_("本期活动的全部人次（登记姓名的与只记人数的；走访另计）"),
        source=_("调研报告 004：“要利用‘我們的節日’等慶祝活動”"),
        measure=HeadsMeasure(FESTIVAL),
        unit=Unit.CONTACTS,
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        pace=Pace.GROWING,
    ),
    Indicator(
        "S4-32",
        name=_("四年龄段活动覆盖"),
        name_en="Activities by age band of participants",
        numerator=_("其中至少有一名该年龄段本社区居民参加（登记姓名）的活动场次"),
        denominator=ALL_HELD,
        source=_("调研报告 004：“積極興建適合老、中、青、少各類人羣需要”"),
        measure=GroupedTallies(
            (
                ("old", _("老（60 岁及以上）"), held_tally("S4-32", somebody_aged(60, None))),
                ("middle", _("中（36–59 岁）"), held_tally("S4-32-M", somebody_aged(36, 59))),
                ("young", _("青（18–35 岁）"), held_tally("S4-32-Y", somebody_aged(18, 35))),
                ("minor", _("少（6–17 岁）"), held_tally("S4-32-C", somebody_aged(6, 17))),
            )
        ),
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        notes=(_("年龄按活动当天算。一场活动可以同时算进几个年龄段，不能相加。"),),
    ),
    Indicator(
        "S4-33",
        name=_("活动计划完成率"),
        name_en="Activity plan completion",
        numerator=_("其中已举办的场次"),
        denominator=_("事先排好、时间落在本期并已到期的活动场次（已举办、已撤销和过了当天还没有填报的）"),
        source=_("调研报告 004：“有計劃、有目的地舉辦講座等活動”"),
        measure=tally("S4-33", SqlTally(PLANS_DUE, Activity, AreaLevel.COMMUNITY), Thing.ACTIVITY),
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        notes=(_("开始之前录入的才算事先排好；事后补记的活动不算。"),),
    ),
    Indicator(
        "R-08",
        name=_("活动人次"),
        name_en="Attendance",
        numerator=_("本期活动的全部人次（登记姓名的与只记人数的；走访另计）"),
        denominator=_("同分子"),
        source=_("计数规则第 4、5 条：只记人数的和非本社区的参加者只进人次"),
        measure=HeadsMeasure(),
        unit=Unit.CONTACTS,
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        pace=Pace.GROWING,
        more_is_better=None,
    ),
    Indicator(
        "R-04",
        name=_("实名率"),
        name_en="Identification rate",
        numerator=_("本期活动中登记了姓名的人次（含不是本社区居民的参加者；走访另计）"),
        denominator=_("本期活动的全部人次（登记姓名的与只记人数的；走访另计）"),
        source=_("计数规则第 4 条：实名率低于 80% 时，触达数只是下限"),
        measure=HeadsMeasure(named=True),
        reference=IN_PERIOD,
        topic=ACTIVITIES,
        warns_when_low=True,
    ),
)
