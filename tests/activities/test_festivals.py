"""Days of festivals, against the calendars published for several years."""

from datetime import date
from itertools import pairwise

import pytest

from activities.festivals import FESTIVALS, find_days, list_festivals

KNOWN = [
    ("spring", "2024-02-10"),
    ("spring", "2025-01-29"),
    ("spring", "2026-02-17"),
    ("spring", "2027-02-06"),
    ("new_years_eve", "2025-01-28"),  # a last month of 29 days
    ("new_years_eve", "2026-02-16"),
    ("new_years_eve", "2024-02-09"),  # of 30
    ("lantern", "2026-03-03"),
    ("qingming", "2024-04-04"),
    ("qingming", "2026-04-05"),
    ("duanwu", "2023-06-22"),  # after a leap second month
    ("duanwu", "2025-05-31"),
    ("duanwu", "2026-06-19"),
    ("qixi", "2025-08-29"),  # after a leap sixth month
    ("qixi", "2026-08-19"),
    ("mid_autumn", "2024-09-17"),
    ("mid_autumn", "2025-10-06"),
    ("mid_autumn", "2026-09-25"),
    ("chongyang", "2025-10-29"),
    ("chongyang", "2026-10-18"),
    ("dongzhi", "2025-12-21"),
    ("dongzhi", "2026-12-22"),
    ("laba", "2026-01-26"),
    ("xiaonian", "2026-02-10"),
    ("leifeng", "2026-03-05"),
    ("party", "2026-07-01"),
    ("fire", "2026-11-09"),
    ("constitution", "2026-12-04"),
]


@pytest.mark.parametrize(("code", "day"), KNOWN)
def test_festival_is_on_its_known_day(code, day):
    year = int(day[:4])
    assert find_days(code, date(year, 1, 1), date(year, 12, 31)) == [date.fromisoformat(day)]


def test_year_may_have_two_laba_or_none():
    assert find_days("laba", date(2022, 1, 1), date(2022, 12, 31)) == [date(2022, 1, 10), date(2022, 12, 30)]
    assert find_days("laba", date(2023, 1, 1), date(2023, 12, 31)) == []


@pytest.mark.parametrize("festival", FESTIVALS, ids=lambda festival: festival.code)
def test_festival_comes_every_year(festival):
    days = find_days(festival.code, date(2019, 1, 1), date(2049, 12, 31))
    gaps = {(after - before).days for before, after in pairwise(days)}
    assert 30 <= len(days) <= 32
    assert min(gaps) > 350
    assert max(gaps) < 390


def test_span_includes_both_ends():
    assert find_days("national", date(2026, 10, 1), date(2026, 10, 1)) == [date(2026, 10, 1)]
    assert find_days("national", date(2026, 10, 2), date(2027, 9, 30)) == []


def test_unknown_festival_is_never():
    assert find_days("nothing", date(2026, 1, 1), date(2026, 12, 31)) == []


def test_festivals_of_a_month_come_by_day():
    found = [(day.day, festival.code) for day, festival in list_festivals(date(2026, 3, 1), date(2026, 3, 31))]
    assert found == [(3, "lantern"), (5, "leifeng"), (8, "women"), (12, "trees")]
