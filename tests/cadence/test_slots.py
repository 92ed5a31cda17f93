"""Which slots a rule has, and how a slot is judged: no database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadence.models import CadenceRule
from cadence.slots import Span, State, count_days_left, find_span, judge, list_spans, recent_spans

EVERY = ["day", "week", "month", "quarter", "year"]
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def rule(every="week", **fields):
    """A rule that is nowhere saved."""
    return CadenceRule(every=every, **{"starts_on": date(2020, 1, 1), "times": 1, "grace_days": 14, **fields})


@pytest.mark.parametrize(
    ("every", "day", "start", "end"),
    [
        ("day", "2026-11-18", "2026-11-18", "2026-11-18"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-03"),
        ("week", "2026-11-16", "2026-11-16", "2026-11-22"),
        ("week", "2026-11-22", "2026-11-16", "2026-11-22"),
        ("month", "2028-02-29", "2028-02-01", "2028-02-29"),
        ("month", "2026-12-31", "2026-12-01", "2026-12-31"),
        ("quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
        ("quarter", "2027-01-01", "2027-01-01", "2027-03-31"),
        ("quarter", "2026-06-30", "2026-04-01", "2026-06-30"),
        ("year", "2026-07-01", "2026-01-01", "2026-12-31"),
    ],
)
def test_span_of_a_day(every, day, start, end):
    span = find_span(every, date.fromisoformat(day))
    assert (span.start.isoformat(), span.end.isoformat()) == (start, end)


@given(st.sampled_from(EVERY), DAYS)
def test_every_day_lies_in_one_span_which_meets_the_next(every, day):
    span = find_span(every, day)
    assert day in span
    assert find_span(every, span.start) == find_span(every, span.end) == span
    assert find_span(every, span.end + timedelta(days=1)).start == span.end + timedelta(days=1)


@given(st.sampled_from(EVERY), DAYS, st.integers(0, 400))
def test_spans_of_two_dates_are_those_that_overlap_them(every, first, days_on):
    last = first + timedelta(days=days_on)
    spans = list_spans(rule(every, weekdays=[1, 2, 3, 4, 5, 6, 7], starts_on=date(1980, 1, 1)), first, last)
    days = {first + timedelta(days=number) for number in range((last - first).days + 1)}
    assert {find_span(every, day) for day in days} == set(spans)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "months"),
    [
        (date(2026, 9, 1), None, [9, 10, 11]),
        (date(2026, 9, 2), None, [10, 11]),
        (date(2026, 1, 1), date(2026, 10, 31), [8, 9, 10]),
        (date(2026, 1, 1), date(2026, 10, 30), [8, 9]),
    ],
)
def test_half_a_period_at_either_end_does_not_count(starts_on, ends_on, months):
    monthly = rule("month", starts_on=starts_on, ends_on=ends_on)
    spans = list_spans(monthly, date(2026, 8, 15), date(2026, 11, 18))
    assert [span.start.month for span in spans] == months


def test_weekday_rule_has_a_slot_on_each_listed_day():
    spans = list_spans(rule("day", weekdays=[1, 3]), date(2026, 11, 16), date(2026, 11, 29))
    assert [span.start.day for span in spans] == [16, 18, 23, 25]


def test_recent_spans_are_the_latest_that_have_begun():
    spans = recent_spans(rule("quarter", starts_on=date(2026, 1, 1)), date(2026, 11, 18))
    assert [span.start.month for span in spans] == [1, 4, 7, 10]
    assert recent_spans(rule("week", starts_on=date(2026, 11, 17)), date(2026, 11, 18)) == []


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"held": 2}, State.DONE),
        ({"held": 1}, State.DUE),
        ({"held": 1, "planned": 1}, State.UPCOMING),
        ({"held": 0, "planned": 1}, State.DUE),
        ({"held": 0, "note": "exempt"}, State.EXEMPT),
        ({"held": 2, "note": "exempt"}, State.DONE),
        ({"held": 1, "made_up": True, "late": True}, State.MADE_UP),
        ({"held": 0, "made_up": True, "late": True}, State.MISSED),
        ({"held": 1, "late": True}, State.MISSED),
        ({"held": 1, "planned": 1, "late": True}, State.MISSED),
    ],
)
def test_state_of_a_slot_that_wants_two(given, state):
    span = Span(date(2026, 11, 16), date(2026, 11, 22))
    today = date(2026, 11, 23) if given.pop("late", False) else date(2026, 11, 22)
    assert judge(rule(times=2), span, today, **{"planned": 0, **given}) == state


@pytest.mark.parametrize(("today", "left"), [(16, 6), (22, 0), (23, 2), (25, 0), (26, -1)])
def test_days_left_are_those_of_the_slot_and_then_of_its_grace(today, left):
    span = Span(date(2026, 11, 16), date(2026, 11, 22))
    assert count_days_left(rule(grace_days=3), span, date(2026, 11, today)) == left
