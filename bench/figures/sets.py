"""Databases that hold S or M: each is loaded once a run, and every measurement gets a copy of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

from bench.timing import fresh_database
from demo.scale import Size, load

_loaded: set[str] = set()


@contextmanager
def database_with(size: Size) -> Iterator[None]:
    """Work in a fresh database that holds the data set and its cells."""
    if size.name not in _loaded:
        with fresh_database():
            load(size, timezone.localdate())
            copy_database(connection.settings_dict["NAME"], name_of(size.name))
        _loaded.add(size.name)
    with fresh_database(template=name_of(size.name)):
        yield


def name_of(size: str) -> str:
    """Return the name of the database that is copied."""
    return f"bench_{size.lower()}"


def copy_database(old: str, new: str) -> None:
    """Copy a database file by file; nobody may be connected to it."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'drop database if exists "{new}"')
        cursor.execute(f'create database "{new}" template "{old}" strategy file_copy')


def drop_sets() -> None:
    """Drop the databases that were copied."""
    with connection._nodb_cursor() as cursor:
        for size in sorted(_loaded):
            cursor.execute(f'drop database if exists "{name_of(size)}"')
    _loaded.clear()
