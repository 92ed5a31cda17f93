"""Working under another role of the database for a while: what it may not do or see, nobody does or sees there."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.db import connection


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Let the block work under a role; unseen by tests that count statements."""
    try:
        connection.ensure_connection()
    except RuntimeError:  # a test without database: whoever asks for it all the same is refused
        yield
        return
    session = connection.connection
    run(session, f"set role {role}")
    try:
        yield
    finally:
        if connection.connection is session and not session.closed:
            run(session, "reset role")


def run(session: psycopg2.extensions.connection, statement: str) -> None:
    """Run a statement past Django."""
    with psycopg2.extensions.cursor(session) as cursor:
        cursor.execute(statement)
