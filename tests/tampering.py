"""What a database administrator could do to the audit log, and the portal never does."""

from typing import Any

from django.db import connection


def tamper(sql: str, *values: Any) -> None:
    """Write as a database administrator does who switches the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("set local session_replication_role = origin")
