"""Writes on visits and needs: saving a visit, withdrawing a wrong one, following up, answering a need."""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.actions import cancel_activity
from activities.attendance import add_participants
from activities.models import Activity, Method
from grids.models import Resident
from visits.models import Need, Visit, VisitItem, VisitPlan
from visits.wishes import refuse_forbidden_words

LATEST_ENTRY = timedelta(days=62)  # an older visit is more likely a slip of the calendar than a late entry


def log_visit(
    visit: Visit,
    *,
    plans: Iterable[VisitPlan] = (),
    residents: Iterable[Resident] = (),
    others: int = 0,
    items: Iterable[VisitItem] = (),
    need: Need | None = None,
    token: uuid.UUID,
    by: User,
) -> tuple[Visit, bool]:
    """Save a visit at a door, with whom was met there; return it and whether it is new.

    `others` are people met who are not in the register, `need` an unsaved need. When nobody was met, residents and
    others do not matter. The same token sent again returns what the first one saved.
    """
    if earlier := Visit.objects.filter(client_token=token, visitor=by).first():
        return earlier, False
    check_time(visit)
    if need:
        refuse_forbidden_words(need.wish)
    visit.community = visit.household.building.grid.community
    visit.visitor, visit.client_token = by, token
    try:
        with transaction.atomic():
            people = list(residents) if visit.outcome in Visit.MET else []
            visit.activity = meet(visit, people, others, by) if visit.outcome in Visit.MET else None
            visit.save()
            visit.plans.set(plans)
            visit.items.set(items)
            if need:
                need.visit = visit
                need.save()
            audit(visit, "visit.log", by, outcome=visit.outcome, people=len(people), needs=int(bool(need)))
    except IntegrityError:
        # Two sends of one form at the same moment: the other one won.
        earlier = Visit.objects.filter(client_token=token, visitor=by).first()
        if earlier is None:
            raise ValidationError(_("这张表单已经用过，请刷新页面后再填一次。")) from None
        return earlier, False
    return visit, True


def check_time(visit: Visit) -> None:
    """Refuse a time at which the visit cannot have been."""
    now = timezone.now()
    if visit.visited_at > now:
        raise ValidationError({"visited_at": _("走访时间在将来，请核对：这里记录的是已经走访的。")})
    if visit.visited_at < now - LATEST_ENTRY:
        raise ValidationError({"visited_at": _("走访时间在两个月以前，请核对。")})


def meet(visit: Visit, residents: list[Resident], others: int, by: User) -> Activity:
    """Save the activity that a visit is when somebody was met."""
    if not (residents or others):
        raise ValidationError({"residents": _("请勾选见到了谁。")})
    activity = Activity.objects.create(
        community=visit.community,
        kind=visit.kind,
        title=visit.kind.name,
        starts_at=visit.visited_at,
        ends_at=visit.visited_at + timedelta(minutes=visit.kind.usual_minutes),
        unnamed_count=others,
        responsible=by,
        recorded_by=by,
        reported_at=timezone.now(),
        reported_by=by,
    )
    activity.target_grids.add(visit.household.building.grid)
    keys = {resident.pk: resident for resident in residents}
    if gone := add_participants(activity, keys, method=Method.VISITED, by=by.pk):
        names = _("、").join(keys[key].masked_name for key in sorted(gone))
        raise ValidationError({"residents": _("%(names)s 那天已经不住在这里，请核对时间或勾选。") % {"names": names}})
    return activity


@transaction.atomic
def withdraw_visit(visit: Visit, *, reason: Visit.WithdrawReason, by: User) -> Visit:
    """Take back a visit entered in error: it stays to be seen, and neither counts nor fulfils a plan any more."""
    visit = Visit.objects.select_for_update(of=("self",)).select_related("activity", "community").get(pk=visit.pk)
    if not visit.is_standing:
        raise ValidationError(_("这次走访已经撤销。"))
    visit.withdrawn_at, visit.withdrawn_by, visit.withdraw_reason = timezone.now(), by, reason
    visit.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    if visit.activity:
        cancel_activity(visit.activity, reason=str(reason.label), by=by)
    audit(visit, "visit.withdraw", by, reason=reason)
    return visit


@transaction.atomic
def settle_follow_up(visit: Visit, *, by: User) -> Visit:
    """Note that a follow-up was done without another visit, by phone or at the office."""
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if not Visit.objects.to_follow_up().filter(pk=visit.pk).exists():
        raise ValidationError(_("这次跟进已经处理过了。"))
    visit.followed_up_at = timezone.now()
    visit.save(update_fields=["followed_up_at"])
    audit(visit, "visit.follow_up", by)
    return visit


@transaction.atomic
def close_need(need: Need, *, result: Need.Result, by: User) -> Need:
    """Answer a need with what came of it."""
    need = (
        Need.objects.select_for_update(of=("self",))
        .select_related("visit__household__building__grid__community")
        .get(pk=need.pk)
    )
    if need.closed_at:
        raise ValidationError(_("这项需求已经办结：%(result)s。") % {"result": need.get_result_display()})
    need.result, need.closed_at, need.closed_by = result, timezone.now(), by
    need.save(update_fields=["result", "closed_at", "closed_by"])
    record("need.close", by=by, target=need, area_code=need.visit.household.building.grid.community.code, result=result)
    return need


def audit(visit: Visit, action: str, by: User, **detail: str | int) -> None:
    """Append the deed to the audit log."""
    record(action, by=by, target=visit, area_code=visit.community.code, **detail)
