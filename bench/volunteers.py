"""Hours of 20,000 volunteers with 20 records each: the union of minutes, against a plain sum that counts some twice."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from activities.models import Activity, ActivityKind
from bench.timing import Timing, compare
from demo.street import create_accounts, create_areas
from volunteers.hours import count_minutes
from volunteers.models import Volunteer

VOLUNTEERS, RECORDS, RUNS = 20_000, 20, 5
# Every third record begins an hour before the one before it ends.
FILL = """
    insert into volunteers_servicerecord
        (volunteer_id, activity_id, starts_at, ends_at, source, recorded_at, confirmed_at, confirmed_by_id,
         withdraw_reason)
    select v.id, %(activity)s, b.at, b.at + interval '2 hours', 'checked', b.at, b.at, %(user)s, ''
    from volunteers_volunteer v
    cross join generate_series(1, %(records)s) k
    cross join lateral (
        select %(first)s::timestamptz + k * interval '14 days' - (k %% 3 = 0)::int * interval '13 days 23 hours' as at
    ) b
"""
PLAIN = """
    select volunteer_id, (extract(epoch from sum(ends_at - starts_at)) / 60)::int from volunteers_servicerecord
    where confirmed_at is not null and withdrawn_at is null and starts_at < %s and ends_at > %s
    group by volunteer_id
"""


def measure_hours() -> Timing:
    """Time the hours of everybody in a year."""
    first = timezone.make_aware(datetime(2025, 1, 1, 9))
    keys = fill(first)
    start, end = first - timedelta(days=30), first + timedelta(days=RECORDS * 14 + 30)
    timing = compare(lambda: count_minutes(keys, start, end), lambda: add_up(start, end), runs=RUNS)
    ours, plain = sum(count_minutes(keys, start, end).values()), sum(add_up(start, end).values())
    return Timing(timing.ours, timing.reference, f"{ours:,} minutes, the plain sum says {plain:,}")


def fill(first: datetime) -> list[int]:
    """Make volunteers with records; return the volunteers' keys."""
    street = create_areas()
    users = create_accounts(street, first.date())
    community = street.communities.earliest("code")
    activity = Activity.objects.create(
        community=community,
        kind=ActivityKind.objects.filter(category="volunteer").earliest("pk"),
        title="bench",
        starts_at=first,
        ends_at=first + timedelta(hours=2),
        recorded_by=users["worker"],
    )
    Volunteer.objects.bulk_create(
        (
            Volunteer(community=community, name="bench", birth_date=first.date(), registered_on=first.date())
            for _number in range(VOLUNTEERS)
        ),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        about = {"activity": activity.pk, "user": users["worker"].pk, "first": first, "records": RECORDS}
        cursor.execute(FILL, about)
        cursor.execute("analyze volunteers_servicerecord")
    return list(Volunteer.objects.values_list("pk", flat=True))


def add_up(start: datetime, end: datetime) -> dict[int, int]:
    """Return volunteer -> minutes with overlaps counted twice: what somebody would write first."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [end, start])
        return dict(cursor.fetchall())
