"""Data quality: each line is there while something is wrong, gone when it is mended, and its list has as many rows."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Theme
from dashboards.asking import Ask
from dashboards.quality.check import Check
from dashboards.quality.checks import ALL, CHECKS
from dashboards.quality.page import Quality, read
from grids.models import Building, Household, Residence, Resident
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.engine.cells import refresh_community
from indicators.engine.tallying import tally_all
from indicators.models import FigureReport
from indicators.periods import Period
from tests.register import make_grids
from visits.forms.log import visit_kinds
from visits.models import Visit

TODAY = timezone.localdate()
QUARTER = Period.containing(TODAY, "quarter")


def ask(user, area) -> Quality:
    return read(Ask(AreaRef.to(area), QUARTER, user))


def find(code: str, community) -> list[int]:
    return sorted(CHECKS[code].find([community.pk], TODAY).values_list("pk", flat=True))


@pytest.fixture
def door(grids):
    """A door of the first grid."""
    return Household.objects.create(building=Building.objects.create(grid=grids[0], name="1号楼"), room="101")


@pytest.fixture
def settle(door):
    """Let people live behind the door."""

    def run(*people: Resident) -> None:
        Resident.objects.filter(pk__in=[person.pk for person in people]).update(household=door)

    return run


@pytest.fixture
def tidy(register, grids, settle):
    """One person in each grid, behind a door, with all that is asked."""
    people = [register.resident(grid, name=name) for grid, name in zip(grids, ("王秀英", "李建国"), strict=True)]
    settle(*people)
    return people


def make_activities(register, community, worker, *heads: int, **fields) -> list[Activity]:
    """Return activities with so many heads, one a week, of one kind."""
    theme = Theme.objects.first()
    days = [TODAY - timedelta(days=7 * number + 20) for number in range(len(heads))]
    return [
        register.activity(community, worker, day=day, unnamed_count=number, theme=theme, **fields)
        for day, number in zip(days, heads, strict=True)
    ]


def test_tidy_community_has_no_lines(tidy, community, worker, settings):
    settings.REPORTS_SINCE = TODAY
    assert ask(worker, community).lines == []


# --- Register


def test_home_without_id_number_or_phone_is_incomplete(tidy, community, door):
    assert find("homes-incomplete", community) == []
    Resident.objects.filter(pk=tidy[0].pk).update(id_hash=None)
    assert find("homes-incomplete", community) == [door.pk]
    Resident.objects.filter(pk=tidy[0].pk).update(id_hash=b"1")
    Resident.objects.filter(household=door).update(phone_hash=None)
    assert find("homes-incomplete", community) == [door.pk]


def test_phone_of_a_child_does_not_complete_a_home(register, grids, community, settle, door):
    settle(register.resident(grids[0], born=TODAY - timedelta(days=365 * 10)))
    assert find("homes-incomplete", community) == [door.pk]


def test_incomplete_homes_are_those_that_the_indicator_misses(tidy, register, grids, community):
    homes = [Household.objects.create(building=Building.objects.get(), room=f"2{number}") for number in range(4)]
    for number, home in enumerate(homes):
        person = register.resident(grids[0])
        Resident.objects.filter(pk=person.pk).update(household=home, sex=number % 2)
    refresh_community(community.pk)
    tally_all()
    figure = CATALOGUE["S4-03"].answer(AreaRef.to(community), QUARTER)
    assert len(find("homes-incomplete", community)) == figure.denominator - figure.numerator == 2


def test_person_without_door_is_found_until_settled(tidy, register, grids, community, settle):
    person = register.resident(grids[0])
    assert find("without-door", community) == [person.pk]
    settle(person)
    assert find("without-door", community) == []


def test_who_moved_away_is_not_to_be_mended(tidy, register, grids, community):
    register.resident(grids[0], born=date(1890, 1, 1), until=TODAY)
    assert [code for code in CHECKS if find(code, community)] == []


def test_grid_is_empty_until_somebody_lives_there(tidy, register, community):
    grid = make_grids(community, "第三网格")[0]
    assert find("empty-grids", community) == [grid.pk]
    register.resident(grid)
    assert find("empty-grids", community) == []


@pytest.mark.parametrize(
    ("born", "is_odd"),
    [
        (TODAY.replace(year=TODAY.year - 105, day=1), True),
        (TODAY.replace(year=TODAY.year - 104, day=1), False),
        (TODAY, False),
        (TODAY + timedelta(days=1), True),
    ],
)
def test_births_before_living_memory_and_to_come_are_odd(register, grids, community, born, is_odd):
    person = register.resident(grids[0])
    Resident.objects.filter(pk=person.pk).update(birth_date=born)
    assert find("odd-births", community) == ([person.pk] if is_odd else [])


def test_thirteen_behind_a_door_are_a_crowd(register, grids, community, settle, door):
    people = [register.resident(grids[0]) for _number in range(13)]
    settle(*people[:12])
    assert find("crowded-homes", community) == []
    settle(people[12])
    assert find("crowded-homes", community) == [door.pk]


def test_namesake_of_the_same_day_without_number_may_be_a_double(register, grids, community):
    first, second = register.resident(grids[0]), register.resident(grids[1])
    assert find("double-people", community) == []
    Resident.objects.filter(pk=second.pk).update(id_hash=None)
    assert find("double-people", community) == [second.pk]
    Resident.objects.filter(pk=first.pk).update(id_hash=None)
    assert find("double-people", community) == [second.pk]


def test_namesake_who_moved_away_is_no_double(register, grids, community):
    first, second = register.resident(grids[0]), register.resident(grids[1])
    Resident.objects.filter(pk=second.pk).update(id_hash=None)
    Residence.objects.filter(resident=first).update(until=TODAY)
    assert find("double-people", community) == []


# --- Activities and visits


def test_activity_without_theme_is_found_until_chosen_or_verified(register, community, worker, street_officer):
    one, other = (register.activity(community, worker, title=title, place=title) for title in ("甲", "乙"))
    assert find("without-theme", community) == [one.pk, other.pk]
    Activity.objects.filter(pk=one.pk).update(theme=Theme.objects.first())
    Activity.objects.filter(pk=other.pk).update(verified_at=timezone.now(), verified_by=street_officer)
    assert find("without-theme", community) == []


def test_activity_with_few_names_is_found_for_two_weeks(register, grids, community, worker):
    person = register.resident(grids[0])
    late = register.activity(community, worker, person, unnamed_count=3)
    register.activity(community, worker, person, unnamed_count=3, day=TODAY - timedelta(days=15))
    assert find("unnamed", community) == [late.pk]
    Activity.objects.filter(pk=late.pk).update(unnamed_count=0)
    assert find("unnamed", community) == []


def test_activity_that_is_over_is_found_until_reported(register, community, worker):
    over = register.activity(community, worker, day=TODAY - timedelta(days=2), status="published")
    register.activity(community, worker, day=TODAY + timedelta(days=2), status="published")
    assert find("unreported", community) == [over.pk]
    Activity.objects.filter(pk=over.pk).update(status="held", reported_at=timezone.now(), reported_by=worker)
    assert find("unreported", community) == []


def test_returned_activity_is_found_until_reported_again(register, community, worker):
    one = register.activity(community, worker)
    Activity.objects.filter(pk=one.pk).update(returned_at=timezone.now(), return_reason="人数不对")
    assert find("returned", community) == [one.pk]
    Activity.objects.filter(pk=one.pk).update(returned_at=None, return_reason="")
    assert find("returned", community) == []


def test_heads_beyond_the_outer_fence_are_found(register, community, worker):
    crowd = make_activities(register, community, worker, 10, 12, 14, 16, 18, 20, 22, 24, 300)[-1]
    assert find("crowds", community) == [crowd.pk]
    Activity.objects.filter(pk=crowd.pk).update(unnamed_count=30)
    assert find("crowds", community) == []


def test_heads_are_held_against_those_of_the_whole_street(register, community, neighbour_community, worker):
    make_activities(register, neighbour_community, worker, *[10, 12, 14, 16, 18, 20, 22, 24])
    crowd = make_activities(register, community, worker, 300)[0]
    assert find("crowds", community) == [crowd.pk]
    assert find("crowds", neighbour_community) == []


def test_of_a_rare_kind_no_head_count_is_odd(register, community, worker):
    make_activities(register, community, worker, 10, 12, 300)
    assert find("crowds", community) == []


def test_little_more_than_always_is_not_odd(register, community, worker):
    make_activities(register, community, worker, *[10] * 9, 20)
    assert find("crowds", community) == []


def test_activity_longer_than_a_day_is_found(register, community, worker):
    one = register.activity(community, worker)
    Activity.objects.filter(pk=one.pk).update(ends_at=one.starts_at + timedelta(hours=25))
    assert find("endless", community) == [one.pk]
    Activity.objects.filter(pk=one.pk).update(ends_at=one.starts_at + timedelta(hours=24))
    assert find("endless", community) == []


@pytest.mark.parametrize(
    ("change", "is_twin"),
    [
        ({}, True),
        ({"place": "小广场"}, False),
        ({"day": TODAY - timedelta(days=1)}, False),
        ({"kind": "文艺演出"}, False),
    ],
)
def test_same_kind_time_and_place_is_a_twin(register, community, worker, change, is_twin):
    register.activity(community, worker)
    later = register.activity(community, worker, **change)
    assert find("twins", community) == ([later.pk] if is_twin else [])


def test_cancelled_twin_is_none(register, community, worker):
    first, _later = register.activity(community, worker), register.activity(community, worker)
    Activity.objects.filter(pk=first.pk).update(status="cancelled", cancel_reason="重复")
    assert find("twins", community) == []


def test_visit_entered_twice_is_found_until_withdrawn(community, worker, door):
    now = timezone.now()
    common = {"community": community, "household": door, "kind": visit_kinds()[0], "visitor": worker}
    Visit.objects.create(outcome="not_home", visited_at=now - timedelta(minutes=20), **common)
    twin = Visit.objects.create(outcome="not_home", visited_at=now, **common)
    Visit.objects.create(outcome="declined", visited_at=now, **common)
    assert find("visits-twice", community) == [twin.pk]
    Visit.objects.filter(pk=twin.pk).update(withdrawn_at=now, withdrawn_by=worker, withdraw_reason="twice")
    assert find("visits-twice", community) == []


def test_late_report_is_a_line_until_it_is_there(tidy, community, worker, settings):
    settings.REPORTS_SINCE = QUARTER.previous().start
    last = QUARTER.previous()
    found = [line for line in ask(worker, community).lines if line.code == "reports"]
    is_due = last.end + timedelta(days=settings.REPORT_DUE_DAYS - 1) < TODAY
    assert [line.count for line in found] == ([1] if is_due else [])
    FigureReport.objects.create(
        community=community, period=last.code, submitted_by=worker, first_submitted_at=timezone.now()
    )
    assert [line for line in ask(worker, community).lines if line.code == "reports"] == []


# --- The page


@pytest.fixture
def homeless(tidy, register, grids):
    """Three people without a door: few enough to be hidden from the street."""
    return [register.resident(grids[0], name=f"刘{letter}华") for letter in "德明小"]


def count_of(page: Quality, code: str):
    return next(line.count for line in page.lines if line.code == code)


def test_few_persons_are_hidden_from_the_street_and_no_list_is_offered(homeless, community, worker, street_officer):
    assert count_of(ask(worker, community), "without-door") == 3
    above = ask(street_officer, community)
    assert count_of(above, "without-door") is None
    assert [line.url for line in above.lines if line.code == "without-door"] == [""]


def test_single_hidden_count_hides_another(homeless, register, neighbour_community, community, street, street_officer):
    for _number in range(6):
        register.resident(make_grids(neighbour_community, f"第{_number}网格")[0])
    counts = ask(street_officer, street).counts["without-door"]
    assert counts == {community.pk: None, neighbour_community.pk: None}
    assert count_of(ask(street_officer, neighbour_community), "without-door") is None


def test_without_any_small_count_all_are_shown(register, neighbour_community, street, street_officer):
    grid = make_grids(neighbour_community, "第一网格")[0]
    for _number in range(6):
        register.resident(grid)
    assert ask(street_officer, street).counts["without-door"] == {neighbour_community.pk: 6}


def test_who_keeps_the_register_sees_few_persons(homeless, community, admin):
    assert count_of(ask(admin, community), "without-door") == 3


def test_street_has_a_row_for_each_community(homeless, street, street_officer, neighbour_community, client):
    client.force_login(street_officer)
    text = client.get(reverse("dashboards:page", args=[street.code, "quality"])).content.decode()
    assert "多福社区" in text
    assert "和平新村社区" in text
    assert "没有登记住址的居民" in text
    assert "刘" not in text


def test_page_says_as_of_when_and_links_to_the_list(homeless, client, worker, community):
    client.force_login(worker)
    text = client.get(reverse("dashboards:page", args=[community.code, "quality"])).content.decode()
    assert "截至" in text
    assert reverse("dashboards:quality-people", args=[community.code, "without-door"]) in text


def test_list_has_as_many_rows_as_the_line_says(homeless, client, worker, community):
    client.force_login(worker)
    text = client.get(reverse("dashboards:quality-people", args=[community.code, "without-door"])).content.decode()
    assert text.count('<a class="list-row"') == 3
    assert "刘*华" in text
    assert "刘德华" not in text


def test_list_of_activities_opens_where_they_are_changed(register, client, worker, street_officer, community):
    one = register.activity(community, worker)
    url = reverse("dashboards:quality-rows", args=[community.code, "without-theme"])
    client.force_login(worker)
    assert reverse("activities:edit", args=[one.pk]) in client.get(url).content.decode()
    client.force_login(street_officer)
    assert reverse("activities:detail", args=[one.pk]) in client.get(url).content.decode()


@pytest.mark.parametrize("check", ["without-theme", "nonsense", "without-door"])
def test_foreign_community_and_nonsense_are_not_found(client, worker, foreign_community, check):
    client.force_login(worker)
    url = reverse("dashboards:quality-rows", args=[foreign_community.code, check])
    assert client.get(url).status_code == 404


def test_people_are_not_listed_at_the_address_of_other_things(homeless, client, street_officer, community):
    client.force_login(street_officer)
    assert client.get(reverse("dashboards:quality-rows", args=[community.code, "without-door"])).status_code == 404
    assert client.get(reverse("dashboards:quality-people", args=[community.code, "without-door"])).status_code == 403


@pytest.mark.parametrize("level", ["district", "grid"])
def test_other_levels_have_no_such_page(client, district_officer, district, grids, level):
    client.force_login(district_officer)
    code = district.code if level == "district" else grids[0].code
    assert client.get(reverse("dashboards:page", args=[code, "quality"])).status_code == 404


def test_queries_do_not_grow_with_communities_and_rows(
    homeless, register, street, street_officer, neighbour_community, worker, django_assert_num_queries
):
    ask(street_officer, street)
    with django_assert_num_queries(QUERIES):
        ask(street_officer, street)
    for grid in make_grids(neighbour_community, "第一网格", "第二网格"):
        register.resident(grid)
    register.activity(neighbour_community, worker)
    with django_assert_num_queries(QUERIES):
        ask(street_officer, street)


QUERIES = 23


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.code)
def test_count_is_that_of_the_rows(check: Check, homeless, register, community, worker):
    register.activity(community, worker, unnamed_count=9)
    register.activity(community, worker, unnamed_count=9)
    expected = {community.pk: len(rows)} if (rows := find(check.code, community)) else {}
    assert check.count([community.pk], TODAY) == expected
