"""The resident import: rehearsal, write, and every kind of bad input, with its place."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from grids import actions
from grids.encryption import decrypt
from grids.models import Household, ImportFile, Residence, Resident, ResidentImport
from grids.sheets import FileRefused
from tests.register import HEADINGS, make_id_number, make_row, make_workbook

EFFECTIVE = date(2026, 1, 1)
Status = ResidentImport.Status


@pytest.fixture
def rehearse(admin, community, grids):
    """Upload a workbook for the community and rehearse it."""

    def run(content: bytes, effective_date: date = EFFECTIVE, by=admin, only=community) -> ResidentImport:
        job = actions.create_import(
            file_name="名册.xlsx", content=content, community=only, effective_date=effective_date, by=by
        )
        actions.rehearse(job.pk)
        job.refresh_from_db()
        return job

    return run


@pytest.fixture
def load(rehearse, admin):
    """Rehearse, confirm and write a workbook."""

    def run(rows, **options) -> ResidentImport:
        job = rehearse(make_workbook(rows), **options)
        actions.confirm_import(job, by=admin)
        actions.write(job.pk)
        job.refresh_from_db()
        return job

    return run


def dump_register() -> list[tuple]:
    """Everything the register holds."""
    return [list(model.objects.order_by("pk").values_list()) for model in (Resident, Residence, Household)]


def test_rehearsal_reports_and_changes_nothing(rehearse):
    before = dump_register()
    job = rehearse(make_workbook([make_row(), make_row(id_number="1", name="李雷")]))
    assert job.status == Status.REHEARSED
    assert job.counts == {"create": 1, "update": 0, "unchanged": 0, "refuse": 1}
    assert dump_register() == before


def test_write_creates_resident_with_spell_home_and_groups(load, grids):
    load(
        [
            make_row(
                楼栋="3号楼",
                单元="1单元",
                房号="501",
                人群类别="居民党员、离退休人员",
                手机号="19912345678",
                入住日期="2020-05-01",
            )
        ]
    )
    resident = Resident.objects.get()
    assert (resident.name, resident.grid, str(resident.household)) == ("王秀英", grids[0], "3号楼 1单元 501")
    assert (resident.masked_id_number, resident.masked_phone) == (
        f"9901{'*' * 12}{make_id_number()[-2:]}",
        "199****5678",
    )
    assert decrypt(resident.id_number, purpose="id_number") == make_id_number()
    assert decrypt(resident.phone, purpose="phone") == "19912345678"
    assert list(resident.spells.values_list("grid", "since", "until")) == [(grids[0].pk, date(2020, 5, 1), None)]
    assert set(resident.memberships.values_list("group__code", flat=True)) == {"party_member", "retired"}


def test_second_import_of_the_same_file_changes_nothing(load, rehearse):
    rows = [make_row(楼栋="3号楼", 房号="501", 人群类别="居民党员")]
    load(rows)
    before = dump_register()
    assert rehearse(make_workbook(rows)).counts == {"create": 0, "update": 0, "unchanged": 1, "refuse": 0}
    assert dump_register() == before


def test_move_closes_the_old_spell_and_opens_a_new_one(load, grids):
    load([make_row(入住日期="2020-05-01")])
    job = load([make_row(grid="第二网格")], effective_date=date(2026, 6, 1))
    assert job.counts["update"] == 1
    spells = Residence.objects.order_by("since").values_list("grid", "since", "until")
    assert list(spells) == [
        (grids[0].pk, date(2020, 5, 1), date(2026, 6, 1)),
        (grids[1].pk, date(2026, 6, 1), None),
    ]


def test_move_before_arrival_is_refused(load, rehearse):
    load([make_row(入住日期="2026-05-01")])
    job = rehearse(make_workbook([make_row(grid="第二网格")]), effective_date=date(2026, 3, 1))
    assert job.reasons == {"moved_before_arrival": 1}


def test_blank_cells_wipe_nothing(load):
    load([make_row(楼栋="3号楼", 房号="501", 人群类别="居民党员", 手机号="19912345678")])
    load([make_row(name="王秀瑛")])
    resident = Resident.objects.get()
    assert (resident.name, resident.phone_kept, str(resident.household)) == ("王秀瑛", "1995678", "3号楼 501")
    assert resident.memberships.filter(until=None).count() == 1


def test_group_cell_is_the_whole_truth(load):
    load([make_row(人群类别="居民党员、青少年")])
    load([make_row(人群类别="居民党员、下岗职工")], effective_date=date(2026, 6, 1))
    current = Resident.objects.get().memberships.on(date(2026, 6, 1))
    assert set(current.values_list("group__code", flat=True)) == {"party_member", "laid_off"}


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"id_number": "990101198005010099"}, "id_checksum", "B · 身份证号"),
        ({"grid": "第九网格"}, "grid_unknown", "F · 网格"),
        ({"grid": ""}, "grid_missing", "F · 网格"),
        ({"name": ""}, "name_missing", "A · 姓名"),
        ({"性别": "女"}, "sex_contradicts_id", "C · 性别"),
        ({"出生日期": "1980-05-02"}, "birth_date_contradicts_id", "D · 出生日期"),
        ({"手机号": "123"}, "phone_invalid", "E · 手机号"),
        ({"人群类别": "外星人"}, "group_unknown", "J · 人群类别"),
        ({"人群类别": "重点人员"}, "group_forbidden", "J · 人群类别"),
        ({"入住日期": "2999-01-01"}, "date_future", "K · 入住日期"),
        ({"楼栋": "楼" * 31}, "text_too_long", "G · 楼栋"),
    ],
)
def test_bad_cell_is_refused_at_its_place(rehearse, cells, code, column):
    job = rehearse(make_workbook([make_row(), make_row(**{"id_number": make_id_number(sequence=3), **cells})], above=2))
    message = job.messages[0]
    assert (message["code"], message["sheet"], message["row"]) == (code, "居民", 5)
    assert f"{message['column']} · {message['heading']}" == column
    assert job.counts == {"create": 1, "update": 0, "unchanged": 0, "refuse": 1}


def test_numeric_id_cell_is_refused_as_damaged(rehearse):
    row = make_row()
    row[1] = float(make_id_number()[:17] + "1")
    job = rehearse(make_workbook([row]))
    assert job.reasons == {"id_damaged": 1}


def test_repeated_id_names_the_first_row(rehearse):
    job = rehearse(make_workbook([make_row(), make_row(name="李雷")]))
    assert (job.messages[0]["code"], job.messages[0]["row"], job.messages[0]["detail"]) == (
        "id_repeated",
        3,
        "2",
    )


def test_person_registered_elsewhere_is_refused_without_saying_where(rehearse, register, foreign_grid):
    register.resident(foreign_grid, born=date(1980, 5, 1))
    job = rehearse(make_workbook([make_row(id_number=make_id_number(sequence=1))]))
    assert job.reasons == {"registered_elsewhere": 1}
    assert job.messages[0]["detail"] == ""


def test_same_grid_name_in_two_communities_needs_the_community(rehearse, neighbour_community, grids):
    from tests.register import make_grids

    make_grids(neighbour_community, "第一网格")
    ambiguous = rehearse(make_workbook([make_row()]), only=None)
    assert ambiguous.reasons == {"grid_ambiguous": 1}
    settled = rehearse(make_workbook([[*make_row(), "多福社区"]], headings=[*HEADINGS, "社区"]), only=None)
    assert settled.counts["create"] == 1


@pytest.mark.parametrize(
    ("headings", "code"),
    [(("姓名", "手机号"), "columns_missing"), (("姓名", "身份证号", "网格", "是否上访"), "column_forbidden")],
)
def test_unusable_headings_refuse_the_file_and_delete_it(rehearse, headings, code):
    job = rehearse(make_workbook([["张三"]], headings=headings))
    assert (job.status, job.reasons) == (Status.REFUSED, {code: 1})
    assert not ImportFile.objects.exists()


def test_empty_workbook_is_refused(rehearse):
    assert rehearse(make_workbook([])).reasons == {"empty": 1}
    assert rehearse(make_workbook([], headings=[])).reasons == {"empty": 1}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_xlsx"),
        (b"name,id\n", "not_xlsx"),
        (b"PK\x03\x04 torn", "unreadable"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "not_xlsx"),
    ],
)
def test_what_is_no_workbook_is_refused_at_the_door(admin, content, code):
    with pytest.raises(FileRefused) as refusal:
        actions.create_import(file_name="x", content=content, community=None, effective_date=EFFECTIVE, by=admin)
    assert refusal.value.code == code
    assert not ResidentImport.objects.exists()


def test_confirming_twice_writes_once(rehearse, admin):
    job = rehearse(make_workbook([make_row()]))
    for _ in range(2):
        actions.confirm_import(job, by=admin)
        actions.write(job.pk)
    assert Resident.objects.count() == 1


def test_nothing_is_half_written_when_a_statement_fails(rehearse, admin, monkeypatch):
    job = rehearse(make_workbook([make_row()]))
    actions.confirm_import(job, by=admin)
    monkeypatch.setattr("grids.imports.WRITES", (*actions.write_people.__globals__["WRITES"], "select 1/0"))
    before = dump_register()
    with pytest.raises(Exception, match="division by zero"):
        actions.write(job.pk)
    assert dump_register() == before


def test_rehearsal_and_write_report_the_same(rehearse, admin):
    job = rehearse(make_workbook([make_row(), make_row(), make_row(id_number="7", name="9")]))
    rehearsed = (job.counts, job.reasons, job.messages)
    actions.confirm_import(job, by=admin)
    actions.write(job.pk)
    job.refresh_from_db()
    assert (job.counts, job.reasons, job.messages) == rehearsed


def test_confirming_what_is_not_rehearsed_is_refused(rehearse, admin):
    job = rehearse(make_workbook([make_row(id_number="1")]))
    with pytest.raises(ValidationError):
        actions.confirm_import(job, by=admin)


def test_worker_that_fell_silent_is_resumed_then_parked(rehearse, admin):
    job = rehearse(make_workbook([make_row()]))
    actions.confirm_import(job, by=admin)
    long_ago = timezone.now() - timedelta(hours=1)
    for attempts, expected in ((1, Status.CONFIRMED), (2, Status.FAILED)):
        ResidentImport.objects.update(status=Status.WRITING, attempts=attempts, heartbeat_at=long_ago)
        actions.requeue_stale()
        job.refresh_from_db()
        assert job.status == expected


def test_kept_file_is_encrypted_and_deleted_after_the_write(rehearse, admin):
    content = make_workbook([make_row()])
    job = rehearse(content)
    assert content[:40] not in bytes(ImportFile.objects.get().content)
    actions.confirm_import(job, by=admin)
    actions.write(job.pk)
    assert not ImportFile.objects.exists()


def test_text_with_copy_separators_arrives_whole(load):
    load([make_row(楼栋="a\\b", 房号="1\\2")])
    assert str(Resident.objects.get().household) == "a\\b 1\\2"
