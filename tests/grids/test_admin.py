"""The administration site: who gets in, whose rows it shows, and what small files may change."""

import csv
import io
import os
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import AuditEvent
from grids.models import Building, Grid, PopulationGroup
from grids.resources import BuildingResource, GridResource
from grids.small_files import FileUnfitError, SealedUpload, SmallText, SmallWorkbook
from tests.register import make_grids

PAGES = ["", "grids/", "jsi18n/", "grids/grid/", "grids/grid/add/", "grids/grid/import/", "grids/grid/export/"]
INLINE = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|<script\b(?![^>]*\ssrc=)[^>]*>")
GRIDS = "编码,名称,社区,设立日期\n990101001001009,第九网格,多福社区,2020-01-01\n"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "uploads"


@pytest.fixture
def keeper(client, admin):
    """A signed-in browser of who keeps the register."""
    client.force_login(admin)
    return client


def upload(client, page, text, name="file.csv"):
    """Send a file for rehearsal."""
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
    form = "1" if name.endswith("csv") else "0"
    return client.post(f"/admin/grids/{page}/import/", {"import_file": file, "format": form, "resource": "0"})


def confirm(client, page, rehearsed):
    """Confirm what was rehearsed."""
    return client.post(f"/admin/grids/{page}/process_import/", rehearsed.context["confirm_form"].initial)


# --- Who gets in


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_data_administrators(page, keeper, grids):
    answer = keeper.get(f"/admin/{page}")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("role", ["worker", "street_officer", "security_admin", "auditor", "outsider"])
def test_nobody_else_gets_in(role, client, request, grids):
    client.force_login(request.getfixturevalue(role))
    assert {client.get(f"/admin/{page}").status_code for page in PAGES} == {403}


def test_visitors_are_sent_to_the_portals_log_in(client, db):
    assert client.get("/admin/")["Location"].startswith("/login/")


@pytest.mark.parametrize("page", ["login/", "password_change/", "r/1/1/", "autocomplete/", "grids/grid/1/history/"])
def test_other_pages_of_django_do_not_exist(page, keeper):
    assert keeper.get(f"/admin/{page}").status_code == 404


@pytest.mark.parametrize("page", [*PAGES, "grids/building/", "grids/populationgroup/import/"])
def test_pages_need_no_inline_script_or_style(page, keeper, grids):
    text = keeper.get(f"/admin/{page}").content.decode()
    assert INLINE.findall(text) == []


# --- Whose rows


def test_foreign_grids_are_not_found(keeper, grids, foreign_grid):
    assert foreign_grid.code not in keeper.get("/admin/grids/grid/").content.decode()
    assert keeper.get(f"/admin/grids/grid/{foreign_grid.pk}/change/").status_code == 404
    assert foreign_grid.code not in keeper.get("/admin/grids/building/add/").content.decode()


def test_foreign_community_is_no_choice(keeper, foreign_community):
    form = {"community": foreign_community.pk, "code": f"{foreign_community.code}009", "name": "冒名网格"}
    assert keeper.post("/admin/grids/grid/add/", form).status_code == 200
    assert not Grid.objects.filter(name="冒名网格").exists()


def test_grid_is_added_and_audited(keeper, community):
    form = {"community": community.pk, "code": f"{community.code}009", "name": "第九网格"}
    assert keeper.post("/admin/grids/grid/add/", form).status_code == 302
    event = AuditEvent.objects.get(action="grid.add")
    assert (event.area_code, event.object_id) == (f"{community.code}009", str(Grid.objects.get().pk))


def test_code_of_another_community_is_refused(keeper, community, neighbour_community):
    form = {"community": community.pk, "code": f"{neighbour_community.code}009", "name": "第九网格"}
    assert "应是社区的编码" in keeper.post("/admin/grids/grid/add/", form).content.decode()


def test_grid_where_people_live_is_not_abolished(keeper, resident):
    form = {"name": "第一网格", "valid_to": timezone.localdate().isoformat()}
    assert keeper.post(f"/admin/grids/grid/{resident.grid_id}/change/", form).status_code == 200
    assert Grid.objects.get(pk=resident.grid_id).valid_to is None


def test_change_is_audited_with_its_fields(keeper, grids):
    keeper.post(f"/admin/grids/grid/{grids[0].pk}/change/", {"name": "东网格"})
    assert AuditEvent.objects.get(action="grid.change").detail == {"fields": ["名称"]}


def test_group_with_a_forbidden_name_is_refused(keeper):
    form = {"code": "petition", "name": "上访人员", "position": "9"}
    assert keeper.post("/admin/grids/populationgroup/add/", form).status_code == 200
    assert not PopulationGroup.objects.filter(code="petition").exists()


# --- Small files


def test_rehearsal_writes_nothing_and_confirmation_does(keeper, community):
    rehearsed = upload(keeper, "grid", GRIDS)
    assert not Grid.objects.exists()
    confirm(keeper, "grid", rehearsed)
    grid = Grid.objects.get()
    assert (grid.code, grid.name, grid.community) == ("990101001001009", "第九网格", community)
    assert AuditEvent.objects.get(action="grid.import").detail == {"new": 1, "changed": 0, "unchanged": 0}


def test_upload_waits_encrypted_and_goes(keeper, community, uploads):
    rehearsed = upload(keeper, "grid", GRIDS)
    assert "第九网格".encode() not in next(uploads.iterdir()).read_bytes()
    confirm(keeper, "grid", rehearsed)
    assert list(uploads.iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 32, ""])
def test_upload_that_is_not_there_is_not_found(name, keeper):
    form = {"import_file_name": name, "original_file_name": "x.csv", "format": "1", "resource": "0"}
    assert keeper.post("/admin/grids/grid/process_import/", form).status_code in (200, 404)


def test_workbook_is_read_too(keeper, community):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(GRIDS)):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    confirm(keeper, "grid", upload(keeper, "grid", target.getvalue(), "file.xlsx"))
    assert Grid.objects.get().name == "第九网格"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("990101002001009,冒名网格,,", "编码应为 15 位数字"),
        ("990101001001009,第九网格,和平新村社区,", "区域里没有"),
        ("99010100100100,第九网格,,", "编码应为 15 位数字"),
        ("990101001001009,第九网格,,2999-01-01", "日期在将来"),
        ("990101001001009,,,", "第 3 行：名称："),
    ],
)
def test_wrong_row_stops_the_file(line, words, keeper, community, foreign_grid):
    answer = upload(keeper, "grid", GRIDS.replace("009,第九", "008,第八") + line)
    assert words in answer.content.decode()
    assert "confirm_form" not in answer.context


def test_blank_cell_wipes_nothing(keeper, grids):
    Grid.objects.filter(pk=grids[0].pk).update(valid_from="2020-01-01")
    confirm(keeper, "grid", upload(keeper, "grid", f"编码,名称,设立日期\n{grids[0].code},东网格,\n"))
    grid = Grid.objects.get(pk=grids[0].pk)
    assert (grid.name, str(grid.valid_from)) == ("东网格", "2020-01-01")


def test_forbidden_heading_stops_the_file(keeper, community):
    answer = upload(keeper, "grid", "编码,名称,上访人员\n990101001001009,第九网格,1\n")
    assert "门户只为服务居民" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


def test_buildings_are_spelled_like_doors(keeper, grids):
    confirm(keeper, "building", upload(keeper, "building", f"网格编码,楼栋\n{grids[0].code},三号楼\n"))
    assert Building.objects.get().name == "3号楼"


def test_building_of_a_foreign_grid_is_refused(keeper, foreign_grid):
    answer = upload(keeper, "building", f"网格编码,楼栋\n{foreign_grid.code},3\n")
    assert "您的区域里没有编码为" in answer.content.decode()


def test_file_that_is_not_small_is_refused(keeper, community, settings):
    settings.ADMIN_IMPORT_MAX_ROWS = 1
    answer = upload(keeper, "grid", GRIDS + "990101001001008,第八网格,,\n")
    assert "请改用“导入”" in answer.content.decode()


def test_big_upload_is_refused_before_it_is_read(keeper, community, settings, uploads):
    settings.ADMIN_IMPORT_MAX_BYTES = 10
    assert "请改用“导入”" in upload(keeper, "grid", GRIDS).content.decode()
    assert not uploads.exists()


def test_archive_that_unpacks_large_is_refused(settings):
    settings.ADMIN_IMPORT_MAX_UNPACKED_BYTES = 10
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.save(target)
    with pytest.raises(FileUnfitError):
        SmallWorkbook().create_dataset(target.getvalue())


def test_file_in_the_encoding_of_chinese_excel_is_read():
    assert SmallText().create_dataset(GRIDS.encode("gb18030"))["名称"] == ["第九网格"]


def test_old_uploads_are_forgotten(uploads, settings):
    store = SealedUpload()
    store.save(b"x")
    os.utime(store.path, (0, 0))
    SealedUpload().save(b"y")
    assert len(list(uploads.iterdir())) == 1


def test_export_filtered_by_nonsense_is_not_found(keeper):
    answer = keeper.post("/admin/grids/building/export/?next=x", {"format": "0", "resource": "0"})
    assert answer.status_code == 404


@pytest.mark.parametrize("form", ["0", "1"])
def test_export_holds_own_rows_only_and_no_formula(form, keeper, grids, foreign_grid):
    Building.objects.create(grid=grids[0], name="=1+1")
    Building.objects.create(grid=foreign_grid, name="外街楼")
    answer = keeper.post("/admin/grids/building/export/", {"format": form, "resource": "0"})
    dataset = (SmallWorkbook if form == "0" else SmallText)().create_dataset(answer.content)
    assert dataset["楼栋"] == ["=1+1" if form == "0" else "'=1+1"]
    assert AuditEvent.objects.get(action="building.export").detail == {"rows": 1}


def test_unchanged_file_costs_the_same_whatever_its_length(admin, community, django_assert_max_num_queries):
    make_grids(community, *(f"第{number}网格" for number in range(60)))
    rows = "".join(f"{grid.code},{grid.name},\n" for grid in Grid.objects.all())
    dataset = SmallText().create_dataset(f"编码,名称,社区\n{rows}".encode())
    with django_assert_max_num_queries(10 + 2 * 60):  # a savepoint for each row, and nothing else
        result = GridResource(user=admin).import_data(dataset)
    assert result.totals["skip"] == 60


def test_new_buildings_look_their_grids_up_once(admin, grids, django_assert_max_num_queries):
    rows = "".join(f"{grids[number % 2].code},{number}号楼\n" for number in range(1, 41))
    dataset = SmallText().create_dataset(f"网格编码,楼栋\n{rows}".encode())
    with django_assert_max_num_queries(10 + 5 * 40):  # savepoints, unique check, parent check, insert
        result = BuildingResource(user=admin).import_data(dataset)
    assert result.totals["new"] == 40
