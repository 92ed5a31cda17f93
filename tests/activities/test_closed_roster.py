"""A closed roster: whoever does not keep it reads numbers, works nowhere on the activity, and cannot check in."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from activities.checkins import check_open
from activities.models import Activity
from dashboards.todo import find_activities
from indicators.rows import say_contact

WORK = ["edit", "check-in", "copy", "poster", "sign-ups", "plan-edit"]


@pytest.fixture
def meeting(register, community, grids, worker):
    """A held activity with a closed roster, at which two residents were."""
    people = [register.resident(grids[0], name=f"欧阳{name}") for name in "一二"]
    activity = register.activity(community, worker, *people, title="支部的会")
    Activity.objects.filter(pk=activity.pk).update(has_closed_roster=True)
    return Activity.objects.get(pk=activity.pk)


def test_page_says_how_many_came_and_not_who(client, meeting, worker):
    client.force_login(worker)
    page = client.get(reverse("activities:detail", args=[meeting.pk])).content.decode()
    assert "只有负责这份名单的人看得到" in page
    assert "<strong>2</strong> 实名居民" in page
    assert "欧" not in page


def test_open_roster_is_read_as_before(client, meeting, worker):
    Activity.objects.update(has_closed_roster=False)
    client.force_login(worker)
    assert "欧" in client.get(reverse("activities:detail", args=[meeting.pk])).content.decode()


@pytest.mark.parametrize("name", WORK)
def test_pages_of_work_are_not_found(client, meeting, worker, name):
    client.force_login(worker)
    assert client.get(reverse(f"activities:{name}", args=[meeting.pk])).status_code == 404


def test_it_cannot_be_withdrawn_here(client, meeting, worker):
    client.force_login(worker)
    answer = client.post(reverse("activities:cancel", args=[meeting.pk]), {"reason": "误操作"})
    meeting.refresh_from_db()
    assert (answer.status_code, meeting.status) == (404, Activity.Status.HELD)


def test_street_verifies_by_numbers(client, meeting, street_officer):
    client.force_login(street_officer)
    page = client.get(reverse("activities:detail", args=[meeting.pk])).content.decode()
    assert reverse("activities:verify", args=[meeting.pk]) in page


def test_check_in_is_refused(meeting):
    with pytest.raises(ValidationError, match="负责名单"):
        check_open(meeting, timezone.now())


def test_it_is_on_no_to_do_list_of_activities(meeting, worker):
    late = timezone.now() - timedelta(days=2)
    Activity.objects.update(reported_at=None, reported_by=None, starts_at=late, ends_at=late + timedelta(hours=1))
    assert list(find_activities(worker, timezone.now())) == []
    Activity.objects.update(has_closed_roster=False)
    assert list(find_activities(worker, timezone.now())) == [meeting]


def test_list_behind_a_figure_does_not_tell_which_meeting_it_was(meeting):
    row = say_contact(meeting.participations.first(), {meeting.community_id})
    assert (row.sub, "支部的会" in str(row)) == ("其他活动", False)
