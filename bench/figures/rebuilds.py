"""A full rebuild of the cells, against the best hand-written SQL and against the textbook, rows compared each time."""

from collections.abc import Callable

from django.db import connection

from bench.figures.reference import compute_reference
from bench.figures.sets import database_with
from bench.figures.tables import ACTIVITY, REACH, count_differences
from bench.figures.textbook import compute_textbook
from bench.timing import Timing, compare, seconds
from demo.scale import Size
from indicators.engine.rebuild import rebuild_cells

SESSIONS = 2
BARE_SCAN = """
    select count(*) from (
        select t.resident_id, date_trunc('month', a.held_on), count(*)
        from activities_participation t join activities_activity a on a.id = t.activity_id group by 1, 2
    ) as months
"""


def against_reference(size: Size, *, runs: int) -> Callable[[], Timing]:
    """Return the measurement of a full rebuild against the best hand-written SQL, in as many sessions."""

    def measure() -> Timing:
        with database_with(size):
            timing = compare(rebuild, lambda: compute_reference(sessions=SESSIONS), runs=runs)
            refuse_differences("reference")
            return Timing(timing.ours, timing.reference, describe(timing.ours))

    return measure


def against_textbook(size: Size, *, runs: int) -> Callable[[], Timing]:
    """Return the measurement of a full rebuild against the textbook, which runs once: it takes long."""

    def measure() -> Timing:
        with database_with(size):
            rebuild()
            before = [seconds(rebuild) for _ in range(runs)]
            reference = seconds(lambda: compute_textbook(sessions=SESSIONS))
            refuse_differences("textbook")
            ours = min(*before, seconds(rebuild))
            return Timing(ours, reference, f"{reference / ours:.0f} times faster, no row differs")

    return measure


def rebuild() -> None:
    """Rebuild all cells in as many sessions as the references have."""
    rebuild_cells(sessions=SESSIONS)


def refuse_differences(way: str) -> None:
    """Raise RuntimeError when a row differs: ratios between different results mean nothing."""
    if differing := count_differences(way):
        raise RuntimeError(f"{differing} rows differ between ours and {way}")


def describe(ours: float) -> str:
    """Return cells a second, and what one bare scan with a hash aggregate by (resident, month) costs."""
    with connection.cursor() as cursor:
        cursor.execute(f"select (select count(*) from {REACH}) + (select count(*) from {ACTIVITY})")
        cells = cursor.fetchone()[0]
        cursor.execute("set work_mem = '256MB'; set enable_sort = off")
        scan = min(seconds(lambda: cursor.execute(BARE_SCAN)) for _ in range(3))
        cursor.execute("reset work_mem; reset enable_sort")
    return f"{cells:,} cells, {cells / ours:,.0f} cells/s, no row differs, one bare scan {scan:.2f} s"
