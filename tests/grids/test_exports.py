"""Exports of residents: what the file holds, who gets it and for how long, and that it is never short."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.encryption import decrypt, encrypt_bytes
from accounts.models import AuditEvent
from accounts.roles import PERMISSIONS_OF_ROLE, Permission, Role
from grids import export_files, exports, tasks
from grids.exports import make_export, pack_query, request_export
from grids.forms.residents import ResidentFilter
from grids.models import Building, Household, Resident, ResidentExport

Status = ResidentExport.Status
FORMULA = '=HYPERLINK("x")'


@pytest.fixture(autouse=True)
def workplace(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def person(register, grids):
    """Somebody behind a door whose building has a dangerous name."""
    door = Household.objects.create(
        building=Building.objects.create(grid=grids[0], name=FORMULA), unit="2", room="0301"
    )
    person = register.resident(grids[0], name="欧阳秀英", groups=["youth"])
    Resident.objects.filter(pk=person.pk).update(household=door)
    return Resident.objects.get(pk=person.pk)


@pytest.fixture
def ask(admin):
    """Makes a waiting export of what a query shows."""

    def ask(query="", by=admin, **fields):
        form = ResidentFilter(QueryDict(query), by=by)
        form.full_clean()
        fields = {"purpose": "check", "format": "xlsx"} | fields
        return request_export(ResidentExport(**fields), query=form, by=by)

    return ask


@pytest.fixture
def finished(admin):
    """A file that can be downloaded, made without reading the register."""
    return ResidentExport.objects.create(
        by=admin,
        purpose="check",
        filters={"area": admin.area_code, "query": {}},
        status=Status.DONE,
        rows=1,
        content=encrypt_bytes(b"whole", purpose=exports.FILE_PURPOSE),
        expires_at=timezone.now() + timedelta(hours=1),
    )


def read_lines(export):
    """Return the cells of an export's file."""
    export = ResidentExport.objects.get(pk=export.pk)
    assert export.status == Status.DONE
    content = exports.open_file(export)
    if export.format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]


def make(export):
    """Make the file of an export and return its lines."""
    make_export(export.pk)
    return read_lines(export)


# --- What the file holds


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_masked_list_shows_no_full_value(format, person, ask):
    lines = make(ask(format=format))
    row = dict(zip(lines[1], lines[2], strict=True))
    assert (row["姓名"], row["身份证号"], row["手机号"]) == (
        "欧**英",
        "9901************" + person.id_kept[4:],
        "199****5678",
    )
    assert row["出生日期"] == "1980-**-**"


@pytest.mark.django_db(transaction=True)
def test_full_list_shows_text_cells(person, ask):
    row = dict(zip(export_files.HEADINGS, make(ask(is_masked=False))[2], strict=True))
    assert (row["姓名"], row["出生日期"], row["手机号"]) == ("欧阳秀英", "1980-05-01", "19912345678")
    assert row["身份证号"] == decrypt(person.id_number, purpose="id_number")
    assert (row["社区"], row["网格"], row["楼栋"], row["房号"]) == ("多福社区", "第一网格", FORMULA, "0301")
    assert (row["性别"], row["人群类别"], row["入住日期"]) == ("男", "青少年", "2015-01-01")


@pytest.mark.django_db(transaction=True)
def test_workbook_holds_strings_only(person, ask):
    export = ask(is_masked=False)
    make_export(export.pk)
    export.refresh_from_db()
    sheet = openpyxl.load_workbook(io.BytesIO(exports.open_file(export))).active
    filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {(cell.data_type, cell.number_format) for cell in filled} == {("s", "@")}


@pytest.mark.django_db(transaction=True)
def test_csv_keeps_numbers_and_defuses_formulas(person, ask):
    row = dict(zip(export_files.HEADINGS, make(ask(format="csv", is_masked=False))[2], strict=True))
    assert row["身份证号"] == "'" + decrypt(person.id_number, purpose="id_number")
    assert (row["手机号"], row["楼栋"], row["房号"]) == ("'19912345678", f"'{FORMULA}", "'0301")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_watermark_and_total_frame_the_list(format, person, admin, ask):
    export = ask(format=format)
    first, headings, *_rows, last = make(export)
    assert all(word in first[0] for word in ["admin", f"导出编号 {export.pk}", "核对底册", "含个人信息，用后删除"])
    assert tuple(headings) == export_files.HEADINGS
    assert last[0] == "合计：共 1 行"


# --- Whose rows


@pytest.mark.django_db(transaction=True)
def test_filter_is_applied(register, grids, ask):
    register.resident(grids[0], name="王小明")
    register.resident(grids[1], name="李大有")
    lines = make(ask(f"grid={grids[1].pk}", is_masked=False))
    assert [line[0] for line in lines[2:]] == ["李大有", "合计：共 1 行"]


@pytest.mark.django_db(transaction=True)
def test_foreign_street_is_never_included(register, person, foreign_grid, ask):
    register.resident(foreign_grid, name="外街人")
    names = [line[0] for line in make(ask(is_masked=False))[2:-1]]
    assert names == ["欧阳秀英"]


@pytest.mark.django_db(transaction=True)
def test_forged_filter_makes_no_file(register, person, foreign_grid, ask):
    register.resident(foreign_grid, name="外街人")
    export = ask()
    export.filters["query"] = {"grid": [str(foreign_grid.pk)]}
    export.save()
    make_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.content) == (Status.FAILED, None)


@pytest.mark.django_db(transaction=True)
def test_whoever_moved_to_another_street_gets_nothing(person, foreign_street, admin, ask):
    export = ask()
    admin.street = foreign_street
    admin.save()
    make_export(export.pk)
    export.refresh_from_db()
    assert export.status == Status.FAILED
    assert AuditEvent.objects.get(action="resident_export.fail").detail["reason"] == "not_permitted"


def test_typed_text_is_kept_encrypted(admin):
    form = ResidentFilter(QueryDict("q=欧阳秀英"), by=admin)
    packed = pack_query(form)
    assert "欧阳" not in str(packed)
    assert exports.unpack_query(packed)["q"] == "欧阳秀英"


# --- Whole or not at all


@pytest.mark.django_db(transaction=True)
def test_short_file_is_no_file(person, ask, monkeypatch):
    monkeypatch.setitem(exports.WRITERS, ResidentExport.Format.XLSX, write_one_line_less)
    export = ask()
    make_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.content) == (Status.FAILED, None)
    assert AuditEvent.objects.get(action="resident_export.fail").detail["reason"] == "count_mismatch"


def write_one_line_less(path, lines):
    return export_files.write_xlsx(path, list(lines)[1:])


@pytest.mark.django_db(transaction=True)
def test_plain_file_is_gone_when_made(person, ask, workplace):
    make(ask())
    assert list((workplace / "exports").iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_export_is_made_once(person, ask):
    export = ask()
    make_export(export.pk)
    make_export(export.pk)
    assert AuditEvent.objects.filter(action="resident_export.create").count() == 1


def test_stored_file_is_encrypted(finished):
    assert b"whole" not in bytes(finished.content)


def test_silent_export_is_begun_again(finished, rung):
    long_ago = timezone.now() - timedelta(hours=1)
    ResidentExport.objects.update(status=Status.RUNNING, attempts=1, heartbeat_at=long_ago)
    tasks.resume_exports()
    finished.refresh_from_db()
    assert (finished.status, rung) == (Status.QUEUED, [("grids.tasks.make_export", (finished.pk,))])


def test_export_that_failed_twice_is_given_up(finished, rung):
    long_ago = timezone.now() - timedelta(hours=1)
    ResidentExport.objects.update(status=Status.RUNNING, attempts=2, heartbeat_at=long_ago)
    tasks.resume_exports()
    finished.refresh_from_db()
    assert (finished.status, rung) == (Status.FAILED, [])


def test_files_are_deleted_when_their_day_is_over(finished, workplace, rung):
    left = workplace / "exports" / "7-1"
    left.mkdir(parents=True)
    ResidentExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    tasks.resume_exports()
    finished.refresh_from_db()
    assert (finished.content, left.exists()) == (None, False)


@pytest.fixture
def rung(monkeypatch):
    """What was rung, as (task, arguments)."""
    rings = []
    monkeypatch.setattr(tasks, "ring", lambda task, *args: rings.append((task, args)))
    return rings


# --- Pages


def test_asking_saves_an_export_with_its_filters(client, admin, resident, grids):
    client.force_login(admin)
    answer = client.post(
        f"/residents/exports/new/?grid={grids[0].pk}", {"purpose": "visit", "format": "csv", "is_masked": "on"}
    )
    export = ResidentExport.objects.get()
    assert answer["Location"] == f"/residents/exports/{export.pk}/"
    assert (export.purpose, export.format, export.is_masked) == ("visit", "csv", True)
    assert export.filters == {"area": "990101001", "query": {"grid": [str(grids[0].pk)]}}


def test_page_says_how_many_and_which(client, admin, resident, grids):
    client.force_login(admin)
    page = client.get(f"/residents/exports/new/?grid={grids[0].pk}").content.decode()
    assert "1 位居民" in page
    assert "第一网格" in page


@pytest.mark.parametrize("sent", [{}, {"purpose": "gossip"}])
def test_purpose_is_asked_from_a_closed_list(sent, client, admin, resident):
    client.force_login(admin)
    answer = client.post("/residents/exports/new/", {"format": "xlsx", "is_masked": "on"} | sent)
    assert (answer.status_code, ResidentExport.objects.count()) == (200, 0)


def test_full_list_wants_a_second_tick(client, admin, resident):
    client.force_login(admin)
    form = {"purpose": "visit", "format": "xlsx"}
    assert client.post("/residents/exports/new/", form).status_code == 200
    assert client.post("/residents/exports/new/", form | {"sure": "on"}).status_code == 302
    assert ResidentExport.objects.get().is_masked is False


def test_without_the_permission_lists_stay_masked(client, admin, resident, monkeypatch):
    fewer = PERMISSIONS_OF_ROLE[Role.DATA_ADMIN] - {Permission.EXPORT_UNMASKED}
    monkeypatch.setitem(PERMISSIONS_OF_ROLE, Role.DATA_ADMIN, fewer)
    client.force_login(admin)
    assert (
        client.post("/residents/exports/new/", {"purpose": "visit", "format": "xlsx", "sure": "on"}).status_code == 302
    )
    assert ResidentExport.objects.get().is_masked is True


def test_foreign_grid_in_the_query_exports_nothing(client, admin, resident, foreign_grid):
    client.force_login(admin)
    answer = client.post(
        f"/residents/exports/new/?grid={foreign_grid.pk}", {"purpose": "visit", "format": "xlsx", "is_masked": "on"}
    )
    assert (answer.status_code, ResidentExport.objects.count()) == (200, 0)


@pytest.mark.parametrize(
    "role", ["worker", "street_officer", "district_officer", "security_admin", "auditor", "outsider"]
)
def test_only_data_administrators_export(role, client, finished, request):
    client.force_login(request.getfixturevalue(role))
    addresses = ["", "new/", f"{finished.pk}/", f"{finished.pk}/download/"]
    assert {client.get(f"/residents/exports/{address}").status_code for address in addresses} == {403}


def test_somebody_elses_export_is_not_found(client, finished, make_user, street):
    client.force_login(make_user("another", Role.DATA_ADMIN, street))
    assert client.get(f"/residents/exports/{finished.pk}/").status_code == 404
    assert client.get(f"/residents/exports/{finished.pk}/download/").status_code == 404
    assert "核对底册" not in client.get("/residents/exports/").content.decode()


def test_download_is_named_and_never_cached(client, admin, finished):
    client.force_login(admin)
    answer = client.get(f"/residents/exports/{finished.pk}/download/")
    assert answer.content == b"whole"
    assert "no-store" in answer["Cache-Control"]
    assert f"-{finished.pk}.xlsx" in answer["Content-Disposition"]
    assert "filename*=utf-8''%E5%B1%85" in answer["Content-Disposition"]


def test_expired_file_is_not_found(client, admin, finished):
    ResidentExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client.force_login(admin)
    assert client.get(f"/residents/exports/{finished.pk}/download/").status_code == 404
    assert "已过期" in client.get(f"/residents/exports/{finished.pk}/").content.decode()


def test_permission_lost_since_refuses_the_download(client, admin, finished, foreign_street):
    admin.street = foreign_street
    admin.save()
    client.force_login(admin)
    assert client.get(f"/residents/exports/{finished.pk}/download/").status_code == 403
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_every_step_is_audited(client, admin, person, ask):
    export = ask(is_masked=False)
    make_export(export.pk)
    client.force_login(admin)
    client.get(f"/residents/exports/{export.pk}/download/")
    events = AuditEvent.objects.filter(object_type="residentexport").order_by("pk")
    assert [event.action.partition(".")[2] for event in events] == ["request", "create", "download"]
    assert all(event.detail["purpose"] == "check" and event.detail["masked"] is False for event in events)
    assert [event.detail.get("rows") for event in events] == [None, 1, 1]


def test_running_export_asks_for_itself_again(client, admin, finished):
    ResidentExport.objects.update(status=Status.RUNNING, rows=4000, rows_done=2000)
    client.force_login(admin)
    part = client.get(f"/residents/exports/{finished.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in part
    assert 'value="50"' in part
    assert "<html" not in part
