"""The month's page, and the feed that phones subscribe to, read back as a phone reads it."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from activities.calendar import Month
from activities.feed import make_feed_token

URL = "/activities/calendar/"
EVENING = timezone.make_aware(datetime(2026, 11, 30, 19, 30))


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


def find_day(response, day):
    """Return the day of a page."""
    return next(one for one in response.context["days"] if one.date == day)


@pytest.mark.parametrize(
    ("code", "first", "last", "weeks"),
    [
        ("2026-11", date(2026, 10, 26), date(2026, 12, 6), 6),
        ("2027-02", date(2027, 2, 1), date(2027, 2, 28), 4),
        ("2026-12", date(2026, 11, 30), date(2027, 1, 3), 5),
    ],
)
def test_month_is_whole_weeks_from_monday(code, first, last, weeks):
    month = Month.parse(code)
    assert (month.days[0], month.days[-1], len(month.days)) == (first, last, weeks * 7)
    assert (month.next.previous, month.code) == (month, code)


@pytest.mark.parametrize("code", ["2026-13", "2026", "x", "1999-12", "2100-01", "²026-11", "2026-1", "2026-W1"])
def test_month_that_is_none_is_not_found(page, code):
    assert page.get(URL, {"month": code}).status_code == 404


def test_activity_stands_on_its_day_with_the_word_of_its_status(page, register, community, worker):
    activity = register.activity(community, worker, starts_at=EVENING, status="planned", title="冬至包饺子")
    response = page.get(URL, {"month": "2026-11"})
    assert find_day(response, date(2026, 11, 30)).activities == [activity]
    assert 'class="event event--planned"' in response.content.decode()
    assert "计划" in response.content.decode()


def test_visits_have_their_own_list(page, register, community, worker):
    register.activity(community, worker, starts_at=EVENING, kind="入户走访")
    assert find_day(page.get(URL, {"month": "2026-11"}), date(2026, 11, 30)).activities == []


def test_festivals_stand_on_their_days(page, community):
    assert find_day(page.get(URL, {"month": "2026-09"}), date(2026, 9, 25)).festivals == ["中秋节"]


def test_category_narrows_and_stays_with_the_month(page, register, community, worker):
    register.activity(community, worker, starts_at=EVENING, kind="体育健身")
    register.activity(community, worker, starts_at=EVENING + timedelta(hours=2), title="讲座")
    response = page.get(URL, {"month": "2026-11", "category": "lecture"})
    assert [one.title for one in find_day(response, date(2026, 11, 30)).activities] == ["讲座"]
    assert "?month=2026-12&amp;category=lecture" in response.content.decode()


def test_street_sees_its_communities_by_name_and_no_other(
    client, street_officer, register, community, neighbour_community, foreign_community, worker
):
    for place in (community, neighbour_community, foreign_community):
        register.activity(place, worker, starts_at=EVENING, title=f"在{place}")
    client.force_login(street_officer)
    text = client.get(URL, {"month": "2026-11"}).content.decode()
    assert "在多福社区" in text
    assert "在和平新村社区" in text
    assert "在湖滨社区" not in text
    narrowed = client.get(URL, {"month": "2026-11", "community": neighbour_community.pk}).content.decode()
    assert "在多福社区" not in narrowed


@pytest.mark.parametrize("key", ["x", "999999", "9" * 30, "²"])
def test_community_that_is_none_is_not_found(page, key):
    assert page.get(URL, {"community": key}).status_code == 404


def test_queries_do_not_grow_with_activities(page, register, community, worker, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(4):
            page.get(URL, {"month": "2026-11"})
        for _activity in range(10):
            register.activity(community, worker, starts_at=EVENING, status="planned")


# --- The feed


def subscribe(client, community):
    """Return the feed's events by summary, as a calendar without an account gets them."""
    response = client.get(reverse("activities:feed", args=[make_feed_token(community)]))
    assert response["Content-Type"].startswith("text/calendar")
    return {str(event["summary"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def announce(register, community, worker, **fields):
    """Return a published activity in three days that everybody may read about."""
    day = timezone.localdate() + timedelta(days=3)
    return register.activity(community, worker, day=day, **{"status": "published", "is_public": True, **fields})


def test_feed_is_read_back_with_time_place_and_a_stable_name(client, register, community, worker):
    activity = announce(register, community, worker, title="重阳；登高,\n同乐", place="文化广场", description="带水")
    event = subscribe(client, community)["重阳；登高,\n同乐"]
    assert event["dtstart"].dt == activity.starts_at
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert event["dtend"].dt == activity.ends_at
    assert event["dtstamp"].dt == activity.recorded_at.replace(microsecond=0)
    assert (str(event["uid"]), str(event["location"])) == (f"{activity.public_id}@portal", "文化广场")
    assert (str(event["status"]), str(event["description"])) == ("CONFIRMED", "带水")
    assert f"/activities/p/{activity.public_id}/" in str(event["url"])


def test_feed_holds_public_announcements_only(client, register, community, neighbour_community, worker):
    announce(register, community, worker, title="公布的")
    announce(register, community, worker, title="未公布", is_public=False)
    announce(register, community, worker, title="还在计划", status="planned")
    announce(register, neighbour_community, worker, title="邻居的")
    assert list(subscribe(client, community)) == ["公布的"]


def test_cancelled_activity_stays_in_the_feed_without_its_reason(client, register, community, worker):
    announce(register, community, worker, title="取消", status="cancelled", cancel_reason="场地停电")
    event = subscribe(client, community)["取消"]
    assert str(event["status"]) == "CANCELLED"
    assert "停电" not in event.to_ical().decode()


@pytest.mark.parametrize(("days", "titles"), [(30, ["上月"]), (31, [])])
def test_feed_goes_back_thirty_days(client, register, community, worker, days, titles):
    register.activity(community, worker, day=timezone.localdate() - timedelta(days=days), is_public=True, title="上月")
    assert list(subscribe(client, community)) == titles


def test_feed_names_nobody(client, register, community, worker, resident):
    activity = announce(register, community, worker, status="held", starts_at=timezone.now() - timedelta(days=1))
    activity.participations.create(resident=resident, grid_id=resident.grid_id)
    text = client.get(reverse("activities:feed", args=[make_feed_token(community)])).content.decode()
    assert resident.name not in text.replace("\r\n ", "")
    assert worker.name not in text.replace("\r\n ", "")


@pytest.mark.parametrize("token", ["1", "1~x", "~", "²~²"])
def test_feed_address_cannot_be_guessed(client, community, token):
    assert client.get(f"/activities/feed/{token}.ics").status_code == 404


def test_feed_of_a_closed_community_is_gone(client, community):
    address = reverse("activities:feed", args=[make_feed_token(community)])
    assert client.get(address).status_code == 200
    community.valid_to = date(2026, 1, 1)
    community.save()
    assert client.get(address).status_code == 404


def test_feed_asks_once_however_long(client, register, community, worker, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(2):
            subscribe(client, community)
        announce(register, community, worker)


def test_calendar_offers_the_address_to_who_has_one_community(page, community):
    text = page.get(URL).content.decode()
    assert f"/activities/feed/{make_feed_token(community)}.ics" in text
    assert 'src="data:image/svg' in text
