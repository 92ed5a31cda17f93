"""The course of the fault run: load, one blow after the other, reckoning, table. Exit code 1 when anything is wrong."""

import csv
import io
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta

from ops.faults.load import AGAIN, Browser, Ledger, check_in, log_activities, upload
from ops.faults.portal import ScratchPortal, scratch_portal, tail_of_logs
from ops.faults.reckoning import Finding, check_figures, reckon

DOORS = 3
ACTIVITIES, ROWS = 12, 5_000
SETTLE_SECONDS, IMPORT_SECONDS, BLOW_SECONDS = 4, 120, 6
DAY = 24 * 3600
STARTED = time.monotonic()


def say(text: str) -> None:
    """Write a line with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.0f} s] {text}", flush=True)


def prepare() -> tuple[list[int], list[int], int]:
    """Return activities that have just begun, residents who may come, and the key of a kind."""
    from django.utils import timezone

    from accounts.models import User
    from activities.models import Activity, ActivityKind
    from grids.models import Resident

    by = User.objects.get(username="worker")
    kind, now = ActivityKind.objects.get(name="健康讲座"), timezone.now()
    times = {"starts_at": now, "ends_at": now + timedelta(hours=2)}
    about = {"community": by.community, "kind": kind, "title": "", "status": "published", "recorded_by": by}
    made = [Activity.objects.create(**about, **times).pk for _number in range(ACTIVITIES)]
    people = Resident.objects.filter(community=by.community, spells__until=None).order_by("pk").distinct()
    return made, list(people.values_list("pk", flat=True)[:400]), kind.pk


def make_list(first: int) -> bytes:
    """Return a list of ROWS invented people, others for each seed."""
    from demo.people import Inventor
    from imports.headings import COLUMNS

    people: list = []
    inventor = Inventor(date(2026, 1, 1), seed=first)
    while len(people) < ROWS:
        people.extend(inventor.residents())
    text = io.StringIO()
    csv.writer(text).writerows([[column.heading for column in COLUMNS[:12]], *people[:ROWS]])
    return text.getvalue().encode()


def wait_for_import(key: int, *states: str) -> str:
    """Wait until an import stands at one of the states (or failed), however often the database is away; return it."""
    from django.db import DatabaseError, InterfaceError, connection

    from imports.models import ResidentImport

    deadline = time.monotonic() + IMPORT_SECONDS
    state = ""
    while time.monotonic() < deadline:
        try:
            state = ResidentImport.objects.values_list("status", flat=True).get(pk=key)
        except (DatabaseError, InterfaceError):
            connection.close()
        if state in (*states, "failed", "refused"):
            return state
        time.sleep(0.3)
    return state


def rehearse_list(data: Browser, seed: int) -> int:
    """Upload a list and wait for its rehearsal; return its key."""
    key = upload(data, f"名册{seed}.csv", make_list(seed), "2026-01-01")
    wait_for_import(key, "rehearsed")
    return key


def confirm(data: Browser, key: int) -> None:
    """Confirm a list, however often that is refused."""
    while data.post(f"/imports/{key}/confirm/", {})[0] != 302:
        time.sleep(AGAIN)


def deal_blows(portal: ScratchPortal, data: Browser) -> list[int]:
    """Hit the portal in all ways, with pauses; return the imports that were under way."""
    imports = []

    def blow(name: str, deal: Callable[[], object]) -> None:
        say(name)
        deal()
        time.sleep(BLOW_SECONDS)

    time.sleep(SETTLE_SECONDS)
    imports.append(rehearse_list(data, 1))
    confirm(data, imports[-1])
    wait_for_import(imports[-1], "writing", "done")
    blow("worker killed during an import", portal.kill_worker)
    wait_for_import(imports[-1], "done")
    blow("Redis killed", portal.kill_redis)
    blow("PostgreSQL restarted", portal.restart_database)
    if portal.has_small_disk:
        imports.append(rehearse_list(data, 2))
        with portal.full_disk():
            say("disk full during an import")
            data.post(f"/imports/{imports[-1]}/confirm/", {})
            time.sleep(BLOW_SECONDS)
        confirm(data, imports[-1])
        wait_for_import(imports[-1], "done")
    for days in (1, -1):
        with portal.worker_with_clock(days * DAY):
            blow(f"a worker whose clock is {days:+} day", lambda: None)
    return imports


def run(portal: ScratchPortal) -> list[Finding]:
    """Load, blows, reckoning."""
    portal.wait_until_ready()
    say(
        f"portal ready; its disk is {'small' if portal.has_small_disk else 'not small: mounting is not permitted here'}"
    )
    os.environ.update(portal.environment)
    os.environ["REDIS_URL"] = "redis://nowhere"  # this process rings for nothing
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.conf import settings

    from activities.models import Activity

    made, people, kind = prepare()
    before, ledger, stop = Activity.objects.count(), Ledger(), threading.Event()
    sign_in = [("worker", settings.DEMO_PASSWORD)] * (DOORS + 1) + [("data", settings.DEMO_PASSWORD)]
    *doors, writer, data = [Browser(portal.address, name, password, ledger) for name, password in sign_in]
    pairs = list(itertools.product(made, people))
    form = {"kind": kind, "starts_at": f"{date.today() - timedelta(days=1)}T10:00", "mode": "in_person", "heads": 8}
    form |= {"origin": "own", "residents": people[:3], "confirm_twin": "on"}  # they are all alike
    load = [threading.Thread(target=check_in, args=(door, iter(pairs[n::DOORS]), stop)) for n, door in enumerate(doors)]
    load.append(threading.Thread(target=log_activities, args=(writer, form, stop)))
    for thread in load:
        thread.start()
    try:
        imports = deal_blows(portal, data)
    finally:
        stop.set()
        for thread in load:
            thread.join(60)
    say("load ended; waiting until all parts answer, then reckoning")
    portal.wait_until_ready()
    for line in sorted(set(ledger.odd))[:5]:
        say(line)
    return [*reckon(ledger, before, imports), *check_figures(portal.environment)]


def main() -> int:
    """Run, print the table, and tell whether all is right."""
    began = time.monotonic()
    with scratch_portal() as portal:
        try:
            findings = run(portal)
        except Exception:
            print(tail_of_logs(portal))
            raise
        finally:
            say("ending the portal")
    for finding in findings:
        print(f"{'  ' if finding.is_right else '!!'} {finding.what:34} {finding.found!s:44} {finding.wanted}")
    print(f"   took {time.monotonic() - began:.0f} s")
    return 0 if all(finding.is_right for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
