"""The page about volunteering: numbers of one's own community in full, small ones hidden above it."""

import json
import random
import re
from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.asking import Ask
from dashboards.volunteers.page import read
from indicators.areas import AreaRef
from indicators.periods import Period
from volunteers.models import ServiceField, ServiceRecord, Volunteer

PERIOD = Period("quarter", date(2025, 4, 1))
LONG_AGO = date(2024, 1, 1)


@pytest.fixture
def make_volunteers(register, grids):
    def make(community, number, grid=None, born=date(1980, 5, 1)):
        people = [register.resident(grid or grids[0], name=f"志愿{n}", born=born) for n in range(number)]
        return [Volunteer.objects.create(community=community, resident=one, registered_on=LONG_AGO) for one in people]

    return make


@pytest.fixture
def serve(register, worker, coordinator):
    """Let a volunteer serve so many minutes from a local time on, confirmed unless told not to."""
    held = {}

    def serve(volunteer, at, minutes, *, field="环境保护", confirmed=True):
        community = volunteer.community
        if community.pk not in held:
            held[community.pk] = register.activity(community, worker, day=date(2025, 5, 1))
        starts = timezone.make_aware(datetime.fromisoformat(at))
        return ServiceRecord.objects.create(
            volunteer=volunteer,
            activity=held[community.pk],
            field=ServiceField.objects.get(name=field),
            starts_at=starts,
            ends_at=starts + timedelta(minutes=minutes),
            source="checked",
            confirmed_by=coordinator if confirmed else None,
            confirmed_at=timezone.now() if confirmed else None,
        )

    return serve


def ask(reader, area, period=PERIOD):
    return read(Ask(AreaRef.to(area), period, reader))


def rows_of(content, code):
    return {row[0]: row[1:] for row in content.tables[code].rows}


def test_rate_is_who_served_of_who_is_registered(worker, community, make_volunteers, serve):
    people = make_volunteers(community, 4)
    serve(people[0], "2025-05-01T09:00", 60)
    serve(people[1], "2025-05-01T09:00", 60, confirmed=False)
    serve(people[2], "2025-01-01T09:00", 60)

    content = ask(worker, community)

    assert (content.registered, content.served, content.rate, content.hours) == (4, 1, 25.0, 1.0)


def test_hours_by_field_and_month_equal_those_counted_minute_by_minute(worker, community, make_volunteers, serve):
    chance, fields, months, whole = random.Random(8), defaultdict(set), defaultdict(set), set()
    people = make_volunteers(community, 3)
    for _number in range(40):
        one, day = chance.choice(people), date(2025, 4, 1) + timedelta(chance.randrange(90))
        begin, length = chance.randrange(1300), chance.randrange(1, 600)
        field = chance.choice(["环境保护", "居家养老"])
        serve(one, f"{day}T{begin // 60:02}:{begin % 60:02}", length, field=field)
        midnight = datetime(day.year, day.month, day.day)
        for minute in range(begin, begin + length):
            moment = midnight + timedelta(minutes=minute)
            if moment < datetime(2025, 7, 1):
                fields[field].add((one.pk, moment))
                months[f"{moment:%Y-%m}"].add((one.pk, moment))
                whole.add((one.pk, moment))

    content = ask(worker, community)

    assert content.minutes == len(whole)
    assert {name: hours for name, (_n, hours) in rows_of(content, "fields").items()} == {
        name: round(len(minutes) / 60, 2) for name, minutes in fields.items()
    }
    found = {name: hours for name, (_n, hours) in rows_of(content, "months").items() if hours}
    assert found == {name: round(len(minutes) / 60, 2) for name, minutes in months.items()}


def test_ages_and_days_of_service(worker, community, make_volunteers, serve):
    young, old = (
        make_volunteers(community, 1, born=date(2000, 1, 1)),
        make_volunteers(community, 2, born=date(1950, 1, 1)),
    )
    for day in (1, 2):
        serve(old[0], f"2025-05-0{day}T09:00", 60)
    serve(young[0], "2025-05-01T09:00", 60)
    serve(young[0], "2025-05-01T14:00", 60)

    content = ask(worker, community)

    assert rows_of(content, "ages")["70 岁及以上"] == (2, 1, 50.0)
    assert rows_of(content, "often") == {
        "0 天": (1,), "1 天": (1,), "2–3 天": (1,), "4–6 天": (0,), "7–12 天": (0,), "13 天及以上": (0,)
    }  # fmt: skip


def test_grids_are_listed_fewest_volunteers_first(worker, community, grids, register, make_volunteers):
    make_volunteers(community, 2)
    for _number in range(4):
        register.resident(grids[1])

    rows = ask(worker, community).tables["areas"].rows

    assert [row[0] for row in rows] == ["第二网格", "第一网格"]
    assert rows[0][1:] == (0, 4, 0.0)


def test_small_numbers_are_hidden_from_the_street_alone(worker, street_officer, community, make_volunteers, serve):
    people = make_volunteers(community, 3)
    serve(people[0], "2025-05-01T09:00", 60)
    assert ask(worker, community).registered == 3

    for area in (community, community.street):
        content = ask(street_officer, area)
        assert (content.registered, content.served, content.hours, content.due) == (None, None, None, None)
        assert content.tables == {}


def test_neighbour_of_a_hidden_community_is_hidden_too(
    street_officer, street, community, neighbour_community, foreign_grid, make_volunteers, register, grids
):
    make_volunteers(community, 3)
    make_volunteers(neighbour_community, 12)

    content = ask(street_officer, street)

    assert content.registered == 15
    assert {row[1] for row in content.tables["areas"].rows} == {None}
    assert ask(street_officer, neighbour_community).registered is None


def test_street_sees_large_numbers_and_no_small_cell(street_officer, street, community, make_volunteers, serve):
    people = make_volunteers(community, 20) + make_volunteers(community, 2, born=date(1950, 1, 1))
    for one in people[:8]:
        serve(one, "2025-05-01T09:00", 60)
    serve(people[0], "2025-05-02T09:00", 60, field="居家养老")

    content = ask(street_officer, street)

    assert (content.registered, content.served) == (22, 8)
    assert rows_of(content, "ages")["70 岁及以上"] == (None, None, None)
    assert rows_of(content, "ages")["36–59 岁"] == (None, None, None)
    assert rows_of(content, "fields")["居家养老"] == (None, None)


def test_page_names_nobody_and_links_to_thanks_for_the_community_alone(
    client, coordinator, street_officer, community, make_volunteers, serve
):
    people = make_volunteers(community, 8)
    for one in people:
        serve(one, "2025-05-01T09:00", 60)
    url = reverse("dashboards:page", args=[community.code, "volunteers"])
    client.force_login(coordinator)
    own = client.get(url, {"period": "2025-Q2"}).content.decode()
    client.force_login(street_officer)
    above = client.get(url, {"period": "2025-Q2"}).content.decode()

    assert reverse("volunteers:thanks") in own
    assert reverse("volunteers:thanks") not in above
    assert "志愿0" not in own + above


def test_charts_show_what_tables_say(client, coordinator, community, make_volunteers, serve):
    serve(make_volunteers(community, 1)[0], "2025-05-01T09:00", 90)
    client.force_login(coordinator)
    url = reverse("dashboards:page", args=[community.code, "volunteers"])

    text = client.get(url, {"period": "2025-Q2"}).content.decode()

    data = json.loads(re.search(r'id="chart-fields"[^>]*>(.*?)</script>', text).group(1))
    assert (data["categories"], data["values"]) == (["环境保护"], [1.5])


def test_hidden_fields_and_months_are_not_drawn_but_told(
    client, coordinator, street_officer, street, community, make_volunteers, serve
):
    people = make_volunteers(community, 20)
    for one in people[:6]:
        serve(one, "2025-05-01T09:00", 60)
    serve(people[0], "2025-04-02T09:00", 60, field="居家养老")
    url = reverse("dashboards:page", args=[street.code, "volunteers"])
    client.force_login(street_officer)

    text = client.get(url, {"period": "2025-Q2"}).content.decode()

    assert 'id="chart-fields"' not in text
    assert "服务人数太少的领域不显示" in text
    assert "服务人数太少的月份不显示" in text
    client.force_login(coordinator)
    own = client.get(reverse("dashboards:page", args=[community.code, "volunteers"]), {"period": "2025-Q2"})
    assert 'id="chart-fields"' in own.content.decode()
    assert "服务人数太少" not in own.content.decode()


def test_page_asks_as_many_queries_for_many_volunteers(
    worker, community, make_volunteers, serve, django_assert_num_queries
):
    serve(make_volunteers(community, 1)[0], "2025-05-01T09:00", 60)
    with django_assert_num_queries(18):
        ask(worker, community)
    for one in make_volunteers(community, 6):
        serve(one, "2025-05-02T09:00", 60)
    with django_assert_num_queries(18):
        ask(worker, community)
