"""On which days, and at what time of day, activities were held: counted from the activities themselves, no persons."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Permission
from activities.models import Activity
from communities.models import Community
from dashboards.asking import Ask
from dashboards.charts import Chart
from dashboards.tables import Cell, Column, Sort, Table
from indicators.areas import AreaRef
from indicators.models import AreaLevel

MONTHS = 12
NOON, EVENING = 12, 18  # hours
SLOTS = (("morning", gettext_lazy("上午")), ("afternoon", gettext_lazy("下午")), ("evening", gettext_lazy("晚上")))
WEEKDAYS = (
    *(gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四")),
    *(gettext_lazy("周五"), gettext_lazy("周六"), gettext_lazy("周日")),
)
HELD, HEADS = "held", "heads"  # what the calendar may be coloured by
SHADES = 4  # beside the one for nothing


@dataclass(frozen=True)
class Held:
    """Activities held and how many came: named people, outsiders and heads."""

    activities: int = 0
    heads: int = 0

    def by(self, what: str) -> int:
        """Return what the calendar is coloured by."""
        return self.heads if what == HEADS else self.activities

    def __add__(self, other: "Held") -> "Held":
        return Held(self.activities + other.activities, self.heads + other.heads)


@dataclass(frozen=True)
class Days:
    """The days from first to last, both included, and what was held on each and in each part of it."""

    first: date
    last: date
    slots: dict[tuple[date, str], Held]

    @property
    def by_day(self) -> dict[date, Held]:
        """What was held on each day on which anything was."""
        days: dict[date, Held] = {}
        for (day, _slot), held in self.slots.items():
            days[day] = days.get(day, Held()) + held
        return days

    @property
    def total(self) -> Held:
        """What was held in all."""
        return sum(self.slots.values(), Held())

    def on(self, weekday: int, slot: str | None = None) -> Held:
        """Return what was held on a day of the week, Monday is 0, or in a part of it."""
        chosen = (held for (day, at), held in self.slots.items() if day.weekday() == weekday and slot in (None, at))
        return sum(chosen, Held())


def read_days(area: AreaRef, last: date) -> Days:
    """Return the twelve months that end with the month of the last day, up to that day. Three queries.

    Named people and outsiders are counted in queries of their own: joined to one, each would multiply the other.
    """
    first = begin_months(last)
    held = Activity.objects.held().gatherings().between(first, last).filter(community__code__startswith=area.code)
    slots = in_slots(held)
    heads: Counter[tuple[date, str]] = Counter()
    for relation in ("participations", "outsiders"):
        for day, slot, number in slots.annotate(n=Count(relation)).values_list("held_on", "slot", "n"):
            heads[day, slot] += number
    found = slots.annotate(n=Count("pk"), unnamed=Sum("unnamed_count")).values_list("held_on", "slot", "n", "unnamed")
    return Days(first, last, {(day, slot): Held(n, unnamed + heads[day, slot]) for day, slot, n, unnamed in found})


def begin_months(last: date) -> date:
    """Return the first day of the twelve months that end with that of the last day."""
    months = last.year * MONTHS + last.month - MONTHS
    return date(months // MONTHS, months % MONTHS + 1, 1)


def in_slots(held: QuerySet[Activity, Activity]) -> QuerySet:
    """Return the activities grouped by day and part of the day in which they began."""
    slot = Case(
        When(starts_at__hour__lt=NOON, then=Value("morning")),
        When(starts_at__hour__lt=EVENING, then=Value("afternoon")),
        default=Value("evening"),
        output_field=CharField(),
    )
    return held.order_by().annotate(slot=slot).values("held_on", "slot")


def link_days(ask: Ask) -> str:
    """Return the address of the list of a day's activities, {day} in place of the day; "" where there is none.

    The list shows the reader's own area, or one community of it: of a street in a district there is no such list.
    """
    is_own = ask.area.code == ask.reader.area_code
    if not ask.may(Permission.VIEW_ACTIVITIES) or not (is_own or ask.area.level == AreaLevel.COMMUNITY):
        return ""
    if is_own:
        return f"{reverse('activities:list')}?since={{day}}&until={{day}}"
    if not Community.objects.current().filter(pk=ask.area.id).exists():
        return ""
    return f"{reverse('activities:list')}?since={{day}}&until={{day}}&community={ask.area.id}"


def draw_days(days: Days, by: str, link: str, n: str) -> Chart:
    """Return the calendar: a column a week, a row a day of the week, darker the more was held (or came)."""
    monday, by_day = days.first - timedelta(days=days.first.weekday()), days.by_day
    numbers = [held.by(by) for held in by_day.values()]
    limits = find_limits(numbers)
    cells: list[list[Any]] = []
    for number in range((days.last - days.first).days + 1):
        day = days.first + timedelta(days=number)
        held = by_day.get(day, Held())
        cells.append([(day - monday).days // 7, day.weekday(), held.by(by), say_held(held), day.isoformat()])
    weeks = (days.last - monday).days // 7 + 1
    data = {
        "columns": [name_week(monday + timedelta(weeks=week), days) for week in range(weeks)],
        "rows": [str(name) for name in WEEKDAYS],
        "cells": cells,
        "levels": limits,
        "legend": name_shades(limits, max(numbers, default=0), by),
        "link": link,
    }
    return Chart("days", "calendar", _("一年来每天的人次") if by == HEADS else _("一年来每天的场次"), data, n, "days")


def name_week(monday: date, days: Days) -> str:
    """Return the month that begins in a week, as the calendar's column is headed; "" for other weeks."""
    first = max(monday, days.first)
    begins = next((day for day in (first + timedelta(days=n) for n in range(7)) if day.day == 1), None)
    is_inside = begins is not None and begins <= min(days.last, monday + timedelta(days=6))
    return _("%(month)s 月") % {"month": begins.month} if begins and is_inside else ""


def find_limits(numbers: Sequence[int]) -> list[int]:
    """Return the numbers at which the shades begin, so that each shade has about as many of the numbers there are."""
    ranked = sorted({number for number in numbers if number})
    return sorted({1, *(ranked[len(ranked) * shade // SHADES] for shade in range(1, SHADES))}) if ranked else [1]


def name_shades(limits: Sequence[int], most: int, by: str) -> list[str]:
    """Return what the shades mean, from the lightest."""
    unit = _("人次") if by == HEADS else _("场")
    ends = [*(limit - 1 for limit in limits[1:]), max(most, limits[-1])]
    ranges = [f"{a:,}" if a == b else f"{a:,}–{b:,}" for a, b in zip(limits, ends, strict=True)]
    return [f"0 {unit}", *(f"{one} {unit}" for one in ranges)]


def say_held(held: Held) -> str:
    """Return activities and heads in words."""
    if not held.activities:
        return _("没有活动")
    return _("%(held)s 场 · %(heads)s 人次") % {"held": f"{held.activities:,}", "heads": f"{held.heads:,}"}


def tabulate_days(days: Days, link: str) -> Table:
    """Return the days on which anything was held, the latest first; each opens its list where there is one."""
    columns = (
        Column(_("日期")),
        Column(_("星期")),
        Column(_("场次"), Sort.COUNT, _("场")),
        Column(_("人次"), Sort.COUNT, _("人次")),
    )
    held = sorted(days.by_day.items(), reverse=True)
    rows = [(day.isoformat(), WEEKDAYS[day.weekday()], one.activities, one.heads) for day, one in held]
    urls = [link.replace("{day}", day.isoformat()) for day, _one in held]
    note = _("打开的列表里，也有当天取消了的和还没有填报的活动。") if link else ""
    return Table("days", _("一年来每天的活动"), columns, rows, urls, note=note)


def tabulate_times(days: Days) -> Table:
    """Return weekdays by parts of the day."""
    columns = (
        Column(_("星期")),
        *(Column(name, Sort.COUNT, _("场")) for _code, name in SLOTS),
        Column(_("合计场次"), Sort.COUNT, _("场")),
        Column(_("人次"), Sort.COUNT, _("人次"), is_wide_only=True),
    )
    rows: list[list[Cell]] = [
        [name, *(days.on(number, code).activities for code, _name in SLOTS), *describe(days.on(number))]
        for number, name in enumerate(WEEKDAYS)
    ]
    return Table("times", _("一周里什么时候办活动"), columns, rows, unit=_("场"))


def describe(held: Held) -> tuple[int, int]:
    """Return activities and heads as cells."""
    return held.activities, held.heads
