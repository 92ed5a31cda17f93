"""Whatever happens in whatever order: once what waits is computed, cells are what a second count yields."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from grids.models import Building, Household, PopulationGroup, Resident
from imports import reader_child
from indicators.engine import cells, repairs
from indicators.models import Freshness
from tests.indicators import machine
from tests.register import make_grids

SEQUENCES = 300
PROFILE = settings(max_examples=SEQUENCES, stateful_step_count=8, derandomize=True, database=None)

DROP_MARKS = """
    do $$ declare found record; begin
        for found in select tgname, tgrelid::regclass as owner from pg_trigger
                     where tgrelid = %s::regclass and tgname like 'pgtrigger_mark%%'
        loop execute format('drop trigger %%I on %%s', found.tgname, found.owner); end loop;
    end $$
"""


def read_here(content: bytes, brief: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Read a list in this process: starting another one takes longer than all the rest of a sequence."""
    for line in reader_child.read(json.loads(json.dumps(brief)), content):
        yield tuple(json.loads(json.dumps(line)))


@pytest.fixture
def world(monkeypatch, settings, register, worker, admin, grids, community, neighbour_community, foreign_grid):
    """Three communities of two streets with a few people each, and figures for a short while."""
    settings.CELL_MONTHS = 4
    monkeypatch.setattr("imports.actions.read_file", read_here)
    make_grids(neighbour_community, "第一网格")
    PopulationGroup.objects.exclude(code__in=["retired", "party_member", "hardship", "floating"]).delete()
    doors = [
        Household.objects.create(building=Building.objects.create(grid=grid, name="1号楼"), room="1") for grid in grids
    ]
    for grid in [*grids, *neighbour_community.grids.all(), foreign_grid]:
        register.resident(grid, groups=["retired"])
        newcomer = register.resident(grid, since=timezone.localdate() - timedelta(days=50))
        register.activity(community, worker, newcomer)
    Resident.objects.filter(grid=grids[0]).update(household=doors[0])
    machine.settle()
    return machine.World(register, worker, admin, doors)


def run(world: machine.World, profile: settings, **more: Any) -> None:
    """Run sequences on this world."""
    run_state_machine_as_test(type("Street", (machine.Street,), {"world": world, **more}), settings=profile)


def test_cells_equal_the_second_count_after_any_sequence(world):
    run(world, PROFILE)


def test_tallies_equal_the_second_count_too(world):
    """Fewer sequences: some thirty tallies are counted twice in each."""
    repairs.settle()
    run(world, settings(PROFILE, max_examples=15), settle=staticmethod(settle_all))


def settle_all() -> None:
    """Compute what waits and count the tallies; cells of a grid that is gone are dropped by night."""
    repairs.settle()
    repairs.drop_orphaned_cells()
    assert not Freshness.objects.exclude(tallied_for=F("computed_at")).exists()


@pytest.mark.parametrize("forgotten", ["membership", "birth_date", "activity", "grids"])
def test_negative_control_a_change_that_is_forgotten_is_found(world, monkeypatch, forgotten):
    forget(forgotten, monkeypatch)
    with pytest.raises(AssertionError):
        run(world, settings(PROFILE, phases=[Phase.generate], max_examples=3 * SEQUENCES))


def forget(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a trigger away until the test is rolled back, or let the engine see one marked grid only."""
    tables = {
        "membership": "grids_groupmembership",
        "birth_date": "grids_resident",
        "activity": "activities_activity",
    }
    if what in tables:
        with connection.cursor() as cursor:
            cursor.execute(DROP_MARKS, [tables[what]])
    else:
        claim = cells.claim_marks
        monkeypatch.setattr(cells, "claim_marks", lambda pk: (claim(pk)[0], set(sorted(claim(pk)[1])[:1])))
