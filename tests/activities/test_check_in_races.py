"""A batch of check-ins and somebody who cancels or reports the activity at the same moment: one waits for the other."""

import threading
import time
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.utils import timezone

from activities import checkins
from activities.actions import cancel_activity
from activities.checkin_entries import Entry
from activities.models import Activity, Method, Participation

pytestmark = pytest.mark.django_db(transaction=True)

LOCK_WAITS = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


@pytest.fixture(params=["published", "held"])
def activity(request, register, community, worker):
    """One before its first check-in, when a batch has it alone; and one after it, when batches share it."""
    begin = timezone.now()
    return register.activity(community, worker, status=request.param, starts_at=begin, reported_at=None)


@pytest.fixture
def batch(activity, resident, worker):
    """Send one check-in from another connection; `error` is what it was told, "" when it was taken."""

    def run() -> None:
        try:
            entry = Entry(uuid.uuid4(), timezone.now(), Method.TICKED, resident=resident.pk)
            checkins.apply_check_ins(activity, [entry], by=worker)
        except ValidationError as error:
            thread.error = " ".join(error.messages)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.error = ""
    return thread


def wait_until_it_waits(thread: threading.Thread) -> None:
    """Return once the thread's statement waits for a lock, or has ended without."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(LOCK_WAITS)
            if cursor.fetchone()[0] or not thread.is_alive():
                return
        time.sleep(0.02)


def cancel_meanwhile(activity: Activity, batch: threading.Thread, worker) -> None:
    """Cancel the activity, and let the batch begin before that is committed."""
    with transaction.atomic():
        cancel_activity(activity, reason="下雨", by=worker)
        batch.start()
        wait_until_it_waits(batch)
    batch.join(timeout=30)


def test_check_in_during_a_cancellation_is_refused(activity, batch, worker):
    cancel_meanwhile(activity, batch, worker)
    assert "已经撤销" in batch.error
    assert not Participation.objects.exists()


def test_negative_control_without_the_lock_somebody_checks_in_to_what_is_cancelled(
    activity, batch, worker, monkeypatch
):
    monkeypatch.setattr(checkins, "lock", lambda activity: activity)
    cancel_meanwhile(activity, batch, worker)
    assert batch.error == ""
    assert Participation.objects.exists()
