"""Taking an import back: everything as it was, unless somebody's later work would be lost."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from grids.models import Building, GroupMembership, Household, Residence, Resident
from imports import actions
from imports.models import ImportBefore, ImportTrace, ResidentImport
from imports.undo import find_edited_since
from tests.register import make_id_number, make_row

FIELDS = [field.attname for field in Resident._meta.fields if field.attname != "changed_at"]


def dump():
    """The register without the times at which its rows were written."""
    spells = Residence.objects.order_by("pk").values_list("pk", "resident", "grid", "since", "until", "end_reason")
    groups = GroupMembership.objects.order_by("pk").values_list("pk", "resident", "group", "since", "until")
    people = [
        [bytes(v) if isinstance(v, memoryview) else v for v in row]
        for row in Resident.objects.order_by("pk").values_list(*FIELDS)
    ]
    return people, list(spells), list(groups), Household.objects.count(), Building.objects.count()


@pytest.fixture
def undo(admin):
    """Ask for an undo and do it."""

    def run(job: ResidentImport) -> ResidentImport:
        actions.request_undo(job, by=admin)
        actions.undo(job.pk)
        job.refresh_from_db()
        return job

    return run


def test_undo_restores_people_spells_groups_and_doors(load, undo):
    load([make_row(楼栋="3号楼", 房号="501", 人群类别="居民党员", 手机号="19912345678")])
    before = dump()
    changed = make_row(
        name="王秀瑛", grid="第二网格", 楼栋="9号楼", 房号="101", 人群类别="青少年", 手机号="13800138000"
    )
    job = load([changed, make_row(id_number=make_id_number(sequence=3))], effective_date=date(2026, 6, 1))
    assert dump() != before
    assert undo(job).status == ResidentImport.Status.UNDONE
    assert dump() == before
    assert not ImportBefore.objects.filter(resident_import=job).exists()
    assert not ImportTrace.objects.filter(resident_import=job).exists()


def make_later(model, **where):
    """Let a row of the register look edited after the import."""
    from django.db import connection

    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {table} disable trigger user")
        model.objects.filter(**where).update(changed_at=timezone.now() + timedelta(minutes=1))
        cursor.execute(f"alter table {table} enable trigger user")


@pytest.mark.parametrize("model", [Resident, Residence, GroupMembership])
def test_undo_that_would_lose_later_work_is_refused_and_names_it(load, admin, model):
    job = load([make_row(人群类别="居民党员"), make_row(id_number=make_id_number(sequence=3))])
    person = Resident.objects.order_by("pk").first()
    make_later(model, **({"pk": person.pk} if model is Resident else {"resident": person}))
    before = dump()
    with pytest.raises(ValidationError, match="又有改动"):
        actions.request_undo(job, by=admin)
    assert list(find_edited_since(job)) == [person]
    assert dump() == before


def test_undo_is_refused_when_a_newcomer_took_part_since(load, admin, register, community):
    job = load([make_row()])
    person = Resident.objects.get()
    register.activity(community, admin, person)
    with pytest.raises(ValidationError):
        actions.request_undo(job, by=admin)
    assert list(find_edited_since(job)) == [person]


def test_participation_of_somebody_known_before_does_not_hinder_an_undo(load, undo, admin, register, community):
    load([make_row()])
    job = load([make_row(手机号="13800138000")])
    register.activity(community, admin, Resident.objects.get())
    assert undo(job).status == ResidentImport.Status.UNDONE


def test_undo_has_its_days(load, admin):
    job = load([make_row()])
    ResidentImport.objects.update(written_at=timezone.now() - timedelta(days=31))
    with pytest.raises(ValidationError, match="30 天"):
        actions.request_undo(job, by=admin)


def test_what_an_undo_needs_is_deleted_with_its_days(load):
    load([make_row()])
    job = load([make_row(手机号="13800138000")])
    assert ImportBefore.objects.filter(resident_import=job).exists()
    ResidentImport.objects.update(written_at=timezone.now() - timedelta(days=31))
    actions.delete_old_files()
    assert not ImportBefore.objects.exists()
    assert not ImportTrace.objects.exists()


def test_undo_twice_is_undo_once(load, undo, admin):
    job = undo(load([make_row()]))
    actions.undo(job.pk)
    with pytest.raises(ValidationError):
        actions.request_undo(job, by=admin)
