"""The list of gaps: ranked as a plain count over people, without what is hidden, with what stands beside it."""

from datetime import date

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.gaps.finding import list_tables, read_gaps
from dashboards.gaps.naming import name_groupings
from dashboards.gaps.work import plan_visits
from grids.population import population_on
from tests.dashboards.asking import ask, quarter, refresh
from tests.dashboards.gap_help import gap_of, settle
from tests.register import make_grids


@pytest.fixture
def street_life(register, worker, community, neighbour_community, grids):
    """Two communities: in the first 12 and 9 retired people of whom 5 came, 3 of hardship; in the second 20 young."""
    retired = [register.resident(grids[n % 2], groups=["retired"]) for n in range(18)]
    retired += [register.resident(grids[0], groups=["retired"]) for _n in range(3)]
    for _n in range(3):
        register.resident(grids[1], groups=["hardship"])
    far = make_grids(neighbour_community, "第一网格")[0]
    young = [register.resident(far, groups=["youth"], born=date(2010, 5, 1)) for _n in range(20)]
    register.activity(community, worker, *retired[0:10:2])
    register.activity(neighbour_community, worker, *young[:6])
    refresh()
    return far


def count_by_hand(grids):
    """Return (grid, grouping, missed), counted person by person."""
    period, found = quarter(), []
    for grid in grids:
        for grouping in name_groupings():
            people = population_on(period.reference(timezone.localdate()), grid, grouping)
            came = [
                person
                for person in people
                if any(part.activity.held_on >= period.start for part in person.participations.all())
            ]
            if missed := len(people) - len(came):
                found.append((grid.pk, grouping, missed))
    return found


def test_ranking_equals_a_count_over_people(street_life, community, worker, grids):
    found = read_gaps(ask(worker, community, family="all")).gaps
    expected = sorted(count_by_hand(grids), key=lambda row: -row[2])
    assert [row.missed for row in found] == [missed for _grid, _group, missed in expected]
    assert {(row.grid.id, row.grouping, row.missed) for row in found} == set(expected)


def test_family_keeps_groups_or_ages(street_life, community, worker):
    groups = {row.grouping for row in read_gaps(ask(worker, community)).gaps}
    ages = {row.grouping for row in read_gaps(ask(worker, community, family="ages")).gaps}
    assert (groups, ages) == ({"retired", "hardship"}, {"age_36_59"})


def test_hidden_gap_is_not_listed_above_the_community(street_life, street, street_officer, community, worker):
    above = {(row.grid.name, row.grouping) for row in read_gaps(ask(street_officer, street)).gaps}
    inside = {(row.grid.name, row.grouping) for row in read_gaps(ask(worker, community)).gaps}
    assert ("第二网格", "hardship") in inside - above
    assert {grouping for _grid, grouping in above} == {"retired", "youth"}


def test_street_lists_one_community_if_asked(street_life, street, street_officer, neighbour_community):
    found = read_gaps(ask(street_officer, street, community=neighbour_community.code)).gaps
    assert [(row.grid.code, row.grouping, row.missed, row.percent) for row in found] == [
        (street_life.code, "youth", 14, 30.0)
    ]


@pytest.mark.parametrize("filters", [{"family": "x"}, {"community": "990101002001"}, {"community": "x"}])
def test_nonsense_and_foreign_filters_are_not_found(street_life, street, street_officer, foreign_community, filters):
    with pytest.raises(Http404):
        read_gaps(ask(street_officer, street, **filters))


def test_community_page_knows_no_filter_by_community(street_life, community, worker):
    with pytest.raises(Http404):
        read_gaps(ask(worker, community, community=community.code))


def test_rate_of_the_street_stands_beside(street_life, street, street_officer):
    rates = {row.grouping: row.around for row in read_gaps(ask(street_officer, street)).gaps}
    assert rates == {"retired": round(5 / 21 * 100, 1), "youth": 30.0}


def test_worker_is_not_told_a_rate_that_a_few_elsewhere_make(
    street_life, register, neighbour_community, community, worker
):
    def told():
        return {row.grouping: row.around for row in read_gaps(ask(worker, community)).gaps}["retired"]

    assert told() == round(5 / 21 * 100, 1)
    for _n in range(2):
        register.resident(street_life, groups=["retired"])
    refresh()
    assert told() is None


def test_page_lists_the_first_and_files_all(street_life, community, worker, monkeypatch):
    monkeypatch.setattr("dashboards.gaps.finding.SHOWN", 1)
    content = read_gaps(ask(worker, community))
    page, file = content.first, list_tables(content)[0]
    assert (len(page.rows), len(page.urls), len(file.rows)) == (1, 1, 3)
    assert (page.code, page.rows[0]) == (file.code, file.rows[0])
    assert "最多的 1 个" in str(page.note)
    assert not file.note


def test_open_work_stands_beside_its_gap(street_life, community, worker, grids):
    people = population_on(timezone.localdate(), grids[0], "retired")
    settle(people, grids[0], doors=2)
    plan_visits(gap=gap_of(grids[0]), by=worker)
    works = {(row.grid.id, row.grouping): row.work for row in read_gaps(ask(worker, community)).gaps}
    assert works[grids[0].pk, "retired"].startswith("走访，到 ")
    assert works[grids[1].pk, "retired"] == ""


def test_area_without_people_says_so(street, street_officer):
    assert not read_gaps(ask(street_officer, street)).is_inhabited


def test_list_reads_a_constant_number_of_queries(
    street_life, register, street, street_officer, neighbour_community, django_assert_max_num_queries
):
    with CaptureQueriesContext(connection) as before:
        read_gaps(ask(street_officer, street, family="all"))
    for grid in make_grids(neighbour_community, "第二网格", "第三网格", "第四网格"):
        for _n in range(6):
            register.resident(grid, groups=["retired", "youth"])
    refresh()
    with django_assert_max_num_queries(len(before)):
        assert len(read_gaps(ask(street_officer, street, family="all")).gaps) > 10
