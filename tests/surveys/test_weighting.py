"""Weights: margins are reproduced, an independent procedure agrees, refusals, and what weighting costs."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids.groupings import FEMALE, MALE
from surveys.models import Response, Sample
from surveys.results.reading import read_results
from surveys.results.weighting import choose_rounding, design_effect, rake
from tests.surveys.crowds import answer, ask, choose, finish
from tests.surveys.independent import rake_plainly

CATEGORIES = ("a", "b", "c")


@st.composite
def draw_tables(draw):
    """Counts of three by three categories without an empty one, and targets not far from them."""
    counts = {(one, other): draw(st.integers(5, 60)) for one in CATEGORIES for other in CATEGORIES}
    targets = []
    for _dimension in range(2):
        shares = [draw(st.integers(20, 60)) for _category in CATEGORIES]
        targets.append({name: share / sum(shares) for name, share in zip(CATEGORIES, shares, strict=True)})
    return counts, targets


@given(draw_tables())
def test_weights_reproduce_the_target_margins(table):
    counts, targets = table
    weights = rake(counts, targets)
    if weights is None:
        return
    whole = sum(counts[cell] * weights[cell] for cell in counts)
    assert whole == pytest.approx(sum(counts.values()))
    for dimension, target in enumerate(targets):
        for category, share in target.items():
            found = sum(counts[cell] * weights[cell] for cell in counts if cell[dimension] == category)
            assert found / whole == pytest.approx(share, abs=1e-8)


@given(draw_tables())
def test_weights_equal_those_of_an_independent_procedure(table):
    counts, targets = table
    weights = rake(counts, targets)
    expected = rake_plainly(counts, targets)
    if weights is not None:
        assert weights == pytest.approx(expected, rel=1e-6)


def test_who_does_not_tell_is_weighted_by_what_else_is_known():
    cells = {("m", "x"): 30, ("f", "x"): 10, ("", "x"): 10, ("m", "y"): 20, ("f", "y"): 20, ("", "y"): 10}
    weights = rake(cells, [{"m": 0.5, "f": 0.5}, {"x": 0.5, "y": 0.5}])
    assert weights["f", "x"] > weights["", "x"] > weights["m", "x"]


def test_extreme_weights_are_refused():
    assert rake({("m",): 990, ("f",): 10}, [{"m": 0.5, "f": 0.5}]) is None


def test_design_effect_of_equal_weights_is_one():
    assert design_effect([(10, 1.0), (20, 1.0)]) == pytest.approx(1)
    assert design_effect([(50, 0.5), (50, 1.5)]) == pytest.approx(1.25)


def test_rounding_hides_one_answer():
    assert choose_rounding(0.5, 400) == 0.01
    assert choose_rounding(1.0, 60) == 0.05
    assert choose_rounding(1.5, 30) is None


@pytest.fixture
def people(register, grids):
    """Forty men and sixty women."""
    for number in range(100):
        resident = register.resident(grids[0])
        resident.sex = MALE if number < 40 else FEMALE
        resident.save()


def fill(wave, community, men=75, women=75):
    given = [(community, {"sex": "male", "a": "no" if number % 3 else "yes"}) for number in range(men)]
    given += [(community, {"sex": "female", "a": "yes" if number % 3 else "no"}) for number in range(women)]
    answer(wave, given)


def test_weighted_shares_stand_beside_plain_ones(make_wave, community, people):
    wave = ask(make_wave, choose("sex", "male", "female", background="sex"), choose("a", "yes", "no"))
    fill(wave, community)
    finish(wave)
    results = read_results(wave)
    assert [share.count for share in results.find("a").shares] == [75, 75]
    assert [share.weighted for share in results.find("a").shares] == [0.53, 0.47]
    assert [(margin.register, margin.answers) for margin in results.weighting.margins] == [(0.4, 0.5), (0.6, 0.5)]
    assert [margin.weighted for margin in results.weighting.margins] == pytest.approx([0.4, 0.6])
    assert (results.weighting.design_effect, results.weighting.effective_n) == (1.0, 150)


def test_wave_without_background_is_not_weighted(make_wave, community, people):
    wave = ask(make_wave, choose("a", "yes", "no"))
    answer(wave, [(community, {"a": "yes"}), (community, {"a": "no"})] * 20)
    finish(wave)
    assert read_results(wave).weighting.refused


def test_people_of_whom_nobody_answered_refuse_weighting(make_wave, community, people):
    wave = ask(make_wave, choose("sex", "male", "female", background="sex"), choose("a", "yes", "no"))
    fill(wave, community, men=60, women=0)
    finish(wave)
    assert "一份答卷也没有" in read_results(wave).weighting.refused


def test_margins_are_left_out_where_an_option_is_put_together_with_another(make_wave, community, people):
    sexes = choose("sex", "male", "female", "unsaid", background="sex")
    wave = ask(make_wave, sexes, choose("a", "yes", "no"))
    fill(wave, community)
    answer(wave, [(community, {"sex": "unsaid", "a": "yes"})] * 3)
    finish(wave)
    assert [margin.answers for margin in read_results(wave).weighting.margins] == [None, None]


def test_strata_of_a_confidential_wave_stand_for_their_grids(make_wave, community, grids, street_officer):
    wave = ask(make_wave, choose("a", "yes", "no"), mode="confidential", needs_code=True)
    frame = [
        {"code": code, "community": community.pk, "cells": [[grid.pk, ""]], "population": people, "drawn": 100}
        for code, grid, people in zip("12", grids, (300, 100), strict=True)
    ]
    fields = {"wave": wave, "method": "stratified", "size": 200, "seed": 1, "frame": frame}
    Sample.objects.create(**fields, drawn_on=wave.opens_on, drawn_by=street_officer)
    for stratum, option in product("12", ("yes", "no")):
        rows = 80 if (stratum == "1") == (option == "yes") else 20
        Response.objects.bulk_create(
            Response(wave=wave, community=community, day=wave.opens_on, stratum=stratum, answers={"a": option})
            for _answer in range(rows)
        )
    finish(wave)
    results = read_results(wave)
    assert [margin.register for margin in results.weighting.margins] == [0.75, 0.25]
    assert [margin.weighted for margin in results.weighting.margins] == pytest.approx([0.75, 0.25])
    assert [share.weighted for share in results.find("a").shares] == [0.65, 0.35]
