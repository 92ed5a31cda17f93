"""Traffic light and forecast: by hand, and what holds for every figure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.catalogue import CATALOGUE
from indicators.indicator import Figure, Indicator, Pace, Unit
from indicators.judging import Light, assess, elapsed, forecast, judge, scale_target
from indicators.periods import Period

APRIL = Period("month", date(2026, 4, 1))
YEAR = Period("year", date(2026, 1, 1))
TENTH = date(2026, 4, 10)  # a third of April


def make(pace: Pace, unit: Unit = Unit.PERCENT, *, more_is_better: bool | None = True) -> Indicator:
    measure = CATALOGUE["S0-20"].measure
    words = {"name": "", "name_en": "", "numerator": "", "denominator": "", "source": ""}
    return Indicator("X", **words, measure=measure, unit=unit, pace=pace, more_is_better=more_is_better)


@pytest.mark.parametrize(
    ("value", "target", "more_is_better", "light"),
    [
        (90.0, 90.0, True, Light.GREEN),
        (81.0, 90.0, True, Light.AMBER),
        (80.9, 90.0, True, Light.RED),
        (10.0, 10.0, False, Light.GREEN),
        (11.0, 10.0, False, Light.AMBER),
        (11.1, 10.0, False, Light.RED),
        (0.0, 0.0, False, Light.GREEN),
        (89.996, 90.0, True, Light.GREEN),  # judged as exactly as targets are set
        (None, 90.0, True, Light.NONE),
        (50.0, None, True, Light.NONE),
        (50.0, 90.0, None, Light.NONE),
    ],
)
def test_light_by_hand(value, target, more_is_better, light):
    assert judge(value, target, more_is_better) == light


@pytest.mark.parametrize(
    ("today", "part"),
    [(date(2026, 3, 31), 0), (date(2026, 4, 1), 1 / 30), (TENTH, 1 / 3), (date(2026, 4, 30), 1), (date(2026, 5, 9), 1)],
)
def test_elapsed_counts_today(today, part):
    assert elapsed(APRIL, today) == part


def test_share_stays():
    assert forecast(make(Pace.SHARE), Figure(30, 100), APRIL, TENTH) == 30


def test_sum_grows_evenly():
    assert forecast(make(Pace.GROWING, Unit.COUNT), Figure(12), APRIL, TENTH) == pytest.approx(36)


def test_of_those_not_reached_the_same_share_is_missed_in_every_third():
    """10 of 100 reached in the first third: 0.9 missed each third, 0.9 ** 3 = 0.729 missed in the end."""
    assert forecast(make(Pace.REACHING), Figure(10, 100), APRIL, TENTH) == pytest.approx(27.1)


def test_first_days_tell_nothing():
    assert forecast(make(Pace.REACHING), Figure(10, 100), APRIL, date(2026, 4, 2)) is None
    assert forecast(make(Pace.REACHING), Figure(10, 100), APRIL, date(2026, 4, 3)) is not None


def test_nobody_to_count_has_no_forecast():
    assert forecast(make(Pace.REACHING), Figure(0), APRIL, TENTH) is None


def test_months_part_of_a_target_by_pace():
    assert scale_target(make(Pace.SHARE), 90, APRIL) == 90
    assert scale_target(make(Pace.GROWING, Unit.COUNT), 120, APRIL) == pytest.approx(10)
    assert scale_target(make(Pace.REACHING), 90, APRIL) == pytest.approx(100 * (1 - 0.1 ** (1 / 12)))


def test_running_period_is_judged_by_its_forecast():
    """10 % on the tenth of April looks far from 17.5 %, and is well on its way."""
    judged = assess(make(Pace.REACHING), Figure(10, 100), 90, APRIL, TENTH)
    assert (judged.light, round(judged.target, 1), round(judged.forecast, 1)) == (Light.GREEN, 17.5, 27.1)


def test_period_that_is_over_is_judged_by_its_figure():
    judged = assess(make(Pace.REACHING), Figure(80, 100), 90, YEAR, date(2027, 1, 1))
    assert (judged.light, judged.target, judged.forecast) == (Light.RED, 90, None)


def test_without_target_there_is_no_judgement():
    assert assess(make(Pace.SHARE), Figure(1, 2), None, YEAR, TENTH) is None
    assert assess(make(Pace.SHARE, more_is_better=None), Figure(1, 2), 50, YEAR, TENTH) is None


PACES = st.sampled_from(list(Pace))
DAYS = st.integers(0, 364).map(lambda days: date(2026, 1, 1) + timedelta(days=days))
PERIODS = st.builds(Period.containing, DAYS, st.sampled_from(["month", "quarter", "year"]))
COUNTS = st.integers(0, 200)


@given(PACES, COUNTS, PERIODS, DAYS)
def test_forecast_of_a_share_stays_between_nothing_and_all(pace, count, period, today):
    value = forecast(make(pace), Figure(count, 200), period, today)
    assert value is None or 0 <= value <= 100 + 1e-9


@given(PACES, COUNTS, COUNTS, PERIODS, DAYS)
def test_forecast_is_monotone_in_the_figure(pace, one, other, period, today):
    low, high = (forecast(make(pace), Figure(count, 200), period, today) for count in sorted((one, other)))
    assert low is None or low <= high + 1e-9


@given(PACES, COUNTS, PERIODS)
def test_forecast_at_the_end_is_the_figure(pace, count, period):
    indicator, figure = make(pace), Figure(count, 200)
    assert forecast(indicator, figure, period, period.end - timedelta(days=1)) == indicator.value(figure)


@given(PACES, COUNTS, PERIODS, DAYS)
def test_forecast_is_never_below_the_figure(pace, count, period, today):
    value = forecast(make(pace), Figure(count, 200), period, today)
    assert value is None or value >= count / 2 - 1e-9


@given(PACES, st.floats(0, 100), DAYS)
def test_parts_of_a_target_make_up_the_years(pace, target, day):
    """Who comes to the month's part in every month comes to the year's target."""
    part = scale_target(make(pace), target, Period.containing(day, "month"))
    wholes = {Pace.SHARE: part, Pace.GROWING: part * 12, Pace.REACHING: 100 * (1 - (1 - part / 100) ** 12)}
    assert wholes[pace] == pytest.approx(target, abs=1e-6)


@given(st.floats(0, 200), st.floats(0, 200), st.floats(0.01, 200), st.booleans())
def test_better_value_never_has_a_worse_light(one, other, target, more_is_better):
    order = [Light.RED, Light.AMBER, Light.GREEN]
    worse, better = sorted((one, other), reverse=not more_is_better)
    assert order.index(judge(worse, target, more_is_better)) <= order.index(judge(better, target, more_is_better))
