"""What is shown of a wave: counted right, put together, withheld, in steps while it is open."""

import pytest
from redis.exceptions import RedisError

from surveys.mixing import mix_waiting
from surveys.pool import key_of_form, seal
from surveys.questionnaire import Condition, Kind
from surveys.results import crosstabs
from surveys.results.crosstabs import cross
from surveys.results.reading import find_share, read_many, read_results
from tests.surveys.conftest import close
from tests.surveys.crowds import answer, ask, choose, finish, repeat


def show(wave, variable="a"):
    found = read_results(wave).find(variable)
    return found.n, {share.codes: share.count for share in found.shares}


def test_counts_are_shown_when_all_are_large_enough(make_wave, community):
    wave = ask(make_wave, choose("a", "yes", "no"))
    answer(wave, repeat(community, {"yes": 20, "no": 12}))
    finish(wave)
    assert show(wave) == (32, {("yes",): 20, ("no",): 12})


def test_neighbours_of_a_scale_are_put_together(make_wave, community):
    wave = ask(make_wave, choose("a", "1", "2", "3", "4", "5", kind=Kind.RATING, is_ordered=True))
    answer(wave, repeat(community, {"1": 2, "2": 9, "3": 30, "5": 11}))
    finish(wave)
    assert show(wave) == (52, {("1", "2"): 11, ("3",): 30, ("4",): 0, ("5",): 11})
    found = read_results(wave).find("a")
    assert (found.mean, found.mean_error) == (round((11 * 1.5 + 30 * 3 + 11 * 5) / 52, 2), 0.11)
    assert found.deviation is None


def test_mean_that_would_say_too_little_is_not_shown(make_wave, community):
    wave = ask(make_wave, choose("a", "1", "2", "3", "4", "5", kind=Kind.RATING, is_ordered=True))
    answer(wave, repeat(community, {"1": 2, "2": 4, "3": 9, "5": 11}))
    finish(wave)
    assert read_results(wave).find("a").mean is None


def test_mean_of_a_scale_is_shown_where_nothing_is_put_together(make_wave, community):
    wave = ask(make_wave, choose("a", "1", "2", "3", "4", "5", kind=Kind.RATING, is_ordered=True))
    answer(wave, repeat(community, {"1": 10, "3": 10, "5": 20}))
    finish(wave)
    assert read_results(wave).find("a").mean == 3.5


def test_small_options_without_order_are_put_together(make_wave, community):
    wave = ask(make_wave, choose("a", "x", "y", "z", "w"))
    answer(wave, repeat(community, {"x": 20, "y": 3, "z": 15, "w": 4}))
    finish(wave)
    assert show(wave) == (42, {("x",): 20, ("y", "z", "w"): 22})


@pytest.mark.parametrize("counts", [{"yes": 9}, {"yes": 29}, {"yes": 40, "no": 1}])
def test_few_or_unanimous_answers_are_withheld(make_wave, community, counts):
    wave = ask(make_wave, choose("a", "yes", "no"))
    answer(wave, repeat(community, counts))
    finish(wave)
    assert show(wave) == (None, {})
    assert read_results(wave).find("a").withheld


def test_unanimous_answers_of_many_are_shown(make_wave, community):
    wave = ask(make_wave, choose("a", "yes", "no"))
    answer(wave, repeat(community, {"yes": 30}))
    finish(wave)
    assert show(wave) == (30, {("yes",): 30, ("no",): 0})


def test_base_of_several_answers_is_persons(make_wave, community):
    wave = ask(make_wave, choose("a", "x", "y", "z", kind=Kind.MULTIPLE))
    given = [["x"]] * 15 + [["x", "y"]] * 11 + [["y", "z"]] * 3
    answer(wave, [(community, {"a": chosen}) for chosen in given])
    finish(wave)
    assert show(wave) == (29, {("x",): None, ("y",): 14, ("z",): None})


def test_question_asked_of_few_is_withheld(make_wave, community):
    wave = ask(make_wave, choose("a", "yes", "no"), choose("b", "1", "2", conditions=(Condition("a", ("yes",)),)))
    answer(wave, [(community, {"a": "no"})] * 7 + [(community, {"a": "yes", "b": "1"})] * 20)
    answer(wave, [(community, {"a": "yes", "b": "2"})] * 20)
    finish(wave)
    assert show(wave, "b") == (None, {})


def test_numbers_are_shown_in_bins_without_extremes(make_wave, community):
    wave = ask(make_wave, choose("a", kind=Kind.NUMBER))
    answer(wave, [(community, {"a": number}) for number in range(100)])
    finish(wave)
    found = read_results(wave).find("a")
    assert [share.count for share in found.shares] == [20] * 5
    assert found.shares[0].label == "< 20"
    assert found.mean == 49.5


def test_first_places_and_mean_places_of_a_ranking(make_wave, community):
    wave = ask(make_wave, choose("a", "x", "y", kind=Kind.RANKING))
    answer(wave, [(community, {"a": ["x", "y"]})] * 30 + [(community, {"a": ["y", "x"]})] * 10)
    finish(wave)
    assert show(wave) == (40, {("x",): 30, ("y",): 10})
    assert [share.mean_place for share in read_results(wave).find("a").shares] == [1.2, 1.8]


def test_nothing_is_shown_before_the_end(make_wave, community):
    wave = make_wave()
    for number in range(40):
        seal(wave.links.get(), {"overall": "4"}, key=key_of_form(wave.links.get(), str(number)))
    mix_waiting()
    assert read_results(wave) is None


def test_steps_are_rounded_down_while_open(make_wave, community):
    wave = make_wave(release="steps")
    link = wave.links.get()
    for number in range(59):
        seal(link, {"overall": "45"[number % 2]}, key=key_of_form(link, str(number)))
    mix_waiting()
    found = read_results(wave)
    assert (found.answers, found.is_final, found.breakdowns) == (40, False, ())
    assert all(share.count % wave.k == 0 for share in found.find("overall").shares)
    assert found.find("overall").n == 40


def test_results_follow_when_counting_was_missed(make_wave, link, monkeypatch):
    for number in range(12):
        seal(link, {"overall": "45"[number % 2]}, key=key_of_form(link, str(number)))
    close(link.wave)
    with monkeypatch.context() as patch:
        patch.setattr("surveys.mixing.compute", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mix_waiting()
    mix_waiting()
    assert read_results(link.wave).answers == 12
    assert mix_waiting() == []


def test_results_of_many_waves_are_one_query(make_wave, community, django_assert_num_queries):
    waves = [make_wave(name=str(number)) for number in range(3)]
    for wave in waves:
        finish(wave)
    with django_assert_num_queries(1):
        assert set(read_many(waves)) == {wave.pk for wave in waves}


def test_share_of_options_that_were_put_together_otherwise_is_unknown(make_wave, community):
    wave = ask(make_wave, choose("a", "1", "2", "3", is_ordered=True))
    answer(wave, repeat(community, {"1": 3, "2": 10, "3": 20}))
    finish(wave)
    results = read_results(wave)
    assert find_share(results, "a", ["3"]) == (20, 33)
    assert find_share(results, "a", ["1", "2"]) == (13, 33)
    assert find_share(results, "a", ["1"]) is None
    assert find_share(results, "a", ["2", "3"]) is None


def test_communities_with_few_answers_hide_behind_another(make_wave, community, neighbour_community, street):
    third = street.communities.create(code="990101001003", name="松花江社区")
    wave = ask(make_wave, choose("a", "yes", "no"), communities=[community, neighbour_community, third])
    for place, counts in ((community, (30, 30)), (neighbour_community, (20, 15)), (third, (2, 3))):
        answer(wave, repeat(place, dict(zip(("yes", "no"), counts, strict=True))))
    finish(wave)
    rows = {row.name: row.counts for row in read_results(wave).breakdowns[0].rows}
    assert rows["松花江社区"] == (None, None)
    assert rows["和平新村社区"] == (None, None)
    assert rows["多福社区"] == (30, 30)
    assert find_share(read_results(wave), "a", ["yes"], community.pk) == (30, 60)


def test_one_tiny_community_takes_no_base_from_the_others(make_wave, community, neighbour_community, street):
    more = {"990101001003": "松花江社区", "990101001004": "长江社区"}
    others = [street.communities.create(code=code, name=name) for code, name in more.items()]
    places = [community, neighbour_community, *others]
    several = choose("b", "x", "y", kind=Kind.MULTIPLE)
    wave = ask(make_wave, choose("a", "yes", "no"), several, communities=places)
    kinds = [{"a": a, "b": b} for a in ("yes", "no") for b in (["x"], ["y"], ["x", "y"])]
    for place, size, blanks in zip(places, (60, 50, 40, 3), (4, 4, 4, 0), strict=True):
        answer(wave, [(place, kinds[number % len(kinds)]) for number in range(size)] + [(place, {})] * blanks)
    finish(wave)
    for breakdown in read_results(wave).breakdowns:
        rows = {row.community_id: row for row in breakdown.rows}
        assert [rows[place.pk].n for place in places] == [60, 50, 40, None]
        assert set(rows[places[3].pk].counts) == {None}
        assert None not in rows[places[0].pk].counts


def test_one_small_cell_of_a_cross_table_takes_few_bases(make_wave, community):
    wave = ask(make_wave, choose("a", "p", "q", "r", "s"), choose("b", "x", "y"))
    for first, counts in {"p": (30, 30), "q": (25, 25), "r": (20, 20), "s": (12, 3)}.items():
        for second, count in zip("xy", counts, strict=True):
            answer(wave, [(community, {"a": first, "b": second})] * count)
        answer(wave, [(community, {"a": first})] * 4)
    finish(wave)
    table = cross(wave, "a", "b")
    assert table.counts[3] == (None, None)
    assert (table.row_totals, table.n) == ((60, 50, 40, 15), 165)


def test_cross_table_both_ways_round_shows_the_same(make_wave, community):
    wave = ask(make_wave, choose("a", "yes", "no"), choose("b", "x", "y", "z"))
    for first, second, count in (("yes", "x", 30), ("yes", "y", 3), ("no", "x", 20), ("no", "y", 25), ("no", "z", 40)):
        answer(wave, [(community, {"a": first, "b": second})] * count)
    finish(wave)
    table, turned = cross(wave, "a", "b"), cross(wave, "b", "a")
    assert table.counts == tuple(zip(*turned.counts, strict=True))
    assert (table.n, table.row_totals, table.column_totals) == (118, (33, 85), (50, 28, 40))
    assert table.counts[0][1] is None
    assert table.counts[1][2] == 40


def test_cross_table_is_kept_and_lives_without_the_cache(make_wave, community, django_assert_num_queries, monkeypatch):
    wave = ask(make_wave, choose("a", "yes", "no"), choose("b", "x", "y"))
    for first in ("yes", "no"):
        answer(wave, [(community, {"a": first, "b": second}) for second in "xy" for _i in range(12)])
    finish(wave)
    table = cross(wave, "a", "b")
    with django_assert_num_queries(2):
        assert cross(wave, "a", "b") == table
    monkeypatch.setattr(crosstabs, "cache", Dead())
    assert cross(wave, "a", "b") == table


class Dead:
    """A cache that does not answer."""

    def get(self, key):
        raise RedisError

    set = get


def test_cross_tables_wait_for_the_end(make_wave):
    assert cross(make_wave(), "sex", "overall").withheld


def test_cross_table_of_two_questions_with_several_answers(make_wave, community):
    wave = ask(make_wave, choose("a", "x", "y", kind=Kind.MULTIPLE), choose("b", "v", "w", kind=Kind.MULTIPLE))
    given = [(["x"], ["v"], 15), (["x", "y"], ["w"], 20), (["y"], ["v"], 12), (["y"], ["v", "w"], 11)]
    for first, second, count in given:
        answer(wave, [(community, {"a": first, "b": second})] * count)
    finish(wave)
    table = cross(wave, "a", "b")
    assert (table.n, table.row_totals, table.column_totals) == (58, (35, 43), (38, 31))
    assert table.counts == ((15, 20), (23, 31))
