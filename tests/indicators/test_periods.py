"""Months, quarters, years."""

from datetime import date

import pytest

from indicators.periods import Period, kept_periods, recent_periods

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 12, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_code_reads_back(code, start, end):
    period = Period.parse(code)
    assert (period.start, period.end, period.code) == (start, end, code)


@pytest.mark.parametrize(
    "code", ["", "26", "9999", "0001-01", "2026-13", "2026-Q5", "2026-1", "2026-Q0", "0000", "2026-11-01", "二〇二六"]
)
def test_nonsense_is_refused(code):
    with pytest.raises(ValueError):
        Period.parse(code)


def test_reference_day_is_the_last_day_or_today():
    assert Period.parse("2026-10").reference(TODAY) == date(2026, 10, 31)
    assert Period.parse("2026-Q4").reference(TODAY) == TODAY


def test_recent_periods_run_backwards_over_the_year():
    assert [p.code for p in recent_periods("month", date(2026, 2, 3), 4)] == [
        "2026-02",
        "2026-01",
        "2025-12",
        "2025-11",
    ]


def test_kept_periods_cover_the_months_with_their_quarters_and_years():
    codes = [period.code for period in kept_periods(TODAY, 24)]
    assert {"2024-12", "2026-11", "2024-Q4", "2026-Q4", "2024", "2026"} <= set(codes)
    assert len(codes) == 24 + 9 + 3
