"""Indicators of volunteers: how many are registered, how many serve, and for how long."""

from django.utils.translation import gettext_lazy as _

from grids.models import Resident
from indicators.catalogue.words import LAST_DAY, VOLUNTEERS
from indicators.counting import volunteers
from indicators.indicator import Indicator, Pace, Thing, Unit, declare
from indicators.models import AreaLevel
from indicators.tallies import SqlTally, TallyMeasure, tally
from volunteers.models import ServiceRecord, Volunteer

COMMUNITY = AreaLevel.COMMUNITY

REGISTERED = _("基准日在册的志愿者人数")
LEFT_OUT = _("基准日已退出的志愿者，分子分母都不算；暂停的算在册。")
CONFIRMED = _("只算已由另一位同事确认、没有撤回的服务记录。")
ONCE = _("同一个人同一分钟只算一次，时段重叠不重复计；跨零点、跨月的按各自的分钟归入。")
MINUTES = _("分子和分母以分钟计。")

served = tally("S1-09", SqlTally(volunteers.WHO_SERVED, Volunteer, COMMUNITY, volunteers.SERVICE), Thing.VOLUNTEER)


def of_minutes(id: str, sums: str) -> TallyMeasure:
    """Register a tally of minutes, which have no rows of their own."""
    return tally(id, SqlTally("", ServiceRecord, COMMUNITY, volunteers.HOURS, sums), None)


declare(
    Indicator(
        "S1-07",
        name=_("注册志愿者数"),
        name_en="Registered volunteers",
        numerator=REGISTERED,
        denominator=REGISTERED,
        source=_("调研报告 001：“招募志愿者545名”"),
        measure=tally(
            "S1-07",
            SqlTally(volunteers.REGISTERED_VOLUNTEERS, Volunteer, COMMUNITY, volunteers.REGISTERED_ONES),
            Thing.VOLUNTEER,
        ),
        unit=Unit.PERSONS,
        reference=LAST_DAY,
        topic=VOLUNTEERS,
        periods=("month", "year"),
        notes=(_("外来的志愿者也算；算在受理注册的社区。"), LEFT_OUT),
    ),
    Indicator(
        "S1-09",
        name=_("志愿服务参与人数"),
        name_en="Volunteers who served",
        numerator=_("其中本期有服务记录的人数"),
        denominator=REGISTERED,
        source=_("调研报告 001：“志愿服务人员达1800人”"),
        measure=served,
        unit=Unit.PERSONS,
        reference=LAST_DAY,
        topic=VOLUNTEERS,
        periods=("year",),
        pace=Pace.GROWING,
        notes=(CONFIRMED, LEFT_OUT),
    ),
    Indicator(
        "R-71",
        name=_("志愿者活跃率"),
        name_en="Active volunteers",
        numerator=_("其中本期有服务记录的人数"),
        denominator=REGISTERED,
        source=_("调研报告 001：“志愿服务人员达1800人”；与志愿服务参与人数（S1-09）同看"),
        measure=served,
        reference=LAST_DAY,
        topic=VOLUNTEERS,
        periods=("year",),
        pace=Pace.REACHING,
        notes=(CONFIRMED, LEFT_OUT),
    ),
    Indicator(
        "S2-059",
        name=_("定期服务志愿者数"),
        name_en="Regularly active volunteers",
        numerator=_("到基准日为止的六个月（含当月）里，至少三个月有服务的人数"),
        denominator=REGISTERED,
        source=_("调研报告 002：“有X多人定期开展社区义诊、家电维修、法律服务等志愿活动”"),
        measure=tally(
            "S2-059",
            SqlTally(volunteers.WHO_SERVES_REGULARLY, Volunteer, COMMUNITY, volunteers.SERVICE),
            Thing.VOLUNTEER,
        ),
        unit=Unit.PERSONS,
        reference=LAST_DAY,
        topic=VOLUNTEERS,
        notes=(CONFIRMED, LEFT_OUT),
    ),
    Indicator(
        "S4-30",
        name=_("志愿者注册率"),
        name_en="Volunteer registration rate",
        numerator=_("其中基准日在册的志愿者人数，不论在哪个社区注册"),
        denominator=_("基准日在册并居住在该区域的 16 岁及以上居民人数"),
        source=_("调研报告 004：“越来越多的市民已经加入了志愿服务队伍”"),
        measure=tally(
            "S4-30",
            SqlTally(volunteers.VOLUNTEERS_AMONG_RESIDENTS, Resident, parts=volunteers.GROWN_UP),
            Thing.PERSON,
        ),
        reference=LAST_DAY,
        topic=VOLUNTEERS,
        periods=("quarter", "year"),
        notes=(_("外来的志愿者不在底册，不计入。"),),
    ),
    Indicator(
        "R-70",
        name=_("志愿服务时长"),
        name_en="Hours of voluntary service",
        numerator=_("本期到基准日为止的服务时长"),
        denominator=_("同分子"),
        source=_("调研报告 001：“引导志愿服务向……特殊领域”；与重点领域志愿时长占比（S1-52）同看"),
        measure=of_minutes("R-70", volunteers.ALL_MINUTES),
        unit=Unit.HOURS,
        reference=_("按服务的时刻归入本期"),
        topic=VOLUNTEERS,
        pace=Pace.GROWING,
        notes=(MINUTES, ONCE, CONFIRMED, _("后来退出的志愿者做过的服务照样算。")),
    ),
    Indicator(
        "S1-52",
        name=_("重点领域志愿时长占比"),
        name_en="Volunteer hours for priority fields",
        numerator=_("其中优先领域的服务时长"),
        denominator=_("本期到基准日为止的全部服务时长"),
        source=_("调研报告 001：“引导志愿服务向居家社区养老、婴幼儿照护等特殊领域”"),
        measure=of_minutes("S1-52", volunteers.PRIORITY_MINUTES),
        reference=_("按服务的时刻归入本期"),
        topic=VOLUNTEERS,
        periods=("quarter",),
        notes=(_("哪些是优先领域，看服务领域名单现在的设置。"), MINUTES, ONCE, CONFIRMED),
    ),
)
