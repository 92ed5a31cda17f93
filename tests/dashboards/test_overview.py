"""The dashboard: figures that agree with their definitions, hiding, freshness, and who is sent where."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.overview import read_overview
from indicators.areas import AreaRef
from indicators.engine.cells import find_dirty_communities, refresh_community
from indicators.periods import Period


@pytest.fixture
def refreshed(register, worker, grids, community):
    """Thirty people in two grids, ten of the first one reached, figures computed."""
    people = [register.resident(grids[n % 2], groups=["retired"] if n < 20 else []) for n in range(30)]
    register.activity(community, worker, *people[0:20:2], unnamed_count=10)
    refresh()
    return people


def refresh() -> None:
    for community_id in find_dirty_communities(timezone.localdate()):
        refresh_community(community_id)


def overview_for(user, area):
    return read_overview(AreaRef.to(area), Period.containing(timezone.localdate(), "quarter"), user)


@pytest.mark.parametrize("level", ["community", "street", "district"])
def test_every_tile_equals_its_indicators_answer(refreshed, request, level, street_officer):
    area = request.getfixturevalue(level)
    overview = overview_for(street_officer, area)
    for tile in overview.tiles:
        assert tile.figure == tile.indicator.answer(overview.area, overview.period, "all"), tile.indicator.id


def test_tiles_show_what_happened(refreshed, community, worker):
    figures = {tile.indicator.id: tile.figure for tile in overview_for(worker, community).tiles}
    assert (figures["S0-20"].numerator, figures["S0-20"].denominator) == (10, 30)
    assert (figures["S0-21"].numerator, figures["S0-21"].denominator) == (1, 2)
    assert (figures["R-04"].numerator, figures["R-04"].denominator) == (10, 20)


def test_low_identification_marks_reach_as_a_lower_bound(refreshed, community, worker):
    assert overview_for(worker, community).is_lower_bound


def test_areas_come_by_coverage_and_groups_by_people_missed(refreshed, community, worker):
    overview = overview_for(worker, community)
    assert [row.area.name for row in overview.grids] == ["第二网格", "第一网格"]
    assert overview.groups[0].code == "retired"
    assert overview.groups[0].shown.missed == "10"


def test_street_sees_no_small_counts_which_the_community_sees(
    refreshed, register, grids, community, worker, street_officer, street
):
    for _ in range(2):
        register.resident(grids[0], groups=["hardship"])
    refresh()
    own = {row.code: row.shown for row in overview_for(worker, community).groups}
    above = {row.code: row.shown for row in overview_for(street_officer, street).groups}
    assert (own["hardship"].population, above["hardship"].population) == ("2", "—")


def test_group_without_anybody_has_no_rate(refreshed, community, worker):
    rows = {row.code: row.shown for row in overview_for(worker, community).groups}
    assert (rows["laid_off"].population, rows["laid_off"].percent) == ("0", None)


def test_page_polls_and_is_answered_204_until_something_changes(client, refreshed, register, worker, community):
    client.force_login(worker)
    url = reverse("dashboards:area", args=[community.code])
    version = client.get(url).context["version"]
    ask = {"path": url, "data": {"version": version}, "headers": {"HX-Request": "true"}}
    assert client.get(**ask).status_code == 204
    register.activity(community, worker, refreshed[1])
    pending = client.get(**ask)
    assert "正在计算" in pending.content.decode()
    refresh()
    fresh = client.get(url, {"version": pending.context["version"]}, headers={"HX-Request": "true"})
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
    from tests.register import make_grids

    client.force_login(street_officer)
    url = reverse("dashboards:area", args=[street.code])
    client.get(url)
    with django_assert_num_queries(4):
        client.get(url)
    for grid in make_grids(neighbour_community, "第一网格", "第二网格", "第三网格"):
        register.resident(grid)
    refresh()
    client.get(url)
    with django_assert_num_queries(4):
        client.get(url)


def test_tile_opens_its_indicator_for_the_same_area_and_period(client, refreshed, worker, community):
    client.force_login(worker)
    page = client.get(reverse("dashboards:area", args=[community.code]), {"period": "2026"}).content.decode()
    assert f"/indicators/S0-20/?area={community.code}&amp;period=2026" in page


def test_sexes_stand_beside_the_age_bands(refreshed, community, worker):
    sexes = overview_for(worker, community).sexes
    assert [(row.code, row.shown.population, row.shown.reached) for row in sexes] == [
        ("male", "30", "10"),
        ("female", "0", "0"),
    ]
