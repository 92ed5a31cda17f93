"""Tells each session, before a statement, the scope of the work in hand, if it has not been told it yet.

The scope in accounts/scope.py is the truth, the setting in the session a copy. PostgreSQL takes a setting back when the
transaction or savepoint in which it was made is rolled back, so after every rollback the session counts as not told.
"""

from typing import Any

import psycopg2
from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from accounts.scope import Scope, current


class Session(psycopg2.extensions.connection):
    """A connection that remembers the scope it was told last."""

    told: Scope | None = None

    def commit(self) -> None:
        """Commit; one that fails has rolled back, and of a failed transaction PostgreSQL says no word of it."""
        if self.info.transaction_status == TRANSACTION_STATUS_INERROR:
            self.told = None
        try:
            super().commit()
        except psycopg2.Error:
            self.told = None
            raise

    def rollback(self) -> None:
        """Roll back, the setting included."""
        self.told = None
        super().rollback()

    def tell(self) -> None:
        """Tell PostgreSQL what the work in hand may see."""
        scope = current()
        if self.told is scope or self.info.transaction_status == TRANSACTION_STATUS_INERROR:
            return
        self.told = None
        with psycopg2.extensions.cursor(self) as cursor:
            cursor.execute(*scope.as_sql())
        self.told = scope


class Cursor(psycopg2.extensions.cursor):
    """A cursor that runs nothing before its session has been told."""

    connection: Session

    def execute(self, query: Any, vars: Any = None) -> None:
        """Run a statement."""
        if isinstance(query, str) and query[:8].upper() == "ROLLBACK":
            self.connection.told = None
        else:
            self.connection.tell()
        super().execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Run a statement for each of many values."""
        self.connection.tell()
        super().executemany(query, vars_list)

    def callproc(self, procname: Any, parameters: Any = None) -> Any:
        """Call a function."""
        self.connection.tell()
        return super().callproc(procname, parameters)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        """Copy rows in or out."""
        self.connection.tell()
        super().copy_expert(sql, file, size)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with sessions and cursors of ours."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return what psycopg2 connects with."""
        return super().get_connection_params() | {"connection_factory": Session, "cursor_factory": Cursor}
