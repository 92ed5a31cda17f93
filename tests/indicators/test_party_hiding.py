"""Members and volunteers: no list opens to anybody, small figures are hidden above, and cells are kept right."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.catalogue.words import PARTY, VOLUNTEERS
from indicators.engine import rebuild
from indicators.engine.repairs import settle
from indicators.engine.verify import compare
from indicators.indicator import CLOSED, Thing, Unit
from indicators.models import TallyCell
from indicators.periods import Period
from indicators.rows import link_lists, may_list
from indicators.shown import show_figures
from party.models import Organisation
from tests.party.conftest import branch, make_member  # noqa: F401
from tests.register import make_grids
from volunteers.models import Volunteer

OURS = [one for one in CATALOGUE.values() if one.topic in (PARTY, VOLUNTEERS)]
OF_CLOSED = [one for one in OURS if not CLOSED.isdisjoint(one.measure.things or ())]


@pytest.fixture(autouse=True)
def very_few_periods(settings):
    settings.CELL_MONTHS = 1


@pytest.fixture
def month() -> Period:
    return Period.containing(timezone.localdate(), "month")


@pytest.fixture
def town(register, make_member, community, neighbour_community, street):  # noqa: F811
    """Three members here, seven next door, six in a third community of the street; volunteers likewise."""
    third = type(community).objects.create(code="990101001099", name="第三社区", street=street)
    for place, number in ((community, 3), (neighbour_community, 7), (third, 6)):
        home = make_grids(place, "张家网格")[0]
        seat = Organisation.objects.create(kind="branch", name="支部", community=place, founded_on=date(2020, 1, 1))
        for _number in range(number):
            person = register.resident(home)
            make_member(resident=person, organisation=seat)
            Volunteer.objects.create(community=place, resident=person, registered_on=date(2020, 1, 1))
    settle()
    return third


def periods_of(indicator) -> Period:
    return Period.containing(timezone.localdate(), indicator.periods[0])


def test_every_figure_of_members_counts_persons_and_has_no_list(db, worker, street_officer, community):
    assert {one.id for one in OF_CLOSED} >= {"S2-088", "S2-108", "S2-109", "S4-24", "S1-02", "S4-06", "S4-07", "S1-07"}
    for user in (worker, street_officer):
        assert not any(may_list(user, thing) for thing in CLOSED)
        links = [link_lists(one, AreaRef.to(community), periods_of(one), "", user) for one in OF_CLOSED]
        assert links == [{}] * len(OF_CLOSED)


@pytest.mark.parametrize("name", ["indicators:people", "indicators:behind"])
@pytest.mark.parametrize("side", ["numerator", "denominator"])
def test_lists_of_members_are_not_found_by_their_address(name, side, client, worker, town, community):
    client.force_login(worker)
    for one in OF_CLOSED:
        answer = client.get(reverse(name, args=[one.id, community.code, periods_of(one).code, side]))
        assert answer.status_code == 404, one.id


def test_negative_control_the_list_of_residents_who_volunteer_opens(client, worker, town, community):
    quarter = Period.containing(timezone.localdate(), "quarter")
    address = reverse("indicators:people", args=["S4-30", community.code, quarter.code, "numerator"])
    client.force_login(worker)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("id", ["S3-01", "S1-07"])
def test_small_counts_are_hidden_above_with_another_so_that_no_sum_tells(
    id, town, community, neighbour_community, month
):
    areas = [AreaRef.to(one) for one in (community, neighbour_community, town)]
    shown = show_figures(CATALOGUE[id], areas, [month], "", hides=True)
    hidden = [shown[area.id, month.code].hidden for area in areas]
    assert hidden == [True, False, True]  # three are few, and six are the fewest of the others
    assert shown[areas[0].id, month.code].denominator == "—"


def test_own_community_sees_its_numbers(town, community, month):
    shown = show_figures(CATALOGUE["S3-01"], [AreaRef.to(community)], [month], "", hides=False)
    assert (shown[community.pk, month.code].numerator, shown[community.pk, month.code].denominator) == ("0", "3")


@pytest.mark.parametrize("role", ["worker", "street_officer"])
def test_pages_answer(role, request, client, town):
    client.force_login(request.getfixturevalue(role))
    answers = {one.id: client.get(reverse("indicators:detail", args=[one.id])).status_code for one in OURS}
    assert set(answers.values()) == {200}


def test_hours_are_minutes_by_sixty(db):
    hours = CATALOGUE["R-70"]
    assert hours.unit == Unit.HOURS
    assert (
        hours.value(type(hours.answer(AreaRef("community", 0, "", ""), Period("year", date(2026, 1, 1))))(90, 90))
        == 1.5
    )


def test_stored_cells_are_what_a_second_count_finds(town):
    assert TallyCell.objects.filter(indicator="S3-01", level="street").exists()
    assert compare().drift == []


@pytest.mark.django_db(transaction=True)
def test_rebuilt_tallies_equal_those_of_increments(town):
    rows = ("level", "area_id", "period", "indicator", "numerator", "denominator")
    before = set(TallyCell.objects.values_list(*rows))
    TallyCell.objects.all().delete()
    rebuild.rebuild_cells(sessions=1)
    settle()
    assert set(TallyCell.objects.values_list(*rows)) == before
    assert any(row[3] == "S1-07" for row in before)


def test_things_of_members_are_never_residents(db):
    assert {thing for one in OURS if one.topic == PARTY for thing in one.measure.things or ()} <= CLOSED | {
        Thing.ACTIVITY
    }
