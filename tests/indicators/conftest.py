"""Fewer periods than in production: the independent recount asks several queries for each of them."""

import pytest

from tests.cadence.conftest import make_rule  # noqa: F401
from tests.visits.conftest import call, home, make_door, make_plan  # noqa: F401


@pytest.fixture(autouse=True)
def few_periods(settings):
    settings.CELL_MONTHS = 14
