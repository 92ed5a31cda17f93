"""Coverage: levels apart, links of today only, no abolished grid, and as many queries however much there is."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from grids.models import Building, Grid
from party.coverage import read_coverage
from party.models import Organisation, OrganisationLink
from tests.register import make_grids

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def link(branch):
    """Link the branch to an area since long ago."""

    def make(since=LONG_AGO, organisation=None, **place):
        return OrganisationLink.objects.create(organisation=organisation or branch, since=since, **place)

    return make


@pytest.fixture
def buildings(grids):
    return [Building.objects.create(grid=grid, name=f"{number}号楼") for grid in grids for number in (10, 2)]


def measure(user):
    """Return covered and all of the three levels of the user's first community."""
    row = read_coverage(user, timezone.localdate())[0]
    return [(level.covered, level.all) for level in (row.itself, row.grids, row.buildings)]


def test_levels_stand_apart(link, community, grids, buildings, worker):
    assert measure(worker) == [(0, 1), (0, 2), (0, 4)]
    link(community=community)
    assert measure(worker) == [(1, 1), (0, 2), (0, 4)]
    link(grid=grids[0])
    assert measure(worker) == [(1, 1), (1, 2), (0, 4)]
    link(building=buildings[3])
    assert measure(worker) == [(1, 1), (1, 2), (1, 4)]


def test_area_linked_by_two_is_covered_once(link, grids, other_branch, worker):
    link(grid=grids[0])
    link(grid=grids[0], organisation=other_branch)
    assert measure(worker)[1] == (1, 2)


def test_only_links_of_today_count(link, grids, worker):
    today = timezone.localdate()
    link(grid=grids[0], until=today)
    link(grid=grids[1], since=today + timedelta(1))
    assert measure(worker)[1] == (0, 2)


def test_dissolved_organisation_covers_nothing(link, branch, grids, worker):
    link(grid=grids[0])
    Organisation.objects.filter(pk=branch.pk).update(closed_on=timezone.localdate())
    assert measure(worker)[1] == (0, 2)


def test_abolished_grid_is_no_gap(grids, buildings, worker):
    Grid.objects.filter(pk=grids[1].pk).update(valid_to=timezone.localdate())
    assert measure(worker) == [(0, 1), (0, 1), (0, 2)]


def test_gaps_come_in_walking_order(buildings, worker):
    row = read_coverage(worker, timezone.localdate())[0]
    assert [building.name for building in row.buildings.gaps] == ["2号楼", "10号楼"] * 2


def test_street_reads_all_its_communities_and_no_others(street_officer, grids, neighbour_community, foreign_grid):
    rows = read_coverage(street_officer, timezone.localdate())
    assert [row.community.name for row in rows] == ["多福社区", "和平新村社区"]


def test_coverage_takes_as_many_queries_however_much_there_is(
    link, buildings, grids, neighbour_community, street_officer, django_assert_num_queries
):
    with django_assert_num_queries(4):
        read_coverage(street_officer, timezone.localdate())
    for grid in make_grids(neighbour_community, "甲", "乙", "丙"):
        link(grid=grid)
        link(building=Building.objects.create(grid=grid, name="1号楼"))
    with django_assert_num_queries(4):
        read_coverage(street_officer, timezone.localdate())
