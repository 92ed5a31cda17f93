"""While keys are exchanged: an import's hashes, and those of whom it names, moved to today's key before comparing.

Else a resident hashed with the former key would not be met by a row hashed with today's, and be registered twice.
"""

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import connection

from accounts.encryption import blind_indexes, decrypt, tail_index
from imports.models import ResidentImport, StagedRow

BATCH = 5_000
PAIRS = "unnest(%s::bytea[], %s::bytea[], %s::int[]) as n (old, new, tail)"
STATEMENTS = {
    "id_number": (
        f"""update imports_stagedrow s set id_hash = n.new, id_tail = n.tail
            from {PAIRS} where s.resident_import_id = %s and s.id_hash = n.old""",  # noqa: S608
        f"update grids_resident r set id_hash = n.new, id_tail = n.tail from {PAIRS} where r.id_hash = n.old",  # noqa: S608
    ),
    "phone": (
        f"""update imports_stagedrow s set phone_hash = n.new
            from {PAIRS} where s.resident_import_id = %s and s.phone_hash = n.old""",  # noqa: S608
        f"update grids_resident r set phone_hash = n.new from {PAIRS} where r.phone_hash = n.old",  # noqa: S608
    ),
}


def renew_hashes(job: ResidentImport) -> None:
    """Move the hashes that concern an import; nothing to do when there is but one key."""
    if not settings.HASH_KEY_OLD:
        return
    with pgtrigger.ignore(), connection.cursor() as cursor:
        for column, statements in STATEMENTS.items():
            for texts in read_texts(job, column):
                pairs = [blind_indexes(text, purpose=column) for text in texts]
                tails = [tail_index(text) for text in texts]
                values: list[Any] = [[pair[1] for pair in pairs], [pair[0] for pair in pairs], tails]
                # By place, not by name: pgtrigger puts a value of its own before them.
                cursor.execute(statements[0], [*values, job.pk])
                cursor.execute(statements[1], values)


def read_texts(job: ResidentImport, column: str) -> Iterator[list[str]]:
    """Yield the numbers of the staged rows in plain, a batch at a time."""
    found = StagedRow.objects.filter(resident_import=job).exclude(**{column: None}).order_by("position")
    after = -1
    while rows := list(found.filter(position__gt=after).values_list("position", column)[:BATCH]):
        yield [decrypt(sealed, purpose=column) for _position, sealed in rows]
        after = rows[-1][0]
