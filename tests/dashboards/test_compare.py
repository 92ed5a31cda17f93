"""Comparisons: months, areas on like for like, how often people came, who comes less than by number."""

import random
from collections import Counter

import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from activities.models import Participation
from dashboards.compare import dose, fairness, peers
from dashboards.compare.numbers import Seen, read_numbers
from dashboards.compare.page import list_tables, read
from grids.groupings import AGE_BANDS, years_before
from grids.models import Resident
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.detail import find_siblings
from indicators.figures import Reach
from indicators.shown import show_figures
from tests.dashboards.asking import ask, quarter, refresh
from tests.register import make_grids

OLD, YOUNG, MIDDLE, CHILD = 75, 25, 45, 10
SHOWN_BY = {"reached": ("S0-20", "R-07"), "twice": ("R-01",), "active": ("R-02",), "often": ("R-03",)}


def aged(years: int):
    return years_before(timezone.localdate(), years)


@pytest.fixture
def settle(register):
    """Let people of an age live in a grid."""
    return lambda grid, number, age, **fields: [
        register.resident(grid, born=aged(age), **fields) for _ in range(number)
    ]


@pytest.fixture
def two_communities(settle, register, grids, neighbour_community, worker):
    """多福 is old and comes, 和平新村 is young; in each band the same share comes to both."""
    near, far = grids[0], make_grids(neighbour_community, "第一网格")[0]
    for grid, old, young in ((near, 40, 20), (far, 20, 40)):
        for people, share in ((settle(grid, old, OLD), 0.5), (settle(grid, young, YOUNG), 0.25)):
            register.activity(grid.community, worker, *people[: round(len(people) * share)])
    refresh()


def test_doses_are_those_of_the_participations_and_add_up_to_the_population(settle, register, grids, community, worker):
    people = settle(grids[0], 40, MIDDLE)
    for round_ in range(7):
        register.activity(community, worker, *[one for n, one in enumerate(people) if n % 8 > round_])
    refresh()
    came = Counter(Participation.objects.values_list("resident", flat=True))
    times = [came[one.pk] for one in people]
    counted = [dose_.people for dose_ in read(ask(worker, community)).doses]
    steps = ((0, 0), (1, 1), (2, 2), (3, 5), (6, 99))
    assert counted == [sum(low <= number <= high for number in times) for low, high in steps] == [5, 5, 5, 15, 10]
    assert sum(counted) == 40


def test_steps_beside_a_hidden_number_are_hidden():
    seen = Seen(Reach(population=100, reached=60, twice=40, active=20, often=3), frozenset({"often"}))
    assert [one.people for one in dose.list_doses(seen)] == [40, 20, 20, None, None]


def test_standardised_rates_equal_those_reckoned_over_people(two_communities, street, worker, make_user):
    whole = Counter(who.birth_date for who in Resident.objects.all())
    came = set(Participation.objects.values_list("resident", flat=True))
    found = {
        peer.area.id: peer.standard for peer in read(ask(make_user("boss", "street_officer", street), street)).peers
    }
    assert len(found) == 2
    for community_id, standard in found.items():
        rate = 0.0
        for born, weight in whole.items():
            here = Resident.objects.filter(community=community_id, birth_date=born)
            rate += weight / whole.total() * sum(one.pk in came for one in here) / len(here)
        assert standard == round(rate * 100, 1)


def test_like_communities_differ_by_age_only(two_communities, street, street_officer):
    content = read(ask(street_officer, street))
    assert [(peer.seen.percent, peer.standard) for peer in content.peers] == [(33.3, 37.5), (41.7, 37.5)]
    words = "和平新村社区：触达率 33.3%，换成两邻街道的年龄结构是 37.5%，高 4.2 个百分点"
    assert words in content.peers_explained


def test_hidden_band_leaves_no_standardised_rate(two_communities, settle, grids, street, street_officer, worker):
    settle(grids[0], 2, CHILD)
    refresh()
    assert [peer.standard for peer in read(ask(street_officer, street)).peers] == [None, None]
    assert read(ask(worker, grids[0].community)).whole.rate is not None


def test_area_without_people_of_an_age_has_no_standardised_rate(settle, grids, community, worker):
    settle(grids[0], 10, OLD)
    settle(grids[1], 10, YOUNG)
    refresh()
    assert [peer.standard for peer in read(ask(worker, community)).peers] == [None, None]


def test_one_community_is_compared_with_nothing(settle, grids, street, street_officer):
    settle(grids[0], 20, OLD)
    refresh()
    content = read(ask(street_officer, street))
    assert (len(content.peers), content.peers_explained) == (1, "")


def test_group_is_compared_beside_everybody(two_communities, street, street_officer):
    content = read(ask(street_officer, street, grouping="age_70"))
    assert [peer.group.percent for peer in content.peers] == [50.0, 50.0]
    table = next(table for table in list_tables(content) if table.code == "peers_group")
    assert [row[2] for row in table.rows] == ["35.2–64.8%", "29.9–70.1%"]


def test_representativeness_is_share_by_share(settle, register, grids, community, worker):
    old, young = settle(grids[0], 20, OLD), settle(grids[0], 20, YOUNG)
    register.activity(community, worker, *old[:9], young[0])
    register.activity(community, worker, *old[:9], young[0])
    register.activity(community, worker, *young[:1])
    refresh()
    groups = {group.name: group for group in read(ask(worker, community)).groups}
    assert groups["70 岁及以上"].people == round((9 / 10) / (20 / 40), 2)
    assert groups["18–35 岁"].people == round((1 / 10) / (20 / 40), 2)
    assert groups["18–35 岁"].contacts == round((3 / 21) / (20 / 40), 2)


def test_groups_come_from_the_least_to_the_most_represented_and_nobody_last(settle, register, grids, community, worker):
    register.activity(community, worker, *settle(grids[0], 20, OLD)[:10], *settle(grids[0], 20, YOUNG)[:5])
    refresh()
    groups = read(ask(worker, community)).groups
    ratios = [group.people for group in groups if group.people is not None]
    assert ratios == sorted(ratios)
    assert [group.people for group in groups[len(ratios) :]] == [None] * (len(groups) - len(ratios))
    assert groups[-1].seen.population == 0


def test_nothing_is_said_of_shares_where_nobody_came(settle, grids, community, worker):
    settle(grids[0], 20, OLD)
    refresh()
    content = read(ask(worker, community))
    assert {group.people for group in content.groups} == {None}
    assert content.fairness_explained == ""


def test_equal_shares_are_called_equal():
    half = Seen(Reach(population=10, reached=5, contacts=5))
    assert fairness.explain(fairness.list_groups([("男", half), ("女", half)], half)) == "各类人群来的比例都一样。"


def test_group_with_nobody_has_neither_doses_nor_a_trend(settle, grids, community, worker):
    settle(grids[0], 20, OLD)
    refresh()
    content = read(ask(worker, community, grouping="laid_off"))
    assert (content.doses, content.has_trend, content.chosen.rate) == ([], False, None)


def test_month_stands_beside_that_of_a_year_before(settle, register, grids, community, worker):
    people, today = settle(grids[0], 20, OLD), timezone.localdate()
    register.activity(community, worker, *people[:10])
    register.activity(community, worker, *people[:10])
    register.activity(community, worker, *people[:5], day=years_before(today, 1))
    refresh()
    months = read(ask(worker, community)).months
    assert (months[-1].seen.percent, months[-1].percent_before, months[-1].seen.contacts) == (50.0, 25.0, 20)
    assert (len(months), months[11].before, months[0].seen.percent) == (24, None, 0.0)


@pytest.fixture(params=[1, 3])
def village(request, register, community, neighbour_community, grids, worker):
    """Two communities with five grids of people of all ages, some in groups, who came at random."""
    chance = random.Random(request.param)
    every = [*grids, *make_grids(neighbour_community, "甲", "乙", "丙")]
    for grid in every:
        people = [
            register.resident(grid, born=aged(chance.randint(1, 90)), groups=chance.sample(["retired", "hardship"], 1))
            for _ in range(chance.randint(6, 45))
        ]
        eager = {one.pk: chance.random() for one in people}
        for _round in range(7):
            came = [one for one in people if chance.random() < eager[one.pk] * 0.6]
            register.activity(grid.community, worker, *came)
    refresh()
    return [AreaRef.to(grid) for grid in every]


def test_no_number_is_seen_that_its_indicator_hides(village, community, street_officer):
    areas = [village, find_siblings(AreaRef.to(community), quarter(), street_officer)]
    codes = [code for code, _name in CATALOGUE["S0-20"].measure.list_groupings()]
    seen_any = hidden_any = False
    for family in areas:
        numbers = read_numbers(family, [quarter()], codes, hides=True)
        for code in codes:
            for number, ids in SHOWN_BY.items():
                for id_ in ids:
                    shown = show_figures(CATALOGUE[id_], family, [quarter()], code, hides=True)
                    for (area_id, period), figure in shown.items():
                        own = numbers[area_id, period, code].get(number)
                        assert own is None or not figure.hidden, (id_, code)
                        seen_any, hidden_any = seen_any or own is not None, hidden_any or figure.hidden
    assert seen_any
    assert hidden_any


def test_no_contacts_are_seen_that_their_indicator_hides(village, street_officer):
    hidden = 0
    for code in ("all", "hardship", "retired", "age_70"):
        numbers = read_numbers(village, [quarter()], [code], hides=True)
        shown = show_figures(CATALOGUE["R-05"], village, [quarter()], code, hides=True)
        keys = [key for key, one in shown.items() if one.hidden]
        hidden += len(keys)
        assert [key for key in keys if numbers[*key, code].contacts is not None] == []
    assert hidden


def test_contacts_are_hidden_where_few_came_again(settle, register, grids, street, street_officer, worker):
    people = settle(grids[0], 30, OLD)
    register.activity(grids[0].community, worker, *people[:20])
    register.activity(grids[0].community, worker, *people[:2])
    refresh()
    seen = read(ask(street_officer, street)).chosen
    assert (seen.reached, seen.contacts) == (20, None)


def test_worker_sees_small_numbers_of_the_own_community(settle, register, grids, community, worker):
    register.activity(community, worker, *settle(grids[0], 3, OLD)[:2])
    refresh()
    assert [one.people for one in read(ask(worker, community)).doses] == [1, 2, 0, 0, 0]


def test_hidden_areas_come_last(settle, register, grids, community, worker, street_officer):
    register.activity(community, worker, *settle(grids[0], 30, OLD)[:2])
    register.activity(community, worker, *settle(grids[1], 40, OLD)[:20])
    third = make_grids(community, "第三网格")[0]
    register.activity(community, worker, *settle(third, 50, OLD)[:40])
    refresh()
    assert [peer.seen.percent for peer in read(ask(street_officer, community)).peers] == [80.0, None, None]


def test_groups_own_table_is_ranked_by_the_group(settle, register, grids, community, worker):
    for grid, old, young in ((grids[0], 2, 9), (grids[1], 8, 1)):
        register.activity(community, worker, *settle(grid, 10, OLD)[:old], *settle(grid, 10, YOUNG)[:young])
    refresh()
    tables = {table.code: table for table in list_tables(read(ask(worker, community, grouping="age_70")))}
    assert [row[0] for row in tables["peers"].rows] == ["第二网格", "第一网格"]
    assert [row[:2] for row in tables["peers_group"].rows] == [["第一网格", 20.0], ["第二网格", 80.0]]


def test_district_may_be_compared_by_street_or_community(two_communities, district, district_officer):
    assert len(read(ask(district_officer, district)).peers) == 1
    content = read(ask(district_officer, district, level="community"))
    assert {peer.name for peer in content.peers} == {"两邻街道 多福社区", "两邻街道 和平新村社区"}


@pytest.mark.parametrize("filters", [{"grouping": "x"}, {"level": "district"}, {"level": "grid"}])
def test_nonsense_is_not_found(two_communities, street, street_officer, filters):
    with pytest.raises(Http404):
        read(ask(street_officer, street, **filters))


def test_comparison_takes_as_many_queries_however_many_areas(
    two_communities, settle, community, street_officer, django_assert_num_queries
):
    with django_assert_num_queries(17):
        read(ask(street_officer, community, grouping="age_70"))
    for grid in make_grids(community, *(f"网格{number}" for number in range(4))):
        settle(grid, 8, MIDDLE)
    refresh()
    with django_assert_num_queries(17):
        read(ask(street_officer, community, grouping="age_70"))


@pytest.mark.parametrize("who", ["worker", "street_officer", "district_officer", "admin"])
def test_page_is_shown_with_its_tables(client, two_communities, request, who, community):
    client.force_login(request.getfixturevalue(who))
    text = client.get(reverse("dashboards:page", args=[community.code, "compare"])).content.decode()
    for heading in ("两年走势", "同样的条件下比一比", "触达了几次", "谁来得少，谁来得多"):
        assert heading in text
    assert 'data-n="在册 60 人"' in text


def test_area_opens_its_own_comparison_of_the_same_group(client, two_communities, street, community, street_officer):
    client.force_login(street_officer)
    page = reverse("dashboards:page", args=[street.code, "compare"])
    text = client.get(page, {"grouping": "age_70"}).content.decode()
    assert f"/dashboards/{community.code}/compare/?period={quarter().code}&amp;grouping=age_70" in text


def test_empty_area_says_what_to_do(client, street_officer, street):
    client.force_login(street_officer)
    text = client.get(reverse("dashboards:page", args=[street.code, "compare"])).content.decode()
    assert "这个时期没有在册居民" in text


def test_bands_are_all_that_people_are_told_apart_by():
    assert list(peers.BANDS) == [band.code for band in AGE_BANDS]
