"""Imports while keys are exchanged: nobody is registered twice."""

from accounts.encryption import blind_index
from grids.models import Resident
from imports import matching
from tests.register import make_id_number, make_row, make_workbook

ROW = make_row(id_number=make_id_number(), 手机号="19912345678")


def exchange(settings):
    """Put a new key of hashes in, and keep the former beside it."""
    settings.HASH_KEY_OLD, settings.HASH_KEY = settings.HASH_KEY, b"h" * 32


def test_who_is_known_by_the_former_key_is_met_again(load, rehearse, settings):
    load([ROW])
    before = Resident.objects.get()
    exchange(settings)
    job = rehearse(make_workbook([ROW]))
    after = Resident.objects.get()
    assert job.counts["unchanged"] == 1
    assert bytes(after.id_hash) == blind_index(make_id_number(), purpose="id_number")
    assert bytes(after.phone_hash) == blind_index("19912345678", purpose="phone")
    assert after.changed_at == before.changed_at


def test_without_it_the_same_person_would_be_new(load, rehearse, settings, monkeypatch):
    load([ROW])
    exchange(settings)
    monkeypatch.setattr(matching, "renew_hashes", lambda job: None)
    assert rehearse(make_workbook([ROW])).counts["create"] == 1
