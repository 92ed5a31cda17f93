"""A community that cannot be computed is parked and others go on; lost rings, orphaned marks, an emptied Redis."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, OperationalError
from django.utils import timezone

from communities import doorbell
from indicators.engine import cells
from indicators.engine.repairs import drop_orphaned_cells, drop_orphaned_marks, has_lost_rings, retry_community, settle
from indicators.engine.verify import compare
from indicators.models import ActivityCell, DirtyMark, ReachCell, RefreshAttempt
from indicators.tasks import refresh_figures, sweep_marks
from tests.register import make_grids


@pytest.fixture
def two_communities(register, grids, community, neighbour_community):
    """Two communities of a street, one person each, nothing computed yet."""
    register.resident(grids[0])
    register.resident(make_grids(neighbour_community, "第一网格")[0])
    return community, neighbour_community


@pytest.fixture
def poisoned(two_communities, monkeypatch):
    """The first of the two, whose figures cannot be computed; undo() heals it."""
    compute = cells.compute

    def compute_or_fail(community, *rest) -> None:
        if community == two_communities[0]:
            raise DataError("integer out of range")
        compute(community, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(cells, "compute", compute_or_fail)
        yield patch


def test_poisoned_community_is_parked_after_two_attempts(poisoned, community):
    for attempts in (1, 2, 2):
        refresh_figures()
        attempt = RefreshAttempt.objects.get()
        assert (attempt.community, attempt.attempts) == (community, attempts)
    assert attempt.reason == "DataError: integer out of range"


def test_others_go_on_while_one_is_poisoned(poisoned, community, neighbour_community):
    refresh_figures()
    assert ReachCell.objects.filter(level="community", area_id=neighbour_community.pk).exists()
    assert not ReachCell.objects.filter(level="community", area_id=community.pk).exists()


def test_marks_of_a_parked_community_wait_and_are_not_lost(poisoned, community, register, grids):
    for _ring in range(3):
        refresh_figures()
    waiting = DirtyMark.objects.filter(community=community).count()
    register.resident(grids[1])
    refresh_figures()
    assert DirtyMark.objects.filter(community=community).count() > waiting > 0


def test_retry_of_a_mended_community_computes_all_that_waited(poisoned, community, register, grids, admin):
    for _ring in range(3):
        refresh_figures()
    register.resident(grids[1])
    poisoned.undo()
    retry_community(community, by=admin)
    settle()
    assert not RefreshAttempt.objects.exists()
    assert (compare().drift, compare().waiting) == ([], set())


def test_retry_of_a_community_that_is_still_poisoned_parks_it_again(poisoned, community, admin):
    for _ring in range(2):
        refresh_figures()
    retry_community(community, by=admin)
    for _ring in range(3):
        refresh_figures()
    assert RefreshAttempt.objects.get().attempts == 2


def test_community_that_failed_once_cannot_be_retried_for_it_is_anyway(poisoned, community, admin):
    refresh_figures()
    with pytest.raises(ValidationError):
        retry_community(community, by=admin)


def test_success_forgets_the_failed_attempt(poisoned, two_communities):
    refresh_figures()
    poisoned.undo()
    refresh_figures()
    assert not RefreshAttempt.objects.exists()


def test_lost_connection_is_no_attempt(two_communities, monkeypatch):
    def lose_the_server(*_args) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(cells, "compute", lose_the_server)
    with pytest.raises(OperationalError):
        refresh_figures()
    assert not RefreshAttempt.objects.filter(attempts__gt=0).exists()


@pytest.mark.parametrize(("code", "attempts"), [("40P01", 0), ("57P01", 0), ("57014", 1), ("53200", 1)])
def test_deadlock_or_restart_is_no_attempt_but_slowness_and_hunger_are(
    two_communities, monkeypatch, code, attempts, caplog
):
    caplog.set_level("CRITICAL")
    error = OperationalError("so it goes")
    error.__cause__ = type("Cause", (Exception,), {"pgcode": code})()

    def fail(*_args) -> None:
        raise error

    monkeypatch.setattr(cells, "compute", fail)
    with pytest.raises(OperationalError) if not attempts else nullcontext():
        refresh_figures()
    assert set(RefreshAttempt.objects.values_list("attempts", flat=True)) == {attempts}


@pytest.mark.parametrize(("seconds", "lost"), [(3, False), (30, True)])
def test_mark_that_waits_for_many_rings_had_its_rings_lost(two_communities, seconds, lost):
    DirtyMark.objects.update(marked_at=timezone.now() - timedelta(seconds=seconds))
    assert has_lost_rings(timezone.now()) is lost


def test_marks_of_a_parked_community_ring_nothing(two_communities):
    DirtyMark.objects.update(marked_at=timezone.now() - timedelta(hours=1))
    for community in two_communities:
        RefreshAttempt.objects.create(community=community, attempts=2, started_at=timezone.now())
    assert not has_lost_rings(timezone.now())


def test_sweeper_rings_for_marks_whose_rings_were_lost(two_communities, monkeypatch):
    rung = []
    monkeypatch.setattr("indicators.tasks.send", lambda *ring: rung.append(ring))
    sweep_marks()
    assert rung == []
    DirtyMark.objects.update(marked_at=timezone.now() - timedelta(minutes=1))
    sweep_marks()
    assert rung == [(doorbell.REFRESH, ())]


def test_marks_of_a_community_that_is_gone_are_dropped_and_no_others(two_communities):
    kept = DirtyMark.objects.count()
    DirtyMark.objects.create(community_id=999_999, marked_at=timezone.now())
    assert drop_orphaned_marks() == 1
    assert DirtyMark.objects.count() == kept


def test_cells_of_areas_that_are_gone_are_dropped_and_no_others(two_communities, register, worker, community):
    register.activity(community, worker)
    settle()
    kept = ReachCell.objects.count(), ActivityCell.objects.count()
    cell = ReachCell.objects.filter(level="grid").first()
    cell.area_id = 999_999
    cell.save(force_insert=True)
    assert drop_orphaned_cells() == 1
    assert (ReachCell.objects.count(), ActivityCell.objects.count()) == kept


def test_ring_on_a_dead_redis_loses_nothing(two_communities, settings, monkeypatch, register, grids, caplog):
    settle()

    def dead(*_args, **_options) -> None:
        raise doorbell.OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(doorbell.current_app, "send_task", dead)
        register.resident(grids[1])
        doorbell.send(doorbell.REFRESH, ())
    assert "was not rung" in caplog.text
    assert DirtyMark.objects.exists()
    refresh_figures()  # what beat rings a second later
    assert (compare().drift, compare().waiting) == ([], set())
