"""The audit log: only ever longer, seen within one's own street, without anybody's personal data."""

from types import SimpleNamespace

import pytest
from django.db import Error, connection, transaction

from accounts.audit import record, record_failed_sign_in
from accounts.models import AuditEvent


@pytest.fixture
def event(worker, community):
    return record("activity.log", by=worker, target=worker, area_code=community.code, people=3)


def test_record_names_who_did_what_to_what(event, worker):
    assert event.actor == "worker (worker)"
    assert (event.object_type, event.object_id, event.detail) == ("user", str(worker.pk), {"people": 3})


@pytest.mark.parametrize(
    "change",
    [
        lambda event: AuditEvent.objects.update(actor="somebody else"),
        lambda event: AuditEvent.objects.all().delete(),
        lambda event: event.delete(),
        lambda event: event.save(),
        lambda event: connection.cursor().execute("update accounts_auditevent set area_code = ''"),
        lambda event: connection.cursor().execute("delete from accounts_auditevent"),
    ],
    ids=["update", "delete", "delete one", "save again", "sql update", "sql delete"],
)
def test_event_cannot_be_changed_or_deleted(event, change):
    with pytest.raises(Error, match=r"Cannot (update|delete)"), transaction.atomic():
        change(event)
    assert AuditEvent.objects.get().actor == "worker (worker)"


def test_event_outlives_what_it_names(event, worker):
    worker.delete()
    assert AuditEvent.objects.get().actor == "worker (worker)"


def test_event_of_a_rolled_back_deed_vanishes_with_it(worker, community):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("activity.log", by=worker, target=worker, area_code=community.code)
        raise ZeroDivisionError
    assert not AuditEvent.objects.exists()


def test_failed_log_in_names_the_account(worker, community):
    record_failed_sign_in("worker")
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.area_code) == ("sign_in.fail", "worker (worker)", community.code)


def test_failed_log_in_keeps_nothing_of_what_was_typed(db):
    record_failed_sign_in("13900001234")
    event = AuditEvent.objects.get()
    assert (event.actor, event.object_id, event.area_code, event.detail) == ("不存在的账号", "", "", {})


def test_deed_under_a_grant_names_the_grant(worker, community):
    worker.acting = SimpleNamespace(pk=7)
    assert record("visit.log", by=worker, target=worker, area_code=community.code).detail == {"grant": 7}
