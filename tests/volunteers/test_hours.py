"""Hours are the union of confirmed records: held against an independent computation in plain Python."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.spans import begin_of
from tests.volunteers.shift_help import make_helper, make_record, make_service_day
from volunteers.hours import count_minutes
from volunteers.models import ServiceField, ServiceRecord

YEAR = 2025
MONTHS = [begin_of(date(YEAR + n // 12, n % 12 + 1, 1)) for n in range(13)]
# Minutes from new year's night: near midnights and ends of months, so that spans overlap, nest, touch and are cut.
PLACES = st.sampled_from([0, 1, 30, 60, 24 * 60, 31 * 24 * 60, 59 * 24 * 60, 364 * 24 * 60, 365 * 24 * 60])
SPANS = st.lists(
    st.tuples(PLACES, st.integers(-90, 90), st.integers(1, 240), st.sampled_from(["yes", "no", "withdrawn"])),
    max_size=8,
    unique_by=lambda span: (span[0] + span[1], span[2]),
)


@pytest.fixture
def volunteer(community):
    return make_helper(community)


@pytest.fixture
def activity(community, worker):
    return make_service_day(community, worker)


def write(volunteer, activity, coordinator, spans) -> set[datetime]:
    """Make the records; return each minute that counts, once."""
    minutes, rows = set(), []
    for place, shift, length, state in spans:
        begin = MONTHS[0] + timedelta(minutes=place + shift)
        row = ServiceRecord(
            volunteer=volunteer, activity=activity, starts_at=begin, ends_at=begin + timedelta(minutes=length)
        )
        row.source = "typed"
        if state != "no":
            row.confirmed_by, row.confirmed_at = coordinator, timezone.now()
        if state == "withdrawn":
            row.withdrawn_by, row.withdrawn_at, row.withdraw_reason = coordinator, timezone.now(), "twice"
        if state == "yes":
            minutes |= {begin + timedelta(minutes=n) for n in range(length)}
        rows.append(row)
    ServiceRecord.objects.bulk_create(rows)
    return minutes


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=SPANS)
def test_minutes_equal_those_counted_one_by_one(spans, volunteer, activity, coordinator):
    with transaction.atomic():
        minutes = write(volunteer, activity, coordinator, spans)
        inside = {minute for minute in minutes if MONTHS[0] <= minute < MONTHS[12]}
        whole = count_minutes([volunteer.pk], MONTHS[0], MONTHS[12]).get(volunteer.pk, 0)
        parts = [count_minutes([volunteer.pk], begin, end).get(volunteer.pk, 0) for begin, end in pairwise(MONTHS)]
        transaction.set_rollback(True)
    assert whole == len(inside)
    assert sum(parts) == whole


def test_seconds_are_dropped_at_both_ends(volunteer, activity, coordinator):
    begin = begin_of(date(2025, 3, 1)) + timedelta(hours=9, seconds=50)
    end = begin + timedelta(minutes=1)
    done = {"confirmed_by": coordinator, "confirmed_at": timezone.now()}
    make_record(volunteer, activity, starts_at=begin, ends_at=end, **done)
    assert count_minutes([volunteer.pk], MONTHS[0], MONTHS[12]) == {volunteer.pk: 1}


def test_priority_counts_priority_fields_only(volunteer, activity, coordinator):
    done = {"confirmed_by": coordinator, "confirmed_at": timezone.now()}
    for hours, name in ((1, "居家养老"), (2, "文化文艺")):
        field = ServiceField.objects.create(name=f"{name}x", is_priority=hours == 1)
        make_record(
            volunteer,
            activity,
            starts_at=begin_of(date(2025, 3, hours)),
            ends_at=begin_of(date(2025, 3, hours)) + timedelta(hours=hours),
            field=field,
            **done,
        )
    assert count_minutes([volunteer.pk], MONTHS[0], MONTHS[12], priority=True) == {volunteer.pk: 60}
    assert count_minutes([volunteer.pk], MONTHS[0], MONTHS[12]) == {volunteer.pk: 180}
