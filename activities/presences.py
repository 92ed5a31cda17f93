"""The rows that say who was there and when, made of check-ins: one a person, whatever is sent how often by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from activities.checkin_entries import Direction, Refusal, Result
from activities.codes import OPEN_AFTER, OPEN_BEFORE
from activities.models import Activity, Outsider, Participation


@dataclass
class Stay:
    """The first coming and the last going that a batch says of one person, and the entry that said the first."""

    result: Result
    came: datetime | None = None
    left: datetime | None = None


def record_presences(activity: Activity, results: list[Result], *, by: User | None, now: datetime) -> dict[Any, int]:
    """Write whom the results name, each once; return the keys of outsiders by name and tail.

    Rows are inserted and locked in the order of their keys, so that two batches never wait for each other.
    """
    residents = [result for result in results if result.resident]
    if residents:
        those = activity.participations.filter(resident__in={result.resident for result in residents})
        write(Participation, those.order_by("resident_id"), residents, activity=activity, by=by, now=now)
    outsiders = [result for result in results if not result.resident]
    if not outsiders:
        return {}
    here = activity.outsiders.filter(name__in={result.entry.name for result in outsiders})
    rows = write(Outsider, here.order_by("name", "tail"), outsiders, activity=activity, by=by, now=now)
    return {key: row.pk for key, row in rows.items()}


def write(
    model: type[Participation | Outsider],
    here: QuerySet,
    results: list[Result],
    *,
    activity: Activity,
    by: User | None,
    now: datetime,
) -> dict[Any, Any]:
    """Insert who is new, move times of who was here, refuse to see off who never came; return the rows by key."""
    before = {key_of(row) for row in here}
    stays = collect_stays(results, before, activity, now)
    new = [
        model(
            activity=activity,
            recorded_at=now,
            recorded_by=by,
            method=stay.result.entry.method,
            checked_in_at=stay.came,
            checked_out_at=stay.left,
            **describe(stay.result),
        )
        for key, stay in sorted(stays.items())
        if key not in before
    ]
    here.model._default_manager.bulk_create(new, ignore_conflicts=True)
    rows = {key_of(row): row for row in here.select_for_update(of=("self",))}
    move_times(model, [(rows[key], stay) for key, stay in stays.items() if key in rows])
    return rows


def key_of(row: Any) -> Any:
    """Return the key of a presence, as Result.key has it."""
    return row.resident_id if isinstance(row, Participation) else (row.name, row.tail)


def describe(result: Result) -> dict[str, Any]:
    """Return the fields that say who it is."""
    if result.resident:
        return {"resident_id": result.resident, "grid_id": result.grid}
    return {"name": result.entry.name, "tail": result.entry.tail}


def collect_stays(results: list[Result], before: set[Any], activity: Activity, now: datetime) -> dict[Any, Stay]:
    """Return key -> Stay, comings first; who neither came before nor now cannot leave.

    Times stay near the activity, whatever the device says: who forgot to leave did not help until the next morning.
    """
    stays: dict[Any, Stay] = {}
    earliest, latest = activity.starts_at - OPEN_BEFORE, min(activity.ends_at + OPEN_AFTER, now)
    for result in sorted(results, key=lambda result: (result.entry.direction, result.entry.claimed_at)):
        at = min(max(result.entry.claimed_at, earliest), latest)
        if result.entry.direction == Direction.IN:
            result.already = result.key in before or result.key in stays
            stay = stays.setdefault(result.key, Stay(result))
            stay.came = min(stay.came or at, at)
        elif result.key in before or result.key in stays:
            stay = stays.setdefault(result.key, Stay(result))
            stay.left = at if activity.kind.counts_hours else None
        else:
            result.refusal = Refusal.NOT_IN
    return stays


def move_times(model: type[Participation | Outsider], pairs: list[tuple[Any, Stay]]) -> None:
    """Let the earliest coming and the latest going stand."""
    moved = []
    for row, stay in pairs:
        earlier = stay.came and (row.checked_in_at is None or stay.came < row.checked_in_at)
        later = stay.left and (row.checked_out_at is None or stay.left > row.checked_out_at)
        row.checked_in_at = stay.came if earlier else row.checked_in_at
        row.checked_out_at = stay.left if later else row.checked_out_at
        if earlier or later:
            moved.append(row)
    if moved:
        model._default_manager.bulk_update(moved, ["checked_in_at", "checked_out_at"])
