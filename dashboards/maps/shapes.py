"""The shapes of a map: boundaries of the grids of a period, joined to communities where these are coloured."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from dashboards.maps.content import Drawing, Label, Place, Shape
from grids.boundaries.drawing import (
    LARGE,
    SMALL,
    Projection,
    Spot,
    find_spot,
    join_shapes,
    list_polygons,
    read_shape,
    write_path,
)
from grids.models import GridBoundary
from indicators.areas import DIGITS_ABOVE, AreaRef
from indicators.models import AreaLevel
from indicators.periods import Period


@dataclass(frozen=True)
class Shapes:
    """The boundaries known of an area's grids, by code, how many grids there are, and the level that is coloured."""

    known: dict[str, BaseGeometry]
    grids: int
    level: AreaLevel


def read_shapes(area: AreaRef, level: AreaLevel, period: Period) -> Shapes:
    """Return the boundaries of the grids that the period has. Two queries."""
    codes = {grid.code for grid in area.parts(AreaLevel.GRID, period)}
    rows = GridBoundary.objects.filter(grid__code__startswith=area.code).values_list("grid__code", "geometry")
    known = {code: read_shape(geometry) for code, geometry in rows if code in codes}
    return Shapes(known, len(codes), level)


def draw_places(places: Sequence[Place], shapes: Shapes) -> Drawing:
    """Return the drawing of the places that have a shape."""
    sheet = Projection.around(shapes.known.values())
    grids = {code: sheet.place(shape) for code, shape in shapes.known.items()}
    own = grids if shapes.level == AreaLevel.GRID else join_by_code(grids, DIGITS_ABOVE[AreaLevel.GRID])
    around = join_by_code(own, DIGITS_ABOVE[shapes.level])
    drawn = [place for place in places if place.area.code in own]
    return Drawing(
        width=round(sheet.width),
        height=round(sheet.height),
        shapes=[draw_place(place, own[place.area.code]) for place in drawn],
        outlines=[write_path(outline) for outline in around.values()],
        missing=[place for place in places if place.area.code not in own],
    )


def join_by_code(shapes: dict[str, BaseGeometry], digits: int) -> dict[str, BaseGeometry]:
    """Return the first digits of codes -> the area of all shapes whose codes begin so."""
    families: dict[str, list[BaseGeometry]] = {}
    for code, shape in sorted(shapes.items()):
        families.setdefault(code[:digits], []).append(shape)
    joined = {code: join_shapes(family) for code, family in families.items()}
    return {code: shape for code, shape in joined.items() if list_polygons(shape)}


def draw_place(place: Place, shape: BaseGeometry) -> Shape:
    """Return a place with its path and what has room on it."""
    return Shape(place, write_path(shape), make_labels(place, find_spot(shape)))


def make_labels(place: Place, spot: Spot) -> list[Label]:
    """Return name and value for all screens; where these are too long for a phone, the value alone there."""
    both, name, value = (place.short_name, place.value), (place.short_name,), (place.value,)
    if spot.holds(both, LARGE):
        return [Label(spot.x, spot.y, both)]
    found = [("phone", value)] if spot.holds(value, LARGE) else []
    wide = next((texts for texts in (both, value, name) if spot.holds(texts, SMALL)), None)
    return [Label(spot.x, spot.y, texts, screens) for screens, texts in (*found, ("wide", wide)) if texts]
