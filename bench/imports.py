"""The resident import against the least that anybody must do: parse the same file, COPY the same rows."""

import io
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import User
from bench.timing import Timing, seconds
from demo.people import Inventor, Row
from demo.street import create_accounts, create_areas
from grids import actions
from grids.models import Resident, ResidentImport
from grids.workbooks import write_workbook

ROWS = 20_000
RUNS = 3
BARE_TABLE = "create temporary table bare (" + ", ".join(f"c{n} text" for n in range(12)) + ") on commit drop"


def make_rows(inventor: Inventor) -> list[Row]:
    """Return ROWS different residents of the demo street's grids."""
    rows: list[Row] = []
    while len(rows) < ROWS:
        rows.extend(inventor.residents())
    return rows[:ROWS]


def prepare() -> tuple[User, list[Row]]:
    """Fill an empty database with areas and accounts; return who imports, and the rows."""
    today = timezone.localdate()
    users = create_accounts(create_areas(), today)
    return users["data"], make_rows(Inventor(today))


def import_workbook(content: bytes, by: User) -> ResidentImport:
    """Rehearse and write one workbook as an administrator would."""
    job = actions.create_import(
        file_name="bench.xlsx", content=content, community=None, effective_date=timezone.localdate(), by=by
    )
    actions.rehearse(job.pk)
    actions.confirm_import(job, by=by)
    actions.write(job.pk)
    job.refresh_from_db()
    if job.status != ResidentImport.Status.DONE:
        raise RuntimeError(f"{job.status}: {job.messages[:3]}")
    return job


def bare_copy(content: bytes) -> None:
    """Parse the workbook and COPY its cells as they are into a table without keys."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    lines = io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)
        cursor.copy_expert("copy bare from stdin", lines)


def measure_import() -> Timing:
    """Time rehearsal and write of 20,000 new residents into an empty register, against the bare minimum."""
    by, rows = prepare()
    content = write_workbook(rows)
    ours, reference = [], []
    for _ in range(RUNS):
        Resident.objects.all().delete()
        ours.append(seconds(lambda: import_workbook(content, by)))
        reference.append(seconds(lambda: bare_copy(content)))
    if Resident.objects.count() != ROWS:
        raise RuntimeError("not everybody arrived")
    return Timing(min(ours), min(reference))


def measure_reimport() -> Timing:
    """Time an import of the same people of whom every tenth has moved, against the first import."""
    by, rows = prepare()
    yesterday = f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}"
    rows = [(*row[:11], yesterday) for row in rows]
    first = seconds(lambda: import_workbook(write_workbook(rows), by))
    moved = [(*row[:6], "第一网格" if row[6] != "第一网格" else "第二网格", *row[7:]) for row in rows[::10]]
    rows[::10] = moved
    content = write_workbook(rows)
    job: list[ResidentImport] = []
    again = seconds(lambda: job.append(import_workbook(content, by)))
    if job[0].counts["update"] != len(moved):
        raise RuntimeError(str(job[0].counts))
    return Timing(again, first)
