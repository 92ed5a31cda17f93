"""Formulas of statistics, against published and hand-made numbers."""

import pytest

from indicators.statistics import standardise, wilson


@pytest.mark.parametrize(
    ("successes", "n", "interval"),
    [
        (81, 263, (0.2553, 0.3662)),  # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0000, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_interval_is_the_published_one(successes, n, interval):
    assert [round(end, 4) for end in wilson(successes, n)] == list(interval)


def test_interval_of_nobody_excludes_nothing():
    assert wilson(0, 0) == (0, 1)


def test_interval_mirrors_when_success_and_failure_are_swapped():
    low, high = wilson(3, 11)
    assert wilson(8, 11) == pytest.approx((1 - high, 1 - low))


def test_standardised_rate_weights_the_rates():
    assert standardise({"young": 0.2, "old": 0.8}, {"young": 300, "old": 100}) == pytest.approx(0.35)


def test_stratum_without_weight_needs_no_rate():
    assert standardise({"young": 0.2}, {"young": 300, "old": 0}) == pytest.approx(0.2)


@pytest.mark.parametrize("weights", [{"young": 300, "old": 100}, {}])
def test_nothing_is_said_without_a_needed_rate_or_without_anybody(weights):
    assert standardise({"young": 0.2, "old": None}, weights) is None
