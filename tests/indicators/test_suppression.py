"""Counting rule 9: person counts 1-4 stay hidden outside the own community, and cannot be worked out."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from communities.models import Community
from grids.groupings import AGE_BANDS, years_before
from indicators.areas import AreaRef
from indicators.engine.cells import refresh_all
from indicators.figures import Reach
from indicators.indicator import Figure
from indicators.periods import Period
from indicators.suppression import Shown, find_hidden_cells, hide_others, is_telling
from tests.register import make_grids


@pytest.mark.parametrize(("population", "reached"), [(4, 0), (40, 3), (40, 38), (1, 1)])
def test_small_counts_and_small_differences_are_telling(population, reached):
    assert is_telling(Figure(reached, population))


@pytest.mark.parametrize(("population", "reached"), [(40, 0), (40, 40), (40, 20), (0, 0)])
def test_other_counts_are_not(population, reached):
    assert not is_telling(Figure(reached, population))


def test_hidden_cell_says_nothing_of_who_was_reached():
    cell = Shown(Reach(population=40, reached=2), hidden=True)
    assert (cell.population, cell.reached, cell.missed, cell.rate) == ("40", "—", "—", None)
    assert Shown(Reach(population=3), hidden=True).population == "—"


def test_nobody_gives_no_rate():
    assert Shown(Reach()).rate is None


def sizes_of(numbers: list[int]) -> dict:
    """Return places of one family with these numbers of people."""
    return {(number, "2026", ("all",)): size for number, size in enumerate(numbers)}


def test_single_hidden_one_takes_the_smallest_other_with_it():
    assert hide_others(1, sizes_of([90, 60]), is_sum_known=True) == {(1, "2026", ("all",))}


@given(st.integers(0, 3), st.lists(st.integers(0, 60), max_size=6), st.booleans())
def test_what_is_hidden_cannot_be_worked_out_from_the_sum(hidden, sizes, is_sum_known):
    more = hide_others(hidden, sizes_of(sizes), is_sum_known=is_sum_known)
    shown_with_people = [place for place, size in sizes_of(sizes).items() if size and place not in more]
    unknown = hidden + len(more)
    assert all(sizes_of(sizes)[place] for place in more)
    if shown_with_people:
        assert unknown != 1 if is_sum_known else unknown >= 1


@pytest.fixture
def period() -> Period:
    return Period.containing(timezone.localdate(), "month")


@pytest.fixture
def fill(register, worker, period):
    """Let people live in a grid, and some of them take part in something."""

    def run(grid, people: int, reached: int, **person) -> None:
        made = [register.resident(grid, **person) for _ in range(people)]
        if reached:
            register.activity(grid.community, worker, *made[:reached])

    return run


def hidden_names(areas, period: Period, grouping: str = "all") -> set[str]:
    """Return the names of the areas whose cell is hidden."""
    refs = [AreaRef.to(area) for area in areas]
    hidden = find_hidden_cells(refs, [period], [grouping])
    return {ref.name for ref in refs if (ref.level, ref.id, period.code, grouping) in hidden}


def test_parts_of_a_hidden_community_do_not_add_up_to_it(community, neighbour_community, grids, fill, period):
    """多福 is hidden only because its neighbour is small: its own grids must not tell what it has."""
    fill(grids[0], 20, 10)
    fill(grids[1], 30, 15)
    fill(make_grids(neighbour_community, "邻里网格")[0], 12, 2)
    refresh_all(timezone.localdate())
    assert hidden_names([community, neighbour_community], period) == {community.name, neighbour_community.name}
    assert hidden_names(grids, period) == {grids[0].name}


def test_parts_of_a_shown_community_are_hidden_in_pairs(community, grids, fill, period):
    fill(grids[0], 20, 10)
    fill(grids[1], 30, 2)
    refresh_all(timezone.localdate())
    assert hidden_names([community], period) == set()
    assert hidden_names(grids, period) == {grids[0].name, grids[1].name}


def test_age_bands_are_hidden_together_in_two_areas(community, grids, fill, period):
    today = timezone.localdate()
    third = make_grids(community, "第三网格")[0]
    for grid, young in ((grids[0], 2), (grids[1], 10), (third, 20)):
        fill(grid, young, 0, born=years_before(today, 10))
        fill(grid, 15, 7, born=years_before(today, 45))
    refresh_all(today)
    assert hidden_names([*grids, third], period, "age_36_59") == {grids[0].name, grids[1].name}


def test_bands_do_not_add_up_to_a_number_that_is_hidden_for_its_neighbours_sake(
    community, neighbour_community, grids, fill, period
):
    today = timezone.localdate()
    fill(make_grids(neighbour_community, "邻里网格")[0], 12, 2, born=years_before(today, 45))
    fill(grids[0], 20, 10, born=years_before(today, 10))
    third = Community.objects.create(code="990101001003", name="三号社区", street=community.street)
    large = make_grids(third, "大网格")[0]
    fill(large, 60, 30, born=years_before(today, 45))
    fill(large, 3, 0, born=years_before(today, 10))  # hides the bands here, so that none are hidden in the first for it
    refresh_all(today)
    places = [community, neighbour_community, third]
    hidden = {name for band in AGE_BANDS for name in hidden_names(places, period, band.code)}
    assert hidden_names(places, period) <= hidden != set()


def test_union_is_hidden_where_its_rest_is_small(grids, fill, period):
    old = years_before(timezone.localdate(), 70)
    fill(grids[0], 20, 10, born=old)
    fill(grids[0], 10, 5)
    fill(grids[0], 2, 0, groups=["hardship"])
    refresh_all(timezone.localdate())
    assert hidden_names(grids[:1], period, "old_young_hardship") == {grids[0].name}
    assert hidden_names(grids[:1], period, "age_70") == set()


def test_deciding_takes_as_many_queries_however_many_areas(
    community, grids, fill, period, django_assert_max_num_queries
):
    more = make_grids(community, *(f"网格{number}" for number in range(8)))
    for grid in (*grids, *more):
        fill(grid, 6, 6)
    refresh_all(timezone.localdate())
    with django_assert_max_num_queries(7):
        hidden_names([*grids, *more], period)
