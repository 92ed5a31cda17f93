"""The pure rules: what is put together, what is hidden, and that a hidden cell can have another value."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveys.results.disclosure import coarsen, cut_into_bins, hide


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8), st.booleans())
def test_each_category_has_nobody_or_k_at_least(counts, is_ordered):
    groups = coarsen(counts, k=10, is_ordered=is_ordered)
    assume(groups)  # fails when most are None
    assert sorted(i for group in groups for i in group) == list(range(len(counts)))
    assert all(sum(counts[i] for i in group) not in range(1, 10) for group in groups)


def test_categories_stay_apart_where_they_can():
    assert coarsen([10, 3, 8, 0, 20], k=10, is_ordered=True) == [(0,), (1, 2), (3,), (4,)]


@given(st.lists(st.lists(st.integers(0, 25), min_size=3, max_size=3), min_size=3, max_size=3))
def test_hidden_cells_of_a_line_are_many_or_all(table):
    primary = {(i, j) for i in range(3) for j in range(3) if 0 < table[i][j] < 10}
    hidden = hide(table, k=10, primary=primary)
    assume(hidden)
    for line in ([(i, j) for j in range(3)] for i in range(3)):
        inside = [cell for cell in line if cell in hidden]
        total = sum(table[i][j] for i, j in inside)
        visible = sum(table[i][j] for i, j in line if (i, j) not in hidden)
        assert not inside or total >= 10 or not visible


def test_single_small_cell_takes_three_others_with_it():
    hidden = hide([[3, 20, 30], [40, 50, 60], [70, 80, 90]], k=10, primary={(0, 0)})
    assert hidden == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(("count", "bins"), [(9, 0), (25, 2), (100, 5)])
def test_bins_hold_k_at_least(count, bins):
    cuts = cut_into_bins([(float(number), 1) for number in range(count)], k=10)
    assert len(cuts) == max(bins - 1, 0)
