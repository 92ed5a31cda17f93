"""The pages of resident imports: who gets in, what each state shows, and where each step leads."""

import ast
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent
from accounts.roles import Role
from grids.models import Residence, Resident
from grids.reasons import CELL_REASONS, CELL_REMARKS
from imports import actions, report
from imports.forms import MappingForm
from imports.models import (
    ImportFile,
    ImportMessage,
    ImportProgress,
    ImportReview,
    ImportTrace,
    ResidentImport,
    StagedRow,
)
from imports.reasons import FILE_REASONS, ROW_REASONS, describe
from tests.register import HEADINGS, make_id_number, make_row, make_workbook

pytestmark = pytest.mark.django_db
Status = ResidentImport.Status
EFFECTIVE = date(2026, 1, 1)
PAGES = ["detail", "map", "changes", "messages", "missing", "refused_rows", "undo"]


@pytest.fixture
def upload(admin, community, grids):
    """Keep a workbook for the community, unread."""

    def run(content: bytes, **options) -> ResidentImport:
        fields = {"community": community, "effective_date": EFFECTIVE, "by": admin} | options
        return actions.create_import(file_name="名册.xlsx", content=content, **fields)

    return run


@pytest.fixture
def browse(client, admin):
    """Open a page of imports as the administrator and return its text."""
    client.force_login(admin)

    def run(name: str, *args, query: dict | None = None, **options) -> str:
        response = client.get(reverse(f"imports:{name}", args=args, query=query), **options)
        assert response.status_code == 200
        return response.content.decode()

    return run


@pytest.fixture
def send(client, admin):
    """Send a form as the administrator and return the answer."""
    client.force_login(admin)

    def run(name: str, *args, **fields):
        return client.post(reverse(f"imports:{name}", args=args), fields)

    return run


@pytest.fixture
def foreign_admin(make_user, foreign_street):
    return make_user("foreign_admin", Role.DATA_ADMIN, foreign_street)


# --- Who gets in


@pytest.mark.parametrize("page", PAGES)
def test_page_of_another_street_is_not_found(page, rehearse, client, foreign_admin):
    job = rehearse(make_workbook([make_row()]))
    client.force_login(foreign_admin)
    assert client.get(reverse(f"imports:{page}", args=[job.pk])).status_code == 404


@pytest.mark.parametrize("name", ["confirm", "discard", "undo", "decide_all_missing", "map", "missing"])
def test_deed_of_another_street_is_not_found(name, rehearse, client, foreign_admin):
    job = rehearse(make_workbook([make_row()]))
    client.force_login(foreign_admin)
    assert client.post(reverse(f"imports:{name}", args=[job.pk])).status_code == 404


@pytest.mark.parametrize("page", ["list", "upload", "reviews", "template"])
def test_worker_is_refused(page, client, worker):
    client.force_login(worker)
    assert client.get(reverse(f"imports:{page}")).status_code == 403


def test_list_shows_only_the_own_street(rehearse, client, foreign_admin):
    rehearse(make_workbook([make_row()]))
    client.force_login(foreign_admin)
    assert "名册.xlsx" not in client.get(reverse("imports:list")).content.decode()


def test_list_stays_at_its_queries(rehearse, browse, django_assert_max_num_queries):
    for _number in range(3):
        rehearse(make_workbook([make_row()]))
    with django_assert_max_num_queries(7):
        assert browse("list").count("名册.xlsx") == 3


# --- Upload


def test_upload_queues_a_rehearsal(send, community, grids):
    file = SimpleUploadedFile("名册.xlsx", make_workbook([make_row()]))
    answer = send("upload", file=file, community=community.pk, effective_date="2026-01-01", is_complete="on")
    job = ResidentImport.objects.get()
    assert answer.url == reverse("imports:detail", args=[job.pk])
    assert (job.status, job.is_complete, job.reads_hidden_rows) == (Status.QUEUED, True, False)


def test_refused_file_says_why_and_keeps_the_other_fields(send, community):
    file = SimpleUploadedFile("名册.xlsx", b"%PDF-1.7 not a table")
    page = send("upload", file=file, community=community.pk, effective_date="2026-01-02", is_complete="on")
    text = page.content.decode()
    assert describe("not_spreadsheet", "PDF") in text
    assert 'value="2026-01-02"' in text
    assert f'value="{community.pk}" selected' in text


def test_file_over_the_limit_is_refused_unread(send, settings):
    settings.IMPORT_MAX_BYTES = 10
    answer = send("upload", file=SimpleUploadedFile("a.csv", b"1" * 11), effective_date="2026-01-01")
    assert describe("too_large", "0") in answer.content.decode()


# --- Progress


def test_running_import_asks_for_itself(upload, browse):
    job = upload(make_workbook([make_row()]))
    url = reverse("imports:detail", args=[job.pk])
    assert f'hx-get="{url}"' in browse("detail", job.pk)


def test_progress_shows_rows_rate_and_time_left(upload, browse):
    job = upload(make_workbook([make_row()]))
    ResidentImport.objects.filter(pk=job.pk).update(status=Status.REHEARSING)
    now = timezone.now()
    ImportProgress.objects.create(
        resident_import=job,
        stage="checking",
        done=1000,
        total=13_000,
        started_at=now - timedelta(seconds=1),
        beat_at=now,
    )
    text = browse("detail", job.pk, headers={"HX-Request": "true"})
    assert all(part in text for part in ("正在检查各行", "<strong>1000</strong> / 13000", "每秒 1000 行", "约 12 秒"))


def test_progress_of_an_earlier_stage_is_not_shown(upload, browse):
    job = upload(make_workbook([make_row()]))
    ImportProgress.objects.create(resident_import=job, stage="comparing", done=5, total=5)
    assert "正在与底册比对" not in browse("detail", job.pk)


def test_polling_is_cheap(upload, browse, django_assert_max_num_queries):
    job = upload(make_workbook([make_row()]))
    with django_assert_max_num_queries(5):
        browse("detail", job.pk, headers={"HX-Request": "true"})


# --- Report


def test_report_counts_and_links_to_messages(rehearse, browse):
    job = rehearse(make_workbook([make_row(), make_row(name="李雷", id_number="1")]))
    text = browse("detail", job.pk)
    assert "确认写入 1 行" in text
    assert "severity=refuse&amp;code=id_length" in text
    assert "居民!B3" in text


def test_report_stays_at_its_queries(rehearse, browse, django_assert_max_num_queries):
    job = rehearse(make_workbook([make_row(name="李雷", id_number=str(number)) for number in range(30)]))
    with django_assert_max_num_queries(10):
        browse("detail", job.pk)


def test_report_without_anything_to_write_says_so(load, rehearse, browse):
    load([make_row()])
    text = browse("detail", rehearse(make_workbook([make_row()])).pk)
    assert "没有要写入的行：表里的居民都与底册一致。" in text
    assert "确认写入" not in text


def test_report_names_the_headings_that_were_not_used(rehearse, browse):
    job = rehearse(make_workbook([[*make_row(), "x"]], headings=(*HEADINGS, "血型")))
    assert "没有用到、也不会保存的列" in browse("detail", job.pk)


def test_refused_file_says_where_and_offers_another(rehearse, browse):
    job = rehearse(make_workbook([["张三"]], headings=("姓名", "身份证号", "网格", "是否上访")))
    text = browse("detail", job.pk)
    assert "居民!D1" in text
    assert reverse("imports:upload") in text


@pytest.mark.parametrize("status", [Status.FAILED, Status.DISCARDED, Status.UNDONE])
def test_ended_import_leads_to_another_upload(status, upload, browse):
    job = upload(make_workbook([make_row()]))
    ResidentImport.objects.filter(pk=job.pk).update(status=status, undone_at=timezone.now())
    assert reverse("imports:upload") in browse("detail", job.pk)


def test_confirm_waits_for_the_worker(rehearse, send):
    job = rehearse(make_workbook([make_row()]))
    send("confirm", job.pk)
    job.refresh_from_db()
    assert job.status == Status.CONFIRMED


def test_confirming_twice_is_no_error(load, send, client):
    job = load([make_row()])
    assert send("confirm", job.pk).status_code == 302


def test_discard_leads_to_the_list(rehearse, send):
    job = rehearse(make_workbook([make_row()]))
    assert send("discard", job.pk).url == reverse("imports:list")
    assert not ImportFile.objects.exists()


# --- Messages


def test_messages_are_filtered_by_code(rehearse, browse):
    job = rehearse(make_workbook([make_row(name="李雷", id_number="1"), make_row(grid="第九网格")]))
    text = browse("messages", job.pk, query={"severity": "refuse", "code": "grid_unknown"})
    assert "居民!F3" in text
    assert "居民!B2" not in text


def test_messages_are_cut_into_pages(rehearse, browse):
    job = rehearse(make_workbook([make_row(name="李雷", id_number=str(number)) for number in range(101)]))
    last = job.messages.filter(severity="refuse").order_by("id")[99]
    assert f"after={last.pk}" in browse("messages", job.pk, query={"severity": "refuse"})
    assert "居民!B102" in browse("messages", job.pk, query={"severity": "refuse", "after": last.pk})


# --- Changes


def test_changes_show_old_and_new_masked(load, rehearse, browse):
    load([make_row(name="王秀英", 手机号="19912345678")])
    job = rehearse(make_workbook([make_row(name="王秀英", grid="第二网格", 手机号="19987654321")]))
    text = browse("changes", job.pk)
    assert "199****5678 → <strong>199****4321</strong>" in text
    assert "多福社区 · 第一网格 → <strong>多福社区 · 第二网格</strong>" in text
    assert "王*英" in text
    assert "王秀英" not in text
    assert "19987654321" not in text


def test_changes_of_one_field_leave_out_the_others(load, rehearse, browse):
    ids = [make_id_number(sequence=number) for number in (1, 3)]
    load([make_row(id_number=ids[0]), make_row(name="李雷雷", id_number=ids[1])])
    rows = [make_row(id_number=ids[0], grid="第二网格"), make_row(name="李雷雷", id_number=ids[1], 学历="初中")]
    job = rehearse(make_workbook([[*rows[0], ""], [*rows[1], "初中"]], headings=(*HEADINGS, "学历")))
    text = browse("changes", job.pk, query={"field": "education"})
    assert "李*雷" in text
    assert "王*英" not in text


def test_change_of_a_masked_part_is_said(load, rehearse, browse):
    load([make_row(name="王秀英")])
    job = rehearse(make_workbook([make_row(name="王小英")]))
    assert "遮住的部分有变" in browse("changes", job.pk)


def test_changes_after_the_write_say_that_they_are_gone(load, browse):
    assert "明细只在写入之前可以看" in browse("changes", load([make_row()]).pk)


def test_changes_stay_at_their_queries(load, rehearse, browse, django_assert_max_num_queries):
    rows = [make_row(id_number=make_id_number(sequence=number)) for number in range(1, 21)]
    load(rows)
    job = rehearse(make_workbook([[*row[:5], "第二网格", *row[6:]] for row in rows]))
    with django_assert_max_num_queries(14):
        assert browse("changes", job.pk).count("第二网格</strong>") == 20


# --- Mapping

ODD = ("称呼", "证号", "网格", "手机", "手机")


@pytest.fixture
def odd_job(rehearse):
    """An import whose headings nobody understands."""
    row = ["王秀英", make_id_number(), "第一网格", "19912345678", "19987654321"]
    return rehearse(make_workbook([row], headings=ODD))


def make_sheets(**sheets) -> bytes:
    """Return an .xlsx with these sheets of texts."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return target.getvalue()


def answer_headings(job: ResidentImport, **keys: str) -> dict[str, str]:
    """Return the form's fields that give these headings these keys."""
    form = MappingForm(job=job)
    headings = [heading.text for heading, _field in form.questions()]
    assert set(keys) <= set(headings)
    said = {f"heading-{number}": keys.get(text, "") for number, text in enumerate(headings)}
    return {"sheets": "0"} | said


def test_mapping_page_says_what_is_missing_and_shows_shapes_only(odd_job, browse):
    assert odd_job.status == Status.MAPPING
    text = browse("map", odd_job.pk)
    assert "还缺：姓名；身份证号或出生日期（有一列就行）" in text
    assert "字字字" in text
    assert "王秀英" not in text


def test_mapping_page_tells_repeated_headings_apart(odd_job, browse):
    text = browse("map", odd_job.pk)
    assert "手机（2）" in text


def test_mapped_headings_are_rehearsed_again_and_remembered(odd_job, send, rehearse):
    send("map", odd_job.pk, **answer_headings(odd_job, 称呼="name", 证号="id_number", 网格="grid", 手机="phone"))
    actions.rehearse(odd_job.pk)
    odd_job.refresh_from_db()
    assert (odd_job.status, odd_job.counts["create"]) == (Status.REHEARSED, 1)
    row = ["李小雷", make_id_number(sequence=3), "第一网格", "", ""]
    assert rehearse(make_workbook([row], headings=ODD)).status == Status.REHEARSED


def test_mapping_that_lacks_something_is_not_taken(odd_job, send):
    page = send("map", odd_job.pk, **answer_headings(odd_job, 称呼="name", 网格="grid"))
    assert "还缺：身份证号或出生日期" in page.content.decode()


def test_two_columns_for_one_key_are_not_taken(odd_job, send):
    fields = answer_headings(odd_job, 称呼="name", 证号="id_number", 网格="name", 手机="phone")
    assert "不止一列对应“姓名”" in send("map", odd_job.pk, **fields).content.decode()


def test_sheets_may_call_one_thing_by_two_names(rehearse, send):
    first = (("称呼", "身份证号", "网格"), ("王大力", make_id_number(), "第一网格"))
    second = (("名儿", "身份证号", "网格"), ("李小四", make_id_number(sequence=3), "第二网格"))
    job = rehearse(make_sheets(一=first, 二=second))
    fields = answer_headings(job, 称呼="name", 名儿="name", 身份证号="id_number", 网格="grid") | {"sheets": ["0", "1"]}
    send("map", job.pk, **fields)
    actions.rehearse(job.pk)
    assert set(job.rows.values_list("name", flat=True)) == {"王大力", "李小四"}


def test_mapping_without_a_sheet_is_not_taken(odd_job, send):
    fields = answer_headings(odd_job, 称呼="name", 证号="id_number", 网格="grid") | {"sheets": []}
    assert "请至少选一张工作表" in send("map", odd_job.pk, **fields).content.decode()


def test_mapping_of_a_written_import_leads_back(load, send):
    job = load([make_row()])
    assert send("map", job.pk).url == reverse("imports:detail", args=[job.pk])


# --- Refused rows


def test_refused_rows_come_back_with_reasons_and_their_own_cells(rehearse, client, admin):
    good, bad = make_row(), make_row(name="李雷", id_number="1", 楼栋="=1+1")
    job = rehearse(make_workbook([good, bad], above=2))
    client.force_login(admin)
    answer = client.get(reverse("imports:refused_rows", args=[job.pk]))
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.content))["居民"]]
    assert rows[0][:5] == ["退回原因", "原位置", "姓名", "身份证号", "性别"]
    assert rows[1][:4] == ["身份证号：身份证号应为 18 位，这里是 1 位", "居民 第 5 行", "李雷", "1"]
    assert len(rows) == 2
    assert rows[1][8] == "=1+1"


def test_refused_rows_are_text_marked_and_audited(rehearse, client, admin):
    job = rehearse(make_workbook([make_row(name="李雷", id_number="1", 楼栋="=1+1")]))
    client.force_login(admin)
    answer = client.get(reverse("imports:refused_rows", args=[job.pk]))
    cells = load_workbook(io.BytesIO(answer.content))["居民"][2]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert cells[3].fill.start_color.rgb == "FFF8D7D3" != cells[2].fill.start_color.rgb
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(action="resident_import.refused_rows")


def test_corrected_rows_are_imported(rehearse, client, admin):
    job = rehearse(make_workbook([make_row(name="李雷", id_number="1")]))
    client.force_login(admin)
    workbook = load_workbook(io.BytesIO(client.get(reverse("imports:refused_rows", args=[job.pk])).content))
    workbook["居民"]["D2"] = make_id_number()
    target = io.BytesIO()
    workbook.save(target)
    again = rehearse(target.getvalue())
    assert (again.status, again.counts["create"], again.counts["refuse"]) == (Status.REHEARSED, 1, 0)


def test_refused_rows_under_two_heading_rows_are_imported_again(rehearse, client, admin):
    upper = ["姓名", "身份证号", "网格", "现住址", ""]
    rows = [["", "", "", "楼栋", "房号"], ["李雷", "1", "第一网格", "3", "501"]]
    job = rehearse(make_workbook(rows, headings=upper))
    client.force_login(admin)
    workbook = load_workbook(io.BytesIO(client.get(reverse("imports:refused_rows", args=[job.pk])).content))
    workbook["居民"]["D3"] = make_id_number()
    target = io.BytesIO()
    workbook.save(target)
    assert rehearse(target.getvalue()).rows.get().building == "3号楼"


def test_refused_rows_stop_at_the_limit(rehearse, monkeypatch):
    monkeypatch.setattr(report, "RETURNED_ROWS", 2)
    job = rehearse(
        make_workbook([make_row(name="李雷", id_number=str(number), grid="第九网格") for number in range(5)])
    )
    sheet = load_workbook(io.BytesIO(report.write_refused_rows(job)))["居民"]
    assert sheet.max_row == 3
    assert "；" in sheet["A3"].value


def test_refused_rows_without_the_file_lead_back(rehearse, client, admin):
    job = rehearse(make_workbook([make_row(name="李雷", id_number="1")]))
    ImportFile.objects.all().delete()
    client.force_login(admin)
    assert client.get(reverse("imports:refused_rows", args=[job.pk])).url == reverse("imports:detail", args=[job.pk])


# --- Reviews


@pytest.fixture
def similar(rehearse, register, grids):
    """An import with a row that is like a resident: same name, same birth date, no ID number."""
    register.resident(grids[0], name="王秀英", born=date(1980, 5, 1))
    row = [*make_row(name="王秀英", id_number="x"), "1980-05-01"]
    row[1], row[3] = "", "1980-05-01"
    return rehearse(make_workbook([row[:-1]]))


def test_similar_row_stands_beside_its_candidate_masked(similar, browse):
    text = browse("reviews", query={"job": similar.pk})
    assert "是同一个人吗？" in text
    assert "199****5678" in text
    assert "王秀英" not in text


@pytest.mark.parametrize(("decision", "count"), [("same", "unchanged"), ("new", "create"), ("dropped", "refuse")])
def test_decision_counts(decision, count, similar, send):
    review = ImportReview.objects.get()
    send("decide_review", review.pk, decision=decision, resident=review.candidates[0])
    similar.refresh_from_db()
    assert (similar.counts["review"], similar.counts[count]) == (0, 1)


def test_decision_without_a_candidate_is_told(similar, send, browse):
    send("decide_review", ImportReview.objects.get().pk, decision="same")
    assert "请选择是哪一位居民" in browse("reviews")


def test_review_of_another_street_is_not_found(similar, client, foreign_admin):
    client.force_login(foreign_admin)
    url = reverse("imports:decide_review", args=[ImportReview.objects.get().pk])
    assert client.post(url, {"decision": "new"}).status_code == 404
    assert "是同一个人吗？" not in client.get(reverse("imports:reviews")).content.decode()


@pytest.fixture
def elsewhere(rehearse, register, foreign_grid):
    """An import with a row whose person lives in another street."""
    person = register.resident(foreign_grid, name="王秀英", phone="19900001111")
    row = make_row(name="王秀英", id_number=make_id_number(person.birth_date, 1))
    return rehearse(make_workbook([row]))


def test_importing_side_learns_nothing_of_a_person_elsewhere(elsewhere, browse):
    text = browse("reviews", query={"job": elsewhere.pk})
    assert "已在其他单位登记" in text
    assert "不导入这一行" in text
    assert not any(part in text for part in ("1111", "湖滨", "北湖", "同意转出", "没有搬走"))


def test_keeping_side_sees_its_own_person_and_the_street_that_asks(elsewhere, client, foreign_admin):
    client.force_login(foreign_admin)
    text = client.get(reverse("imports:reviews")).content.decode()
    assert "另一单位（两邻街道）的名单里有这个人" in text
    assert "199****1111" in text
    assert "名册.xlsx" not in text
    assert "第一网格" in text
    assert "不导入这一行" not in text


def test_keeping_side_lets_the_person_go(elsewhere, client, foreign_admin):
    client.force_login(foreign_admin)
    answer = client.post(reverse("imports:decide_review", args=[ImportReview.objects.get().pk]), {"decision": "moved"})
    elsewhere.refresh_from_db()
    assert answer.url == reverse("imports:reviews")
    assert elsewhere.counts["update"] == 1


def test_importing_side_cannot_decide_for_the_keeping_side(elsewhere, send):
    send("decide_review", ImportReview.objects.get().pk, decision="moved")
    assert ImportReview.objects.open().exists()


def test_review_whose_row_is_gone_is_not_asked(similar, browse):
    StagedRow.objects.all().delete()
    assert "没有要核对的行" in browse("reviews")


def test_reviews_of_an_import_out_of_reach_are_not_found(similar, client, foreign_admin):
    client.force_login(foreign_admin)
    assert client.get(reverse("imports:reviews", query={"job": similar.pk})).status_code == 404


# --- People whom a complete list does not name


@pytest.fixture
def incomplete(rehearse, register, grids):
    """A complete list that does not name two people of the register."""
    for name in ("欧阳秀英", "司马相如"):
        register.resident(grids[0], name=name)
    return rehearse(make_workbook([make_row(id_number=make_id_number(sequence=9))]), is_complete=True)


def test_missing_people_are_listed_masked(incomplete, browse):
    text = browse("missing", incomplete.pk)
    assert "欧**英" in text
    assert "司**如" in text
    assert "欧阳秀英" not in text


def test_decision_on_a_missing_person_is_kept(incomplete, send):
    person = Resident.objects.get(name="欧阳秀英")
    send("missing", incomplete.pk, **{f"decision-{person.pk}": "died"})
    assert set(incomplete.missing.values_list("resident__name", "decision")) == {("欧阳秀英", "died"), ("司马相如", "")}


def test_decision_outside_the_list_is_not_taken(incomplete, send):
    person = Resident.objects.get(name="欧阳秀英")
    send("missing", incomplete.pk, **{f"decision-{person.pk}": "moved_within"})
    assert not incomplete.missing.exclude(decision="").exists()


def test_one_decision_for_all_missing_closes_their_spells(incomplete, send):
    send("decide_all_missing", incomplete.pk, decision="moved_out")
    send("confirm", incomplete.pk)
    actions.write(incomplete.pk)
    assert Residence.objects.filter(until=EFFECTIVE, end_reason="moved_out").count() == 2


def test_report_names_the_missing(incomplete, browse):
    assert "底册里有 2 人，名单里没有" in browse("detail", incomplete.pk)


# --- Undo


def test_written_import_offers_undo_with_its_deadline(load, browse):
    job = load([make_row()])
    text = browse("detail", job.pk)
    deadline = timezone.localtime(job.undo_until).strftime("%Y-%m-%d %H:%M")
    assert f"{deadline} 之前可以整个撤销" in text
    assert reverse("imports:undo", args=[job.pk]) in text


def test_undo_waits_for_the_worker(load, send):
    job = load([make_row()])
    send("undo", job.pk)
    job.refresh_from_db()
    assert job.status == Status.UNDOING


def test_undo_after_later_edits_lists_whose(load, send, browse, grids):
    job = load([make_row(name="王秀英")])
    ImportTrace.objects.update(moments=[timezone.now() - timedelta(hours=1)])  # so the people were changed later
    assert send("undo", job.pk).url == reverse("imports:undo", args=[job.pk])
    text = browse("undo", job.pk)
    assert "王*英" in text
    assert "王秀英" not in text


def test_undo_page_of_an_old_import_leads_back(load, client, admin):
    job = load([make_row()])
    ResidentImport.objects.update(written_at=timezone.now() - timedelta(days=settings.IMPORT_UNDO_DAYS + 1))
    client.force_login(admin)
    assert client.get(reverse("imports:undo", args=[job.pk])).url == reverse("imports:detail", args=[job.pk])


# --- Words

SOURCES = [*Path(settings.BASE_DIR, "imports").glob("*.py"), Path(settings.BASE_DIR, "grids", "cleaning.py")]
PLACE_OF_CODE = {"FileRefused": 0, "CellRefused": 0, "Finding": 1, "Remark": 1, "find": 2}
SQL_CODES = re.compile(r"'(?:refuse|review)',\s*'(\w+)'|(?:then|else) '((?:registered|other|maybe)_\w+)'")


def find_codes() -> set[str]:
    """Return every reason code that the sources raise, note or write in SQL."""
    codes = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        codes |= {code for found in SQL_CODES.findall(text) for code in found if code}
        for node in ast.walk(ast.parse(text)):
            codes |= set(codes_of(node))
    return codes


def codes_of(node: ast.AST) -> list[str]:
    """Return the codes that a call, an assignment to `code` or the return of a row_ code names."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = PLACE_OF_CODE.get(name)
        source = node.args[place : place + 1] if place is not None else []
    elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
        source = [node.value]
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Constant):
        value = node.value.value
        return [value] if isinstance(value, str) and value.startswith("row_") else []
    else:
        return []
    found = [part.value for one in source for part in ast.walk(one) if isinstance(part, ast.Constant)]
    return [
        code
        for code in found
        if isinstance(code, str) and re.fullmatch(r"[a-z]+(_[a-z]+)+|empty|encrypted|entities|unreadable|xlsb", code)
    ]


def test_every_code_has_words_and_no_words_are_left_over():
    codes, own = find_codes(), {*FILE_REASONS, *ROW_REASONS} - {*CELL_REASONS, *CELL_REMARKS}
    assert codes <= {*FILE_REASONS, *ROW_REASONS}
    assert own <= codes


def test_words_take_a_detail():
    assert all("%(" not in describe(code, "x") for code in {*FILE_REASONS, *ROW_REASONS})


def test_severities_are_all_shown(upload, browse):
    job = upload(make_workbook([make_row()]))
    ResidentImport.objects.filter(pk=job.pk).update(status=Status.REHEARSED, counts={"skip": 1})
    for severity, code in [
        ("refuse", "grid_missing"),
        ("review", "other_name"),
        ("remark", "row_hidden"),
        ("skip", "row_note"),
    ]:
        ImportMessage.objects.create(resident_import=job, sheet="居民", row=2, severity=severity, code=code)
    text = browse("detail", job.pk)
    assert all(str(label) in text for label in ImportMessage.Severity.labels)
