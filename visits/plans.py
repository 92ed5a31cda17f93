"""Writing visit plans, and what a plan would mean before it is saved. Which doors are due: due.py."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.models import ActivityKind
from communities.models import Community
from grids.models import Grid, GroupMembership, Household, PopulationGroup, Residence, Resident
from visits.models import VisitPlan


@dataclass(frozen=True)
class Extent:
    """Whom a plan would mean today: doors (户), people (人), and people whose door is not known."""

    doors: int
    people: int
    without_door: int


def measure(communities: Iterable[Community], groups: Iterable[PopulationGroup], grids: Iterable[Grid]) -> Extent:
    """Return whom a plan for these groups in these grids would mean today; none of either means all."""
    today = timezone.localdate()
    living = Residence.objects.on(today)
    if grids := list(grids):
        living = living.filter(grid__in=grids)
    people = Resident.objects.filter(community__in=communities, pk__in=living.values("resident"))
    if groups := list(groups):
        members = GroupMembership.objects.on(today).filter(group__in=groups)
        people = people.filter(pk__in=members.values("resident"))
    doors = list(people.values_list("household", flat=True))
    known = [door for door in doors if door is not None]
    return Extent(len(set(known)), len(known), len(doors) - len(known))


def save_plan(
    plan: VisitPlan, *, groups: Iterable[PopulationGroup], grids: Iterable[Grid], token: uuid.UUID, by: User
) -> VisitPlan:
    """Save a new or changed plan with the groups and grids that it means.

    The same token sent again returns what the first one saved.
    """
    return store(plan, token=token, by=by, groups=list(groups), grids=list(grids))


def save_terms(plan: VisitPlan, *, by: User) -> VisitPlan:
    """Save a changed plan whose doors are a list: name, kind and days may change, the doors stay."""
    return store(plan, token=plan.client_token, by=by)


def make_plan_for_households(
    *,
    community: Community,
    name: str,
    kind: ActivityKind,
    households: Iterable[Household],
    starts_on: date,
    ends_on: date | None = None,
    interval_days: int | None = None,
    token: uuid.UUID,
    by: User,
) -> VisitPlan:
    """Save a plan for just these doors; refuse an empty list, and doors outside the community."""
    doors = {door.pk: door for door in households}
    here = Household.objects.filter(pk__in=doors, building__grid__community=community).count()
    if not doors:
        raise ValidationError(_("请至少选择一户。"))
    if here != len(doors):
        raise ValidationError(_("名单里有不在本社区的住户，请重新选择。"))
    plan = VisitPlan(
        community=community, name=name, kind=kind, starts_on=starts_on, ends_on=ends_on, interval_days=interval_days
    )
    return store(plan, token=token, by=by, households=list(doors.values()))


def store(plan: VisitPlan, *, token: uuid.UUID, by: User, **means: list) -> VisitPlan:
    """Save a plan and its lists, with an audit event."""
    is_new = plan.pk is None
    if is_new:
        if earlier := VisitPlan.objects.filter(client_token=token, created_by=by).first():
            return earlier
        plan.created_by, plan.client_token = by, token
    elif plan.closed_at:
        raise ValidationError(_("这项计划已经结束，不能再改。可以新建一项。"))
    plan.full_clean(exclude=["client_token"])
    try:
        with transaction.atomic():
            plan.save()
            for name, chosen in means.items():
                getattr(plan, name).set(chosen)
            note(plan, "visit_plan.create" if is_new else "visit_plan.change", by, means)
    except IntegrityError:
        # Two sends of one form at the same moment: the other one won.
        earlier = VisitPlan.objects.filter(client_token=token, created_by=by).first()
        if not is_new or earlier is None:
            raise ValidationError(_("这张表单已经用过，请刷新页面后再填一次。")) from None
        return earlier
    return plan


@transaction.atomic
def close_plan(plan: VisitPlan, *, by: User) -> VisitPlan:
    """End a plan: it asks for no more visits, and what was done for it stays."""
    plan = VisitPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.closed_at:
        raise ValidationError(_("这项计划已经结束。"))
    plan.closed_at = timezone.now()
    plan.save(update_fields=["closed_at"])
    note(plan, "visit_plan.close", by, {})
    return plan


def note(plan: VisitPlan, action: str, by: User, means: dict[str, list]) -> None:
    """Append the deed to the audit log: what the plan asks for, never whom."""
    record(
        action,
        by=by,
        target=plan,
        area_code=plan.community.code,
        interval_days=plan.interval_days,
        starts_on=str(plan.starts_on),
        ends_on=str(plan.ends_on) if plan.ends_on else None,
        **{name: [str(one) for one in chosen] for name, chosen in means.items() if name != "households"},
        households=len(means.get("households", [])),
    )
