"""Who is it? By ID number, by name and birth date, by decision; and who is missing from a complete list."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from grids.models import Residence, Resident
from imports import actions
from imports.models import ImportMissing, ImportReview, StagedRow
from imports.reviews import decide_review
from tests.register import make_id_number, make_row, make_workbook

BORN = date(1980, 5, 1)
WITHOUT_ID = {"id_number": "", "性别": "女", "出生日期": "1980-05-01"}


def make_row_without_id(**cells):
    """A row for 王秀英, born 1980-05-01, without ID number."""
    row = make_row(**{"性别": "女", "出生日期": "1980-05-01"} | cells)
    row[1] = ""
    return row


@pytest.fixture
def known(register, grids):
    """王秀英, registered without an ID number, with a phone."""
    person = register.resident(grids[0], name="王秀英", born=BORN, phone="19912345678")
    Resident.objects.filter(pk=person.pk).update(id_number=None, id_hash=None, id_kept="", id_tail=None, sex=2)
    return person


def test_newcomer_without_id_is_created(load):
    job = load([make_row_without_id(手机号="19912345678")])
    assert job.counts["create"] == 1
    assert (Resident.objects.get().id_hash, Resident.objects.get().birth_date) == (None, BORN)


def test_person_without_id_is_found_by_phone(rehearse, known):
    job = rehearse(make_workbook([make_row_without_id(手机号="19912345678", grid="第二网格")]))
    assert (job.counts["update"], job.changes) == (1, {"grid": 1})
    assert StagedRow.objects.get().resident_id == known.pk


def test_person_without_id_is_found_by_door(load, rehearse):
    load([make_row_without_id(楼栋="3栋", 房号="501")])
    job = rehearse(make_workbook([make_row_without_id(楼栋="3幢", 房号="501室")]))
    assert job.counts["unchanged"] == 1


def test_id_number_is_added_to_who_had_none(load, known):
    number = make_id_number(BORN, sequence=2)
    load([make_row(id_number=number, 手机号="19912345678")])
    known.refresh_from_db()
    assert (Resident.objects.count(), known.masked_id_number[:4]) == (1, number[:4])


def test_likeness_alone_goes_to_review(rehearse, known, codes):
    job = rehearse(make_workbook([make_row_without_id(手机号="13800138000")]))
    assert (job.counts["review"], codes(job)) == (1, {"maybe_same_person": 1})
    review = ImportReview.objects.get()
    assert (review.kind, review.candidates) == ("similar", [known.pk])


def test_two_alike_people_of_one_list_stay_two(load):
    rows = [make_row_without_id(手机号="13800138000"), make_row_without_id(手机号="13900139000")]
    load(rows)
    assert Resident.objects.count() == 2


def test_two_rows_for_one_resident_are_refused(rehearse, known, codes):
    with_id = make_row(id_number=make_id_number(BORN, sequence=2), 手机号="19912345678")
    job = rehearse(make_workbook([with_id, make_row_without_id(手机号="19912345678")]))
    assert (job.counts["update"], job.counts["refuse"], codes(job)) == (1, 1, {"person_repeated": 1})


def test_id_number_under_a_wholly_different_name_goes_to_review(load, rehearse, codes):
    load([make_row()])
    job = rehearse(make_workbook([make_row(name="李雷")]))
    assert (job.counts["review"], codes(job)) == (1, {"other_name": 1})


def test_decision_before_the_write_holds(rehearse, known, admin):
    job = rehearse(make_workbook([make_row_without_id(手机号="13800138000")]))
    decide_review(ImportReview.objects.get(), decision="same", resident_id=known.pk, by=admin)
    actions.confirm_import(job, by=admin)
    actions.write(job.pk)
    known.refresh_from_db()
    assert (Resident.objects.count(), known.phone_kept) == (1, "1388000")


def test_decision_after_the_write_is_written_at_once(load, known, admin):
    job = load([make_row(), make_row_without_id(手机号="13800138000")])
    decide_review(ImportReview.objects.get(), decision="new", resident_id=None, by=admin)
    job.refresh_from_db()
    assert Resident.objects.filter(name="王秀英", birth_date=BORN).count() == 3
    assert (job.counts["create"], job.counts["review"], StagedRow.objects.count()) == (2, 0, 0)


def test_decision_is_taken_once(rehearse, known, admin):
    rehearse(make_workbook([make_row_without_id(手机号="13800138000")]))
    review = ImportReview.objects.get()
    decide_review(review, decision="dropped", resident_id=None, by=admin)
    with pytest.raises(ValidationError, match="已经处理过"):
        decide_review(review, decision="new", resident_id=None, by=admin)


def test_person_registered_elsewhere_waits_for_those_who_keep_them(rehearse, register, foreign_grid, admin, codes):
    register.resident(foreign_grid, name="王秀英", born=BORN)
    job = rehearse(make_workbook([make_row(id_number=make_id_number(sequence=1))]))
    assert (job.counts["review"], codes(job)) == (1, {"registered_elsewhere": 1})
    assert job.messages.get().detail == ""
    with pytest.raises(ValidationError, match="登记此人的单位"):
        decide_review(ImportReview.objects.get(), decision="moved", resident_id=None, by=admin)


def test_keepers_let_somebody_go(load, register, foreign_grid, grids, make_user, foreign_street):
    person = register.resident(foreign_grid, name="王秀英", born=BORN)
    load([make_row(id_number=make_id_number(sequence=1)), make_row(id_number=make_id_number(sequence=9))])
    keeper = make_user("keeper", "data_admin", foreign_street)
    decide_review(ImportReview.objects.get(), decision="moved", resident_id=None, by=keeper)
    person.refresh_from_db()
    assert person.grid == grids[0]
    assert list(person.spells.order_by("since").values_list("grid", "until")) == [
        (foreign_grid.pk, date(2026, 1, 1)),
        (grids[0].pk, None),
    ]


def test_who_moved_out_elsewhere_may_come_here(load, register, foreign_grid, grids):
    person = register.resident(foreign_grid, name="王秀英", born=BORN, until=date(2025, 6, 1))
    job = load([make_row(id_number=make_id_number(sequence=1))])
    person.refresh_from_db()
    assert (job.counts["update"], person.grid) == (1, grids[0])


def test_missing_people_of_a_complete_list_are_listed_not_closed(load, rehearse, register, grids):
    absent = register.resident(grids[0], name="李雷", born=date(1970, 1, 1))
    job = rehearse(make_workbook([make_row(id_number=make_id_number(sequence=7))]), is_complete=True)
    assert list(job.missing.values_list("resident", "decision")) == [(absent.pk, "")]
    assert absent.spells.get().until is None


def test_refused_row_still_names_its_person(rehearse, register, grids):
    register.resident(grids[0], name="王秀英", born=BORN)
    job = rehearse(make_workbook([make_row(id_number=make_id_number(sequence=1), 手机号="1")]), is_complete=True)
    assert (job.counts["refuse"], job.missing.count()) == (1, 0)


@pytest.mark.parametrize(
    ("decision", "until"),
    [("moved_out", date(2026, 1, 1)), ("died", date(2026, 1, 1)), ("error", date(2015, 1, 1)), ("", None)],
)
def test_missing_person_is_closed_as_decided(rehearse, register, grids, admin, decision, until):
    absent = register.resident(grids[0], name="李雷", born=date(1970, 1, 1))
    job = rehearse(make_workbook([make_row(id_number=make_id_number(sequence=7))]), is_complete=True)
    actions.decide_missing(job, decisions={absent.pk: decision}, by=admin)
    actions.confirm_import(job, by=admin)
    actions.write(job.pk)
    spell = Residence.objects.get(resident=absent)
    assert (spell.until, spell.end_reason) == (until, decision)
    assert ImportMissing.objects.count() == 1


def test_import_over_a_merged_grid_is_rehearsed_again(rehearse, admin, grids):
    job = rehearse(make_workbook([make_row(grid="第一网格")]))
    actions.confirm_import(job, by=admin)
    type(grids[0]).objects.filter(pk=grids[0].pk).update(valid_to=date(2026, 6, 1))
    actions.write(job.pk)
    job.refresh_from_db()
    assert (job.status, Resident.objects.count()) == ("queued", 0)
    actions.rehearse(job.pk)
    job.refresh_from_db()
    assert (job.status, job.counts["refuse"]) == ("rehearsed", 1)


def test_change_of_the_register_after_the_rehearsal_is_seen_by_the_write(rehearse, load, admin):
    job = rehearse(make_workbook([make_row()]))
    load([make_row(手机号="13800138000")])
    actions.confirm_import(job, by=admin)
    actions.write(job.pk)
    job.refresh_from_db()
    assert (job.counts["create"], job.counts["unchanged"], Resident.objects.count()) == (0, 1, 1)
