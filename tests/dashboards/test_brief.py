"""The one-page brief: figures that agree with the indicators, hidden cells left out, sentences that repeat figures."""

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.asking import Ask
from dashboards.brief import HEADLINES, list_tables, read
from dashboards.brief_words import say_gaps, say_held, say_trend
from dashboards.lines import draw_line
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.figures import Held
from indicators.periods import Period
from tests.dashboards.asking import refresh
from tests.register import make_grids


@pytest.fixture
def refreshed(register, worker, grids, community):
    """Thirty people in two grids, ten of them reached; three in a small group."""
    people = [register.resident(grids[n % 2], groups=["retired"] if n < 20 else []) for n in range(27)]
    people += [register.resident(grids[0], groups=["hardship"]) for _n in range(3)]
    register.activity(community, worker, *people[0:20:2], unnamed_count=10)
    refresh()
    return people


def ask(user, area, kind="quarter"):
    return Ask(AreaRef.to(area), Period.containing(timezone.localdate(), kind), user)


def test_headlines_equal_their_indicators_answers(refreshed, worker, community):
    asked = ask(worker, community)
    tiles = read(asked).tiles
    assert [tile.indicator.id for tile in tiles] == list(HEADLINES)
    for tile in tiles:
        assert tile.figure == CATALOGUE[tile.indicator.id].answer(asked.area, asked.period), tile.indicator.id


def test_gaps_come_by_people_missed(refreshed, worker, community):
    gaps = read(ask(worker, community)).gaps
    assert [(gap.area, gap.reach.missed) for gap in gaps] == [("第二网格", 10), ("第一网格", 3)]


def test_small_gaps_are_left_out_above_the_community(refreshed, worker, street_officer, community):
    own, above = ([gap.reach.missed for gap in read(ask(user, community)).gaps] for user in (worker, street_officer))
    assert (min(own), min(above)) == (3, 10)


def test_sentences_repeat_the_figures(refreshed, worker, community):
    words = read(ask(worker, community)).words
    assert words["reach"].startswith("在册 30 人，触达 10 人（33.3%），还有 20 人没有触达。")
    assert words["gaps"] == "还没触达的人最多的，是第二网格的离退休人员：10 人。"
    assert words["held"] == "办了 1 场活动，共 20 人次；健康讲座最多，1 场。"


def test_sentences_say_when_there_is_nothing():
    assert say_gaps([]) == "没有可以列出的缺口。"
    assert say_held(Held(), []) == "这个时期还没有记录活动。"
    assert say_trend([(Period.parse("2026-10"), None), (Period.parse("2026-11"), 3.0)]) == "可以比较的月份还不到两个。"


def test_trend_names_highest_and_lowest_month():
    months = [(Period.parse(f"2026-0{n}"), value) for n, value in enumerate([3.0, None, 12.5], start=1)]
    assert say_trend(months) == "近十二个月里，2026 年 3 月最高，为 12.5%；2026 年 1 月最低，为 3.0%。"


def test_line_has_a_piece_for_each_run_and_a_point_where_both_neighbours_are_missing():
    line = draw_line([10.0, 20.0, None, 30.0, None])
    assert (len(line.pieces), len(line.points), line.top) == (1, 1, 40)
    assert draw_line([None, None]).last is None


def test_tables_hold_what_the_page_shows(refreshed, worker, community):
    brief = read(ask(worker, community))
    tables = {table.code: table for table in list_tables(brief)}
    assert [len(tables[code].rows) for code in ("headlines", "trend", "gaps", "held")] == [8, 12, 2, 1]


def test_empty_area_says_what_to_do(client, street_officer, street):
    client.force_login(street_officer)
    text = client.get(reverse("dashboards:page", args=[street.code, "brief"])).content.decode()
    assert "这个时期没有在册居民" in text


def test_query_count_does_not_grow_with_areas(
    refreshed, register, street_officer, street, neighbour_community, django_assert_num_queries
):
    asked = ask(street_officer, street)
    with django_assert_num_queries(BRIEF_QUERIES):
        list_tables(read(asked))
    for grid in make_grids(neighbour_community, "第一网格", "第二网格", "第三网格"):
        register.resident(grid, groups=["retired"])
    refresh()
    with django_assert_num_queries(BRIEF_QUERIES):
        list_tables(read(asked))


BRIEF_QUERIES = 26
