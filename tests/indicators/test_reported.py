"""Reported figures: sums that name who is missing, ratios, and how completely and timely numbers come in."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from communities.models import Community
from grids.models import Grid
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.indicator import RATES, Figure
from indicators.models import AreaLevel, ReachCell
from indicators.periods import Period
from indicators.reports import pages as report_pages
from indicators.reports.fields import FIELDS, fields_of
from indicators.reports.reported import CommunitiesWith, ReportedMeasure
from indicators.reports.slots import FieldTally, SlotTally, State, asked_periods, due_of, existed, read_slots
from tests.indicators.report_help import QUARTER, TODAY, make_report, noon
from tests.register import make_grids

THIRD = Period.parse(QUARTER)
LAST_YEAR = Period.parse("2025")
REPORTED = [one for one in CATALOGUE.values() if isinstance(one.measure, ReportedMeasure | CommunitiesWith)]


@pytest.fixture(autouse=True)
def november(time_machine):
    time_machine.move_to(noon(), tick=False)


def figure(id, area, period=THIRD):
    """The figure of an indicator in an area."""
    return CATALOGUE[id].answer(AreaRef.to(area), period)


@pytest.mark.parametrize("indicator", REPORTED, ids=lambda indicator: indicator.id)
def test_reported_indicator_says_why_and_its_numbers_are_asked_in_its_period(indicator):
    assert str(indicator.reported_because).endswith("。")
    assert {FIELDS[code].form for code in indicator.measure.fields} == set(indicator.periods)


@pytest.mark.parametrize("indicator", REPORTED, ids=lambda indicator: indicator.id)
def test_reported_sum_is_no_rate_and_a_ratio_is_one(indicator):
    is_ratio = isinstance(indicator.measure, CommunitiesWith) or bool(indicator.measure.denominator)
    assert (indicator.unit in RATES) == is_ratio


def test_there_are_between_twelve_and_twenty_reported_indicators():
    assert 12 <= len(REPORTED) <= 20


def test_indicators_of_the_portal_itself_are_not_reported():
    assert all(not one.reported_because for one in CATALOGUE.values() if one not in REPORTED)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.code)
def test_field_fits_its_column_and_names_fields_of_its_own_form(field):
    assert len(field.code) <= 10
    assert {FIELDS[code].form for code in (*field.parts, *filter(None, [field.at_most]))} <= {field.form}


def test_sum_of_a_street_leaves_out_who_has_not_reported_and_names_them(community, neighbour_community, worker):
    make_report(community, worker, S2_031=3)
    places = [community, neighbour_community]
    totals = report_pages.sum_up(AreaRef.to(community.street), places, THIRD)
    found = next(total for total in totals if total.indicator.id == "S2-031")
    assert (found.shown, found.reported, found.missing) == ("3 人", 1, [neighbour_community.name])


def test_sum_of_a_street_adds_what_its_communities_report(community, neighbour_community, worker):
    make_report(community, worker, S2_031=3)
    make_report(neighbour_community, worker, S2_031=4)
    assert figure("S2-031", community.street) == Figure(7, 2)
    assert figure("S2-031", community) == Figure(3, 1)
    assert figure("S2-031", community.street.district) == Figure(7, 2)


def test_nothing_reported_is_no_zero(community, worker):
    (total, *_others) = report_pages.sum_up(AreaRef.to(community.street), [community], THIRD)
    assert (total.shown, total.missing) == ("—", [community.name])


def test_page_of_a_reported_indicator_names_who_is_missing(client, street_officer, community, neighbour_community):
    make_report(community, street_officer, S2_031=3)
    client.force_login(street_officer)
    answer = client.get("/indicators/S2-031/", {"period": QUARTER})
    assert answer.context["missing"] == [neighbour_community.name]
    assert f"没有报的社区（不算在内）：{neighbour_community.name}" in answer.content.decode()


def test_reported_zero_is_a_number(community, worker):
    make_report(community, worker, S2_002=0)
    (total, *_others) = report_pages.sum_up(AreaRef.to(community.street), [community], THIRD)
    assert (total.shown, total.missing) == ("0 人", [])


def test_ratio_counts_communities_that_reported_both_sides(community, neighbour_community, worker):
    make_report(community, worker, "2025", S1_51_d="1000.50", S1_51="500.25")
    make_report(neighbour_community, worker, "2025", S1_51_d=9000)
    assert figure("S1-51", community.street, LAST_YEAR) == Figure(500, 1001)


def test_money_is_summed_to_the_cent_before_it_is_rounded(community, neighbour_community, worker):
    for place in (community, neighbour_community):
        make_report(place, worker, "2025", S1_51_d="0.30", S1_51="0.30")
    assert figure("S1-51", community.street, LAST_YEAR) == Figure(1, 1)


def test_ratio_to_residents_counts_those_of_the_communities_that_reported(community, neighbour_community, worker):
    for place, people in ((community, 200), (neighbour_community, 900)):
        others = dict.fromkeys(("reached", "contacts", "newcomers", "twice", "active", "often", "settled", "never"), 0)
        ReachCell.objects.create(
            level=AreaLevel.COMMUNITY, area_id=place.pk, period="2025", grouping="all", population=people, **others
        )
    make_report(community, worker, "2025", S2_086=1000)
    assert figure("S2-086", community.street, LAST_YEAR) == Figure(1000, 200)


def test_ratio_to_grids_counts_those_of_the_last_day(community, grids, worker):
    make_grids(community, "新网格")
    Grid.objects.filter(name="新网格").update(valid_from=date(2026, 10, 1))
    make_report(community, worker, S3_04=1)
    assert figure("S3-04", community) == Figure(1, 2)


def test_training_hours_of_fewer_than_five_workers_are_no_figure(community, neighbour_community, worker):
    make_report(community, worker, S2_002=4, S2_011=40)
    make_report(neighbour_community, worker, S2_002=6, S2_011=60)
    assert figure("S2-011", community) == Figure(0)
    assert figure("S2-011", community.street) == Figure(100, 10)


def test_communities_with_an_honour_are_counted_and_listed(community, neighbour_community, worker):
    make_report(community, worker, "2025", S0_60_a=1)
    make_report(neighbour_community, worker, "2025", S0_60_a=0)
    behind = CATALOGUE["S1-01"].measure.behind(AreaRef.to(community.street), LAST_YEAR, "")
    assert figure("S1-01", community.street, LAST_YEAR) == Figure(1, 2)
    assert (list(behind.numerator), list(behind.denominator)) == ([community], [community, neighbour_community])


def test_facilities_count_only_where_all_four_are_open(community, neighbour_community, worker):
    make_report(community, worker, "2025", S1_41_a=1, S1_41_b=2, S1_41_c=1, S1_41_d=1)
    make_report(neighbour_community, worker, "2025", S1_41_a=1, S1_41_b=0, S1_41_c=1, S1_41_d=1)
    assert figure("S1-41", community.street, LAST_YEAR) == Figure(1, 2)


def test_premises_are_held_against_the_standard_that_was_reported(community, neighbour_community, worker):
    make_report(community, worker, "2025", S2_081=900, S2_081_d=900)
    make_report(neighbour_community, worker, "2025", S2_081="899.99", S2_081_d=900)
    assert figure("S2-081", community.street, LAST_YEAR) == Figure(1, 2)


def test_answer_takes_as_many_queries_for_many_areas(community, neighbour_community, worker, django_assert_num_queries):
    for place in (community, neighbour_community):
        make_report(place, worker, "2025", S1_51_d=2, S1_51=1)
    areas = [AreaRef.to(place) for place in (community, neighbour_community)]
    with django_assert_num_queries(1):
        CATALOGUE["S1-51"].measure.answer(areas, [LAST_YEAR, Period.parse("2024")], "")


def test_numbers_are_due_ten_days_after_the_period():
    assert due_of(THIRD) == date(2026, 10, 10)
    assert due_of(LAST_YEAR) == date(2026, 1, 10)


@pytest.mark.parametrize(
    ("day", "state"), [(date(2026, 10, 10), State.ON_TIME), (date(2026, 10, 11), State.LATE), (None, State.MISSING)]
)
def test_slot_is_judged_by_the_first_report(community, worker, day, state):
    if day:
        make_report(community, worker, on=day, S2_002=1)
    (slot,) = read_slots([community], [THIRD], TODAY)
    assert slot.state == state


def test_slot_is_open_up_to_the_last_day(community):
    (slot,) = read_slots([community], [THIRD], date(2026, 10, 10))
    assert slot.state == State.OPEN


def test_running_period_and_months_are_not_asked_for(community):
    running = [Period.parse("2026-Q4"), Period.parse("2026"), Period.parse("2026-09")]
    assert read_slots([community], running, TODAY) == []


def test_periods_before_the_portal_asked_are_left_alone(settings, community):
    settings.REPORTS_SINCE = date(2026, 4, 1)
    assert [period.code for period in asked_periods("quarter", TODAY, 4)] == ["2026-Q3", "2026-Q2"]
    assert asked_periods("year", TODAY, 2) == []


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, True),
        (date(2026, 9, 30), None, True),
        (date(2026, 10, 1), None, False),
        (None, date(2026, 10, 1), True),
        (None, date(2026, 9, 30), False),
    ],
)
def test_report_is_expected_of_communities_of_the_last_day(since, until, expected):
    assert existed(Community(valid_from=since, valid_to=until), THIRD) is expected


def test_timeliness_by_hand(community, neighbour_community, foreign_community, worker):
    """One on time, one late, one missing: a third."""
    make_report(community, worker, on=date(2026, 10, 1), S2_002=1)
    make_report(neighbour_community, worker, on=date(2026, 11, 1), S2_002=1)
    keys = [community.pk, neighbour_community.pk, foreign_community.pk]
    items = list(SlotTally().find(keys, THIRD, TODAY))
    assert [(item.id, item.counted) for item in items] == list(zip(keys, (True, False, False), strict=True))
    assert sum(row[3] for row in SlotTally().count(keys, [THIRD], TODAY)) == 1


def test_open_slot_counts_neither_way(community):
    day = due_of(THIRD)
    assert list(SlotTally().count([community.pk], [THIRD], day)) == []
    assert list(SlotTally().count([community.pk], [THIRD], day + timedelta(days=1))) != []


def test_completeness_by_hand(community, neighbour_community, worker):
    """Two of twelve numbers here, none there: two of twenty-four."""
    make_report(community, worker, S2_002=1, S2_031=0)
    asked = len(fields_of("quarter"))
    rows = list(FieldTally().count([community.pk, neighbour_community.pk], [THIRD], TODAY))
    assert rows == [
        (community.pk, None, QUARTER, 2, asked),
        (neighbour_community.pk, None, QUARTER, 0, asked),
    ]


def test_items_of_completeness_agree_with_its_sums(community, worker):
    make_report(community, worker, S2_002=1, S2_031=0)
    items = list(FieldTally().find([community.pk], THIRD, TODAY))
    assert len({item.id for item in items}) == len(fields_of("quarter"))
    assert sum(item.counted for item in items) == 2


def test_number_that_is_no_longer_asked_is_not_counted(community, worker):
    make_report(community, worker, S2_002=1, S9_99=5)
    (slot,) = read_slots([community], [THIRD], TODAY)
    assert slot.filled == 1
    assert figure("S2-002", community).numerator == Decimal(1)
