"""The areas, venues and staff of a data set, and how its totals fall to each community."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.roles import Role
from communities.models import Community, District, Street
from demo.plans import open_venues
from demo.scale.sizes import YEARS, Size, share_out
from demo.street import create_accounts
from grids.models import Grid

STREET_NAMES = ("和顺", "安康", "长乐", "永宁", "太平", "福泽", "仁爱", "同心", "春晖", "清河", "望湖", "云岭")
COMMUNITY_NAMES = ("东风", "红星", "光明", "幸福", "友谊", "团结", "胜利", "新华", "建设", "曙光", "朝阳", "南湖")
SMALLEST, LARGEST, USUAL = 0.68, 1.95, 0.75  # grids, relative to each other: about 300 to 1,150 people
LAZIEST, BUSIEST = 0.35, 1.9


@dataclass(frozen=True)
class Place:
    """A community with the keys that its rows name, and its part of the totals. `people` are those of each grid."""

    seed: int
    community: int
    grids: tuple[int, ...]
    people: tuple[int, ...]
    venues: tuple[int, ...]
    worker: int
    officer: int
    activities: int
    participations: int


def build_places(size: Size, today: date) -> list[Place]:
    """Create areas, venues and accounts; return the communities with what is to happen in them."""
    dice = random.Random(size.seed)  # noqa: S311 - invented areas, not secrets
    streets = create_streets(size)
    communities = list(create_communities(size, streets))
    grids = [list(create_grids(*pair)) for pair in zip(communities, grids_of_communities(size), strict=True)]
    for community in communities:
        open_venues(community)
    staff = appoint_staff(size, streets, communities, today)
    return list(divide(size, dice, communities, grids, staff))


def create_streets(size: Size) -> list[Street]:
    """Create the district and its streets."""
    code, name = size.district
    district = District.objects.create(code=code, name=name)
    names = STREET_NAMES[: size.streets]
    streets = [Street(code=f"{code}{n:03}", name=f"{name}街道", district=district) for n, name in enumerate(names, 1)]
    return Street.objects.bulk_create(streets)


def create_communities(size: Size, streets: list[Street]) -> Iterator[Community]:
    """Create the communities of the streets."""
    for street, count in zip(streets, share_out(size.communities, [1] * size.streets), strict=True):
        for number in range(count):
            name = f"{street.name.removesuffix('街道')}{COMMUNITY_NAMES[number % len(COMMUNITY_NAMES)]}社区"
            yield Community.objects.create(code=f"{street.code}{number + 1:03}", name=name, street=street)


def grids_of_communities(size: Size) -> list[int]:
    """Return how many grids each community has."""
    return share_out(size.grids, [1] * size.communities)


def create_grids(community: Community, count: int) -> list[Grid]:
    """Create the grids of one community."""
    grids = [
        Grid(code=f"{community.code}{number:03}", name=f"第{number}网格", community=community)
        for number in range(1, count + 1)
    ]
    return Grid.objects.bulk_create(grids)


def appoint_staff(size: Size, streets: list[Street], communities: list[Community], today: date) -> dict[str, User]:
    """Create the demo accounts in the first street, and behind every other area somebody who cannot log in.

    Returns who reports for a community or verifies for a street, by its code. Where the demo street has taken the
    names already, those of this set end in its own: worker-s.
    """
    since = today - timedelta(days=365 * YEARS)
    suffix = f"-{size.name.lower()}" if User.objects.filter(username="worker").exists() else ""
    demo = create_accounts(streets[0], since, suffix=suffix)
    own = {user.community.code: user for user in demo.values() if user.community}
    own[streets[0].code] = demo["street"]
    areas = [area for area in (*streets, *communities) if area.code not in own]
    others = [make_clerk(area) for area in areas]
    return own | {user.username: user for user in User.objects.bulk_create(others)}


def make_clerk(area: Street | Community) -> User:
    """Return an unsaved, closed account named after its area's code."""
    place = {"street": area} if isinstance(area, Street) else {"community": area}
    role = Role.STREET_OFFICER if isinstance(area, Street) else Role.WORKER
    fields = {"password": make_password(None), "is_active": False, "is_demo": True}
    return User(username=area.code, name=area.name, role=role, **fields, **place)


def divide(
    size: Size,
    dice: random.Random,
    communities: list[Community],
    grids: list[list[Grid]],
    staff: dict[str, User],
) -> Iterator[Place]:
    """Yield the communities with their parts of the totals: grids of many sizes, a few busy and a few lazy places."""
    people = iter(share_out(size.residents, [dice.triangular(SMALLEST, LARGEST, USUAL) for _ in range(size.grids)]))
    busy = [dice.uniform(LAZIEST, BUSIEST) for _ in communities]
    activities = share_out(size.activities, busy)
    participations = share_out(size.participations, [factor * dice.uniform(0.8, 1.25) for factor in busy])
    for number, community in enumerate(communities):
        yield Place(
            seed=2 * (size.seed + int(community.code)),  # activities take the odd number after it
            community=community.pk,
            grids=tuple(grid.pk for grid in grids[number]),
            people=tuple(next(people) for _ in grids[number]),
            venues=tuple(community.venues.order_by("name").values_list("pk", flat=True)),
            worker=staff[community.code].pk,
            officer=staff[community.street.code].pk,
            activities=activities[number],
            participations=participations[number],
        )
