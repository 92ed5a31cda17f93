"""Posts of grid work: who holds them today, which are vacant; appointing and ending. The posts: Appointment.Post."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from communities.models import Community
from grids.actions import check_day, check_grid
from grids.doors import by_number
from grids.models import Appointment, Building, Grid, Resident

Post = Appointment.Post


@dataclass(frozen=True)
class Vacancy:
    """A post that nobody holds, in a grid or one of its buildings."""

    post: Appointment.Post
    building: Building | None = None


@dataclass(frozen=True)
class GridPosts:
    """The posts of a grid today: who holds one, what is vacant in the grid itself, and in its buildings."""

    grid: Grid
    held: list[Appointment]
    vacancies: list[Vacancy]
    buildings: list[Vacancy]

    @property
    def vacant(self) -> int:
        """How many posts nobody holds."""
        return len(self.vacancies) + len(self.buildings)


def list_posts(community: Community, reader: User) -> list[GridPosts]:
    """Return the posts of each of the community's grids that the reader may meet today, in three queries."""
    grids = Grid.objects.visible_to(reader).current().filter(community=community)
    appointments = Appointment.objects.on(timezone.localdate()).filter(grid__in=grids)
    held: dict[int, list[Appointment]] = defaultdict(list)
    for appointment in appointments.select_related("user", "resident", "building").order_by("since", "id"):
        held[appointment.grid_id].append(appointment)
    buildings: dict[int, list[Building]] = defaultdict(list)
    for building in Building.objects.filter(grid__in=grids):
        buildings[building.grid_id].append(building)
    return [describe_grid(grid, held[grid.pk], buildings[grid.pk]) for grid in grids]


def describe_grid(grid: Grid, held: list[Appointment], buildings: list[Building]) -> GridPosts:
    """Return the posts of one grid; those held in the order of the catalogue of posts."""
    taken = {(appointment.post, appointment.building_id) for appointment in held}
    posts = {post for post, _building in taken}
    order = {post: number for number, post in enumerate(Post)}
    return GridPosts(
        grid=grid,
        held=sorted(held, key=lambda appointment: order[Post(appointment.post)]),
        vacancies=[Vacancy(post) for post in Appointment.IN_EVERY_GRID if post not in posts],
        buildings=[
            Vacancy(post, building)
            for building in sorted(buildings, key=lambda building: by_number(building.name))
            for post in Appointment.IN_EVERY_BUILDING
            if (post, building.pk) not in taken
        ],
    )


def staff_for(grid: Grid) -> list[User]:
    """Return who may hold a post in the grid as staff: accounts of its community, and of its street (包片干部)."""
    community = grid.community
    of_community, of_street = Q(community=community), Q(street=community.street_id)
    return list(User.objects.filter(of_community | of_street, is_active=True).order_by("street", "name", "username"))


@transaction.atomic
def appoint(
    *,
    post: Appointment.Post,
    grid: Grid,
    since: date,
    by: User,
    building: Building | None = None,
    user: User | None = None,
    resident: Resident | None = None,
) -> Appointment:
    """Let a member of staff or a resident hold a post from a day on."""
    check_grid(grid, by)
    check_day(since, "since")
    if post in Appointment.IN_EVERY_BUILDING and building is None:
        raise ValidationError({"building": _("这个岗位要选楼栋。")})
    appointment = Appointment(post=post, grid=grid, building=building, user=user, resident=resident, since=since)
    same = Appointment.objects.filter(post=post, grid=grid, building=building, user=user, resident=resident, until=None)
    if same.exists():
        raise ValidationError(_("此人已经担任这个岗位。"))
    appointment.full_clean()
    appointment.save()
    audit(appointment, "appointment.begin", by, since)
    return appointment


@transaction.atomic
def end_appointment(appointment: Appointment, *, until: date, by: User) -> Appointment:
    """End a post; `until` is the first day on which it is no longer held."""
    appointment = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if appointment.until is not None:
        raise ValidationError(_("这项任职已经结束。"))
    check_day(until, "until", since=appointment.since)
    appointment.until = until
    appointment.save(update_fields=["until"])
    audit(appointment, "appointment.end", by, until)
    return appointment


def audit(appointment: Appointment, action: str, by: User, day: date) -> None:
    """Append the deed to the audit log; the holder is named by key."""
    record(
        action,
        by=by,
        target=appointment,
        area_code=appointment.grid.code,
        post=appointment.post,
        building=appointment.building_id,
        user=appointment.user_id,
        resident=appointment.resident_id,
        day=day.isoformat(),
    )
