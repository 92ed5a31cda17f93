"""Cells against an independent recount, and the counting rules of domain.md §3, each named."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities.actions import cancel_activity
from activities.models import Outsider
from grids.models import GroupMembership, PopulationGroup, Residence
from indicators.areas import AreaRef
from indicators.engine.cells import find_dirty_communities, refresh_community
from indicators.figures import Reach, read_held
from indicators.models import ActivityCell, DirtyMark, ReachCell
from indicators.periods import Period
from tests.indicators.recount import read_cells, recount


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def quarter(today) -> Period:
    return Period.containing(today, "quarter")


@pytest.fixture
def refresh(today):
    """Recompute whatever is dirty."""

    def run() -> None:
        for community_id in find_dirty_communities(today):
            refresh_community(community_id)

    return run


def read(area, period: Period, grouping: str = "all") -> Reach:
    """Return the stored numbers of one cell."""
    level = type(area).__name__.lower()
    cell = ReachCell.objects.get(level=level, area_id=area.pk, period=period.code, grouping=grouping)
    return Reach(*(getattr(cell, name) for name in Reach.__dataclass_fields__))


def test_cells_equal_the_independent_recount(register, worker, grids, community, neighbour_community, today, refresh):
    from tests.register import make_grids

    far = make_grids(neighbour_community, "第一网格")[0]
    old = register.resident(grids[0], born=date(1950, 3, 1), groups=["retired", "party_member"])
    young = register.resident(grids[0], born=today - timedelta(days=20 * 365), since=today - timedelta(days=200))
    mover = register.resident(grids[1], until=today - timedelta(days=100), groups=["floating"])
    Residence.objects.create(resident=mover, grid=far, since=today - timedelta(days=100))
    gone = register.resident(grids[1], until=today - timedelta(days=400))
    for days in (0, 3, 40, 95, 150, 380, 700):
        day = today - timedelta(days=days)
        register.activity(community, worker, old, *([mover] if days > 90 else [young]), day=day)
    register.activity(community, worker, gone, day=today - timedelta(days=500))
    register.activity(neighbour_community, worker, mover, day=today - timedelta(days=2))
    refresh()
    assert read_cells() == recount(today)


def test_increments_give_the_same_cells_as_a_rebuild(register, worker, grids, community, today, refresh):
    people = [register.resident(grids[n % 2]) for n in range(4)]
    refresh()
    activity = register.activity(community, worker, *people[:3], day=today - timedelta(days=35))
    refresh()
    cancel_activity(activity, reason="登记错了", by=worker)
    register.activity(community, worker, people[3])
    people[0].spells.update(until=today)
    refresh()
    incremental = read_cells()
    ReachCell.objects.all().delete()
    refresh_community(community.pk, everything=True)
    assert read_cells() == incremental == recount(today)


def test_rule_1_parents_are_sums_of_numbers_never_means_of_rates(register, worker, grids, community, quarter, refresh):
    reached = register.resident(grids[0])
    for _ in range(3):
        register.resident(grids[1])
    register.activity(community, worker, reached)
    refresh()
    parent = read(community, quarter)
    assert (parent.reached, parent.population) == (1, 4)


def test_rule_2_who_left_by_the_reference_date_is_out(register, grids, quarter, today, refresh):
    register.resident(grids[0], until=today)
    register.resident(grids[0], until=today + timedelta(days=1))
    refresh()
    assert read(grids[0], quarter).population == 1


def test_rule_3_a_person_counts_once_however_often(register, worker, resident, community, grids, quarter, refresh):
    for _ in range(3):
        register.activity(community, worker, resident)
    refresh()
    reach = read(grids[0], quarter)
    assert (reach.reached, reach.contacts, reach.active) == (1, 3, 1)


def test_rule_3_a_cancelled_activity_reaches_nobody(register, worker, resident, community, grids, quarter, refresh):
    activity = register.activity(community, worker, resident)
    refresh()
    assert read(grids[0], quarter).reached == 1
    cancel_activity(activity, reason="重复", by=worker)
    refresh()
    assert read(grids[0], quarter).reached == 0


def test_rule_4_unnamed_people_add_to_contacts_only(register, worker, resident, community, grids, quarter, refresh):
    register.activity(community, worker, unnamed_count=30)
    refresh()
    assert read(grids[0], quarter).reached == 0
    cell = ActivityCell.objects.get(level="community", area_id=community.pk, period=quarter.code)
    assert (cell.held, cell.named, cell.unnamed) == (1, 0, 30)


def test_rule_5_an_outsider_never_lifts_reach(
    register, worker, foreign_grid, resident, community, grids, quarter, refresh
):
    visitor = register.resident(foreign_grid)
    register.activity(community, worker, visitor)
    refresh()
    assert read(community, quarter).reached == 0
    assert read(foreign_grid, quarter).reached == 1


def test_rule_5_a_named_outsider_counts_in_contacts_and_not_in_reach(
    register, worker, resident, community, grids, quarter, refresh
):
    activity = register.activity(community, worker, resident, unnamed_count=2)
    refresh()
    Outsider.objects.create(activity=activity, name="赵云")
    refresh()
    held = read_held(AreaRef.to(community), quarter)
    assert (held.named, held.outsiders, held.identified, held.contacts) == (1, 1, 2, 4)
    assert read(community, quarter).reached == 1


def test_visits_are_no_activities_in_the_figures_of_what_was_held(
    register, worker, resident, community, quarter, refresh
):
    register.activity(community, worker, resident, kind="入户走访")
    refresh()
    assert read_held(AreaRef.to(community), quarter).held == 0
    assert read(community, quarter).reached == 1


def test_rule_6_overlapping_groups_count_each_alone_and_once_in_all(
    register, worker, grids, community, quarter, refresh
):
    both = register.resident(grids[0], groups=["retired", "party_member"])
    register.activity(community, worker, both)
    refresh()
    assert [read(grids[0], quarter, code).reached for code in ("retired", "party_member", "all")] == [1, 1, 1]


def test_rule_12_a_late_entry_changes_the_live_figure(register, worker, resident, community, grids, today, refresh):
    before = Period.containing(today - timedelta(days=120), "month")
    refresh()
    assert read(grids[0], before).reached == 0
    register.activity(community, worker, resident, day=before.start)
    refresh()
    assert read(grids[0], before).reached == 1


def test_back_dated_entry_corrects_later_periods(register, worker, resident, community, grids, today, refresh):
    month = Period.containing(today, "month")
    register.activity(community, worker, resident)
    refresh()
    assert read(grids[0], month).newcomers == 1
    register.activity(community, worker, resident, day=today - timedelta(days=300))
    refresh()
    assert read(grids[0], month).newcomers == 0


def test_group_that_is_deleted_loses_its_cells(register, grids, quarter, refresh):
    register.resident(grids[0], groups=["laid_off"])
    refresh()
    PopulationGroup.objects.get(code="laid_off").delete()
    refresh()
    assert not ReachCell.objects.filter(grouping="laid_off").exists()


def test_unchanged_figures_keep_their_rows(resident, community, refresh):
    refresh()
    versions = list(ReachCell.objects.order_by("pk").values_list("pk"))
    refresh_community(community.pk, everything=True)
    assert list(ReachCell.objects.order_by("pk").values_list("pk")) == versions


def test_new_day_makes_every_community_dirty(community, grids, refresh, today):
    refresh()
    assert find_dirty_communities(today) == []
    assert find_dirty_communities(today + timedelta(days=1)) == [community.pk]


def marks_after(change) -> set[tuple]:
    """Return the (community, grid) marks that a change leaves."""
    DirtyMark.objects.all().delete()
    change()
    return set(DirtyMark.objects.values_list("community_id", "grid_id"))


def test_marks_follow_people_to_where_they_live(register, worker, resident, community, grids):
    marks = marks_after(lambda: register.activity(community, worker, resident))
    assert marks == {(community.pk, None), (community.pk, grids[0].pk)}


def test_update_that_moves_no_figure_marks_nothing(register, worker, resident, community):
    activity = register.activity(community, worker, resident)

    def rename() -> None:
        activity.title = "改个名字"
        activity.save()

    assert marks_after(rename) == set()


def test_marks_of_membership_birth_date_and_move(resident, grids, community, today):
    group = PopulationGroup.objects.get(code="retired")
    here = {(community.pk, grids[0].pk)}
    assert marks_after(lambda: GroupMembership.objects.create(resident=resident, group=group, since=today)) == here
    assert marks_after(lambda: type(resident).objects.update(birth_date=date(1950, 1, 1))) == here
    assert marks_after(lambda: Residence.objects.update(grid=grids[1])) == here | {(community.pk, grids[1].pk)}


def test_deleting_an_activity_marks_its_people(register, worker, resident, community, grids):
    activity = register.activity(community, worker, resident)
    assert marks_after(activity.delete) == {(community.pk, None), (community.pk, grids[0].pk)}
