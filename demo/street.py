"""The demo street's areas and accounts. Division 99 is assigned to no province (GB/T 2260)."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from accounts.models import User
from accounts.roles import LEVEL_OF_ROLE, Level, Role
from communities.models import Community, District, Street
from grids.models import Appointment, Grid

DISTRICT = ("990101", "演示区")
STREET = ("990101001", "两邻街道")
COMMUNITIES = ("多福社区", "和平新村社区", "工人新村三社区", "向阳社区")
GRID_NAMES = ("第一网格", "第二网格", "第三网格", "第四网格", "第五网格", "第六网格")


@dataclass(frozen=True)
class Account:
    """A demo account; `grids` are the positions of the grids of its community in which it holds a post."""

    username: str
    name: str
    role: Role
    community: int | None = None
    grids: tuple[int, ...] = ()


ACCOUNTS = (
    Account("worker", "李晓梅", Role.WORKER, 0, (0, 1)),
    Account("worker2", "周建华", Role.WORKER, 1, (2,)),
    Account("secretary", "陈国强", Role.BRANCH_SECRETARY, 0),
    Account("volunteers", "林小雨", Role.VOLUNTEER_COORDINATOR, 0),
    Account("street", "王立新", Role.STREET_OFFICER),
    Account("data", "赵敏", Role.DATA_ADMIN),
    Account("district", "孙志远", Role.DISTRICT_OFFICER),
    Account("accounts", "钱芳", Role.SECURITY_ADMIN),
    Account("audit", "吴正", Role.AUDITOR),
    Account("grid", "何平", Role.GRID_MEMBER, 0, (0,)),
    Account("districtaccounts", "郑敏", Role.DISTRICT_ADMIN),
    Account("platform", "冯涛", Role.PLATFORM_ADMIN),
)


def create_areas() -> Street:
    """Create district, street, communities and grids; return the street."""
    district = District.objects.create(code=DISTRICT[0], name=DISTRICT[1])
    street = Street.objects.create(code=STREET[0], name=STREET[1], district=district)
    for number, name in enumerate(COMMUNITIES, start=1):
        community = Community.objects.create(code=f"{STREET[0]}{number:03}", name=name, street=street)
        for position, grid_name in enumerate(GRID_NAMES, start=1):
            Grid.objects.create(code=f"{community.code}{position:03}", name=grid_name, community=community)
    return street


def create_accounts(street: Street, since: date, *, suffix: str = "") -> dict[str, User]:
    """Create one account for each role (two workers), with the public demo password; return them by user name.

    The suffix is put behind the user names, where those are taken.
    """
    communities = list(street.communities.order_by("code"))
    users = {}
    for account in ACCOUNTS:
        community = communities[account.community] if account.community is not None else None
        level = LEVEL_OF_ROLE[account.role]
        user = User.objects.create_user(
            account.username + suffix,
            settings.DEMO_PASSWORD,
            name=account.name,
            role=account.role,
            community=community,
            district=street.district if level == Level.DISTRICT else None,
            street=street if level == Level.STREET else None,
            is_demo=True,
        )
        for position in account.grids:
            grid = Grid.objects.get(code=f"{community.code}{position + 1:03}")
            Appointment.objects.create(user=user, grid=grid, since=since)
        users[account.username] = user
    return users
