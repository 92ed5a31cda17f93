"""The lock under which one writer of a street's register works at a time: imports, decisions, changes of areas."""

from django.db import connection

STREET_LOCK = 7101  # first key of PostgreSQL's transaction lock; the second is the street's


def lock_street(street_id: int) -> None:
    """Wait for and take the street's lock until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [STREET_LOCK, street_id])


def try_lock_street(street_id: int) -> bool:
    """Take the street's lock until the transaction ends if it is free; tell whether it was."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", [STREET_LOCK, street_id])
        return cursor.fetchone()[0]
