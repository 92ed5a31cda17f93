"""The service record: confirmed hours alone, each minute once, equal to plain Python; trainings and honours."""

import random
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from volunteers.models import RecordEntry, Volunteer
from volunteers.records import count_in_days, list_served

DAY = date(2025, 5, 1)


@pytest.fixture
def page(client, coordinator):
    client.force_login(coordinator)
    return client


def read(page, volunteer, **sent):
    url = reverse("volunteers:record", args=[volunteer.pk])
    return (page.post(url, sent) if sent else page.get(url)).content.decode()


def test_hours_equal_those_counted_minute_by_minute(volunteer, make_record, register, community, worker):
    chance, activity = random.Random(8), register.activity(community, worker, day=DAY)
    minutes = set()
    for _number in range(40):
        day, begin, length = chance.randrange(20), chance.randrange(1300), chance.randrange(1, 400)
        confirmed = chance.random() < 0.7
        at = f"{begin // 60:02}:{begin % 60:02}"
        make_record(
            volunteer, DAY + timedelta(day), at, length, confirmed=confirmed, activity=activity, source="checked"
        )
        if confirmed:
            minutes |= {day * 1440 + begin + minute for minute in range(length)}

    first, last = 3, 15
    expected = sum(first * 1440 <= minute < (last + 1) * 1440 for minute in minutes)
    assert count_in_days(volunteer, DAY + timedelta(first), DAY + timedelta(last)) == expected


def test_record_shows_confirmed_service_and_names_the_rest_apart(page, volunteer, make_record):
    make_record(volunteer, DAY, "09:00", 90)
    make_record(volunteer, DAY, "14:00", 60, confirmed=False)

    text = read(page, volunteer)

    assert "1 小时 30 分钟" in text
    assert "待确认，不计入时长" in text
    assert len(list_served(volunteer, DAY, DAY)) == 1


@pytest.mark.parametrize(("minutes", "times"), [(120, "22:00–24:00"), (180, "22:00–05-02 01:00")])
def test_record_says_when_a_service_ended_after_its_day(page, volunteer, make_record, minutes, times):
    make_record(volunteer, DAY, "22:00", minutes)

    assert times in read(page, volunteer)


def test_record_is_masked_until_the_name_is_asked_for(page, volunteer):
    assert volunteer.resident.name not in read(page, volunteer)
    assert not AuditEvent.objects.filter(action="resident.unmask").exists()

    assert volunteer.resident.name in read(page, volunteer, full="1")

    assert AuditEvent.objects.filter(action="resident.unmask", detail__field="name").exists()


def test_record_of_another_community_is_not_there(client, volunteer, outsider):
    client.force_login(outsider)

    assert client.get(reverse("volunteers:record", args=[volunteer.pk])).status_code == 404


def test_record_asks_as_many_queries_for_many_services(
    page, volunteer, make_record, django_assert_num_queries, settings
):
    make_record(volunteer, DAY)
    make_record(volunteer, DAY, "12:00", confirmed=False)
    read(page, volunteer)
    with django_assert_num_queries(8):
        read(page, volunteer)
    for number in range(1, 8):
        make_record(volunteer, DAY + timedelta(number))
        make_record(volunteer, DAY + timedelta(number), "12:00", confirmed=False)
    with django_assert_num_queries(8):
        read(page, volunteer)


def test_training_is_entered(page, volunteer):
    sent = {"kind": "training", "title": "急救培训", "by_unit": "红十字会", "on": "2025-03-01", "hours": "1.5"}

    page.post(reverse("volunteers:entry-add", args=[volunteer.pk]), sent)

    assert "急救培训" in read(page, volunteer)
    assert "1.5 学时" in read(page, volunteer)


def test_training_to_come_is_refused_and_nothing_typed_is_lost(page, volunteer):
    day = timezone.localdate() + timedelta(1)
    sent = {"kind": "training", "title": "急救培训", "by_unit": "红十字会", "on": day}

    text = page.post(reverse("volunteers:entry-add", args=[volunteer.pk]), sent).content.decode()

    assert "不能晚于今天" in text
    assert "急救培训" in text
    assert not RecordEntry.objects.exists()


def test_honour_has_no_hours(page, volunteer):
    sent = {"kind": "honour", "title": "优秀志愿者", "by_unit": "街道", "on": "2025-03-01", "hours": "2"}

    text = page.post(reverse("volunteers:entry-add", args=[volunteer.pk]), sent).content.decode()

    assert "只有培训填学时" in text


def test_entry_is_taken_out_by_the_own_community_alone(client, volunteer, worker, outsider, coordinator):
    entry = RecordEntry.objects.create(
        volunteer=volunteer, kind="honour", title="优秀志愿者", by_unit="街道", on=DAY, recorded_by=worker
    )
    url = reverse("volunteers:entry-remove", args=[entry.pk])
    client.force_login(outsider)
    assert client.post(url).status_code == 404
    client.force_login(coordinator)

    client.post(url)

    assert not RecordEntry.objects.exists()
    assert AuditEvent.objects.filter(action="volunteer_entry.remove").exists()


def test_minute_of_overlapping_records_is_counted_for_each_volunteer(
    volunteer, outsider_volunteer: Volunteer, make_record
):
    make_record(volunteer, DAY, "09:00", 60)
    make_record(outsider_volunteer, DAY, "09:00", 60)

    assert [count_in_days(one, DAY, DAY) for one in (volunteer, outsider_volunteer)] == [60, 60]
