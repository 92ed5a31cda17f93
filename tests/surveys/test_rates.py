"""The response rate RR2: by hand, in steps while the wave is open, and never about few."""

import pytest

from surveys.delivery import report_delivery
from surveys.results.rates import is_complete, read_rate
from tests.surveys.asking_help import add_answers, issue
from tests.surveys.conftest import close

FULL = {"joined": ["none"], "overall": "4"}


@pytest.fixture
def coded(make_wave):
    return make_wave(needs_code=True)


def test_rate_is_that_of_the_definition(coded, community, worker):
    issue(coded.links.get(), 100)
    add_answers(coded, community, 30, **FULL)
    add_answers(coded, community, 12, overall="3")
    counts = {"refused": 20, "not_contacted": 10, "other": 5, "unknown": 3, "ineligible": 4}
    report_delivery(coded.links.get(), counts=counts, by=worker)
    close(coded)
    rate = read_rate(coded)
    assert (rate.completes, rate.partials, rate.refused, rate.ineligible) == (30, 12, 20, 4)
    # (I + P) / ((I + P) + (R + NC + O) + (UH + UO)): of 16 cards nothing is known, so that they count as eligible.
    assert rate.rr2 == pytest.approx(42 / (42 + 20 + 10 + 5 + 3 + 16))


def test_open_wave_has_a_rate_in_steps(coded, community):
    issue(coded.links.get(), 100)
    add_answers(coded, community, 29, **FULL)
    assert read_rate(coded).completes == 20


def test_few_partial_answers_are_not_told_apart(coded, community):
    issue(coded.links.get(), 100)
    add_answers(coded, community, 30, **FULL)
    add_answers(coded, community, 1)
    close(coded)
    rate = read_rate(coded)
    assert (rate.completes, rate.partials) == (31, 0)


def test_fewer_than_k_answers_have_no_rate(coded, community):
    issue(coded.links.get(), 100)
    add_answers(coded, community, 9, **FULL)
    close(coded)
    assert read_rate(coded) is None


def test_rate_of_a_community_stays_in_steps(make_wave, community, neighbour_community):
    wave = make_wave(needs_code=True, communities=[community, neighbour_community])
    for link, count in zip(wave.links.order_by("community__code"), (33, 7), strict=True):
        issue(link, 50)
        add_answers(wave, link.community, count, **FULL)
    close(wave)
    assert read_rate(wave).completes == 40
    assert [read_rate(wave, one).completes for one in (community, neighbour_community)] == [30, 0]


def test_without_cards_there_is_no_rate(wave, coded, community):
    add_answers(wave, community, 50, **FULL)
    assert read_rate(wave) is None
    assert read_rate(coded) is None


def test_complete_means_every_required_question_that_was_asked(questionnaire):
    assert is_complete(questionnaire, FULL)
    assert not is_complete(questionnaire, {"overall": "4", "sex": "1"})
