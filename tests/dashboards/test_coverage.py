"""The coverage page: figures that agree with the indicators, order, hiding, ways down, and what it says of nothing."""

from collections import Counter, defaultdict
from datetime import timedelta
from random import Random

import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from dashboards.asking import Ask
from dashboards.coverage.drawing import cut, name_shades
from dashboards.coverage.page import PAGE
from grids.models import PopulationGroup
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.detail import find_siblings
from indicators.figures import REACH_NUMBERS
from indicators.models import ReachCell
from indicators.shown import show_figures
from indicators.suppression import must_hide
from tests.dashboards.asking import quarter, refresh
from tests.register import make_grids


def read(user, area, period=None, **filters):
    return PAGE.read(Ask(AreaRef.to(area), period or quarter(), user, filters))


def tables_of(content):
    return {table.code: table for table in PAGE.tables(content)}


def page_of(area, **query) -> str:
    address = reverse("dashboards:page", args=[area.code, "coverage"])
    return address + "".join(f"{'&' if n else '?'}{name}={value}" for n, (name, value) in enumerate(query.items()))


@pytest.fixture
def neighbour_grids(neighbour_community):
    return make_grids(neighbour_community, "第一网格", "第二网格", "第三网格")


def draw_numbers(chance: Random, code: str) -> Counter[str]:
    """Return the numbers of a grid's cell: many people or a handful, few of a small group, nobody of some."""
    there = 0 if code == "laid_off" else chance.choice([0, 3, 12]) if code == "hardship" else chance.randrange(40, 400)
    reached = chance.randrange(there + 1)
    twice = chance.randrange(reached + 1)
    return Counter(population=there, reached=reached, twice=twice, contacts=reached + twice, settled=there)


@pytest.fixture
def town(street, community, grids, neighbour_grids):
    """Nine grids in two communities, with cells of every grouping in the running quarter that add up to the top."""
    chance, cells = Random(6), defaultdict(Counter)
    codes = [code for code, _name in CATALOGUE["S0-20"].measure.list_groupings()]
    for grid in [*grids, *make_grids(community, "第三网格", "第四网格", "第五网格", "第六网格"), *neighbour_grids]:
        places = [grid, grid.community, street, street.district]
        for code in codes:
            numbers = draw_numbers(chance, code)
            for area in (AreaRef.to(place) for place in places):
                cells[area.level, area.id, code] += numbers
    ReachCell.objects.bulk_create(
        ReachCell(
            level=level, area_id=pk, period=quarter().code, grouping=code, **dict.fromkeys(REACH_NUMBERS, 0) | numbers
        )
        for (level, pk, code), numbers in cells.items()
        if numbers["population"]
    )


def check(content, areas, user, numbers) -> None:
    """Hold every number against both indicators: hidden where either hides it, else equal to both."""
    count = 0
    for code, _name in content.choices.groupings:
        asked = (areas, [content.period], code)
        rates, gaps = (show_figures(CATALOGUE[id], *asked, hides=must_hide(user)) for id in ("S0-20", "R-07"))
        for area, seen in numbers(code):
            rate, gap = rates[area.id, content.period.code], gaps[area.id, content.period.code]
            assert seen.hidden == (rate.hidden or gap.hidden), (area, code)
            if not seen.hidden:
                assert (seen.reached, seen.population) == (rate.figure.numerator, rate.figure.denominator)
                assert (seen.missed, seen.percent) == (gap.figure.numerator, rate.value)
                count += seen.population > 0
    assert count


@pytest.mark.parametrize("columns", ["groups", "ages", "sexes"])
@pytest.mark.parametrize(
    ("who", "where", "level"),
    [
        ("worker", "community", "grid"),
        ("street_officer", "community", "grid"),
        ("street_officer", "street", "grid"),
        ("street_officer", "street", "community"),
        ("district_officer", "street", "grid"),
        ("district_officer", "district", "community"),
        ("district_officer", "district", "street"),
    ],
)
def test_every_number_of_the_matrix_is_that_of_its_indicators(town, request, who, where, level, columns):
    user, area = request.getfixturevalue(who), request.getfixturevalue(where)
    content = read(user, area, level=level, columns=columns)
    areas = [row.area for row in content.rows]
    check(content, areas, user, lambda code: [(row.area, row.seen[code]) for row in content.rows if code in row.seen])
    family = find_siblings(content.area, content.period, user)
    check(content, family, user, lambda code: [(content.area, content.whole[code])] if code in content.whole else [])


@pytest.mark.parametrize("who", ["worker", "street_officer", "district_officer"])
def test_every_number_of_a_grid_is_that_of_its_indicators(town, request, who, grids):
    user = request.getfixturevalue(who)
    content = read(user, grids[1])
    family = find_siblings(content.area, content.period, user)
    known = {code for members in content.families.values() for code, _name in members}
    check(content, family, user, lambda code: [(content.area, content.see(code))] if code in known else [])


def test_the_tables_say_what_the_matrix_says(town, worker, community):
    content = read(worker, community, grouping="retired")
    tables = tables_of(content)
    for row, line, cells in zip(content.rows, tables["areas"].rows, tables["matrix"].rows, strict=True):
        assert line == [row.name, *row.seen["retired"].numbers]
        assert cells[1:] == [
            n for code, _name in content.columns for n in (row.seen[code].missed, row.seen[code].population)
        ]


def test_rows_and_columns_come_by_people_missed(town, worker, community):
    content = read(worker, community, grouping="unemployed")
    missed = [row.seen["unemployed"].missed for row in content.rows]
    assert missed == sorted(missed, reverse=True)
    assert content.columns[0][0] == "all"
    totals = [content.whole[code].missed for code, _name in content.columns[1:]]
    assert totals == sorted(totals, reverse=True)


def test_what_is_hidden_comes_last_and_its_place_tells_nothing(town, street_officer, street):
    content = read(street_officer, street, grouping="retired")
    hidden = [row for row in content.rows if row.seen["retired"].hidden]
    assert hidden
    assert content.rows[-len(hidden) :] == sorted(hidden, key=lambda row: row.area.code)


def test_what_is_hidden_is_nowhere_on_the_page(client, town, street_officer, community):
    content = read(street_officer, community, grouping="hardship")
    column = [code for code, _name in content.columns].index("hardship")
    tables = tables_of(content)
    hidden = [(line, row) for line, row in enumerate(content.rows) if row.seen["hardship"].hidden]
    assert hidden
    for line, row in hidden:
        cell = next(cell for cell in content.chart.data["cells"] if cell[:2] == [column, line])
        assert cell[2:] == [None, "—", "人数太少，不显示"]
        assert tables["areas"].rows[line] == [row.name, None, None, None, None]
        assert tables["matrix"].rows[line][2 * column + 1 : 2 * column + 3] == [None, None]


def test_a_hidden_total_has_neither_numbers_nor_lists(client, town, street_officer, street, community):
    cells = ReachCell.objects.filter(grouping="retired", area_id__in=[street.pk, community.pk])
    cells.exclude(level="grid").update(population=50, settled=50, reached=48, twice=20)
    client.force_login(street_officer)
    page = client.get(page_of(community, grouping="retired")).content.decode()
    assert page.count("data-hidden") == 2
    assert "data-numerator" not in page
    assert "在册 50 人" not in page


def test_the_picture_shows_rates_or_people_missed(town, worker, community):
    rates, missed = (read(worker, community, show=show) for show in ("rate", "missed"))
    cell = rates.rows[0].seen["all"]
    assert rates.chart.data["cells"][0][2:4] == [cell.percent, f"{cell.percent:.0f}%"]
    assert missed.chart.data["cells"][0][2:4] == [cell.missed, str(cell.missed)]
    assert missed.chart.data["legend"][0].endswith(" 人")


@pytest.mark.parametrize(
    ("values", "limits"),
    [([], [1]), ([0, 0], [1]), ([1, 1, 1], [1]), (list(range(1, 101)), [21, 41, 61, 81]), ([3, 9], [3, 9])],
)
def test_shades_hold_about_as_many_cells_each(values, limits):
    assert cut(values) == limits


def test_shades_are_named_without_gap_or_overlap():
    assert name_shades([1, 3, 1200]) == ["0 人", "1–2 人", "3–1,199 人", "≥ 1,200 人"]


def test_of_many_areas_only_the_largest_gaps_are_drawn(
    client, town, worker, community, street_officer, street, monkeypatch
):
    for module in ("drawing", "page"):
        monkeypatch.setattr(f"dashboards.coverage.{module}.MOST_DRAWN", 3)
    content = read(street_officer, street)
    assert content.chart.data["rows"] == [row.name for row in content.rows[:3]]
    assert [len(table.rows) for table in (content.cells, *tables_of(content).values())] == [3, 9, 9]
    client.force_login(street_officer)
    assert "图上是缺口最大的 3 个网格" in client.get(page_of(street)).content.decode()


def test_columns_follow_the_grouping(town, worker, community):
    assert read(worker, community, grouping="age_70").choices.columns == "ages"
    assert read(worker, community, grouping="age_70", columns="sexes").choices.columns == "sexes"
    assert read(worker, community, grouping="female").choices.columns == "sexes"


@pytest.mark.parametrize("who", ["worker", "street_officer", "district_officer", "admin"])
def test_every_way_down_is_open_to_whoever_is_shown_it(client, town, request, who):
    user = request.getfixturevalue(who)
    client.force_login(user)
    area = user.community or user.street or user.district
    levels = []
    content = read(user, area, level="grid" if user.community else "community", grouping="retired")
    while not content.is_grid:
        levels.append(content.choices.level)
        assert "grouping=retired" in content.rows[0].url
        page = client.get(content.rows[0].url)
        assert page.status_code == 200
        content = PAGE.read(Ask(content.rows[0].area, quarter(), user, {"grouping": "retired"}))
    assert levels[-1] == "grid"
    assert (reverse("dashboards:doors", args=[content.area.code]) in page.content.decode()) == (who == "worker")


@pytest.mark.parametrize("who", ["worker", "street_officer"])
def test_a_grid_leads_to_the_gap_of_a_group_but_not_of_everybody(client, town, request, who, grids):
    user = request.getfixturevalue(who)
    client.force_login(user)
    assert client.get(read(user, grids[1], grouping="age_70").gap_url).status_code == 200
    assert not read(user, grids[1], grouping="all").gap_url


def test_the_picture_opens_what_the_table_opens(town, worker, community):
    content = read(worker, community)
    assert content.chart.data["urls"] == [row.url for row in content.rows]
    assert content.chart.data["queries"] == [f"grouping={code}" for code, _name in content.columns]


def test_a_grid_shows_its_last_four_quarters(register, worker, grids, community):
    people = [register.resident(grids[0]) for _ in range(10)]
    before = quarter().previous()
    register.activity(community, worker, *people[:4], day=before.start)
    register.activity(community, worker, people[0])
    refresh()
    content = read(worker, grids[0])
    assert content.trend.data["series"][0]["values"][-2:] == [40.0, 10.0]
    assert tables_of(content)["quarters"].rows[0][-2:] == [40.0, 10.0]
    assert [column.heading for column in tables_of(content)["quarters"].columns][-2:] == [before.code, quarter().code]


def test_grids_of_two_communities_are_told_apart(town, street_officer, street):
    names = [row.name for row in read(street_officer, street, level="grid").rows]
    assert {"多福社区 第一网格", "和平新村社区 第一网格"} <= set(names)


def test_a_single_grid_is_named_and_not_drawn(client, register, neighbour_community, make_user):
    grid = make_grids(neighbour_community, "独一网格")[0]
    register.resident(grid)
    refresh()
    user = make_user("lonely", "worker", neighbour_community)
    client.force_login(user)
    page = client.get(page_of(neighbour_community)).content.decode()
    assert "这里只有一个区域：独一网格" in page
    assert page_of(grid) in page
    assert "data-chart" not in page


def test_without_groups_the_page_offers_other_columns(client, town, worker, community):
    PopulationGroup.objects.all().delete()
    client.force_login(worker)
    assert "还没有设人群类别" in client.get(page_of(community)).content.decode()
    assert 'data-chart="heatmap"' in client.get(page_of(community, columns="ages")).content.decode()


def test_a_group_without_anybody_has_no_rate(client, town, worker, community):
    assert read(worker, community, grouping="laid_off").total.numbers == (0, 0, 0, None)
    client.force_login(worker)
    page = client.get(page_of(community, grouping="laid_off")).content.decode()
    assert "没有人，就没有触达率" in page


@pytest.mark.parametrize("where", ["street", "community", "grid"])
def test_an_empty_area_says_what_to_do(client, request, street_officer, grids, where):
    area = grids[0] if where == "grid" else request.getfixturevalue(where)
    client.force_login(street_officer)
    assert "这个时期没有在册居民" in client.get(page_of(area)).content.decode()


@pytest.mark.parametrize(
    "filters",
    [{"grouping": "x"}, {"level": "street"}, {"level": "building"}, {"columns": "'"}, {"show": "all"}],
)
def test_nonsense_in_the_address_is_not_found(street_officer, community, filters):
    with pytest.raises(Http404):
        read(street_officer, community, **filters)


def test_foreign_areas_are_not_found(client, town, outsider, street, community, grids):
    client.force_login(outsider)
    assert {client.get(page_of(area)).status_code for area in (street, community, grids[0])} == {404}


def test_query_count_does_not_grow_with_grids(
    town,
    register,
    street_officer,
    street,
    grids,
    neighbour_community,
    django_assert_num_queries,
):
    with django_assert_num_queries(11):
        read(street_officer, street)
    for grid in make_grids(neighbour_community, "第四网格", "第五网格", "第六网格"):
        register.resident(grid, groups=["retired"], since=timezone.localdate() - timedelta(days=400))
    refresh()
    with django_assert_num_queries(11):
        read(street_officer, street)
    with django_assert_num_queries(8):
        read(street_officer, grids[0])
