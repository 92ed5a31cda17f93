"""A worker's own grids on the home page: who is still missed there, and which group most."""

from dataclasses import dataclass

from accounts.models import User
from dashboards.links import link
from grids.models import Grid, PopulationGroup
from indicators.areas import AreaRef
from indicators.figures import Reach, read_reach
from indicators.periods import Period
from indicators.suppression import Shown


@dataclass(frozen=True)
class LargestGap:
    """The group of which most people are missed in a grid, and the page that turns it into work."""

    name: str
    missed: int
    url: str


@dataclass(frozen=True)
class OwnGrid:
    """A grid in which the reader holds a post; workers have nothing hidden in their own community."""

    area: AreaRef
    shown: Shown
    gap: LargestGap | None
    url: str


def read_own_grids(user: User, period: Period) -> list[OwnGrid]:
    """Return the grids in which the user holds a post, by code; three queries, whatever their number."""
    grids = [AreaRef.to(grid) for grid in Grid.objects.visible_to(user).appointed_to(user).current()]
    cells = read_reach(grids, period)
    groups = list(PopulationGroup.objects.values_list("code", "name")) if grids else []
    return [
        OwnGrid(
            grid,
            Shown(cells[grid.id].get("all", Reach())),
            find_largest(grid, cells[grid.id], groups, period),
            link(grid.code, "coverage", period),
        )
        for grid in grids
    ]


def find_largest(
    grid: AreaRef, cells: dict[str, Reach], groups: list[tuple[str, str]], period: Period
) -> LargestGap | None:
    """Return the group with most people missed, the first in the order of groups among equals; None without any."""
    missed = [(cells[code].missed, code, name) for code, name in groups if code in cells and cells[code].missed]
    if not missed:
        return None
    number, code, name = max(missed, key=lambda one: one[0])
    return LargestGap(name, number, link(grid.code, "gap", period, grouping=code))
