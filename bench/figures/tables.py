"""Tables in which other ways of computing put their cells, the sessions they use, and which rows differ."""

import queue
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

REACH, ACTIVITY = "indicators_reachcell", "indicators_activitycell"
KEYS = {
    REACH: "level, area_id, period, grouping",
    ACTIVITY: "level, area_id, period, kind_id, theme_id, origin, mode",
}
NUMBERS = {
    REACH: ("population", "reached", "contacts", "newcomers", "twice", "active", "often", "settled", "never"),
    ACTIVITY: ("held", "named", "outsiders", "unnamed"),
}
SUMS = {table: ", ".join(f"sum({number})::int" for number in numbers) for table, numbers in NUMBERS.items()}
NEXT = "_next"

Work = Callable[[CursorWrapper, Any], None]


def make_tables(way: str) -> None:
    """Create empty tables for the cells of one way of computing, with the checks of ours and without key."""
    with connection.cursor() as cursor:
        for table in KEYS:
            cursor.execute(f"drop table if exists {way}_{table}{NEXT}")
            cursor.execute(f"create table {way}_{table}{NEXT} (like {table} including defaults including constraints)")


def swap_tables(way: str) -> None:
    """Give the tables their keys and put them in the place of those of the run before."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local maintenance_work_mem = '256MB'")
        for table, keys in KEYS.items():
            cursor.execute(f"alter table {way}_{table}{NEXT} add primary key ({keys})")
            cursor.execute(f"analyze {way}_{table}{NEXT}")
            cursor.execute(f"drop table if exists {way}_{table}")
            cursor.execute(f"alter table {way}_{table}{NEXT} rename to {way}_{table}")
            cursor.execute(f"alter index {way}_{table}{NEXT}_pkey rename to {way}_{table}_pkey")


def share_out(work: Work, items: Iterable[Any], *, sessions: int, settings: str) -> None:
    """Work through the items in as many database sessions; raises what a session raises."""
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)

    def take(_number: int) -> None:
        session = connection.copy()
        try:
            with session.cursor() as cursor:
                cursor.execute(settings)
                while not waiting.empty():
                    try:
                        item = waiting.get_nowait()
                    except queue.Empty:
                        break
                    work(cursor, item)
        finally:
            session.close()

    with ThreadPoolExecutor(sessions) as crew:
        list(crew.map(take, range(sessions)))


def count_differences(way: str) -> int:
    """Return how many rows stand in our tables and not in theirs, or the other way round."""
    differing = 0
    with connection.cursor() as cursor:
        for table, numbers in NUMBERS.items():
            columns = f"{KEYS[table]}, {', '.join(numbers)}"
            ours, theirs = f"select {columns} from {table}", f"select {columns} from {way}_{table}"
            cursor.execute(
                f"select count(*) from (({ours} except {theirs}) union all ({theirs} except {ours})) as differing"
            )
            differing += cursor.fetchone()[0]
    return differing
