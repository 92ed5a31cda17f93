"""The checks of the data, in the order of the work list."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dashboards.quality import entries, people
from dashboards.quality.check import Check, Sort
from indicators.indicator import Thing

PERSONS, HOMES, GRIDS, HELD, CALLS = _("人"), _("户"), _("个网格"), _("场"), _("次")

ALL = (
    Check(
        "homes-incomplete",
        Sort.MISSING,
        _("住户信息不全"),
        _("缺性别、身份证号，或没有一位成年人的手机号，联系不上"),
        HOMES,
        Thing.HOUSEHOLD,
        people.find_incomplete_homes,
        "building__grid__community",
    ),
    Check(
        "without-door",
        Sort.MISSING,
        _("没有登记住址的居民"),
        _("不知道住哪一户，走访计划排不到他们"),
        PERSONS,
        Thing.PERSON,
        people.find_without_door,
    ),
    Check(
        "empty-grids",
        Sort.MISSING,
        _("没有居民的网格"),
        _("不是还没导入，就是网格已经不用，占着覆盖率的分母"),
        GRIDS,
        Thing.GRID,
        people.find_empty_grids,
    ),
    Check(
        "without-theme",
        Sort.MISSING,
        _("没选主题的活动"),
        _("分不清办了什么，主题多样性算少了"),
        HELD,
        Thing.ACTIVITY,
        entries.find_without_theme,
    ),
    Check(
        "unnamed",
        Sort.MISSING,
        _("实名不到 80% 的活动"),
        _("没有姓名的人不算触达，趁还记得谁来过，补上名单"),
        HELD,
        Thing.ACTIVITY,
        entries.find_unnamed,
    ),
    Check(
        "unreported",
        Sort.LATE,
        _("办完还没填报的活动"),
        _("不填报，这场活动和来的人都不算数"),
        HELD,
        Thing.ACTIVITY,
        entries.find_unreported,
    ),
    Check(
        "returned",
        Sort.LATE,
        _("街道退回、等着修改的活动"),
        _("改好才能核验"),
        HELD,
        Thing.ACTIVITY,
        entries.find_returned,
    ),
    Check(
        "crowds",
        Sort.ODD,
        _("人数特别多的活动"),
        _("比本街道同类活动多出一大截，可能多打了一位数"),
        HELD,
        Thing.ACTIVITY,
        entries.find_crowds,
    ),
    Check(
        "endless",
        Sort.ODD,
        _("超过一天的活动"),
        _("结束日期可能选错了"),
        HELD,
        Thing.ACTIVITY,
        entries.find_endless,
    ),
    Check(
        "odd-births",
        Sort.ODD,
        _("年龄可疑的居民"),
        format_lazy(_("已满 {years} 岁或还没出生：核对出生日期，老人是否健在"), years=people.OLDEST_YEARS),
        PERSONS,
        Thing.PERSON,
        people.find_odd_births,
    ),
    Check(
        "crowded-homes",
        Sort.ODD,
        format_lazy(_("登记超过 {count} 人的住户"), count=people.CROWD),
        _("可能是集体户，或有人搬走了没有注销"),
        HOMES,
        Thing.HOUSEHOLD,
        people.find_crowded_homes,
        "building__grid__community",
    ),
    Check(
        "double-people",
        Sort.DOUBLE,
        _("可能登记了两次的居民"),
        _("同名同生日，又缺身份证号：补上号码，或请底册管理员合并"),
        PERSONS,
        Thing.PERSON,
        people.find_double_people,
    ),
    Check(
        "twins",
        Sort.DOUBLE,
        _("可能录了两次的活动"),
        _("同一类型、时间和地点：重复的一场请撤销"),
        HELD,
        Thing.ACTIVITY,
        entries.find_twins,
    ),
    Check(
        "visits-twice",
        Sort.DOUBLE,
        _("可能录了两次的走访"),
        _("同一户、一小时之内、同样的结果：重复的一次请撤销"),
        CALLS,
        Thing.VISIT,
        entries.find_visits_twice,
    ),
)
CHECKS = {check.code: check for check in ALL}
