"""Search (rule R3): what finds whom, in whose communities, and how much of it."""

import pytest
from django.core.exceptions import ValidationError

from grids.search import SEARCH_LIMIT, best_matches, filter_residents, fold_text, match, people_of
from tests.register import make_id_number


def find(user, text):
    """Return the names of those who answer to the text, best first."""
    found = people_of(user).filter(match(fold_text(text)))
    return [person.name for person in best_matches(found, fold_text(text))[0]]


@pytest.mark.parametrize(
    "text",
    ["王秀", "秀英", "wxy", "WX", "ｗｘｙ", "5678", "13912345678", "王 秀英"],
)
def test_text_finds_the_person(register, grids, worker, text):
    register.resident(grids[0], name="王秀英", phone="13912345678")
    register.resident(grids[0], name="李建国", phone="13900000000")
    assert find(worker, text) == ["王秀英"]


def test_tail_and_whole_of_the_id_number_find_the_person(register, grids, worker):
    person = register.resident(grids[0], phone="13900000000")
    number = make_id_number(person.birth_date, 1)
    assert find(worker, number[-4:].lower()) == find(worker, number) == ["张建国"]
    assert find(worker, "0" * 17 + "X") == []


def test_initials_are_those_that_a_name_begins_with(register, grids, worker):
    register.resident(grids[0], name="王秀英")
    assert find(worker, "xy") == []


def test_name_that_begins_with_the_text_comes_first(register, grids, worker):
    register.resident(grids[0], name="张建国")
    register.resident(grids[0], name="建国")
    assert find(worker, "建国") == ["建国", "张建国"]


@pytest.mark.parametrize("text", ["王", "w", "7"])
def test_one_character_is_too_little(text):
    with pytest.raises(ValidationError, match="至少输入两个字"):
        match(text)


@pytest.mark.parametrize("text", ["123", "12345", "1391234567", "王12", "2" * 11, "²²²²"])
def test_part_of_a_number_is_refused_with_advice(text):
    with pytest.raises(ValidationError, match="后四位"):
        match(text)


def test_at_most_fifty_are_answered(register, grids, worker):
    for _number in range(SEARCH_LIMIT + 1):
        register.resident(grids[0])
    people, more = best_matches(people_of(worker).filter(match("张建")), "张建")
    assert (len(people), more) == (SEARCH_LIMIT, True)


@pytest.mark.parametrize("text", ["欧阳", "oyxy", "5678", "19912345678"])
def test_outsider_finds_nobody(resident, outsider, text):
    assert find(outsider, text) == []


def test_percent_sign_is_no_wildcard(resident, worker):
    assert find(worker, "%%") == find(worker, "__") == []


def test_filters_without_any_keep_who_lives_here(register, grids, worker, resident):
    register.resident(grids[0], until=resident.birth_date.replace(year=2020))
    assert list(filter_residents(worker, {})) == [resident]
    assert filter_residents(worker, {"spell": "all"}).count() == 2
    assert filter_residents(worker, {"spell": "left"}).count() == 1
