"""Tiles: the headline figures of a page, as the reader may see them, beside target, closing and the period before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.asking import Ask
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.closings.frozen import (
    areas_in,
    find_closing,
    has_figures,
    is_kept,
    list_siblings,
    read_frozen_figures,
)
from indicators.detail import find_siblings
from indicators.figures import Reach
from indicators.indicator import PLACES, RATES, Figure, Indicator, Key, Pace, Thing, Unit
from indicators.judging import Judgement, assess
from indicators.models import PeriodClosing
from indicators.periods import Period
from indicators.rows import link_lists
from indicators.shown import ShownFigure, counts_persons, find_hidden, show_figures
from indicators.suppression import Shown
from indicators.targets import find_targets
from indicators.templatetags.units import in_unit

BEFORE = {"month": gettext_lazy("上月"), "quarter": gettext_lazy("上季"), "year": gettext_lazy("上年")}
# While a period runs, it is the whole one before that stands beside it, and the words say so.
WHOLE = {"month": gettext_lazy("上月全月"), "quarter": gettext_lazy("上季全季"), "year": gettext_lazy("上年全年")}
UNITS = {
    Thing.PERSON: gettext_lazy("人"),
    Thing.CONTACT: gettext_lazy("人次"),
    Thing.HOUSEHOLD: gettext_lazy("户"),
    Thing.VISIT: gettext_lazy("户次"),
    Thing.ACTIVITY: gettext_lazy("场"),
    Thing.GRID: gettext_lazy("个网格"),
    Thing.BUILDING: gettext_lazy("栋楼"),
    Thing.COMMUNITY: gettext_lazy("个社区"),
    Thing.NEED: gettext_lazy("件"),
    Thing.GROUP: gettext_lazy("类人群"),
    Thing.MEMBER: gettext_lazy("名党员"),
    Thing.PLEDGE_ITEM: gettext_lazy("项"),
    Thing.VOLUNTEER: gettext_lazy("名志愿者"),
}
# Of indicators without lists: what their two numbers count.
UNITS_WITHOUT_LISTS = {
    "R-04": gettext_lazy("人次"),
    "S2-041": gettext_lazy("个时段"),
    "R-60": gettext_lazy("人"),
    "S2-087": gettext_lazy("次"),
    "S1-52": gettext_lazy("分钟"),
}


@dataclass(frozen=True)
class Tile:
    """A headline figure. What the reader may not see is `hidden`; `before` and `frozen` are None then.

    `before` is the figure of the whole period before, `frozen` the one at the closing where the figure has moved since,
    `lists` the addresses of the lists behind numerator and denominator that the reader may open.
    """

    indicator: Indicator
    figure: Figure
    area: str
    period: Period
    grouping: str = ""
    hidden: bool = False
    judged: Judgement | None = None
    frozen: Figure | None = None
    before: Figure | None = None
    is_running: bool = False
    lists: Mapping[str, str] = field(default_factory=dict)

    @property
    def value(self) -> float | None:
        """The value in the indicator's unit, rounded as it is shown; None when hidden or nothing is to be counted."""
        return ShownFigure(self.indicator, self.figure, self.hidden).value

    @property
    def percent(self) -> float | None:
        """The value of a percentage; None for other units, when hidden, and when there is nothing to count."""
        return self.value if self.indicator.unit == Unit.PERCENT else None

    @property
    def number(self) -> str:
        """The value without its unit, as it is shown."""
        return "" if self.value is None else f"{self.value:,.{PLACES.get(Unit(self.indicator.unit), 0)}f}"

    @property
    def unit(self) -> str:
        """The unit in words; an index has none."""
        return "" if self.indicator.unit == Unit.INDEX else str(Unit(self.indicator.unit).label)

    @property
    def silence(self) -> str:
        """Why there is no value, of a tile that is not hidden."""
        return _("还没有报送") if self.indicator.reported_because else _("没有可统计的对象")

    @property
    def is_low(self) -> bool:
        """Whether a reach figure lies below LOW_REACH_RATE."""
        rate = None if self.hidden else self.figure.rate
        return self.indicator.warns_when_low and rate is not None and rate < settings.LOW_REACH_RATE

    @property
    def counted(self) -> str:
        """Numerator and denominator with what they count: 人, 人次 and 户 are told apart; "" where nothing is."""
        is_sum = self.indicator.unit not in RATES and self.figure.numerator == self.figure.denominator
        if self.value is None or is_sum or self.indicator.unit == Unit.INDEX:
            return ""
        other = str(UNITS_WITHOUT_LISTS.get(self.indicator.id, ""))
        sides = [str(UNITS.get(thing, "")) for thing in self.indicator.measure.things or ()] or [other, other]
        first = f" {sides[0]}" if sides[0] != sides[1] else ""
        return f"{self.figure.numerator:,}{first} / {self.figure.denominator:,} {sides[1]}".rstrip()

    @property
    def change(self) -> float | None:
        """The value less that of the period before, in the indicator's unit (percentage points for shares).

        None where either is unknown, and while the period runs for what only grows with it: half a quarter is less
        than a whole one, whoever worked how hard.
        """
        earlier = self.before_value
        if self.value is None or earlier is None or (self.is_running and self.indicator.pace != Pace.SHARE):
            return None
        return self.value - earlier

    @property
    def before_value(self) -> float | None:
        """The value of the period before, rounded as it is shown."""
        return ShownFigure(self.indicator, self.before).value if self.before else None

    @property
    def comparison(self) -> str:
        """The period before in words, with sign and unit of the change: 上季 43.1%，+2.9 个百分点."""
        if self.before_value is None:
            return ""
        before = (WHOLE if self.is_running else BEFORE)[self.period.kind]
        words = {"before": before, "value": in_unit(self.before_value, self.indicator)}
        if self.change is None:
            return _("%(before)s %(value)s") % words
        return _("%(before)s %(value)s，%(change)s") % {**words, "change": say_change(self.change, self.indicator)}


def say_change(change: float, indicator: Indicator) -> str:
    """Return a change with sign and unit, of shares in percentage points; as much as before is said in words."""
    places = PLACES.get(Unit(indicator.unit), 0)
    if not round(change, places):
        return _("持平")
    text = f"{change:+,.{places}f}"
    if indicator.unit == Unit.PERCENT:
        return _("%(change)s 个百分点") % {"change": text}
    return text if indicator.unit == Unit.INDEX else f"{text} {Unit(indicator.unit).label}"


def read_tiles(ask: Ask, ids: Sequence[str], grouping: str = "") -> list[Tile]:
    """Return the tiles of indicators in this order; those that the area's level or this kind of period has none of are
    left out. `grouping` counts where an indicator has groupings, "" is the first of them.

    Hidden is what the indicator's own page hides, for the same reasons (indicators/shown.py).
    """
    area, period = ask.area, ask.period
    earlier = period.previous()
    family = list_family(ask)
    indicators = [CATALOGUE[id] for id in ids if has_figures(CATALOGUE[id], area.level, period)]
    tiles = []
    for indicator in indicators:
        asked = grouping if indicator.measure.has_groupings else ""
        shown = show_figures(indicator, family, [earlier, period], asked, hides=ask.hides)
        now, before = shown[area.id, period.code], shown[area.id, earlier.code]
        tiles.append(
            Tile(
                indicator,
                now.figure,
                area.code,
                period,
                asked,
                now.hidden,
                before=None if now.hidden or before.hidden or not is_kept(earlier) else before.figure,
                is_running=ask.is_running,
                lists={} if now.hidden else link_lists(indicator, area, period, asked, ask.reader),
            )
        )
    return tiles if grouping else mark(tiles, ask)


def show_people(reach: Tile | None) -> Shown:
    """Return the people of the tile of reach (S0-20) as a cell; without the tile nothing may be said of them."""
    if reach is None:
        return Shown(Reach(), hidden=True)
    return Shown(Reach(population=reach.figure.denominator, reached=reach.figure.numerator), reach.hidden)


def list_family(ask: Ask) -> list[AreaRef]:
    """Return the area, and where small counts are hidden those beside it: together they add up to a shown sum.

    Areas that there were in one of both periods only have no figures in the other, and decide nothing there.
    """
    if not ask.hides:
        return [ask.area]
    both = [find_siblings(ask.area, period, ask.reader) for period in (ask.period, ask.period.previous())]
    return list(dict.fromkeys(area for siblings in both for area in siblings))


def mark(tiles: list[Tile], ask: Ask) -> list[Tile]:
    """Return the tiles with how they stand to their targets, and what they were when the period was closed."""
    targets = find_targets(ask.area.code, ask.period.start.year)
    closing = find_closing(ask.area, ask.period)
    frozen = read_closed(closing, ask) if closing and is_kept(ask.period) else {}
    marked = []
    for tile in tiles:
        target = targets.get(tile.indicator.id)
        yearly = float(target.value) if target else None
        judged = assess(tile.indicator, tile.figure, yearly, ask.period, ask.today)
        moved = find_moved(tile, frozen.get(tile.indicator.id, {}), ask)
        marked.append(tile if tile.hidden else replace(tile, judged=judged, frozen=moved))
    return marked


def read_closed(closing: PeriodClosing, ask: Ask) -> dict[str, dict[int, Figure]]:
    """Return indicator id -> area id -> figure at the closing, of the area and, with hiding, those beside it."""
    return read_frozen_figures(closing, list_siblings(ask.area) if ask.hides else [ask.area])


def find_moved(tile: Tile, frozen: dict[int, Figure], ask: Ask) -> Figure | None:
    """Return the figure at the closing, where it was another one and is not too small for the reader."""
    before = frozen.get(ask.area.id)
    if before is None or before == tile.figure:
        return None
    if ask.hides and counts_persons(tile.indicator):
        figures: dict[Key, Figure] = {(area_id, ask.period.code): figure for area_id, figure in frozen.items()}
        areas = areas_in(figures, list_siblings(ask.area))
        if (ask.area.id, ask.period.code) in find_hidden(tile.indicator, figures, areas, [ask.period], ""):
            return None
    return before
