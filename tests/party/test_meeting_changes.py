"""Tokens of meetings sent before, and what a changed agenda does to minutes that were checked."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import Activity
from party import meetings
from party.meetings import Plan, change_meeting, hold_meeting
from party.models import Meeting, MeetingKind
from party.slots import read_slots

TOKEN = uuid.UUID("5f0c2c0e-0000-4000-8000-000000000012")


@pytest.fixture
def slot(branch):
    return slot_of(branch)


@pytest.fixture(params=[-1, 1], ids=["over", "to come"])
def plan(request):
    return make_plan(minutes=request.param)


def slot_of(branch):
    """Return the slot of the day on which it is now, and a minute before and after."""
    today = timezone.localdate()
    return next(one for one in read_slots([branch], today, today, today) if one.kind == MeetingKind.PARTY_DAY)


def make_plan(minutes=-1, **fields):
    return Plan(title="主题党日", starts_at=timezone.now() + timedelta(minutes=minutes), place="党群服务中心", **fields)


def overtake(monkeypatch, slot, plan, by):
    """Let the first of two taps be saved after the second has looked for it."""
    made, _new = hold_meeting(slot, plan, token=TOKEN, by=by)
    look = meetings.find_sent

    def miss(token, user):
        monkeypatch.setattr(meetings, "find_sent", look)

    monkeypatch.setattr(meetings, "find_sent", miss)
    return made


def test_second_of_two_taps_returns_the_meeting_of_the_first(monkeypatch, slot, plan, secretary):
    monkeypatch.setattr(meetings, "check_day", lambda slot, starts_at: None)  # at midnight the minute is another month
    first = overtake(monkeypatch, slot, plan, secretary)
    assert hold_meeting(slot, plan, token=TOKEN, by=secretary) == (first, False)
    assert (Meeting.objects.count(), Activity.objects.count()) == (1, 1)


def test_token_of_a_plain_activity_is_refused_in_words(slot, secretary, register, community):
    register.activity(community, secretary, client_token=TOKEN)
    with pytest.raises(ValidationError, match="已经用过"):
        hold_meeting(slot, make_plan(), token=TOKEN, by=secretary)


def test_token_of_somebody_else_is_refused_in_words(monkeypatch, slot, plan, secretary, worker, register, community):
    monkeypatch.setattr(meetings, "check_day", lambda slot, starts_at: None)
    register.activity(community, worker, client_token=TOKEN)
    with pytest.raises(ValidationError, match="没有保存"):
        hold_meeting(slot, plan, token=TOKEN, by=secretary)


@pytest.fixture
def checked(monkeypatch, slot, secretary, worker):
    """A meeting whose minutes were checked before it was reported who came."""
    monkeypatch.setattr(meetings, "check_day", lambda slot, starts_at: None)
    meeting, _new = hold_meeting(slot, make_plan(1, first_item="学习讲话"), token=TOKEN, by=secretary)
    said = {"minutes": "讨论了楼道灯。", "minutes_by": secretary, "checked_by": worker, "checked_at": timezone.now()}
    Meeting.objects.filter(pk=meeting.pk).update(**said)
    return Meeting.objects.select_related("activity", "organisation__community").get(pk=meeting.pk)


@pytest.mark.parametrize(("item", "stays"), [("学习讲话", True), ("研究经费", False)])
def test_check_is_taken_back_when_the_agenda_changes(checked, slot, secretary, item, stays):
    plan = make_plan(2, first_item=item)
    change_meeting(checked, slot, plan, seen=checked.activity.version, by=secretary)
    assert bool(Meeting.objects.get().checked_at) == stays
    said = [event.detail["was_checked"] for event in AuditEvent.objects.filter(action="party_meeting.change")]
    assert said == ([] if stays else [True])
