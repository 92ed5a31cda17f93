"""Filling tables by COPY: their columns, and taking triggers, keys and indexes off meanwhile. What the rows say is not
decided here.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from django.db import connection

COLUMNS = {
    "grids_building": "id, grid_id, name",
    "grids_household": "id, building_id, unit, room",
    "grids_resident": (
        "id, community_id, grid_id, household_id, name, initials, sex, birth_date, id_kept, phone_kept,"
        " education, ethnic_group, occupation"
    ),
    "grids_residence": "resident_id, grid_id, since, until, end_reason",
    "grids_groupmembership": "resident_id, group_id, since, until",
    "activities_activity": (
        "id, community_id, kind_id, theme_id, title, description, starts_at, ends_at, venue_id, place, status, mode,"
        " origin, assigned_by, unnamed_count, is_public, public_id, cancel_reason, client_token, recorded_by_id,"
        " recorded_at, reported_at, reported_by_id, verified_at, verified_by_id, return_reason, version"
    ),
    "activities_activity_programmes": "activity_id, programme_id",
    "activities_activity_target_groups": "activity_id, populationgroup_id",
    "activities_activity_target_grids": "activity_id, grid_id",
    "activities_participation": (
        "activity_id, resident_id, grid_id, method, recorded_at, recorded_by_id, checked_in_at, checked_out_at"
    ),
    "activities_outsider": "activity_id, name, tail, method, recorded_at, recorded_by_id",
    "activities_feedback": "activity_id, raters, tally, shown_raters, shown",
    "visits_visit": (
        "community_id, household_id, activity_id, kind_id, outcome, visited_at, visitor_id, recorded_at, client_token,"
        " withdraw_reason"
    ),
}
NUMBERED = ("grids_building", "grids_household", "grids_resident", "activities_activity")  # other rows name these
WORK_MEMORY = "256MB"  # for indexes over millions of rows

# What a table has beside its primary key and its checks; exclusion constraints stay, for few rows fall under them.
FIND_CONSTRAINTS = """
    select format('alter table %%s drop constraint %%I', conrelid::regclass, conname),
           format('alter table %%s add constraint %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where conrelid = any(%s::regclass[]) and contype in ('f', 'u') order by conname
"""
FIND_INDEXES = """
    select format('drop index %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    from pg_index i where indrelid = any(%s::regclass[]) and not indisprimary
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid) order by indexrelid
"""


class Sheaf(dict[str, list[str]]):
    """Lines of COPY text by table, and the next keys of the tables whose rows others name."""

    def __init__(self, keys: dict[str, int]) -> None:
        self.keys = {table: count(first) for table, first in keys.items()}

    def __missing__(self, table: str) -> list[str]:
        self[table] = []
        return self[table]

    def add(self, table: str, *values: object) -> None:
        """Add a row; None is null. Texts hold neither tabs, line breaks nor backslashes."""
        self[table].append("\t".join(["\\N" if value is None else str(value) for value in values]) + "\n")

    def new_key(self, table: str) -> int:
        """Return the key of a new row."""
        return next(self.keys[table])

    def cut(self) -> dict[str, str]:
        """Return what was added as texts, and begin anew; the keys go on."""
        texts = {table: "".join(self[table]) for table in COLUMNS if table in self}
        self.clear()
        return texts


def next_keys() -> dict[str, int]:
    """Return for each table in NUMBERED the next key of its sequence."""
    keys = {}
    with connection.cursor() as cursor:
        for table in NUMBERED:
            cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id'))", [table])
            keys[table] = cursor.fetchone()[0]
    return keys


def settle_keys() -> None:
    """Let the sequences go on behind the keys that were copied."""
    with connection.cursor() as cursor:
        for table in NUMBERED:
            cursor.execute(
                f"select setval(pg_get_serial_sequence(%s, 'id'), (select coalesce(max(id), 1) from {table}))", [table]
            )


def copy_texts(texts: dict[str, str]) -> None:
    """COPY each table's text."""
    with connection.cursor() as cursor:
        for table, text in texts.items():
            cursor.copy_expert(f"copy {table} ({COLUMNS[table]}) from stdin", io.StringIO(text))


@contextmanager
def bare_tables() -> Iterator[None]:
    """Take off the triggers, foreign keys, unique constraints and indexes of the tables; then put all of them back.

    Nobody else may write meanwhile: the tables are locked until the transaction ends, and if it fails, all is as
    before. Keys and uniqueness are checked over all rows at the end; what triggers guard the rows must keep themselves.
    """
    tables = list(COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")  # a table with checks still to come cannot be altered
        cursor.execute(f"set local maintenance_work_mem = '{WORK_MEMORY}'")
        parts = find_parts()
        for statement in [f"alter table {table} disable trigger user" for table in tables] + [
            off for off, _on in parts
        ]:
            cursor.execute(statement)
        yield
        for statement in [on for _off, on in parts] + [f"alter table {table} enable trigger user" for table in tables]:
            cursor.execute(statement)
        cursor.execute("set constraints all deferred")


def find_parts() -> list[tuple[str, str]]:
    """Return (statement that takes off, statement that puts back) for constraints and indexes."""
    parts = []
    with connection.cursor() as cursor:
        for query in (FIND_CONSTRAINTS, FIND_INDEXES):
            cursor.execute(query, [list(COLUMNS)])
            parts += cursor.fetchall()
    return parts


def tidy_tables() -> None:
    """Analyse the tables, and vacuum them where no transaction is open, so that indexes alone can answer."""
    verb = "analyze" if connection.in_atomic_block else "vacuum (analyze)"
    with connection.cursor() as cursor:
        for table in COLUMNS:
            cursor.execute(f"{verb} {table}")
