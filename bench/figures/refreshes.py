"""Refreshing after a change: its cost follows the change, not the history."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from activities.models import Participation
from bench.figures.rebuilds import rebuild
from bench.figures.sets import database_with
from bench.timing import Timing, seconds
from communities.models import Community
from demo.scale import Size
from indicators.engine.cells import refresh_community

PEOPLE, RUNS = 2_000, 6
# Pairs of a resident and an activity of the community that are not there yet: half of them of the last 60 days, half
# from any time before, entered late.
NEWCOMERS = """
    with pair as (
        select a.id as activity_id, r.id as resident_id, r.grid_id, a.held_on >= %(lately)s as lately,
               row_number() over (partition by a.held_on >= %(lately)s order by hashint8(a.id * 7919 + r.id * %(seed)s))
        from activities_activity a join grids_resident r on r.community_id = a.community_id
        where a.community_id = %(community)s and a.status = 'held' and a.held_on <= %(today)s
          and hashint8(a.id * 31 + r.id + %(seed)s) %% 20 = 0
          and not exists (select from activities_participation t where t.activity_id = a.id and t.resident_id = r.id)
    )
    insert into activities_participation (activity_id, resident_id, grid_id, method, recorded_at)
    select activity_id, resident_id, grid_id, 'listed', now() from pair where row_number <= %(people)s / 2
"""


def after_many(size: Size) -> Callable[[], Timing]:
    """Return the measurement of a refresh after 2,000 new participations in one community, against a full rebuild."""

    def measure() -> Timing:
        with database_with(size):
            rebuild()
            whole = min(seconds(rebuild) for _ in range(3 if size.name == "S" else 2))
            return Timing(refresh_after_many(), whole, f"{PEOPLE:,} participations, half of them back-dated")

    return measure


def after_many_in_two_sizes(large: Size, small: Size) -> Callable[[], Timing]:
    """Return the measurement of the same refresh on a large data set against that on a small one."""

    def measure() -> Timing:
        times = []
        for size in (small, large):
            with database_with(size):
                times.append(refresh_after_many())
        reference, ours = times
        return Timing(ours, reference, "the same refresh; the communities are of about the same size")

    return measure


def refresh_after_many() -> float:
    """Add 2,000 participations to a community of usual size and refresh it, several times; return the best seconds."""
    community = usual_community()
    times = []
    for number in range(RUNS):
        with connection.cursor() as cursor:
            cursor.execute(NEWCOMERS, describe(community, number))
            if cursor.rowcount != PEOPLE:
                raise RuntimeError(f"{cursor.rowcount} participations instead of {PEOPLE}")
        times.append(seconds(lambda: refresh_community(community)))
    return min(times)


def usual_community() -> int:
    """Return the community of median size."""
    with connection.cursor() as cursor:
        cursor.execute("select community_id from grids_resident group by 1 order by count(*), 1")
        communities = [row[0] for row in cursor.fetchall()]
    return communities[len(communities) // 2]


def describe(community: int, seed: int) -> dict[str, object]:
    """Return what NEWCOMERS is asked with."""
    today = timezone.localdate()
    lately = today - timedelta(days=60)
    return {"community": community, "today": today, "lately": lately, "people": PEOPLE, "seed": seed}


def after_one(size: Size) -> Callable[[], Timing]:
    """Return the measurement of a refresh after one check-in, against a full rebuild."""

    def measure() -> Timing:
        with database_with(size):
            rebuild()
            whole = min(seconds(rebuild) for _ in range(3))
            community = Community.objects.get(pk=usual_community())
            activity = community.activities.held().latest("held_on", "pk")
            absent = community.residents.exclude(participations__activity=activity).order_by("pk")[: 5 * RUNS]
            times = []
            for person in absent:
                Participation.objects.create(activity=activity, resident=person, grid_id=person.grid_id)
                times.append(seconds(lambda: refresh_community(community.pk)))
            return Timing(min(times), whole, f"median {sorted(times)[len(times) // 2] * 1000:.0f} ms")

    return measure
