"""Invented boundaries of the demo street, taken through the upload that every administrator uses.

They lie around 0° N 0° E, in the open sea: nobody can take them for a real place.
"""

import json
import random
from typing import Any

from accounts.models import User
from communities.models import Street
from grids.boundaries.actions import save_boundaries
from grids.boundaries.rehearsing import rehearse
from grids.models import Grid

Point = tuple[float, float]
ACROSS, DOWN = 3, 2  # grids of a community
COMMUNITIES_ACROSS = 2
STEP = 0.004  # degrees between two corners: some 450 metres
BEND = 0.22  # of a step: how far a corner may lie from where it belongs
SEED = 2026


class Draughtsman:
    """Draws a bent lattice: neighbours share their corners and the bends between them."""

    def __init__(self) -> None:
        self.points: dict[tuple[float, float], Point] = {}
        self.random = random.Random(SEED)  # noqa: S311  nothing here is secret

    def place(self, x: float, y: float) -> Point:
        """Return where a corner, or the middle of a side, lies."""
        if (x, y) not in self.points:
            bend = [self.random.uniform(-BEND, BEND) * (1 if x == int(x) and y == int(y) else 0.6) for _axis in "xy"]
            self.points[x, y] = ((x + bend[0]) * STEP, (y + bend[1]) * STEP * 0.8)
        return self.points[x, y]

    def draw(self, x: int, y: int) -> list[Point]:
        """Return the ring around one cell, with a bend in each side."""
        half = 0.5
        corners = [(x, y), (x + half, y), (x + 1, y), (x + 1, y + half), (x + 1, y + 1)]
        corners += [(x + half, y + 1), (x, y + 1), (x, y + half), (x, y)]
        return [self.place(*corner) for corner in corners]


def draw_boundaries(street: Street, by: User) -> None:
    """Give every grid of the street a boundary: communities side by side, their grids row by row from the north."""
    content = json.dumps(invent(street)).encode()
    found = rehearse(content, street)
    save_boundaries(content=content, street=street, chosen="", seen=found.fingerprint, by=by)


def invent(street: Street) -> dict[str, Any]:
    """Return the FeatureCollection."""
    draughtsman, features = Draughtsman(), []
    for number, community in enumerate(street.communities.order_by("code")):
        column, row = number % COMMUNITIES_ACROSS * ACROSS, number // COMMUNITIES_ACROSS * DOWN
        for position, grid in enumerate(Grid.objects.filter(community=community).order_by("code")):
            ring = draughtsman.draw(column + position % ACROSS, -row - position // ACROSS)
            geometry = {"type": "Polygon", "coordinates": [ring]}
            features.append({"type": "Feature", "properties": {"code": grid.code}, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}
