"""Twins: what people say beside what the register knows, on the pages of both."""

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.groupings import ALL
from grids.models import PopulationGroup
from grids.validators import refuse_forbidden
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.indicator import Figure
from indicators.twin_sides import read_register_side
from indicators.twins import TWINS, find_twin, find_twins_of
from tests.indicators.village import compute, hold_four_activities, make_village
from tests.surveys.kept_results import ask_bank, hold_wave, keep_results


@pytest.fixture
def village(register, community, grids, worker):
    village = make_village(register, community, grids, worker)
    hold_four_activities(village)
    compute()
    return village


@pytest.fixture
def wave(village, street_officer, street, community):
    """A wave that ended today: 24 of 60 say that they never took part, 30 that retirees are addressed."""
    survey = ask_bank(street_officer, street, "taken_part")
    wave = hold_wave(survey, community, ended=timezone.localdate())
    counts = {"never": 24, "once_or_twice": 20, "several": 16}
    keep_results(wave, "taken_part", 60, counts, rows={community: (60, counts)})
    return wave


def sides_of(client, user, id, **query):
    client.force_login(user)
    return client.get(reverse("indicators:detail", args=[id]), query).context["sides"]


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.survey)
def test_both_sides_are_in_the_catalogue_and_the_difference_is_said(db, twin):
    assert CATALOGUE[twin.survey].is_by_wave
    assert not CATALOGUE[twin.register].is_by_wave
    codes = [code for code, _name in CATALOGUE[twin.register].measure.list_groupings()]
    assert not twin.grouping or twin.grouping in codes
    refuse_forbidden(str(twin.difference))
    assert len(str(twin.difference)) > 30


def test_twin_is_found_by_question_and_options():
    assert find_twin("taken_part", ("never",)).register == "S0-25"
    assert (find_twin("regular_groups", ["youth"]).grouping, find_twin("formats", ["sports"]).register) == (
        "youth",
        "S0-35",
    )


@pytest.mark.parametrize(
    ("bank", "options"), [("taken_part", ["several"]), ("overall", ["4", "5"]), ("nothing", ["never"])]
)
def test_what_the_register_does_not_know_has_no_twin(bank, options):
    assert find_twin(bank, options) is None


def test_twin_of_a_grouping_belongs_to_that_grouping_alone(db):
    reach = CATALOGUE["S0-20"]
    assert [twin.survey for twin in find_twins_of(reach, "retired")] == ["S0-11"]
    assert find_twins_of(reach, ALL.code) == []
    assert [twin.survey for twin in find_twins_of(CATALOGUE["S0-25"], ALL.code)] == ["S0-24"]


def test_survey_page_shows_the_registers_figure_of_the_quarter(client, wave, worker):
    (side,) = sides_of(client, worker, "S0-24")
    assert (side.indicator.id, side.shown.figure, side.period.kind) == ("S0-25", Figure(8, 14), "quarter")


def test_register_page_shows_what_people_answered_last(client, wave, worker):
    (side,) = sides_of(client, worker, "S0-25")
    assert (side.indicator.id, side.shown.figure, side.period.code) == ("S0-24", Figure(24, 60), f"W-{wave.pk}")
    assert side.url.endswith(f"period=W-{wave.pk}")


def test_register_page_of_another_grouping_has_no_twin(client, wave, worker):
    assert sides_of(client, worker, "S0-25", grouping="retired") == []


def test_register_page_names_its_twin_before_anybody_was_asked(client, village, worker):
    (side,) = sides_of(client, worker, "S0-20", grouping="retired")
    assert (side.indicator.id, side.shown) == ("S0-11", None)


def test_grids_have_no_twin(client, wave, worker, grids):
    assert sides_of(client, worker, "S0-25", area=grids[0].code) == []


def test_register_side_is_hidden_where_its_own_page_hides_it(village, street_officer, community):
    side = read_register_side(
        find_twin("regular_groups", ["retired"]), AreaRef.to(community), timezone.localdate(), street_officer
    )
    assert side.shown.hidden  # four of ten retirees: fewer than five


def test_group_that_was_deleted_has_no_twin(village, worker, community):
    PopulationGroup.objects.filter(code="relocated").delete()
    twin = find_twin("regular_groups", ["relocated"])
    assert read_register_side(twin, AreaRef.to(community), timezone.localdate(), worker) is None


def test_quarter_that_is_no_longer_kept_has_no_figure(village, worker, community):
    long_ago = timezone.localdate().replace(year=2019, day=1)
    side = read_register_side(find_twin("taken_part", ["never"]), AreaRef.to(community), long_ago, worker)
    assert (side.shown, side.period) == (None, None)
