"""Reading cells as pages do, against the same rows fetched by bare SQL."""

from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench.figures.sets import database_with
from bench.timing import Timing, compare
from communities.models import Street
from demo.scale import S
from grids.models import Grid
from indicators.areas import AreaRef
from indicators.figures import REACH_NUMBERS, read_reach, read_trend
from indicators.periods import recent_periods

RUNS, REPEATS = 30, 5
MATRIX = f"""
    select area_id, grouping, {", ".join(REACH_NUMBERS)} from indicators_reachcell
    where level = 'grid' and area_id = any(%s) and period = %s
"""
TREND = f"""
    select period, {", ".join(REACH_NUMBERS)} from indicators_reachcell
    where level = 'street' and area_id = %s and grouping = 'all' and period = any(%s)
"""


def measure_matrix() -> Timing:
    """Time the matrix of a street: 150 grids and all groupings in one month."""
    with database_with(S):
        areas = [AreaRef.to(grid) for grid in Grid.objects.all()]
        month = recent_periods("month", timezone.localdate(), 2)[1]
        rows = fetch(MATRIX, [[area.id for area in areas], month.code])
        timing = time_reads(
            lambda: read_reach(areas, month), lambda: fetch(MATRIX, [[area.id for area in areas], month.code])
        )
        if sum(map(len, read_reach(areas, month).values())) != len(rows):
            raise RuntimeError("the rows differ")
    return Timing(timing.ours, timing.reference, f"{len(rows):,} cells")


def measure_trend() -> Timing:
    """Time the trend of a street over all months that are kept."""
    with database_with(S):
        street = AreaRef.to(Street.objects.get())
        months = recent_periods("month", timezone.localdate(), settings.CELL_MONTHS)
        rows = fetch(TREND, [street.id, [month.code for month in months]])
        timing = time_reads(
            lambda: read_trend(street, months), lambda: fetch(TREND, [street.id, [month.code for month in months]])
        )
    return Timing(timing.ours, timing.reference, f"{len(rows)} cells")


def time_reads(ours: Callable[[], object], reference: Callable[[], object]) -> Timing:
    """Compare both, several reads at a time: one is too short to be timed."""
    both = [lambda read=read: [read() for _ in range(REPEATS)] for read in (ours, reference)]
    timing = compare(*both, runs=RUNS)
    return Timing(timing.ours / REPEATS, timing.reference / REPEATS)


def fetch(query: str, parameters: list) -> list[tuple]:
    """Return the rows of a query by the bare driver."""
    with connection.connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()
