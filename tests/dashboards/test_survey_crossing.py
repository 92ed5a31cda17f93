"""Cross tables of a wave: shares of rows or columns, hidden cells as dashes, communities as far as the reader sees."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from communities.models import Community
from dashboards.surveys import crossing
from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.crossing import (
    COMMUNITY,
    find_usual_first,
    find_usual_second,
    list_percents,
    list_tables,
    read,
)
from surveys.models import Wave
from surveys.questionnaire import Kind, Option, Question
from surveys.results.shapes import CrossTable
from tests.dashboards.survey_results import OVERALL, keep, make_results

CROSSED = CrossTable(
    "sex",
    "overall",
    "您的性别",
    "总体满意程度",
    rows=("男", "女"),
    columns=("不满意", "满意"),
    counts=((40, 140), (None, None)),
    row_totals=(180, 210),
    column_totals=(70, 320),
    n=390,
)


@pytest.fixture
def crossed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two questions cross to a table known beforehand."""
    monkeypatch.setattr(crossing, "cross", lambda wave, first, second: CROSSED)


def open_cross(client: Client, user: User, wave: Wave, **choices: str):
    """Return the answer of the page."""
    client.force_login(user)
    return client.get(reverse("dashboards:survey-cross", args=[wave.pk]), choices)


def test_shares_are_of_rows_or_of_columns():
    assert list_percents(CROSSED, "rows") == [[22.2, 77.8], [None, None]]
    assert list_percents(CROSSED, "columns") == [[57.1, 43.8], [None, None]]


def test_cross_table_shows_shares_and_counts(client: Client, wave: Wave, street_officer: User, crossed: None):
    keep(wave, make_results())

    page = open_cross(client, street_officer, wave, first="sex", second="overall").content.decode()

    assert "22.2%" in page
    assert "您的性别 × 总体满意程度" in page
    assert "390 份回答" in page


def test_hidden_cells_are_dashes_everywhere(wave: Wave, street_officer: User, crossed: None):
    keep(wave, make_results())

    shares, counts = list_tables(read(WaveAsk(wave, street_officer, {"first": "sex", "second": "overall"})))

    assert shares.rows[1][1:3] == [None, None]
    assert counts.rows[1][1:3] == (None, None)


def test_same_question_twice_asks_for_another(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    page = open_cross(client, street_officer, wave, first="sex", second="sex").content.decode()

    assert "请选两道不同的题" in page


@pytest.mark.parametrize(
    "choices", [{"first": "nothing"}, {"base": "x"}, {"second": "places.square"}, {"first": "a" * 300}]
)
def test_nonsense_and_withheld_questions_are_not_found(
    client: Client, wave: Wave, street_officer: User, choices: dict[str, str]
):
    keep(wave, make_results())

    assert open_cross(client, street_officer, wave, **choices).status_code == 404


def test_withheld_table_says_why(client: Client, wave: Wave, street_officer: User, monkeypatch: pytest.MonkeyPatch):
    keep(wave, make_results())
    withheld = CrossTable("sex", "overall", "您的性别", "总体满意程度", withheld="格子太少人。")
    monkeypatch.setattr(crossing, "cross", lambda wave, first, second: withheld)

    assert "格子太少人。" in open_cross(client, street_officer, wave).content.decode()


def test_street_crosses_by_every_community(
    wave: Wave, street_officer: User, community: Community, neighbour_community: Community
):
    keep(wave, make_results(community, neighbour_community))

    content = read(WaveAsk(wave, street_officer, {"first": COMMUNITY, "second": "overall"}))

    assert content.table is not None
    assert content.table.rows == (community.name, neighbour_community.name, "全部社区")
    assert content.table.counts[-1] == OVERALL


def test_worker_crosses_by_her_own_community_only(
    client: Client, wave: Wave, worker: User, community: Community, neighbour_community: Community
):
    keep(wave, make_results(community, neighbour_community))

    page = open_cross(client, worker, wave, first=COMMUNITY, second="overall").content.decode()

    assert neighbour_community.name not in page
    assert "全部社区" in page


def test_communities_turned_around_hold_the_same_counts(
    wave: Wave, street_officer: User, community: Community, neighbour_community: Community
):
    keep(wave, make_results(community, neighbour_community))

    content = read(WaveAsk(wave, street_officer, {"first": "overall", "second": COMMUNITY}))

    assert content.table is not None
    assert content.table.counts[4] == (90, 60, 150)
    assert content.table.column_totals == (200, 200, 400)


def test_open_wave_has_no_cross_tables(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results(is_final=False))

    assert "结束以后才能交叉看" in open_cross(client, street_officer, wave).content.decode()


def test_table_begins_with_sex_by_a_question_of_the_matter():
    options = (Option("1", "甲"), Option("2", "乙"))
    asked = [("post", "post"), ("sex", "sex"), ("age", "age"), ("overall", "")]
    shown = [Question(code, Kind.SINGLE, code, options=options, background=about).variables[0] for code, about in asked]
    assert (find_usual_first(shown), find_usual_second(shown)) == (1, 3)
    assert (find_usual_first(shown[:2]), find_usual_second(shown[:2])) == (1, 0)
    assert (find_usual_first(shown[:1]), find_usual_second(shown[:1])) == (0, 1)
