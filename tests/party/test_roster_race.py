"""Rosters written while somebody else transfers whom they name: never over the other's head."""

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.models import AuditEvent
from party.departures import transfer_out
from party.models import Member, Membership
from party.roster import writing
from party.roster.writing import ChangedMeanwhileError
from tests.indicators.threads import in_other_connection
from tests.party.roster_help import make_line, make_roster, take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member(make_member, groups, resident):
    return make_member(resident=resident, group=groups[0])


@pytest.fixture
def content():
    """A list that puts the member into another group."""
    return make_roster(make_line(党小组="第二党小组"))


def let_happen_before(monkeypatch, step, act):
    """Let something happen in another connection, right before a step of the writing."""
    original = getattr(writing, step)

    def run(*args, **kwargs):
        in_other_connection(act)
        return original(*args, **kwargs)

    monkeypatch.setattr(writing, step, run)


def test_transfer_between_plan_and_lock_stays_and_nothing_is_written(secretary, branch, member, content, monkeypatch):
    about = {"how": Membership.End.TRANSFERRED_OUT, "day": timezone.localdate(), "other_unit": "外地某支部"}
    let_happen_before(monkeypatch, "lock", lambda: transfer_out(member, by=secretary, **about))
    with pytest.raises(ChangedMeanwhileError, match="再看一遍"):
        take(content, secretary, branch)
    assert Membership.objects.get().end == "transferred_out"
    assert not AuditEvent.objects.filter(action="party_roster.import").exists()


def touch(member):
    """Lock the member if nobody else has, as every other write on members does first."""
    Member.objects.select_for_update(of=("self",), nowait=True).get(pk=member.pk)


def test_member_is_locked_before_the_plan_that_is_written(secretary, branch, member, content, monkeypatch):
    refused = []

    def try_it():
        try:
            with writing.transaction.atomic():
                touch(member)
        except OperationalError:
            refused.append(member)

    let_happen_before(monkeypatch, "write", try_it)
    take(content, secretary, branch)
    assert refused == [member]


def test_member_whom_the_list_does_not_name_is_not_locked(secretary, branch, make_member, member, content, monkeypatch):
    other = make_member("张建国")

    def try_it():
        with writing.transaction.atomic():
            touch(other)

    let_happen_before(monkeypatch, "write", try_it)
    take(content, secretary, branch)
    assert Membership.objects.filter(member=member, until=None).get().group.name == "第二党小组"
