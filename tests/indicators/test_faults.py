"""What can go wrong around the figures; afterwards the second count finds nothing."""

import signal
import threading
import time
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from activities.models import Activity, Participation
from grids.area_changes import merge_grids
from grids.models import PopulationGroup, Residence, Resident
from imports import actions as imports
from imports.models import ResidentImport
from indicators.engine import session
from indicators.engine.cells import refresh_community
from indicators.engine.repairs import drop_orphaned_cells, settle
from indicators.engine.session import is_locked
from indicators.engine.verify import compare
from indicators.models import DirtyMark, Freshness, ReachCell, RefreshAttempt
from indicators.tasks import refresh_figures
from tests import beside
from tests.indicators import slow
from tests.indicators.test_race import in_other_connection
from tests.register import make_grids, make_id_number, make_row, make_workbook

TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def few_months(settings):
    settings.CELL_MONTHS = 2


@pytest.fixture
def lived_in(register, worker, grids, community, neighbour_community):
    """Two communities with people who took part, all computed."""
    far = make_grids(neighbour_community, "第一网格")[0]
    people = [register.resident(grid, groups=["retired", "hardship"]) for grid in (*grids, far) for _person in range(2)]
    for days in (0, 20, 45):
        register.activity(community, worker, *people[::2], day=TODAY - timedelta(days=days))
    refresh_figures()
    return people


def assert_right() -> None:
    """Everything but the tallies, which follow later, is settled and equals the second count."""
    refresh_figures()
    verdict = compare()
    assert (verdict.drift, verdict.waiting) == ([], set())
    assert verdict.cells > 100
    assert not DirtyMark.objects.exists()


@pytest.mark.parametrize("days", [1, 20, 45, 400])
def test_clock_that_jumps_ahead_and_back(lived_in, register, worker, community, time_machine, days):
    time_machine.move_to(timezone.now() + timedelta(days=days), tick=False)
    register.activity(community, worker, lived_in[1], day=timezone.localdate())
    assert_right()
    time_machine.move_to(timezone.now() - timedelta(days=days), tick=False)
    assert_right()


def test_figures_of_a_day_to_come_are_made_anew(lived_in):
    Freshness.objects.update(as_of=TODAY + timedelta(days=90))
    ReachCell.objects.filter(grouping="all").update(often=1)
    assert_right()


@pytest.mark.parametrize("code", ["hardship", "retired"])
def test_group_that_is_deleted_while_marks_wait(lived_in, register, grids, code):
    register.resident(grids[0], groups=[code])
    PopulationGroup.objects.get(code=code).delete()
    assert_right()
    assert not ReachCell.objects.filter(grouping=code).exists()


@pytest.mark.parametrize(("old", "new"), [("retired", "anew"), ("hardship", "anew"), ("retired", "hardship_too")])
def test_code_of_a_group_that_is_changed(lived_in, old, new):
    PopulationGroup.objects.filter(code=old).update(code=new)
    assert_right()
    assert ReachCell.objects.filter(grouping=new).exists()


@pytest.mark.parametrize("days", [0, 31, 75, 200])
def test_activity_that_moves_to_another_month(lived_in, days):
    starts_at = timezone.now() - timedelta(days=days)
    Activity.objects.filter(pk=Activity.objects.first().pk).update(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    assert_right()


def test_activity_that_moves_to_another_community(lived_in, neighbour_community):
    Activity.objects.filter(pk=Activity.objects.first().pk).update(community=neighbour_community)
    assert_right()


@pytest.mark.parametrize("days", [0, 1])
def test_grid_that_was_emptied_and_deleted_while_marks_wait(lived_in, grids, time_machine, days):
    Residence.objects.filter(grid=grids[1]).delete()
    Resident.objects.filter(grid=grids[1]).update(grid=grids[0])
    Participation.objects.filter(grid=grids[1]).update(grid=grids[0])
    grids[1].delete()
    time_machine.move_to(timezone.now() + timedelta(days=days), tick=False)
    assert_right()


def test_tallies_of_a_grid_that_is_gone_are_dropped_by_night(lived_in, register, neighbour_community):
    empty = make_grids(neighbour_community, "空网格")[0]
    settle()
    empty.delete()
    drop_orphaned_cells()
    assert_right()


def test_merged_grids(lived_in, grids, admin):
    merge_grids(grids=[grid.pk for grid in grids], into=None, name="大网格", day=TODAY - timedelta(days=20), by=admin)
    assert_right()


def test_import_and_its_undo(lived_in, community, admin):
    job = imports.create_import(
        file_name="名册.xlsx",
        content=make_workbook([make_row(id_number=make_id_number(date(1950, 1, 1), 901), 人群类别="居民党员")]),
        community=community,
        by=admin,
        effective_date=date(2026, 1, 1),
    )
    imports.rehearse(job.pk)
    job.refresh_from_db()
    imports.confirm_import(job, by=admin)
    imports.write(job.pk)
    assert ResidentImport.objects.get().status == ResidentImport.Status.DONE
    assert_right()
    imports.request_undo(job, by=admin)
    imports.undo(job.pk)
    assert ResidentImport.objects.get().status == ResidentImport.Status.UNDONE
    assert_right()


def test_two_spells_that_overlap_are_refused(lived_in, grids):
    with pytest.raises(IntegrityError), transaction.atomic():
        Residence.objects.create(resident=lived_in[0], grid=grids[1], since=TODAY)
    assert_right()


def test_tasks_in_wrong_order_twice_and_not_at_all(lived_in, register, worker, community, neighbour_community, grids):
    for step in range(4):
        register.activity(community, worker, *lived_in[step:], day=TODAY - timedelta(days=9 * step))
        Residence.objects.filter(resident=lived_in[step]).update(until=TODAY - timedelta(days=step))
        for pk in (neighbour_community.pk, community.pk, community.pk)[step % 2 : 1 + step]:
            refresh_community(pk)
    assert_right()


def kill_a_worker(community_id: int) -> None:
    """Start a worker on the community, and kill it (SIGKILL) once its cells are computed."""
    process = beside.start("tests.indicators.slow.refresh_slowly", community_id)
    beside.wait_for(process, slow.COMPUTED)
    assert beside.kill(process) == -signal.SIGKILL
    deadline = time.monotonic() + 20
    while is_locked("community", community_id) and time.monotonic() < deadline:  # until the server notices
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_worker_killed_in_the_middle_leaves_all_as_it_was(lived_in, register, grids, community):
    before = list(ReachCell.objects.order_by("pk").values_list())
    register.resident(grids[0])
    kill_a_worker(community.pk)
    assert list(ReachCell.objects.order_by("pk").values_list()) == before
    assert RefreshAttempt.objects.get().attempts == 1
    assert_right()


@pytest.mark.django_db(transaction=True)
def test_community_that_kills_two_workers_gets_no_third(lived_in, register, grids, community):
    register.resident(grids[0])
    for _worker in range(2):
        kill_a_worker(community.pk)
    refresh_figures()
    assert RefreshAttempt.objects.get().attempts == 2
    assert DirtyMark.objects.filter(community=community).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_the_same_marks(lived_in, register, worker, community, neighbour_community, grids):
    errors: list[Exception] = []

    def work() -> None:
        try:
            for pk in (community.pk, neighbour_community.pk) * 2:
                refresh_community(pk)
        except Exception as error:  # noqa: BLE001 - shown in the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    for _round in range(3):
        register.activity(community, worker, *lived_in)
        register.resident(grids[1])
        threads = [threading.Thread(target=work) for _worker in range(2)]
        for thread in threads:
            thread.start()
        register.activity(neighbour_community, worker, *lived_in[::2])
        for thread in threads:
            thread.join(timeout=60)
    assert errors == []
    assert_right()


@pytest.mark.django_db(transaction=True)
def test_worker_does_not_wait_where_another_one_is_at_it(lived_in, register, grids, community):
    register.resident(grids[0])
    with transaction.atomic():
        session.lock("community", community.pk)
        in_other_connection(refresh_figures)
    assert not RefreshAttempt.objects.exists()
    assert DirtyMark.objects.filter(community=community).exists()
    assert_right()
