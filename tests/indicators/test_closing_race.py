"""A period that is closed while others write: what is frozen belongs together, or nothing is frozen."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from activities.models import Participation
from indicators.areas import AreaRef
from indicators.closings import closing
from indicators.closings.closing import close_period
from indicators.closings.fingerprint import take_fingerprint
from indicators.closings.frozen import read_frozen, read_frozen_figures
from indicators.engine.cells import refresh_community
from indicators.engine.tallying import tally_community
from indicators.models import PeriodClosing
from indicators.periods import Period
from tests.indicators.closing_help import find_restatements
from tests.indicators.test_race import in_other_connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def month() -> Period:
    return Period.containing(timezone.localdate(), "month").previous()


@pytest.fixture
def check_in(register, worker, grids, community, month):
    """Let one more of five residents take part in something held last month."""
    people = iter([register.resident(grids[0]) for _ in range(5)])
    activity = register.activity(community, worker, day=month.start + timedelta(days=1))
    settle(community)
    return lambda: Participation.objects.create(activity=activity, resident=next(people), grid=grids[0])


def settle(community) -> None:
    refresh_community(community.pk)
    tally_community(community.pk)


@pytest.fixture
def close(street, street_officer, month):
    return lambda: close_period(street=street, period=month, by=street_officer)


def let_happen_before(monkeypatch, step: str, act) -> None:
    """Let something happen once in another connection, right before a step of the closing."""
    original = getattr(closing, step)

    def run(*args, **kwargs):
        monkeypatch.setattr(closing, step, original)
        in_other_connection(act)
        return original(*args, **kwargs)

    monkeypatch.setattr(closing, step, run)


def test_change_that_commits_before_the_marks_are_looked_at_again_is_refused(check_in, close, monkeypatch):
    let_happen_before(monkeypatch, "take_fingerprint", check_in)
    with pytest.raises(ValidationError):
        close()
    assert not PeriodClosing.objects.exists()


def test_negative_control_without_the_second_look_the_fingerprint_lies(check_in, close, street, month, monkeypatch):
    """The fingerprint holds a change that the frozen cells do not: the page would say that all is as it was."""
    looks = iter([closing.check_nothing_waits, lambda *args: None])
    monkeypatch.setattr(closing, "check_nothing_waits", lambda *args: next(looks)(*args))
    let_happen_before(monkeypatch, "take_fingerprint", check_in)
    row = close()
    settle(street.communities.get())
    assert take_fingerprint(street, month) == row.fingerprint
    assert find_restatements(AreaRef.to(street), month)


def test_change_that_commits_after_that_appears_as_a_restatement(check_in, close, street, month, monkeypatch):
    let_happen_before(monkeypatch, "record", check_in)
    row = close()
    settle(street.communities.get())
    assert take_fingerprint(street, month) != row.fingerprint
    restated = {found.indicator.id: found for found in find_restatements(AreaRef.to(street), month)}
    assert (restated["S0-20"].frozen.numerator, restated["S0-20"].live.numerator) == (0, 1)


def close_while_figures_are_computed(check_in, close, community, monkeypatch) -> PeriodClosing:
    """Close while somebody checks in and a worker settles it, between copying the cells and answering from them."""
    worker = threading.Thread(target=lambda: (settle(community), connections.close_all()))

    def act() -> None:
        check_in()
        worker.start()
        worker.join(timeout=1.5)  # held up by the community's lock, or done where there is none

    answer_all, is_first = closing.answer_all, iter([True])

    def answer_late(*args):
        if next(is_first, False):
            in_other_connection(act)
        return answer_all(*args)

    monkeypatch.setattr(closing, "answer_all", answer_late)
    try:
        return close()
    finally:
        worker.join(timeout=30)


def count_reached(row, street) -> int:
    """Return how many people S0-20 says were reached in the street."""
    return read_frozen_figures(row, [AreaRef.to(street)])["S0-20"][street.pk].numerator


def test_worker_waits_for_the_closing_and_its_change_is_refused(check_in, close, community, street, month, monkeypatch):
    with pytest.raises(ValidationError):
        close_while_figures_are_computed(check_in, close, community, monkeypatch)
    monkeypatch.undo()
    row = close()
    frozen = read_frozen(row, AreaRef.to(street))
    assert frozen.reach["all"].reached == count_reached(row, street) == 1


def test_negative_control_without_locks_the_frozen_figures_disagree(
    check_in, close, community, street, month, monkeypatch
):
    monkeypatch.setattr(closing, "hold_still", lambda communities: None)
    row = close_while_figures_are_computed(check_in, close, community, monkeypatch)
    assert read_frozen(row, AreaRef.to(street)).reach["all"].reached == 0
    assert count_reached(row, street) == 1
