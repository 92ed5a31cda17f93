"""The dashboard: figures that agree with their definitions, hiding, freshness, and who is sent where."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.asking import Ask
from dashboards.overview import SECTIONS, list_tables, read
from grids.models import Building, Household, Resident
from indicators.areas import AreaRef
from indicators.closings.closing import close_period
from indicators.detail import Question, read_answer
from indicators.engine.cells import find_dirty_communities, refresh_community
from indicators.engine.tallying import tally_community
from indicators.indicator import Figure
from indicators.periods import Period
from tests.register import make_grids

LAST = Period.containing(timezone.localdate(), "quarter").previous()


@pytest.fixture
def refreshed(register, worker, grids, community):
    """Thirty people in two grids, three behind each door; ten of the first grid reached, figures computed."""
    people = [register.resident(grids[n % 2], groups=["retired"] if n < 20 else []) for n in range(30)]
    building = Building.objects.create(grid=grids[0], name="1号楼")
    for number in range(0, 30, 3):
        home = Household.objects.create(building=building, room=f"{number}")
        Resident.objects.filter(pk__in=[person.pk for person in people[number : number + 3]]).update(household=home)
    register.activity(community, worker, *people[0:20:2], unnamed_count=10)
    refresh()
    return people


@pytest.fixture
def neighbours(refreshed, register, neighbour_community, worker):
    """Eight people in the other community, two of them reached: too few to be shown above it."""
    people = [register.resident(grid) for grid in make_grids(neighbour_community, "第一网格") for _ in range(8)]
    register.activity(neighbour_community, worker, *people[:2])
    refresh()


def refresh() -> None:
    for community_id in find_dirty_communities(timezone.localdate()):
        refresh_community(community_id)
        tally_community(community_id)


def ask_for(user, area, period=None):
    return Ask(AreaRef.to(area), period or Period.containing(timezone.localdate(), "quarter"), user)


def overview_for(user, area, period=None):
    return read(ask_for(user, area, period))


def tiles_of(user, area, period=None):
    return {tile.indicator.id: tile for tile in overview_for(user, area, period).tiles}


@pytest.mark.parametrize(
    ("reader", "level"),
    [
        ("worker", "community"),
        ("street_officer", "community"),
        ("street_officer", "street"),
        ("district_officer", "street"),
        ("district_officer", "district"),
    ],
)
def test_every_tile_is_what_its_indicators_page_shows(refreshed, neighbours, request, reader, level):
    user, area = request.getfixturevalue(reader), AreaRef.to(request.getfixturevalue(level))
    overview = read(Ask(area, Period.containing(timezone.localdate(), "quarter"), user))
    assert [tile.indicator.id for tile in overview.tiles] == [id for _heading, ids in SECTIONS for id in ids]
    for tile in overview.tiles:
        question = Question(tile.indicator, area, overview.period, "all" if tile.indicator.id == "S0-20" else "")
        shown = read_answer(question, (), user).shown
        assert (tile.figure, tile.hidden, tile.value) == (shown.figure, shown.hidden, shown.value), tile.indicator.id


def test_tile_is_hidden_where_a_sibling_would_give_it_away(refreshed, neighbours, community, street_officer, worker):
    """Of the other community two people were reached: its share is hidden, and so is this one's."""
    own, above = tiles_of(worker, community), tiles_of(street_officer, community)
    assert (own["S0-20"].hidden, above["S0-20"].hidden) == (False, True)
    assert (above["S0-20"].value, above["S0-20"].comparison, above["S0-20"].lists) == (None, "", {})


def test_hidden_tile_puts_no_number_into_the_page(client, refreshed, neighbours, community, street_officer):
    client.force_login(street_officer)
    page = client.get(reverse("dashboards:area", args=[community.code])).content.decode()
    tile = re.search(r'<div[^>]*data-figure="S0-20".*?</div>', page, re.DOTALL).group()
    assert "人数太少，不显示" in tile
    assert not re.search(r"data-numerator|10|30", tile.replace(community.code, ""))


def test_tiles_show_what_happened(refreshed, community, worker):
    tiles = tiles_of(worker, community)
    assert [tiles[id].counted for id in ("S0-20", "S0-21", "R-04")] == ["10 / 30 人", "1 / 2 个网格", "10 / 20 人次"]
    assert (tiles["R-08"].number, tiles["R-08"].unit, tiles["R-08"].counted) == ("20", "人次", "")


def test_tile_names_the_period_before_and_the_change(refreshed, register, community, worker):
    register.activity(community, worker, *refreshed[:6], day=LAST.start, origin="proposed")
    register.activity(community, worker, *refreshed[:3], day=LAST.previous().start, unnamed_count=3)
    refresh()
    tiles = tiles_of(worker, community, LAST)
    assert tiles["S0-20"].comparison == "上季 10.0%，+10.0 个百分点"
    assert tiles["R-08"].comparison == "上季 6 人次，持平"
    assert tiles["R-04"].comparison == "上季 50.0%，+50.0 个百分点"


def test_running_period_stands_beside_the_whole_one_before(refreshed, register, community, worker):
    """What only grows while the period runs is not called a decline; a share may be compared."""
    register.activity(community, worker, *refreshed[:15], day=LAST.start)
    refresh()
    tiles = tiles_of(worker, community)
    assert (tiles["S0-20"].comparison, tiles["S0-20"].change) == ("上季全季 50.0%", None)
    assert tiles["R-04"].comparison == "上季全季 100.0%，-50.0 个百分点"


def test_period_before_without_anything_is_not_compared(refreshed, community, worker):
    tiles = tiles_of(worker, community)
    assert (tiles["R-04"].comparison, tiles["S0-39"].comparison) == ("", "")


def test_period_before_is_hidden_where_its_own_page_hides_it(
    refreshed, register, community, worker, street_officer, street
):
    """Two people of thirty were reached in the quarter before: too few to be shown to the street."""
    register.activity(community, worker, *refreshed[:2], day=LAST.start)
    refresh()
    assert tiles_of(worker, community)["S0-20"].before == Figure(2, 30)
    above = tiles_of(street_officer, street)["S0-20"]
    assert (above.figure, above.hidden, above.before, above.comparison) == (Figure(10, 30), False, None, "")


def test_figure_that_moved_since_the_closing_names_the_old_one(
    client, refreshed, register, community, worker, street_officer, street
):
    register.activity(community, worker, *refreshed[:10], day=LAST.start)
    refresh()
    close_period(street=street, period=LAST, by=street_officer)
    assert tiles_of(street_officer, street, LAST)["S0-20"].frozen is None
    register.activity(community, worker, *refreshed[10:16], day=LAST.start)
    refresh()
    moved = tiles_of(street_officer, street, LAST)["S0-20"]
    assert (moved.figure, moved.frozen) == (Figure(16, 30), Figure(10, 30))
    client.force_login(street_officer)
    page = client.get(reverse("dashboards:area", args=[street.code]), {"period": LAST.code}).content.decode()
    assert re.search(r"重述</span>\s*关账时 33.3%", page)


def test_closed_figure_that_was_too_small_stays_hidden(refreshed, register, community, worker, street_officer, street):
    register.activity(community, worker, *refreshed[:2], day=LAST.start)
    refresh()
    close_period(street=street, period=LAST, by=street_officer)
    register.activity(community, worker, *refreshed[10:20], day=LAST.start)
    refresh()
    assert tiles_of(worker, community, LAST)["S0-20"].frozen == Figure(2, 30)
    assert tiles_of(street_officer, street, LAST)["S0-20"].frozen is None


def test_lists_behind_a_tile_are_linked_for_who_may_read_them(refreshed, community, worker, street_officer):
    reach, grids = (tiles_of(worker, community)[id].lists for id in ("S0-20", "S0-21"))
    assert (len(reach), "/people/" in reach["numerator"], "/behind/" in grids["numerator"]) == (2, True, True)
    above = tiles_of(street_officer, community)
    assert (above["S0-20"].lists, len(above["S0-21"].lists), len(above["R-10"].lists)) == ({}, 2, 0)


def test_low_identification_marks_reach_as_a_lower_bound(refreshed, community, worker):
    assert overview_for(worker, community).is_lower_bound


def test_areas_come_by_coverage_and_groups_by_people_missed(refreshed, community, worker):
    overview = overview_for(worker, community)
    assert [row.name for row in overview.areas] == ["第二网格", "第一网格"]
    assert (overview.groups[0].code, overview.groups[0].shown.missed) == ("retired", "10")
    assert overview.worst_group.code == "retired"


def test_district_lists_streets_and_communities_but_no_grids(refreshed, district, district_officer):
    overview = overview_for(district_officer, district)
    assert ([row.name for row in overview.areas], [row.name for row in overview.further]) == (
        ["两邻街道"],
        ["多福社区"],
    )


def test_rows_open_the_coverage_of_their_area_or_group(refreshed, community, worker, grids):
    tables = {table.code: table for table in list_tables(overview_for(worker, community))}
    assert tables["areas"].urls[0].startswith(f"/dashboards/{grids[1].code}/coverage/?period=")
    assert tables["groups"].urls[0].endswith("&grouping=retired")


def test_street_sees_no_small_counts_which_the_community_sees(
    refreshed, register, grids, community, worker, street_officer, street
):
    for _ in range(2):
        register.resident(grids[0], groups=["hardship"])
    refresh()
    own = {row.code: row.cells for row in overview_for(worker, community).groups}
    above = {row.code: row.cells for row in overview_for(street_officer, street).groups}
    assert own["hardship"][1:] == [2, 0, 2, 0.0]
    assert above["hardship"][1:] == [None] * 4


def test_order_of_hidden_groups_says_nothing(refreshed, register, grids, street, street_officer):
    for group, number in (("hardship", 1), ("youth", 4)):
        for _ in range(number):
            register.resident(grids[0], groups=[group])
    refresh()
    hidden = [row.code for row in overview_for(street_officer, street).groups if row.shown.hidden]
    assert hidden == sorted(hidden)
    assert {"hardship", "youth"} <= set(hidden)


def test_group_without_anybody_has_no_rate(refreshed, community, worker):
    rows = {row.code: row.cells for row in overview_for(worker, community).groups}
    assert rows["laid_off"][1:] == [0, 0, 0, None]


def version_of(response):
    return re.search(r"version=([-0-9a-f]+)", response.content.decode()).group(1)


def test_page_polls_and_is_answered_204_until_something_changes(client, refreshed, register, worker, community):
    client.force_login(worker)
    url = reverse("dashboards:area", args=[community.code])
    version = version_of(client.get(url))
    ask = {"path": url, "data": {"version": version}, "headers": {"HX-Request": "true"}}
    assert client.get(**ask).status_code == 204
    register.activity(community, worker, refreshed[1])
    pending = client.get(**ask)
    assert "正在计算" in pending.content.decode()
    refresh()
    fresh = client.get(url, {"version": version_of(pending)}, headers={"HX-Request": "true"})
    assert "11 / 30" in fresh.content.decode()


def test_marks_that_wait_long_are_called_stale(client, refreshed, register, worker, community, time_machine_later):
    register.activity(community, worker, refreshed[1])
    with time_machine_later(minutes=5):
        client.force_login(worker)
        text = client.get(reverse("dashboards:area", args=[community.code])).content.decode()
    assert "后台恢复后会自动补算" in text


@pytest.fixture
def time_machine_later():
    import time_machine

    return lambda **shift: time_machine.travel(timezone.now() + timedelta(**shift))


def test_empty_area_says_what_to_do(client, street_officer, street):
    client.force_login(street_officer)
    text = client.get(reverse("dashboards:area", args=[street.code])).content.decode()
    assert "这个时期没有在册居民" in text


@pytest.mark.parametrize("period", ["2026-13", "x", "2026-1", "'"])
def test_nonsense_period_is_not_found(client, street_officer, street, period):
    client.force_login(street_officer)
    assert client.get(reverse("dashboards:area", args=[street.code]), {"period": period}).status_code == 404


@pytest.mark.parametrize(
    ("who", "to"),
    [
        ("street_officer", "/dashboards/"),
        ("district_officer", "/dashboards/"),
        ("admin", "/imports/"),
        ("security_admin", "/accounts/"),
        ("auditor", "/audit/"),
    ],
)
def test_home_sends_each_role_to_its_work(client, request, who, to):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/").url == to


def test_workers_home_shows_own_grid(client, refreshed, worker):
    client.force_login(worker)
    text = client.get("/").content.decode()
    assert "第一网格还没触达" in text
    assert "已触达 10 / 15 人" in text


def test_dashboard_query_count_is_constant(
    client, refreshed, register, street_officer, street, neighbour_community, django_assert_num_queries
):
    client.force_login(street_officer)
    url = reverse("dashboards:area", args=[street.code])
    client.get(url)
    with django_assert_num_queries(3):
        client.get(url)
    for grid in make_grids(neighbour_community, "第一网格", "第二网格", "第三网格"):
        register.resident(grid)
    refresh()
    client.get(url)
    with django_assert_num_queries(3):
        client.get(url)


def test_tile_opens_its_indicator_for_the_same_area_and_period(client, refreshed, worker, community):
    client.force_login(worker)
    page = client.get(reverse("dashboards:area", args=[community.code]), {"period": "2026"}).content.decode()
    assert f"/indicators/S0-20/?area={community.code}&amp;period=2026" in page


def test_rates_have_one_decimal_in_cells_and_labels(register, grids, community, worker):
    people = [register.resident(grids[0]) for _number in range(18)]
    register.activity(community, worker, *people[:7])
    refresh()
    overview = overview_for(worker, community)
    areas = next(table for table in list_tables(overview) if table.code == "areas")
    assert [row[-1] for row in areas.rows] == [38.9, None]
    assert overview.chart.data["labels"] == ["38.9%", "—"]


def test_figures_are_asked_for_again_and_files_of_them_not_kept(client, refreshed, worker, community):
    client.force_login(worker)
    page = client.get(reverse("dashboards:area", args=[community.code]))
    file = client.get(reverse("dashboards:file", args=[community.code, "overview", "areas", "csv"]))
    kept = [{*answer.headers["Cache-Control"].split(", ")} for answer in (page, file)]
    assert kept == [{"private", "no-cache"}, {"private", "no-store"}]


def test_sexes_stand_beside_the_age_bands(refreshed, community, worker):
    sexes = overview_for(worker, community).sexes
    assert [(row.code, row.shown.population, row.shown.reached) for row in sexes] == [
        ("male", "30", "10"),
        ("female", "0", "0"),
    ]
