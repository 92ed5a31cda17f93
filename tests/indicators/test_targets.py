"""Targets: which one holds, setting them on one page, and taking over those of the year before."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from dashboards.asking import Ask
from dashboards.overview import read
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.engine.cells import refresh_community
from indicators.judging import Light
from indicators.models import Target
from indicators.periods import Period
from indicators.targets import copy_targets, find_target, find_targets, list_judged, set_targets

YEAR = timezone.localdate().year
REACH = CATALOGUE["S0-20"]


@pytest.fixture
def set_target(street_officer):
    """Set a target for S0-20."""

    def run(area, value: str | None, year: int = YEAR) -> int:
        values = {REACH.id: Decimal(value) if value else None}
        return set_targets(area=AreaRef.to(area), year=year, values=values, by=street_officer)

    return run


def test_nearest_target_holds(set_target, district, street, community, neighbour_community):
    set_target(district, "60")
    set_target(community, "80")
    assert find_target(REACH, AreaRef.to(street), YEAR) == 60
    assert find_target(REACH, AreaRef.to(community), YEAR) == 80
    set_target(street, "70")
    assert find_target(REACH, AreaRef.to(neighbour_community), YEAR) == 70
    assert find_target(REACH, AreaRef.to(community), YEAR) == 80


def test_grid_has_the_target_of_its_community(set_target, community, grids):
    set_target(community, "80")
    assert find_target(REACH, AreaRef.to(grids[0]), YEAR) == 80


def test_targets_of_other_years_and_streets_do_not_hold(set_target, street, foreign_street):
    set_target(street, "80", YEAR - 1)
    set_target(foreign_street, "70")
    assert find_target(REACH, AreaRef.to(street), YEAR) is None


def test_targets_of_all_indicators_are_one_query(set_target, street, community, django_assert_num_queries):
    set_target(street, "80")
    set_target(community, "90")
    with django_assert_num_queries(1):
        assert find_targets(community.code, YEAR)[REACH.id].value == 90


def test_setting_is_audited_with_what_it_was_before(set_target, street):
    set_target(street, "80")
    set_target(street, "85.5")
    detail = AuditEvent.objects.filter(action="target.set").latest("pk").detail
    assert detail == {"year": YEAR, "changed": {"S0-20": ["80.00", "85.5"]}}


def test_setting_the_same_again_changes_and_audits_nothing(set_target, street):
    set_target(street, "80")
    before = Target.objects.get()
    assert set_target(street, "80") == 0
    assert Target.objects.get() == before
    assert AuditEvent.objects.filter(action="target.set").count() == 1


def test_copying_fills_the_holes_only(set_target, street, street_officer):
    set_target(street, "80", YEAR - 1)
    assert copy_targets(area=AreaRef.to(street), year=YEAR, by=street_officer) == 1
    set_target(street, "85")
    assert copy_targets(area=AreaRef.to(street), year=YEAR, by=street_officer) == 0
    assert find_target(REACH, AreaRef.to(street), YEAR) == 85


def test_indicators_that_are_neither_better_nor_worse_have_no_target():
    judged = {indicator.id for indicator in list_judged()}
    assert judged == {id for id, indicator in CATALOGUE.items() if indicator.more_is_better is not None}
    assert judged < CATALOGUE.keys()


# --- The page


@pytest.fixture
def send(client, street_officer, street):
    """Send the form of the street, or of another area."""

    def run(values: dict[str, str], area=street, year: int = YEAR):
        client.force_login(street_officer)
        data = {f"target-{id}": value for id, value in values.items()} | {"csrfmiddlewaretoken": "x"}
        return client.post(reverse("indicators:targets", args=[area.code, year]), data)

    return run


@pytest.mark.parametrize("typed", ["90", "90%", "９０", " 90.00 "])
def test_page_saves_what_was_typed(send, typed):
    assert send({"S0-20": typed}).status_code == 302
    assert Target.objects.get().value == 90


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("101", "在 0 到 100 之间"),
        ("-1", "在 0 到 100 之间"),
        ("12.345", "最多两位小数"),
        ("很多", "请填数字"),
        ("NaN", "请填数字"),
    ],
)
def test_page_refuses_at_the_field_and_keeps_what_was_typed(send, typed, words):
    answer = send({"S0-20": typed, "S0-21": "77"})
    page = answer.content.decode()
    assert answer.context["form"].errors["target-S0-20"][0].startswith(words)
    assert f'value="{typed}"' in page
    assert 'value="77"' in page
    assert not Target.objects.exists()


def test_emptied_field_gives_the_target_up(send, set_target, street):
    set_target(street, "80")
    send({})
    assert not Target.objects.exists()


def test_inherited_target_is_shown_greyed_and_not_saved(client, street_officer, send, set_target, street, community):
    set_target(street, "80")
    client.force_login(street_officer)
    page = client.get(reverse("indicators:targets", args=[community.code, YEAR])).content.decode()
    assert 'placeholder="80"' in page
    send({}, community)
    assert Target.objects.get().area_code == street.code


def test_page_copies_the_year_before(client, street_officer, set_target, street):
    set_target(street, "80", YEAR - 1)
    client.force_login(street_officer)
    client.post(reverse("indicators:targets-copy", args=[street.code, YEAR]))
    assert find_target(REACH, AreaRef.to(street), YEAR) == 80


@pytest.mark.parametrize("year", [YEAR - 2, YEAR + 2, 9999])
def test_years_that_nobody_plans_are_not_found(client, street_officer, street, year):
    client.force_login(street_officer)
    assert client.get(reverse("indicators:targets", args=[street.code, year])).status_code == 404


def test_queries_of_the_page_do_not_grow_with_targets(
    client, street_officer, set_target, street, community, django_assert_num_queries
):
    client.force_login(street_officer)
    address = reverse("indicators:targets", args=[community.code, YEAR])
    with django_assert_num_queries(9):
        client.get(address)
    set_target(street, "80")
    set_target(community, "80")
    with django_assert_num_queries(9):
        client.get(address)


# --- Beside figures


@pytest.fixture
def reached(register, worker, grids, community):
    """Twenty people, of whom twelve were reached last month; figures are computed."""
    people = [register.resident(grids[0]) for _ in range(20)]
    month = Period.containing(timezone.localdate(), "month").previous()
    register.activity(community, worker, *people[:12], day=month.start)
    refresh_community(community.pk)
    return month


def test_definition_page_shows_the_light(client, street_officer, reached, set_target, street):
    client.force_login(street_officer)
    address = reverse("indicators:detail", args=["S0-20"])
    query = {"area": street.code, "period": reached.code}
    assert client.get(address, query).context["standing"].judged is None
    set_target(street, "90", reached.start.year)
    page = client.get(address, query)
    assert page.context["standing"].judged.light == Light.GREEN
    assert "目标 17.5%（全年 90.0%）" in page.content.decode()


def test_groupings_have_no_target(client, street_officer, reached, set_target, street):
    set_target(street, "90", reached.start.year)
    client.force_login(street_officer)
    query = {"area": street.code, "period": reached.code, "grouping": "retired"}
    assert client.get(reverse("indicators:detail", args=["S0-20"]), query).context["standing"] is None


def test_dashboard_tiles_show_the_light(reached, set_target, street, street_officer):
    set_target(street, "99", reached.start.year)
    overview = read(Ask(AreaRef.to(street), reached, street_officer))
    lights = {tile.indicator.id: tile.judged and tile.judged.light for tile in overview.tiles}
    assert (lights["S0-20"], lights["S0-21"]) == (Light.GREEN, None)


def test_hidden_figure_has_no_light(register, grids, reached, set_target, street, street_officer):
    """Three people of 18 to 35 are too few to be shown: the colour would tell how many of them were reached."""
    for _ in range(3):
        register.resident(grids[0], born=timezone.localdate() - timedelta(days=9000))
    refresh_community(grids[0].community_id)
    values = {"S0-23": Decimal(50)}
    set_targets(area=AreaRef.to(street), year=reached.start.year, values=values, by=street_officer)
    tiles = {tile.indicator.id: tile for tile in read(Ask(AreaRef.to(street), reached, street_officer)).tiles}
    assert (tiles["S0-23"].hidden, tiles["S0-23"].judged) == (True, None)
