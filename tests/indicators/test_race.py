"""No change is lost however writers and workers interleave; with the lock or the log taken away, one is."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from activities.models import Participation
from indicators.engine import cells
from indicators.models import DirtyMark, ReachCell
from tests.indicators.recount import read_cells, recount
from tests.indicators.threads import in_other_connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def very_few_periods(settings):
    settings.CELL_MONTHS = 1


@pytest.fixture
def check_in(register, worker, grids, community):
    """Let one more person take part in an activity held today."""
    activity = register.activity(community, worker)

    def run() -> None:
        person = register.resident(grids[0])
        Participation.objects.create(activity=activity, resident=person, grid=grids[0])

    return run


@pytest.fixture
def overtaken(check_in, monkeypatch):
    """Let somebody check in, and commit, while the figures are being computed."""
    compute = cells.compute

    def compute_and_be_overtaken(*args) -> None:
        compute(*args)
        in_other_connection(check_in)

    with monkeypatch.context() as patch:
        patch.setattr(cells, "compute", compute_and_be_overtaken)
        yield patch


def test_change_that_commits_during_a_refresh_brings_its_own_mark(check_in, community, overtaken):
    check_in()
    cells.refresh_community(community.pk)
    overtaken.undo()
    assert read_cells() != recount(timezone.localdate())
    assert DirtyMark.objects.exists()
    cells.refresh_community(community.pk)
    assert read_cells() == recount(timezone.localdate())


def test_negative_control_clearing_all_marks_loses_the_change(check_in, community, overtaken):
    """Were marks deleted by community rather than by what was claimed, the figure would stay stale for ever."""
    check_in()
    overtaken.setattr(cells, "delete_marks", lambda claimed: DirtyMark.objects.all().delete())
    cells.refresh_community(community.pk)
    assert cells.find_dirty_communities(timezone.localdate()) == []
    assert read_cells() != recount(timezone.localdate())


def test_worker_that_dies_in_the_middle_leaves_all_as_it_was(check_in, community, monkeypatch):
    check_in()
    cells.refresh_community(community.pk)
    check_in()
    before = read_cells()

    def die(*args) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(cells, "roll_up_from", die)
        with pytest.raises(SystemExit):
            cells.refresh_community(community.pk)
    assert read_cells() == before
    assert DirtyMark.objects.exists()
    cells.refresh_community(community.pk)
    assert read_cells() == recount(timezone.localdate())


def street_population_after_two_workers(monkeypatch, community, neighbour_community) -> tuple[int, int]:
    """Refresh two communities of one street, the second while the first is about to commit; return (shown, true)."""
    roll_up_from = cells.roll_up_from
    started = threading.Event()
    second = threading.Thread(target=lambda: (cells.refresh_community(neighbour_community.pk), connections.close_all()))

    def roll_up_slowly(*args) -> None:
        roll_up_from(*args)
        if not started.is_set():
            started.set()
            second.start()
            second.join(timeout=1.5)  # held up by the street's lock, or done where there is none

    monkeypatch.setattr(cells, "roll_up_from", roll_up_slowly)
    cells.refresh_community(community.pk)
    second.join(timeout=30)
    monkeypatch.undo()
    rows = ReachCell.objects.filter(grouping="all", period=f"{timezone.localdate():%Y}")
    shown = rows.get(level="street").population
    return shown, sum(rows.filter(level="grid").values_list("population", flat=True))


@pytest.fixture
def two_communities(register, grids, community, neighbour_community):
    from tests.register import make_grids

    register.resident(grids[0])
    register.resident(make_grids(neighbour_community, "第一网格")[0])
    return community, neighbour_community


def test_two_workers_of_one_street_sum_both(two_communities, monkeypatch):
    shown, true = street_population_after_two_workers(monkeypatch, *two_communities)
    assert shown == true == 2


def test_negative_control_without_the_streets_lock_one_sum_is_lost(two_communities, monkeypatch):
    monkeypatch.setattr(cells, "lock", lambda level, area_id: None)
    shown, true = street_population_after_two_workers(monkeypatch, *two_communities)
    assert true == 2
    assert shown < true


def test_marks_and_facts_commit_together(check_in):
    with connection.cursor() as cursor:
        cursor.execute("truncate indicators_dirtymark")
    with pytest.raises(RuntimeError), transaction.atomic():
        check_in()
        raise RuntimeError
    assert not DirtyMark.objects.exists()
