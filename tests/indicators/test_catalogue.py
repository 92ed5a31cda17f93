"""The catalogue: complete words, figures counted by hand, lists as long as their figures, and what holds for all."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import ActivityKind
from grids.models import Grid
from grids.validators import refuse_forbidden
from indicators.areas import MODELS, AreaRef
from indicators.catalogue import CATALOGUE
from indicators.catalogue.words import ACTIVITIES, QUALITY, REACH, REPORTED, TOPICS
from indicators.indicator import Figure, Thing, Unit
from indicators.periods import MONTHS_OF, Period, recent_periods
from tests.indicators.village import compute, hold_four_activities, make_village, this_quarter
from tests.register import make_grids

SEED_IDS = set(Path(__file__).with_name("seed_ids.txt").read_text().split())
OURS = re.compile(r"R-\d\d(-\d)?")
EACH = pytest.mark.parametrize("indicator", CATALOGUE.values(), ids=lambda indicator: indicator.id)
COUNTED = [indicator for indicator in CATALOGUE.values() if not indicator.reported_because]


BY_SLOTS = {"S2-041", "R-15"}  # counted by hand in test_tallies.py
# (numerator, denominator) of hold_four_activities() by indicator and grouping.
EXPECTED = {
    ("S0-20", ""): (6, 14),
    ("S0-20", "retired"): (4, 10),
    ("S0-21", ""): (2, 2),
    ("R-09", ""): (1, 2),
    ("S0-22", ""): (1, 1),
    ("S0-23", ""): (2, 2),
    ("S0-25", ""): (8, 14),
    ("R-07", ""): (8, 14),
    ("S4-28", ""): (0, 1),
    ("S2-072", ""): (2, 3),
    ("S2-044", ""): (0, 1),
    ("S4-27", ""): (4, 10),
    ("S4-29", ""): (0, 1),
    ("S2-071", ""): (6, 8),
    ("R-05", ""): (6, 6),
    ("R-06", ""): (8, 6),
    ("R-01", ""): (1, 6),
    ("R-02", ""): (1, 6),
    ("R-03", ""): (0, 6),
    ("S0-35", ""): (1, 4),
    ("S0-35", "lecture"): (3, 4),
    ("S0-36", ""): (1, 4),
    ("S0-37", ""): (0, 0),
    ("S0-39", ""): (3, 4),
    ("S0-40", ""): (1, 4),
    ("S0-45", ""): (1, 4),
    ("S0-47", ""): (1, 4),
    ("S2-076", ""): (2, 4),
    ("S4-25", ""): (1, 4),
    ("S4-25-P", ""): (3, 14),
    ("S4-32", ""): (3, 4),
    ("S4-32", "young"): (1, 4),
    ("S4-32", "minor"): (0, 4),
    ("S4-33", ""): (1, 2),
    ("R-08", ""): (14, 14),
    ("R-04", ""): (8, 14),
}


@pytest.fixture
def village(register, community, grids, worker):
    return make_village(register, community, grids, worker)


@pytest.fixture
def busy(village):
    hold_four_activities(village)
    compute()
    return village


def read(indicator_id: str, area, grouping: str = "") -> tuple[int, int]:
    """Return the numbers of an area in the running quarter."""
    figure = CATALOGUE[indicator_id].answer(AreaRef.to(area), this_quarter(), grouping)
    return figure.numerator, figure.denominator


@EACH
def test_words_are_complete(indicator):
    words = (indicator.name, indicator.numerator, indicator.denominator, indicator.source)
    assert all(map(str, words))
    assert indicator.topic in (REPORTED, QUALITY) or str(indicator.reference)
    assert not re.search("[一-龥]", indicator.name_en)
    assert indicator.topic in TOPICS
    assert indicator.periods
    assert set(indicator.periods) <= set(MONTHS_OF) or indicator.is_by_wave


def test_ids_are_those_of_the_seed_reports_or_ours():
    strange = [id for id in CATALOGUE if id.removesuffix("-P") not in SEED_IDS and not OURS.fullmatch(id)]
    assert strange == []


def test_rule_13_no_indicator_names_an_excluded_topic():
    for indicator in CATALOGUE.values():
        for text in (indicator.name, indicator.numerator, indicator.denominator):
            refuse_forbidden(str(text))


def test_figures_counted_by_hand(busy):
    assert {(id, grouping): read(id, busy.community, grouping) for id, grouping in EXPECTED} == EXPECTED


def test_every_figure_of_reach_and_activities_is_counted_by_hand():
    ours = {id for id, indicator in CATALOGUE.items() if indicator.topic in (REACH, ACTIVITIES)}
    assert ours - BY_SLOTS == {id for id, _grouping in EXPECTED}


def test_diversity_of_six_and_four(village):
    for kind in ["健康讲座"] * 6 + ["文艺演出"] * 4:
        village.log(kind)
    compute()
    assert read("S0-37", village.community) == (100 - 36 - 16, 100)


def test_plan_of_today_is_not_overdue_before_the_day_is_over(village):
    village.log("健康讲座", planned=True, status="planned")
    compute()
    assert read("S4-33", village.community) == (0, 0)


def test_activities_on_another_theme_are_no_repetition(village):
    for theme in ("健康", "法治", ""):
        village.log("健康讲座", theme=theme)
    compute()
    assert read("S2-076", village.community) == (0, 3)


def test_feedback_that_may_not_be_read_yet_counts_nowhere(busy):
    busy.community.activities.get(feedback__raters=5).feedback.__class__.objects.update(raters=4, shown_raters=0)
    compute()
    assert read("S0-40", busy.community) == (0, 4)


def test_visitor_from_elsewhere_makes_no_age_band_of_the_community(village, foreign_grid):
    village.log("健康讲座", village.register.resident(foreign_grid, born=village.seniors[0].birth_date))
    compute()
    assert read("S4-32", village.community) == (0, 1)


def test_kind_that_was_renamed_is_no_current_affairs_talk(busy):
    ActivityKind.objects.filter(name="时政宣讲").update(name="政策解读")
    assert read("S0-47", busy.community) == (0, 4)


def test_rule_6_union_counts_whoever_is_in_two_groups_once(register, worker, grids, community):
    both = register.resident(grids[0], groups=["retired", "party_member"])
    register.resident(grids[0], groups=["retired"])
    register.activity(community, worker, both)
    compute()
    assert read("S0-20", community, "any_group") == (1, 2)


def test_rule_7_a_grid_is_covered_by_its_people_and_by_what_is_held_for_it(village):
    village.log("健康讲座", village.seniors[0]).target_grids.add(village.grids[1])
    compute()
    grids_reached, grids_aimed_at = CATALOGUE["S0-21"], CATALOGUE["R-09"]
    here, quarter = AreaRef.to(village.community), this_quarter()
    assert list(grids_reached.measure.behind(here, quarter, "").numerator) == [village.grids[0]]
    assert list(grids_aimed_at.measure.behind(here, quarter, "").numerator) == [village.grids[1]]


def test_rule_11_the_threshold_of_low_reach_is_a_setting(busy, settings):
    settings.LOW_REACH_RATE = 0.3
    assert read("S0-22", busy.community) == (0, 1)


def list_asked(indicator, areas) -> list[tuple]:
    """Return (area, grouping) for every level that the indicator has figures of, and for each of its groupings."""
    codes = [code for code, _name in indicator.measure.list_groupings()] or [""]
    order = list(MODELS)
    return [(a, g) for a in areas if order.index(a.level) >= order.index(indicator.measure.lowest) for g in codes]


@pytest.fixture
def areas(busy, street, district):
    return [AreaRef.to(area) for area in (busy.grids[0], busy.grids[1], busy.community, street, district)]


def test_lists_are_as_long_as_their_figures(areas):
    wrong, lists = {}, 0
    for indicator in CATALOGUE.values():
        for area, grouping in list_asked(indicator, areas) if indicator.measure.things else ():
            figure = indicator.answer(area, this_quarter(), grouping)
            behind = indicator.measure.behind(area, this_quarter(), grouping)
            lengths = Figure(behind.numerator.count(), behind.denominator.count())
            lists += 1
            if lengths != figure:
                wrong[indicator.id, area.level, grouping] = (figure, lengths)
    assert not wrong
    assert lists > 100


def test_whoever_is_in_the_numerators_list_is_in_the_denominators(areas):
    outside = {}
    for indicator in CATALOGUE.values():
        if len(set(indicator.measure.things or ())) != 1:
            continue
        for area, grouping in list_asked(indicator, areas[2:3]):
            behind = indicator.measure.behind(area, this_quarter(), grouping)
            keys = {
                side: set(getattr(behind, side).values_list("pk", flat=True)) for side in ("numerator", "denominator")
            }
            if not keys["numerator"] <= keys["denominator"]:
                outside[indicator.id] = keys
    assert not outside


def test_shares_lie_between_none_and_all(areas):
    wrong = [
        (indicator.id, area, grouping)
        for indicator in COUNTED
        for area, grouping in list_asked(indicator, areas)
        if indicator.unit in (Unit.PERCENT, Unit.INDEX)
        for figure in [indicator.answer(area, this_quarter(), grouping)]
        if not 0 <= figure.numerator <= figure.denominator
    ]
    assert wrong == []


def test_rule_1_grids_add_up_to_their_community(areas):
    wrong, quarter = [], this_quarter()
    for indicator in CATALOGUE.values():
        if indicator.measure.lowest != "grid" or Thing.GROUP in (indicator.measure.things or ()):
            continue
        for _area, grouping in list_asked(indicator, areas[2:3]):
            parts = indicator.measure.answer(areas[:2], [quarter], grouping).values()
            whole = indicator.answer(areas[2], quarter, grouping)
            if Figure(sum(p.numerator for p in parts), sum(p.denominator for p in parts)) != whole:
                wrong.append((indicator.id, grouping))
    assert wrong == []


@pytest.mark.parametrize("kind", MONTHS_OF)
def test_every_indicator_answers_at_every_level_for_every_kind_of_period(areas, kind):
    today = timezone.localdate()
    for indicator in CATALOGUE.values():
        for area, grouping in list_asked(indicator, areas):
            answers = indicator.measure.answer([area], recent_periods(kind, today, 2), grouping)
            assert set(answers) == {(area.id, period.code) for period in recent_periods(kind, today, 2)}


def count_queries(indicator, areas, periods) -> int:
    with CaptureQueriesContext(connection) as queries:
        indicator.measure.answer(areas, periods, "")
    return len(queries)


def test_answer_asks_as_many_queries_for_many_areas_and_periods_as_for_one(busy):
    make_grids(busy.community, "第三网格", "第四网格")
    grids = [AreaRef.to(grid) for grid in Grid.objects.filter(community=busy.community)]
    months, whole = recent_periods("month", timezone.localdate(), 12), AreaRef.to(busy.community)
    several = {
        indicator.id: (count_queries(indicator, [whole], months[:1]), count_queries(indicator, [whole], months))
        for indicator in CATALOGUE.values()
    }
    assert {id: counts for id, counts in several.items() if counts[0] != counts[1] or counts[0] > 4} == {}
    by_grid = [indicator for indicator in CATALOGUE.values() if indicator.measure.lowest == "grid"]
    assert all(count_queries(one, grids, months[:1]) == count_queries(one, grids[:1], months[:1]) for one in by_grid)


def test_unknown_area_of_cells_has_zeros_and_no_rate(busy, neighbour_community):
    figure = CATALOGUE["S0-20"].answer(AreaRef.to(neighbour_community), Period.containing(timezone.localdate(), "year"))
    assert (figure, figure.rate) == (Figure(0, 0), None)
