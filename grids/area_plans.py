"""Plans of merging and splitting communities and grids as of a day: what a preview shows. Nothing is written here.

The actions (area_changes.py) make the same plan again; `AreaPlan.fingerprint` tells whether it is the one seen before.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Area, Community, Street
from grids.models import Appointment, AreaChange, Building, Grid, Household, Residence

Kind = AreaChange.Kind
DAYS_BACK = 31  # how late the papers of a reorganisation may come
GRID_NUMBERS = 999  # a grid's code is its community's and three digits


@dataclass(frozen=True)
class Destination:
    """An area that takes people in: one that exists (`id`), or one to be made under this code."""

    code: str
    name: str
    id: int | None = None

    @classmethod
    def to(cls, area: Area) -> "Destination":
        """Return an existing area as a destination."""
        return cls(area.code, area.name, area.pk)


@dataclass(frozen=True)
class Move:
    """Where the people of a closing grid go, or of one of its buildings. No target: they stay."""

    source: Grid
    target: Destination | None
    building: Building | None = None


@dataclass(frozen=True)
class AreaPlan:
    """All that a reorganisation will do, worked out and not yet done.

    `sources` are the areas chosen and `results` what comes of them; `closing` and `made` include grids of communities.
    `same_named` are names whose buildings become one, home by home; `renamed` are buildings that change their name
    instead.
    """

    kind: str
    street: Street
    day: date
    sources: tuple[Community | Grid, ...]
    results: tuple[Destination, ...]
    closing: tuple[Community | Grid, ...]
    moves: tuple[Move, ...]
    made: tuple[Destination, ...] = ()
    accounts: tuple[tuple[User, Destination], ...] = ()
    posts: tuple[Appointment, ...] = ()
    residents: int = 0
    households: int = 0
    buildings: int = 0
    same_named: tuple[str, ...] = ()
    renamed: tuple[tuple[Building, str], ...] = ()

    @property
    def closing_communities(self) -> list[Community]:
        """The communities that end."""
        return [area for area in self.closing if isinstance(area, Community)]

    @property
    def closing_grids(self) -> list[Grid]:
        """The grids that end."""
        return [area for area in self.closing if isinstance(area, Grid)]

    @property
    def kind_name(self) -> str:
        """What is done, in words."""
        return str(Kind(self.kind).label)

    @property
    def summary(self) -> dict[str, Any]:
        """What AreaChange.detail and the audit log keep: codes, names and counts."""
        return {
            "from": [[area.code, area.name] for area in self.sources],
            "to": [[end.code, end.name] for end in self.results],
            "residents": self.residents,
            "grids": len(self.closing_grids),
            "buildings": self.buildings,
            "accounts": len(self.accounts),
            "posts": len(self.posts),
        }

    @property
    def fingerprint(self) -> str:
        """A text that is the same for plans that do the same to the same register."""
        seen = [
            *(self.kind, self.day.isoformat(), self.summary, self.households, self.same_named),
            [(area.code, area.name) for area in self.closing],
            [(end.code, end.name) for end in self.made],
            [(m.source.pk, m.building and m.building.pk, m.target and m.target.code) for m in self.moves],
            [(user.pk, area.code) for user, area in self.accounts],
            [post.pk for post in self.posts],
            [(building.pk, name) for building, name in self.renamed],
        ]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


# --- Plans


def plan_grid_merge(*, grids: Iterable[int], into: int | None, name: str, day: date, apart: bool = False) -> AreaPlan:
    """Return the plan that makes several grids of a community one: one of them (`into`), or a new one of this name.

    Buildings of one name are one building, or with `apart` different ones that get their old grid's name in front.
    """
    sources = read_open(Grid, grids, day)
    if len(sources) < 2:
        raise ValidationError(_("请至少选择两个网格。"))
    community = sources[0].community
    if any(grid.community_id != community.pk for grid in sources):
        raise ValidationError(_("只能合并同一个社区的网格；跨社区请先合并社区。"))
    target = choose_survivor(sources, into) or Destination(next(number_grids(community.code)), name)
    closing = [grid for grid in sources if grid.pk != target.id]
    check_new_areas([target], taken=name_grids(community, closing))
    moves = [Move(grid, target) for grid in closing]
    plan = survey(plan_of(Kind.MERGE_GRIDS, community.street, day, sources, [target], closing, moves))
    return rename_same_named(plan) if apart else plan


def plan_grid_split(
    *, grid: int, names: Sequence[str], keeps: bool, buildings: Mapping[int, int], rest: int, day: date
) -> AreaPlan:
    """Return the plan that makes several grids of one.

    `names` are those of the parts; with `keeps` the first part is the grid itself. `buildings` says which part each
    building goes to (building key -> number from 0), `rest` where residents without a building go.
    """
    [source] = read_open(Grid, [grid], day)
    numbers = number_grids(source.community.code)
    parts = [
        Destination.to(source) if keeps and not number else Destination("", name) for number, name in enumerate(names)
    ]
    parts = [part if part.id else replace(part, code=next(numbers)) for part in parts]
    check_parts(parts, {*buildings.values(), rest})
    check_new_areas(parts, taken=name_grids(source.community, [] if keeps else [source]))
    homes = list(Building.objects.filter(grid=source).order_by("name"))
    if {home.pk for home in homes} != set(buildings):
        raise ValidationError(_("这个网格的楼栋在此期间有变动，请重新选择。"))
    stays = {number: None if part.id else part for number, part in enumerate(parts)}
    moves = [Move(source, stays[rest]), *(Move(source, stays[buildings[home.pk]], home) for home in homes)]
    closing = [] if keeps else [source]
    return survey(plan_of(Kind.SPLIT_GRID, source.community.street, day, [source], parts, closing, moves))


def plan_community_merge(*, communities: Iterable[int], into: int | None, code: str, name: str, day: date) -> AreaPlan:
    """Return the plan that makes several communities of a street one: one of them, or a new one of code and name.

    Each grid of a closing community gets a successor in the common one; accounts move along.
    """
    sources = read_open(Community, communities, day)
    if len(sources) < 2:
        raise ValidationError(_("请至少选择两个社区。"))
    street = sources[0].street
    if any(community.street_id != street.pk for community in sources):
        raise ValidationError(_("只能合并同一个街道的社区。"))
    target = choose_survivor(sources, into) or Destination(code, name)
    closing = [community for community in sources if community.pk != target.id]
    check_communities([target], street, closing)
    moves = succeed([(grid, target) for community in closing for grid in read_grids(community, day)])
    accounts = [(user, target) for user in User.objects.filter(community__in=closing).order_by("pk")]
    plan = plan_of(Kind.MERGE_COMMUNITIES, street, day, sources, [target], closing, moves)
    return survey(replace(plan, accounts=tuple(accounts)))


def plan_community_split(
    *,
    community: int,
    parts: Sequence[tuple[str, str]],
    keeps: bool,
    grids: Mapping[int, int],
    users: Mapping[int, int],
    day: date,
) -> AreaPlan:
    """Return the plan that makes several communities of one.

    `parts` are (code, name); with `keeps` the first part is the community itself. `grids` and `users` say which part
    each current grid and each account goes to (key -> number from 0); accounts not named go to the first part.
    """
    [source] = read_open(Community, [community], day)
    ends = [Destination.to(source) if keeps and not n else Destination(*part) for n, part in enumerate(parts)]
    current = read_grids(source, day)
    if {grid.pk for grid in current} != set(grids):
        raise ValidationError(_("这个社区的网格在此期间有变动，请重新选择。"))
    check_parts(ends, set(grids.values()))
    check_communities(ends, source.street, [] if keeps else [source])
    leaving = [(grid, ends[grids[grid.pk]]) for grid in current if not ends[grids[grid.pk]].id]
    staff = [(user, ends[users.get(user.pk, 0)]) for user in User.objects.filter(community=source).order_by("pk")]
    closing = [] if keeps else [source]
    plan = plan_of(Kind.SPLIT_COMMUNITY, source.street, day, [source], ends, closing, succeed(leaving))
    return survey(replace(plan, accounts=tuple((user, end) for user, end in staff if not end.id)))


def plan_of(
    kind: str,
    street: Street,
    day: date,
    sources: Iterable[Community | Grid],
    results: Sequence[Destination],
    closing: Iterable[Community | Grid],
    moves: Sequence[Move],
) -> AreaPlan:
    """Put a plan together: whoever takes people in and does not exist is to be made, communities first."""
    ends = [*results, *(move.target for move in moves if move.target)]
    made = dict.fromkeys(end for end in ends if end.id is None)
    leaving = [] if kind == Kind.SPLIT_GRID else [move.source for move in moves]
    return AreaPlan(
        kind=kind,
        street=street,
        day=day,
        sources=tuple(sources),
        results=tuple(results),
        closing=tuple(dict.fromkeys([*closing, *leaving])),
        made=tuple(sorted(made, key=lambda end: (len(end.code), end.code))),
        moves=tuple(moves),
    )


def succeed(grids: Sequence[tuple[Grid, Destination]]) -> list[Move]:
    """Return the move of each grid to a new one in its destination community: same name, or with the community's."""
    codes: dict[str, Iterator[str]] = {}
    taken: dict[str, set[str]] = {}
    moves = []
    for grid, end in grids:
        numbers = codes.setdefault(end.code, number_grids(end.code))
        names = taken.setdefault(end.code, name_grids(end) if end.id else set())
        name = find_free_name(grid, names)
        names.add(name)
        moves.append(Move(grid, Destination(next(numbers), name)))
    return moves


def find_free_name(grid: Grid, taken: set[str]) -> str:
    """Return the grid's name, with its community's in front when another grid bears it already."""
    length = Grid._meta.get_field("name").max_length or 0
    full = f"{grid.community} · {grid}"[:length]
    return next(name for name in (grid.name, full, f"{full[: length - 16]} {grid.code}") if name not in taken)


def number_grids(community_code: str) -> Iterator[str]:
    """Yield the grid codes below the community's that come after every one ever given."""
    codes = Grid.objects.filter(code__startswith=community_code).order_by("-code").values_list("code", flat=True)
    last = int(codes[0][-3:]) if codes else 0
    for number in range(last + 1, GRID_NUMBERS + 1):
        yield f"{community_code}{number:03}"
    raise ValidationError(_("这个社区的网格编号已经用完。"))


def name_grids(community: Community | Destination, closing: Iterable[Area] = ()) -> set[str]:
    """Return the names of the community's current grids but those that close."""
    grids = Grid.objects.current().filter(community=community.id)
    return set(grids.exclude(pk__in=[area.pk for area in closing]).values_list("name", flat=True))


def suggest_community_code(street: Street, beyond: int = 0) -> str:
    """Return a community code of the street that was never given, `beyond` places after the first one."""
    codes = Community.objects.filter(code__startswith=street.code).order_by("-code").values_list("code", flat=True)
    return f"{street.code}{(int(codes[0][-3:]) if codes else 0) + 1 + beyond:03}"


# --- What a plan must keep to


def read_open(model: type[Any], keys: Iterable[int], day: date) -> list[Any]:
    """Return the areas of these keys, fresh from the database; raise ValidationError when one cannot change then."""
    check_day(day)
    above = "street" if model is Community else "community__street"
    areas = list(model.objects.filter(pk__in=set(keys)).select_related(above).order_by("code"))
    if not areas:
        raise ValidationError(_("请先选择要调整的区域。"))
    check_standing(areas, day)
    return areas


def read_grids(community: Community, day: date) -> list[Grid]:
    """Return the current grids of a community that is to be merged or split."""
    grids = list(Grid.objects.current().filter(community=community).select_related("community__street"))
    check_standing(grids, day)
    return grids


def check_day(day: date) -> None:
    """Refuse a day to come, and one too long ago."""
    today = timezone.localdate()
    if day > today:
        raise ValidationError(_("生效日期还没有到，请到生效当天再操作。"))
    if day < today - timedelta(days=DAYS_BACK):
        raise ValidationError(_("生效日期最多可以补记 %(days)s 天以内的。") % {"days": DAYS_BACK})


def check_standing(areas: Iterable[Area], day: date) -> None:
    """Refuse areas that are closed already, or did not exist yet on the day."""
    for area in areas:
        if area.valid_to:
            values = {"area": area, "day": area.valid_to}
            raise ValidationError(_("“%(area)s”已于 %(day)s 撤销，不能再调整。") % values)
        if area.valid_from and day < area.valid_from:
            values = {"area": area, "day": area.valid_from}
            raise ValidationError(_("“%(area)s”%(day)s 才设立，生效日期不能更早。") % values)


def choose_survivor(sources: Iterable[Area], into: int | None) -> Destination | None:
    """Return the area that goes on; None when a new one is wanted."""
    if into is None:
        return None
    found = next((area for area in sources if area.pk == into), None)
    if found is None:
        raise ValidationError(_("保留下来的要在所选的区域之中。"))
    return Destination.to(found)


def check_parts(parts: Sequence[Destination], used: set[int]) -> None:
    """Refuse a split into fewer than two parts, a part that gets nothing, and a choice of no part."""
    if len(parts) < 2:
        raise ValidationError(_("请至少分成两部分，并写明名称。"))
    if not used <= set(range(len(parts))):
        raise ValidationError(_("有的选到了没有名称的部分，请补上名称或另选。"))
    for number, part in enumerate(parts):
        if number not in used:
            raise ValidationError(_("“%(name)s”什么也没有分到，请重新选择。") % {"name": part.name})


def check_new_areas(ends: Sequence[Destination], *, taken: set[str]) -> None:
    """Refuse new areas without a name, or with one that is taken."""
    for end in ends:
        if end.id is None and not end.name:
            raise ValidationError(_("请写明新的名称。"))
        if end.id is None and end.name in taken:
            raise ValidationError(_("名称“%(name)s”已经有了，请换一个。") % {"name": end.name})
    for what in (Counter(end.name for end in ends), Counter(end.code for end in ends)):
        if repeated := [text for text, count in what.items() if count > 1]:
            raise ValidationError(_("“%(text)s”写了两次，请改正。") % {"text": repeated[0]})


def check_communities(ends: Sequence[Destination], street: Street, closing: Iterable[Community]) -> None:
    """Refuse new communities whose code is no free one of the street, or whose name is taken there."""
    going = [community.pk for community in closing]
    staying = Community.objects.current().filter(street=street).exclude(pk__in=going)
    check_new_areas(ends, taken=set(staying.values_list("name", flat=True)))
    for code in (end.code for end in ends if end.id is None):
        if not (len(code) == 12 and code.isascii() and code.isdecimal() and code.startswith(street.code)):
            raise ValidationError(
                _("区划代码 %(code)s 不对：要 12 位数字，前 9 位是本街道的 %(street)s。")
                % {"code": code or "—", "street": street.code}
            )
        if Community.objects.filter(code=code).exists():
            raise ValidationError(_("区划代码 %(code)s 已经用过，请换一个。") % {"code": code})


# --- What a plan will touch


def survey(plan: AreaPlan) -> AreaPlan:
    """Return the plan with its counts, the posts that end, and the buildings that become one."""
    moving = find_moving(plan)
    homes = Building.objects.filter(moving.buildings)
    spells = Residence.objects.filter(Q(until=None) | Q(until__gt=plan.day)).filter(moving.spells)
    return replace(
        plan,
        residents=spells.values("resident").distinct().count(),
        households=Household.objects.filter(building__in=homes).count(),
        buildings=homes.count(),
        same_named=tuple(find_same_named(plan, homes)),
        posts=tuple(
            Appointment.objects.filter(moving.posts)
            .filter(Q(until=None) | Q(until__gt=plan.day))
            .select_related("user", "resident", "grid__community", "building")
            .order_by("grid__code", "post", "pk")
        ),
    )


@dataclass(frozen=True)
class Moving:
    """Conditions for what leaves its grid: on Building, on Residence, and on Appointment."""

    buildings: Q
    spells: Q
    posts: Q


def find_moving(plan: AreaPlan) -> Moving:
    """Return the conditions for what a plan moves."""
    whole = [move.source.pk for move in plan.moves if move.target and not move.building]
    leaving = [move.building.pk for move in plan.moves if move.target and move.building]
    staying = [move.building.pk for move in plan.moves if not move.target and move.building]
    sources = {move.source.pk for move in plan.moves}
    return Moving(
        buildings=Q(pk__in=leaving) | Q(grid__in=whole) & ~Q(pk__in=staying),
        spells=Q(grid__in=sources, resident__household__building__in=leaving)
        | Q(grid__in=whole) & (Q(resident__household=None) | ~Q(resident__household__building__in=staying)),
        posts=Q(grid__in=[grid.pk for grid in plan.closing_grids]) | Q(building__in=leaving),
    )


def find_same_named(plan: AreaPlan, homes: Any) -> list[str]:
    """Return the names that several buildings of one target will share: those buildings become one."""
    if plan.kind != Kind.MERGE_GRIDS:
        return []
    kept = Building.objects.filter(grid__in=[end.id for end in plan.results if end.id])
    names = Counter([*homes.values_list("name", flat=True), *kept.values_list("name", flat=True)])
    return sorted(name for name, count in names.items() if count > 1)


def rename_same_named(plan: AreaPlan) -> AreaPlan:
    """Return the plan with buildings of one name kept apart, by the name of the grid they come from."""
    homes = Building.objects.filter(grid__in=[move.source.pk for move in plan.moves], name__in=plan.same_named)
    length = Building._meta.get_field("name").max_length
    renamed = [(home, f"{home.grid} {home}"[:length]) for home in homes.select_related("grid").order_by("pk")]
    return replace(plan, same_named=(), renamed=tuple(renamed))


def count_people(street: Street, day: date) -> dict[int, int]:
    """Return how many people live in each grid of the street on the day, by grid key."""
    spells = Residence.objects.on(day).filter(grid__community__street=street)
    return dict(spells.values_list("grid").annotate(Count("pk")))
