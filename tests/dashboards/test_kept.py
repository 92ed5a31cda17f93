"""What pages have answered is kept: for whom, until when; and what belongs to one request never is."""

import re
from datetime import timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

import pytest
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from communities.models import Community, Street
from dashboards.asking import Ask
from dashboards.edition import read_edition
from dashboards.finished import finish
from dashboards.kept import Shelf
from dashboards.overview import read
from grids.area_changes import merge_communities
from grids.models import Grid, PopulationGroup
from indicators.areas import AreaRef
from indicators.engine.tallying import tally_community
from indicators.models import PeriodClosing
from indicators.periods import Period
from indicators.targets import set_targets
from tests.dashboards.asking import refresh
from tests.register import make_grids
from tests.surveys.kept_results import ask_bank, hold_wave, keep_results

QUARTER = Period.containing(timezone.localdate(), "quarter")
KEPT = 3  # queries: session, account with area, edition
COLD = 46  # of the overview of a street


@pytest.fixture(autouse=True)
def inhabited(neighbour_community):
    """There is a grid in each community: without one they could not be merged."""
    make_grids(neighbour_community, "第一网格")


@pytest.fixture
def people(register, worker, grids, community):
    """Twelve people, six of them reached, figures computed."""
    people = [register.resident(grids[0]) for _number in range(12)]
    register.activity(community, worker, *people[:6])
    refresh()
    return people


def sign_in(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def text_of(response) -> str:
    return response.content.decode()


# --- For whom


def test_second_reader_of_the_same_role_and_area_gets_what_is_kept(
    people, community, worker, make_user, django_assert_num_queries
):
    url = reverse("dashboards:area", args=[community.code])
    first, second = sign_in(worker), sign_in(make_user("worker2", Role.WORKER, community))
    mine = text_of(first.get(url))
    with django_assert_num_queries(KEPT):
        hers = text_of(second.get(url))
    assert f'data-user="{worker.pk}"' in mine
    assert f'data-user="{worker.pk}"' not in hers
    assert "6 / 12 人" in hers


def test_other_role_area_and_language_have_their_own(worker, street_officer, admin, outsider):
    keys = {Shelf(user).name_key(["x"]) for user in (worker, street_officer, admin, outsider)}
    with override("en"):
        keys.add(Shelf(worker).name_key(["x"]))
    assert len(keys) == 5
    assert Shelf(worker).name_key(["x"]) in keys


def test_other_day_and_release_have_their_own(worker, monkeypatch, time_machine):
    key = Shelf(worker).name_key(["x"])
    monkeypatch.setattr("dashboards.kept.get_release", lambda: "older")
    assert Shelf(worker).name_key(["x"]) != key
    monkeypatch.undo()
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert Shelf(worker).name_key(["x"]) != key


def test_foreign_page_is_not_found_even_when_it_is_kept(people, community, worker, outsider):
    url = reverse("dashboards:area", args=[community.code])
    assert sign_in(worker).get(url).status_code == 200
    missing = sign_in(outsider).get(reverse("dashboards:area", args=["990101009009"]))
    foreign = sign_in(outsider).get(url)
    assert (foreign.status_code, missing.status_code) == (404, 404)


def test_page_in_another_language_is_drawn_in_it(people, community, worker):
    client, url = sign_in(worker), reverse("dashboards:area", args=[community.code])
    assert '<html lang="zh-hans"' in text_of(client.get(url))
    client.cookies["django_language"] = "en"
    assert '<html lang="en"' in text_of(client.get(url))


def test_cold_read_asks_as_often_whatever_there_is(
    people, register, neighbour_community, street, street_officer, django_assert_num_queries
):
    ask = Ask(AreaRef.to(street), QUARTER, street_officer)
    with django_assert_num_queries(COLD):
        read(ask)
    for grid in make_grids(neighbour_community, "第二网格", "第三网格"):
        register.resident(grid)
    refresh()
    with django_assert_num_queries(COLD):
        read(ask)


# --- What is never kept


def test_token_of_a_kept_page_is_the_readers_own(people, community, worker, make_user):
    url = reverse("dashboards:area", args=[community.code])
    sign_in(worker).get(url)
    client = sign_in(make_user("worker2", Role.WORKER, community), enforce_csrf_checks=True)
    page = text_of(client.get(url))
    token = re.search(r'"X-CSRFToken": "(\w+)"', page).group(1)
    assert page.count(token) == 3
    change = {"language": "en", "next": url}
    assert client.post("/language/", change, headers={"X-CSRFToken": "a" * 64}).status_code == 403
    assert client.post("/language/", change, headers={"X-CSRFToken": token}).status_code == 302


def test_message_is_shown_once_on_a_kept_page(people, community, worker, rf):
    client, url = sign_in(worker), reverse("dashboards:area", args=[community.code])
    client.get(url)
    client.cookies["messages"] = CookieStorage(rf.get("/"))._encode([Message(25, "已保存：健康讲座<b>")])
    assert "已保存：健康讲座&lt;b&gt;" in text_of(client.get(url))
    assert "已保存" not in text_of(client.get(url))


def test_waiting_marks_show_on_a_kept_page(people, register, community, worker):
    client, url = sign_in(worker), reverse("dashboards:area", args=[community.code])
    client.get(url)
    register.activity(community, worker, people[7])
    assert "正在计算" in text_of(client.get(url))


def test_tallies_that_follow_later_are_named(people, community, worker):
    client, url = sign_in(worker), reverse("dashboards:area", args=[community.code])
    assert "户、楼栋、走访和频次，几秒后重新计算" in text_of(client.get(url))
    tally_community(community.pk)
    assert "几秒后重新计算" not in text_of(client.get(url))


def test_what_somebody_typed_cannot_pass_for_a_place():
    page = finish(lambda places: f"<{places['token']}|token|{'0' * 16}-token>")
    assert page.fill({"token": "t"}) == f"<t|token|{'0' * 16}-token>".encode()


# --- Until when


def check_in(register, community, worker, people, **cast):
    register.activity(community, worker, people[8])
    refresh()


def set_target(street, street_officer, community, **cast):
    set_targets(area=AreaRef.to(community), year=QUARTER.start.year, values={"S0-20": Decimal(50)}, by=street_officer)


def close(street, street_officer, **cast):
    now = timezone.now()
    PeriodClosing.objects.create(street=street, period="2026-Q1", closed_by=street_officer, as_of=now, fingerprint="f")


def rename_group(**cast):
    PopulationGroup.objects.filter(code="retired").update(name="退休人员")


def merge(community, neighbour_community, admin, **cast):
    merge_into(community, neighbour_community, admin)


def merge_into(heir, other, admin):
    keys = [heir.pk, other.pk]
    merge_communities(communities=keys, into=heir.pk, code="", name="", day=timezone.localdate(), by=admin)


def rename_street(street, **cast):
    Street.objects.filter(pk=street.pk).update(name="新名街道")


def add_grid(community, **cast):
    make_grids(community, "第三网格")


def ask_residents(street, street_officer, community, **cast):
    wave = hold_wave(ask_bank(street_officer, street, "overall"), community)
    keep_results(wave, "overall", 100, {"3": 40, "4": 60})


@pytest.mark.parametrize(
    "change", [check_in, set_target, close, rename_group, merge, rename_street, add_grid, ask_residents]
)
def test_change_that_may_move_a_page_makes_a_new_edition(
    change, people, register, community, neighbour_community, worker, street, street_officer, admin
):
    before = read_edition(community.code)
    with transaction.atomic():  # each request has a transaction of its own; a test's rows would all be of one
        change(
            register=register,
            community=community,
            neighbour_community=neighbour_community,
            worker=worker,
            people=people,
            street=street,
            street_officer=street_officer,
            admin=admin,
        )
    assert read_edition(community.code).code != before.code


def test_change_elsewhere_keeps_the_edition(people, register, community, neighbour_community, worker):
    before = [read_edition(code).code for code in (community.code, community.code[:9])]
    register.activity(neighbour_community, worker, register.resident(neighbour_community.grids.get()))
    refresh()
    after = [read_edition(code).code for code in (community.code, community.code[:9])]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_transaction_that_commits_later_than_a_younger_one_makes_an_edition_too(street, community, grids):
    """The older of two writes becomes visible last: no row is younger than what was seen before."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("update grids_grid set name = '一网格' where id = %s", [grids[0].pk])
        Grid.objects.filter(pk=grids[1].pk).update(name="二网格")
        seen = read_edition(community.code)
        other.commit()
        assert read_edition(community.code).code != seen.code
    finally:
        other.close()


def test_edition_counts_rows_as_well_as_their_age(community, grids):
    before = read_edition(community.code).code
    Grid.objects.filter(pk=grids[0].pk).delete()
    assert read_edition(community.code).code != before


def test_newer_edition_takes_the_place_of_the_older_one(worker):
    shelf, numbers, parts = Shelf(worker), count(), [str(uuid4())]
    found = [shelf.find_or_make(parts, edition, lambda: next(numbers), lifetime=9) for edition in "aabba"]
    assert found == [0, 0, 1, 1, 2]


# --- When the cache is down


def test_dead_cache_costs_nothing_but_time(people, community, worker, settings, caplog):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    response = sign_in(worker).get(reverse("dashboards:area", args=[community.code]))
    assert "6 / 12 人" in text_of(response)
    assert caplog.text.count("dashboard without cache") == 1


def test_shelf_asks_a_dead_cache_once(worker, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    shelf, numbers = Shelf(worker), count()
    assert [shelf.find_or_make(["x"], "1", lambda: next(numbers), lifetime=9) for _time in range(2)] == [0, 1]
    assert shelf.is_shut


# --- Edges of every page


def test_period_to_come_says_so(people, community, worker):
    url = reverse("dashboards:area", args=[community.code])
    text = text_of(sign_in(worker).get(url, {"period": str(timezone.localdate().year + 1)}))
    assert "还没有开始" in text
    assert "data-figure" not in text


def test_forgotten_period_says_so(people, community, worker):
    text = text_of(sign_in(worker).get(reverse("dashboards:area", args=[community.code]), {"period": "2019-Q3"}))
    assert "的数字已经不再计算" in text


def test_merged_area_names_its_successor_and_links_to_it_for_who_may_go_there(
    people, community, neighbour_community, admin, street_officer
):
    merge_into(neighbour_community, community, admin)
    text = text_of(sign_in(street_officer).get(reverse("dashboards:area", args=[community.code])))
    assert f"已于 {timezone.localdate()} 撤销" in text
    assert re.search(rf'<a [^>]*href="/dashboards/{neighbour_community.code}/[^>]*>和平新村社区</a>', text)


def test_merged_area_names_a_successor_out_of_reach_without_a_link(
    people, community, neighbour_community, admin, worker
):
    merge_into(neighbour_community, community, admin)
    worker.community = Community.objects.get(pk=community.pk)
    worker.save()
    text = text_of(sign_in(worker).get(reverse("dashboards:area", args=[community.code])))
    assert "居民转入：" in text
    assert f"/dashboards/{neighbour_community.code}/" not in text


def test_area_that_there_still_is_has_no_notice(people, community, worker):
    text = text_of(sign_in(worker).get(reverse("dashboards:area", args=[community.code])))
    assert "6 / 12 人" in text
    assert "撤销" not in text


def test_community_of_one_grid_shows_it(people, community, neighbour_community, register, make_user):
    register.resident(neighbour_community.grids.get())
    refresh()
    user = make_user("worker2", Role.WORKER, neighbour_community)
    text = text_of(sign_in(user).get(reverse("dashboards:area", args=[neighbour_community.code])))
    assert "第一网格" in text
    assert "0 / 1 人" in text
