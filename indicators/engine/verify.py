"""Holding stored cells against a second count (recount.py), and keeping what came of it. The engine is not asked."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, zip_longest
from secrets import SystemRandom

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from communities.models import Community
from indicators.areas import MODELS as AREAS
from indicators.engine.recount import NUMBERS, Cells, recount_held, recount_reach, recount_tallies
from indicators.models import ActivityCell, AreaLevel, CellCheck, DirtyMark, Freshness, ReachCell, TallyCell
from indicators.periods import Period, kept_periods
from indicators.version import get_code_version

logger = logging.getLogger(__name__)

TABLES = {
    "reach": (ReachCell, ("grouping",)),
    "activity": (ActivityCell, ("kind_id", "theme_id", "origin", "mode")),
    "tally": (TallyCell, ("indicator",)),
}
KEPT_DIFFERENCES = 50
AREAS_AT_ONCE = {AreaLevel.GRID: 200, AreaLevel.COMMUNITY: 10}  # others one by one: they are a whole street or more

Codes = dict[str, dict[int, str]]  # level -> area id -> division code


@dataclass(frozen=True)
class Difference:
    """A cell that is not what it should be. None: it is not there, or should not be."""

    cell: str
    stored: tuple[int, ...] | None
    recounted: tuple[int, ...] | None


@dataclass
class Verdict:
    """What came of comparing: how many cells, those that differ, and communities left out because changes wait."""

    cells: int = 0
    drift: list[Difference] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)

    def take(self, stored: Cells, true: Cells, codes: dict[int, str]) -> None:
        """Add what comes of comparing cells of areas of one level, which are named by their codes."""
        keys = stored.keys() | true.keys()
        self.cells += len(keys)
        for key in sorted(key for key in keys if stored.get(key) != true.get(key)):
            table, level, area, *rest = key
            name = " ".join(map(str, (table, level, codes.get(area, f"#{area}"), *rest)))
            self.drift.append(Difference(name, stored.get(key), true.get(key)))


def check_cells(area_codes: Collection[str], *, sample: int | None = None) -> tuple[CellCheck, Verdict]:
    """Compare the cells in areas with a second count, keep the result, and return it.

    "" stands for everywhere; `sample` limits the comparison to about so many cells of each area.
    """
    check = CellCheck.objects.create(code_version=get_code_version())
    whole = Verdict()
    for code in area_codes:
        verdict = compare(code, sample=sample)
        whole.cells += verdict.cells
        whole.drift += verdict.drift
        whole.waiting |= verdict.waiting
    check.cells, check.drifted, check.finished_at = whole.cells, len(whole.drift), timezone.now()
    check.drift = [[found.cell, found.stored, found.recounted] for found in whole.drift[:KEPT_DIFFERENCES]]
    check.save()
    if whole.drift:
        logger.error("%s of %s cells differ; first: %s", check.drifted, check.cells, whole.drift[0].cell)
    return check, whole


def compare(area_code: str = "", *, sample: int | None = None) -> Verdict:
    """Compare the cells in an area, all of them or a sample, in one snapshot of the database.

    Areas with waiting changes are left out: their cells are late, not wrong.
    """
    verdict = Verdict()
    with snapshot():
        today = timezone.localdate()
        unsettled, untallied = find_waiting(today)
        verdict.waiting = {code for code in unsettled if code.startswith(area_code)}
        codes = list_areas(area_code, unsettled)
        periods = kept_periods(today, settings.CELL_MONTHS)
        if sample:
            for level, areas, some in draw_sheets(codes, periods):
                compare_people(verdict, level, areas, some, today)
                compare_tallies(verdict, {level: leave_out(areas, untallied)}, some, today)
                if verdict.cells >= sample:
                    break
            return verdict
        for level, areas in list_sheets(codes):
            compare_people(verdict, level, areas, periods, today, all_periods=True)
        tallied = {level: leave_out(areas, untallied) for level, areas in codes.items()}
        compare_tallies(verdict, tallied, periods, today, all_periods=True)
        if not area_code:
            verdict.take(read_strays(), {}, {})
    return verdict


def compare_people(
    verdict: Verdict,
    level: str,
    areas: dict[int, str],
    periods: list[Period],
    today: date,
    *,
    all_periods: bool = False,
) -> None:
    """Compare the reach and activity cells of areas of a level; `all_periods`: also stored ones of other periods."""
    stored = read_stored(("reach", "activity"), level, areas, None if all_periods else periods)
    true = recount_reach(level, areas, periods, today) | recount_held(level, areas, periods, today)
    verdict.take(stored, true, areas)


def compare_tallies(
    verdict: Verdict, areas: Codes, periods: list[Period], today: date, *, all_periods: bool = False
) -> None:
    """Compare the tally cells of areas of several levels."""
    true = recount_tallies(areas, periods, today)
    for level, codes in areas.items():
        stored = read_stored(("tally",), level, codes, None if all_periods else periods)
        verdict.take(stored, {key: numbers for key, numbers in true.items() if key[1] == level}, codes)


@contextmanager
def snapshot() -> Iterator[None]:
    """Let the queries inside see the database at one moment; in a transaction that has begun, as that sees it."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            cursor.execute("set local jit = off")  # compiling takes longer than a small count
        yield


def find_waiting(today: date) -> tuple[set[str], set[str]]:
    """Return the codes of communities whose cells are late, and of those whose tallies (at least) are."""
    marked = DirtyMark.objects.values("community_id")
    another_day = Q(freshness=None) | ~Q(freshness__as_of=today)
    late = Community.objects.filter(Q(pk__in=marked) | another_day & Q(grids__isnull=False))
    behind = Freshness.objects.untallied().values_list("community__code", flat=True)
    unsettled = set(late.values_list("code", flat=True))
    return unsettled, unsettled.union(behind)


def contains(code: str, communities: Collection[str]) -> bool:
    """Tell whether one of the communities lies in the area of this code, or is it, or has it as a grid."""
    return any(community.startswith(code) or code.startswith(community) for community in communities)


def list_areas(area_code: str, unsettled: Collection[str]) -> Codes:
    """Return the areas in an area, itself included, but for those with waiting changes."""
    return {
        level: leave_out(dict(model.objects.filter(code__startswith=area_code).values_list("pk", "code")), unsettled)
        for level, model in AREAS.items()
    }


def leave_out(areas: dict[int, str], communities: Collection[str]) -> dict[int, str]:
    """Return the areas that have nothing to do with the communities."""
    return {pk: code for pk, code in areas.items() if not contains(code, communities)}


def list_sheets(codes: Codes) -> Iterator[tuple[str, dict[int, str]]]:
    """Yield all areas, as many of a level at once as one query should count."""
    for level, areas in codes.items():
        rows = list(areas.items())
        size = AREAS_AT_ONCE.get(AreaLevel(level), 1)
        for start in range(0, len(rows), size):
            yield level, dict(rows[start : start + size])


def draw_sheets(codes: Codes, periods: list[Period]) -> Iterator[tuple[str, dict[int, str], list[Period]]]:
    """Yield every area and period once, by chance, from all levels in turn."""
    piles = []
    for level, areas in codes.items():
        pile = [(level, {pk: code}, [period]) for pk, code in areas.items() for period in periods]
        SystemRandom().shuffle(pile)
        piles.append(pile)
    yield from (sheet for sheet in chain.from_iterable(zip_longest(*piles)) if sheet)


def read_stored(
    tables: Collection[str], level: str, areas: Collection[int], periods: Collection[Period] | None
) -> Cells:
    """Return the stored cells of areas of a level; without periods those of all, kept or not."""
    found: Cells = {}
    for table in tables:
        model, parts = TABLES[table]
        rows = model.objects.filter(level=level, area_id__in=list(areas))
        if periods is not None:
            rows = rows.filter(period__in=[period.code for period in periods])
        found |= read_rows(table, rows.values_list("level", "area_id", "period", *parts, *NUMBERS[table]))
    return found


def read_rows(table: str, rows: Collection[tuple]) -> Cells:
    """Return rows of a table of cells by their keys."""
    width = 3 + len(TABLES[table][1])
    return {(table, *row[:width]): row[width:] for row in rows}


def read_strays() -> Cells:
    """Return the stored cells of areas that do not exist."""
    found: Cells = {}
    for table, (model, parts) in TABLES.items():
        for level, areas in AREAS.items():
            rows = model.objects.filter(level=level).exclude(area_id__in=areas.objects.values("pk"))
            found |= read_rows(table, rows.values_list("level", "area_id", "period", *parts, *NUMBERS[table]))
    return found
