"""Small lists of residents on the administration site: checked like the big import, written with dated spells."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.encryption import blind_index, decrypt
from accounts.models import AuditEvent
from grids.models import GroupMembership, Residence, Resident
from grids.small_files import SmallText
from imports.resources import ResidentResource
from tests.register import make_id_number

HEADINGS = "姓名,身份证号,性别,手机号,网格,楼栋,单元,房号,人群类别,入住日期,学历"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def load(admin, grids):
    """Runs rows through the resource; by default for good."""

    def load(*rows, headings=HEADINGS, dry_run=False):
        dataset = SmallText().create_dataset("\n".join([headings, *rows]).encode())
        return ResidentResource(user=admin).import_data(dataset, dry_run=dry_run, rollback_on_validation_errors=True)

    return load


def line(resident_or_number, name="王秀英", grid="第一网格", **cells):
    """Return a row under HEADINGS."""
    number = resident_or_number
    if isinstance(number, Resident):
        number, name = decrypt(number.id_number, purpose="id_number"), number.name
    cells = {"姓名": name, "身份证号": f"'{number}", "网格": grid} | cells
    return ",".join(cells.get(heading, "") for heading in HEADINGS.split(","))


def words_of(result):
    """Return what the result says about refused rows and about the file."""
    return [str(row.error) for row in result.invalid_rows] + [str(error.error) for error in result.base_errors]


def test_newcomer_gets_a_spell_and_groups(load, grids):
    load(
        line(
            make_id_number(),
            楼栋="三号楼",
            单元="2",
            房号="501室",
            人群类别="青少年",
            入住日期="2020-05-01",
            手机号="199-1234-5678",
        )
    )
    person = Resident.objects.get()
    assert (person.name, str(person.household), person.phone_kept) == ("王秀英", "3号楼 2单元 501", "1995678")
    assert Residence.objects.get().since == date(2020, 5, 1)
    assert GroupMembership.objects.get().group.code == "youth"
    assert bytes(person.id_hash) == blind_index(make_id_number(), purpose="id_number")


def test_rehearsal_writes_nothing(load):
    result = load(line(make_id_number()), dry_run=True)
    assert result.totals["new"] == 1
    assert not Resident.objects.exists()
    assert not AuditEvent.objects.exists()


def test_same_file_twice_changes_nothing(load):
    load(line(make_id_number(), 人群类别="青少年", 楼栋="3", 房号="501"))
    result = load(line(make_id_number(), 人群类别="青少年", 楼栋="3", 房号="501"))
    assert dict(result.totals)["skip"] == 1
    assert Residence.objects.count() == 1


def test_new_grid_closes_a_spell_and_opens_one(load, resident, grids):
    load(line(resident, grid="第二网格"))
    old, new = Residence.objects.order_by("since")
    assert (old.until, new.grid, new.since) == (timezone.localdate(), grids[1], timezone.localdate())
    assert old.end_reason == "moved_within"


def test_blank_cells_wipe_nothing(load, register, grids):
    person = register.resident(grids[0], groups=["youth"])
    load(line(person, 学历="大学本科"))
    person.refresh_from_db()
    assert (person.phone_kept, person.education) == ("1995678", "20")
    assert GroupMembership.objects.get(until=None).group.code == "youth"


def test_group_cell_is_the_whole_truth(load, register, grids):
    person = register.resident(grids[0], groups=["youth"])
    load(line(person, 人群类别="居民党员"))
    assert [m.group.name for m in GroupMembership.objects.filter(until=None)] == ["居民党员"]


def test_who_is_registered_elsewhere_is_refused(load, register, foreign_grid):
    stranger = register.resident(foreign_grid, name="外街人")
    result = load(line(stranger))
    assert "已在其他单位登记" in words_of(result)[0]
    stranger.refresh_from_db()
    assert stranger.grid == foreign_grid


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"网格": "第九网格"}, "没有名为“第九网格”的网格"),
        ({"性别": "女"}, "性别与身份证号不一致"),
        ({"手机号": "123"}, "手机号应为 11 位"),
        ({"人群类别": "上访人员"}, "门户不收集"),
        ({"姓名": "张3"}, "姓名里有数字"),
        ({"身份证号": make_id_number()[:17] + "*"}, "身份证号"),
        ({"身份证号": ""}, "出生日期"),
    ],
)
def test_wrong_row_is_refused_in_the_words_of_the_import(cells, words, load):
    result = load(line(make_id_number(), **cells))
    assert words in words_of(result)[0]
    assert not Resident.objects.exists()


def test_one_wrong_row_stops_the_file(load):
    load(line(make_id_number()), line(make_id_number(sequence=3), 手机号="123"))
    assert not Resident.objects.exists()


def test_repeated_number_is_refused(load):
    assert "第 2 行" in words_of(load(line(make_id_number()), line(make_id_number())))[0]


def test_forbidden_column_stops_the_file(load):
    result = load("王秀英,x,第一网格,1", headings="姓名,身份证号,网格,上访情况")
    assert "不能导入" in words_of(result)[0]


def test_foreign_grid_cannot_be_named(load, foreign_grid):
    result = load(line(make_id_number(), grid=foreign_grid.code))
    assert result.has_validation_errors()


def test_total_line_is_no_resident(load):
    result = load(line(make_id_number()), "合计：共 1 行" + "," * 10)
    assert (result.totals["new"], Resident.objects.count()) == (1, 1)


def test_unchanged_rows_look_nothing_up(load, register, grids, django_assert_max_num_queries):
    people = [register.resident(grids[0]) for _number in range(40)]
    with django_assert_max_num_queries(20 + 2 * 40):  # a savepoint for each row, and nothing else
        result = load(*(line(person) for person in people))
    assert result.totals["skip"] == 40


# --- The page


def test_page_rehearses_and_writes(client, admin, grids):
    client.force_login(admin)
    text = f"{HEADINGS}\n{line(make_id_number(), name='欧阳秀英')}\n"
    file = SimpleUploadedFile("a.csv", text.encode())
    page = client.post("/admin/grids/resident/import/", {"import_file": file, "format": "1", "resource": "0"})
    assert not Resident.objects.exists()
    client.post("/admin/grids/resident/process_import/", page.context["confirm_form"].initial)
    assert Resident.objects.get().name == "欧阳秀英"
    assert AuditEvent.objects.filter(action__in=["resident.add", "resident.import"]).count() == 2


def test_page_masks_what_it_shows(client, admin, resident):
    client.force_login(admin)
    number = decrypt(resident.id_number, purpose="id_number")
    text = f"{HEADINGS}\n{line(resident, 手机号='19987654321')}\n{line(make_id_number(sequence=801), 手机号='1')}\n"
    file = SimpleUploadedFile("a.csv", text.encode())
    page = client.post("/admin/grids/resident/import/", {"import_file": file, "format": "1", "resource": "0"})
    text = page.content.decode()
    assert "手机号应为 11 位" in text
    assert number not in text
    assert "19987654321" not in text
    assert make_id_number(sequence=801) not in text


def test_preview_masks_what_it_shows(client, admin, resident):
    client.force_login(admin)
    text = f"{HEADINGS}\n{line(resident, 手机号='19987654321')}\n"
    file = SimpleUploadedFile("a.csv", text.encode())
    page = client.post("/admin/grids/resident/import/", {"import_file": file, "format": "1", "resource": "0"})
    text = page.content.decode()
    assert "199****4321" in text
    assert resident.name not in text
    assert "19987654321" not in text


def test_there_is_no_list_or_export_of_residents(client, admin, resident):
    client.force_login(admin)
    assert client.get("/admin/grids/resident/")["Location"] == "/admin/grids/resident/import/"
    assert client.get("/admin/grids/resident/export/").status_code == 404
    assert client.get(f"/admin/grids/resident/{resident.pk}/change/").status_code == 404


@pytest.mark.parametrize("role", ["worker", "street_officer", "outsider"])
def test_nobody_else_imports(role, client, request, resident):
    client.force_login(request.getfixturevalue(role))
    assert client.get("/admin/grids/resident/import/").status_code == 403
