"""Thanks due: what for, once, by name, in the own community."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from volunteers.models import Thanks, Volunteer
from volunteers.thanks import count_due, give_thanks, list_due

DAY = date(2025, 1, 1)


@pytest.fixture
def activity(register, community, worker):
    return register.activity(community, worker, day=DAY)


@pytest.fixture
def serve(volunteer, make_record, activity):
    """Let the volunteer serve so many hours from a day on, ten a day."""

    def serve(hours, first=DAY):
        for number in range(-(-hours // 10)):
            part = min(10, hours - 10 * number)
            make_record(volunteer, first + timedelta(number), "08:00", part * 60, activity=activity)

    return serve


def find(today=None):
    due = list_due(Volunteer.objects.all(), today or timezone.localdate())
    return [(one.occasion.value, one.hours, one.year) for one in due]


def give(volunteer, by, occasion="hours", hours=0, year=0):
    return give_thanks(volunteer, occasion=occasion, hours=hours, year=year, how="card", by=by)


def test_nobody_is_thanked_before_serving(volunteer, serve):
    assert find() == []


def test_first_service_is_thanked_for_once(volunteer, serve, coordinator):
    serve(2)
    assert find() == [("first", 0, 0)]

    give(volunteer, coordinator, "first")

    assert find() == []


@pytest.mark.parametrize(("hours", "milestone"), [(20, 20), (49, 20), (50, 50), (100, 100), (300, 300)])
def test_highest_milestone_passed_is_due(serve, hours, milestone):
    serve(hours)

    assert find(date(2026, 1, 1)) == [("hours", milestone, 0)]


def test_thanks_for_a_milestone_outdate_those_below(volunteer, serve, coordinator):
    serve(60)
    give(volunteer, coordinator, hours=50)

    assert find() == []


def test_next_milestone_is_due_again(volunteer, serve, coordinator):
    serve(30)
    give(volunteer, coordinator, hours=20)
    serve(20, DAY + timedelta(40))

    assert find() == [("hours", 50, 0)]


@pytest.mark.parametrize(("months", "is_due"), [(5, False), (6, True)])
def test_steady_year_is_thanked_for(volunteer, make_record, activity, months, is_due):
    for month in range(1, months + 1):
        make_record(volunteer, date(2025, month, 3), minutes=60, activity=activity)

    assert (("year", 0, 2025) in find(date(2026, 2, 1))) is is_due


def test_what_is_not_due_is_not_thanked_for(volunteer, serve, coordinator):
    serve(2)

    with pytest.raises(ValidationError, match="没有待致谢的"):
        give(volunteer, coordinator, hours=1000)
    assert not Thanks.objects.exists()


def test_second_coordinator_is_told(client, volunteer, serve, coordinator, worker):
    serve(20)
    give(volunteer, worker, hours=20)
    client.force_login(coordinator)

    sent = {"occasion": "hours", "hours": 20, "year": 0, "how": "card"}
    answer = client.post(reverse("volunteers:thank", args=[volunteer.pk]), sent, follow=True)

    assert "可能已经有同事登记了" in answer.content.decode()
    assert Thanks.objects.count() == 1


def test_page_notes_thanks(client, volunteer, serve, coordinator):
    serve(20)
    client.force_login(coordinator)
    text = client.get(reverse("volunteers:thanks")).content.decode()
    assert "欧**英" in text
    assert "服务满 20 小时" in text

    sent = {"occasion": "hours", "hours": 20, "year": 0, "how": "visit"}
    client.post(reverse("volunteers:thank", args=[volunteer.pk]), sent)

    assert Thanks.objects.get().how == "visit"
    assert "该谢的都谢过了" in client.get(reverse("volunteers:thanks")).content.decode()


def test_thanks_of_another_community_are_not_there(client, volunteer, serve, outsider):
    serve(20)
    client.force_login(outsider)
    assert "欧**英" not in client.get(reverse("volunteers:thanks")).content.decode()

    sent = {"occasion": "hours", "hours": 20, "year": 0, "how": "card"}
    assert client.post(reverse("volunteers:thank", args=[volunteer.pk]), sent).status_code == 404


def test_who_left_is_not_listed(volunteer, serve):
    serve(20)
    assert count_due(Volunteer.objects.all(), timezone.localdate()) == 1
    Volunteer.objects.update(left_on=timezone.localdate())

    assert count_due(Volunteer.objects.all(), timezone.localdate()) == 0
