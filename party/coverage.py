"""Which communities, grids and buildings an organisation is linked to on a day, and which none is. Nothing is stored.

Levels stand apart: a link to a community covers the community, none of its grids; one to a grid none of its buildings.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from communities.models import Community
from grids.doors import by_number
from grids.models import Building, Grid
from party.models import Organisation, OrganisationLink


@dataclass(frozen=True)
class Level:
    """Areas of one level: how many there are, and those that no organisation is linked to."""

    all: int
    gaps: list[Community] | list[Grid] | list[Building]

    @property
    def covered(self) -> int:
        """How many are linked to."""
        return self.all - len(self.gaps)


@dataclass(frozen=True)
class CommunityCoverage:
    """A community with its grids and buildings."""

    community: Community
    itself: Level
    grids: Level
    buildings: Level

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to be linked."""
        return not (self.itself.gaps or self.grids.gaps or self.buildings.gaps)


def read_coverage(user: User, day: date) -> list[CommunityCoverage]:
    """Return what is covered, and what is not, by community of the user's, in four queries."""
    communities = list(user.communities().current().order_by("code"))  # type: ignore[attr-defined]
    links = OrganisationLink.objects.on(day).filter(organisation__in=Organisation.objects.existing_on(day))
    covered: dict[str, set[int]] = {"community_id": set(), "grid_id": set(), "building_id": set()}
    for row in links.values(*covered):
        for column, key in row.items():
            if key:
                covered[column].add(key)
    grids: dict[int, list[Grid]] = defaultdict(list)
    for grid in Grid.objects.current().filter(community__in=communities).order_by("code"):
        grids[grid.community_id].append(grid)
    buildings: dict[int, list[Building]] = defaultdict(list)
    standing = Building.objects.filter(grid__community__in=communities, grid__valid_to=None).select_related("grid")
    for building in sorted(standing, key=lambda one: (one.grid.code, by_number(one.name))):
        buildings[building.grid.community_id].append(building)
    return [
        CommunityCoverage(
            community,
            measure([community], covered["community_id"]),
            measure(grids[community.pk], covered["grid_id"]),
            measure(buildings[community.pk], covered["building_id"]),
        )
        for community in communities
    ]


def measure(areas: list, covered: set[int]) -> Level:
    """Return how many of the areas are covered, and which are not."""
    return Level(len(areas), [area for area in areas if area.pk not in covered])
