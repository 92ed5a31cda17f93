"""The pages of the indicators: finding one, its figure for one's own areas, hiding, and the lists behind."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grids.models import Residence, Resident
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.engine.cells import refresh_community
from indicators.finding import find_indicators
from indicators.indicator import Figure
from indicators.periods import Period
from indicators.shown import show_figures
from tests.indicators.village import compute, hold_four_activities, make_village, this_quarter
from tests.register import make_grids


@pytest.fixture
def village(register, community, grids, worker):
    made = make_village(register, community, grids, worker)
    hold_four_activities(made)
    compute()
    return made


def detail(id: str, **query: str) -> str:
    """Return the address of an indicator's page."""
    return reverse("indicators:detail", args=[id], query=query)


def behind(name: str, id: str, area, side: str = "numerator", **query: str) -> str:
    """Return the address of a list for the running quarter."""
    return reverse(f"indicators:{name}", args=[id, area.code, this_quarter().code, side], query=query)


@pytest.mark.parametrize("text", ["s0-25", "从未触达", "Never-reached", "住满12个月", "覆盖与触达 从未"])
def test_search_finds_by_id_names_and_words_of_the_numbers(text):
    assert "S0-25" in [indicator.id for indicator in find_indicators(text)]


def test_search_for_what_is_nowhere_says_what_to_do(client, worker):
    client.force_login(worker)
    answer = client.get(reverse("indicators:list"), {"q": "量子力学"})
    assert "没有找到这样的指标" in answer.content.decode()


def test_catalogue_lists_every_indicator_once(client, worker):
    client.force_login(worker)
    topics = client.get(reverse("indicators:list")).context["topics"]
    assert sorted(one.id for _topic, found in topics for one in found) == sorted(CATALOGUE)


def test_typing_in_the_search_fetches_the_rows_alone(client, worker):
    client.force_login(worker)
    answer = client.get(reverse("indicators:list"), {"q": "实名率"}, headers={"HX-Request": "true"}).content.decode()
    assert "R-04" in answer
    assert "<html" not in answer


def test_page_shows_the_figure_of_ones_own_area(client, village, worker):
    client.force_login(worker)
    answer = client.get(detail("S0-20")).context["answer"]
    assert (answer.shown.figure, answer.shown.value) == (Figure(6, 14), 42.9)
    assert [part.name for part, _shown in answer.parts] == ["第一网格", "第二网格"]


def test_page_answers_for_the_area_period_and_grouping_of_its_address(client, village, worker):
    client.force_login(worker)
    year = Period.containing(timezone.localdate(), "year")
    answer = client.get(detail("S0-20", area=village.grids[0].code, period=year.code, grouping="retired")).context[
        "answer"
    ]
    assert (answer.question.area.name, answer.shown.figure, answer.parts) == ("第一网格", Figure(4, 10), [])


@pytest.mark.parametrize(
    ("id", "query"),
    [
        ("S0-99", {}),
        ("S0-20", {"area": "990101002001"}),
        ("S0-20", {"area": "990101001002"}),
        ("S0-20", {"area": "x"}),
        ("S0-36", {"area": "990101001001001"}),
        ("S0-20", {"period": "2026-13"}),
        ("S0-20", {"period": "1999"}),
        ("S0-20", {"period": "2999"}),
        ("S0-20", {"grouping": "nobody"}),
        ("S0-20", {"level": "street"}),
    ],
)
def test_page_that_there_is_not_is_not_found(client, worker, foreign_community, neighbour_community, id, query):
    client.force_login(worker)
    assert client.get(detail(id, **query)).status_code == 404


def test_indicator_without_groupings_ignores_one(client, village, worker):
    client.force_login(worker)
    assert client.get(detail("S0-23", grouping="retired")).context["answer"].question.grouping == ""


def test_list_of_people_has_as_many_masked_rows_as_the_figure_says(client, village, worker):
    client.force_login(worker)
    answer = client.get(behind("people", "S0-20", village.community))
    assert (answer.context["count"], len(answer.context["rows"]), answer.context["figure"]) == (6, 6, 6)
    assert "张*国" in answer.content.decode()
    assert "张建国" not in answer.content.decode()


def test_list_says_when_the_figure_is_not_yet_counted_anew(client, village, worker):
    client.force_login(worker)
    village.log("健康讲座", village.child)
    answer = client.get(behind("people", "S0-20", village.community))
    assert (answer.context["count"], answer.context["figure"]) == (7, 6)
    assert "几秒后就会一致" in answer.content.decode()


def test_page_of_a_tally_says_when_it_is_still_to_be_counted(client, village, worker):
    client.force_login(worker)
    village.log("健康讲座")
    refresh_community(village.community.pk)
    pages = {id: client.get(detail(id)).content.decode() for id in ("S0-45", "S0-39")}
    assert {id: "几秒后重新计算" in page for id, page in pages.items()} == {"S0-45": True, "S0-39": False}


def test_whoever_moved_away_is_listed_without_the_new_place(client, village, worker, foreign_grid):
    person, last = village.young[0], this_quarter().previous()
    village.register.activity(village.community, worker, person, day=last.start)
    Residence.objects.filter(resident=person).update(until=last.end)
    Residence.objects.create(resident=person, grid=foreign_grid, since=last.end)
    Resident.objects.filter(pk=person.pk).update(grid=foreign_grid, community=foreign_grid.community)
    compute()
    client.force_login(worker)
    url = reverse("indicators:people", args=["S0-20", village.community.code, last.code, "numerator"])
    (row,) = client.get(url).context["rows"]
    assert (row.title, row.sub, row.url, row.tag) == ("张*国", "", "", "已迁出")


def test_activity_of_another_community_is_not_named_in_a_list_of_contacts(client, village, worker, neighbour_community):
    village.register.activity(neighbour_community, worker, village.child, title="邻居的活动")
    compute()
    client.force_login(worker)
    page = client.get(behind("people", "R-06", village.community)).content.decode()
    assert "其他活动" in page
    assert "邻居的活动" not in page


def test_street_reads_counts_and_no_people(client, village, street_officer):
    client.force_login(street_officer)
    assert client.get(behind("people", "S0-20", village.community)).status_code == 403
    assert client.get(behind("behind", "S0-20", village.community)).status_code == 404
    assert "/people/" not in client.get(detail("S0-20")).content.decode()


def test_street_reads_lists_of_activities_and_grids(client, village, street_officer):
    client.force_login(street_officer)
    talks = client.get(behind("behind", "S0-47", village.community)).context["rows"]
    grids = client.get(behind("behind", "S0-21", village.community, "denominator")).context["rows"]
    assert [row.title for row in talks] == ["时政宣讲"]
    assert [row.title for row in grids] == ["第一网格", "第二网格"]


def test_who_may_not_read_activities_gets_no_list_of_them(client, village, admin):
    client.force_login(admin)
    assert client.get(behind("behind", "S0-47", village.community)).status_code == 403
    assert "/behind/" not in client.get(detail("S0-47")).content.decode()


@pytest.mark.parametrize("id", ["S0-37", "R-04"])
def test_figure_that_counts_nothing_to_list_has_no_list(client, village, worker, id):
    client.force_login(worker)
    assert client.get(behind("behind", id, village.community)).status_code == 404


def test_list_turns_pages_by_key(client, village, worker, settings, monkeypatch):
    monkeypatch.setattr("indicators.views.definitions.PAGE", 5)
    client.force_login(worker)
    first = client.get(behind("people", "S0-20", village.community))
    second = client.get(behind("people", "S0-20", village.community) + first.context["page"].next_url)
    assert (len(first.context["rows"]), len(second.context["rows"])) == (5, 1)


@pytest.mark.parametrize("after", ["²", "-1", "9" * 30, "\0", "x"])
def test_nonsense_key_of_a_page_is_no_crash(client, village, worker, after):
    client.force_login(worker)
    assert client.get(behind("people", "S0-20", village.community, after=after)).status_code == 200


def shown_to_street(id: str, areas, grouping: str = "") -> dict:
    """Return area name -> (numerator, denominator, value) as they are shown above the community."""
    refs = [AreaRef.to(area) for area in areas]
    figures = show_figures(CATALOGUE[id], refs, [this_quarter()], grouping, hides=True)
    shown = {area.name: figures[area.id, this_quarter().code] for area in refs}
    return {name: (one.numerator, one.denominator, one.value) for name, one in shown.items()}


def test_rule_9_small_counts_are_hidden_above_the_community_and_one_more_with_them(village):
    third = make_grids(village.community, "第三网格")[0]
    for _ in range(7):
        village.register.resident(third)
    compute()
    assert shown_to_street("S0-20", [*village.grids, third]) == {
        "第一网格": ("—", "—", None),
        "第二网格": ("—", "—", None),
        "第三网格": ("0", "7", 0.0),
    }


def test_rule_9_a_single_hidden_area_takes_the_smallest_other_along(village):
    for grid, count in zip(make_grids(village.community, "第三网格", "第四网格"), (7, 9), strict=True):
        for _ in range(count):
            village.register.resident(grid)
    compute()
    grids = [grid for grid in village.community.grids.order_by("code") if grid != village.grids[1]]
    assert [name for name, shown in shown_to_street("S0-20", grids).items() if shown[2] is None] == [
        "第一网格",
        "第三网格",
    ]


def test_rule_9_an_age_band_is_hidden_where_another_is_small(village):
    assert shown_to_street("S4-27", [village.community]) == {"多福社区": ("—", "—", None)}
    for person in village.seniors:
        village.log("健康讲座", person)
    compute()
    assert shown_to_street("S4-27", [village.community]) == {"多福社区": ("—", "—", None)}


def test_counts_of_activities_are_never_hidden(village):
    assert shown_to_street("S0-36", [village.community]) == {"多福社区": ("1", "4", 25.0)}


def test_own_community_sees_small_counts(client, village, worker, street_officer):
    seen = {}
    for user in (worker, street_officer):
        client.force_login(user)
        seen[user.username] = client.get(detail("S0-23", area=village.community.code)).context["answer"].shown.hidden
    assert seen == {"worker": False, "street_officer": True}


def count_queries(client, url: str) -> int:
    """Return how many queries a page asks."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("id", ["S0-20", "S0-23", "S0-21", "S0-35", "S4-32", "S2-076"])
def test_page_asks_the_same_number_of_queries_however_many_areas(client, village, street_officer, id):
    client.force_login(street_officer)
    url = detail(id, area=village.community.code)
    before = count_queries(client, url)
    for grid in make_grids(village.community, "第三网格", "第四网格", "第五网格"):
        village.register.resident(grid)
    compute()
    assert count_queries(client, url) == before < 30


@pytest.mark.parametrize(("name", "id"), [("people", "S0-20"), ("people", "R-06"), ("behind", "S4-32")])
def test_list_asks_the_same_number_of_queries_however_long(client, village, worker, name, id):
    client.force_login(worker)
    url = behind(name, id, village.community)
    before = count_queries(client, url)
    for person in village.seniors:
        village.log("健康讲座", person, starts_at=timezone.now() - timedelta(minutes=1))
    compute()
    assert count_queries(client, url) == before < 20


def test_catalogue_asks_no_query_for_its_indicators(client, worker):
    client.force_login(worker)
    assert count_queries(client, reverse("indicators:list")) < 8
