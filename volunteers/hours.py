"""Hours of service: the union of a volunteer's confirmed records, so that each minute counts once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

# Seconds are dropped at both ends, so that what months have sums up to what the year has.
UNION = """
    select volunteer_id, extract(epoch from upper(span) - lower(span)) / 60 as minutes
    from (
        select r.volunteer_id,
               unnest(range_agg(tstzrange(date_trunc('minute', r.starts_at), date_trunc('minute', r.ends_at)))
                      * tstzmultirange(tstzrange(%(start)s, %(end)s))) as span
        from volunteers_servicerecord r
        left join volunteers_servicefield f on f.id = r.field_id
        where r.confirmed_at is not null and r.withdrawn_at is null
          and r.starts_at < %(end)s and r.ends_at > %(start)s
          and r.volunteer_id = any(%(volunteers)s)
          and (not %(priority)s or f.is_priority)
        group by r.volunteer_id
    ) spans
"""


def count_minutes(
    volunteers: Iterable[int], start: datetime, end: datetime, *, priority: bool = False
) -> dict[int, int]:
    """Return volunteer -> whole minutes served from start up to end; who did not serve is left out. One query.

    `volunteers` are keys. With `priority` only what was served in priority fields.
    """
    parameters: dict[str, Any] = {"volunteers": list(volunteers), "start": start, "end": end, "priority": priority}
    with connection.cursor() as cursor:
        cursor.execute(f"select volunteer_id, sum(minutes)::int from ({UNION}) u group by volunteer_id", parameters)  # noqa: S608  # our own constant
        return dict(cursor.fetchall())


def drop_seconds(moment: datetime) -> datetime:
    """Return the moment without its seconds: hours are counted in whole minutes."""
    return moment.replace(second=0, microsecond=0)


def minutes_between(earlier: datetime, later: datetime) -> int:
    """Return whole minutes from one to the other."""
    return int((later - earlier).total_seconds() // 60)
