"""Samples: fair, the same again, in proportion, and never with a small stratum on a card."""

from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.asked import Person
from surveys.models import Sample, SampledResident
from surveys.sampling import draw_from, draw_sample, draw_stratified, strata_of
from surveys.strata import Stratum, allocate, least_of, make_strata
from tests.register import make_grids
from tests.surveys.asking_help import issue, settle
from tests.surveys.conftest import close


@pytest.fixture
def coded(make_wave):
    """A wave that asks by card, of five answers at least."""
    return make_wave(needs_code=True, k=5)


@pytest.fixture
def town(register, grids):
    """Twelve people in the first grid, four of them retired, and six in the second."""
    settle(register, grids[0], 8)
    settle(register, grids[0], 4, groups=["retired"])
    settle(register, grids[1], 6)


def make_people(*sizes):
    """Return people of one community, so many in each grid."""
    places = [grid for grid, size in enumerate(sizes, 1) for _number in range(size)]
    return [Person(key, grid, 1) for key, grid in enumerate(places, 1)]


def drawn_of(wave):
    """Return the keys of the residents who were drawn."""
    return set(SampledResident.objects.filter(sample__wave=wave).values_list("resident", flat=True))


def test_same_seed_draws_the_same(coded, town, street_officer):
    draws = []
    for _time in range(2):
        draw_sample(coded, method="simple", groups=[], size=7, by=street_officer, seed=42)
        draws.append(drawn_of(coded))
    assert draws[0] == draws[1]
    assert len(draws[0]) == 7


def test_another_seed_draws_others():
    people = make_people(100)
    assert draw_from(people, 10, seed=1) != draw_from(people, 10, seed=2)


def test_everybody_is_drawn_equally_often():
    people = make_people(20)
    counts = Counter(person.resident for seed in range(4000) for person in draw_from(people, 5, seed))
    # 4000 draws of a chance of 1/4: 1000 expected, standard deviation 27; the bounds are five of them.
    assert set(counts) == {person.resident for person in people}
    assert all(860 < count < 1140 for count in counts.values())


def test_drawing_the_lowest_keys_would_not_be_fair():
    people = make_people(20)
    counts = Counter(person.resident for _seed in range(4000) for person in sorted(people, key=id)[:5])
    assert not all(860 < counts[person.resident] < 1140 for person in people)


def test_everybody_has_the_same_chance_within_strata():
    people = make_people(8, 16)
    counts = Counter()
    for seed in range(2000):
        counts.update(person.resident for person in draw_stratified(people, {}, 6, seed, least=0)[1])
    assert all(400 < counts[person.resident] < 600 for person in people)  # 500 expected


@pytest.mark.parametrize(
    ("size", "populations", "shares"),
    [
        (10, [50, 30, 20], [5, 3, 2]),
        (7, [10, 10, 10], [3, 2, 2]),
        (5, [96, 2, 2], [3, 1, 1]),
        (2, [50, 30, 20], [1, 1, 0]),
        (4, [1, 1, 1, 1], [1, 1, 1, 1]),
    ],
)
def test_shares_are_in_proportion(size, populations, shares):
    assert allocate(size, populations) == shares


def test_shares_never_exceed_a_stratum():
    for size in range(1, 30):
        shares = allocate(size, [1, 2, 3, 23])
        assert sum(shares) == size
        assert all(share <= most for share, most in zip(shares, [1, 2, 3, 23], strict=True))


def test_small_strata_are_put_together():
    strata = make_strata(make_people(3, 2, 20, 4), {}, least=15)
    assert [(one.population, len(one.cells)) for one in strata] == [(29, 4)]


def test_stratum_on_a_card_has_3k_people_and_k_cards():
    people = make_people(*range(1, 40))
    strata, _drawn = draw_stratified(people, {}, 100, 1, least=least_of(100, len(people), 10))
    assert len(strata) > 2
    assert all(one.population >= 30 and one.drawn >= 9 for one in strata)


def test_without_cards_that_carry_them_strata_may_be_small():
    assert {one.population for one in make_strata(make_people(3, 20), {})} == {3, 20}


def test_stratum_keeps_to_one_community():
    people = [Person(1, 1, 1), Person(2, 2, 2)]
    assert len(make_strata(people, {}, least=50)) == 2


def test_sample_is_drawn_by_grid_and_group(coded, town, street_officer):
    sample = draw_sample(coded, method="stratified", groups=["retired"], size=9, by=street_officer)
    assert sorted((one.population, one.drawn) for one in strata_of(sample)) == [(4, 2), (6, 3), (8, 4)]


def test_frame_survives_json():
    stratum = Stratum("1", 7, ((3, "retired"), (4, "")), 30, 5)
    assert Stratum.from_json(stratum.to_json()) == stratum


def test_confidential_wave_has_no_small_stratum(make_wave, town, street_officer):
    wave = make_wave(mode="confidential", needs_code=True, k=5)
    sample = draw_sample(wave, method="stratified", groups=["retired"], size=10, by=street_officer)
    assert [(one.population, one.drawn) for one in strata_of(sample)] == [(18, 10)]


def test_only_the_grouping_of_the_wave_is_asked(make_wave, register, grids, street_officer):
    retired = settle(register, grids[0], 6, groups=["retired"])
    settle(register, grids[1], 20)
    wave = make_wave(needs_code=True, k=5, grouping="retired")
    draw_sample(wave, method="simple", groups=[], size=6, by=street_officer)
    assert drawn_of(wave) == {person.pk for person in retired}


def test_residents_of_other_communities_are_not_drawn(coded, town, register, neighbour_community, street_officer):
    settle(register, make_grids(neighbour_community, "甲")[0], 9)
    with pytest.raises(ValidationError, match="一共 18 人"):
        draw_sample(coded, method="simple", groups=[], size=19, by=street_officer)


@pytest.mark.parametrize(("size", "words"), [(19, "抽不出这么多"), (4, "至少抽 5 人")])
def test_impossible_size_is_refused(size, words, coded, town, street_officer):
    with pytest.raises(ValidationError, match=words):
        draw_sample(coded, method="simple", groups=[], size=size, by=street_officer)


def test_printed_cards_keep_the_draw(coded, town, street_officer):
    draw_sample(coded, method="simple", groups=[], size=6, by=street_officer)
    before = drawn_of(coded)
    issue(coded.links.get(), 6)
    with pytest.raises(ValidationError, match="已经打印"):
        draw_sample(coded, method="simple", groups=[], size=6, by=street_officer)
    assert drawn_of(coded) == before


def test_nobody_is_drawn_for_a_public_link(wave, town, street_officer):
    with pytest.raises(ValidationError, match="人人可答"):
        draw_sample(wave, method="simple", groups=[], size=6, by=street_officer)


def test_street_does_not_see_small_strata(client, coded, town, street_officer):
    draw_sample(coded, method="stratified", groups=["retired"], size=9, by=street_officer)
    client.force_login(street_officer)
    page = client.get(reverse("surveys:sample", args=[coded.pk])).content.decode()
    assert 'data-label="底册人数">18<' in page
    assert not any(f'data-label="底册人数">{small}<' in page for small in (4, 6, 8))


def test_street_sees_strata_that_are_all_large(client, coded, register, grids, street_officer):
    for grid, size in zip(grids, (12, 7), strict=True):
        settle(register, grid, size)
    draw_sample(coded, method="stratified", groups=[], size=9, by=street_officer)
    client.force_login(street_officer)
    page = client.get(reverse("surveys:sample", args=[coded.pk])).content.decode()
    assert 'data-label="底册人数">12<' in page
    assert 'data-label="底册人数">7<' in page


def test_sample_is_drawn_by_form(client, coded, town, street_officer):
    client.force_login(street_officer)
    url = reverse("surveys:sample", args=[coded.pk])
    assert client.post(url, {"method": "stratified", "groups": ["retired"], "size": 9}).status_code == 302
    assert Sample.objects.get().size == 9


@pytest.mark.parametrize("sent", [{"size": "²"}, {"size": "5", "method": "x"}, {"size": "5", "groups": ["x"]}, {}])
def test_nonsense_draws_nobody(sent, client, coded, town, street_officer):
    client.force_login(street_officer)
    answer = client.post(reverse("surveys:sample", args=[coded.pk]), {"method": "simple", **sent})
    assert answer.status_code == 200
    assert not Sample.objects.exists()


def test_sample_of_a_closed_wave_is_told_and_not_drawn(client, coded, town, street_officer):
    close(coded)
    client.force_login(street_officer)
    page = client.get(reverse("surveys:sample", args=[coded.pk])).content.decode()
    assert "不能再抽样" in page
    assert 'name="size"' not in page


def test_drawing_needs_the_same_queries_for_many_people(coded, register, grids, street_officer):
    counts = []
    for _time in range(3):
        settle(register, grids[0], 20)
        with CaptureQueriesContext(connection) as queries:
            draw_sample(coded, method="stratified", groups=["retired"], size=9, by=street_officer)
        counts.append(len(queries))
    assert counts[1] == counts[2]  # the first had no earlier draw to replace
