"""What became of gaps that were turned into work."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.gaps.describing import describe_work
from dashboards.gaps.followup import State, judge, list_tables, read_followup
from dashboards.gaps.work import plan_gathering, plan_visits
from grids.models import Household, Resident
from indicators.figures import Reach
from indicators.indicator import Figure
from indicators.models import Target
from tests.dashboards.asking import ask, quarter, refresh
from tests.dashboards.gap_help import gap_of, settle, visit


@pytest.fixture
def planned(register, worker, grids):
    """Twelve retired people behind six doors, nobody reached, and a plan to visit them."""
    people = [register.resident(grids[0], groups=["retired"]) for _n in range(12)]
    settle(people, grids[0], doors=6)
    refresh()
    return plan_visits(gap=gap_of(grids[0]), by=worker).work


def visit_doors(work, by, number):
    """Visit so many doors of the plan, and meet everybody."""
    for door in Household.objects.filter(visit_plans=work.plan).order_by("pk")[:number]:
        visit(door, work.plan, list(Resident.objects.filter(household=door)), by)
    refresh()


def row_of(reader, area, period=None):
    return read_followup(ask(reader, area, period)).rows[0]


def test_nothing_has_happened_yet(planned, worker, community):
    row = row_of(worker, community)
    assert (row.then, row.missed, row.doors, row.state) == (12, 12, (0, 6), State.SAME)


def test_gap_shrinks_and_closes_with_the_visits(planned, worker, community):
    visit_doors(planned, worker, 2)
    row = row_of(worker, community)
    assert (row.then, row.missed, row.doors, row.state) == (12, 8, (2, 6), State.SMALLER)
    visit_doors(planned, worker, 6)
    content = read_followup(ask(worker, community))
    assert (content.rows[0].missed, content.rows[0].state) == (0, State.CLOSED)
    assert (content.total, content.closed) == (1, 1)


def test_gap_grows_with_newcomers(planned, register, worker, community, grids):
    register.resident(grids[0], groups=["retired"])
    refresh()
    assert row_of(worker, community).state == State.LARGER


@pytest.mark.parametrize(
    ("reached", "population", "target", "state"),
    [
        (0, 10, None, State.SAME),
        (3, 10, None, State.SMALLER),
        (3, 10, 30.0, State.CLOSED),
        (3, 10, 30.5, State.SMALLER),
        (10, 10, None, State.CLOSED),
        (1, 14, None, State.LARGER),
        (0, 0, None, State.CLOSED),
    ],
)
def test_state_follows_from_numbers_and_target(reached, population, target, state):
    assert judge(Figure(0, 10), Reach(population=population, reached=reached), target) == state


def test_gap_that_was_at_the_target_already_closes_with_its_last_person():
    assert judge(Figure(4, 10), Reach(population=10, reached=4), 30.0) == State.SAME
    assert judge(Figure(4, 10), Reach(population=10, reached=9), 30.0) == State.SMALLER


def test_target_of_the_nearest_area_decides(planned, worker, street_officer, community):
    visit_doors(planned, worker, 3)
    assert row_of(worker, community).state == State.SMALLER
    year = quarter().start.year
    for code, value in ((community.code[:9], 100), (community.code, 20)):
        Target.objects.create(indicator="S0-20", area_code=code, year=year, value=Decimal(value), set_by=street_officer)
    assert row_of(worker, community).state == State.CLOSED


def test_plan_and_activity_of_one_gap_count_once(planned, worker, community, grids):
    plan_gathering(gap=gap_of(grids[0]), by=worker)
    content = read_followup(ask(worker, community))
    assert (len(content.rows), content.total) == (2, 1)


def test_newest_work_stands_first(planned, worker, community, grids):
    newer = plan_gathering(gap=gap_of(grids[0]), by=worker)
    rows = read_followup(ask(worker, community)).rows
    assert [row.work for row in rows] == [newer, planned]


def test_after_the_period_its_last_numbers_stand(planned, register, worker, community, time_machine):
    visit_doors(planned, worker, 2)
    period = quarter()
    time_machine.move_to(timezone.now().replace(year=period.end.year, month=period.end.month, day=20))
    everybody = Resident.objects.filter(community=community)
    register.activity(community, worker, *everybody)
    refresh()
    content = read_followup(ask(worker, community, period))
    assert (content.is_over, content.rows[0].missed, content.rows[0].state) == (True, 8, State.SMALLER)


def test_street_is_not_told_small_numbers(planned, worker, street_officer, street):
    assert row_of(street_officer, street).doors == (0, 6)
    visit_doors(planned, worker, 5)
    content = read_followup(ask(street_officer, street))
    row = content.rows[0]
    assert (row.then, row.missed, row.doors) == (None, None, (None, None))
    assert (content.total, content.closed, content.hidden) == (0, 0, 1)
    assert list_tables(content)[0].rows[0][2:] == [None, describe_work(row.work), None, None, None, None]


def test_work_of_another_period_or_area_is_left_out(planned, worker, outsider, community, foreign_community):
    assert read_followup(ask(worker, community, quarter().previous())).rows == []
    assert read_followup(ask(outsider, foreign_community)).rows == []


def test_followup_reads_a_constant_number_of_queries(
    planned, register, worker, community, grids, django_assert_max_num_queries
):
    with CaptureQueriesContext(connection) as before:
        read_followup(ask(worker, community))
    settle([register.resident(grids[1], groups=["retired"]) for _n in range(3)], grids[1], doors=2)
    plan_visits(gap=gap_of(grids[1]), by=worker)
    plan_gathering(gap=gap_of(grids[1]), by=worker)
    with django_assert_max_num_queries(len(before)):
        assert len(read_followup(ask(worker, community)).rows) == 3
