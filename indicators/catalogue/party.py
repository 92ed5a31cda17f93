"""Indicators of party organisations: what was held, how many members came, what they took on and promised.

Numbers only: who was absent is for the secretary of the branch, and no list behind these figures opens here.
"""

from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from indicators.catalogue.words import IN_PERIOD, LAST_DAY, PARTY
from indicators.counting import party
from indicators.counting.party_slots import CoverageTally, MeetingSlotTally
from indicators.indicator import Indicator, Pace, Thing, declare
from indicators.models import AreaLevel
from indicators.tallies import GroupedTallies, SqlTally, Tally, TallyMeasure, tally
from party.models import THREE_MEETINGS, MeetingKind, Member, PledgeItem

COMMUNITY = AreaLevel.COMMUNITY

DUE = _("基准日组织关系在本区域党支部、当天不免修的党员人数")
ALL = _("基准日组织关系在本区域党支部的党员人数")
OF_BRANCH = _("党员算在党支部所在的社区，住在哪里都一样。")
ANYWHERE = _("在别的党组织参加的也算；补课算在补课那天所在的时期。")
IN_PERSON = _("在别的党组织参加的也算；请假、补课不算到会。")
NO_NAMES = _("只有数字，没有名单：缺席的党员只有本支部书记看得到。")


def of_members(id: str, query: str) -> TallyMeasure:
    """Register a tally of members."""
    return tally(id, SqlTally(query, Member, COMMUNITY, party.ATTENDANCE), Thing.MEMBER)


def of_slots(suffix: str, *kinds: MeetingKind) -> TallyMeasure:
    """Register a tally of the slots of some meetings."""
    slots: Tally = MeetingSlotTally(kinds)
    return tally(f"S2-087{suffix}", slots, None)


KINDS_OF_SLOTS = (
    ("", _("三会一课"), of_slots("", *THREE_MEETINGS)),
    *((str(kind.value), kind.label, of_slots(f"-{n}", kind)) for n, kind in enumerate(THREE_MEETINGS, start=1)),
)

declare(
    Indicator(
        "S2-087",
        name=_("三会一课按期召开率"),
        name_en="Three-meetings-one-lecture held on schedule",
        numerator=_("本期在时段内就开了的次数，补开的不算"),
        denominator=_("本期应开的次数：各党组织的规则所定，免开的和还没到期的不计"),
        source=_("调研报告 002：“严格落实好‘三会一课’制度”"),
        measure=GroupedTallies(KINDS_OF_SLOTS),
        reference=_("按时段的最后一天归入本期"),
        topic=PARTY,
        periods=("month", "quarter"),
        notes=(_("主题党日不在三会一课之内，另看社区党日参与率（S4-24）。"),),
    ),
    Indicator(
        "S2-088",
        name=_("三会一课党员覆盖率"),
        name_en="Members covered by the three meetings and the lecture",
        numerator=_("本期应开的每一类会议都至少到会或补课一次的党员人数"),
        denominator=_("基准日不免修、本期有会应到的党员人数"),
        source=_("调研报告 002：“确保人员全覆盖”"),
        measure=tally("S2-088", CoverageTally(), Thing.MEMBER),
        reference=LAST_DAY,
        topic=PARTY,
        periods=("quarter",),
        pace=Pace.REACHING,
        notes=(
            _("看党员基准日所在的支部、党小组和任职的支委会本期有哪几类会应开；免开的不算。"),
            ANYWHERE,
            OF_BRANCH,
            NO_NAMES,
        ),
    ),
    Indicator(
        "S2-108",
        name=_("党员教育覆盖率"),
        name_en="Party-education coverage",
        numerator=_("本期参加过党课或主题党日、或补过课的党员人数"),
        denominator=DUE,
        source=_("调研报告 002：“导致党员教育覆盖率仅90%”"),
        measure=of_members("S2-108", party.EDUCATED),
        reference=LAST_DAY,
        topic=PARTY,
        periods=("quarter", "year"),
        pace=Pace.REACHING,
        notes=(ANYWHERE, OF_BRANCH, NO_NAMES),
    ),
    Indicator(
        "S2-109",
        name=_("党员活动参与率"),
        name_en="Party-activity participation",
        numerator=_("本期到过任何一次组织生活的党员人数"),
        denominator=DUE,
        source=_("调研报告 002：“参与党组织活动的党员还未达到80%”"),
        measure=of_members("S2-109", party.ACTIVE),
        reference=LAST_DAY,
        topic=PARTY,
        periods=("quarter", "year"),
        pace=Pace.REACHING,
        notes=(IN_PERSON, OF_BRANCH, NO_NAMES),
    ),
    Indicator(
        "S4-24",
        name=_("社区党日参与率"),
        name_en="Community party-day turnout",
        numerator=_("本期到过主题党日的党员人数"),
        denominator=DUE,
        source=_("调研报告 004：“打造‘社区党日’品牌党建项目”"),
        measure=of_members("S4-24", party.AT_PARTY_DAY),
        reference=LAST_DAY,
        topic=PARTY,
        periods=("month",),
        pace=Pace.REACHING,
        notes=(IN_PERSON, OF_BRANCH, NO_NAMES),
    ),
    Indicator(
        "S2-140",
        name=_("第一议题落实率"),
        name_en="First-topic rule kept",
        numerator=_("其中第一项议程落实了第一议题的次数"),
        denominator=_("本期开过的组织生活次数"),
        source=_("调研报告 002：“作为第一议题”"),
        measure=tally("S2-140", SqlTally(party.FIRST_TOPICS, Activity, COMMUNITY), Thing.ACTIVITY),
        reference=IN_PERIOD,
        topic=PARTY,
        periods=("quarter",),
    ),
    Indicator(
        "S1-05",
        name=_("党员领岗率"),
        name_en="Party members who took a post",
        numerator=_("基准日有领岗的党员人数"),
        denominator=DUE,
        source=_("调研报告 001：“招募305名党员开展‘领岗服务’”"),
        measure=of_members("S1-05", party.WITH_POST),
        reference=LAST_DAY,
        topic=PARTY,
        notes=(_("双报到的在职党员领岗不计入：他们的组织关系不在本支部。"), OF_BRANCH, NO_NAMES),
    ),
    Indicator(
        "S2-131",
        name=_("党员联户率"),
        name_en="Members linked to a household",
        numerator=_("基准日至少联系一户的党员人数"),
        denominator=DUE,
        source=_("调研报告 002：“普通党员每人联系1户群众”"),
        measure=of_members("S2-131", party.WITH_HOUSEHOLD),
        reference=LAST_DAY,
        topic=PARTY,
        notes=(OF_BRANCH, NO_NAMES),
    ),
    Indicator(
        "S3-01",
        name=_("党员入格率"),
        name_en="Party members assigned to grids",
        numerator=_("基准日已编入网格的党员人数"),
        denominator=ALL,
        source=_("调研报告 003：“把292名社区党员编入网格”"),
        measure=of_members("S3-01", party.WITH_GRID),
        reference=LAST_DAY,
        topic=PARTY,
        notes=(_("免修的党员也算在内。"), OF_BRANCH, NO_NAMES),
    ),
    Indicator(
        "S1-02",
        name=_("公开承诺率"),
        name_en="Public-pledge rate",
        numerator=_("本年承诺已公示的党员人数"),
        denominator=ALL,
        source=_("调研报告 001：“全县1300多名社区党员开展‘公开承诺’”"),
        measure=of_members("S1-02", party.PLEDGED_IN_PUBLIC),
        reference=LAST_DAY,
        topic=PARTY,
        periods=("year",),
        pace=Pace.REACHING,
        notes=(_("免修的党员也算在内；按承诺的年度和公示日期都在本年计。"), OF_BRANCH, NO_NAMES),
    ),
    Indicator(
        "S4-06",
        name=_("双向承诺率"),
        name_en="Two-way pledge rate",
        numerator=_("本年党员承诺和支部承诺都已签订的党员人数"),
        denominator=DUE,
        source=_("调研报告 004：“每年年初都要开展双向承诺”"),
        measure=of_members("S4-06", party.PLEDGED_BOTH_WAYS),
        reference=LAST_DAY,
        topic=PARTY,
        periods=("year",),
        pace=Pace.REACHING,
        notes=(OF_BRANCH, NO_NAMES),
    ),
    Indicator(
        "S4-07",
        name=_("承诺考评与公布率"),
        name_en="Pledges reviewed and published",
        numerator=_("其中已评议、结果已公布的事项数"),
        denominator=_("本年已签订的党员承诺中，本人同意公开的事项数"),
        source=_("调研报告 004：“年终对党员承诺事项进行考评并进行公布”"),
        measure=tally("S4-07", SqlTally(party.REVIEWED_ITEMS, PledgeItem, COMMUNITY), Thing.PLEDGE_ITEM),
        reference=_("按承诺的年度归入本期，下一年初评议和公布的也算"),
        topic=PARTY,
        periods=("year",),
        pace=Pace.REACHING,
        notes=(_("本人不同意公开的事项不公布，也不计入。"), NO_NAMES),
    ),
)
