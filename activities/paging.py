"""Pages of activities by time: the rows before or after a moment and id, without OFFSET."""

from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from activities.models import Activity
from grids.paging import Page, address

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def cut_page_by_time(request: HttpRequest, activities: QuerySet, *, size: int, newest_first: bool = True) -> Page:
    """Return the `size` activities that follow the one which the query's `after` names."""
    sign, beyond = ("-", "lt") if newest_first else ("", "gt")
    start = read_place(request.GET.get("after", ""))
    if start:
        at, pk = start
        # the first condition is the one that the index on the time serves
        activities = activities.filter(
            Q(**{f"starts_at__{beyond}e": at}), Q(**{f"starts_at__{beyond}": at}) | Q(**{f"pk__{beyond}": pk})
        )
    found = list(activities.order_by(f"{sign}starts_at", f"{sign}pk")[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(
        rows=found,
        next_url=address(request, after=write_place(found[-1])) if more else None,
        first_url=address(request) if start else None,
    )


def write_place(activity: Activity) -> str:
    """Return where an activity stands in time: microseconds and id."""
    return f"{(activity.starts_at - EPOCH) // MICROSECOND}.{activity.pk}"


def read_place(text: str) -> tuple[datetime, int] | None:
    """Return the moment and id that write_place() wrote; None for anything else."""
    moment, _dot, pk = text.partition(".")
    if not (moment.isascii() and moment.isdecimal() and pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return None
    try:
        return EPOCH + int(moment) * MICROSECOND, int(pk)
    except OverflowError:
        return None
