"""Festivals that activities are planned for: those of the lunar calendar, solar terms, and fixed days of the year."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from lunar_python import Lunar, Solar


@dataclass(frozen=True)
class Festival:
    """A festival: `find` gives its day in a year of its own calendar."""

    code: str
    name: str | Promise
    find: Callable[[int], date]


def as_date(solar: Solar) -> date:
    """Return a day of the library as a date."""
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def lunar(month: int, day: int) -> Callable[[int], date]:
    """A day of a lunar month; in a leap month it is not celebrated again."""
    return lambda year: as_date(Lunar.fromYmd(year, month, day).getSolar())


def new_years_eve(year: int) -> date:
    """The last day of a lunar year, whose last month has 29 or 30 days."""
    return lunar(1, 1)(year + 1) - timedelta(days=1)


def term(name: str) -> Callable[[int], date]:
    """A solar term of a year. The library's table of a year begins with the 冬至 before it; DONG_ZHI is its own."""
    return lambda year: as_date(Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()[name])


def fixed(month: int, day: int) -> Callable[[int], date]:
    """The same day every year."""
    return lambda year: date(year, month, day)


# In the order of the year. 小年 is the 23rd, as in the north of China.
FESTIVALS = (
    Festival("new_year", _("元旦"), fixed(1, 1)),
    Festival("laba", _("腊八节"), lunar(12, 8)),
    Festival("xiaonian", _("小年"), lunar(12, 23)),
    Festival("new_years_eve", _("除夕"), new_years_eve),
    Festival("spring", _("春节"), lunar(1, 1)),
    Festival("lantern", _("元宵节"), lunar(1, 15)),
    Festival("leifeng", _("学雷锋纪念日"), fixed(3, 5)),
    Festival("women", _("妇女节"), fixed(3, 8)),
    Festival("trees", _("植树节"), fixed(3, 12)),
    Festival("qingming", _("清明节"), term("清明")),
    Festival("safety", _("国家安全教育日"), fixed(4, 15)),
    Festival("reading", _("世界读书日"), fixed(4, 23)),
    Festival("labour", _("劳动节"), fixed(5, 1)),
    Festival("youth", _("青年节"), fixed(5, 4)),
    Festival("duanwu", _("端午节"), lunar(5, 5)),
    Festival("children", _("儿童节"), fixed(6, 1)),
    Festival("party", _("建党节"), fixed(7, 1)),
    Festival("army", _("建军节"), fixed(8, 1)),
    Festival("qixi", _("七夕节"), lunar(7, 7)),
    Festival("teachers", _("教师节"), fixed(9, 10)),
    Festival("mid_autumn", _("中秋节"), lunar(8, 15)),
    Festival("national", _("国庆节"), fixed(10, 1)),
    Festival("chongyang", _("重阳节"), lunar(9, 9)),
    Festival("fire", _("全国消防日"), fixed(11, 9)),
    Festival("constitution", _("国家宪法日"), fixed(12, 4)),
    Festival("volunteers", _("国际志愿者日"), fixed(12, 5)),
    Festival("dongzhi", _("冬至"), term("DONG_ZHI")),
)
CHOICES = [(festival.code, festival.name) for festival in FESTIVALS]
BY_CODE = {festival.code: festival for festival in FESTIVALS}


def find_days(code: str, first: date, last: date) -> list[date]:
    """Return the days of a festival from first to last, both included; none for an unknown code.

    The end of a lunar year lies in the next solar one: a year may have two 腊八 or none.
    """
    festival = BY_CODE.get(code)
    if festival is None:
        return []
    days = (festival.find(year) for year in range(first.year - 1, last.year + 1))
    return [day for day in days if first <= day <= last]


def list_festivals(first: date, last: date) -> list[tuple[date, Festival]]:
    """Return the festivals from first to last, both included, by day."""
    found = [(day, festival) for festival in FESTIVALS for day in find_days(festival.code, first, last)]
    return sorted(found, key=lambda pair: pair[0])
