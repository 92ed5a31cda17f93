"""What a file of boundaries would do to a street, with everything that is wrong with it. Nothing is saved here."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from communities.models import Street
from grids.boundaries.drawing import list_polygons, read_shape
from grids.boundaries.matching import Keys, Register, find_grid, find_keys, list_properties, read_register
from grids.boundaries.reading import Feature, read_features
from grids.models import Grid, GridBoundary

OVERLAP = 0.05  # of the smaller one: hand-drawn neighbours overlap by a line's width, mistaken ones by a house
PRECISION = 1e-6  # degrees: a tenth of a metre
DETAIL = 2e-5  # degrees: bends of about two metres go
SLIVER = 0.002  # of a boundary: smaller pieces and holes are slips of the hand


@dataclass(frozen=True)
class Remark:
    """Something about a place of the file; a refusal leaves that feature out."""

    place: str
    words: str
    is_refusal: bool = True


@dataclass
class Draft:
    """A feature that found its grid, on its way to a boundary."""

    feature: Feature
    grid: Grid
    shape: BaseGeometry

    @property
    def place(self) -> str:
        """Where it is in the file, and which grid it is."""
        return f"{self.feature.place} · {self.grid.community} {self.grid}"


@dataclass
class Rehearsal:
    """What would be saved, what would not and why, and which grids would still be without boundary."""

    features: int
    properties: list[str]
    keys: Keys
    boundaries: dict[Grid, dict[str, Any]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    replaced: list[Grid] = field(default_factory=list)
    without: list[Grid] = field(default_factory=list)

    @property
    def refused(self) -> list[Remark]:
        """What leaves a feature out."""
        return [remark for remark in self.remarks if remark.is_refusal]

    @property
    def mended(self) -> list[Remark]:
        """What was put right."""
        return [remark for remark in self.remarks if not remark.is_refusal]

    @property
    def skipped(self) -> int:
        """How many features would not be saved."""
        return self.features - len(self.boundaries)

    @property
    def new(self) -> int:
        """How many grids would have a boundary for the first time."""
        return len(self.boundaries) - len(self.replaced)

    @property
    def fingerprint(self) -> str:
        """A text that differs once the same file would do something else."""
        words = [
            *([grid.code, json.dumps(geometry)] for grid, geometry in self.boundaries.items()),
            [grid.code for grid in self.replaced],
            [[remark.place, remark.words] for remark in self.remarks],
        ]
        return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def rehearse(content: bytes, street: Street, *, chosen: str = "") -> Rehearsal:
    """Return what the file would do to the street's boundaries; raise FileUnfitError for one that cannot be read.

    `chosen` names the property with the codes of grids; "" leaves it to be found.
    """
    features, register = read_features(content), read_register(street)
    keys = find_keys(features, register, chosen)
    found = Rehearsal(len(features), list_properties(features), keys)
    drafts = drop_twins(find_drafts(features, keys, register, found), found)
    existing = dict(GridBoundary.objects.filter(grid__in=register.current.values()).values_list("grid", "geometry"))
    drafts = drop_overlapping(drafts, read_others(existing, drafts, register), found)
    found.boundaries = simplify(drafts)
    found.replaced = [grid for grid in found.boundaries if grid.pk in existing]
    found.without = [
        grid for grid in register.current.values() if grid not in found.boundaries and grid.pk not in existing
    ]
    return found


def find_drafts(features: Sequence[Feature], keys: Keys, register: Register, found: Rehearsal) -> list[Draft]:
    """Return the features that have both a shape and a grid; remark on the others, and on what was mended."""
    drafts = []
    for feature in features:
        grid = find_grid(feature, keys, register)
        if feature.shape is None:
            found.remarks.append(Remark(feature.place, feature.problem))
        elif isinstance(grid, str):
            found.remarks.append(Remark(feature.place, grid))
        elif (shape := tidy(feature.shape)).is_empty:
            found.remarks.append(Remark(feature.place, _("面积太小")))
        else:
            drafts.append(Draft(feature, grid, shape))
            found.remarks += [Remark(drafts[-1].place, words, is_refusal=False) for words in feature.remarks]
    return drafts


def tidy(shape: BaseGeometry) -> BaseGeometry:
    """Return the shape without tiny pieces and holes, its points a tenth of a metre apart at least."""
    least = shape.area * SLIVER
    pieces = [
        shapely.Polygon(piece.exterior, [hole for hole in piece.interiors if shapely.Polygon(hole).area >= least])
        for piece in list_polygons(shape)
        if piece.area >= least
    ]
    return shapely.set_precision(shapely.union_all(pieces), PRECISION)


def drop_twins(drafts: Sequence[Draft], found: Rehearsal) -> list[Draft]:
    """Return the drafts of grids that the file has once; nobody knows which of two is meant."""
    families: dict[Grid, list[Draft]] = defaultdict(list)
    for draft in drafts:
        families[draft.grid].append(draft)
    for family in families.values():
        for draft in family if len(family) > 1 else ():
            others = _("、").join(other.feature.place for other in family if other is not draft)
            found.remarks.append(Remark(draft.place, _("和%(others)s是同一个网格") % {"others": others}))
    return [family[0] for family in families.values() if len(family) == 1]


def read_others(existing: dict[int, Any], drafts: Sequence[Draft], register: Register) -> dict[Grid, BaseGeometry]:
    """Return the boundaries that stay: of grids that the file does not name."""
    named = {draft.grid.pk for draft in drafts}
    return {
        grid: read_shape(existing[grid.pk])
        for grid in register.current.values()
        if grid.pk in existing and grid.pk not in named
    }


def drop_overlapping(drafts: Sequence[Draft], others: dict[Grid, BaseGeometry], found: Rehearsal) -> list[Draft]:
    """Return the drafts that overlap no other and no boundary that stays by more than OVERLAP."""
    if not drafts:
        return []
    shapes = [*(draft.shape for draft in drafts), *others.values()]
    grids = [*(draft.grid for draft in drafts), *others]
    dropped = set()
    for number, other in shapely.STRtree(shapes).query(shapes, predicate="intersects").T:
        if number == other or number >= len(drafts):
            continue
        share = shapes[number].intersection(shapes[other]).area / min(shapes[number].area, shapes[other].area)
        if share > OVERLAP:
            dropped.add(number)
            words = {"grid": f"{grids[other].community} {grids[other]}", "share": f"{share:.0%}"}
            found.remarks.append(Remark(drafts[number].place, _("和“%(grid)s”重叠 %(share)s") % words))
    return [draft for number, draft in enumerate(drafts) if number not in dropped]


def simplify(drafts: Sequence[Draft]) -> dict[Grid, dict[str, Any]]:
    """Return the GeoJSON geometry of each grid, simplified together so that neighbours keep one common border."""
    if not drafts:
        return {}
    simpler = shapely.coverage_simplify([draft.shape for draft in drafts], DETAIL)
    kept = [
        new if new.is_valid and list_polygons(new) else draft.shape for new, draft in zip(simpler, drafts, strict=True)
    ]
    return {
        draft.grid: write_geometry(shape)
        for draft, shape in sorted(zip(drafts, kept, strict=True), key=lambda pair: pair[0].grid.code)
    }


def write_geometry(shape: BaseGeometry) -> dict[str, Any]:
    """Return a shape as GeoJSON with six decimals, outer rings counter-clockwise (RFC 7946)."""
    polygons = [shapely.orient_polygons(polygon) for polygon in list_polygons(shape)]
    rings = [
        [[[round(x, 6), round(y, 6)] for x, y in ring] for ring in mapping(polygon)["coordinates"]]
        for polygon in polygons
    ]
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings[0]}
    return {"type": "MultiPolygon", "coordinates": rings}
