"""Boundaries as lines of a drawing: projection, paths of SVG, outlines around several, and where a label has room.

Knows nothing of figures and colours: dashboards/maps does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Self

import numpy
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

WIDTH, HEIGHT = 600, 560  # the largest drawing; its own proportions decide how much of that it takes
MARGIN = 4
SEAM = 0.6  # gaps between neighbours up to twice this much are no line of an outline
SMALL, LARGE = 11, 20  # sizes of labels on desktop and phone: as in portal.css


@dataclass(frozen=True)
class Projection:
    """Degrees to places on the sheet: longitudes squeezed by the cosine of the middle latitude, north on top."""

    west: float
    north: float
    squeeze: float
    scale: float
    width: float
    height: float

    @classmethod
    def around(cls, shapes: Iterable[BaseGeometry]) -> Self:
        """Return the projection that fits all shapes onto the sheet."""
        west, south, east, north = shapely.total_bounds(list(shapes))
        squeeze = cos(radians((south + north) / 2))
        across, down = (east - west) * squeeze, north - south
        scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / down)
        return cls(west, north, squeeze, scale, across * scale + 2 * MARGIN, down * scale + 2 * MARGIN)

    def place(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape on the sheet."""
        return shapely.transform(shape, self._move)

    def _move(self, points: numpy.ndarray) -> numpy.ndarray:
        x = (points[:, 0] - self.west) * self.squeeze * self.scale + MARGIN
        y = (self.north - points[:, 1]) * self.scale + MARGIN
        return numpy.column_stack([x, y])


@dataclass(frozen=True)
class Spot:
    """Where a label stands: its middle, and the part of the shape around it."""

    x: float
    y: float
    around: BaseGeometry

    def holds(self, texts: Sequence[str], size: int) -> bool:
        """Tell whether texts of this size, one under the other, have room; Latin letters are half as wide."""
        widths = [sum(size if ord(letter) > 0x2E80 else size * 0.56 for letter in text) for text in texts]
        across, down = max(widths) / 2 + size * 0.2, len(texts) * size * 0.65
        return self.around.contains(shapely.box(self.x - across, self.y - down, self.x + across, self.y + down))


@dataclass(frozen=True)
class Sketch:
    """Shapes without figures: size of the sheet, and (name, path) of each."""

    width: int
    height: int
    shapes: list[tuple[str, str]]


def sketch(geometries: Mapping[str, dict[str, Any]]) -> Sketch | None:
    """Return the GeoJSON geometries as a drawing; None without any."""
    if not geometries:
        return None
    shapes = {name: read_shape(geometry) for name, geometry in geometries.items()}
    sheet = Projection.around(shapes.values())
    paths = [(name, write_path(sheet.place(shape))) for name, shape in shapes.items()]
    return Sketch(round(sheet.width), round(sheet.height), paths)


def read_shape(geometry: dict[str, Any]) -> BaseGeometry:
    """Return the shape of a GeoJSON geometry."""
    return shape(geometry)


def join_shapes(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return the area of all shapes of a sheet as one, without the seams that slightly different borders leave."""
    grown = shapely.buffer(list(shapes), SEAM, join_style="mitre")
    return shapely.union_all(grown).buffer(-SEAM, join_style="mitre")


def write_path(shape: BaseGeometry) -> str:
    """Return the `d` of an SVG path, in tenths of a unit; holes are left out by fill-rule evenodd."""
    return "".join(
        write_ring(ring) for polygon in list_polygons(shape) for ring in (polygon.exterior, *polygon.interiors)
    )


def write_ring(ring: BaseGeometry) -> str:
    """Return a closed line without points that fall together."""
    points = [(round(x, 1), round(y, 1)) for x, y in shapely.get_coordinates(ring)]
    kept = [point for before, point in zip([None, *points], points, strict=False) if point != before]
    return f"M{'L'.join(f'{x:g} {y:g}' for x, y in kept[:-1] or kept)}Z"


def list_polygons(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return the polygons of a shape; lines and points, which are no area, are left out."""
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]


def find_spot(shape: BaseGeometry) -> Spot:
    """Return where a label of the shape stands: in its largest part, far from all borders, half-way between two."""
    largest = max(list_polygons(shape), key=lambda polygon: polygon.area)
    middle = shapely.Point(shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=1))[0])
    west, _south, east, _north = largest.bounds
    across = largest.intersection(shapely.LineString([(west - 1, middle.y), (east + 1, middle.y)]))
    left, _low, right, _high = min(shapely.get_parts(across), key=middle.distance).bounds
    return Spot(round((left + right) / 2, 1), round(middle.y, 1), largest)
