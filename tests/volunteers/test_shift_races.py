"""Two at once: for the last place of a shift, and to confirm the same hours. One wins, the other is told."""

import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, connections, transaction

from tests.volunteers.shift_help import make_helper, make_record, make_service_day, make_shift
from volunteers import service, shifts
from volunteers.models import ServiceRecord, Shift, ShiftSignUp
from volunteers.service import confirm_records
from volunteers.sign_ups import TakenError, sign_up

pytestmark = pytest.mark.django_db(transaction=True)

LOCK_WAITS = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


def run_beside(deed) -> threading.Thread:
    """Return a thread that does something on a connection of its own; `told` is its answer, or what it was told."""

    def run() -> None:
        try:
            thread.told = deed()
        except ValidationError as error:
            thread.told = error
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.told = None
    return thread


def wait_until_it_waits(thread: threading.Thread) -> None:
    """Return once the thread's statement waits for a lock, or has ended without."""
    for _ in range(300):
        with connection.cursor() as cursor:
            cursor.execute(LOCK_WAITS)
            if cursor.fetchone()[0] or not thread.is_alive():
                return
        time.sleep(0.02)


def do_both(mine, theirs: threading.Thread):
    """Do my deed, let theirs begin before mine is committed; return what mine answered."""
    with transaction.atomic():
        answer = mine()
        theirs.start()
        wait_until_it_waits(theirs)
    theirs.join(timeout=30)
    return answer


@pytest.fixture
def need(community, worker):
    return make_shift(community, worker, number=1).needs.get()


def take_both(need) -> threading.Thread:
    """Let two people take the last place at once; return the second."""
    second = run_beside(lambda: sign_up(need, name="李小红", phone="19900001111"))
    do_both(lambda: sign_up(need, name="王小明", phone="19900002222"), second)
    return second


def test_of_two_who_take_the_last_place_one_gets_it(need):
    second = take_both(need)
    assert isinstance(second.told, TakenError)
    assert ShiftSignUp.objects.get().name == "王小明"


def test_negative_control_without_the_lock_both_get_the_last_place(need, monkeypatch):
    monkeypatch.setattr(shifts, "lock", lambda pk: Shift.objects.select_related("activity__community").get(pk=pk))
    take_both(need)
    assert ShiftSignUp.objects.count() == 2


@pytest.fixture
def record(community, worker):
    return make_record(make_helper(community), make_service_day(community, worker))


def confirm_both(record, worker, coordinator) -> threading.Thread:
    """Let two colleagues confirm the same hours at once; return the second."""
    second = run_beside(lambda: confirm_records([record], by=coordinator))
    do_both(lambda: confirm_records([record], by=worker), second)
    return second


def test_of_two_who_confirm_the_second_is_told_who_was_quicker(record, worker, coordinator):
    second = confirm_both(record, worker, coordinator)
    assert (second.told.confirmed, dict(second.told.earlier)) == ([], {worker.name: 1})
    assert ServiceRecord.objects.get().confirmed_by == worker


def test_negative_control_without_the_lock_the_second_wants_to_confirm_too(record, worker, coordinator, monkeypatch):
    rows = ServiceRecord.objects.select_related("activity__community", "confirmed_by")
    monkeypatch.setattr(service, "lock", lambda keys: list(rows.filter(pk__in=keys)))
    second = run_beside(lambda: confirm_unheeding(record, coordinator))
    do_both(lambda: confirm_records([record], by=worker), second)
    assert "stands as it is" in second.told  # the database alone would still keep the first


def confirm_unheeding(record, by) -> str:
    """Confirm, and return what the database says to it."""
    try:
        confirm_records([record], by=by)
    except DatabaseError as error:
        return str(error)
    return ""
