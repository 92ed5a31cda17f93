"""The worker's own grids on the home page: whom they leave out most, and where that is turned into work."""

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.own_grids import read_own_grids
from indicators.engine.cells import refresh_community
from indicators.periods import Period

QUARTER = Period.containing(timezone.localdate(), "quarter")


@pytest.fixture
def people(register, worker, grids, community):
    """In the worker's grid five retired people, one reached, and three young ones; in the other grid, more."""
    retired = [register.resident(grids[0], groups=["retired"]) for _number in range(5)]
    for _number in range(3):
        register.resident(grids[0], groups=["youth"])
    for _number in range(9):
        register.resident(grids[1], groups=["hardship"])
    register.activity(community, worker, retired[0])
    refresh_community(community.pk)


def test_largest_gap_is_the_group_with_most_people_missed(people, worker, grids):
    own = read_own_grids(worker, QUARTER)
    assert [one.area.code for one in own] == [grids[0].code]
    assert (own[0].gap.name, own[0].gap.missed) == ("离退休人员", 4)


def test_grid_links_to_its_coverage_and_to_the_gap(people, client, worker, grids):
    client.force_login(worker)
    text = client.get("/").content.decode()
    assert f"{reverse('dashboards:page', args=[grids[0].code, 'coverage'])}?period={QUARTER.code}" in text
    gap = f"{reverse('dashboards:page', args=[grids[0].code, 'gap'])}?period={QUARTER.code}&amp;grouping=retired"
    assert gap in text
    assert "差得最多：离退休人员 4 人" in text


def test_links_of_the_grid_open(people, client, worker):
    own = read_own_grids(worker, QUARTER)[0]
    client.force_login(worker)
    assert [client.get(url).status_code for url in (own.url, own.gap.url)] == [200, 200]


def test_grid_in_which_everybody_was_reached_has_no_gap(register, worker, grids, community):
    register.activity(community, worker, register.resident(grids[0], groups=["retired"]))
    refresh_community(community.pk)
    assert read_own_grids(worker, QUARTER)[0].gap is None


def test_grid_without_anybody_has_no_gap(worker, grids):
    assert read_own_grids(worker, QUARTER)[0].gap is None


def test_queries_do_not_grow_with_the_grids(people, worker, grids, django_assert_num_queries):
    with django_assert_num_queries(3):
        read_own_grids(worker, QUARTER)
    grids[1].appointments.create(user=worker, since=QUARTER.start)
    with django_assert_num_queries(3):
        assert len(read_own_grids(worker, QUARTER)) == 2
