"""Whether a venue can be had: opening hours, what else is there, and the database's own lock."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.models import Activity
from activities.venues import Bookings, check_capacity, is_clash
from communities.models import Venue, VenueHours

MONDAY = datetime(2027, 3, 1)


@pytest.fixture
def hall(community):
    return Venue.objects.create(community=community, name="活动室", capacity=40)


def at(hour: float, day: datetime = MONDAY) -> datetime:
    """A time of the Monday."""
    return timezone.make_aware(day + timedelta(hours=hour))


def ask(hall: Venue, start: float, end: float, **fields) -> str:
    """What stands against the hall at these hours of the Monday."""
    return Bookings.around(hall, at(start), at(end)).find_trouble(hall, at(start), at(end), **fields)


def open_on_monday(hall: Venue, *spans: tuple[int, int]) -> None:
    """Give the hall opening hours."""
    for opens, closes in spans:
        VenueHours.objects.create(venue=hall, weekday=1, opens=time(opens), closes=time(closes))


def test_venue_without_hours_is_always_open(hall):
    assert ask(hall, 2, 3) == ""


@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [(8, 12, True), (8, 14, True), (13, 17, False), (7, 9, False), (15, 17, True), (15, 17.5, False), (18, 19, False)],
)
def test_opening_hours_that_touch_are_one(hall, start, end, is_open):
    open_on_monday(hall, (8, 12), (12, 14), (15, 17))
    assert (ask(hall, start, end) == "") == is_open


def test_closed_venue_says_when_it_is_open(hall):
    open_on_monday(hall, (14, 17), (8, 12))
    assert ask(hall, 12, 15) == "“活动室”这个时间不开放。星期一开放：08:00–12:00、14:00–17:00。"
    assert "星期二不开放，开放的日子：星期一。" in ask(hall, 24 + 9, 24 + 10)


def test_opening_hours_do_not_reach_over_midnight(hall):
    open_on_monday(hall, (8, 17))
    assert "不开放" in ask(hall, 16, 24 + 8)


@pytest.mark.parametrize(
    ("start", "end", "is_free"), [(8, 10, True), (11.5, 13, True), (11, 12, False), (9, 12, False), (10.5, 11, False)]
)
def test_taken_venue_names_the_other_activity(hall, register, worker, community, start, end, is_free):
    register.activity(
        community, worker, title="合唱排练", starts_at=at(10), ends_at=at(11.5), venue=hall, status="planned"
    )
    words = "“活动室”在 03-01 10:00–11:30 已安排“合唱排练”，请换时间或场地。"
    assert ask(hall, start, end) == ("" if is_free else words)


def test_cancelled_activity_and_the_activity_itself_leave_the_venue_free(hall, register, worker, community):
    fields = {"starts_at": at(10), "ends_at": at(11), "venue": hall}
    register.activity(community, worker, status="cancelled", cancel_reason="下雨", **fields)
    assert ask(hall, 10, 11) == ""
    own = register.activity(community, worker, status="published", **fields)
    assert ask(hall, 10, 11, besides=own.pk) == ""
    assert ask(hall, 10, 11) != ""


def test_venue_out_of_use_cannot_be_had(hall):
    hall.is_active = False
    assert "已停用" in ask(hall, 10, 11)


def test_more_people_than_the_venue_holds(hall):
    assert check_capacity(hall, 41) == "“活动室”最多容纳 40 人。"
    assert check_capacity(hall, 40) == check_capacity(hall, None) == ""


def test_database_refuses_two_plans_at_one_venue(hall, register, worker, community):
    fields = {"venue": hall, "status": "planned"}
    register.activity(community, worker, starts_at=at(10), ends_at=at(12), **fields)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        register.activity(community, worker, starts_at=at(11), ends_at=at(13), **fields)
    assert is_clash(refused.value)
    register.activity(community, worker, starts_at=at(12), ends_at=at(13), **fields)
    register.activity(
        community, worker, starts_at=at(11), ends_at=at(13), venue=hall
    )  # was held: the past is as it was
    assert Activity.objects.filter(venue=hall).count() == 3


def test_any_number_of_venues_takes_two_queries(hall, community, django_assert_num_queries):
    venues = [hall, *(Venue.objects.create(community=community, name=f"室{number}") for number in range(5))]
    with django_assert_num_queries(2):
        bookings = Bookings(venues, at(0), at(24))
        assert [bookings.find_trouble(venue, at(9), at(10)) for venue in venues] == [""] * 6
