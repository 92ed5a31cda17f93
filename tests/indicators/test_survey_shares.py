"""Indicators of surveys: figures counted by hand, what is withheld, which waves answer for which area, their pages."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.closings.frozen import has_figures
from indicators.indicator import Figure
from indicators.periods import Period
from indicators.shown import show_figures
from indicators.survey_shares import WITHHELD, SurveyMean, SurveyShare
from indicators.targets import list_judged
from indicators.templatetags.units import in_unit
from indicators.waves import WavePeriod, list_asked
from surveys.bank import BANK
from surveys.questionnaire import RATING_CODES
from surveys.results.shapes import Rate
from tests.surveys.kept_results import ENDED, ask_bank, hold_wave, keep_results

OF_WAVES = [indicator for indicator in CATALOGUE.values() if indicator.is_by_wave]
SCORES = {"1": 10, "2": 12, "3": 28, "4": 30, "5": 20}
CARDS = Rate(completes=95, partials=5, issued=260, ineligible=10)


@pytest.fixture
def satisfied(street_officer, street, community, neighbour_community):
    """A wave of the street: 100 answers, 60 of the community, and too few of the neighbours."""
    wave = hold_wave(ask_bank(street_officer, street, "overall"), community, neighbour_community)
    rows = {
        community: (60, {"3": 20, "4": 24, "5": 16}),
        neighbour_community: (None, dict.fromkeys(RATING_CODES)),
    }
    keep_results(
        wave, "overall", 100, SCORES, rows=rows, rate=Rate(completes=95, partials=5, issued=260, ineligible=10)
    )
    return wave


def read(id: str, area, wave) -> Figure:
    return CATALOGUE[id].answer(AreaRef.to(area), WavePeriod.to(wave))


def open_page(client, user, id: str, **query):
    client.force_login(user)
    return client.get(reverse("indicators:detail", args=[id]), query)


def test_share_of_a_street_is_that_of_all_who_answered(satisfied, street):
    assert read("R-60", street, satisfied) == Figure(50, 100)


def test_share_of_a_community_is_that_of_its_own_answers(satisfied, community):
    assert read("R-60", community, satisfied) == Figure(40, 60)


def test_mean_is_the_sum_of_scores_by_answers(satisfied, street):
    figure = read("S0-10", street, satisfied)
    assert figure == Figure(10 + 2 * 12 + 3 * 28 + 4 * 30 + 5 * 20, 100)
    assert in_unit(CATALOGUE["S0-10"].value(figure), CATALOGUE["S0-10"]) == "3.38 分"


@pytest.mark.parametrize("id", ["R-60", "S0-10"])
def test_community_with_too_few_answers_is_withheld_from_everybody(satisfied, neighbour_community, id):
    figure = read(id, neighbour_community, satisfied)
    area, period = AreaRef.to(neighbour_community), WavePeriod.to(satisfied)
    shown = show_figures(CATALOGUE[id], [area], [period], "", hides=False)[area.id, period.code]
    assert figure == WITHHELD
    assert (shown.hidden, shown.value, shown.numerator, shown.denominator) == (True, None, "—", "—")


def test_option_that_is_hidden_withholds_its_share_and_no_other(street_officer, street, community):
    wave = hold_wave(ask_bank(street_officer, street, "regular_groups"), community)
    keep_results(wave, "regular_groups", 80, {"retired": 44, "youth": None})
    assert read("S0-11", street, wave) == Figure(44, 80)
    assert read("S0-13", street, wave) == WITHHELD


def test_community_that_was_not_asked_has_no_figure(street_officer, street, community, neighbour_community):
    wave = hold_wave(ask_bank(street_officer, street, "overall"), community)
    keep_results(wave, "overall", 100, SCORES)
    assert read("R-60", neighbour_community, wave) == Figure(0)


def test_wave_of_a_community_says_nothing_of_its_street(worker, street, community):
    wave = hold_wave(ask_bank(worker, community, "overall"), community)
    keep_results(wave, "overall", 50, {"3": 25, "4": 25})
    assert (read("R-60", community, wave), read("R-60", street, wave)) == (Figure(25, 50), Figure(0))


def test_district_adds_no_waves_up(satisfied, district):
    assert read("R-60", district, satisfied) == Figure(0)
    assert [one.wave for one in list_asked("overall", AreaRef.to(district))] == [satisfied]


def test_months_have_no_figures_and_ask_nothing(satisfied, street, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert CATALOGUE["R-60"].answer(AreaRef.to(street), Period.parse("2026-10")) == Figure(0)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "总的来说，您对社区非常满意吧？"},
        {"options": (*BANK["overall"].question.options[:4], BANK["living_environment"].question.options[4])},
        {"bank": ""},
    ],
)
def test_question_that_was_changed_answers_no_indicator(street_officer, street, community, change):
    wave = hold_wave(ask_bank(street_officer, street, "overall", change=change), community)
    keep_results(wave, "overall", 100, SCORES)
    assert read("R-60", street, wave) == Figure(0)
    assert list_asked("overall", AreaRef.to(street)) == []


def test_question_that_was_made_obligatory_still_answers(street_officer, street, community):
    survey = ask_bank(street_officer, street, "overall", change={"is_required": True})
    wave = hold_wave(survey, community)
    keep_results(wave, "overall", 100, SCORES)
    assert read("R-60", street, wave) == Figure(50, 100)


def test_wave_without_final_results_answers_nothing(street_officer, street, community):
    wave = hold_wave(ask_bank(street_officer, street, "overall"), community)
    keep_results(wave, "overall", 100, SCORES, is_final=False)
    assert read("R-60", street, wave) == Figure(0)


def test_waves_of_another_street_are_not_offered(satisfied, foreign_street, foreign_community):
    assert list_asked("overall", AreaRef.to(foreign_street)) == []
    assert list_asked("overall", AreaRef.to(foreign_community)) == []


def test_wave_that_was_ended_early_lasts_until_that_day(satisfied):
    satisfied.closed_at = timezone.make_aware(timezone.datetime(2026, 10, 25, 23, 30))
    period = WavePeriod.to(satisfied)
    assert (period.last_day, period.end, period.code) == (date(2026, 10, 25), date(2026, 10, 26), f"W-{satisfied.pk}")


def test_answer_asks_as_many_queries_for_many_waves_and_areas_as_for_one(
    satisfied, street, community, neighbour_community, django_assert_num_queries
):
    waves = [satisfied, hold_wave(satisfied.version.survey, community, name="第二轮")]
    keep_results(waves[1], "overall", 40, {"3": 20, "4": 20})
    areas = [AreaRef.to(community), AreaRef.to(neighbour_community)]
    with django_assert_num_queries(3):
        CATALOGUE["R-60"].answer(AreaRef.to(street), WavePeriod.to(satisfied))
    with django_assert_num_queries(3):
        CATALOGUE["R-60"].measure.answer(areas, [WavePeriod.to(wave) for wave in waves], "")


# --- The catalogue


@pytest.mark.parametrize("indicator", OF_WAVES, ids=lambda indicator: indicator.id)
def test_options_of_an_indicator_are_those_of_its_question_in_the_bank(indicator):
    entry = BANK[indicator.measure.bank]
    assert isinstance(indicator.measure, SurveyShare | SurveyMean)
    assert set(getattr(indicator.measure, "options", ())) <= set(entry.question.option_codes)
    assert indicator.id in entry.indicators or indicator.id == "R-60"


def test_every_figure_that_the_bank_promises_is_in_the_catalogue():
    promised = {id for entry in BANK.values() for id in entry.indicators}
    assert promised == {indicator.id for indicator in OF_WAVES} - {"R-60"}


def test_opinions_have_no_target_and_nothing_to_close():
    judged = {indicator.id for indicator in list_judged()}
    assert [one.id for one in OF_WAVES if one.id in judged] == []
    assert not any(has_figures(one, "street", Period.parse(code)) for one in OF_WAVES for code in ("2026-10", "2026"))


# --- Pages


@pytest.mark.parametrize("indicator", OF_WAVES, ids=lambda indicator: indicator.id)
def test_page_without_waves_shows_the_question_and_what_to_do(client, worker, indicator):
    page = open_page(client, worker, indicator.id).content.decode()
    assert "还没有结束的调查问过这道题" in page
    assert BANK[indicator.measure.bank].question.text in page


@pytest.mark.parametrize(
    ("who", "is_offered"), [("worker", True), ("street_officer", True), ("district_officer", False)]
)
def test_page_without_waves_leads_to_surveys_whoever_may_design_them(client, request, who, is_offered):
    page = open_page(client, request.getfixturevalue(who), "R-60").content.decode()
    assert (f'href="{reverse("surveys:list")}">去调查' in page) == is_offered


def test_page_shows_share_n_interval_and_response_rate(client, satisfied, street_officer):
    answer = open_page(client, street_officer, "R-60")
    assert answer.context["answer"].interval == (40.4, 59.6)
    page = answer.content.decode()
    assert all(text in page for text in ("50.0%", "40.4%–59.6%", "40.0%"))
    assert reverse("dashboards:survey", args=[satisfied.pk]) in page


def test_page_of_a_street_lists_the_communities_that_were_asked(client, satisfied, street_officer):
    parts = open_page(client, street_officer, "R-60").context["parts"]
    assert [(part["area"].name, part["shown"].value) for part in parts] == [("多福社区", 66.7), ("和平新村社区", None)]


def test_worker_sees_the_own_community_alone(client, satisfied, worker):
    answer = open_page(client, worker, "R-60").context["answer"]
    assert (answer.shown.figure, answer.parts) == (Figure(40, 60), [])


def test_district_sees_the_street_that_asked(client, satisfied, district_officer):
    answer = open_page(client, district_officer, "R-60").context["answer"]
    assert answer.shown.value is None
    assert [(part.name, shown.figure) for part, shown in answer.parts] == [("两邻街道", Figure(50, 100))]


def test_latest_wave_comes_first_and_earlier_ones_can_be_chosen(client, satisfied, street_officer, community):
    later = hold_wave(satisfied.version.survey, community, name="第二轮", ended=date(2026, 11, 10))
    keep_results(later, "overall", 40, {"3": 10, "4": 30})
    newest = open_page(client, street_officer, "R-60").context["answer"]
    earlier = open_page(client, street_officer, "R-60", period=f"W-{satisfied.pk}").context["answer"]
    assert (newest.shown.value, earlier.shown.value) == (75.0, 50.0)
    assert [shown.value for _wave, shown in newest.trend] == [50.0, 75.0]
    assert newest.has_trend


@pytest.mark.parametrize("period", ["2026-10", "W-0", "W-", "W-x", "nonsense"])
def test_period_that_is_no_wave_of_the_indicator_is_not_found(client, satisfied, street_officer, period):
    assert open_page(client, street_officer, "R-60", period=period).status_code == 404


def test_wave_that_did_not_ask_the_question_is_not_found(client, satisfied, street_officer):
    assert open_page(client, street_officer, "S0-24", period=f"W-{satisfied.pk}").status_code == 404


def test_grid_and_foreign_community_are_not_found(client, satisfied, worker, grids, neighbour_community):
    assert open_page(client, worker, "R-60", area=grids[0].code).status_code == 404
    assert open_page(client, worker, "R-60", area=neighbour_community.code).status_code == 404


def test_withheld_figure_says_why_and_has_no_number(client, satisfied, street_officer, neighbour_community):
    answer = open_page(client, street_officer, "R-60", area=neighbour_community.code)
    assert "答卷太少，或者能推算出个别人的回答，不显示。" in answer.content.decode()
    assert (answer.context["answer"].interval, answer.context["answer"].shown.numerator) == (None, "—")


def test_few_answers_are_called_a_hint(client, street_officer, street, community):
    keep_results(hold_wave(ask_bank(street_officer, street, "overall"), community), "overall", 29, {"3": 14, "4": 15})
    assert "样本少，仅供参考" in open_page(client, street_officer, "R-60").content.decode()


def test_no_list_lies_behind_a_share(client, satisfied, worker, community):
    client.force_login(worker)
    for name in ("behind", "people"):
        url = reverse(f"indicators:{name}", args=["R-60", community.code, f"W-{satisfied.pk}", "numerator"])
        assert client.get(url).status_code == 404


def test_whoever_may_not_open_results_gets_no_link_to_them(client, satisfied, admin):
    page = open_page(client, admin, "R-60").content.decode()
    assert "50.0%" in page
    assert reverse("dashboards:survey", args=[satisfied.pk]) not in page


def test_page_asks_as_many_queries_for_many_waves_as_for_two(
    client, satisfied, street_officer, community, django_assert_num_queries
):
    for number in range(4):
        wave = hold_wave(satisfied.version.survey, community, name=f"{number}", ended=ENDED)
        keep_results(wave, "overall", 40, {"3": 10, "4": 30})
        if number == 0:
            open_page(client, street_officer, "R-60")
            with django_assert_num_queries(14) as few:
                client.get(reverse("indicators:detail", args=["R-60"]))
    with django_assert_num_queries(len(few)):
        client.get(reverse("indicators:detail", args=["R-60"]))
