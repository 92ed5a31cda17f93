"""Check-ins through the web server as in production, against bare inserts of the same rows."""

import http.client
import json
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from activities.models import Activity, ActivityKind
from bench.timing import Timing, seconds
from demo.street import create_areas
from grids.models import Grid, Residence, Resident
from ops.web import web_server

PEOPLE, DOORS, RUNS = 1_000, 8, 3
TOKEN = "a" * 32
PARTICIPATION = """
    insert into activities_participation
        (method, recorded_at, recorded_by_id, checked_in_at, activity_id, resident_id, grid_id)
    values ('ticked', %s, %s, %s, %s, %s, %s)
"""
CHECK_IN = """
    insert into activities_checkin
        (client_id, direction, method, refusal, claimed_at, recorded_at, recorded_by_id, activity_id, resident_id)
    values (%s, 'in', 'ticked', '', %s, %s, %s, %s, %s)
"""
PRODUCTION = {
    "PORTAL_ENV": "production",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECURE_SSL_REDIRECT": "false",
    "PYTHONWARNINGS": "ignore::UserWarning",  # no static files are collected here, and none are asked for
}


def prepare() -> tuple[User, list[int], int]:
    """Make a community with residents; return its worker, their keys, and their grid."""
    grid = Grid.objects.filter(community__street=create_areas()).select_related("community").first()
    worker = User.objects.create_user("bench", None, name="bench", role=Role.WORKER, community=grid.community)
    about = {"community": grid.community, "grid": grid, "sex": 1, "birth_date": "1980-01-01"}
    people = Resident.objects.bulk_create(Resident(name=f"王{n}", **about) for n in range(PEOPLE))
    Residence.objects.bulk_create(Residence(resident=person, grid=grid, since="2020-01-01") for person in people)
    return worker, [person.pk for person in people], grid.pk


def make_activity(worker: User) -> Activity:
    """Return a published activity that has just begun."""
    now = timezone.now()
    kind = ActivityKind.objects.get(name="健康讲座")
    times = {"starts_at": now, "ends_at": now + timedelta(hours=1)}
    return Activity.objects.create(
        community=worker.community, kind=kind, title="bench", status="published", recorded_by=worker, **times
    )


def share(people: Sequence[int], work: Callable[[Sequence[int]], None]) -> float:
    """Let as many helpers as there are doors do the work for their part of the people; return the seconds."""
    with ThreadPoolExecutor(DOORS) as helpers:
        return seconds(lambda: list(helpers.map(work, [people[door::DOORS] for door in range(DOORS)])))


def check_in_by_http(address: str, cookie: str, activity: Activity, size: int) -> Callable[[Sequence[int]], None]:
    """Return the work of one helper: a request for every `size` people, over one connection."""
    path = f"/activities/check-in/{activity.pk}/sync/"
    headers = {"Cookie": cookie, "X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}

    def work(people: Sequence[int]) -> None:
        door = http.client.HTTPConnection(urlsplit(address).netloc)
        for start in range(0, len(people), size):
            common = {"at": timezone.now().isoformat(), "activity": activity.pk}
            batch = [{"id": str(uuid.uuid4()), "resident": key} | common for key in people[start : start + size]]
            door.request("POST", path, urlencode({"entries": json.dumps(batch)}), headers)
            results = json.loads(door.getresponse().read())["results"]
            if {result["state"] for result in results} != {"accepted"}:
                raise RuntimeError("not everybody got in")
        door.close()

    return work


def insert_bare(activity: Activity, worker: User, grid: int) -> Callable[[Sequence[int]], None]:
    """Return the same work without portal: two inserts and a commit a person, over one connection to the database."""
    now = timezone.now()

    def work(people: Sequence[int]) -> None:
        base = connection.copy()
        base.set_autocommit(False)
        with base.cursor() as cursor:
            for person in people:
                cursor.execute(PARTICIPATION, [now, worker.pk, now, activity.pk, person, grid])
                cursor.execute(CHECK_IN, [uuid.uuid4(), now, now, worker.pk, activity.pk, person])
                base.commit()
        base.close()

    return work


def measure_one_by_one() -> Timing:
    """Time 1,000 check-ins at eight doors, one request each, against the inserts alone."""
    return measure(1)


def measure_batches() -> Timing:
    """Time the same as queues that waited without network: batches of 100."""
    return measure(100)


def measure(size: int) -> Timing:
    """Time 1,000 check-ins at eight doors, `size` a request, against two inserts and a commit each."""
    worker, people, grid = prepare()
    client = Client()
    client.force_login(worker)
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"
    ours, reference = [], []
    with web_server(connection.settings_dict["NAME"], workers=2, threads=DOORS, **PRODUCTION) as address:
        for _ in range(RUNS):
            activity, bare = make_activity(worker), make_activity(worker)
            ours.append(share(people, check_in_by_http(address, cookie, activity, size)))
            reference.append(share(people, insert_bare(bare, worker, grid)))
            rows = [(a.participations.count(), a.check_ins.count()) for a in (activity, bare)]
            if rows != [(PEOPLE, PEOPLE)] * 2:
                raise RuntimeError(f"not everybody arrived: {rows}")
    note = f"{PEOPLE / min(ours):,.0f} check-ins/s, bare {PEOPLE / min(reference):,.0f}/s"
    return Timing(min(ours), min(reference), note)
