"""Setting up districts, streets and communities. Merging and splitting those in use is grids.area_changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Prefetch

from accounts.audit import record
from accounts.models import User
from communities.models import Community, District, Street

LEVELS: dict[int, type[District] | type[Street] | type[Community]] = {6: District, 9: Street, 12: Community}


@dataclass(frozen=True)
class AreaTree:
    """All areas that exist, and how many there are of each level."""

    districts: Sequence[District]
    streets: int
    communities: int


def read_tree() -> AreaTree:
    """Return all districts with their streets and these with their communities, by code; abolished ones left out."""
    communities = Prefetch("communities", Community.objects.current().order_by("code"))
    streets = Prefetch("streets", Street.objects.current().order_by("code").prefetch_related(communities))
    districts = list(District.objects.current().order_by("code").prefetch_related(streets))
    inner = [street for district in districts for street in district.streets.all()]
    return AreaTree(districts, len(inner), sum(len(street.communities.all()) for street in inner))


def find_area(code: str) -> District | Street | Community | None:
    """Return the area with this code, of whichever level its length says."""
    level = LEVELS.get(len(code))
    return level.objects.current().filter(code=code).first() if level else None


@transaction.atomic
def save_area(area: District | Street | Community, *, by: User) -> None:
    """Save a new or renamed area. Leaves an audit event."""
    action = "area.rename" if area.pk else "area.create"
    area.save()
    record(action, by=by, target=area, area_code=area.code, name=area.name)
