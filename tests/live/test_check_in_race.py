"""Fifty people at two doors at once: two web processes, each check-in sent twice; and proof that this would notice."""

import json
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from activities.models import Activity, CheckIn, Participation
from ops.web import web_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]
PEOPLE = 50
THREADS = 8  # of each process
CONSTRAINT = "activities_participation_once"


@pytest.fixture
def doors(transactional_db: None) -> Iterator[list[str]]:
    """The addresses of two web processes on the test's database."""
    with ExitStack() as stack:
        yield [stack.enter_context(web_server(connection.settings_dict["NAME"], threads=THREADS)) for _ in range(2)]


@pytest.fixture
def activity(register, community, worker):
    """An activity that is going on: somebody has checked in before the crowd comes."""
    return register.activity(community, worker, starts_at=timezone.now(), reported_at=None)


@pytest.fixture
def send(activity, worker) -> Callable[[str, dict], dict]:
    """Send one entry as the worker's phone does, and return what is said of it."""
    client = Client()
    client.force_login(worker)
    token = "a" * 32
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"

    def post(door: str, entry: dict) -> dict:
        data = urllib.parse.urlencode({"entries": json.dumps([entry])}).encode()
        headers = {"Cookie": cookie, "X-CSRFToken": token}
        request = urllib.request.Request(f"{door}/activities/check-in/{activity.pk}/sync/", data, headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["results"][0]

    return post


def make_entry(activity, resident: int) -> dict:
    return {"id": str(uuid.uuid4()), "at": timezone.now().isoformat(), "activity": activity.pk, "resident": resident}


def wait_for_crowd(size: int) -> None:
    """Wait until so many requests have read what they read, and stand before their insert."""
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "select count(*) from pg_locks l join pg_class c on c.oid = l.relation "
                "where not l.granted and c.relname = 'activities_participation'"
            )
            if cursor.fetchone()[0] >= size:
                return
            time.sleep(0.05)
    raise AssertionError("the requests did not come together")


def send_all_at_once(doors: list[str], send: Callable, pairs: list[tuple[dict, dict]]) -> list[dict]:
    """Send both of each pair, to different doors; let nobody insert before the threads of both doors are full."""
    asks = [(doors[side], pair[side]) for pair in pairs for side in range(2)]
    gate = connection.copy()
    gate.inc_thread_sharing()
    gate.set_autocommit(False)
    try:
        gate.cursor().execute("lock table activities_participation in share row exclusive mode")
        opener = threading.Thread(target=lambda: (wait_for_crowd(2 * THREADS), connection.close(), gate.rollback()))
        with ThreadPoolExecutor(2 * PEOPLE) as crowd:
            opener.start()
            answers = list(crowd.map(lambda ask: send(*ask), asks))
        opener.join()
    finally:
        gate.close()
    return answers


def test_fifty_check_ins_each_sent_twice_to_two_processes(doors, send, activity, register, grids):
    people = [register.resident(grids[0]).pk for _ in range(PEOPLE)]
    entries = [make_entry(activity, person) for person in people]
    answers = send_all_at_once(doors, send, [(entry, entry) for entry in entries])
    assert {answer["state"] for answer in answers} <= {"accepted", "already"}
    assert sorted(activity.participations.values_list("resident", flat=True)) == people
    assert CheckIn.objects.filter(refusal="").count() == CheckIn.objects.count() == PEOPLE


def test_fifty_first_check_ins_make_it_held_once(doors, send, activity, register, grids):
    Activity.objects.update(status="published")
    entries = [make_entry(activity, register.resident(grids[0]).pk) for _ in range(PEOPLE)]
    with ThreadPoolExecutor(2 * PEOPLE) as crowd:
        answers = list(crowd.map(lambda place: send(doors[place % 2], entries[place // 2]), range(2 * PEOPLE)))
    assert {answer["state"] for answer in answers} <= {"accepted", "already"}
    assert activity.participations.count() == CheckIn.objects.count() == PEOPLE
    activity.refresh_from_db()
    assert (activity.status, activity.version) == ("held", 2)


def test_two_helpers_who_scan_the_same_people_make_one_participation_each(doors, send, activity, register, grids):
    people = [register.resident(grids[0]).pk for _ in range(PEOPLE)]
    pairs = [(make_entry(activity, person), make_entry(activity, person)) for person in people]
    send_all_at_once(doors, send, pairs)
    assert Participation.objects.count() == PEOPLE
    assert CheckIn.objects.filter(refusal="").count() == 2 * PEOPLE


@pytest.fixture
def no_constraint(transactional_db: None) -> Iterator[None]:
    """Take away what keeps a person to one participation."""
    with connection.cursor() as cursor:
        cursor.execute(f"alter table activities_participation drop constraint {CONSTRAINT}")
        yield
        cursor.execute("truncate activities_participation")
        cursor.execute(
            f"alter table activities_participation add constraint {CONSTRAINT} unique (activity_id, resident_id)"
        )


def test_negative_control_without_the_constraint_people_count_twice(
    no_constraint, doors, send, activity, register, grids
):
    entries = [make_entry(activity, register.resident(grids[0]).pk) for _ in range(PEOPLE)]
    send_all_at_once(doors, send, [(entry, entry) for entry in entries])
    assert Participation.objects.count() > PEOPLE
