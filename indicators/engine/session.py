"""What the engine sets and holds in a database session: the planner's settings and the advisory locks."""

from django.db import connection

# First keys of the advisory locks; the second is the area's. They are taken in this order, so that no two workers
# deadlock. Tallies have rows of their own and locks of their own: a check-in does not wait for them.
LOCKS = {
    "rebuild": 7200,
    "community": 7201,
    "street": 7202,
    "district": 7203,
    "tally_community": 7204,
    "tally_street": 7205,
    "tally_district": 7206,
}
PLANNER = (
    "set local max_parallel_workers_per_gather = 0; set local jit = off; "
    "set local work_mem = '64MB'; set local random_page_cost = 1.1"
)


def tune(*, sorts: bool = False) -> None:
    """Set the planner up for the engine's statements, until the transaction ends.

    Several workers are the parallelism; compiling costs more than it saves in statements of some hundred milliseconds;
    what they look up by key is in memory; and of sets made on the way, whose sizes the planner cannot guess, hashing is
    faster than sorting by a sixth. With `sorts` it may: what is counted by ranges of days needs an order.
    """
    with connection.cursor() as cursor:
        cursor.execute(PLANNER if sorts else f"{PLANNER}; set local enable_sort = off")


def share_rebuild_lock() -> None:
    """Wait while a rebuild swaps tables, and keep one from beginning until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s, 0)", [LOCKS["rebuild"]])


def lock(what: str, area_id: int) -> None:
    """Wait for an area's advisory lock, held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LOCKS[what], area_id])


def try_lock(what: str, area_id: int) -> bool:
    """Take an area's advisory lock until the transaction ends if nobody holds it; tell whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", [LOCKS[what], area_id])
        return cursor.fetchone()[0]


def is_locked(what: str, area_id: int) -> bool:
    """Tell whether another session holds an area's advisory lock at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select exists (select from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()
               and classid = %s and objid = %s and objsubid = 2
               and database = (select oid from pg_database where datname = current_database()))""",
            [LOCKS[what], area_id],
        )
        return cursor.fetchone()[0]
