"""Migrations that lock a busy table, or break the release that still runs: refused, but for those excused by name.

How to write one that passes: docs/security/faults.md.
"""

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter.sql_analyser import PostgresqlAnalyser
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements

from tests.test_ladder import LADDER

EXCUSED = settings.BASE_DIR / "tests" / "migrations_excused.txt"
DANGERS = {
    "NOT_NULL": ['ALTER TABLE "a" ADD COLUMN "b" integer DEFAULT 0 NOT NULL', 'ALTER TABLE "a" ALTER "b" DROP DEFAULT'],
    "CREATE_INDEX": ['CREATE INDEX "i" ON "grids_resident" ("name")'],
    "DROP_INDEX": ['DROP INDEX IF EXISTS "i"'],
    "RENAME_COLUMN": ['ALTER TABLE "a" RENAME COLUMN "b" TO "c"'],
    "RENAME_TABLE": ['ALTER TABLE "a" RENAME TO "b"'],
    "DROP_COLUMN": ['ALTER TABLE "a" DROP COLUMN "b" CASCADE'],
    "DROP_TABLE": ['DROP TABLE "a" CASCADE'],
    "ALTER_COLUMN": ['ALTER TABLE "a" ALTER COLUMN "b" TYPE bigint'],
    "ADD_UNIQUE": ['ALTER TABLE "a" ADD CONSTRAINT "u" UNIQUE ("b")'],
}


def find_dangers(statements: list[str]) -> list[str]:
    """Return what is dangerous in the statements of one migration; an index is as bad as a rename."""
    errors, _ignored, warnings = analyse_sql_statements(PostgresqlAnalyser, statements)
    return sorted({issue.code for issue in [*errors, *warnings]})


def find_dangerous() -> dict[str, list[str]]:
    """Return app.migration -> dangers, of all our migrations."""
    loader = MigrationLoader(connection, replace_migrations=False)
    found = {}
    for key in sorted(loader.graph.nodes):
        if key[0] in LADDER:
            statements = loader.collect_sql([(loader.graph.nodes[key], False)])
            if dangers := find_dangers([line for line in statements if line and not line.startswith("--")]):
                found[".".join(key)] = dangers
    return found


def test_no_migration_is_dangerous_but_the_excused(db):
    excused = set(EXCUSED.read_text(encoding="utf-8").split())
    dangerous = find_dangerous()
    assert {name: dangers for name, dangers in dangerous.items() if name not in excused} == {}
    assert excused - set(dangerous) == set(), "no longer dangerous: take them from the list"


@pytest.mark.parametrize(("code", "statements"), DANGERS.items())
def test_danger_is_found(code, statements):
    assert code in find_dangers(statements)


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE "a" ADD COLUMN "b" integer NULL',
        'ALTER TABLE "a" ADD COLUMN "b" integer DEFAULT 0 NOT NULL',  # db_default
        'CREATE INDEX CONCURRENTLY "i" ON "a" ("b")',
        'DROP INDEX CONCURRENTLY IF EXISTS "i"',
        'CREATE TABLE "a" ("b" integer NOT NULL)',
    ],
)
def test_safe_statement_passes(statement):
    assert find_dangers([statement]) == []
