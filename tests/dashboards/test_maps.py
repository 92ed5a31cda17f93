"""The map: figures that are those of the indicator's own page, classes, shapes or tiles, and what it says instead."""

import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from dashboards.asking import Ask
from dashboards.edition import read_edition
from dashboards.maps.page import list_offered, read
from dashboards.maps.scale import make_scale
from dashboards.maps.tables import list_tables
from grids.boundaries.actions import make_boundary
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.engine.cells import find_dirty_communities, refresh_community
from indicators.engine.tallying import tally_community
from indicators.indicator import Figure
from indicators.periods import Period
from indicators.shown import ShownFigure, show_figures
from tests.register import make_grids

REACH, GAP = CATALOGUE["S0-20"], CATALOGUE["R-07"]


@pytest.fixture
def refreshed(register, worker, grids, community):
    """Thirty people in two grids, ten of the first one reached, figures computed."""
    people = [register.resident(grids[n % 2], groups=["retired"] if n < 20 else []) for n in range(30)]
    register.activity(community, worker, *people[0:20:2])
    refresh()
    return people


def refresh() -> None:
    for community_id in find_dirty_communities(timezone.localdate()):
        refresh_community(community_id)
        tally_community(community_id)


def ask_for(user, area, kind="quarter", **filters):
    return Ask(AreaRef.to(area), Period.containing(timezone.localdate(), kind), user, filters)


def draw(by, *grids, south=0.0):
    """Give the grids boundaries side by side."""
    for number, grid in enumerate(grids):
        west, east, north = number / 100, (number + 1) / 100, south + 0.01
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        make_boundary(grid, {"type": "Polygon", "coordinates": [ring]}, by).save()


def shown_of(indicator, *figures):
    return [ShownFigure(indicator, figure) for figure in figures]


# --- Figures


@pytest.mark.parametrize("id", ["S0-20", "R-07", "S0-21", "R-09", "R-08", "S0-70"])
@pytest.mark.parametrize("level", ["street", "district"])
def test_values_are_those_of_the_indicators_own_page(refreshed, request, level, id, street_officer, district_officer):
    reader = street_officer if level == "street" else district_officer
    ask = ask_for(reader, request.getfixturevalue(level), indicator=id)
    content = read(ask)
    parts = [place.area for place in content.places]
    own = show_figures(CATALOGUE[id], parts, [ask.period], content.choices.grouping, hides=True)
    assert parts
    assert [place.shown for place in content.places] == [own[part.id, ask.period.code] for part in parts]


def test_small_counts_are_hidden_from_the_street_only(refreshed, register, grids, community, worker, street_officer):
    for _number in range(2):
        register.resident(grids[0], groups=["hardship"])
    refresh()
    own = read(ask_for(worker, community, grouping="hardship", indicator="R-07"))
    above = read(ask_for(street_officer, community, grouping="hardship", indicator="R-07"))
    assert [place.shade for place in own.places] == ["5", "1"]
    assert above.places[0].shade == "hidden"
    assert above.places[0].value == "—"
    assert "2" not in "".join(place.words for place in above.places)


def test_grid_without_anybody_is_empty_not_nought(refreshed, community, worker):
    [third] = make_grids(community, "第三网格")
    content = read(ask_for(worker, community))
    place = content.places[2]
    assert (place.area.id, place.shade, place.shown.value) == (third.pk, "empty", None)
    assert list_tables(content)[0].rows[2] == ["第三网格", None, 0, 0, "没有可统计的对象"]


def test_table_lists_what_the_map_shows(refreshed, street, street_officer):
    content = read(ask_for(street_officer, street))
    [table] = list_tables(content)
    assert table.rows == [["第一网格", 66.7, 10, 15], ["第二网格", 0.0, 0, 15]]
    assert len(table.urls) == len(content.places)


@pytest.mark.parametrize(
    ("level", "id", "drawn"),
    [
        ("district", "S0-20", "community"),
        ("street", "S0-20", "grid"),
        ("street", "R-08", "community"),
        ("community", "S0-20", "grid"),
    ],
)
def test_level_follows_area_and_indicator(refreshed, request, district_officer, level, id, drawn):
    content = read(ask_for(district_officer, request.getfixturevalue(level), indicator=id))
    assert {place.area.level for place in content.places} == {drawn}


# --- Choices


def test_every_offered_indicator_is_drawn_or_says_why_not(refreshed, street, street_officer):
    for indicator in list_offered("street"):
        content = read(ask_for(street_officer, street, indicator=indicator.id))
        assert bool(content.places) != bool(content.reason), indicator.id


def test_community_offers_only_what_its_grids_have():
    assert {one.measure.lowest for one in list_offered("community")} == {"grid"}


def test_indicator_without_figures_of_this_kind_of_period_says_so(refreshed, street, street_officer):
    content = read(ask_for(street_officer, street, "month", indicator="S2-002"))
    assert content.reason.startswith("这个指标只按季统计")
    assert list_tables(content) == []


def test_grouping_of_another_indicator_gives_way(refreshed, street, street_officer):
    content = read(ask_for(street_officer, street, indicator="S4-32", grouping="retired"))
    assert content.choices.grouping == CATALOGUE["S4-32"].measure.list_groupings()[0][0]


@pytest.mark.parametrize("filters", [{"indicator": "S9-99"}, {"grouping": "x"}, {"indicator": "R-08", "grouping": "x"}])
def test_nonsense_is_not_found(refreshed, street, street_officer, filters):
    with pytest.raises(Http404):
        read(ask_for(street_officer, street, **filters))


def test_what_people_answered_is_no_choice(street_officer, street):
    offered = [one for _topic, found in read(ask_for(street_officer, street)).choices.topics for one in found]
    assert "S0-20" in [one.id for one in offered]
    assert [one.id for one in offered if one.is_by_wave] == []
    with pytest.raises(Http404):
        read(ask_for(street_officer, street, indicator="R-60"))


# --- Classes


def test_shares_have_fixed_classes():
    scale = make_scale(REACH, [])
    figures = shown_of(REACH, *(Figure(n, 1000) for n in (0, 199, 200, 599, 600, 1000)))
    assert [scale.shade(one) for one in figures] == ["1", "1", "2", "3", "4", "5"]
    assert [entry.range for entry in scale.describe(figures)] == [
        "不到 20%",
        "20%–不到 40%",
        "40%–不到 60%",
        "60%–不到 80%",
        "80%–100%",
    ]


def test_class_is_that_of_the_value_as_it_is_shown():
    [almost] = shown_of(REACH, Figure(19996, 100_000))
    assert almost.value == 20.0
    assert make_scale(REACH, []).shade(almost) == "2"


def test_counts_have_classes_of_equal_size():
    figures = shown_of(GAP, *(Figure(n, 99) for n in range(10, 20)))
    entries = make_scale(GAP, figures).describe(figures)
    assert [(entry.range, entry.count) for entry in entries][:2] == [("10 人–11 人", 2), ("12 人–13 人", 2)]
    assert [entry.shade for entry in entries] == ["1", "2", "3", "4", "5"]


def test_equal_counts_are_one_class_in_the_middle():
    figures = shown_of(GAP, Figure(7, 9), Figure(7, 9))
    assert [(entry.shade, entry.range) for entry in make_scale(GAP, figures).describe(figures)] == [("3", "7 人")]


def test_hidden_and_empty_have_entries_of_their_own_where_they_occur():
    figures = [ShownFigure(REACH, Figure(1, 2), hidden=True), ShownFigure(REACH, Figure(0))]
    entries = make_scale(REACH, figures).describe(figures)[5:]
    assert [(entry.shade, entry.count) for entry in entries] == [("hidden", 1), ("empty", 1)]


def test_hidden_figures_decide_nothing_about_the_classes():
    seen = shown_of(GAP, Figure(10, 20), Figure(30, 40))
    hidden = [ShownFigure(GAP, Figure(3, 4), hidden=True)]
    assert make_scale(GAP, seen) == make_scale(GAP, seen + hidden)


# --- Shapes and tiles


def test_without_boundaries_there_are_tiles_by_community(refreshed, street, neighbour_community, street_officer):
    make_grids(neighbour_community, "第一网格")
    content = read(ask_for(street_officer, street))
    assert content.drawing is None
    assert [len(block.places) for block in content.blocks] == [2, 1]


def test_with_boundaries_there_are_shapes_and_an_outline(refreshed, grids, street, street_officer, admin):
    draw(admin, *grids)
    drawing = read(ask_for(street_officer, street)).drawing
    assert [shape.place.area.name for shape in drawing.shapes] == ["第一网格", "第二网格"]
    assert len(drawing.outlines) == 1
    assert drawing.shapes[0].path.startswith("M")


def test_fewer_boundaries_than_four_fifths_make_tiles(refreshed, grids, street, street_officer, admin, community):
    draw(admin, *grids)
    make_grids(community, "第三网格")
    content = read(ask_for(street_officer, street))
    assert (content.drawing, content.drawn, content.grids) == (None, 2, 3)
    assert content.lacks_boundaries


def test_grids_without_boundary_are_named_beside_the_map(refreshed, street, street_officer, admin, community, grids):
    more = make_grids(community, "第三网格", "第四网格", "第五网格")
    draw(admin, *grids, *more[:2])
    drawing = read(ask_for(street_officer, street)).drawing
    assert [place.area.name for place in drawing.missing] == ["第五网格"]


def test_district_is_drawn_by_communities(refreshed, grids, district, neighbour_community, district_officer, admin):
    draw(admin, *grids)
    draw(admin, *make_grids(neighbour_community, "第一网格"), south=0.01)
    drawing = read(ask_for(district_officer, district)).drawing
    assert len(drawing.shapes) == 2
    assert len(drawing.outlines) == 1


def test_new_boundary_makes_a_new_edition_of_its_own_street_only(grids, street, foreign_street, admin):
    before = read_edition(street.code).code, read_edition(foreign_street.code).code
    draw(admin, grids[0])
    assert read_edition(street.code).code != before[0]
    assert read_edition(foreign_street.code).code == before[1]


# --- Page


@pytest.mark.parametrize("is_drawn", [True, False])
def test_page_names_every_place_with_its_value(client, refreshed, grids, street, street_officer, admin, is_drawn):
    if is_drawn:
        draw(admin, *grids)
    client.force_login(street_officer)
    text = client.get(reverse("dashboards:page", args=[street.code, "map"])).content.decode()
    assert ('<svg class="map"' in text) == is_drawn
    assert "第一网格：66.7%" in text
    assert f'href="/dashboards/{grids[0].code}/coverage/?period=' in text


def test_foreign_map_is_not_found(client, refreshed, outsider, street, community):
    client.force_login(outsider)
    for area in (street, community):
        assert client.get(reverse("dashboards:page", args=[area.code, "map"])).status_code == 404


def test_street_without_grids_says_what_to_do(client, street_officer, street):
    client.force_login(street_officer)
    text = client.get(reverse("dashboards:page", args=[street.code, "map"])).content.decode()
    assert "这个时期没有网格" in text


def test_query_count_is_constant(
    refreshed, register, street, street_officer, admin, grids, neighbour_community, django_assert_num_queries
):
    draw(admin, *grids)
    with django_assert_num_queries(12) as few:
        read(ask_for(street_officer, street))
    more = make_grids(neighbour_community, "第一网格", "第二网格", "第三网格")
    for grid in more:
        register.resident(grid)
    draw(admin, *more, south=0.01)
    refresh()
    with django_assert_num_queries(len(few)):
        read(ask_for(street_officer, street))
