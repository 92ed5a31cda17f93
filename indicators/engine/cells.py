"""Refreshing cells: claim a community's marks, recompute its dirty grids in set-based SQL, roll up, all or nothing.

Why it loses nothing: marks are an append-only log. One READ COMMITTED transaction locks the community, claims the marks
it sees, computes in statements that start after the claim (their snapshot holds every change so marked), and deletes
just the claimed marks. A change that commits meanwhile brings its own mark; a worker that dies leaves all as it was.
"""

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Min, Q
from django.utils import timezone

from communities.models import Community
from grids.models import Grid
from indicators.engine.cell_tables import ACTIVITY_CELLS, REACH_CELLS, CellTable, Keys
from indicators.engine.masks import read_masks
from indicators.engine.reach import REACH, make_parameters
from indicators.engine.session import is_locked, lock, share_rebuild_lock, tune
from indicators.models import DirtyMark, Freshness, RefreshAttempt
from indicators.periods import Period, kept_periods
from operations.outages import is_passing

logger = logging.getLogger(__name__)

Changes = Sequence[tuple[CellTable, Keys | None]]  # the keys that changed in each table; None: take all

FEW_GRIDS = 3  # dirty grids up to which a community goes before those in which a storm (an import) has come down

ACTIVITIES = """
    with period as (
        select * from unnest(%(codes)s::text[], %(begins)s::date[], %(ends)s::date[]) as p(code, begins, ends)
    ),
    activity as materialized (
        select a.kind_id, coalesce(a.theme_id, 0) as theme_id, a.origin, a.mode, a.held_on, a.unnamed_count,
               (select count(*) from activities_participation t where t.activity_id = a.id) as named,
               (select count(*) from activities_outsider o where o.activity_id = a.id) as outsiders
        from activities_activity a
        where a.community_id = %(community)s and a.status = 'held' and a.held_on <= %(today)s
          and a.held_on >= (select min(begins) from period)
    )
    select 'community', %(community)s::bigint, p.code, a.kind_id, a.theme_id, a.origin, a.mode,
           count(*)::int, sum(a.named)::int, sum(a.outsiders)::int, sum(a.unnamed_count)::int
    from activity a join period p on a.held_on >= p.begins and a.held_on < p.ends
    group by p.code, a.kind_id, a.theme_id, a.origin, a.mode
"""


def find_dirty_communities(today: date) -> list[int]:
    """Return the communities whose figures are to be computed, in this order: small changes, storms, another day.

    Small changes come first, so that a storm (an import of a whole street) does not make a check-in wait. Parked
    communities are left out.
    """
    parked = RefreshAttempt.objects.parked().values_list("pk", flat=True)
    marked = DirtyMark.objects.order_by().values("community_id")
    marked = marked.annotate(grids=Count("grid_id", distinct=True), oldest=Min("marked_at")).exclude(
        community_id__in=list(parked)
    )
    rows = sorted(marked, key=lambda row: (row["grids"] > FEW_GRIDS, row["oldest"]))
    found = [row["community_id"] for row in rows]
    another_day = Community.objects.filter(Q(freshness=None) | ~Q(freshness__as_of=today), grids__isnull=False)
    outdated = another_day.exclude(pk__in=[*found, *parked]).distinct().order_by("pk")
    return [*found, *outdated.values_list("pk", flat=True)]


def refresh_all(today: date) -> None:
    """Refresh every community that needs it, each once; what becomes dirty meanwhile is seen at once."""
    done: set[int] = set()
    while community_id := next((pk for pk in find_dirty_communities(today) if pk not in done), None):
        done.add(community_id)
        try_refresh(community_id)


def try_refresh(community_id: int) -> None:
    """Refresh a community. A failure is noted and logged, and does not keep the others from being refreshed.

    Where another worker is at it nothing is done: waiting would hold up the others, and would count as an attempt.
    """
    if is_locked("community", community_id):
        return
    note_attempt(community_id)
    try:
        refresh_community(community_id)
    except Exception as error:
        if is_passing(error):  # nothing is wrong with the community itself, and the next ring tries again
            RefreshAttempt.objects.filter(pk=community_id).update(attempts=F("attempts") - 1)
            raise
        RefreshAttempt.objects.filter(pk=community_id).update(reason=f"{type(error).__name__}: {error}"[:300])
        logger.exception("the figures of community %s could not be computed", community_id)


def note_attempt(community_id: int) -> None:
    """Write down, before the work, that it begins: a worker that is killed leaves this behind."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into indicators_refreshattempt (community_id, attempts, started_at, reason)
               select id, 1, %s, '' from communities_community where id = %s
               on conflict (community_id) do update
               set attempts = indicators_refreshattempt.attempts + 1, started_at = excluded.started_at""",
            [now, community_id],
        )


def refresh_community(community_id: int, *, everything: bool = False, since: Period | None = None) -> int:
    """Recompute what is dirty in a community and roll it up; return the number of marks that were settled.

    Safe to run twice, in parallel, or to be killed anywhere. `everything` recomputes all grids, marked or not; with
    `since`, of all grids the periods that end after the beginning of that one, and no mark is settled.
    """
    with transaction.atomic():
        tune()
        share_rebuild_lock()
        lock("community", community_id)
        claimed, marked_grids = ([], set()) if since else claim_marks(community_id)
        community = Community.objects.select_related("street").filter(pk=community_id).first()
        if community:
            today = timezone.localdate()
            is_fresh = Freshness.objects.filter(community=community, as_of=today).exists()
            whole = everything or not is_fresh
            if whole or since or claimed:
                compute(community, marked_grids, today, whole or since is not None, since)
                Freshness.objects.update_or_create(
                    community=community, defaults={"computed_at": timezone.now(), "as_of": today}
                )
        delete_marks(claimed)
        RefreshAttempt.objects.filter(pk=community_id).delete()
    return len(claimed)


def claim_marks(community_id: int) -> tuple[list[int], set[int]]:
    """Return the ids of the marks seen now, and the grids they name."""
    rows = list(DirtyMark.objects.filter(community_id=community_id).values_list("pk", "grid_id"))
    return [pk for pk, _grid in rows], {grid for _pk, grid in rows if grid}


def delete_marks(claimed: list[int]) -> None:
    """Delete just the claimed marks."""
    with connection.cursor() as cursor:
        cursor.execute("delete from indicators_dirtymark where id = any(%s)", [claimed])


def compute(
    community: Community, marked: set[int], today: date, whole: bool = False, since: Period | None = None
) -> None:
    """Recompute the cells of marked grids (`whole`: of all) and of the community's activities, and roll both up."""
    grids = list(Grid.objects.filter(community=community).order_by("pk").values_list("pk", flat=True))
    periods = kept_periods(today, settings.CELL_MONTHS)
    if since:
        periods = [period for period in periods if period.end > since.start]
    limit = [period.code for period in periods] if since else None
    asked = sorted(marked.union(grids) if whole else marked)  # one that is gone yields nothing, and so loses its cells
    reach: Keys = []
    if asked:
        parameters = make_parameters(periods, today, read_masks()) | {"grids": asked, "periods": limit}
        reach = REACH_CELLS.replace(REACH, parameters, level="grid", areas=asked)
    activity_parameters = describe_activities(community.pk, periods, today) | {"periods": limit}
    work = ACTIVITY_CELLS.replace(ACTIVITIES, activity_parameters, level="community", areas=[community.pk])
    sums = REACH_CELLS.sum_up("community", community.pk, "grid", grids, None if whole else reach, limit)
    # Where all is computed, sums are made anew whatever they were.
    changes = [(REACH_CELLS, None if whole else sums), (ACTIVITY_CELLS, None if whole else work)]
    roll_up_from(community, changes, limit)


def describe_activities(community_id: int, periods: Sequence[Period], today: date) -> dict[str, Any]:
    """Return what ACTIVITIES is asked with."""
    return {
        "codes": [period.code for period in periods],
        "begins": [period.start for period in periods],
        "ends": [period.end for period in periods],
        "community": community_id,
        "today": today,
    }


def roll_up_from(community: Community, changes: Changes, periods: Sequence[str] | None = None, locks: str = "") -> None:
    """Sum the street and the district anew, for the keys of each table that changed (None: all).

    Their locks come last and in this order, so that no two workers deadlock, and each sum starts after its lock is
    held, so that it sees what others have committed. `locks` begins their names: tallies have locks of their own.
    """
    if all(keys == [] for _table, keys in changes):
        return
    street = community.street
    lock(f"{locks}street", street.pk)
    communities = list(street.communities.values_list("pk", flat=True))
    lock(f"{locks}district", street.district_id)
    streets = list(street.district.streets.values_list("pk", flat=True))
    for table, keys in changes:
        table.sum_up("street", street.pk, "community", communities, keys, periods)
        table.sum_up("district", street.district_id, "street", streets, keys, periods)
