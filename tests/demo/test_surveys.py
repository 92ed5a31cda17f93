"""The invented surveys: what the demonstration can show of them, and that it is the same every time."""

from collections import Counter

import pytest
from django.utils import timezone

from demo.street import create_accounts, create_areas
from demo.surveys import Pollster, date_back
from surveys.checking import check
from surveys.files.exporting import find_obstacle
from surveys.mixing import mix_waiting
from surveys.models import CodeIssue, Survey, Wave
from surveys.results.reading import read_results

pytestmark = pytest.mark.django_db


def ask() -> list[Wave]:
    """Invent surveys in a street without residents; return the waves."""
    street, today = create_areas(), timezone.localdate()
    users = create_accounts(street, today)
    waves = Pollster(list(street.communities.order_by("code")), today, users["street"]).ask(users["worker"])
    mix_waiting()
    date_back(waves)
    return waves


def test_waves_that_are_over_have_results_and_files_and_the_running_one_has_neither():
    waves = ask()

    assert [wave.get_phase() for wave in waves] == ["closed", "closed", "open"]
    assert [bool((results := read_results(wave)) and results.is_final) for wave in waves] == [True, True, False]
    assert [bool(find_obstacle(wave)) for wave in waves] == [False, False, True]


def test_answers_come_from_several_communities_and_hardly_any_from_one():
    first = ask()[0]

    counts = sorted(Counter(first.responses.values_list("community", flat=True)).values())

    assert counts[0] < first.k
    assert sum(counts) > 500
    assert set(first.responses.values_list("day", flat=True)) == {first.closes_on}


def test_running_wave_has_cards_and_some_answers():
    running = ask()[2]

    assert running.needs_code
    assert sum(CodeIssue.objects.values_list("count", flat=True)) > 1000
    assert running.responses.exists()


def test_a_community_has_a_draft_of_its_own():
    ask()

    draft = Survey.objects.get(community__isnull=False)

    assert draft.latest is None
    assert not check(draft.questionnaire)
