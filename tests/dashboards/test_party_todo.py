"""Lines of the to-do list about party organisations that the user leads, and about volunteers."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from dashboards.party_todo import list_meetings_due
from dashboards.volunteer_todo import list_applications, list_hours
from party.models import MeetingRule, Office, Organisation
from tests.volunteers.conftest import make_record, volunteer  # noqa: F401
from volunteers.models import Volunteer

TODAY = date(2026, 11, 18)


@pytest.fixture
def branch(community) -> Organisation:
    """A branch that holds nothing but a party day every month, founded this year."""
    made = Organisation.objects.create(kind="branch", name="支部", community=community, founded_on=date(2026, 11, 1))
    for kind in ("members", "lecture"):
        MeetingRule.objects.create(organisation=made, kind=kind, every="never", starts_on=date(2026, 11, 1))
    return made


def test_meeting_is_due_to_the_secretary_and_to_nobody_else(branch, worker, make_user, community):
    Office.objects.create(organisation=branch, post="secretary", user=worker, since=date(2026, 11, 1))
    (task,) = list_meetings_due(worker, TODAY)
    assert (task.title, task.detail, task.is_late) == (
        "支部：1 次组织生活该开了",
        "主题党日 · 最早的还剩 12 天",
        False,
    )
    assert list(list_meetings_due(make_user("other", "worker", community), TODAY)) == []


def test_meeting_that_was_missed_is_late_until_it_cannot_be_made_up(branch, worker):
    Office.objects.create(organisation=branch, post="secretary", user=worker, since=date(2026, 11, 1))
    (task,) = list_meetings_due(worker, date(2026, 12, 15))
    assert (task.detail, task.is_late) == ("主题党日 · 今天最后一天", True)
    assert list(list_meetings_due(worker, date(2026, 12, 16))) == []


def test_applications_wait_in_one_line(worker, outsider, community, register, grids):
    for number in range(2):
        Volunteer.objects.create(community=community, resident=register.resident(grids[number]))
    Volunteer.objects.filter(resident__grid=grids[0]).update(applied_at=timezone.now() - timedelta(days=8))
    (task,) = list_applications(worker)
    assert (task.title, task.detail, task.is_late) == ("2 人申请做志愿者", "其中 1 人等了一周以上", True)
    assert list(list_applications(outsider)) == []


def test_hours_wait_for_somebody_else_than_who_recorded_them(make_record, volunteer, worker, coordinator):  # noqa: F811
    make_record(volunteer, TODAY, confirmed=False, recorded_by=coordinator)
    make_record(volunteer, TODAY - timedelta(days=1), confirmed=False, recorded_by=None, source="checked")
    make_record(volunteer, TODAY - timedelta(days=2))
    assert [task.title for task in list_hours(worker)] == ["2 条服务时长要确认"]
    assert [task.title for task in list_hours(coordinator)] == ["1 条服务时长要确认"]
