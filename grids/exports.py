"""The life of an export: asked for, made in the background, downloaded, deleted. The file itself: export_files.py."""

import base64
import logging
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.encryption import decrypt, decrypt_bytes, encrypt, encrypt_bytes
from accounts.models import User
from accounts.roles import Permission
from grids.export_files import EDGE_LINES, WRITERS, list_lines, list_rows
from grids.forms.residents import ResidentFilter
from grids.models import ResidentExport
from grids.search import filter_residents

logger = logging.getLogger(__name__)

Status = ResidentExport.Status
FILE_PURPOSE = "export_file"
QUERY_PURPOSE = "export_query"
CHUNK = 2000  # rows fetched at a time by the server-side cursor


class ExportRefusedError(Exception):
    """The export must not be made or is not whole; the text is a stable code for the audit log."""


# --- Asking


@transaction.atomic
def request_export(export: ResidentExport, *, query: ResidentFilter, by: User) -> ResidentExport:
    """Save an export that waits to be made: of the residents whom the valid query shows."""
    export.by = by
    export.filters = {"area": by.area_code, "query": pack_query(query)}
    if not is_permitted(export):
        raise ValidationError(_("您不能导出这份名单。"))
    export.save()
    note("request", export, filters=[name for name, values in export.filters["query"].items() if any(values)])
    return export


def is_permitted(export: ResidentExport) -> bool:
    """Tell whether its owner may have it now: roles change, and so do the areas people work in."""
    needed = Permission.EXPORT_RESIDENTS if export.is_masked else Permission.EXPORT_UNMASKED
    same_area = export.by.area_code != "" and export.filters["area"] == export.by.area_code
    return export.by.may(Permission.EXPORT_RESIDENTS) and export.by.may(needed) and same_area


def note(deed: str, export: ResidentExport, **detail: Any) -> None:
    """Append a deed to the audit log."""
    record(
        f"resident_export.{deed}",
        by=export.by,
        target=export,
        area_code=export.filters["area"],
        purpose=export.purpose,
        masked=export.is_masked,
        **detail,
    )


def pack_query(query: ResidentFilter) -> dict[str, list[str]]:
    """Return what the form was sent, as JSON: ids and codes as they are, and encrypted what was typed, maybe a name."""
    sent = {name: query.data.getlist(name) for name in query.fields if name in query.data}  # type: ignore[attr-defined]
    return {name: [seal(text) for text in texts] if is_typed(name) else texts for name, texts in sent.items()}


def unpack_query(packed: dict[str, list[str]]) -> MultiValueDict:
    """Return what pack_query() packed, as a form takes it."""
    return MultiValueDict(
        {name: [unseal(text) for text in texts] if is_typed(name) else texts for name, texts in packed.items()}
    )


def is_typed(name: str) -> bool:
    """Tell whether a filter is text that somebody types."""
    return isinstance(ResidentFilter.base_fields.get(name), forms.CharField)


def seal(text: str) -> str:
    """Return the text encrypted, as JSON can hold it."""
    return base64.b64encode(encrypt(text, purpose=QUERY_PURPOSE)).decode() if text else ""


def unseal(text: str) -> str:
    """Return what seal() sealed."""
    return decrypt(base64.b64decode(text), purpose=QUERY_PURPOSE) if text else ""


# --- Making


def make_export(export_id: int) -> None:
    """Make the file of a waiting export, whole or not at all."""
    export = claim(export_id)
    if export is None:
        return
    try:
        with working_folder(export) as folder:
            path = folder / f"list.{export.format}"
            rows = write_file(export, path)
            content = encrypt_bytes(path.read_bytes(), purpose=FILE_PURPOSE)
    except ExportRefusedError as refusal:
        fail(export, str(refusal))
    else:
        keep_file(export, content, rows)


def claim(export_id: int) -> ResidentExport | None:
    """Take a waiting export for this process, counting the attempt; None when there is nothing to take."""
    waiting = ResidentExport.objects.filter(pk=export_id, status=Status.QUEUED, attempts__lt=settings.EXPORT_ATTEMPTS)
    if not waiting.update(status=Status.RUNNING, attempts=F("attempts") + 1, rows_done=0, heartbeat_at=timezone.now()):
        return None
    return ResidentExport.objects.defer("content").select_related("by").get(pk=export_id)


def write_file(export: ResidentExport, path: Path) -> int:
    """Write the file from one snapshot of the register and return its rows, held against the count of that snapshot."""
    with snapshot(), Pulse(export) as pulse:
        residents = select_residents(export)
        expected = residents.count()
        rows = list_rows(residents, masked=export.is_masked, today=timezone.localdate())
        lines = list_lines(export, pulse.count(rows.iterator(chunk_size=CHUNK), expected))
        written = WRITERS[ResidentExport.Format(export.format)](path, lines) - EDGE_LINES
    if written != expected:
        logger.error("export %s: %s rows written, %s expected", export.pk, written, expected)
        raise ExportRefusedError("count_mismatch")
    return written


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything inside from one moment, and write nothing."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def select_residents(export: ResidentExport) -> QuerySet:
    """Return the residents of the export's filters within its owner's reach as both are now."""
    query = ResidentFilter(unpack_query(export.filters["query"]), by=export.by)
    if not is_permitted(export):
        raise ExportRefusedError("not_permitted")
    if not query.is_valid():
        raise ExportRefusedError("filters_invalid")
    return filter_residents(export.by, query.cleaned_data)


class Pulse:
    """Shows progress on the export's row, by a connection of its own: the snapshot cannot write."""

    def __init__(self, export: ResidentExport) -> None:
        self.export = export

    def __enter__(self) -> Self:
        self.connection = connection.copy()
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()

    def count(self, rows: Iterable, total: int) -> Iterator:
        """Yield the rows, noting every chunk."""
        for number, row in enumerate(rows):
            if number % CHUNK == 0:
                self.beat(number, total)
            yield row

    def beat(self, done: int, total: int) -> None:
        """Write how far it is; a connection outside a transaction commits at once."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "update grids_residentexport set rows_done = %s, rows = %s, heartbeat_at = now() where id = %s",
                [done, total, self.export.pk],
            )


@transaction.atomic
def keep_file(export: ResidentExport, content: bytes, rows: int) -> None:
    """Keep the encrypted file for EXPORT_KEEP_HOURS, unless a later attempt has taken over."""
    running = ResidentExport.objects.filter(pk=export.pk, status=Status.RUNNING, attempts=export.attempts)
    kept = running.update(
        status=Status.DONE,
        content=content,
        rows=rows,
        rows_done=rows,
        expires_at=timezone.now() + timedelta(hours=settings.EXPORT_KEEP_HOURS),
    )
    if kept:
        note("create", export, rows=rows)


@transaction.atomic
def fail(export: ResidentExport, reason: str) -> None:
    """End an export without a file."""
    if ResidentExport.objects.filter(pk=export.pk, status=Status.RUNNING).update(status=Status.FAILED):
        note("fail", export, reason=reason)


# --- Downloading


@transaction.atomic
def open_file(export: ResidentExport) -> bytes:
    """Return the file for its owner, audited before it is sent. Raises PermissionDenied when the role has changed."""
    if not is_permitted(export):
        raise PermissionDenied
    note("download", export, rows=export.rows)
    return decrypt_bytes(export.content or b"", purpose=FILE_PURPOSE)


# --- Sweeping


def requeue_exports() -> list[int]:
    """Return the exports to ring again: rings that were lost, and runs whose worker fell silent; twice at most."""
    silent = timezone.now() - timedelta(seconds=settings.EXPORT_STALE_SECONDS)
    stale = ResidentExport.objects.filter(status=Status.RUNNING, heartbeat_at__lt=silent)
    for export in stale.filter(attempts__gte=settings.EXPORT_ATTEMPTS).defer("content").select_related("by"):
        fail(export, "attempts")
    stale.update(status=Status.QUEUED)
    return list(ResidentExport.objects.filter(status=Status.QUEUED).values_list("pk", flat=True))


def delete_expired() -> None:
    """Delete the files whose day is over (rule R5), and what a killed worker left on the disk."""
    ResidentExport.objects.filter(content__isnull=False, expires_at__lte=timezone.now()).update(content=None)
    running = set(ResidentExport.objects.filter(status=Status.RUNNING).values_list("pk", flat=True))
    for folder in working_root().glob("*-*"):
        if int(folder.name.partition("-")[0]) not in running:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def working_folder(export: ResidentExport) -> Iterator[Path]:
    """Make a folder that nobody else can read, and delete it with the plain file in it."""
    folder = working_root() / f"{export.pk}-{export.attempts}"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def working_root() -> Path:
    """Return the folder of the attempts under way."""
    return settings.DATA_DIR / "exports"
