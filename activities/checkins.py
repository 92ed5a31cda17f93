"""Check-ins: who is at the door, said by scan, tick or typed name; sent in batches, as often as the network needs."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.checkin_entries import Entry, Refusal, Result
from activities.codes import OPEN_BEFORE
from activities.identify import identify
from activities.models import Activity, CheckIn, Method
from activities.presences import record_presences
from grids.models import Resident

MAX_BATCH = 500


def check_open(activity: Activity, now: datetime) -> None:
    """Refuse, with what to do, an activity that takes no check-ins at the moment."""
    if activity.kind.is_confidential:
        raise ValidationError(_("“%(kind)s”只记人数，不登记姓名，所以没有签到。") % {"kind": activity.kind})
    if activity.has_closed_roster:
        raise ValidationError(_("这项活动由负责名单的人考勤，不用签到。"))
    if activity.status == Activity.Status.CANCELLED:
        raise ValidationError(_("这项活动已经撤销，不能签到。"))
    if activity.verified_at:
        raise ValidationError(_("街道已经核验这项活动，不能再签到。名单有误请联系街道退回。"))
    if activity.status == Activity.Status.PLANNED:
        raise ValidationError(_("这项活动还没有发布。请先在活动页发布，再签到。"))
    if now < activity.starts_at - OPEN_BEFORE:
        raise ValidationError(_("还没到签到时间：活动开始前两小时起可以签到。"))


@transaction.atomic
def apply_check_ins(activity: Activity, entries: Sequence[Entry], *, by: User | None) -> list[Result]:
    """Record a batch and return what became of each entry, in order; a constant number of queries.

    `by` is the member of staff, None where residents check themselves in. Sent again, an entry changes nothing.
    Rows of CheckIn say who recorded them and when, so scans leave no audit events of their own.
    """
    activity, now = lock(activity), timezone.now()
    check_open(activity, now)
    if len(entries) > MAX_BATCH:
        raise ValidationError(_("一次最多上传 %(count)s 条签到。") % {"count": MAX_BATCH})
    found = find_earlier(activity, entries)
    fresh = {entry.client_id: Result(entry) for entry in entries if entry.client_id not in found}
    identify(activity, fresh.values(), by)
    known = [result for result in fresh.values() if not result.refusal]
    outsiders = record_presences(activity, known, by=by, now=now)
    ours = [result for result in fresh.values() if result.entry.activity in (None, activity.pk)]
    rows = [make_row(activity, result, outsiders, by=by, now=now) for result in ours]
    CheckIn.objects.bulk_create(sorted(rows, key=lambda row: row.client_id), ignore_conflicts=True)
    if any(not row.refusal for row in rows):
        mark_held(activity, by=by)
    found |= fresh
    return [found[entry.client_id] for entry in entries]


def lock(activity: Activity) -> Activity:
    """Return the activity as it is now, locked: who reports or cancels it waits for the batch, or the batch for them.

    Batches share the lock, so that a queue at the door is not served one by one. Only as long as the activity is
    published does each have it alone, for one of them is to say that it is held: sharers who all wanted to write would
    wait for one another. Everybody takes the activity before its participants.
    """
    rows = Activity.objects.select_related("kind", "community")
    if Activity.objects.filter(pk=activity.pk, status=Activity.Status.PUBLISHED).exists():
        return rows.select_for_update(of=("self",), no_key=True).get(pk=activity.pk)
    with connection.cursor() as cursor:
        cursor.execute("select from activities_activity where id = %s for share", [activity.pk])
    return rows.get(pk=activity.pk)


def find_earlier(activity: Activity, entries: Iterable[Entry]) -> dict[uuid.UUID, Result]:
    """Return what became of those entries that came before; of another activity's no more than that."""
    by_id = {entry.client_id: entry for entry in entries}
    rows = CheckIn.objects.filter(client_id__in=by_id).select_related("resident", "outsider")
    found = {}
    for row in rows:
        found[row.client_id] = result = Result(by_id[row.client_id], refusal=row.refusal)
        if row.activity_id != activity.pk:
            result.refusal = Refusal.OTHER_ACTIVITY
        elif person := row.resident or row.outsider:
            result.name, result.resident = person.masked_name, row.resident_id
    return found


def make_row(
    activity: Activity, result: Result, outsiders: dict[Any, int], *, by: User | None, now: datetime
) -> CheckIn:
    """Return the row that keeps an entry."""
    is_outsider = not (result.resident or result.refusal)
    return CheckIn(
        client_id=result.entry.client_id,
        activity=activity,
        resident_id=result.resident,
        outsider_id=outsiders[result.key] if is_outsider else None,
        direction=result.entry.direction,
        method=result.entry.method,
        refusal=result.refusal,
        claimed_at=result.entry.claimed_at,
        recorded_at=now,
        recorded_by=by,
    )


def mark_held(activity: Activity, *, by: User | None) -> None:
    """Let the first check-in make a published activity one that takes place; later ones touch no row."""
    if activity.is_held:
        return
    published = Activity.objects.filter(pk=activity.pk, status=Activity.Status.PUBLISHED)
    if published.update(status=Activity.Status.HELD, version=F("version") + 1) and by:
        record("activity.first_check_in", by=by, target=activity, area_code=activity.community.code)


@transaction.atomic
def settle_check_in(
    check_in: CheckIn, *, by: User, resident: Resident | None = None, name: str = "", tail: str = ""
) -> None:
    """Deal with a refused check-in: it was this resident, or this named outsider; or, with neither, nobody.

    The correction is a row of its own (rule R10), at the time of the refused one.
    """
    check_in = CheckIn.objects.select_for_update(of=("self",)).select_related("activity__kind").get(pk=check_in.pk)
    if check_in.settled_at or not check_in.refusal:
        raise ValidationError(_("这一条已经处理过了。"))
    if resident or name:
        who: dict[str, Any] = {"resident": resident.pk} if resident else {"name": name, "tail": tail}
        entry = Entry(uuid.uuid4(), check_in.claimed_at, Method.TICKED, **who)
        result = apply_check_ins(check_in.activity, [entry], by=by)[0]
        if result.refusal:
            raise ValidationError(_("没有登记：%(reason)s。") % {"reason": Refusal(result.refusal).label})
    check_in.settled_at = timezone.now()
    check_in.save(update_fields=["settled_at"])
    about = {"check_in": check_in.pk, "linked": bool(resident or name)}
    record("activity.settle_check_in", by=by, target=check_in.activity, area_code=by.area_code, **about)
