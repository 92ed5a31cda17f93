"""Reads the page about volunteering; above the community small counts of people, and what gives them away, are hidden.

Of one community, readers from above see its figures at a glance alone: its bands and fields, taken from those of the
street, would tell what is hidden of its neighbour.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Permission
from communities.spans import begin_of
from dashboards.asking import Ask
from dashboards.charts import Chart
from dashboards.mix.shares import round_up
from dashboards.page import Page
from dashboards.tables import Cell, Column, Sort, Table, to_percent
from dashboards.volunteers.counting import (
    Part,
    Somebody,
    count_residents,
    list_communities,
    list_keys,
    list_months,
    read_somebodies,
    spread,
)
from grids.models import Grid
from indicators.areas import AreaRef
from indicators.indicator import Figure
from indicators.models import AreaLevel
from indicators.periods import Period
from indicators.suppression import hide_others, is_small, is_telling
from volunteers.hours import count_minutes
from volunteers.models import ServiceField, Team, Volunteer
from volunteers.thanks import count_due

LIFETIME = 300  # records have no edition: what is confirmed shows after five minutes at the latest
Band = tuple[int, int | None]
AGES: tuple[Band, ...] = (
    (14, 17),
    (18, 35),
    (36, 59),
    (60, 69),
    (70, None),
)  # those of figures, from the least age of volunteers
OFTEN: tuple[Band, ...] = ((0, 0), (1, 1), (2, 3), (4, 6), (7, 12), (13, None))  # days of service in the period
STREET_DIGITS = 9
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Volunteering:
    """What the page shows. Numbers are None where they are hidden; tables are () where the reader has none."""

    area: AreaRef
    period: Period
    read_at: Any
    registered: int | None
    served: int | None
    minutes: int | None
    due: int | None
    thanks_url: str
    is_brief: bool
    tables: Mapping[str, Table] = field(default_factory=dict)
    charts: Mapping[str, Chart] = field(default_factory=dict)

    @property
    def rate(self) -> float | None:
        """Served of registered, in per cent."""
        if self.registered is None or self.served is None:
            return None
        return to_percent(Figure(self.served, self.registered).rate)

    def is_cut(self, code: str) -> bool:
        """Tell whether rows of a table are hidden."""
        return any(row[-1] is None for row in self.tables[code].rows)

    @property
    def lacks_cells(self) -> bool:
        """Whether a dash stands anywhere in the tables."""
        return any(None in row for table in self.tables.values() for row in table.rows)

    @property
    def lacks_months(self) -> bool:
        """Whether the line of the months is broken by hidden ones."""
        return self.is_cut("months")

    @property
    def lacks_fields(self) -> bool:
        """Whether fields are left out of their bars."""
        return self.is_cut("fields")

    @property
    def hours(self) -> float | None:
        """Hours, each minute of a volunteer once."""
        return None if self.minutes is None else round(self.minutes / 60, 1)


def read(ask: Ask) -> Volunteering:
    """Return the page; the number of queries is the same for any number of communities and volunteers."""
    day = ask.period.reference(ask.today)
    start, end = begin_of(ask.period.start), begin_of(ask.period.end)
    family = list_communities(ask.area.code[:STREET_DIGITS] if ask.hides else ask.area.code)
    keys = [community.pk for community in family]
    minutes = count_minutes(list_keys(keys), start, end)
    everybody = read_somebodies(keys, day, minutes, start, end)
    own = [one.pk for one in family if one.code.startswith(ask.area.code)]
    people = [one for one in everybody if one.community in own]
    hidden = find_hidden(keys, everybody) if ask.hides else set()
    is_community = ask.area.level == AreaLevel.COMMUNITY
    figure = Figure(sum(one.minutes > 0 for one in people), len(people))
    is_hidden = ask.hides and (bool(hidden & set(own)) if is_community else is_telling(figure))
    is_brief = ask.hides and (is_community or is_hidden)
    fields = spread("field", own, [(start, end)])
    total = count_minutes(list_keys(own), start, end)
    if ask.hides and is_small(len(total)):
        is_hidden = True
    found: list[Table] = [] if is_brief else list_all(ask, people, own, fields, hidden, day)
    due = count_due(Volunteer.objects.filter(community__in=own), ask.today)
    return Volunteering(
        ask.area,
        ask.period,
        timezone.now(),
        None if is_hidden else figure.denominator,
        None if is_hidden else figure.numerator,
        None if is_hidden else sum(total.values()),
        None if ask.hides and (is_hidden or is_small(due)) else due,
        reverse("volunteers:thanks") if ask.may(Permission.MANAGE_VOLUNTEERS) and is_community else "",
        is_brief,
        {table.code: table for table in found},
        {} if is_brief else draw(found),
    )


def find_hidden(communities: Sequence[int], people: Sequence[Somebody]) -> set[int]:
    """Return the communities whose numbers are small, and one more where a single one could be worked out."""
    figures = {}
    for community in communities:
        here = [one for one in people if one.community == community]
        figures[community] = Figure(sum(one.minutes > 0 for one in here), len(here))
    return hide({key: figure.denominator for key, figure in figures.items()}, lambda key: is_telling(figures[key]))


def hide(sizes: Mapping[Any, int], is_told: Callable[[Any], bool]) -> set[Any]:
    """Return the keys that tell small numbers, and the smallest other one where there is but one of them."""
    hidden = {key for key in sizes if is_told(key)}
    others = {key: size for key, size in sizes.items() if key not in hidden}
    return hidden | hide_others(len(hidden), others, is_sum_known=True)


def list_all(
    ask: Ask, people: Sequence[Somebody], own: Sequence[int], fields: Mapping[Any, Part], hidden: set[int], day: date
) -> list[Table]:
    """Return the page's tables."""
    months = list_months(day)
    by_month, by_team = spread("month", own, months), spread("team", own, [list_span(ask.period)])
    names = dict(ServiceField.objects.values_list("pk", "name"))
    teams = dict(Team.objects.filter(community__in=own).values_list("pk", "name"))
    month_names = {start: f"{timezone.localtime(start):%Y-%m}" for start, _end in months}
    return [
        table_parts("months", _("每月时长"), _("月份"), month_names, by_month, ask.hides, keeps_empty=True),
        table_parts("fields", _("各领域的时长"), _("服务领域"), {**names, None: _("没有填领域")}, fields, ask.hides),
        table_parts("teams", _("各团队的时长"), _("团队"), {**teams, None: _("没有通过团队")}, by_team, ask.hides),
        table_ages(people, ask.hides),
        table_often(people, ask.hides),
        table_areas(ask, people, own, hidden, day),
    ]


def list_span(period: Period) -> tuple[Any, Any]:
    """Return the moments between which a period lies."""
    return begin_of(period.start), begin_of(period.end)


def table_parts(
    code: str,
    title: str,
    heading: str,
    names: Mapping[Any, str],
    parts: Mapping[Any, Part],
    hides: bool,
    *,
    keeps_empty: bool = False,
) -> Table:
    """Return the hours and people of each month, field or team, in the order of the names."""
    hidden = hide({key: part.people for key, part in parts.items()}, lambda key: is_small(parts[key].people))
    rows: list[Row] = []
    for key, name in names.items():
        part = parts.get(key, Part(0, 0))
        if part.people or keeps_empty:
            shown = not (hides and key in hidden)
            rows.append((name, part.people, round(part.minutes / 60, 2)) if shown else (name, None, None))
    columns = (Column(heading), Column(_("服务人数"), Sort.COUNT, _("人")), Column(_("时长"), Sort.NUMBER, _("小时")))
    return Table(code, title, columns, rows)


def name_range(low: int, high: int | None, unit: str) -> str:
    """Return 18–35 岁, 70 岁及以上, 1 天."""
    if high is None:
        return _("%(low)s %(unit)s及以上") % {"low": low, "unit": unit}
    return f"{low} {unit}" if low == high else f"{low}–{high} {unit}"


def lies_in(number: int, low: int, high: int | None) -> bool:
    """Tell whether a number is from low to high."""
    return low <= number and (high is None or number <= high)


def table_ages(people: Sequence[Somebody], hides: bool) -> Table:
    """Return how many of each age are registered and served."""
    figures = {}
    for band in AGES:
        here = [one for one in people if lies_in(one.age, *band)]
        figures[band] = Figure(sum(one.minutes > 0 for one in here), len(here))
    hidden = hide({band: one.denominator for band, one in figures.items()}, lambda band: is_telling(figures[band]))
    rows: list[Row] = []
    for band, figure in figures.items():
        name = name_range(*band, _("岁"))
        if hides and band in hidden:
            rows.append((name, None, None, None))
        else:
            rows.append((name, figure.denominator, figure.numerator, to_percent(figure.rate)))
    columns = (
        Column(_("年龄")),
        Column(_("在册"), Sort.COUNT, _("人")),
        Column(_("服务过"), Sort.COUNT, _("人")),
        Column(_("活跃率"), Sort.PERCENT, "%"),
    )
    return Table("ages", _("各年龄段"), columns, rows)


def table_often(people: Sequence[Somebody], hides: bool) -> Table:
    """Return how many served on how many days."""
    counts = {band: sum(lies_in(one.days, *band) for one in people) for band in OFTEN}
    hidden = hide(counts, lambda band: is_small(counts[band])) if hides else set()
    rows: list[Row] = [(name_range(*band, _("天")), None if band in hidden else n) for band, n in counts.items()]
    columns = (Column(_("本期服务天数")), Column(_("在册志愿者"), Sort.COUNT, _("人")))
    return Table("often", _("多久来一次"), columns, rows)


def table_areas(ask: Ask, people: Sequence[Somebody], own: Sequence[int], hidden: set[int], day: date) -> Table:
    """Return volunteers per hundred residents of a street's communities or a community's grids, fewest first."""
    is_street = ask.area.level == AreaLevel.STREET
    residents = count_residents(own, day, "grid__community" if is_street else "grid")
    names = (
        {one.pk: one.name for one in list_communities(ask.area.code)}
        if is_street
        else dict(Grid.objects.current().filter(community__in=own).values_list("pk", "name"))
    )
    lines: list[tuple[float, Row]] = []
    for key, name in names.items():
        number = sum((one.community if is_street else one.grid) == key for one in people)
        living = residents.get(key, 0)
        each = round(number * 100 / living, 2) if living else None
        shown = key not in hidden
        order = -1.0 if not shown else 1e9 if each is None else each
        lines.append((order, (name, number, living, each) if shown else (name, None, living, None)))
    columns = (
        Column(_("社区") if is_street else _("网格")),
        Column(_("在册志愿者"), Sort.COUNT, _("人")),
        Column(_("居民"), Sort.COUNT, _("人")),
        Column(_("每百名居民"), Sort.NUMBER, _("人")),
    )
    note = "" if is_street else _("底册以外的志愿者没有网格，不在这张表里。")
    return Table(
        "areas",
        _("哪里志愿者最少"),
        columns,
        [row for _order, row in sorted(lines, key=lambda line: line[0])],
        note=note,
    )


def draw(tables: Sequence[Table]) -> dict[str, Chart]:
    """Return the charts of hours by month and by field."""
    found = {table.code: table for table in tables}
    months = [(str(row[0]), row[2]) for row in found["months"].rows]
    # A hidden field has no bar: an empty one reads as nought, its ground as all.
    fields = [(str(row[0]), row[2]) for row in found["fields"].rows if row[2] is not None]
    trend = {
        "categories": [name for name, _hours in months],
        "series": [{"name": _("时长"), "values": [hours for _name, hours in months]}],
        "unit": "",
    }
    bars = {
        "categories": [name for name, _hours in fields],
        "values": [hours for _name, hours in fields],
        "labels": [_("%(hours)s 小时") % {"hours": f"{hours:,}"} for _name, hours in fields],
        "unit": "",
        "max": round_up(int(max((hours for _name, hours in fields), default=1)) + 1),  # type: ignore[arg-type, type-var]
    }
    return {
        "months": Chart("months", "trend", _("每月志愿服务时长（小时）"), trend, "", "months"),
        **({"fields": Chart("fields", "bar", _("各领域的志愿服务时长（小时）"), bars, "", "fields")} if fields else {}),
    }


def list_tables(content: Volunteering) -> list[Table]:
    """Return the page's tables."""
    return list(content.tables.values())


PAGE = Page(
    "volunteers",
    gettext_lazy("志愿服务"),
    "heart",
    read,
    list_tables,
    levels=frozenset({AreaLevel.STREET, AreaLevel.COMMUNITY}),
    lifetime=LIFETIME,
)
