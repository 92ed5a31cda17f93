"""The SQL that the engine is measured against yields the engine's cells: else the ratios would compare nothing."""

import pytest
from django.utils import timezone

from bench.figures.reference import compute_reference
from bench.figures.tables import count_differences
from bench.figures.textbook import compute_textbook
from demo.scale import Size, load
from indicators.engine.rebuild import rebuild_cells
from indicators.models import ActivityCell, ReachCell

TINY = Size("T", ("990109", "演示小区"), 1, 2, 6, 600, 80, 2_000)
WAYS = {"reference": compute_reference, "textbook": compute_textbook}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cells() -> None:
    """Our cells of the tiny data set."""
    load(TINY, timezone.localdate())
    rebuild_cells()


@pytest.mark.parametrize("way", WAYS)
def test_no_row_differs(cells: None, way: str) -> None:
    WAYS[way]()

    assert ReachCell.objects.count() > 1_000
    assert ActivityCell.objects.count() > 100
    assert count_differences(way) == 0


def test_one_differing_number_is_two_rows(cells: None) -> None:
    compute_reference()

    cell = ReachCell.objects.filter(level="grid", population__gt=9).earliest("area_id", "period", "grouping")
    ReachCell.objects.filter(pk=cell.pk).update(population=cell.population + 1)

    assert count_differences("reference") == 2
