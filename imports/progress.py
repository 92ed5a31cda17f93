"""Who is at work on an import, and how far: a lock that dies with its worker, and a row that others can watch.

The lock is PostgreSQL's session lock on a connection of its own: a worker that is killed loses it at once, so that the
sweeper knows an orphan without waiting for a heartbeat to grow old. It needs a real session: no transaction pooling.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

WORK_LOCK = 7102  # first key of the session lock; the second is the import's
SECONDS_BETWEEN_SIGNS = 0.4


class Watch:
    """Shows how far an import is. `show` may be called for every chunk: it writes a few times a second."""

    def __init__(self, import_id: int, link: BaseDatabaseWrapper | None) -> None:
        self.import_id, self.link = import_id, link
        self.shown_at = 0.0

    def begin(self, stage: str, total: int = 0) -> None:
        """Start a stage of `total` rows (0: not known yet)."""
        now = timezone.now()
        self.write(
            "insert into imports_importprogress (resident_import_id, stage, done, total, started_at, beat_at) "
            "values (%s, %s, 0, %s, %s, %s) on conflict (resident_import_id) do update set "
            "stage = excluded.stage, done = 0, total = excluded.total, started_at = excluded.started_at, "
            "beat_at = excluded.beat_at",
            [self.import_id, stage, total, now, now],
        )

    def show(self, done: int, total: int = 0) -> None:
        """Show `done` rows of the stage, and its total once it is known."""
        if monotonic() - self.shown_at < SECONDS_BETWEEN_SIGNS:
            return
        self.shown_at = monotonic()
        self.write(
            "update imports_importprogress set done = %s, total = greatest(total, %s), beat_at = %s "
            "where resident_import_id = %s",
            [done, total, timezone.now(), self.import_id],
        )

    def write(self, sql: str, values: list) -> None:
        """Run one statement on the watch's own connection; without one nobody could see it before the end."""
        if self.link:
            with self.link.cursor() as cursor:
                cursor.execute(sql, values)


@contextmanager
def work_on(import_id: int) -> Iterator[Watch | None]:
    """Hold the import for this process and yield its watch; yield None when another process holds it.

    Inside a transaction (tests) the connection at hand takes the lock, and nothing is shown: it may be busy copying.
    """
    own = not connection.in_atomic_block
    link = connection.copy() if own else connection
    try:
        if not ask(link, "select pg_try_advisory_lock(%s, %s)", import_id):
            yield None
            return
        try:
            yield Watch(import_id, link if own else None)
        finally:
            if not own:
                ask(link, "select pg_advisory_unlock(%s, %s)", import_id)
    finally:
        if own:
            link.close()


def is_held(import_id: int) -> bool:
    """Tell whether some process works on the import."""
    with connection.cursor() as cursor:
        cursor.execute(
            # pg_locks shows the locks of every database of the server
            "select exists (select from pg_locks where locktype = 'advisory' and classid = %s and objid = %s "
            "and granted and database = (select oid from pg_database where datname = current_database()))",
            [WORK_LOCK, import_id],
        )
        return cursor.fetchone()[0]


def ask(link: BaseDatabaseWrapper, sql: str, import_id: int) -> bool:
    """Return the answer of a lock function."""
    with link.cursor() as cursor:
        cursor.execute(sql, [WORK_LOCK, import_id])
        return cursor.fetchone()[0]
