"""Moving personal data from a former key to today's, a few rows at a time, while the portal goes on.

Which columns: the apps' declarations (communities/personal.py). It may be killed at any moment and begun again: each
row tells by its first byte, or by its own hash, whether anything is left to do. What anybody changes meanwhile is
written with today's key anyway.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pgtrigger
from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.encryption import (
    blind_index,
    decrypt_bytes,
    encrypt_bytes,
    field_keys,
    number_of,
    tail_index,
)
from communities.personal import Sealed

BATCH = 500
BATCH_BYTES = 8 * 2**20  # kept files are big: a batch ends early
HEX = "\\x"  # how PostgreSQL writes bytes in JSON

Report = Callable[[str, int], None]


@dataclass
class Outcome:
    """How many rows of one column were looked at, moved (or to be moved), opened by no key, or left: their new hash is
    another's."""

    column: str
    seen: int = 0
    moved: int = 0
    unreadable: int = 0
    doubled: int = 0


@dataclass(frozen=True)
class Place:
    """A sealed column in its table, with SQL names from the model."""

    sealed: Sealed

    @property
    def model(self) -> type[Model]:
        """The model."""
        return apps.get_model(self.sealed.model)

    @property
    def name(self) -> str:
        """What reports call it."""
        inner = f".{self.sealed.field}" if self.sealed.document else ""
        return f"{self.sealed.model}.{self.sealed.document or self.sealed.field}{inner}"

    @property
    def keys(self) -> list[str]:
        """The columns of the primary key."""
        return [str(field.column) for field in self.model._meta.pk_fields]

    @property
    def columns(self) -> list[str]:
        """The columns that are read, and written when they change."""
        if self.sealed.document:
            return [self.sealed.document]
        return [name for name in (self.sealed.field, self.sealed.hashed, self.sealed.tail) if name]

    def read(self, after: Sequence[Any] | None, size: int, *, lock: bool) -> list[tuple]:
        """Return the next rows by key: key columns, then columns. With `lock`, what somebody holds is waited for."""
        keys = ", ".join(self.keys)
        beyond = f"and ({keys}) > ({', '.join(['%s'] * len(self.keys))})" if after else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"select {keys}, {', '.join(self.columns)} from {self.model._meta.db_table} "  # noqa: S608
                f"where {self.columns[0]} is not null {beyond} order by {keys} limit {size:d} "
                + ("for update" if lock else ""),
                list(after or ()),
            )
            return cursor.fetchall()

    def write(self, rows: Sequence[tuple[tuple, Sequence[Any]]]) -> None:
        """Write the columns of rows given as (key, values), in one statement.

        Its triggers stay silent: nothing about a person changes, so that no row is stamped and no figure recounted.
        """
        types = {field.column: field.db_type(connection) for field in self.model._meta.concrete_fields}
        names = [*self.keys, *self.columns]
        line = ", ".join(f"%s::{types[name]}" for name in names)
        sets = ", ".join(f"{name} = v.{name}" for name in self.columns)
        where = " and ".join(f"t.{name} = v.{name}" for name in self.keys)
        with pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute(
                f"update {self.model._meta.db_table} t set {sets} "  # noqa: S608
                f"from (values {', '.join([f'({line})'] * len(rows))}) as v ({', '.join(names)}) where {where}",
                [value for key, values in rows for value in (*key, *values)],
            )

    def renew(self, values: Sequence[Any]) -> list[Any]:
        """Return the columns as they are under today's keys; raises InvalidTag when no key opens them."""
        if self.sealed.document:
            return [json.dumps(renew_document(self.sealed, read_json(values[0])), ensure_ascii=False)]
        return renew_columns(self.sealed, values)


def read_json(value: Any) -> dict[str, Any]:
    """Return a JSON column as a dict, however the driver gives it."""
    return json.loads(value) if isinstance(value, str | bytes) else dict(value)


def renew_columns(sealed: Sealed, values: Sequence[Any]) -> list[Any]:
    """Return ciphertext, hash and tail under today's keys; equal to what was given when nothing is to do."""
    data = bytes(values[0])
    plain = decrypt_bytes(data, purpose=sealed.purpose)
    if data[:1] != number_of(settings.FIELD_KEY):
        data = encrypt_bytes(plain, purpose=sealed.purpose)
    renewed: list[Any] = [data]
    if sealed.hashed:
        renewed.append(blind_index(plain.decode(), purpose=sealed.hash_purpose))
    if sealed.tail:
        renewed.append(tail_index(plain.decode()))
    return renewed


def renew_document(sealed: Sealed, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row in JSON with ciphertext, hash and tail under today's keys."""
    if not row.get(sealed.field):
        return row
    names = [name for name in (sealed.field, sealed.hashed, sealed.tail) if name]
    renewed = renew_columns(sealed, [bytes.fromhex(row[sealed.field].removeprefix(HEX))])
    texts = [HEX + value.hex() if isinstance(value, bytes) else value for value in renewed]
    return row | dict(zip(names, texts, strict=True))


def is_same(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Tell whether nothing changes."""
    return all(
        (bytes(a) if isinstance(a, memoryview) else a) == b
        or (isinstance(b, str) and not isinstance(a, memoryview | bytes) and read_json(a) == json.loads(b))
        for a, b in zip(old, new, strict=True)
    )


def check_keys() -> None:
    """Raise ValidationError when two keys cannot be told apart by their numbers; a new key is then drawn once more."""
    numbers = [number_of(key) for key in field_keys()]
    if len(field_keys()) == 2 and numbers[0] == numbers[1]:
        raise ValidationError(_("新旧两把 FIELD_KEY 的编号碰巧相同：请另外生成一把新密钥，再重新开始。"))


def rotate(columns: Sequence[Sealed], *, dry_run: bool = False, report: Report | None = None) -> list[Outcome]:
    """Move every column to today's keys; with `dry_run`, count only. `report` hears of each batch."""
    check_keys()
    return [rotate_column(Place(sealed), dry_run=dry_run, report=report) for sealed in columns]


def rotate_column(place: Place, *, dry_run: bool, report: Report | None) -> Outcome:
    """Move one column, each batch in a transaction of its own."""
    outcome, after, size = Outcome(place.name), None, 1
    while True:
        with transaction.atomic():
            rows = place.read(after, size, lock=not dry_run)
            changed = [pair for row in rows if (pair := renew_row(place, row, outcome))]
            if not dry_run:
                write_rows(place, changed, outcome)
        outcome.moved += len(changed)
        if not rows:
            outcome.moved -= outcome.doubled
            return outcome
        after = rows[-1][: len(place.keys)]
        size = choose_size(rows)
        if report:
            report(place.name, outcome.seen)


def choose_size(rows: Sequence[tuple]) -> int:
    """Return how many rows to take next: as many as these weigh BATCH_BYTES, at most BATCH."""
    weight = sum(len(value) for row in rows for value in row if isinstance(value, memoryview | bytes))
    return max(1, min(BATCH, BATCH_BYTES * len(rows) // max(1, weight)))


def renew_row(place: Place, row: tuple, outcome: Outcome) -> tuple[tuple, list[Any]] | None:
    """Return the key and columns of a row that is to be written, and count it; one that no key opens stays."""
    key, values = row[: len(place.keys)], row[len(place.keys) :]
    outcome.seen += 1
    try:
        renewed = place.renew(values)
    except InvalidTag:
        outcome.unreadable += 1
        return None
    return None if is_same(values, renewed) else (key, renewed)


def write_rows(place: Place, rows: Sequence[tuple[tuple, list[Any]]], outcome: Outcome) -> None:
    """Write the rows of a batch; one that would repeat another's hash stays as it is, and is counted."""
    if not rows:
        return
    try:
        with transaction.atomic():
            place.write(rows)
    except IntegrityError:
        if len(rows) == 1:
            outcome.doubled += 1
            return
        for row in rows:
            write_rows(place, [row], outcome)
