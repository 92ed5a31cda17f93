"""A committee that a branch gets or gives up changes what is due from this month on, and nothing before."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from party.models import MeetingKind, Organisation
from party.organisations import change_organisation
from party.rule_changes import exempt_slot, lift_exemption
from party.slots import State, read_slots

TODAY = timezone.localdate()
MONTH = TODAY.replace(day=1)
YEAR_AGO = MONTH - timedelta(days=365)


def turn(branch, on, by):
    about = {"name": branch.name, "parent": None, "founded_on": branch.founded_on}
    change_organisation(branch, **about, has_committee=on, by=by)


def starts_due(branch):
    slots = read_slots([Organisation.objects.get(pk=branch.pk)], YEAR_AGO, TODAY, TODAY)
    return [slot.span.start for slot in slots if slot.kind == MeetingKind.COMMITTEE and slot.state != State.EXEMPT]


def test_new_committee_owes_nothing_for_the_past(branch, street_officer):
    assert starts_due(branch) == []
    turn(branch, True, street_officer)
    assert starts_due(branch) == [MONTH]


def test_committee_that_ends_keeps_its_past(branch, street_officer):
    Organisation.objects.filter(pk=branch.pk).update(has_committee=True)
    before = starts_due(branch)
    turn(branch, False, street_officer)
    assert len(before) > 10
    assert starts_due(branch) == before[:-1]


@pytest.mark.parametrize("turns", [(True, False), (True, False, True)])
def test_turning_back_and_forth_leaves_no_trace_in_the_past(branch, street_officer, turns):
    for on in turns:
        turn(branch, on, street_officer)
    assert starts_due(branch) == ([MONTH] if turns[-1] else [])


def test_slot_whose_time_has_passed_is_neither_exempted_nor_lifted(branch, secretary):
    slots = [slot for slot in read_slots([branch], YEAR_AGO, TODAY, TODAY) if slot.kind == MeetingKind.PARTY_DAY]
    with pytest.raises(ValidationError, match="已经过了"):
        exempt_slot(slots[0], reason="换届", by=secretary)
    with pytest.raises(ValidationError, match="已经过了"):
        lift_exemption(slots[0], by=secretary)
    assert exempt_slot(slots[-1], reason="换届", by=secretary).slot_start == MONTH
