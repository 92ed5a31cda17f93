"""Who attacks: somebody of each role at home in a marked world, an outsider, and a visitor who has not signed in."""

from accounts.models import User
from accounts.roles import LEVEL_OF_ROLE, Level, Permission, Role
from communities.models import Community, District, Street
from grids.models import Appointment, ResidentExport
from tests import access
from tests.party_places import let_lead
from tests.register import Register, make_grids

LONG_AGO = "2020-01-01"
UNLIMITED = {"PUBLIC_PER_ADDRESS": 10**9, "PUBLIC_PER_ACTIVITY": 10**9}  # settings while attacks go on


def make_world() -> access.World:
    """Fill two communities of one street, one of another street, and one of another district."""
    near, far = (District.objects.create(code=code, name="演示区") for code in ("990101", "990102"))
    own_street, other_street, far_street = (
        Street.objects.create(code=code, name="某街道", district=district)
        for code, district in (("990101001", near), ("990101002", near), ("990102001", far))
    )
    places = (
        ("990101001001", own_street),
        ("990101001002", own_street),
        ("990101002001", other_street),
        ("990102001001", far_street),
    )
    communities = [Community.objects.create(code=code, name="某社区", street=street) for code, street in places]
    make_grids(communities[0], "东网格", "西网格")
    return access.make_world(Register(), *communities)


def make_user(world: access.World, actor: str) -> User | None:
    """Return an account of the role at home in the world; "outsider" works in the other street."""
    role = access.role_of(actor)
    if role is None:
        return None
    home = world.foreign.community if actor == "outsider" else world.own.community
    areas = {Level.COMMUNITY: home, Level.STREET: home.street, Level.DISTRICT: home.street.district}
    level = LEVEL_OF_ROLE[Role(role)]
    area = {str(level): areas[level]} if level in areas else {}
    return User.objects.create(username=actor, name=actor, role=role, **area)


def make_cast(world: access.World) -> dict[str, User | None]:
    """Return all actors by name. What only its owner may open belongs to whoever is at home there."""
    cast = {actor: make_user(world, actor) for actor in (*Role.values, "outsider", "anonymous")}
    Appointment.objects.create(user=cast[Role.WORKER], grid=world.own.community.grids.earliest("pk"), since=LONG_AGO)
    return cast


def prepare(world: access.World, user: User) -> None:
    """Give the actor what only one of them has at a time: the lead of the branch, the grid, the exports at home."""
    if user.community and user.may(Permission.LEAD_PARTY):
        let_lead(user)
    Appointment.objects.filter(user__role=Role.GRID_MEMBER).delete()
    if user.role == Role.GRID_MEMBER:
        Appointment.objects.create(user=user, grid=world.own.grid, since=LONG_AGO)
    mine = [place.export.pk for place in world.reach_of(user.username)]
    ResidentExport.objects.filter(pk__in=mine).update(by=user)
