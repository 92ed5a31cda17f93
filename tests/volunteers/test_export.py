"""The workbook for the national platform: masked at first, audited, text cells alone, hours counted both ways."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import Activity
from grids.models import Resident
from volunteers.models import Volunteer

ASKED = {"first_day": "2025-01-01", "last_day": "2025-12-31", "purpose": "platform"}
MASKED = ASKED | {"is_masked": "on"}
FULL = ASKED | {"sure": "on"}


@pytest.fixture
def page(client, admin):
    client.force_login(admin)
    return client


def fetch(page, **sent):
    answer = page.post(reverse("volunteers:export"), sent)
    assert answer["Content-Type"].endswith("sheet"), answer.content.decode()
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def read(book, sheet):
    rows = list(book[sheet].iter_rows(min_row=2, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_export_is_masked_at_first(page, volunteer, outsider_volunteer):
    book = fetch(page, **MASKED)

    text = str([read(book, "志愿者"), read(book, "服务记录")])
    assert "欧**英" in text
    for hidden in ("欧阳秀英", "诸葛孔明", "19912345678"):
        assert hidden not in text


def test_export_in_full_is_said_twice_and_audited(page, volunteer):
    refused = page.post(reverse("volunteers:export"), ASKED).content.decode()
    assert "请再勾选这一项" in refused

    row = read(fetch(page, **FULL), "志愿者")[0]

    assert row["姓名"] == "欧阳秀英"
    assert len(row["证件号码"]) == 18
    event = AuditEvent.objects.get(action="volunteer_export.download")
    assert event.detail["masked"] is False
    assert "欧阳" not in str(event.detail)


def test_watermark_names_account_purpose_and_audit_number(page, volunteer):
    book = fetch(page, **MASKED)

    event = AuditEvent.objects.get(action="volunteer_export.download")
    marks = [sheet["A1"].value for sheet in book]
    assert len(set(marks)) == 1
    assert "上报全国志愿服务平台" in marks[0]
    assert f"审计编号 {event.pk}" in marks[0]


def test_hours_are_of_each_record_and_the_total_counts_overlaps_once(page, volunteer, make_record):
    make_record(volunteer, date(2025, 5, 1), "09:00", 120)
    make_record(volunteer, date(2025, 5, 1), "10:00", 90)
    make_record(volunteer, date(2025, 5, 3), confirmed=False)

    book = fetch(page, **MASKED)

    assert [row["时长(小时)"] for row in read(book, "服务记录")] == ["2.00", "1.50"]
    person = read(book, "志愿者")[0]
    assert (person["服务总时长(小时)"], person["各次相加(小时)"]) == ("2.50", "3.50")
    assert "2.50" in str(read(book, "说明"))


def test_formulas_in_names_stay_text(page, volunteer, make_record):
    Resident.objects.filter(pk=volunteer.resident.pk).update(name="=1+1")
    make_record(volunteer, date(2025, 5, 1))
    Activity.objects.update(title="=HYPERLINK(1)")

    book = fetch(page, **FULL)

    row = read(book, "服务记录")[0]
    assert (row["姓名"], row["服务名称"]) == ("=1+1", "=HYPERLINK(1)")
    kinds = {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line if cell.value}
    assert kinds == {"s"}


def test_export_has_the_own_street_alone(page, volunteer, foreign_community):
    there = Volunteer.objects.create(
        community=foreign_community, name="司马懿", birth_date=date(1980, 1, 1), registered_on=date(2024, 1, 1)
    )

    names = [row["姓名"] for row in read(fetch(page, **FULL), "志愿者")]

    assert names == ["欧阳秀英"]
    assert there.name not in names


def test_full_export_shows_who_moved_away_in_part_only(page, volunteer, make_record, foreign_grid):
    make_record(volunteer, date(2025, 5, 1))
    Resident.objects.filter(pk=volunteer.resident.pk).update(community=foreign_grid.community, grid=foreign_grid)

    book = fetch(page, **FULL)

    for row in (read(book, "志愿者")[0], read(book, "服务记录")[0]):
        assert row["姓名"] == "欧**英"
        assert "*" in row["证件号码"]


def test_who_asks_to_come_here_from_another_street_is_not_exported_yet(page, resident, foreign_community, community):
    served, left = date(2024, 1, 1), timezone.localdate()
    asks = {"reapplied_at": timezone.now(), "reapplied_to": community}
    Volunteer.objects.create(community=foreign_community, resident=resident, registered_on=served, left_on=left, **asks)

    assert read(fetch(page, **MASKED), "志愿者") == []


def test_who_may_not_read_full_lists_gets_masked_ones_alone(page, volunteer, monkeypatch, admin):
    may = type(admin).may
    monkeypatch.setattr(type(admin), "may", lambda user, one: one != "export_unmasked" and may(user, one))
    assert page.post(reverse("volunteers:export"), MASKED).status_code == 200

    assert page.post(reverse("volunteers:export"), FULL).status_code == 403


def test_export_is_for_who_keeps_the_register(client, worker, coordinator, street_officer):
    for user in (worker, coordinator, street_officer):
        client.force_login(user)
        assert client.post(reverse("volunteers:export"), MASKED).status_code == 403


def test_export_asks_as_many_queries_for_many_records(page, volunteer, make_record, django_assert_num_queries):
    make_record(volunteer, date(2025, 5, 1))
    fetch(page, **MASKED)
    with django_assert_num_queries(9):
        fetch(page, **MASKED)
    for day in range(2, 8):
        make_record(volunteer, date(2025, 5, day))
    with django_assert_num_queries(9):
        fetch(page, **MASKED)


def test_days_in_the_wrong_order_are_refused_with_what_was_typed(page, db):
    sent = MASKED | {"first_day": str(timezone.localdate()), "last_day": "2025-02-03"}

    text = page.post(reverse("volunteers:export"), sent).content.decode()

    assert "不能早于" in text
    assert "2025-02-03" in text
