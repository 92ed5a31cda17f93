"""Rebuilding: the same cells as by increments, swapped in at once, with no change lost meanwhile."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from activities.models import Participation
from indicators.engine import rebuild
from indicators.engine.cells import refresh_all
from indicators.engine.rebuild import rebuild_cells
from indicators.models import DirtyMark, ReachCell
from tests.indicators.recount import read_cells, recount
from tests.indicators.test_race import in_other_connection
from tests.register import make_grids

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def very_few_periods(settings):
    settings.CELL_MONTHS = 1


@pytest.fixture
def town(register, worker, grids, community, neighbour_community):
    """Two communities with people and an activity."""
    people = [register.resident(grids[0]), register.resident(grids[1], groups=["retired"])]
    people.append(register.resident(make_grids(neighbour_community, "邻里网格")[0]))
    return register.activity(community, worker, *people[:2])


def read_constraints() -> list[tuple]:
    """Return names and definitions of the constraints of both tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select conname, pg_get_constraintdef(oid) from pg_constraint where contype <> 'n' and conrelid in "
            "('indicators_reachcell'::regclass, 'indicators_activitycell'::regclass) order by 1"
        )
        return cursor.fetchall()


def test_rebuild_gives_the_cells_of_the_increments(town):
    refresh_all(timezone.localdate())
    incremental = read_cells()
    assert rebuild_cells(sessions=2) == 2
    assert read_cells() == incremental == recount(timezone.localdate())
    assert not DirtyMark.objects.exists()


def test_swapped_tables_keep_names_and_constraints(town):
    before = read_constraints()
    rebuild_cells()
    rebuild_cells()
    assert read_constraints() == before
    refresh_all(timezone.localdate())
    assert read_cells() == recount(timezone.localdate())


@pytest.fixture
def overtaken(town, register, grids, monkeypatch):
    """Let somebody check in, and commit, after the cells of the first community have been computed."""
    fill, done = rebuild.fill_new, []

    def check_in() -> None:
        person = register.resident(grids[0])
        Participation.objects.create(activity=town, resident=person, grid=grids[0])

    def fill_and_be_overtaken(*args) -> None:
        fill(*args)
        if not done:
            done.append(True)
            in_other_connection(check_in)

    monkeypatch.setattr(rebuild, "fill_new", fill_and_be_overtaken)


def test_change_during_a_rebuild_is_settled_after_it(overtaken):
    rebuild_cells(sessions=1)
    assert read_cells() != recount(timezone.localdate())
    refresh_all(timezone.localdate())
    assert read_cells() == recount(timezone.localdate())


def test_negative_control_clearing_all_marks_loses_the_change(overtaken, monkeypatch):
    swap = rebuild.swap

    def swap_and_clear(table) -> None:
        swap(table)
        DirtyMark.objects.all().delete()

    monkeypatch.setattr(rebuild, "swap", swap_and_clear)
    rebuild_cells(sessions=1)
    refresh_all(timezone.localdate())
    assert read_cells() != recount(timezone.localdate())


def test_rebuild_that_fails_leaves_the_old_cells_and_frees_the_lock(town, monkeypatch):
    refresh_all(timezone.localdate())
    before = read_cells()

    def fail(*args) -> None:
        raise RuntimeError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "fill_new", fail)
        with pytest.raises(RuntimeError, match="no room"):
            rebuild_cells(sessions=2)
    assert read_cells() == before
    assert rebuild_cells() == 2


def test_command_rebuilds_one_area_in_place(town, community, capsys):
    ReachCell.objects.all().delete()
    call_command("rebuild_cells", area=community.code, sessions=1)
    assert ReachCell.objects.filter(level="street").exists()
    assert set(ReachCell.objects.filter(level="community").values_list("area_id", flat=True)) == {community.pk}
    assert "1/1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "value"), [("area", "12345"), ("area", "990101999"), ("since", "2026-13"), ("sessions", 0)]
)
def test_command_says_what_is_wrong(option, value, db):
    with pytest.raises(CommandError):
        call_command("rebuild_cells", **{option: value})
