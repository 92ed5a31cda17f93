"""Reading a GeoJSON file (RFC 7946) into features with a shape, located by their number; nothing of grids here."""

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy
import shapely
from django.conf import settings
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from grids.small_files import FileUnfitError, decode

AREAS = ("Polygon", "MultiPolygon")
SAMPLE = 100  # lines of a shape that tell how tangled it is
KNOWN_SYSTEMS = ("CRS84", "4326", "4490")  # WGS 84, and CGCS2000, which differs from it by centimetres


class FeatureUnfitError(Exception):
    """A feature that cannot become a boundary; the text is for the user."""


@dataclass
class Feature:
    """A feature of the file: its number from 1, its properties as text, its shape, and what was mended."""

    number: int
    properties: dict[str, str]
    shape: BaseGeometry | None = None
    problem: str = ""
    remarks: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where it is in the file."""
        return _("第 %(number)s 个要素") % {"number": self.number}


def read_features(content: bytes) -> list[Feature]:
    """Return the features of a file; raise FileUnfitError for what is no GeoJSON of areas, or too much of it."""
    if len(content) > settings.BOUNDARY_MAX_BYTES:
        limit = settings.BOUNDARY_MAX_BYTES // 2**20
        raise FileUnfitError(_("文件超过 %(limit)s MB，请先简化边界，或按社区分开上传。") % {"limit": limit})
    found = parse(decode(content))
    check_system(found)
    entries = found.get("features")
    if found.get("type") != "FeatureCollection" or not isinstance(entries, list):
        raise FileUnfitError(_("这不是 GeoJSON 的 FeatureCollection。请从地图软件另存为 GeoJSON 再上传。"))
    if not entries:
        raise FileUnfitError(_("文件里没有要素。"))
    if len(entries) > settings.BOUNDARY_MAX_FEATURES:
        limit = settings.BOUNDARY_MAX_FEATURES
        raise FileUnfitError(_("文件里的要素超过 %(limit)s 个，请按社区分开上传。") % {"limit": limit})
    return list(read_in_time(entries))


def read_in_time(entries: list[Any]) -> Iterator[Feature]:
    """Yield the features; give up where they take so long that nobody would wait."""
    end = time.monotonic() + settings.BOUNDARY_SECONDS
    for number, entry in enumerate(entries, start=1):
        if time.monotonic() > end:
            raise FileUnfitError(_("文件太复杂，读了很久还没有读完。请先简化边界，或按社区分开上传。"))
        yield read_feature(number, entry)


def parse(text: str) -> dict[str, Any]:
    """Return the object of a JSON text."""
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise FileUnfitError(_("文件的层次太深，不像是地图文件。")) from error
    except json.JSONDecodeError as error:
        words = {"line": error.lineno, "column": error.colno}
        raise FileUnfitError(_("文件不是完整的 JSON：第 %(line)s 行第 %(column)s 个字处断了。") % words) from error
    except ValueError as error:  # a number of thousands of digits
        raise FileUnfitError(_("文件里有读不出来的数字。")) from error
    if not isinstance(found, dict):
        raise FileUnfitError(_("这不是 GeoJSON 的 FeatureCollection。请从地图软件另存为 GeoJSON 再上传。"))
    return found


def check_system(found: Mapping[str, Any]) -> None:
    """Refuse a file that says its coordinates are others than longitude and latitude."""
    named = found.get("crs")
    properties = named.get("properties") if isinstance(named, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name and not name.endswith(KNOWN_SYSTEMS):
        raise FileUnfitError(
            _("坐标系是 %(name)s。请先转换为 WGS84 或 CGCS2000 经纬度（EPSG:4326、EPSG:4490）。") % {"name": name[:60]}
        )


def read_feature(number: int, entry: Any) -> Feature:
    """Return one feature, with its shape or with the problem that leaves it without."""
    if not isinstance(entry, dict):
        return Feature(number, {}, problem=_("不是要素"))
    given = entry.get("properties")
    properties = {str(key)[:60]: say(value) for key, value in given.items()} if isinstance(given, dict) else {}
    feature = Feature(number, properties)
    try:
        feature.shape = mend(read_geometry(entry.get("geometry")), feature)
    except FeatureUnfitError as problem:
        feature.problem = str(problem)
    return feature


def say(value: Any) -> str:
    """Return the value of a property as text; codes are often numbers."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()[:60]


def read_geometry(geometry: Any) -> BaseGeometry:
    """Return the shape of a geometry as it is drawn; it may cross itself."""
    if not isinstance(geometry, dict) or not geometry.get("coordinates"):
        raise FeatureUnfitError(_("没有坐标"))
    if geometry.get("type") not in AREAS:
        raise FeatureUnfitError(_("不是面（Polygon 或 MultiPolygon）"))
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    try:
        rings = [[list(read_points(ring)) for ring in polygon] for polygon in polygons]
    except (TypeError, IndexError) as error:
        raise FeatureUnfitError(_("坐标的写法不对")) from error
    if sum(len(ring) for polygon in rings for ring in polygon) > settings.BOUNDARY_MAX_POINTS:
        limit = settings.BOUNDARY_MAX_POINTS
        raise FeatureUnfitError(_("折点超过 %(limit)s 个，请先简化") % {"limit": limit})
    if not all(rings) or any(len(ring) < 4 for polygon in rings for ring in polygon):
        raise FeatureUnfitError(_("折点太少，围不成面"))
    return MultiPolygon([Polygon(polygon[0], polygon[1:]) for polygon in rings])


def read_points(ring: Any) -> Iterator[tuple[float, float]]:
    """Yield the points of a ring; heights are left out."""
    for point in ring:
        x, y = point[0], point[1]
        if not all(isinstance(part, int | float) and math.isfinite(part) for part in (x, y)):
            raise FeatureUnfitError(_("坐标里有不是数字的内容"))
        if abs(x) <= 90 < abs(y) <= 180:
            raise FeatureUnfitError(_("经度和纬度像是写反了"))
        if abs(x) > 180 or abs(y) > 90:
            raise FeatureUnfitError(_("坐标不像经纬度，请先转换为 WGS84 或 CGCS2000 经纬度"))
        yield float(x), float(y)


def mend(shape: BaseGeometry, feature: Feature) -> BaseGeometry:
    """Return the shape without crossings; what was mended is remarked on."""
    if not shape.is_valid:
        if count_crossings(shape) > settings.BOUNDARY_MAX_CROSSINGS:
            raise FeatureUnfitError(_("自相交的地方太多，修不好。请在地图软件里修正几何后再导出"))
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        feature.remarks.append(_("自相交，已修正"))
    areas = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    if not sum(area.area for area in areas):
        raise FeatureUnfitError(_("面积是零"))
    return MultiPolygon(areas)


def count_crossings(shape: BaseGeometry) -> float:
    """Estimate how often the lines of a shape cross, from some of them: mending takes minutes where it is thousands."""
    points = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]
    lines = numpy.concatenate([shapely.linestrings(numpy.stack([ring[:-1], ring[1:]], axis=1)) for ring in points])
    sample = lines[:: max(1, len(lines) // SAMPLE)]
    crossings = sum(int(shapely.crosses(line, lines).sum()) for line in sample)
    return crossings / len(sample) * len(lines) / 2
