"""Reads the page: one look at the cells of the area, its months and its parts, and the comparisons made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.utils.translation import gettext_lazy, ngettext

from dashboards.asking import Ask
from dashboards.charts import Chart
from dashboards.compare import dose, fairness, peers, trend
from dashboards.compare.dose import Dose
from dashboards.compare.fairness import Group
from dashboards.compare.numbers import Seen, read_numbers
from dashboards.compare.peers import BANDS, Peer
from dashboards.compare.trend import Month
from dashboards.page import Page
from dashboards.tables import Table
from grids.groupings import ALL
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.detail import LEVELS, LEVELS_BELOW
from indicators.indicator import Choice
from indicators.models import AreaLevel
from indicators.periods import Period, recent_periods


@dataclass(frozen=True)
class Comparison:
    """What the page shows of an area and a grouping. `level` is that of the areas compared, `levels` may be chosen."""

    area: AreaRef
    period: Period
    groupings: Sequence[Choice]
    grouping: str
    levels: Sequence[AreaLevel]
    level: AreaLevel
    whole: Seen
    chosen: Seen
    months: list[Month]
    peers: list[Peer]
    doses: list[Dose]
    groups: list[Group]
    hides: bool

    @property
    def grouping_name(self) -> str:
        """The chosen grouping in words."""
        return next(str(name) for code, name in self.groupings if code == self.grouping)

    @property
    def is_of_a_group(self) -> bool:
        """Whether something else than everybody is chosen."""
        return self.grouping != ALL.code

    @property
    def has_trend(self) -> bool:
        """Whether any month has a rate to be shown."""
        return any(month.seen.rate is not None for month in self.months)

    @property
    def peers_explained(self) -> str:
        """What the standardised rates say, in a sentence."""
        return peers.explain(self.peers, self.area)

    @property
    def fairness_explained(self) -> str:
        """Who comes least and most, in a sentence."""
        return fairness.explain(self.groups)

    @property
    def trend_chart(self) -> Chart:
        """The months."""
        return trend.draw_months(self.months, self.grouping_name, say_people(self.chosen))

    @property
    def peers_chart(self) -> Chart:
        """Areas on like for like."""
        return peers.draw_peers(self.peers, say_people(self.whole))

    @property
    def group_chart(self) -> Chart:
        """Areas by the chosen group."""
        return peers.draw_group(peers.rank_by_group(self.peers), self.grouping_name, say_people(self.chosen))

    @property
    def dose_chart(self) -> Chart:
        """How often people came."""
        return dose.draw_doses(self.doses, say_people(self.chosen))

    @property
    def fairness_chart(self) -> Chart:
        """Who comes less than by number, who more."""
        return fairness.draw_groups(self.groups, say_reached(self.whole))


def say_people(seen: Seen) -> str:
    """Return how many people a chart is drawn from, in words."""
    if seen.population is None:
        return ""
    return ngettext("在册 %(n)s 人", "在册 %(n)s 人", seen.population) % {"n": f"{seen.population:,}"}


def say_reached(seen: Seen) -> str:
    """Return from how many people reached a chart is drawn, in words."""
    if seen.reached is None:
        return ""
    return ngettext("触达 %(n)s 人", "触达 %(n)s 人", seen.reached) % {"n": f"{seen.reached:,}"}


def read(ask: Ask) -> Comparison:
    """Return the comparisons that are asked for, with a constant number of queries."""
    groupings = CATALOGUE["S0-20"].measure.list_groupings()
    codes = [code for code, _name in groupings]
    grouping = ask.choose("grouping", codes)
    area, period = ask.area, ask.period
    family = ask.find_family()
    months = recent_periods("month", ask.today, settings.CELL_MONTHS)[::-1]
    monthly = read_numbers(family, months, [grouping], hides=ask.hides)
    now = read_numbers(family, [period], codes, hides=ask.hides)
    own = {code: now[area.id, period.code, code] for code in codes}
    levels = offer_levels(area)
    level = AreaLevel(ask.choose("level", [str(one) for one in levels]))
    return Comparison(
        area=area,
        period=period,
        groupings=groupings,
        grouping=grouping,
        levels=levels,
        level=level,
        whole=own[ALL.code],
        chosen=own[grouping],
        months=trend.list_months(area, months, monthly, grouping),
        peers=read_peers(ask, level, grouping, {band: own[band].weight for band in BANDS}),
        doses=dose.list_doses(own[grouping]),
        groups=fairness.list_groups([(str(name), own[code]) for code, name in groupings[1:]], own[ALL.code]),
        hides=ask.hides,
    )


def offer_levels(area: AreaRef) -> list[AreaLevel]:
    """Return the levels of parts that one may compare: a community's grids; else down to communities."""
    first = LEVELS.index(AreaLevel(area.level)) + 1
    return [AreaLevel.GRID] if area.level == AreaLevel.COMMUNITY else LEVELS[first:-1][:LEVELS_BELOW]


def read_peers(ask: Ask, level: AreaLevel, grouping: str, weights: Mapping[str, int | None]) -> list[Peer]:
    """Return the area's parts of a level beside each other."""
    parts, first = ask.area.parts(level, ask.period), offer_levels(ask.area)[0]
    between = [] if level == first else ask.area.parts(first, ask.period)
    numbers = read_numbers(parts, [ask.period], list({ALL.code, grouping, *BANDS}), hides=ask.hides)
    names = {one.code: one.name for one in between}
    return peers.list_peers(parts, numbers, weights, ask.period, grouping, names)


def list_tables(content: Comparison) -> list[Table]:
    """Return the page's tables."""
    link = partial(peers.link_peers, period=content.period, grouping=content.grouping)
    tables = [
        trend.tabulate_months(content.months, content.grouping_name),
        peers.tabulate_peers(content.peers, link(content.peers)),
        dose.tabulate_doses(content.doses),
        fairness.tabulate_groups(content.groups),
    ]
    if content.is_of_a_group:
        ranked = peers.rank_by_group(content.peers)
        tables.append(peers.tabulate_group(ranked, content.grouping_name, link(ranked)))
    return tables


PAGE = Page("compare", gettext_lazy("走势与对比"), "graph-up", read, list_tables, filters=("grouping", "level"))
