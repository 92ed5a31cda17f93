"""Comparisons of waves and of communities: intervals, chance in words, and whose rows a reader sees."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from scipy.stats import norm

from accounts.models import User
from communities.models import Community
from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.comparing import Comparison, list_tables, read
from dashboards.surveys.words import say_difference
from indicators.statistics import Z_95, newcombe
from surveys.models import SurveyVersion, Wave
from surveys.questionnaire import Option, Questionnaire
from tests.dashboards.survey_results import keep, make_results, make_shares


def compare(wave: Wave, user: User, **choices: str) -> Comparison:
    """Return what the page shows."""
    return read(WaveAsk(wave, user, choices))


def test_difference_of_shares_has_newcombes_interval():
    low, high = newcombe((56, 70), (48, 80))

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)  # Newcombe 1998, table II, method 10
    assert pytest.approx(norm.ppf(0.975), abs=1e-6) == Z_95


def test_difference_of_nobody_may_be_anything():
    assert newcombe((0, 0), (5, 10)) == (-1.0, 1.0)


def test_difference_that_holds_nought_may_be_chance():
    assert "可能只是偶然" in say_difference((50, 100), (45, 100), "上次")
    assert say_difference((80, 100), (45, 100), "上次").startswith("比上次高 35.0 个百分点")
    assert say_difference((45, 100), (80, 100), "上次").startswith("比上次低 35.0 个百分点")


def test_scale_begins_with_its_upper_two_together(wave: Wave, street_officer: User):
    keep(wave, make_results())

    content = compare(wave, street_officer)

    assert (content.variable, content.answer, content.answer_name) == ("overall", "4~5", "满意、很满意")
    assert content.waves[0].part == (280, 400)
    assert content.waves[0].percent == 70.0


def test_waves_stand_in_time_with_their_difference(make_wave: Callable[..., Wave], street_officer: User):
    earlier, later = make_wave(name="去年"), make_wave(name="今年")
    Wave.objects.filter(pk=earlier.pk).update(opens_on=earlier.opens_on - timedelta(days=300))
    changed = make_results()
    better = replace(changed.distributions[2], shares=make_shares((10, 20, 30, 140, 200), 400))
    keep(earlier, changed)
    keep(later, replace(changed, distributions=(*changed.distributions[:2], better)))

    content = compare(later, street_officer)

    assert [line.name for line in content.waves] == ["去年", "今年"]
    assert content.waves[1].said.startswith("比去年高 15.0 个百分点")


def test_wave_with_other_options_is_not_compared(make_wave: Callable[..., Wave], street_officer: User):
    wave = make_wave()
    survey = wave.version.survey
    sections = list(survey.questionnaire.sections)
    question = replace(sections[0].questions[0], options=(Option("m", "男"), Option("f", "女")))
    sections[0] = replace(sections[0], questions=(question, *sections[0].questions[1:]))
    definition = Questionnaire(tuple(sections)).to_json()
    version = SurveyVersion.objects.create(survey=survey, number=2, definition=definition, published_by=street_officer)
    keep(make_wave(version=version, name="第二轮"), make_results())
    keep(wave, make_results())

    assert len(compare(wave, street_officer, variable="sex").waves) == 1
    assert len(compare(wave, street_officer, variable="overall").waves) == 2


def test_street_sees_communities_the_least_first(
    wave: Wave, street_officer: User, community: Community, neighbour_community: Community
):
    keep(wave, make_results(community, neighbour_community))

    content = compare(wave, street_officer)

    assert [line.name for line in content.communities] == [neighbour_community.name, community.name, "全部社区"]
    assert [line.part for line in content.communities] == [(125, 200), (155, 200), (280, 400)]
    assert content.communities[0].said.startswith("比其他社区低 15.0 个百分点")


def test_worker_sees_her_own_community_beside_the_total(
    client: Client, make_wave: Callable[..., Wave], worker: User, community: Community, neighbour_community: Community
):
    wave = make_wave(communities=[community, neighbour_community])
    keep(wave, make_results(community, neighbour_community))
    client.force_login(worker)

    page = client.get(reverse("dashboards:survey-compare", args=[wave.pk])).content.decode()

    assert [line.name for line in compare(wave, worker).communities] == [community.name, "全部社区"]
    assert neighbour_community.name not in page
    assert "低的在前" not in page


def test_hidden_community_is_a_dash_and_comes_last(
    make_wave: Callable[..., Wave], street_officer: User, community: Community, neighbour_community: Community, street
):
    tiny = Community.objects.create(code="990101001003", name="小社区", street=street)
    wave = make_wave(communities=[community, neighbour_community, tiny])
    keep(wave, make_results(community, neighbour_community, tiny))

    content = compare(wave, street_officer)
    table = list_tables(content)[1]

    assert [line.part for line in content.communities if line.name == "小社区"] == [None]
    assert table.rows[2] == ("小社区", *[None] * 7)


@pytest.mark.parametrize("choices", [{"variable": "wish"}, {"answer": "4"}, {"variable": "overall", "answer": "1~5"}])
def test_only_answers_that_are_shown_can_be_compared(
    client: Client, wave: Wave, street_officer: User, choices: dict[str, str]
):
    keep(wave, make_results())
    client.force_login(street_officer)

    answer = client.get(reverse("dashboards:survey-compare", args=[wave.pk]), choices)

    assert answer.status_code == (200 if choices == {"answer": "4"} else 404)


@pytest.mark.parametrize("number", [1, 4])
def test_queries_do_not_grow_with_the_waves(
    client: Client, make_wave: Callable[..., Wave], street_officer: User, django_assert_num_queries, number: int
):
    waves = [make_wave(name=f"第 {turn} 轮") for turn in range(number)]
    for wave in waves:
        keep(wave, make_results())
    client.force_login(street_officer)

    with django_assert_num_queries(10):
        client.get(reverse("dashboards:survey-compare", args=[waves[0].pk]))
