"""The audit log: only ever longer, seen within one's own street, without anybody's personal data."""

import pytest
from django.db import Error, connection, transaction

from accounts.audit import record
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


def test_event_is_seen_in_the_own_street(event, auditor, client):
    client.force_login(auditor)
    assert list(client.get("/audit/").context["events"]) == [event]


def test_event_is_not_seen_from_another_street(outsider, foreign_community, auditor, client):
    record("activity.log", by=outsider, target=outsider, area_code=foreign_community.code)
    client.force_login(auditor)
    assert list(client.get("/audit/").context["events"]) == []


def test_event_of_a_rolled_back_deed_vanishes_with_it(worker, community):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("activity.log", by=worker, target=worker, area_code=community.code)
        raise ZeroDivisionError
    assert not AuditEvent.objects.exists()


def test_log_is_newest_first_and_paged(worker, community, auditor, client, django_assert_max_num_queries):
    events = [record("activity.log", by=worker, target=worker, area_code=community.code) for _number in range(101)]
    client.force_login(auditor)
    with django_assert_max_num_queries(6):
        page = client.get("/audit/")
    assert list(page.context["events"]) == events[:0:-1]
    assert list(client.get("/audit/?page=2").context["events"]) == events[:1]
