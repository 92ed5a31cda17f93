"""Merging and splitting communities and grids as of a day, new grids, and new names. What will happen: area_plans.py.

Areas keep their rows and days, and spells are cut at the day, so periods that ended before it stay what they were.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from communities.models import Area, Community
from grids.area_moves import Route, move_everything
from grids.area_plans import (
    AreaPlan,
    Kind,
    Move,
    number_grids,
    plan_community_merge,
    plan_community_split,
    plan_grid_merge,
    plan_grid_split,
)
from grids.locks import try_lock_street
from grids.models import Appointment, AreaChange, Building, Grid, Resident


def merge_grids(*, by: User, seen: str = "", **choices: Any) -> AreaChange:
    """Merge grids as plan_grid_merge() says. `seen`: the fingerprint of the previewed plan, "" for no preview."""
    return carry_out(partial(plan_grid_merge, **choices), seen=seen, by=by)


def split_grid(*, by: User, seen: str = "", **choices: Any) -> AreaChange:
    """Split a grid as plan_grid_split() says."""
    return carry_out(partial(plan_grid_split, **choices), seen=seen, by=by)


def merge_communities(*, by: User, seen: str = "", **choices: Any) -> AreaChange:
    """Merge communities as plan_community_merge() says."""
    return carry_out(partial(plan_community_merge, **choices), seen=seen, by=by)


def split_community(*, by: User, seen: str = "", **choices: Any) -> AreaChange:
    """Split a community as plan_community_split() says."""
    return carry_out(partial(plan_community_split, **choices), seen=seen, by=by)


@transaction.atomic
def carry_out(make_plan: Callable[[], AreaPlan], *, seen: str, by: User) -> AreaChange:
    """Lock the street, make the plan anew, and do it: all or nothing.

    Raises ValidationError when the plan is impossible, when the register is being written by an import, and when the
    plan is not the one that was seen.
    """
    lock_register(make_plan())
    plan = make_plan()
    if seen and seen != plan.fingerprint:
        raise ValidationError(_("预览之后底册有了变动，请重新核对。"), code="changed")
    close_areas(plan)
    keys = make_areas(plan)
    for building, name in plan.renamed:
        Building.objects.filter(pk=building.pk).update(name=name)
    move_everything([find_route(move, keys) for move in plan.moves], day=plan.day)
    end_posts(plan)
    move_accounts(plan, keys, by=by)
    change = AreaChange.objects.create(
        street=plan.street, kind=plan.kind, effective_date=plan.day, detail=plan.summary, by=by
    )
    action = "area.merge" if plan.kind in (Kind.MERGE_GRIDS, Kind.MERGE_COMMUNITIES) else "area.split"
    day = plan.day.isoformat()
    record(action, by=by, target=change, area_code=plan.street.code, kind=plan.kind, day=day, **plan.summary)
    return change


def lock_register(plan: AreaPlan) -> None:
    """Take the street's register for this transaction: no import writes, no other change of areas, no row in between.

    People come first, then communities, then grids: the order in which other writers take them, so that none deadlocks.
    """
    if not try_lock_street(plan.street.pk):
        raise ValidationError(_("这个街道正在写入导入的居民或进行另一项调整，请过几分钟再试。"))
    moving = {move.source.pk for move in plan.moves}
    for rows in (
        Resident.objects.filter(grid__in=moving).select_for_update(no_key=True),
        Community.objects.filter(street=plan.street).select_for_update(),
        Grid.objects.filter(community__street=plan.street).select_for_update(of=("self",)),
    ):
        list(rows.order_by("pk").values_list("pk"))


def close_areas(plan: AreaPlan) -> None:
    """End the closing areas on the day; a grid's name is free from then on."""
    Community.objects.filter(pk__in=[area.pk for area in plan.closing_communities]).update(valid_to=plan.day)
    Grid.objects.filter(pk__in=[area.pk for area in plan.closing_grids]).update(valid_to=plan.day)


def make_areas(plan: AreaPlan) -> dict[str, int]:
    """Make the new areas, and return the key of every destination by its code."""
    keys = {end.code: end.id for end in plan.results if end.id}
    parents = dict(Community.objects.filter(street=plan.street).values_list("code", "pk"))
    for end in plan.made:
        area: Area
        if len(end.code) == 12:
            area = Community(street=plan.street, code=end.code, name=end.name, valid_from=plan.day)
        else:
            area = Grid(community_id=parents[end.code[:12]], code=end.code, name=end.name, valid_from=plan.day)
        area.full_clean()
        area.save()
        keys[end.code] = parents[end.code] = area.pk
    return keys


def find_route(move: Move, keys: Mapping[str, int]) -> Route:
    """Return a move by the keys of grid, building and target."""
    building = move.building.pk if move.building else None
    return move.source.pk, building, keys[move.target.code] if move.target else None


def end_posts(plan: AreaPlan) -> None:
    """End the posts of closing grids and leaving buildings on the day; who holds them in the new ones is for people."""
    keys = [post.pk for post in plan.posts]
    Appointment.objects.filter(pk__in=keys).update(until=Greatest("since", plan.day))


def move_accounts(plan: AreaPlan, keys: Mapping[str, int], *, by: User) -> None:
    """Give the accounts of closing communities their new one, each with its audit event."""
    for user, end in plan.accounts:
        old = user.community.code if user.community else ""
        user.community_id = keys[end.code]
        user.save(update_fields=["community"])
        record("account.move", by=by, target=user, area_code=end.code, old=old, new=end.code)


@transaction.atomic
def save_area(area: Community | Grid, *, by: User) -> Community | Grid:
    """Save a new grid under the next free code of its community, or an area's new name. Leaves an audit event."""
    action = "area.rename" if area.pk else "area.create"
    if isinstance(area, Grid) and not area.pk:
        Community.objects.select_for_update().get(pk=area.community_id)
        area.code = next(number_grids(area.community.code))
    if isinstance(area, Community):
        others = Community.objects.current().filter(street=area.street_id, name=area.name).exclude(pk=area.pk)
        if others.exists():
            raise ValidationError(_("这个街道已有同名的社区"))
    area.full_clean()
    area.save()
    record(action, by=by, target=area, area_code=area.code, name=area.name)
    return area
