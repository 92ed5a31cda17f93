"""Whether somebody is registered in any community at all: yes or no, and not a word more (rule R9).

PostgreSQL lets the web processes meet only residents of the scope (accounts/scope.py), so that this one question is put
to a function of the tables' owner.
"""

from collections.abc import Iterable

from django.db import connection


def find_registered(hashes: Iterable[bytes]) -> set[bytes]:
    """Return those of the hashes of ID numbers that are somebody's, in whatever community."""
    with connection.cursor() as cursor:
        cursor.execute("select registered_hash from grids_registered(%s)", [list(hashes)])
        return {bytes(found) for (found,) in cursor.fetchall()}
