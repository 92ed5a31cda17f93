"""Invents who holds the posts of grid work: residents as grid heads, building heads and area cadres, with vacancies."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from communities.models import Community
from grids.groupings import years_before
from grids.models import Appointment, Building, Grid, Resident

Post = Appointment.Post
WORKING_AGE = (30, 66)
GRIDS_OF_A_CADRE = 3
VACANT_GRID, VACANT_BUILDING = 5, 7  # each so-many-th post is vacant


def appoint(communities: Iterable[Community], since: date, today: date) -> None:
    """Appoint residents of working age to the posts of each community."""
    for community in communities:
        people = find_candidates(community, today)
        grids = list(Grid.objects.filter(community=community).order_by("code"))
        appointments = [
            Appointment(resident=people[grid.pk][0], grid=grid, post=Post.GRID_HEAD, since=since)
            for number, grid in enumerate(grids, start=1)
            if number % VACANT_GRID
        ]
        for first in range(0, len(grids), GRIDS_OF_A_CADRE):
            covered = grids[first : first + GRIDS_OF_A_CADRE]
            cadre = people[covered[0].pk][1]
            appointments += [Appointment(resident=cadre, grid=grid, post=Post.LIAISON, since=since) for grid in covered]
        Appointment.objects.bulk_create([*appointments, *head_buildings(community, people, since)])


def head_buildings(community: Community, people: dict[int, list[Resident]], since: date) -> list[Appointment]:
    """Return the building heads: somebody who lives in the house."""
    heads = []
    buildings = Building.objects.filter(grid__community=community).order_by("grid__code", "name")
    for number, building in enumerate(buildings, start=1):
        inside = [person for person in people[building.grid_id] if person.household.building_id == building.pk]
        if inside and number % VACANT_BUILDING:
            heads.append(
                Appointment(
                    resident=inside[-1],
                    grid_id=building.grid_id,
                    building=building,
                    post=Post.BUILDING_HEAD,
                    since=since,
                )
            )
    return heads


def find_candidates(community: Community, today: date) -> dict[int, list[Resident]]:
    """Return the residents of working age who live in each grid, in the order of the register."""
    youngest, oldest = (years_before(today, age) for age in WORKING_AGE)
    people = Resident.objects.filter(
        community=community, spells__until=None, birth_date__range=(oldest, youngest), household__isnull=False
    )
    found = defaultdict(list)
    for person in people.select_related("household").order_by("pk"):
        found[person.grid_id].append(person)
    return found
