"""Indicators of staffing: posts of grid work on the reference day, and the residents whom they serve."""

from django.utils.translation import gettext_lazy as _

from grids.models import Appointment, Building, Grid, Resident
from indicators.catalogue.words import LAST_DAY, STAFFING
from indicators.counting import posts
from indicators.indicator import Indicator, Thing, Unit, declare
from indicators.models import AreaLevel
from indicators.tallies import SqlTally, tally

COMMUNITY = AreaLevel.COMMUNITY

FOUR_LEVELS = _("调研报告 001：“网格长＋网格员＋楼栋长＋单元长”四级网格管理机制")
BUILDINGS_TODAY = _("楼栋按现在的底册计：底册不记楼栋的历史。")

declare(
    Indicator(
        "S0-61",
        name=_("居民入网率"),
        name_en="Residents in a staffed grid",
        numerator=_("基准日所在网格有网格员的居民人数"),
        denominator=_("基准日在册并居住在该区域的居民人数"),
        source=_("调研报告 000：“居民都在网络里”"),
        measure=tally(
            "S0-61",
            SqlTally(posts.RESIDENTS_WITH_WORKER, Resident, parts=posts.PEOPLE, sums=posts.SUMS_WITH_WORKER),
            Thing.PERSON,
        ),
        reference=LAST_DAY,
        topic=STAFFING,
    ),
    Indicator(
        "S1-20",
        name=_("网格岗位到位率"),
        name_en="Grid posts filled",
        numerator=_("基准日有人任职的岗位数"),
        denominator=_("应设岗位数：每个网格的网格长、网格员，每栋楼的楼栋长"),
        source=FOUR_LEVELS,
        measure=tally("S1-20", SqlTally(posts.ALL_POSTS, Appointment, parts=posts.POSTS), None),
        reference=LAST_DAY,
        topic=STAFFING,
        notes=(
            _("各级分开看：网格长（R-20）、网格员（R-21）、楼栋长（R-22），名单也在那里。"),
            _("单元长的任职只登记到楼栋，不知道是哪个单元，暂不计入。"),
            BUILDINGS_TODAY,
        ),
    ),
    Indicator(
        "R-20",
        name=_("网格长到位率"),
        name_en="Grid heads in post",
        numerator=_("基准日有网格长的网格数"),
        denominator=_("基准日的全部网格数"),
        source=FOUR_LEVELS,
        measure=tally("R-20", SqlTally(posts.staffed_grids("grid_head"), Grid, parts=posts.POSTS), Thing.GRID),
        reference=LAST_DAY,
        topic=STAFFING,
    ),
    Indicator(
        "R-21",
        name=_("网格员到位率"),
        name_en="Grid workers in post",
        numerator=_("基准日有网格员的网格数"),
        denominator=_("基准日的全部网格数"),
        source=FOUR_LEVELS,
        measure=tally("R-21", SqlTally(posts.staffed_grids("grid_worker"), Grid, parts=posts.POSTS), Thing.GRID),
        reference=LAST_DAY,
        topic=STAFFING,
    ),
    Indicator(
        "R-22",
        name=_("楼栋长到位率"),
        name_en="Building heads in post",
        numerator=_("基准日有楼栋长的楼栋数"),
        denominator=_("底册中的全部楼栋数"),
        source=FOUR_LEVELS,
        measure=tally("R-22", SqlTally(posts.STAFFED_BUILDINGS, Building, parts=posts.POSTS), Thing.BUILDING),
        reference=LAST_DAY,
        topic=STAFFING,
        notes=(BUILDINGS_TODAY,),
    ),
    Indicator(
        "S4-02",
        name=_("包片干部服务人口"),
        name_en="Residents per area cadre",
        numerator=_("基准日在册并居住在该区域的居民人数"),
        denominator=_("基准日任职的包片干部人数；一人包几个网格只算一次"),
        source=_("调研报告 004：“社区八个包片干部”"),
        measure=tally("S4-02", SqlTally("", Appointment, COMMUNITY, posts.PEOPLE, posts.RESIDENTS_PER_CADRE), None),
        unit=Unit.PER_POST,
        reference=LAST_DAY,
        topic=STAFFING,
        more_is_better=None,
        notes=(_("在两个社区都任职的人，街道和区县按两个岗位计。"),),
    ),
)
