"""Rebuilding cells from the facts: all of them into new tables that are swapped in at once, or those of one area.

While a full rebuild runs, refreshes wait (session.share_rebuild_lock): what changes meanwhile leaves its marks and is
settled right after the swap. Readers see the old tables until then.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from communities.models import Community, District, Street
from grids.models import Grid
from indicators.engine.cell_tables import ACTIVITY_CELLS, REACH_CELLS, CellTable
from indicators.engine.cells import ACTIVITIES, describe_activities, refresh_community
from indicators.engine.masks import read_masks
from indicators.engine.reach import REACH, make_parameters
from indicators.engine.session import LOCKS, tune
from indicators.models import DirtyMark, Freshness
from indicators.periods import Period, kept_periods

Report = Callable[[int, int], None]  # communities done, communities in all
NEW = "_new"


@dataclass
class Crew:
    """Threads with a database session each, that take one community after another. The first error stops all."""

    work: Callable[[int], object]
    communities: list[int]
    report: Report
    done: int = 0
    errors: list[Exception] = field(default_factory=list)
    counting: threading.Lock = field(default_factory=threading.Lock)

    def run(self, sessions: int) -> None:
        """Work through all communities, a single session in this thread; raises the first error of a thread."""
        if sessions == 1:
            for community in self.communities:
                self._finish(community)
            return
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for community in self.communities:
            waiting.put(community)
        threads = [threading.Thread(target=self._take, args=(waiting,)) for _ in range(sessions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def _finish(self, community: int) -> None:
        self.work(community)
        with self.counting:
            self.done += 1
            self.report(self.done, len(self.communities))

    def _take(self, waiting: queue.SimpleQueue) -> None:
        try:
            while not self.errors:
                self._finish(waiting.get_nowait())
        except queue.Empty:
            pass  # all taken
        except Exception as error:  # noqa: BLE001 - raised again by run(), in the caller's thread
            self.errors.append(error)
        finally:
            connections.close_all()


def rebuild_cells(
    *,
    area: District | Street | Community | None = None,
    since: Period | None = None,
    sessions: int = 2,
    report: Report = lambda done, total: None,
) -> int:
    """Compute cells anew from the facts and return how many communities were computed.

    Without `area` and `since` all cells are made in new tables and swapped in. With `area` only its communities are
    computed, with `since` only periods that end after the beginning of that one: in place, each community at once.
    """
    communities = list_communities(area)
    if area is None and since is None:
        rebuild_all(communities, sessions, report)
    else:
        Crew(partial(refresh_community, everything=since is None, since=since), communities, report).run(sessions)
    return len(communities)


def list_communities(area: District | Street | Community | None) -> list[int]:
    """Return the communities of an area that have or had grids, the largest first, so that sessions end together."""
    communities = Community.objects.filter(grids__isnull=False, code__startswith=area.code if area else "").distinct()
    sizes = dict(communities.values_list("pk", "code"))
    with connection.cursor() as cursor:
        cursor.execute(
            "select community_id, count(*) from grids_resident where community_id = any(%s) group by 1", [list(sizes)]
        )
        people = dict(cursor.fetchall())
    return sorted(sizes, key=lambda pk: (-people.get(pk, 0), sizes[pk]))


def rebuild_all(communities: list[int], sessions: int, report: Report) -> None:
    """Make all cells in new tables and swap them in."""
    tables = (REACH_CELLS, ACTIVITY_CELLS)
    with alone():
        began, today = timezone.now(), timezone.localdate()
        claimed = list(DirtyMark.objects.values_list("pk", flat=True))
        for table in tables:
            make_new(table)
        periods = kept_periods(today, settings.CELL_MONTHS)
        parameters = make_parameters(periods, today, read_masks())
        Crew(lambda pk: fill_new(pk, parameters, periods, today), communities, report).run(sessions)
        for table in tables:
            sum_up_new(table)
            make_key(table)
        with transaction.atomic():
            for table in tables:
                swap(table)
            Freshness.objects.bulk_create(
                [Freshness(community_id=pk, computed_at=began, as_of=today) for pk in communities],
                update_conflicts=True,
                unique_fields=["community"],
                update_fields=["computed_at", "as_of"],
            )
            DirtyMark.objects.filter(pk__in=claimed).delete()


@contextmanager
def alone() -> Iterator[None]:
    """Keep refreshes and other rebuilds waiting for the duration of the block."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s, 0)", [LOCKS["rebuild"]])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s, 0)", [LOCKS["rebuild"]])


GRANTS = """
    select a.privilege_type, a.grantee::regrole::name from pg_class c, aclexplode(c.relacl) a
    where c.oid = %s::regclass and a.grantee not in (0, c.relowner)
"""


def make_new(table: CellTable) -> None:
    """Create an empty table like the one of cells, without its key: rows go in faster, and it is sorted once."""
    with connection.cursor() as cursor:
        cursor.execute(f"drop table if exists {table.name}{NEW}")
        cursor.execute(f"create table {table.name}{NEW} (like {table.name} including defaults including constraints)")
        cursor.execute(GRANTS, [table.name])
        for privilege, role in cursor.fetchall():  # `like` copies none
            cursor.execute(f'grant {privilege} on {table.name}{NEW} to "{role}"')


def fill_new(community_id: int, parameters: dict, periods: list[Period], today: date) -> None:
    """Compute the cells of one community and its grids into the new tables."""
    grids = list(Grid.objects.filter(community=community_id).values_list("pk", flat=True))
    with transaction.atomic(), connection.cursor() as cursor:
        tune()
        parts = ", ".join(REACH_CELLS.parts)
        cursor.execute(
            f"""with cell({REACH_CELLS.columns}) as materialized ({REACH})
                insert into {REACH_CELLS.name}{NEW} ({REACH_CELLS.columns}) select * from cell
                union all
                select 'community', %(community)s::bigint, {parts}, {REACH_CELLS.sums} from cell group by {parts}
            """,
            parameters | {"grids": grids, "community": community_id},
        )
        cursor.execute(
            f"insert into {ACTIVITY_CELLS.name}{NEW} ({ACTIVITY_CELLS.columns}) {ACTIVITIES}",
            describe_activities(community_id, periods, today),
        )


def sum_up_new(table: CellTable) -> None:
    """Add the cells of streets and districts to the new table: sums of those one level below."""
    parts = ", ".join(f"c.{part}" for part in table.parts)
    levels = (
        ("community", "street", "communities_community", "street_id"),
        ("street", "district", "communities_street", "district_id"),
    )
    with connection.cursor() as cursor:
        for below, level, areas, parent in levels:
            cursor.execute(
                f"""insert into {table.name}{NEW} ({table.columns})
                    select %s, a.{parent}, {parts}, {table.sums}
                    from {table.name}{NEW} c join {areas} a on a.id = c.area_id
                    where c.level = %s group by a.{parent}, {parts}""",
                [level, below],
            )


def make_key(table: CellTable) -> None:
    """Give the new table its key and statistics."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local maintenance_work_mem = '256MB'")
        cursor.execute(
            f"alter table {table.name}{NEW} add constraint {table.name}{NEW}_pkey primary key ({table.keys})"
        )
        cursor.execute(f"analyze {table.name}{NEW}")


def swap(table: CellTable) -> None:
    """Put the new table in the place of the old one, its key under the old name."""
    with connection.cursor() as cursor:
        cursor.execute(f"drop table {table.name}")
        cursor.execute(f"alter table {table.name}{NEW} rename to {table.name}")
        cursor.execute(f"alter index {table.name}{NEW}_pkey rename to {table.name}_pkey")
