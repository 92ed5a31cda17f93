"""Indicators as code: what each figure means, and the function that answers it. Ids are those of the seed reports."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.areas import AreaRef
from indicators.figures import Figure, Reach, read_held, read_reach
from indicators.models import AreaLevel
from indicators.periods import Period

Answer = Callable[[AreaRef, Period, str], Figure]


@dataclass(frozen=True)
class Indicator:
    """A measurable statement: id, name, numerator, denominator, unit, where the demand for it comes from, version."""

    id: str
    name: str | Promise
    name_en: str
    numerator: str | Promise
    denominator: str | Promise
    unit: str
    reference: str | Promise
    source: str | Promise
    version: int
    answer: Answer
    warns_when_low: bool = True


CATALOGUE: dict[str, Indicator] = {}


def indicator(id: str, **words: object) -> Callable[[Answer], Answer]:
    """Declare the decorated function as the answer of an indicator; its words are Indicator's fields."""

    def declare(answer: Answer) -> Answer:
        CATALOGUE[id] = Indicator(id=id, answer=answer, version=1, **words)  # type: ignore[arg-type]
        return answer

    return declare


def reach_of(area: AreaRef, period: Period, grouping: str) -> Reach:
    """Return one cell's numbers; zeros where nobody lives."""
    return read_reach([area], period)[area.id].get(grouping, Reach())


LAST_DAY = _("期末最后一天；本期未结束时为当天")
IN_PERIOD = _("按活动举办日期归入本期")


@indicator(
    "S0-20",
    name=_("群体触达率"),
    name_en="Reach rate by population group",
    numerator=_("本期内至少参加过一次已举办活动（登记姓名）或完成一次走访的不同居民人数"),
    denominator=_("基准日在册并居住在该区域的该群体居民人数"),
    unit="%",
    reference=LAST_DAY,
    source=_("调研报告 000：“工作覆盖面还不够全”"),
)
def answer_reach(area: AreaRef, period: Period, grouping: str = "all") -> Figure:
    """People reached of people there."""
    reach = reach_of(area, period, grouping)
    return Figure(reach.reached, reach.population)


@indicator(
    "S0-21",
    name=_("网格覆盖率"),
    name_en="Grid coverage",
    numerator=_("本期内至少有一名居民被触达的网格数"),
    denominator=_("该区域全部有人居住的网格数"),
    unit="%",
    reference=LAST_DAY,
    source=_("调研报告 000：“工作覆盖面还不够全”"),
)
def answer_grid_coverage(area: AreaRef, period: Period, grouping: str = "all") -> Figure:
    """Grids with somebody reached of grids with somebody living there."""
    grids = read_reach(area.parts(AreaLevel.GRID, period), period)
    cells = [cells[grouping] for cells in grids.values() if grouping in cells]
    return Figure(sum(cell.reached > 0 for cell in cells), len(cells))


@indicator(
    "S0-23",
    name=_("青年触达率"),
    name_en="Youth reach rate",
    numerator=_("本期被触达的 18–35 岁居民人数"),
    denominator=_("基准日在册的 18–35 岁居民人数"),
    unit="%",
    reference=LAST_DAY,
    source=_("调研报告 000：“年轻人则更少”"),
)
def answer_youth_reach(area: AreaRef, period: Period, grouping: str = "all") -> Figure:
    """Young people reached of young people there; already one group, so `grouping` changes nothing."""
    return answer_reach(area, period, "age_18_35")


@indicator(
    "S0-25",
    name=_("从未触达率"),
    name_en="Never-reached rate",
    numerator=_("住满 12 个月、至基准日从未参加过活动也未被走访的居民人数"),
    denominator=_("基准日住满 12 个月的在册居民人数"),
    unit="%",
    reference=LAST_DAY,
    source=_("调研报告 000：“没有参加过社区思想政治教育活动”"),
    warns_when_low=False,
)
def answer_never_reached(area: AreaRef, period: Period, grouping: str = "all") -> Figure:
    """Settled people never reached of settled people."""
    reach = reach_of(area, period, grouping)
    return Figure(reach.never, reach.settled)


@indicator(
    "S0-36",
    name=_("线上活动占比"),
    name_en="Online or hybrid activity share",
    numerator=_("本期以线上或线上线下结合方式举办的活动场次"),
    denominator=_("本期已举办的全部活动场次"),
    unit="%",
    reference=IN_PERIOD,
    source=_("调研报告 000：“活动载体仍以传统的、线下的形式为主”"),
    warns_when_low=False,
)
def answer_online_share(area: AreaRef, period: Period, grouping: str = "all") -> Figure:
    """Online and hybrid activities of all held; activities have no population group."""
    held = read_held(area, period)
    return Figure(held.online, held.held)


@indicator(
    "S0-39",
    name=_("自选活动占比"),
    name_en="Self-initiated activity share",
    numerator=_("本期由社区自选或居民提出的活动场次"),
    denominator=_("本期已举办的全部活动场次"),
    unit="%",
    reference=IN_PERIOD,
    source=_("调研报告 000：“规定行动多，自选动作少”"),
    warns_when_low=False,
)
def answer_own_share(area: AreaRef, period: Period, grouping: str = "all") -> Figure:
    """Activities not assigned from above of all held; activities have no population group."""
    held = read_held(area, period)
    return Figure(held.own, held.held)


@indicator(
    "R-04",
    name=_("实名率"),
    name_en="Identification rate",
    numerator=_("本期活动中登记了姓名的人次（含不是本社区居民的参加者；走访另计）"),
    denominator=_("本期活动的全部人次（登记姓名的与只记人数的；走访另计）"),
    unit="%",
    reference=IN_PERIOD,
    source=_("计数规则第 4 条：实名率低于 80% 时，触达数只是下限"),
)
def answer_named_share(area: AreaRef, period: Period, grouping: str = "all") -> Figure:
    """Named contacts of all contacts; head-counts have no population group."""
    held = read_held(area, period)
    return Figure(held.identified, held.contacts)
