"""Tallies: indicators that count doors, visits, slots or posts. One query yields the items of a period; the figure is
their number, the list behind it are the items themselves, so that the two cannot disagree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from indicators.areas import AreaRef, communities_in
from indicators.indicator import Behind, Choice, Figure, Key, Thing, Things, Ungrouped
from indicators.measures import fill
from indicators.models import AreaLevel, TallyCell
from indicators.periods import Period


@dataclass(frozen=True)
class Item:
    """One thing that a tally counts in a period: in the denominator always, in the numerator where `counted`."""

    community: int
    grid: int | None
    period: str
    id: int
    counted: bool


Count = tuple[int, int | None, str, int, int]  # community, grid, period, numerator, denominator


class Tally(Protocol):
    """What a tally counts. Items are rows of `model`; each stands once in a period."""

    @property
    def model(self) -> type[Model]:
        """The model of the items."""

    @property
    def lowest(self) -> str:
        """AreaLevel.GRID where every item lies in a grid, else AreaLevel.COMMUNITY."""

    def count(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterable[Count]:
        """Return the sums by community, grid and period; what has no items is left out."""

    def find(self, communities: Sequence[int], period: Period, today: date) -> Iterable[Item]:
        """Return the items of one period."""


PERIODS = """
    period as materialized (
        select * from unnest(%(codes)s::text[], %(starts)s::date[], %(ends)s::date[], %(references)s::date[])
                      with ordinality as p(code, starts, ends, reference, number)
    )
"""


def bind(communities: Sequence[int], periods: Sequence[Period], today: date) -> dict[str, Any]:
    """Return the parameters that the queries of tallies are asked with."""
    return {
        "codes": [period.code for period in periods],
        "starts": [period.start for period in periods],
        "ends": [period.end for period in periods],
        "references": [period.reference(today) for period in periods],
        "communities": list(communities),
        "today": today,
        "zone": timezone.get_current_timezone_name(),
    }


@dataclass(frozen=True)
class SqlTally:
    """A tally whose items a query yields: (community_id, grid_id, period code, item id, counted).

    The query reads `period(code, starts, ends, reference, number)` and the parameters %(communities)s (bigint[]),
    %(today)s and %(zone)s; `starts` and `ends` are the first day and the day after the last, `reference` the last day
    or today. grid_id is null where `lowest` is the community.

    `parts` are common table expressions that the query reads, each after those it needs; tallies that share the first
    are counted together. `sums` yields (community_id, grid_id, code, numerator, denominator) where that is cheaper than
    counting the items.
    """

    query: str
    model: type[Model]
    lowest: str = AreaLevel.GRID
    parts: tuple[str, ...] = ()
    sums: str = ""

    def count(self, communities: Sequence[int], periods: Sequence[Period], today: date) -> Iterable[Count]:
        """Return the sums; see Tally."""
        return [row[1:] for row in count_together({"": self}, communities, periods, today)]

    def find(self, communities: Sequence[int], period: Period, today: date) -> Iterable[Item]:
        """Return the items; see Tally."""
        if not self.query:
            return []
        statement = f"with {', '.join((PERIODS, *self.parts))} {self.query}"
        return [Item(*row) for row in run(statement, bind(communities, [period], today))]


def count_together(
    tallies: Mapping[str, SqlTally], communities: Sequence[int], periods: Sequence[Period], today: date
) -> list[Any]:
    """Return (id, *sums) of several tallies in one statement: what they share is worked out once."""
    parts = dict.fromkeys(part for tally in tallies.values() for part in tally.parts)
    sums = [
        tally.sums
        or f"""select community_id, grid_id, code, count(*) filter (where counted)::int, count(*)::int
               from ({tally.query}) item(community_id, grid_id, code, id, counted)
               group by community_id, grid_id, code"""
        for tally in tallies.values()
    ]
    selects = (f"select {number}, sums.* from ({query}) sums" for number, query in enumerate(sums))
    statement = f"with {', '.join((PERIODS, *parts))} {' union all '.join(selects)}"
    ids = list(tallies)
    return [(ids[number], *rest) for number, *rest in run(statement, bind(communities, periods, today))]


def run(statement: str, parameters: dict[str, Any]) -> list[Any]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


TALLIES: dict[str, Tally] = {}


@dataclass(frozen=True)
class TallyMeasure(Ungrouped):
    """The measure of an indicator that a tally answers; `key` is the tally's in TALLIES and in the cells."""

    key: str
    thing: Thing | None

    @property
    def tally(self) -> Tally:
        """What it counts."""
        return TALLIES[self.key]

    @property
    def lowest(self) -> str:
        """The lowest level that has figures."""
        return self.tally.lowest

    @property
    def things(self) -> Things | None:
        """The items are the things, unless they are no rows of their own."""
        return (self.thing, self.thing) if self.thing else None

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        cells = TallyCell.objects.filter(
            level=areas[0].level,
            area_id__in=[area.id for area in areas],
            period__in=[period.code for period in periods],
            indicator=self.key,
        )
        return fill(areas, periods, cells.values_list("area_id", "period", "numerator", "denominator"))

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind | None:
        """Return the items, counted now."""
        if self.thing is None:
            return None
        items = [
            item
            for item in self.tally.find(communities_in(area), period, timezone.localdate())
            if area.level != AreaLevel.GRID or item.grid == area.id
        ]
        counted = self._rows(item.id for item in items if item.counted)
        return Behind(counted, self._rows(item.id for item in items))

    def _rows(self, ids: Iterable[int]) -> QuerySet:
        return self.tally.model._default_manager.filter(pk__in=list(ids))


@dataclass(frozen=True)
class GroupedTallies:
    """The measure of an indicator with a tally for each grouping: (code, name of the grouping, measure)."""

    members: tuple[tuple[str, str | Promise, TallyMeasure], ...]

    has_groupings = True

    @property
    def lowest(self) -> str:
        """The lowest level that has figures."""
        return self._of("").lowest

    @property
    def things(self) -> Things | None:
        """The items are the things."""
        return self._of("").things

    def list_groupings(self) -> Sequence[Choice]:
        """Return the groupings in the order they were declared."""
        return [(code, name) for code, name, _measure in self.members]

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str = "") -> dict[Key, Figure]:
        """Return the figures; see indicator.Measure."""
        return self._of(grouping).answer(areas, periods)

    def behind(self, area: AreaRef, period: Period, grouping: str = "") -> Behind | None:
        """Return the items, counted now."""
        return self._of(grouping).behind(area, period)

    def _of(self, grouping: str) -> TallyMeasure:
        members = {code: measure for code, _name, measure in self.members}
        return members.get(grouping, self.members[0][2])


def tally(key: str, tally: Tally, thing: Thing | None) -> TallyMeasure:
    """Register a tally under its indicator's id (with a suffix where an indicator has several); return its measure."""
    TALLIES[key] = tally
    return TallyMeasure(key, thing)
