"""Indicators of how complete and how prompt the register and the records are."""

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from grids.models import Household
from indicators.catalogue.words import IN_PERIOD, LAST_DAY, QUALITY
from indicators.counting import entries, homes
from indicators.indicator import Indicator, Thing, declare
from indicators.models import AreaLevel
from indicators.tallies import SqlTally, tally

declare(
    Indicator(
        "S4-03",
        name=_("住户信息完整率"),
        name_en="Household profile completeness",
        numerator=_("信息完整的户数：每人有性别和身份证号，至少一位成年人有手机号"),
        denominator=_("现在有人居住、已登记门牌的户数"),
        source=_("调研报告 004：“各片要摸清住户的基本情况”"),
        measure=tally("S4-03", SqlTally(homes.COMPLETE_HOMES, Household, parts=(homes.STAY,)), Thing.HOUSEHOLD),
        reference=LAST_DAY,
        topic=QUALITY,
        notes=(_("底册不记完整情况的历史，只有还没结束的时段有数。"),),
    ),
    Indicator(
        "R-23",
        name=_("活动填报及时率"),
        name_en="Activities reported on time",
        numerator=format_lazy(_("举办后 {days} 天内填报的活动场次"), days=settings.ACTIVITY_REPORT_DAYS),
        denominator=format_lazy(
            _("本期应填报的活动场次：已填报的，和超过 {days} 天还没填报的（走访另计，已撤销的不计）"),
            days=settings.ACTIVITY_REPORT_DAYS,
        ),
        source=_("计数规则第 10 条：按期 ÷（已办＋超期未办）"),
        measure=tally("R-23", SqlTally(entries.REPORTS, Activity, AreaLevel.COMMUNITY), Thing.ACTIVITY),
        reference=IN_PERIOD,
        topic=QUALITY,
    ),
    Indicator(
        "R-24",
        name=_("跨月补录占比"),
        name_en="Entries after the month",
        numerator=_("本期活动和走访中到下个月或更晚才录入的场次"),
        denominator=_("本期已举办的活动和完成的走访场次"),
        source=_("计数规则第 12 条：月末以后补录，会改变已经看过的数字"),
        measure=tally("R-24", SqlTally(entries.LATE_ENTRIES, Activity, AreaLevel.COMMUNITY), Thing.ACTIVITY),
        reference=IN_PERIOD,
        topic=QUALITY,
        more_is_better=False,
    ),
)
