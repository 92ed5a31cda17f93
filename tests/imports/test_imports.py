"""The resident import: rehearsal, write, and every kind of bad input, with its place."""

from contextlib import closing
from datetime import date, timedelta

import psycopg2
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.encryption import decrypt
from grids.models import Building, GroupMembership, Household, Residence, Resident
from imports import actions, writing
from imports.formats import FileRefused
from imports.models import HeadingMapping, ImportFile, ResidentImport, StagedRow
from imports.progress import WORK_LOCK, is_held
from indicators.models import DirtyMark, ReachCell
from tests.imports.conftest import EFFECTIVE
from tests.register import HEADINGS, make_grids, make_id_number, make_row, make_workbook

Status = ResidentImport.Status
REGISTER = (Resident, Residence, GroupMembership, Household, Building, DirtyMark, ReachCell)


def dump_register() -> list[tuple]:
    """Everything the register holds."""
    return [list(model.objects.order_by("pk").values_list()) for model in REGISTER]


def count(job: ResidentImport, *outcomes: str) -> tuple[int, ...]:
    """Rows of these outcomes; all others must be none."""
    assert sum(job.counts.values()) == sum(job.counts[outcome] for outcome in outcomes)
    return tuple(job.counts[outcome] for outcome in outcomes)


def test_rehearsal_reports_and_changes_nothing(rehearse):
    before = dump_register()
    job = rehearse(make_workbook([make_row(), make_row(id_number="1", name="李雷")]))
    assert job.status == Status.REHEARSED
    assert count(job, "create", "refuse") == (1, 1)
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
    assert count(rehearse(make_workbook(rows)), "unchanged") == (1,)
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


def test_move_before_arrival_is_refused(load, rehearse, codes):
    load([make_row(入住日期="2026-05-01")])
    job = rehearse(make_workbook([make_row(grid="第二网格")]), effective_date=date(2026, 3, 1))
    assert codes(job) == {"moved_before_arrival": 1}


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
    message = job.messages.get()
    assert (message.code, message.severity, message.sheet, message.row) == (code, "refuse", "居民", 5)
    assert f"{message.column} · {message.heading}" == column
    assert count(job, "create", "refuse") == (1, 1)


def test_numeric_id_cell_is_refused_as_damaged(rehearse, codes):
    row = make_row()
    row[1] = float(make_id_number()[:17] + "1")
    assert codes(rehearse(make_workbook([row]))) == {"id_damaged": 1}


def test_repeated_id_names_the_first_row(rehearse):
    job = rehearse(make_workbook([make_row(), make_row(name="李雷")]))
    message = job.messages.get()
    assert (message.code, message.row, message.detail) == ("id_repeated", 3, "2")


def test_remark_leaves_the_row_accepted(rehearse, codes):
    job = rehearse(make_workbook([make_row(手机号="13800138000/13900139000")]))
    assert codes(job) == {"phone_first_of_several": 1}
    assert count(job, "create", "warn") == (1, 1)


def test_totals_and_remarks_are_skipped(rehearse, codes):
    job = rehearse(make_workbook([make_row(), ["合计", "1人"], ["填表人：张三"], list(HEADINGS)]))
    assert codes(job) == {"row_heading": 1, "row_note": 1, "row_total": 1}
    assert count(job, "create", "skip") == (1, 3)


def test_same_grid_name_in_two_communities_needs_the_community(rehearse, neighbour_community, grids, codes):
    make_grids(neighbour_community, "第一网格")
    ambiguous = rehearse(make_workbook([make_row()]), only=None)
    assert codes(ambiguous) == {"grid_ambiguous": 1}
    settled = rehearse(make_workbook([[*make_row(), "多福社区"]], headings=[*HEADINGS, "社区"]), only=None)
    assert settled.counts["create"] == 1


def test_forbidden_heading_refuses_the_file_and_keeps_nothing(rehearse, codes):
    job = rehearse(make_workbook([["张三"]], headings=("姓名", "身份证号", "网格", "是否上访")))
    assert (job.status, codes(job)) == (Status.REFUSED, {"column_forbidden": 1})
    assert not ImportFile.objects.exists()
    assert not StagedRow.objects.exists()


def test_unclear_headings_wait_for_a_mapping_that_is_remembered(rehearse, admin, community):
    content = make_workbook([["王秀英", make_id_number(), "第一网格"]], headings=("姓名", "编号甲", "编号乙"))
    job = rehearse(content)
    assert (job.status, StagedRow.objects.count()) == (Status.MAPPING, 0)
    actions.map_headings(job, mapping={"编号甲": "id_number", "编号乙": "grid"}, sheets=[], by=admin)
    actions.rehearse(job.pk)
    job.refresh_from_db()
    assert count(job, "create") == (1,)
    assert HeadingMapping.objects.get().community == community
    assert count(rehearse(content), "create") == (1,)


def test_mapping_two_columns_to_one_key_is_refused(rehearse, admin):
    job = rehearse(make_workbook([["王", "1", "2"]], headings=("姓名", "编号甲", "编号乙")))
    with pytest.raises(ValidationError, match="不止一列"):
        actions.map_headings(job, mapping={"编号甲": "grid", "编号乙": "grid"}, sheets=[], by=admin)


def test_workbook_without_rows_is_refused(rehearse, codes):
    assert codes(rehearse(make_workbook([]))) == {"empty": 1}
    assert codes(rehearse(make_workbook([], headings=[]))) == {"empty": 1}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 torn", "unreadable"),
        (b"%PDF-1.7 ...", "not_spreadsheet"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "html_table"),
    ],
)
def test_what_is_no_table_is_refused_at_the_door(admin, content, code):
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
    monkeypatch.setattr(writing, "NEWCOMERS", (*writing.NEWCOMERS, "select 1/0"))
    before = dump_register()
    with pytest.raises(Exception, match="division by zero"):
        actions.write(job.pk)
    assert dump_register() == before


def test_rehearsal_and_write_report_the_same(rehearse, admin, load):
    load([make_row(id_number=make_id_number(sequence=5), 入住日期="2026-05-01")])
    late = make_row(id_number=make_id_number(sequence=5), grid="第二网格")
    job = rehearse(make_workbook([make_row(), make_row(), make_row(id_number="7", name="9"), late]))
    rehearsed = (
        job.counts,
        list(job.messages.order_by("row", "code").values_list("row", "severity", "code", "detail")),
    )
    actions.confirm_import(job, by=admin)
    actions.write(job.pk)
    job.refresh_from_db()
    assert job.status == Status.DONE
    written = (job.counts, list(job.messages.order_by("row", "code").values_list("row", "severity", "code", "detail")))
    assert written == rehearsed


def test_confirming_what_has_nothing_to_write_is_refused(rehearse, admin):
    job = rehearse(make_workbook([make_row(id_number="1")]))
    with pytest.raises(ValidationError):
        actions.confirm_import(job, by=admin)


def test_orphan_of_a_dead_worker_is_resumed_then_parked(rehearse, admin):
    job = rehearse(make_workbook([make_row()]))
    actions.confirm_import(job, by=admin)
    for attempts, expected in ((1, Status.CONFIRMED), (2, Status.FAILED)):
        ResidentImport.objects.update(status=Status.WRITING, attempts=attempts)
        actions.resume_jobs()
        job.refresh_from_db()
        assert job.status == expected


@pytest.mark.parametrize("dbname", ["postgres", None])
def test_a_lock_counts_in_its_own_database_only(db, dbname):
    here = connection.get_connection_params()
    keys = {key: here[key] for key in ("host", "port", "user", "password") if key in here}
    with closing(psycopg2.connect(dbname=dbname or here["dbname"], **keys)) as link, link.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s, 41)", [WORK_LOCK])
        assert is_held(41) == (dbname is None)


def test_staged_rows_lost_in_a_crash_are_read_again(rehearse, admin):
    job = rehearse(make_workbook([make_row()]))
    actions.confirm_import(job, by=admin)
    StagedRow.objects.all().delete()
    actions.write(job.pk)
    assert Resident.objects.count() == 1


def test_kept_file_is_encrypted_and_deleted_after_its_days(rehearse):
    content = make_workbook([make_row()])
    job = rehearse(content)
    assert content[:40] not in bytes(ImportFile.objects.get().content)
    ResidentImport.objects.update(created_at=timezone.now() - timedelta(days=31))
    actions.delete_old_files()
    job.refresh_from_db()
    assert job.status == Status.DISCARDED
    assert not ImportFile.objects.exists()
    assert not StagedRow.objects.exists()


def test_text_with_copy_separators_arrives_whole(load):
    load([make_row(楼栋="a\\b", 房号="1\\2")])
    assert str(Resident.objects.get().household) == "a\\b 1\\2"
