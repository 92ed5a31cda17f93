"""The resident import against the least that anybody must do: parse the same file, COPY the same rows."""

import io
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta

import xlsxwriter
from django.db import connection, transaction
from django.utils import timezone
from import_export.resources import ModelResource
from python_calamine import CalamineWorkbook
from tablib import Dataset

from accounts.models import User
from bench.timing import Timing, seconds
from demo.people import Inventor, Row
from demo.street import create_accounts, create_areas
from grids.codes import EDUCATION, OCCUPATIONS
from grids.models import Grid, Resident
from imports import actions
from imports.headings import COLUMNS_BY_KEY
from imports.models import ResidentImport

ROWS, MEMORY_ROWS, FEW_ROWS = 100_000, 200_000, 10_000
MEMORY_LIMIT = 600  # MB
RUNS = 2
KEYS = (
    *(
        "name",
        "id_number",
        "sex",
        "birth_date",
        "phone",
        "community",
        "grid",
        "building",
        "unit",
        "room",
        "groups",
        "since",
    ),
    *("ethnic_group", "education", "occupation", "address"),
)
# What lists from communities look like: a running number in front and a remark behind, which nobody reads.
HEADINGS = ("序号", *(COLUMNS_BY_KEY[key].heading for key in KEYS), "备注")
BARE_TABLE = (
    "create temporary table bare (" + ", ".join(f"c{n} text" for n in range(len(HEADINGS))) + ") on commit drop"
)


def make_rows(inventor: Inventor, count: int = ROWS) -> list[Row]:
    """Return `count` different residents of the demo street's grids, 18 cells each."""
    dice = random.Random(2026)
    people: list[Row] = []
    while len(people) < count:
        people.extend(inventor.residents())
    educations, occupations = list(EDUCATION.values()), list(OCCUPATIONS.values())
    return [
        (
            str(number),
            *person,
            "汉族",
            dice.choice(educations),
            dice.choice(occupations),
            f"演示路{number % 300}号{person[7]}{person[8]}{person[9]}",
            "",
        )
        for number, person in enumerate(people[:count], start=1)
    ]


def write_list(rows: Sequence[Row]) -> bytes:
    """Return the rows as an .xlsx under HEADINGS."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("居民")
        for number, row in enumerate((HEADINGS, *rows)):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell)
    return target.getvalue()


def prepare(count: int = ROWS) -> tuple[User, list[Row]]:
    """Fill an empty database with areas and accounts; return who imports, and the rows."""
    today = timezone.localdate()
    users = create_accounts(create_areas(), today)
    return users["data"], make_rows(Inventor(today), count)


def import_workbook(content: bytes, by: User) -> ResidentImport:
    """Rehearse and write one workbook as an administrator would."""
    job = actions.create_import(
        file_name="bench.xlsx", content=content, community=None, effective_date=timezone.localdate(), by=by
    )
    actions.rehearse(job.pk)
    job.refresh_from_db()
    if job.status != ResidentImport.Status.REHEARSED or job.counts["refuse"]:
        raise RuntimeError(f"{job.status}: {job.counts} {list(job.messages.by_reason())[:3]}")
    if job.rows_accepted:
        actions.confirm_import(job, by=by)
        actions.write(job.pk)
        job.refresh_from_db()
    return job


def bare_copy(content: bytes) -> None:
    """Parse the workbook and COPY its cells as they are into a table without keys."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    lines = io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)
        cursor.copy_expert("copy bare from stdin", lines)


def empty_register() -> None:
    """Take everybody out again, quickly."""
    with connection.cursor() as cursor:
        cursor.execute("truncate grids_resident, grids_residence, grids_groupmembership, grids_household cascade")
        cursor.execute("truncate grids_building cascade")


def measure_import() -> Timing:
    """Time rehearsal and write of 100,000 new residents into an empty register, against the bare minimum."""
    by, rows = prepare()
    content = write_list(rows)
    ours, reference = [], []
    for _ in range(RUNS):
        empty_register()
        ours.append(seconds(lambda: import_workbook(content, by)))
        reference.append(seconds(lambda: bare_copy(content)))
    if Resident.objects.count() != ROWS:
        raise RuntimeError("not everybody arrived")
    return Timing(min(ours), min(reference), f"{ROWS / min(ours):,.0f} rows/s")


def measure_reimport() -> Timing:
    """Time an import of the same people of whom every tenth has moved, against the first import."""
    by, rows = prepare()
    yesterday = f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}"
    rows = [(*row[:12], yesterday, *row[13:]) for row in rows]
    content = write_list(rows)
    first = seconds(lambda: import_workbook(content, by))
    moved = [(*row[:7], "第一网格" if row[7] != "第一网格" else "第二网格", *row[8:]) for row in rows[::10]]
    rows[::10] = moved
    content = write_list(rows)
    job: list[ResidentImport] = []
    again = seconds(lambda: job.append(import_workbook(content, by)))
    if job[0].counts["update"] != len(moved):
        raise RuntimeError(str(job[0].counts))
    return Timing(again, first)


def measure_memory() -> Timing:
    """Peak megabytes of worker and reader together over an import of 200,000 rows, against the 600 MB it may have."""
    by, rows = prepare(MEMORY_ROWS)
    job = actions.create_import(
        file_name="bench.xlsx", content=write_list(rows), community=None, effective_date=timezone.localdate(), by=by
    )
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = os.environ | {"DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}"}
    command = [sys.executable, "-m", "bench.worker", str(job.pk)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    own, reader = map(int, said.split()[-2:])
    if Resident.objects.count() != MEMORY_ROWS:
        raise RuntimeError("not everybody arrived")
    return Timing(own + reader, MEMORY_LIMIT, f"worker {own} MB, reader {reader} MB")


class DefaultResource(ModelResource):
    """What django-import-export makes of the model without a word from us."""

    class Meta:
        model = Resident
        import_id_fields = ("initials",)
        fields = ("initials", "name", "sex", "birth_date", "community", "grid", "id_kept", "phone_kept")


def measure_default_resource() -> Timing:
    """Time an import of 10,000 rows with all checks against the default resource, which checks and encrypts nothing."""
    by, rows = prepare(FEW_ROWS)
    content = write_list(rows)
    ours = seconds(lambda: import_workbook(content, by))
    empty_register()
    grid = Grid.objects.first()
    table = Dataset(headers=DefaultResource.Meta.fields)
    for row in rows:
        table.append((row[0], row[1], 1, row[4], grid.community_id, grid.pk, row[2][:6], row[5][:7]))
    theirs = seconds(lambda: DefaultResource().import_data(table, raise_errors=True))
    if Resident.objects.count() != FEW_ROWS:
        raise RuntimeError("not everybody arrived")
    return Timing(ours, theirs, f"ours {FEW_ROWS / ours:,.0f} rows/s, theirs {FEW_ROWS / theirs:,.0f} rows/s")
