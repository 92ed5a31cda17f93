"""Exchanging the keys of personal data while the portal goes on."""

import io

import pytest
from cryptography.exceptions import InvalidTag
from django.core.management import CommandError, call_command

from accounts import key_rotation
from accounts.encryption import (
    NONCE_BYTES,
    UNNAMED,
    blind_index,
    decrypt,
    encrypt,
    get_cipher,
    number_of,
    tail_index,
)
from accounts.models import AuditEvent, RecoveryCode
from accounts.second_factor import accept_recovery_code, begin_set_up, digest
from grids.actions import AlreadyRegistered, set_id_number
from grids.models import Resident
from grids.search import match
from imports.actions import FILE_PURPOSE
from imports.models import ImportBefore, ImportFile, ResidentImport
from privacy.holdings import list_sealed

NEW_FIELD, NEW_HASH = b"n" * 32, b"h" * 32
pytestmark = pytest.mark.django_db


def exchange(settings):
    """Do what the operator does: new keys in, the former beside them."""
    settings.FIELD_KEY_OLD, settings.FIELD_KEY = settings.FIELD_KEY, NEW_FIELD
    settings.HASH_KEY_OLD, settings.HASH_KEY = settings.HASH_KEY, NEW_HASH


def run(**options):
    """Run the command; return what it said."""
    said = io.StringIO()
    call_command("rotate_keys", stdout=said, **options)
    return said.getvalue()


def seal_unnamed(text, key, purpose):
    """Seal as it was done before keys had numbers."""
    return UNNAMED + b"n" * NONCE_BYTES + get_cipher(key).encrypt(b"n" * NONCE_BYTES, text.encode(), UNNAMED + purpose)


def test_what_was_sealed_before_keys_had_numbers_stays_readable(settings):
    sealed = seal_unnamed("19912345678", settings.FIELD_KEY, b"phone")
    assert decrypt(sealed, purpose="phone") == "19912345678"
    exchange(settings)
    assert decrypt(sealed, purpose="phone") == "19912345678"


def test_former_key_reads_while_it_is_named_and_no_longer(settings):
    sealed = encrypt("19912345678", purpose="phone")
    exchange(settings)
    assert decrypt(sealed, purpose="phone") == "19912345678"
    settings.FIELD_KEY_OLD = None
    with pytest.raises(InvalidTag):
        decrypt(sealed, purpose="phone")


def test_rotation_leaves_nothing_under_the_former_keys(settings, resident):
    number, changed = decrypt(resident.id_number, purpose="id_number"), resident.changed_at
    exchange(settings)
    assert "没有一处还用旧密钥" in run()
    settings.FIELD_KEY_OLD = settings.HASH_KEY_OLD = None
    resident.refresh_from_db()
    assert decrypt(resident.id_number, purpose="id_number") == number
    assert bytes(resident.id_hash) == blind_index(number, purpose="id_number")
    assert resident.id_tail == tail_index(number)
    assert decrypt(resident.phone, purpose="phone") == "19912345678"
    assert resident.changed_at == changed


def test_dry_run_counts_and_changes_nothing(settings, resident):
    before = Resident.objects.values("id_number", "id_hash", "phone").get()
    exchange(settings)
    said = run(dry_run=True)
    assert "grids.Resident.id_number：共 1 行，要换 1 行" in said
    assert Resident.objects.values("id_number", "id_hash", "phone").get() == before
    assert not AuditEvent.objects.filter(action="keys.rotate").exists()


def test_rotation_killed_half_way_goes_on_where_it_was(settings, register, grids, monkeypatch):
    for _number in range(6):
        register.resident(grids[0])
    exchange(settings)
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    write, calls = key_rotation.Place.write, []

    def die(place, rows):
        calls.append(rows)
        if len(calls) == 3:
            raise KeyboardInterrupt
        write(place, rows)

    monkeypatch.setattr(key_rotation.Place, "write", die)
    with pytest.raises(KeyboardInterrupt):
        run()
    new = number_of(NEW_FIELD)
    moved = [bytes(sealed)[:1] == new for sealed in Resident.objects.values_list("id_number", flat=True)]
    assert 0 < sum(moved) < 6
    monkeypatch.setattr(key_rotation.Place, "write", write)
    assert f"共 6 行，已换 {6 - sum(moved)} 行" in run()


def test_people_are_found_by_either_key_while_keys_are_exchanged(settings, register, grids):
    before = register.resident(grids[0], phone="19900000001")
    exchange(settings)
    after = register.resident(grids[0], phone="19900000002")
    for person in (before, after):
        number, phone = (decrypt(getattr(person, name), purpose=name) for name in ("id_number", "phone"))
        for text in (number, phone, number[-4:]):
            assert person in Resident.objects.filter(match(text)), text
    settings.HASH_KEY_OLD = None
    assert before not in Resident.objects.filter(match("19900000001"))


def test_nobody_is_registered_twice_while_keys_are_exchanged(settings, resident, worker):
    number = decrypt(resident.id_number, purpose="id_number")
    exchange(settings)
    with pytest.raises(AlreadyRegistered):
        set_id_number(Resident(), number, worker)


def test_row_that_no_key_opens_is_reported_and_left(settings, resident):
    exchange(settings)
    settings.FIELD_KEY_OLD = b"x" * 32
    with pytest.raises(CommandError, match="还有 2 处"):
        run()


def test_kept_files_and_old_values_are_moved_too(settings, community, admin, resident):
    job = ResidentImport.objects.create(
        street=community.street, community=community, by=admin, file_name="a.xlsx", effective_date="2026-01-01"
    )
    ImportFile.objects.create(resident_import=job, content=encrypt("file", purpose=FILE_PURPOSE))
    sealed, number = resident.id_number, decrypt(resident.id_number, purpose="id_number")
    row = {"id_number": "\\x" + sealed.hex(), "id_hash": "\\x00", "id_tail": 1, "phone": None, "name": "王秀英"}
    ImportBefore.objects.create(resident_import=job, resident=resident, person=row, spells=[], memberships=[])
    exchange(settings)
    run()
    settings.FIELD_KEY_OLD = None
    assert decrypt(ImportFile.objects.get().content, purpose=FILE_PURPOSE) == "file"
    kept = ImportBefore.objects.get().person
    assert decrypt(bytes.fromhex(kept["id_number"][2:]), purpose="id_number") == number
    assert kept["id_hash"] == "\\x" + blind_index(number, purpose="id_number").hex()
    assert (kept["id_tail"], kept["phone"], kept["name"]) == (tail_index(number), None, "王秀英")


def test_two_keys_of_one_number_are_refused(settings):
    settings.FIELD_KEY_OLD = settings.FIELD_KEY
    with pytest.raises(CommandError, match="另外生成"):
        run()


def test_purposes_are_those_that_columns_are_read_with(resident):
    """A column declared with another purpose than its readers use would be reported as unreadable."""
    outcomes = key_rotation.rotate(list_sealed(), dry_run=True)
    assert len(outcomes) == len(list_sealed())
    assert [outcome.column for outcome in outcomes if outcome.unreadable] == []


def test_recovery_code_from_before_is_good_while_keys_are_exchanged(settings, worker):
    factor = begin_set_up(worker)
    RecoveryCode.objects.create(factor=factor, digest=digest(factor, "abcd-efgh"))
    exchange(settings)
    assert accept_recovery_code(factor, "abcd-efgh")
    assert not accept_recovery_code(factor, "abcd-efgh")
