"""Wall screens: links shown once that can be taken back, and a screen without account, names and small counts."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from dashboards.asking import Ask
from dashboards.models import WallScreen
from dashboards.wall_panels import read_panels
from dashboards.walls import create_wall, list_choices, make_reader, make_token, revoke_wall
from indicators.areas import AreaRef
from indicators.choosing import get_period_or_404
from indicators.suppression import must_hide
from tests.activities.sign_up_help import use_own_counters
from tests.dashboards.asking import refresh
from tests.register import make_grids

URL = "/dashboards/walls/"


@pytest.fixture
def refreshed(register, worker, grids, community):
    """Thirty people, ten of them reached; six of one group, two of another."""
    people = [register.resident(grids[n % 2], groups=["retired"] if n < 12 else []) for n in range(28)]
    people += [register.resident(grids[0], groups=["hardship"], name="欧阳秀英") for _n in range(2)]
    register.activity(community, worker, *people[12:22], unnamed_count=5)
    refresh()


@pytest.fixture
def token():
    return make_token()


@pytest.fixture
def wall(street_officer, community, token, settings):
    use_own_counters(settings)
    return make_wall(community, token, street_officer)


def make_wall(area, token, by):
    return create_wall(area_code=area.code, name="南墙电视", seconds=20, token=token, by=by)


def panels_of(area):
    found = AreaRef.to(area)
    return read_panels(Ask(found, get_period_or_404(""), make_reader(found)))


def send(client, **fields):
    token = client.get(URL).context["form"].initial["token"]
    return client.post(URL, {"name": "南墙电视", "seconds": "20", "token": token} | fields)


def test_link_is_shown_once_and_its_token_kept_nowhere(client, street_officer, street):
    client.force_login(street_officer)
    response = send(client, area_code=street.code)
    token = response.context["url"].rstrip("/").rpartition("/")[2]
    assert len(token) == 32
    assert token not in str(list(WallScreen.objects.values_list()))
    assert token not in str(list(AuditEvent.objects.values_list()))
    assert token not in client.get(URL).content.decode()
    assert client.get(reverse("wall", args=[token])).status_code == 200


def test_form_sent_twice_makes_one_link(client, street_officer, street):
    client.force_login(street_officer)
    token = client.get(URL).context["form"].initial["token"]
    first, second = (send(client, area_code=street.code, token=token) for _n in range(2))
    assert first.context["url"] == second.context["url"]
    assert WallScreen.objects.count() == 1


def test_token_of_somebodys_own_making_is_refused(client, street_officer, street):
    client.force_login(street_officer)
    response = send(client, area_code=street.code, token="aaaa")
    assert "这一页开得太久了" in response.content.decode()
    assert not WallScreen.objects.exists()


@pytest.mark.parametrize("seconds", ["4", "301", "", "x"])
def test_seconds_out_of_bounds_are_refused_and_nothing_typed_is_lost(client, street_officer, street, seconds):
    client.force_login(street_officer)
    response = send(client, area_code=street.code, seconds=seconds, name="二楼")
    assert 'value="二楼"' in response.content.decode()
    assert not WallScreen.objects.exists()


def test_areas_of_the_form_are_ones_own_and_those_below(street_officer, street, community, foreign_community):
    assert [code for code, _name in list_choices(street_officer)] == [street.code, community.code]


def test_foreign_area_is_refused(street_officer, foreign_community, token):
    with pytest.raises(ValidationError, match="您负责的区域"):
        make_wall(foreign_community, token, street_officer)


def test_foreign_link_is_neither_listed_nor_revoked(client, make_user, foreign_street, foreign_community, wall):
    client.force_login(make_user("other", "street_officer", foreign_street))
    assert "南墙电视" not in client.get(URL).content.decode()
    assert client.post(reverse("dashboards:wall-revoke", args=[wall.pk])).status_code == 404


def test_revoked_link_is_not_found_and_says_so_to_an_open_screen(client, street_officer, wall, token):
    client.force_login(street_officer)
    client.post(reverse("dashboards:wall-revoke", args=[wall.pk]))
    client.logout()
    url = reverse("wall", args=[token])
    assert client.get(url).status_code == client.get(url, headers={"HX-Request": "true"}).status_code == 404
    assert AuditEvent.objects.filter(action="wall.revoke").count() == 1


def test_link_is_revoked_once(street_officer, wall):
    first = revoke_wall(wall=wall, by=street_officer).revoked_at
    assert revoke_wall(wall=wall, by=street_officer).revoked_at == first
    assert AuditEvent.objects.filter(action="wall.revoke").count() == 1


@pytest.mark.parametrize("token", ["x", "a" * 500, "²", "' or 1=1 --"])
def test_nonsense_is_not_found(client, db, token):
    assert client.get(reverse("wall", args=[token])).status_code == 404


def test_screen_keeps_its_address_to_itself(client, wall, token):
    headers = client.get(reverse("wall", args=[token])).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in headers["Cache-Control"]
    assert "Set-Cookie" not in headers


def test_screen_asks_in_vain_until_something_changes(client, refreshed, register, grids, wall, token):
    url = reverse("wall", args=[token])
    version = client.get(url).context["version"]
    ask = {"path": url, "data": {"version": version}, "headers": {"HX-Request": "true"}}
    assert client.get(**ask).status_code == 204
    for _n in range(6):
        register.resident(grids[0])
    refresh()
    fresh = client.get(**ask)
    assert "在册 36 人" in fresh.content.decode()
    assert "<html" not in fresh.content.decode()


def test_screen_that_asks_too_often_is_told_so(client, wall, token, monkeypatch):
    monkeypatch.setattr("dashboards.views.walls.ASKS_OF_ADDRESS", 1)
    url = reverse("wall", args=[token])
    assert [client.get(url).status_code for _n in range(2)] == [200, 429]


def test_opening_is_noted_but_not_every_time(client, wall, token):
    url = reverse("wall", args=[token])
    client.get(url)
    first = WallScreen.objects.get().seen_at
    client.get(url)
    assert WallScreen.objects.get().seen_at == first
    WallScreen.objects.update(seen_at=first - timedelta(hours=1))
    client.get(url)
    assert WallScreen.objects.get().seen_at > first


def test_screen_hides_small_counts_even_of_ones_own_community(refreshed, community, street):
    assert must_hide(make_reader(AreaRef.to(community)))
    names = {bar.name for bar in panels_of(community).groups}
    assert "离退休人员" in names
    assert "特殊困难群体" not in names


def test_screen_of_a_district_reads_with_the_eyes_of_the_district(refreshed, district):
    assert make_reader(AreaRef.to(district)).area_code == district.code
    assert panels_of(district).people.reach.population == 30


def test_screen_shows_no_person(client, refreshed, wall, token):
    text = client.get(reverse("wall", args=[token])).content.decode()
    assert "触达居民" in text
    assert not [word for word in ("欧阳", "张建国", "张*国", "*英", "南墙电视") if word in text]


def test_areas_come_by_reach_lowest_first(refreshed, community):
    rates = [bar.shown.rate for bar in panels_of(community).areas]
    assert rates == sorted(rates)


def test_screen_says_rates_with_one_decimal(register, worker, community, grids):
    people = [register.resident(grids[0]) for _number in range(18)]
    register.activity(community, worker, *people[:7])
    refresh()
    panels = panels_of(community)
    text = render_to_string("dashboards/_wall_panels.html", {"panels": panels})
    assert "38.9<small>%</small>" in text
    assert [bar.width for bar in panels.areas] == [39]


def test_clock_of_the_screen_is_that_of_the_portal(client, wall, token, settings):
    assert f'data-zone="{settings.TIME_ZONE}"' in client.get(reverse("wall", args=[token])).content.decode()


def test_screen_counts_what_everybody_may_come_to(refreshed, register, community, worker):
    soon = timezone.now() + timedelta(days=2)
    register.activity(community, worker, status="published", is_public=True, starts_at=soon)
    register.activity(community, worker, status="published", is_public=False, starts_at=soon)
    assert panels_of(community).coming == 1


def test_screen_without_figures_says_so(client, wall, token):
    assert "还没有可以公布的数字" in client.get(reverse("wall", args=[token])).content.decode()


def test_query_count_does_not_grow_with_areas(
    refreshed, register, street, neighbour_community, django_assert_num_queries
):
    found = AreaRef.to(street)
    ask = Ask(found, get_period_or_404(""), make_reader(found))
    with django_assert_num_queries(PANEL_QUERIES):
        read_panels(ask)
    for grid in make_grids(neighbour_community, "第一网格", "第二网格"):
        register.resident(grid, groups=["retired"])
    refresh()
    with django_assert_num_queries(PANEL_QUERIES):
        read_panels(ask)


PANEL_QUERIES = 20
