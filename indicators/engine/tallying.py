"""Filling the cells of tallies, a community at a time, a little after its reach cells. What is counted: counting/.

Why it loses nothing: computed_at is read first, and every count is a statement that starts after that. A change that
commits later leaves a mark; settling the mark sets another computed_at, from which tallied_for then differs.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from communities.models import Community
from grids.models import Grid
from indicators.catalogue import CATALOGUE
from indicators.engine.cell_tables import CellTable
from indicators.engine.cells import roll_up_from
from indicators.engine.session import lock, try_lock, tune
from indicators.models import AreaLevel, Freshness, RefreshAttempt, TallyCell
from indicators.periods import Period, kept_periods
from indicators.tallies import TALLIES, Count, SqlTally, count_together

logger = logging.getLogger(__name__)

SLICE_SECONDS = 4  # a ring works so long at most, then the next one goes on: refreshing needs the workers too

Row = tuple[int, str, str, int, int]  # area, period, indicator, numerator, denominator

TALLY_CELLS = CellTable(TallyCell._meta.db_table, {"period": "text", "indicator": "text"}, ("numerator", "denominator"))
FRESH = """
    select %(level)s::text, * from unnest(
        %(area_ids)s::bigint[], %(codes)s::text[], %(indicators)s::text[],
        %(numerators)s::int[], %(denominators)s::int[])
"""


def find_untallied(now: datetime) -> list[int]:
    """Return the communities whose tallies are behind their reach cells, the longest waiting first.

    Each is counted once in TALLY_SECONDS at most, so that a storm of changes is counted once. Parked ones are left out.
    """
    parked = RefreshAttempt.objects.parked().values("pk")
    behind = Freshness.objects.untallied()
    rested = Q(tallied_at=None) | Q(tallied_at__lte=now - timedelta(seconds=settings.TALLY_SECONDS))
    waiting = behind.filter(rested | Q(tallied_at__gt=now)).exclude(community__in=parked)
    return list(waiting.order_by(F("tallied_at").asc(nulls_first=True), "pk").values_list("community_id", flat=True))


def tally_all() -> None:
    """Count for every community that waits, until the time of one ring is over."""
    begun = monotonic()
    for community_id in find_untallied(timezone.now()):
        try_tally(community_id)
        if monotonic() - begun > SLICE_SECONDS:
            return


def try_tally(community_id: int) -> None:
    """Count for a community that waits. A failure is logged, and makes only this one wait for its next turn."""
    try:
        tally_community(community_id, only_waiting=True)
    except Exception:
        logger.exception("the tallies of community %s could not be counted", community_id)
        Freshness.objects.filter(community=community_id).update(tallied_at=timezone.now())


def tally_community(community_id: int, *, only_waiting: bool = False) -> bool:
    """Count every tally of a community for all periods, and sum up; return whether that was done.

    Safe to run twice, in parallel, or to be killed anywhere. With `only_waiting` nothing is done where another worker
    is counting, or nothing has moved since.
    """
    with transaction.atomic():
        if not only_waiting:
            lock("tally_community", community_id)
        elif not try_lock("tally_community", community_id):
            return False
        fresh = Freshness.objects.filter(community=community_id).first()
        if fresh is None or (only_waiting and fresh.tallied_for == fresh.computed_at):
            return False
        community = Community.objects.select_related("street").get(pk=community_id)
        rows = count_tallies(community_id, timezone.localdate())
        write(community, rows)
        Freshness.objects.filter(pk=fresh.pk).update(tallied_for=fresh.computed_at, tallied_at=timezone.now())
    return True


def count_tallies(community_id: int, today: date) -> dict[str, list[Row]]:
    """Return the rows of the community's cells by level, grid and community."""
    tune(sorts=True)
    kept = kept_periods(today, settings.CELL_MONTHS)
    rows: dict[str, list[Row]] = {AreaLevel.GRID: [], AreaLevel.COMMUNITY: []}
    numerators: Counter[tuple[str, str]] = Counter()
    denominators: Counter[tuple[str, str]] = Counter()
    for id, _community, grid, code, numerator, denominator in count_all(community_id, kept, today):
        numerators[code, id] += numerator
        denominators[code, id] += denominator
        if grid is not None:
            rows[AreaLevel.GRID].append((grid, code, id, numerator, denominator))
    rows[AreaLevel.COMMUNITY] = [(community_id, *key, numerators[key], number) for key, number in denominators.items()]
    return rows


def count_all(community_id: int, kept: Sequence[Period], today: date) -> Iterator[tuple[str, *Count]]:
    """Yield (id, *sums) of every tally. Those that share their first part and their periods are counted together."""
    together: dict[tuple, dict[str, SqlTally]] = defaultdict(dict)
    for id, tally in TALLIES.items():
        periods = tuple(periods_of(id, kept))
        if isinstance(tally, SqlTally) and tally.parts:
            together[periods, tally.parts[0]][id] = tally
        else:
            yield from ((id, *sums) for sums in tally.count([community_id], periods, today))
    for (periods, _part), tallies in together.items():
        yield from count_together(tallies, [community_id], periods, today)


def periods_of(id: str, kept: Sequence[Period]) -> list[Period]:
    """Return the periods in which the indicator has figures; a tally that several indicators share has all."""
    indicator = CATALOGUE.get(id)
    return [period for period in kept if indicator is None or period.kind in indicator.periods]


def write(community: Community, rows: dict[str, list[Row]]) -> None:
    """Make the cells of grids and community exactly these rows, and sum street and district anew where they changed."""
    grids = list(Grid.objects.filter(community=community).values_list("pk", flat=True))
    replace(AreaLevel.GRID, grids, rows[AreaLevel.GRID])
    changed = replace(AreaLevel.COMMUNITY, [community.pk], rows[AreaLevel.COMMUNITY])
    roll_up_from(community, [(TALLY_CELLS, changed)], locks="tally_")


def replace(level: str, areas: Sequence[int], rows: list[Row]) -> list[tuple]:
    """Make the cells of the areas exactly these rows; return the keys of those that changed."""
    columns = zip(*rows, strict=True) if rows else [()] * 5
    names = ("area_ids", "codes", "indicators", "numerators", "denominators")
    arrays = {name: list(column) for name, column in zip(names, columns, strict=True)}
    return TALLY_CELLS.replace(FRESH, {**arrays, "periods": None}, level=level, areas=areas)
