"""The lock under which one writer of a street's register works at a time: imports, decisions, changes of areas."""

from django.db import connection

STREET_LOCK = 7101


def lock_street(street_id: int) -> None:
    """Wait for and take the street's lock until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [STREET_LOCK, street_id])
