"""kill -9 of the process at work, at any moment of a large import: the register ends as after a clean import."""

import csv
import io
import random
import subprocess
import time
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from demo.people import Inventor
from demo.street import create_accounts, create_areas
from imports import actions
from imports.headings import COLUMNS
from imports.models import ResidentImport, StagedRow
from tests import beside

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]
ROWS, ROUNDS = 50_000, 5  # each round kills twice: once in the rehearsal, once in the write
Status = ResidentImport.Status
REGISTER = """
    select md5(string_agg(line, '|' order by line)) from (
        select concat_ws(',', r.name, encode(r.id_hash, 'hex'), encode(r.phone_hash, 'hex'),
               g.code, b.name, h.unit, h.room,
               (select string_agg(concat(s.since, s.until, sg.code), ';' order by s.since) from grids_residence s
                join grids_grid sg on sg.id = s.grid_id where s.resident_id = r.id),
               (select string_agg(concat(m.group_id, m.since, m.until), ';' order by m.group_id)
                from grids_groupmembership m where m.resident_id = r.id)) as line
        from grids_resident r join grids_grid g on g.id = r.grid_id
        left join grids_household h on h.id = r.household_id left join grids_building b on b.id = h.building_id) people
"""
EMPTY = "truncate grids_resident, grids_residence, grids_groupmembership, grids_household, grids_building cascade"


def read_register() -> str:
    """A fingerprint of everything the register says."""
    with connection.cursor() as cursor:
        cursor.execute(REGISTER)
        return cursor.fetchone()[0]


def make_list() -> bytes:
    """A list of ROWS residents."""
    inventor = Inventor(date(2026, 1, 1))
    people: list = []
    while len(people) < ROWS:
        people.extend(inventor.residents())
    text = io.StringIO()
    csv.writer(text).writerows([[column.heading for column in COLUMNS[:12]], *people[:ROWS]])
    return text.getvalue().encode()


def work_in_a_process(work: Callable[[int], None], job: ResidentImport) -> float:
    """Let a process of its own do the work to its end; return the seconds it took."""
    process = start(work, job)
    started = time.monotonic()
    beside.finish(process)
    return time.monotonic() - started


def start(work: Callable[[int], None], job: ResidentImport) -> subprocess.Popen:
    """Start a worker process on the import."""
    return beside.start(f"{work.__module__}.{work.__qualname__}", job.pk)


def kill_at(moment: float, work: Callable[[int], None], job: ResidentImport) -> None:
    """Let a process do the work and kill it after `moment` seconds."""
    process = start(work, job)
    time.sleep(moment)
    beside.kill(process)


def resume_until(status: str, work: Callable[[int], None], job: ResidentImport) -> None:
    """Do what the sweeper and a new worker do, until the import stands at `status`."""
    for _attempt in range(3):
        job.refresh_from_db()
        if job.status == status:
            return
        wait_until_released(job)
        actions.resume_jobs()
        work(job.pk)
    raise AssertionError(f"stuck at {job.status}")


def wait_until_released(job: ResidentImport) -> None:
    """PostgreSQL needs a moment to notice that a client is gone."""
    for _moment in range(200):
        if not actions.is_held(job.pk):
            return
        time.sleep(0.05)
    raise AssertionError("a dead worker still holds the import")


def upload(content: bytes, by) -> ResidentImport:
    """A fresh import of the list into an empty register."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
    return actions.create_import(
        file_name="名册.csv", content=content, community=None, effective_date=date(2026, 1, 1), by=by
    )


def test_killed_import_leaves_nothing_or_everything_and_resumes(district):
    district.delete()  # the demo street brings its own
    by = create_accounts(create_areas(), date(2020, 1, 1))["data"]
    content = make_list()
    clean = upload(content, by)
    rehearsal = work_in_a_process(actions.rehearse, clean)
    actions.confirm_import(clean, by=by)
    writing = work_in_a_process(actions.write, clean)
    expected = read_register()
    dice = random.Random(3)
    for _round in range(ROUNDS):
        job = upload(content, by)
        kill_at(dice.uniform(0, rehearsal), actions.rehearse, job)
        resume_until(Status.REHEARSED, actions.rehearse, job)
        assert StagedRow.objects.filter(resident_import=job).count() == ROWS
        actions.confirm_import(job, by=by)
        kill_at(dice.uniform(0, writing), actions.write, job)
        wait_until_released(job)
        assert read_register() in (None, expected), "a part of the import was left behind"
        resume_until(Status.DONE, actions.write, job)
        assert read_register() == expected
