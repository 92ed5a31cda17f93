"""What surveys bring to the overview and to the to-do list: the tile of satisfaction, and what waits for whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.survey_todo import READY_DAYS, list_open_waves, list_ready_results
from dashboards.voices import Voices, read_voices
from indicators.indicator import Figure
from surveys.models import Wave, WaveResults
from surveys.questionnaire import RATING_CODES
from tests.dashboards.asking import ask, refresh
from tests.surveys.kept_results import ask_bank, hold_wave, keep_results

SCORES = {"2": 10, "3": 30, "4": 40, "5": 20}


@pytest.fixture
def survey(street_officer, street):
    return ask_bank(street_officer, street, "overall")


@pytest.fixture
def wave(survey, community, neighbour_community):
    """A wave that is over: 60 % of the street are satisfied, 50 % of the community, the neighbours are too few."""
    wave = hold_wave(survey, community, neighbour_community)
    hidden = (None, dict.fromkeys(RATING_CODES))
    keep_results(wave, "overall", 100, SCORES, rows={community: (80, {"3": 40, "4": 40}), neighbour_community: hidden})
    return wave


@pytest.fixture
def running(survey, community):
    """A wave that takes answers for three more days."""
    return hold_wave(survey, community, name="第二轮", ended=timezone.localdate() + timedelta(days=3))


def tasks_of(found):
    return [(task.title, task.button) for task in found]


def test_tile_of_a_street_is_the_share_of_all(wave, street_officer, street):
    voices = read_voices(ask(street_officer, street))
    assert (voices.tile.figure, voices.tile.percent, voices.tile.counted) == (Figure(60, 100), 60.0, "60 / 100 人")
    assert (voices.period.label, voices.url) == (
        "满意度调查 · 第一轮",
        reverse("dashboards:survey", args=[wave.pk]),
    )


def test_tile_of_a_community_is_its_own_share(wave, worker, community):
    assert read_voices(ask(worker, community)).tile.figure == Figure(40, 80)


def test_tile_of_a_community_with_too_few_answers_is_hidden(wave, street_officer, neighbour_community):
    tile = read_voices(ask(street_officer, neighbour_community)).tile
    assert (tile.hidden, tile.value) == (True, None)


def test_latest_wave_is_shown_whatever_period_is_asked_for(wave, survey, community, street_officer, street):
    later = hold_wave(survey, community, name="第二轮", ended=wave.closes_on + timedelta(days=9))
    keep_results(later, "overall", 50, {"3": 10, "4": 40})
    assert read_voices(ask(street_officer, street)).tile.percent == 80.0


def test_nothing_is_said_before_a_wave_has_asked(street_officer, street, survey):
    assert read_voices(ask(street_officer, street)) == Voices()


def test_district_and_grid_have_no_tile(wave, district_officer, district, worker, grids):
    assert read_voices(ask(district_officer, district)) == Voices()
    assert read_voices(ask(worker, grids[0])) == Voices()


def test_whoever_may_not_open_results_has_no_link(wave, admin, street):
    voices = read_voices(ask(admin, street))
    assert (voices.tile.percent, voices.url, voices.tasks) == (60.0, "", [])


def test_overview_shows_the_tile_with_its_wave(client, wave, register, grids, street_officer, street):
    register.resident(grids[0])
    refresh()
    client.force_login(street_officer)
    page = client.get(reverse("dashboards:area", args=[street.code])).content.decode()
    assert "居民怎么说" in page
    assert f"{reverse('indicators:detail', args=['R-60'])}?area={street.code}&amp;period=W-{wave.pk}" in page
    assert "满意度调查 · 第一轮 · 2026-10-17 – 2026-10-31" in page


def test_overview_without_surveys_says_nothing_of_them(client, register, grids, worker, community):
    register.resident(grids[0])
    refresh()
    client.force_login(worker)
    assert "居民怎么说" not in client.get(reverse("dashboards:area", args=[community.code])).content.decode()


def test_tile_asks_as_many_queries_for_many_waves_as_for_one(
    wave, survey, community, street_officer, street, django_assert_num_queries
):
    with django_assert_num_queries(6):
        read_voices(ask(street_officer, street))
    keep_results(hold_wave(survey, community, name="第二轮"), "overall", 50, {"3": 10, "4": 40})
    with django_assert_num_queries(6):
        read_voices(ask(street_officer, street))


# --- What waits


def test_worker_is_told_of_a_survey_that_runs(running, worker):
    (task,) = list_open_waves(worker, timezone.localdate())
    day = f"{running.closes_on:%m-%d}"
    assert (task.title, task.detail) == ("满意度调查 · 第二轮", f"调查进行中，还剩 3 天，到 {day}")
    assert task.url == reverse("surveys:wave", args=[running.pk])


def test_last_day_is_named(running, worker):
    (task,) = list_open_waves(worker, running.closes_on)
    assert task.detail == "调查今天是最后一天"


def test_survey_that_is_over_or_asks_others_does_not_wait(wave, survey, worker, foreign_community):
    hold_wave(survey, foreign_community, name="别处", ended=timezone.localdate())
    assert list(list_open_waves(worker, timezone.localdate())) == []


def test_street_is_told_of_results_until_they_are_published(wave, street_officer, street):
    assert tasks_of(read_voices(ask(street_officer, street)).tasks) == [("满意度调查 · 第一轮", "看结果")]
    Wave.objects.filter(pk=wave.pk).update(results_public_at=timezone.now())
    assert read_voices(ask(street_officer, street)).tasks == []


def test_results_of_the_street_do_not_wait_for_its_communities(wave, worker, street_officer, community):
    assert list(list_ready_results(worker, timezone.now())) == []
    assert read_voices(ask(street_officer, community)).tasks == []


def test_worker_is_told_of_results_of_the_own_survey(worker, community):
    wave = hold_wave(ask_bank(worker, community, "overall"), community)
    keep_results(wave, "overall", 50, {"3": 10, "4": 40})
    assert tasks_of(list_ready_results(worker, timezone.now())) == [("满意度调查 · 第一轮", "看结果")]


@pytest.mark.parametrize(
    "change", [{"is_final": False}, {"computed_at": timezone.now() - timedelta(days=READY_DAYS + 1)}]
)
def test_results_that_are_not_ready_or_long_known_do_not_wait(wave, street_officer, change):
    WaveResults.objects.filter(wave=wave).update(**change)
    assert list(list_ready_results(street_officer, timezone.now())) == []


def test_home_of_a_worker_names_the_survey(client, running, worker):
    client.force_login(worker)
    assert "满意度调查 · 第二轮" in client.get("/").content.decode()
