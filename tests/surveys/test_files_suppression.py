"""Blanking of rare combinations: what holds whatever the counts are."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from surveys.files.local_suppression import blank_rare

K = 5
places = st.sampled_from(["", "1", "2", "3"])
combinations = st.tuples(places, places, places)
counted = st.dictionaries(combinations, st.integers(1, 9), max_size=25)


def share(counts, became):
    """Return how many rows share what combinations became."""
    now = Counter()
    for old, new in became.items():
        now[new] += counts[old]
    return now


@given(counted)
def test_blanked_combinations_are_shared_by_k_rows_or_by_all(counts):
    became = blank_rare(counts, k=K)

    for combination, rows in share(counts, became).items():
        assert rows >= K or (rows == sum(counts.values()) and not any(combination))


@given(counted)
def test_blanking_changes_nothing_but_to_blank(counts):
    became = blank_rare(counts, k=K)

    assert became.keys() == counts.keys()
    for old, new in became.items():
        assert all(after in (before, "") for before, after in zip(old, new, strict=True))


@given(counted)
def test_blanking_does_not_depend_on_the_order_of_rows(counts):
    backwards = dict(reversed(counts.items()))

    assert blank_rare(counts, k=K) == blank_rare(backwards, k=K)


@given(st.dictionaries(combinations, st.integers(K, 9), max_size=25))
def test_common_combinations_stay_as_they_are(counts):
    assert blank_rare(counts, k=K) == {one: one for one in counts}


def test_the_place_that_settles_most_rows_is_blanked():
    counts = {("1", "1"): 3, ("1", "2"): 3, ("2", "3"): 9}

    became = blank_rare(counts, k=K)

    assert set(became.values()) == {("1", ""), ("2", "3")}


def test_a_single_blank_row_gets_company():
    counts = {("1",): 1, ("2",): 9, ("3",): 8}

    became = blank_rare(counts, k=K)

    assert became == {("1",): ("",), ("2",): ("2",), ("3",): ("",)}
