"""Boundaries of grids: what is wrong with a file is said where it is, and a rehearsal changes nothing."""

import json
import random

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent
from grids.boundaries.actions import save_boundaries
from grids.boundaries.drawing import Projection, find_spot, join_shapes, write_path
from grids.boundaries.rehearsing import rehearse
from grids.boundaries.template import write_template
from grids.models import GridBoundary
from grids.small_files import FileUnfitError


def square(x=0.0, y=0.0, side=0.01):
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def feature(code="990101001001001", rings=None, **properties):
    geometry = {"type": "Polygon", "coordinates": rings or square()}
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry}


def pack(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members}).encode()


def save(street, by, *features):
    content = pack(*features)
    found = rehearse(content, street)
    return save_boundaries(content=content, street=street, chosen="", seen=found.fingerprint, by=by)


def refusals(street, *features):
    return [f"{remark.place}：{remark.words}" for remark in rehearse(pack(*features), street).refused]


@pytest.fixture
def two(grids):
    """Codes of the two grids of the community."""
    return [grid.code for grid in grids]


def test_boundaries_are_saved_with_their_box(street, admin, grids, two):
    save(street, admin, feature(two[0]), feature(two[1], square(0.01)))
    boundary = GridBoundary.objects.get(grid=grids[1])
    assert (boundary.west, boundary.south, boundary.east, boundary.north) == (0.01, 0, 0.02, 0.01)
    assert AuditEvent.objects.get(action="boundary.upload").detail == {"new": 2, "replaced": 0, "refused": 0}


def test_rehearsal_changes_nothing(street, two):
    found = rehearse(pack(feature(two[0])), street)
    assert (found.new, GridBoundary.objects.count(), AuditEvent.objects.count()) == (1, 0, 0)
    assert [grid.code for grid in found.without] == [two[1]]


def test_second_file_replaces_what_it_names_only(street, admin, grids, two):
    save(street, admin, feature(two[0]), feature(two[1], square(0.01)))
    found = save(street, admin, feature(two[0], square(0.0, 0.0, 0.009)))
    assert (found.new, found.replaced) == (0, [grids[0]])
    assert GridBoundary.objects.get(grid=grids[0]).east == 0.009
    assert GridBoundary.objects.get(grid=grids[1]).east == 0.02


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (None, "没有坐标"),
        ({"type": "Polygon", "coordinates": []}, "没有坐标"),
        ({"type": "Point", "coordinates": [0, 0]}, "不是面（Polygon 或 MultiPolygon）"),
        (
            {"type": "Polygon", "coordinates": [[[500000, 4100000], [1, 0], [1, 1], [500000, 4100000]]]},
            "坐标不像经纬度",
        ),
        ({"type": "Polygon", "coordinates": [[[31, 121], [31.1, 121], [31.1, 121.1], [31, 121]]]}, "像是写反了"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, "折点太少"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [2, 0], [0, 0]]]}, "面积是零"),
        ({"type": "Polygon", "coordinates": [[[0, 0], ["a", 0], [2, 0], [0, 0]]]}, "不是数字"),
        ({"type": "Polygon", "coordinates": [[0, 0, 0, 0]]}, "坐标的写法不对"),
        ({"type": "Polygon", "coordinates": 7}, "坐标的写法不对"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1e-8, 0], [1e-8, 1e-8], [0, 0]]]}, "面积太小"),
    ],
)
def test_unfit_geometry_is_refused_where_it_stands(street, two, geometry, words):
    bad = feature(two[0]) | {"geometry": geometry}
    [refused] = refusals(street, feature(two[1]), bad)
    assert refused.startswith("第 2 个要素")
    assert words in refused


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("990101001001999", "网格代码 990101001001999 不存在"),
        ("990101002001001", "网格 990101002001001 不在您的街道"),
        ("", "没有写网格代码"),
        ("12", "网格代码 12 不存在"),
    ],
)
def test_unknown_grid_is_refused(street, foreign_grid, two, code, words):
    assert refusals(street, feature(two[0]), feature(code, square(0.01))) == [f"第 2 个要素：{words}"]


def test_abolished_grid_is_refused(street, grids, two):
    grids[1].valid_to = "2026-01-01"
    grids[1].save()
    assert refusals(street, feature(two[0]), feature(two[1], square(0.01))) == [f"第 2 个要素：网格 {two[1]} 已经撤销"]


def test_two_features_of_one_grid_are_both_refused(street, two):
    found = rehearse(pack(feature(two[0]), feature(two[0], square(0.01))), street)
    assert [remark.words for remark in found.refused] == ["和第 2 个要素是同一个网格", "和第 1 个要素是同一个网格"]
    assert not found.boundaries


def test_overlap_is_refused_from_five_per_cent(street, two):
    assert refusals(street, feature(two[0]), feature(two[1], square(0.0096))) == []
    refused = refusals(street, feature(two[0]), feature(two[1], square(0.009)))
    assert len(refused) == 2
    assert "重叠 10%" in refused[0]


def test_overlap_with_a_boundary_that_stays_is_refused(street, admin, two):
    save(street, admin, feature(two[0]))
    [refused] = refusals(street, feature(two[1], square(0.005)))
    assert "第一网格”重叠 50%" in refused


def test_crossing_lines_are_mended_and_remarked_on(street, two):
    bow = [[[0, 0], [0.02, 0.02], [0.02, 0], [0, 0.02], [0, 0]]]
    found = rehearse(pack(feature(two[0], bow)), street)
    assert [remark.words for remark in found.mended] == ["自相交，已修正"]
    assert next(iter(found.boundaries.values()))["type"] == "MultiPolygon"


def test_tangle_is_refused_before_anybody_waits(street, two):
    numbers = random.Random(1)
    ring = [[numbers.random(), numbers.random()] for _ in range(400)]
    [refused] = refusals(street, feature(two[0], [[*ring, ring[0]]]))
    assert "自相交的地方太多" in refused


def test_too_many_points_are_refused(street, two, settings):
    settings.BOUNDARY_MAX_POINTS = 4
    assert refusals(street, feature(two[0])) == ["第 1 个要素：折点超过 4 个，请先简化"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "第 1 行第 1 个字处断了"),
        (b'{"type": "FeatureCollection", "features": [', "不是完整的 JSON"),
        (b"[1]", "不是 GeoJSON"),
        (b'{"type": "Feature"}', "不是 GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "没有要素"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "层次太深"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "读不出来的数字"),
        (b"\xff\xff\xff\x00", "编码认不出来"),
    ],
)
def test_unfit_file_is_refused_with_its_reason(street, content, words):
    with pytest.raises(FileUnfitError, match=words):
        rehearse(content, street)


def test_file_in_another_system_is_refused(street, two):
    projected = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
    with pytest.raises(FileUnfitError, match="请先转换为 WGS84"):
        rehearse(pack(feature(two[0]), crs=projected), street)


def test_file_of_cgcs2000_degrees_is_read(street, two):
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    assert rehearse(pack(feature(two[0]), crs=named), street).new == 1


def test_large_file_is_refused(street, two, settings):
    settings.BOUNDARY_MAX_BYTES = 10
    with pytest.raises(FileUnfitError, match="文件超过"):
        rehearse(pack(feature(two[0])), street)


def test_file_that_takes_long_is_given_up(street, two, settings):
    settings.BOUNDARY_SECONDS = -1
    with pytest.raises(FileUnfitError, match="太复杂"):
        rehearse(pack(feature(two[0])), street)


def test_codes_are_found_whatever_their_property_is_called(street, two):
    odd = {"type": "Feature", "properties": {"wgdm": int(two[0]), "code": "x"}, "geometry": feature()["geometry"]}
    found = rehearse(pack(odd), street)
    assert (found.keys.code, found.new) == ("wgdm", 1)


def test_names_in_gbk_do_where_codes_are_missing(street, community, grids):
    named = {"社区名称": community.name, "网格名称": grids[0].name}
    text = json.dumps(
        {"type": "FeatureCollection", "features": [feature() | {"properties": named}]}, ensure_ascii=False
    )
    assert list(rehearse(text.encode("gbk"), street).boundaries) == [grids[0]]


def test_chosen_property_counts_more_than_the_found_one(street, two):
    found = rehearse(pack(feature(two[0], other="7")), street, chosen="other")
    assert [remark.words for remark in found.refused] == ["网格代码 7 不存在"]


def test_template_names_every_grid_and_is_refused_until_drawn(street, two):
    template = write_template(street)
    assert [entry["properties"]["code"] for entry in json.loads(template)["features"]] == two
    assert [remark.words for remark in rehearse(template.encode(), street).refused] == ["没有坐标", "没有坐标"]


def test_neighbours_keep_one_border_when_simplified(street, admin, two):
    border = [[0.01 + 0.000002 * (n % 2), 0.01 - n * 0.0001] for n in range(101)]
    left = [[[0, 0], *border[::-1], [0, 0.01], [0, 0]]]
    right = [[[0.02, 0], [0.02, 0.01], *border, [0.02, 0]]]
    save(street, admin, feature(two[0], left), feature(two[1], right))
    shapes = [shapely.geometry.shape(one.geometry) for one in GridBoundary.objects.order_by("grid__code")]
    assert shapely.coverage_is_valid(shapes)
    assert sum(len(shape.exterior.coords) for shape in shapes) < 100


def test_slivers_go(street, two):
    crumb = [[square()[0]], [square(0.05, 0.05, 0.0001)[0]]]
    geometry = {"type": "MultiPolygon", "coordinates": crumb}
    found = rehearse(pack(feature(two[0]) | {"geometry": geometry}), street)
    assert next(iter(found.boundaries.values()))["type"] == "Polygon"


# --- Pages


def send(client, *features):
    file = SimpleUploadedFile("street.geojson", pack(*features))
    return client.post(reverse("grids:boundary_upload"), {"file": file}, follow=True)


def test_upload_is_rehearsed_and_then_confirmed(client, admin, two):
    client.force_login(admin)
    page = send(client, feature(two[0]), feature("1", square(0.02)))
    assert "第 2 个要素：网格代码 1 不存在" in page.content.decode()
    done = client.post(reverse("grids:boundary_confirm"), {"sealed": page.context["sealed"]}, follow=True)
    assert "已写入 1 个网格的边界。" in done.content.decode()
    assert GridBoundary.objects.get().grid.code == two[0]


def test_confirmation_is_shown_again_when_a_boundary_came_meanwhile(client, admin, street, two):
    client.force_login(admin)
    sealed = send(client, feature(two[0])).context["sealed"]
    save(street, admin, feature(two[0], square(0.001)))
    page = client.post(reverse("grids:boundary_confirm"), {"sealed": sealed})
    assert "还没有写入" in page.content.decode()
    assert GridBoundary.objects.get().west == 0.001


def test_seal_is_good_for_its_user_only(client, admin, make_user, street, two):
    client.force_login(admin)
    sealed = send(client, feature(two[0])).context["sealed"]
    client.force_login(make_user("other-admin", admin.role, street))
    client.post(reverse("grids:boundary_confirm"), {"sealed": sealed})
    assert not GridBoundary.objects.exists()


def test_unfit_file_is_refused_on_the_form(client, admin):
    client.force_login(admin)
    file = SimpleUploadedFile("x.geojson", b"nonsense")
    page = client.post(reverse("grids:boundary_upload"), {"file": file})
    assert "不是完整的 JSON" in page.content.decode()


def test_boundary_of_one_grid_is_deleted(client, admin, street, grids, two):
    save(street, admin, feature(two[0]), feature(two[1], square(0.01)))
    client.force_login(admin)
    client.post(reverse("grids:boundary_delete", args=[grids[0].pk]))
    assert GridBoundary.objects.get().grid == grids[1]
    assert AuditEvent.objects.filter(action="boundary.delete", area_code=two[0]).count() == 1


def test_deleting_all_spares_other_streets(client, admin, street, foreign_grid, two):
    save(street, admin, feature(two[0]))
    save(foreign_grid.community.street, admin, feature(foreign_grid.code))
    client.force_login(admin)
    client.post(reverse("grids:boundaries_delete"))
    assert GridBoundary.objects.get().grid == foreign_grid


def test_pages_query_count_does_not_grow(client, admin, street, two, django_assert_num_queries):
    client.force_login(admin)
    with django_assert_num_queries(3):
        client.get(reverse("grids:boundaries"))
    save(street, admin, feature(two[0]), feature(two[1], square(0.01)))
    with django_assert_num_queries(3):
        client.get(reverse("grids:boundaries"))


# --- Drawing


def test_projection_squeezes_longitudes_by_the_latitude():
    sheet = Projection.around([shapely.box(120, 59.9, 120.2, 60.1)])
    assert sheet.width / sheet.height == pytest.approx(0.5, abs=0.01)


def test_north_is_on_top():
    sheet = Projection.around([shapely.box(0, 0, 1, 1)])
    assert sheet.place(shapely.Point(0, 1)).y < sheet.place(shapely.Point(0, 0)).y


def test_path_leaves_holes_out():
    holed = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    assert write_path(holed).count("M") == write_path(holed).count("Z") == 2


def test_outline_has_no_seam_between_neighbours():
    joined = join_shapes([shapely.box(0, 0, 10, 10), shapely.box(10.5, 0, 20, 10)])
    assert write_path(joined).count("M") == 1


def test_label_has_room_where_it_stays_inside():
    spot = find_spot(shapely.box(0, 0, 100, 40))
    assert (round(spot.y), spot.holds(["第一网格"], 20)) == (20, True)
    assert not spot.holds(["第一网格第二网格"], 20)
    assert not spot.holds(["第一网格", "46.0%"], 20)
