"""A sample as pages show it: names of strata, and the small counts that are hidden above the own community."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Level
from communities.models import Community
from grids.models import Grid
from surveys.asked import list_groupings
from surveys.models import Sample
from surveys.sampling import strata_of
from surveys.strata import OTHERS, Stratum

SMALL = range(1, 5)  # counting rule 9: counts of one to four people are for the own community only


@dataclass(frozen=True)
class FrameRow:
    """A stratum on a page; counts are None where they are hidden."""

    code: str
    community: int
    community_name: str
    names: list[str]
    population: int | None
    drawn: int | None


def list_frame(sample: Sample, user: User) -> list[FrameRow]:
    """Return the strata of the communities within the user's reach, as the user may see them."""
    communities = dict(user.communities().values_list("pk", "name"))
    strata = [stratum for stratum in strata_of(sample) if stratum.community in communities]
    hidden: set[int] = set()
    if user.level != Level.COMMUNITY:
        strata = fold_small(strata)
        hidden = find_hidden([stratum.population for stratum in strata])
    names = name_cells(sample, strata)
    return [
        FrameRow(
            stratum.code,
            stratum.community,
            communities[stratum.community],
            [names[cell] for cell in stratum.cells],
            None if place in hidden else stratum.population,
            None if place in hidden else stratum.drawn,
        )
        for place, stratum in enumerate(strata)
    ]


def fold_small(strata: list[Stratum]) -> list[Stratum]:
    """Return the strata with one row for each community in which one of them is small.

    Grids and groups have totals elsewhere, from which the rest of a hidden cell would tell the cell.
    """
    folded: dict[int, list[Stratum]] = {}
    for stratum in strata:
        folded.setdefault(stratum.community, []).append(stratum)
    rows: list[Stratum] = []
    for community, here in folded.items():
        if any(stratum.population in SMALL for stratum in here):
            population = sum(stratum.population for stratum in here)
            rows.append(Stratum("", community, (), population, sum(stratum.drawn for stratum in here)))
        else:
            rows += here
    return rows


def find_hidden(counts: list[int]) -> set[int]:
    """Return the places of small counts, and of the least other one: else the total would tell a small count."""
    small = {place for place, count in enumerate(counts) if count in SMALL}
    others = [place for place, count in enumerate(counts) if count and place not in small]
    return small | ({min(others, key=lambda place: counts[place])} if small and others else set())


def name_cells(sample: Sample, strata: list[Stratum]) -> dict[tuple[int, str], str]:
    """Return cell -> its name: the grid, and the group where there are groups."""
    cells = {cell for stratum in strata for cell in stratum.cells}
    grids = dict(Grid.objects.filter(pk__in={grid for grid, _group in cells}).values_list("pk", "name"))
    groups = {code: str(name) for code, name in list_groupings()} | {OTHERS: _("其他居民")}
    if not sample.groups:
        return {cell: grids.get(cell[0], "") for cell in cells}
    return {cell: f"{grids.get(cell[0], '')} · {groups.get(cell[1], cell[1])}" for cell in cells}


def frame_of_community(sample: Sample, community: Community) -> list[Stratum]:
    """Return the strata of one community."""
    return [stratum for stratum in strata_of(sample) if stratum.community == community.pk]
