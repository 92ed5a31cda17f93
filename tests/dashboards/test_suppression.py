"""Counting rule 9: person counts 1-4 stay hidden outside the own community, and cannot be worked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.suppression import hide_small, show_all
from indicators.figures import Reach


def reach(population: int, reached: int) -> Reach:
    return Reach(population=population, reached=reached)


@pytest.mark.parametrize(("population", "reached"), [(4, 0), (40, 3), (40, 38), (1, 1)])
def test_small_counts_and_small_differences_are_hidden(population, reached):
    shown = hide_small({"a": reach(population, reached)}, siblings=False)["a"]
    assert shown.hidden
    assert shown.rate is None
    assert str(reached) != shown.reached or reached == 0


@pytest.mark.parametrize(("population", "reached"), [(40, 0), (40, 40), (40, 20), (0, 0)])
def test_other_counts_are_shown(population, reached):
    shown = hide_small({"a": reach(population, reached)}, siblings=False)["a"]
    assert (shown.population, shown.reached) == (str(population), str(reached))


def test_nobody_gives_no_rate():
    assert show_all({"a": reach(0, 0)})["a"].rate is None


def test_single_hidden_sibling_takes_the_smallest_other_with_it():
    shown = hide_small({"a": reach(40, 2), "b": reach(90, 50), "c": reach(60, 30)}, siblings=True)
    assert {key for key, cell in shown.items() if cell.hidden} == {"a", "c"}


def test_own_community_sees_everything():
    assert show_all({"a": reach(40, 2)})["a"].reached == "2"


sizes = st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(st.lists(sizes, min_size=2, max_size=8))
def test_never_exactly_one_hidden_among_siblings_with_people(cells):
    numbered = {number: reach(*cell) for number, cell in enumerate(cells)}
    shown = hide_small(numbered, siblings=True)
    hidden = [key for key, cell in shown.items() if cell.hidden]
    visible_with_people = [key for key in numbered if key not in hidden and numbered[key].population]
    assert len(hidden) != 1 or not visible_with_people
