"""Deleting and changing many rows a few at a time: each batch in a transaction of its own, so that nobody waits."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

BATCH = 500


def in_batches(rows: QuerySet, act: Callable[[Sequence[Any]], None]) -> int:
    """Let `act` deal with all rows of the queryset, by growing key; return how many there were.

    Safe to be killed: what was done stays done. Rows that somebody holds are left for the next time.
    """
    total, after = 0, None
    while True:
        with transaction.atomic():
            here = rows.filter(pk__gt=after) if after is not None else rows
            batch = list(here.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH])
            if not batch:
                return total
            act(batch)
        total, after = total + len(batch), batch[-1].pk


def delete_in_batches(rows: QuerySet) -> int:
    """Delete all rows of the queryset; return how many, not counting what goes with them."""
    model = rows.model
    return in_batches(rows, lambda batch: model._default_manager.filter(pk__in=[row.pk for row in batch]).delete())
