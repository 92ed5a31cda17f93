"""Saving and deleting boundaries of grids. What a file would do: rehearsing.py."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from communities.models import Street
from grids.boundaries.drawing import read_shape
from grids.boundaries.rehearsing import Rehearsal, rehearse
from grids.models import Grid, GridBoundary


@transaction.atomic
def save_boundaries(*, content: bytes, street: Street, chosen: str, seen: str, by: User) -> Rehearsal:
    """Save what the file says, as it was seen (Rehearsal.fingerprint); all of it or nothing.

    Raises ValidationError when it would do something else by now, or nothing at all.
    """
    # Two administrators who save at once come one after the other.
    Street.objects.select_for_update(no_key=True).get(pk=street.pk)
    found = rehearse(content, street, chosen=chosen)
    if found.fingerprint != seen:
        raise ValidationError(_("刚才网格或边界有了变动，还没有写入。请按现在的情况再看一遍。"), code="changed")
    if not found.boundaries:
        raise ValidationError(_("文件里没有可以写入的边界。"))
    GridBoundary.objects.filter(grid__in=found.boundaries).delete()
    GridBoundary.objects.bulk_create(make_boundary(grid, geometry, by) for grid, geometry in found.boundaries.items())
    counts = {"new": found.new, "replaced": len(found.replaced), "refused": len(found.refused)}
    record("boundary.upload", by=by, target=street, area_code=street.code, **counts)
    return found


def make_boundary(grid: Grid, geometry: dict, by: User) -> GridBoundary:
    """Return the unsaved row with the box around it."""
    west, south, east, north = read_shape(geometry).bounds
    return GridBoundary(
        grid=grid,
        geometry=geometry,
        west=west,
        south=south,
        east=east,
        north=north,
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )


@transaction.atomic
def delete_boundary(grid: Grid, *, by: User) -> None:
    """Delete the boundary of a grid; the map goes back to tiles where too few are left."""
    if GridBoundary.objects.filter(grid=grid).delete()[0]:
        record("boundary.delete", by=by, target=grid, area_code=grid.code, deleted=1)


@transaction.atomic
def delete_all_boundaries(street: Street, *, by: User) -> int:
    """Delete every boundary of a street; return how many there were."""
    count, _rows = GridBoundary.objects.filter(grid__community__street=street).delete()
    if count:
        record("boundary.delete", by=by, target=street, area_code=street.code, deleted=count)
    return count
