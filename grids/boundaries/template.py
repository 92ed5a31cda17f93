"""The file that map software begins with: every grid of a street with its code and names, still without a shape."""

import json
from collections.abc import Sequence

from communities.models import Street
from grids.models import Grid


def write_template(street: Street) -> str:
    """Return a FeatureCollection with a feature for every grid of today."""
    grids = Grid.objects.current().filter(community__street=street).select_related("community").order_by("code")
    return json.dumps({"type": "FeatureCollection", "features": list_features(list(grids))}, ensure_ascii=False)


def list_features(grids: Sequence[Grid]) -> list[dict]:
    """Return the features; their geometry is null (RFC 7946, 3.2)."""
    return [
        {
            "type": "Feature",
            "properties": {"code": grid.code, "community": grid.community.name, "grid": grid.name},
            "geometry": None,
        }
        for grid in grids
    ]
