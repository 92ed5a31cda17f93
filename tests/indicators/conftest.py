"""Fewer periods than in production: the independent recount asks several queries for each of them."""

import pytest


@pytest.fixture(autouse=True)
def few_periods(settings):
    settings.CELL_MONTHS = 14
