"""The cells of tallies: filled a little after the reach cells, summed upwards, and no change lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from grids.models import Appointment, Building
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.engine import cells, tallying
from indicators.engine.cells import refresh_all
from indicators.engine.session import LOCKS
from indicators.engine.tallying import find_untallied, tally_all, tally_community
from indicators.models import Freshness, RefreshAttempt, TallyCell
from indicators.periods import Period
from indicators.tallies import TALLIES
from indicators.tasks import tally_figures
from tests.indicators.threads import in_other_connection
from tests.register import make_grids
from visits.actions import close_need
from visits.models import Need, NeedKind


@pytest.fixture(autouse=True)
def very_few_periods(settings):
    settings.CELL_MONTHS = 1


@pytest.fixture
def today():
    return timezone.localdate()


def settle() -> None:
    """Refresh what is dirty, and count tallies as the task does, without the rest between two counts."""
    refresh_all(timezone.localdate())
    Freshness.objects.update(tallied_at=None)
    tally_figures()


def read(area, indicator: str = "R-21", kind: str = "month") -> tuple[int, int] | None:
    """Return numerator and denominator of a cell."""
    code = Period.containing(timezone.localdate(), kind).code
    cells = TallyCell.objects.filter(level=type(area).__name__.lower(), area_id=area.pk, period=code)
    return cells.filter(indicator=indicator).values_list("numerator", "denominator").first()


def test_cells_of_all_levels(worker, resident, grids, community, street, district):
    settle()
    assert [read(area) for area in (*grids, community, street, district)] == [(1, 1), (0, 1), (1, 2), (1, 2), (1, 2)]


def test_street_sums_its_communities(worker, resident, grids, community, neighbour_community, street):
    make_grids(neighbour_community, "第一网格")
    settle()
    assert (read(neighbour_community), read(street)) == ((0, 1), (1, 3))


def test_change_is_counted_at_the_next_turn(worker, resident, grids, community):
    settle()
    Appointment.objects.create(user=worker, grid=grids[1], since=timezone.localdate())
    settle()
    assert read(community) == (2, 2)


def test_cell_that_has_nothing_to_count_any_more_goes(resident, grids, community, street):
    building = Building.objects.create(grid=grids[0], name="1号楼")
    settle()
    assert read(community, "R-22") == (0, 1)
    building.delete()
    settle()
    assert [read(area, "R-22") for area in (grids[0], community, street)] == [None, None, None]


def test_equal_rows_are_not_touched(worker, resident, community):
    settle()
    before = list(TallyCell.objects.order_by("pk").extra(select={"xmin": "xmin::text"}).values_list("pk", "xmin"))
    tally_community(community.pk)
    after = list(TallyCell.objects.order_by("pk").extra(select={"xmin": "xmin::text"}).values_list("pk", "xmin"))
    assert before
    assert after == before


def test_fresh_community_is_not_counted_again(resident, community):
    settle()
    assert find_untallied(timezone.now() + timedelta(hours=1)) == []
    assert tally_community(community.pk, only_waiting=True) is False


def test_storm_is_counted_once_in_a_while(resident, community, settings):
    refresh_all(timezone.localdate())
    now = timezone.now()
    Freshness.objects.update(tallied_at=now)
    assert find_untallied(now + timedelta(seconds=settings.TALLY_SECONDS - 1)) == []
    assert find_untallied(now + timedelta(seconds=settings.TALLY_SECONDS)) == [community.pk]


def test_clock_that_was_set_back_keeps_nobody_waiting(resident, community):
    refresh_all(timezone.localdate())
    now = timezone.now()
    Freshness.objects.update(tallied_at=now + timedelta(days=30))
    assert find_untallied(now) == [community.pk]


def test_longest_waiting_first(resident, register, community, neighbour_community, today):
    register.resident(make_grids(neighbour_community, "第一网格")[0])
    refresh_all(today)
    now = timezone.now()
    Freshness.objects.filter(community=community).update(tallied_at=now - timedelta(hours=1))
    Freshness.objects.filter(community=neighbour_community).update(tallied_at=now - timedelta(hours=2))
    assert find_untallied(now) == [neighbour_community.pk, community.pk]


def test_parked_community_waits(resident, community, settings, today):
    refresh_all(today)
    RefreshAttempt.objects.create(
        community=community, attempts=settings.REFRESH_ATTEMPTS, started_at=timezone.now(), reason="x"
    )
    assert find_untallied(timezone.now()) == []


def test_failure_of_one_community_does_not_stop_the_others(
    resident, register, community, neighbour_community, monkeypatch, today, caplog
):
    register.resident(make_grids(neighbour_community, "第一网格")[0])
    refresh_all(today)
    count = tallying.count_tallies

    def fail_once(community_id, today):
        if community_id == community.pk:
            raise RuntimeError
        return count(community_id, today)

    monkeypatch.setattr(tallying, "count_tallies", fail_once)
    tally_all()
    assert (read(community), read(neighbour_community)) == (None, (0, 1))
    assert "could not be counted" in caplog.text
    assert find_untallied(timezone.now()) == []  # rests like any other


def test_ring_leaves_the_rest_to_the_next_one(resident, register, community, neighbour_community, monkeypatch, today):
    register.resident(make_grids(neighbour_community, "第一网格")[0])
    refresh_all(today)
    monkeypatch.setattr(tallying, "SLICE_SECONDS", -1)
    tally_all()
    assert len(find_untallied(timezone.now())) == 1


@pytest.fixture
def overtaken(monkeypatch, grids, worker):
    """Let somebody be appointed, and the change be settled, while the tallies are counted."""
    count = tallying.count_tallies

    def count_and_be_overtaken(*args):
        rows = count(*args)

        def change() -> None:
            Appointment.objects.create(user=worker, grid=grids[1], since=timezone.localdate())
            refresh_all(timezone.localdate())

        in_other_connection(change)
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(tallying, "count_tallies", count_and_be_overtaken)
        yield patch


@pytest.mark.django_db(transaction=True)
def test_change_that_commits_during_a_count_is_counted_later(resident, grids, community, overtaken):
    settle()
    overtaken.undo()
    assert read(community) == (1, 2)
    assert find_untallied(timezone.now() + timedelta(hours=1)) == [community.pk]
    settle()
    assert read(community) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_negative_control_a_mark_read_after_the_count_loses_the_change(resident, grids, community, overtaken):
    """Were tallied_for what computed_at is at the end of the count, the figure would stay stale."""
    settle()
    overtaken.undo()
    Freshness.objects.update(tallied_for=Freshness.objects.get().computed_at)
    settle()
    assert read(community) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_community_that_another_worker_counts_is_skipped(resident, community):
    refresh_all(timezone.localdate())

    def skipped() -> None:
        assert tally_community(community.pk, only_waiting=True) is False

    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s, %s)", [LOCKS["tally_community"], community.pk])
        try:
            in_other_connection(skipped)
        finally:
            cursor.execute("select pg_advisory_unlock_all()")


@pytest.mark.django_db(transaction=True)
def test_two_workers_of_one_street_sum_both(monkeypatch, register, resident, community, neighbour_community, street):
    register.resident(make_grids(neighbour_community, "第一网格")[0])
    shown = count_two_communities_at_once(monkeypatch, community, neighbour_community)
    assert shown == 3


@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_streets_lock_one_sum_is_lost(
    monkeypatch, register, resident, community, neighbour_community, street
):
    register.resident(make_grids(neighbour_community, "第一网格")[0])
    monkeypatch.setattr(cells, "lock", lambda level, area_id: None)
    assert count_two_communities_at_once(monkeypatch, community, neighbour_community) < 3


def count_two_communities_at_once(monkeypatch, community, neighbour_community) -> int:
    """Tally two communities of a street, the second while the first is about to commit; return the street's grids."""
    refresh_all(timezone.localdate())
    write = tallying.write
    started = threading.Event()
    second = threading.Thread(target=lambda: (tally_community(neighbour_community.pk), connections.close_all()))

    def write_slowly(*args) -> None:
        write(*args)
        if not started.is_set():
            started.set()
            second.start()
            second.join(timeout=1.5)  # held up by the street's lock, or done where there is none

    with monkeypatch.context() as patch:
        patch.setattr(tallying, "write", write_slowly)
        tally_community(community.pk)
        second.join(timeout=30)
    code = Period.containing(timezone.localdate(), "month").code
    return TallyCell.objects.get(level="street", period=code, indicator="R-21").denominator


@pytest.fixture
def busy_street(register, worker, grids, make_door, make_plan, call, community, today):
    """Homes in two grids, one of them visited for a plan, with a need; posts; an activity reported late."""
    start = Period.containing(today, "month").start
    met = register.resident(grids[0], groups=["party_member", "hardship"])
    missed = register.resident(grids[1], groups=["party_member", "hardship", "unemployed"])
    doors = make_door("301", met), make_door("101", missed, building="9号楼", grid=grids[1])
    plan = make_plan(groups=["hardship"], starts_on=start, ends_on=today)
    checks = make_plan(interval_days=1, starts_on=start - timedelta(days=40))
    need = Need(kind=NeedKind.objects.first(), due_on=today)
    visit = call(doors[0], "done", met, plans=[plan, checks], need=need)
    close_need(visit.needs.get(), result="done", by=worker)
    call(doors[1], "not_home", plans=[plan])
    register.activity(community, worker, met)
    Appointment.objects.create(
        resident=met, grid=grids[0], building=doors[0].building, post="building_head", since=start
    )
    Appointment.objects.create(resident=met, grid=grids[0], post="grid_head", since=start)


LISTED = (
    *("S1-10", "S1-11", "S1-12", "S1-16", "S1-17", "S3-16", "S0-70", "S0-61", "S4-03"),
    *("R-10", "R-11", "R-12", "R-13", "R-14", "R-20", "R-21", "R-22", "R-23", "R-24"),
)


@pytest.mark.parametrize("id", LISTED)
def test_item_stands_once_in_a_period_and_lists_are_as_long_as_the_figure(
    id, busy_street, grids, community, street, today
):
    settle()
    indicator = CATALOGUE[id]
    period = Period.containing(today, indicator.periods[0])
    items = list(TALLIES[id].find([community.pk], period, today))
    assert items
    assert len({item.id for item in items}) == len(items)
    for area in (grids[0], community, street):
        if AreaRef.to(area).level == "grid" and indicator.measure.lowest != "grid":
            continue
        figure = indicator.answer(AreaRef.to(area), period)
        behind = indicator.measure.behind(AreaRef.to(area), period, "all")
        assert (behind.numerator.count(), behind.denominator.count()) == (figure.numerator, figure.denominator)


def test_number_of_queries_does_not_grow_with_grids(
    resident, community, grids, django_assert_max_num_queries, register
):
    for grid in make_grids(community, *(f"第{number}网格" for number in range(3, 9))):
        register.resident(grid)
    refresh_all(timezone.localdate())
    with django_assert_max_num_queries(80):
        tally_community(community.pk)
