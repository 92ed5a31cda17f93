"""Who has a seat: laws that hold for any order of arrival, capacity and quotas, and the cases staff asks about."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.seats import Applicant, assign_seats

GROUPS = st.frozensets(st.sampled_from("ABC"))
CROWDS = st.lists(GROUPS, max_size=12).map(lambda groups: [Applicant(key, g) for key, g in enumerate(groups, start=1)])
QUOTAS = st.dictionaries(st.sampled_from("ABC"), st.integers(1, 4))
CAPACITIES = st.integers(0, 8)


def people(*groups: str) -> list[Applicant]:
    """Applicants numbered from 1 in order of arrival; each text names a person's groups."""
    return [Applicant(key, frozenset(names)) for key, names in enumerate(groups, start=1)]


@given(CROWDS, CAPACITIES, QUOTAS)
def test_everybody_is_in_one_list_and_no_seat_is_given_twice(crowd, capacity, quotas):
    seating = assign_seats(crowd, capacity, quotas)
    assert sorted(seating.seated + seating.waiting) == [person.key for person in crowd]
    assert len(seating.seated) <= capacity


@given(CROWDS, CAPACITIES, QUOTAS)
def test_seats_kept_for_a_group_go_to_nobody_else(crowd, capacity, quotas):
    seated = set(assign_seats(crowd, capacity, quotas).seated)
    entitled = [bool(person.groups & quotas.keys()) for person in crowd if person.key in seated]
    assert entitled.count(False) <= max(0, capacity - sum(quotas.values()))


@given(CROWDS, CAPACITIES, QUOTAS)
def test_nobody_overtakes_somebody_of_the_same_groups(crowd, capacity, quotas):
    seated = set(assign_seats(crowd, capacity, quotas).seated)
    alike = [(a, b) for a, b in combinations(crowd, 2) if a.groups == b.groups]
    assert [(a.key, b.key) for a, b in alike if b.key in seated and a.key not in seated] == []


@given(CROWDS, CAPACITIES, QUOTAS, st.data())
def test_cancellation_costs_nobody_a_seat(crowd, capacity, quotas, data):
    gone = data.draw(st.sampled_from(crowd)) if crowd else None
    before = set(assign_seats(crowd, capacity, quotas).seated)
    after = set(assign_seats([person for person in crowd if person != gone], capacity, quotas).seated)
    assert before - {gone.key if gone else 0} <= after


@given(CROWDS, CAPACITIES, QUOTAS)
def test_larger_capacity_costs_nobody_a_seat(crowd, capacity, quotas):
    before, after = (set(assign_seats(crowd, seats, quotas).seated) for seats in (capacity, capacity + 1))
    assert before <= after


@given(CROWDS, CAPACITIES, QUOTAS, GROUPS)
def test_late_comer_costs_nobody_a_seat(crowd, capacity, quotas, groups):
    before = assign_seats(crowd, capacity, quotas).seated
    after = assign_seats([*crowd, Applicant(99, groups)], capacity, quotas).seated
    assert after[: len(before)] == before


@given(CROWDS, CAPACITIES)
def test_without_quotas_the_first_have_seats(crowd, capacity):
    assert assign_seats(crowd, capacity).seated == tuple(person.key for person in crowd[:capacity])


@given(CROWDS, QUOTAS)
def test_without_capacity_everybody_has_a_seat(crowd, quotas):
    assert assign_seats(crowd, None, quotas).waiting == ()


@pytest.mark.parametrize(
    ("crowd", "quotas", "seated"),
    [
        (("", "", ""), {"A": 1}, (1,)),  # one of two seats is kept
        (("", "", "A"), {"A": 1}, (1, 3)),
        (("A", "A", ""), {"A": 1}, (1, 2)),  # a member takes the kept seat first, then an open one
        (("AB", "A"), {"A": 1, "B": 1}, (1, 2)),  # the first moves over to B
        (("A", "B"), {"A": 5, "B": 5}, (1,)),  # more is kept than there is: the first quota comes first
    ],
)
def test_kept_seats(crowd, quotas, seated):
    assert assign_seats(people(*crowd), 2, quotas).seated == seated


def test_thousand_applicants_take_no_time():
    crowd = people(*["AB", "A", "B", ""] * 500)
    seating = assign_seats(crowd, 300, {"A": 100, "B": 100})
    assert len(seating.seated) == 300
