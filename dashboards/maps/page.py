"""Reading the map of an area: which indicator, which parts, their figures. Drawing: shapes.py; classes: scale.py."""

from collections.abc import Sequence

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.asking import Ask
from dashboards.links import link
from dashboards.maps.content import Block, Choices, MapContent, Place
from dashboards.maps.scale import Scale, make_scale
from dashboards.maps.shapes import draw_places, read_shapes
from dashboards.maps.tables import list_tables
from dashboards.page import Page
from indicators.areas import MODELS, AreaRef
from indicators.catalogue import CATALOGUE
from indicators.catalogue.words import TOPICS
from indicators.detail import LEVELS
from indicators.indicator import Choice, Indicator
from indicators.measures import ReachMeasure
from indicators.models import AreaLevel
from indicators.shown import ShownFigure, show_figures
from indicators.templatetags.units import in_unit

USUAL = "S0-20"
ENOUGH = 0.8  # of the grids with a boundary: a map with more holes would hide whom it leaves out


def read(ask: Ask) -> MapContent:
    """Return the map of the area and period; a constant number of queries."""
    choices = choose(ask)
    if ask.period.kind not in choices.indicator.periods:
        return MapContent(choices, reason=say_periods(choices.indicator))
    level = choose_level(ask.area, choices.indicator)
    parts = ask.area.parts(level, ask.period)
    figures = show_figures(choices.indicator, parts, [ask.period], choices.grouping, hides=ask.hides)
    shown = [figures[part.id, ask.period.code] for part in parts]
    scale, parents = make_scale(choices.indicator, shown), name_parents(parts, level)
    places = [
        make_place(ask, choices, part, parents[part.parent_code].name, figure, scale)
        for part, figure in zip(parts, shown, strict=True)
    ]
    shapes = read_shapes(ask.area, level, ask.period)
    is_drawn = bool(shapes.known) and len(shapes.known) >= ENOUGH * shapes.grids
    return MapContent(
        choices,
        title=" · ".join(str(part) for part in (choices.indicator.name, choices.grouping_name, ask.area.name) if part),
        level=level,
        scale=scale,
        places=places,
        drawing=draw_places(places, shapes) if is_drawn else None,
        blocks=[] if is_drawn else make_blocks(places, parents),
        drawn=len(shapes.known),
        grids=shapes.grids,
    )


def choose(ask: Ask) -> Choices:
    """Return what the address asks for, by default the usual indicator; 404 for nonsense."""
    offered = list_offered(ask.area.level)
    indicator = CATALOGUE[ask.choose("indicator", [USUAL, *(one.id for one in offered)])]
    groupings = indicator.measure.list_groupings()
    topics = [(str(topic), [one for one in offered if one.topic == topic]) for topic in TOPICS]
    grouping = choose_grouping(ask, groupings, offered)
    return Choices(indicator, grouping, [topic for topic in topics if topic[1]], groupings)


def list_offered(level: str) -> list[Indicator]:
    """Return the indicators that have figures of parts of such an area, as far down as they are drawn.

    Not what people answered: a map has calendar periods, and communities are not held against each other by opinions.
    """
    lowest = LEVELS.index(AreaLevel.GRID if level == AreaLevel.COMMUNITY else AreaLevel.COMMUNITY)
    found = [one for one in CATALOGUE.values() if LEVELS.index(AreaLevel(one.measure.lowest)) >= lowest]
    return [one for one in found if not one.is_by_wave]


def choose_grouping(ask: Ask, groupings: Sequence[Choice], offered: Sequence[Indicator]) -> str:
    """Return the grouping of the address, the first where the indicator was changed to one that has other ones."""
    codes, asked = [code for code, _name in groupings], ask.filters.get("grouping", "")
    if not asked or asked in codes:
        return asked or next(iter(codes), "")
    known = {code for one in offered for code, _name in one.measure.list_groupings()}
    if asked not in known:
        raise Http404
    return next(iter(codes), "")


def choose_level(area: AreaRef, indicator: Indicator) -> AreaLevel:
    """Return the level that is coloured: grids up to a street, communities in a district or where grids have none."""
    has_grids = indicator.measure.lowest == AreaLevel.GRID
    return AreaLevel.GRID if has_grids and area.level != AreaLevel.DISTRICT else AreaLevel.COMMUNITY


def name_parents(parts: Sequence[AreaRef], level: AreaLevel) -> dict[str, AreaRef]:
    """Return code -> area around parts of the level, abolished ones too."""
    above = LEVELS[LEVELS.index(level) - 1]
    codes = {part.parent_code for part in parts}
    return {area.code: AreaRef.to(area) for area in MODELS[above].objects.filter(code__in=codes)}


def say_periods(indicator: Indicator) -> str:
    """Return for which kinds of periods the indicator has figures."""
    names = {"month": _("按月"), "quarter": _("按季"), "year": _("按年")}
    kinds = _("、").join(names[kind] for kind in indicator.periods)
    return _("这个指标只%(kinds)s统计。请在上面换一种时期，或另选一个指标。") % {"kinds": kinds}


def make_place(ask: Ask, choices: Choices, area: AreaRef, parent: str, shown: ShownFigure, scale: Scale) -> Place:
    """Return a part of the area with its figure, its shade, and the address of its coverage page."""
    # The groupings of that page are those of people; other measures have groupings of their own.
    of_people = choices.grouping and isinstance(choices.indicator.measure, ReachMeasure)
    filters = {"grouping": choices.grouping} if of_people else {}
    url = link(area.code, "coverage", ask.period, **filters)
    return Place(area, parent, shown, scale.shade(shown), url, say(area, parent, shown))


def say(area: AreaRef, parent: str, figure: ShownFigure) -> str:
    """Return the name of a place and its figure in words."""
    name = area.name if area.name.startswith(parent) else f"{parent} {area.name}"
    if figure.hidden:
        return _("%(name)s：人数太少，不显示") % {"name": name}
    if figure.value is None:
        return _("%(name)s：没有可统计的对象") % {"name": name}
    return _("%(name)s：%(value)s") % {"name": name, "value": in_unit(figure.value, figure.indicator)}


def make_blocks(places: Sequence[Place], parents: dict[str, AreaRef]) -> list[Block]:
    """Return the places as tiles, by the areas around them, in the order of codes."""
    blocks = [
        Block(parent, [place for place in places if place.area.code.startswith(code)])
        for code, parent in sorted(parents.items())
    ]
    return [block for block in blocks if block.places]


PAGE = Page("map", gettext_lazy("地图"), "map", read, list_tables, filters=("indicator", "grouping"))
