"""The chain over the audit log: a keyed digest of each event and of the digest before it. When: accounts/tasks.py.

The key stands outside the database, so whoever may write there cannot mend the chain after touching an event. What
a chain cannot show by itself is a cut-off end: that is found by the heads which are noted daily outside the database.
"""

import hmac
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import record_of_system
from accounts.models import AuditEvent, AuditLink

logger = logging.getLogger(__name__)

LOCK = 9_031  # one linker at a time; the engine's locks have two keys and cannot meet this one
BATCH = 2_000
WINDOW = 20_000  # keys: so many events may be written while a transaction of half an hour is open
MOST_FAULTS = 100
WAITS = timedelta(minutes=5)  # an event this old without link: the linker stands still, or somebody put it there
START = bytes(32)


class Kind(models.TextChoices):
    """What can be wrong with the log."""

    CHANGED = "changed", _("内容或顺序被改动")
    MISSING = "missing", _("记录被删除")
    GAP = "gap", _("链条缺了一节")
    UNLINKED = "unlinked", _("记录不在链条里")
    HEAD = "head", _("与记下的校验码不符")


@dataclass(frozen=True)
class Head:
    """An end of the chain, as it is noted outside the database."""

    position: int
    digest: str

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read "N:DIGEST"; ValueError when it is not one."""
        position, _colon, digest = text.strip().partition(":")
        if not position.isdecimal() or len(bytes.fromhex(digest)) != len(START):
            raise ValueError(text)
        return cls(int(position), digest.lower())


@dataclass(frozen=True)
class Fault:
    """Something that is wrong: of which kind, at which position of the chain (None: in none), and of which event."""

    kind: Kind
    position: int | None
    event: int | None


@dataclass
class Report:
    """What a walk along the chain found."""

    linked: int = 0
    head: Head = Head(0, START.hex())
    faults: list[Fault] = field(default_factory=list)
    wrong: int = 0

    def add(self, kind: Kind, position: int | None, event: int | None) -> None:
        """Count a fault; the first hundred are kept."""
        self.wrong += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(kind, position, event))


def chain_keys() -> list[bytes]:
    """Return the keys of the chain, the oldest first; they are made from those in the settings for this use only."""
    return [hmac.digest(key, b"audit chain", "sha256") for key in reversed(settings.AUDIT_KEYS)]


def digest_of(event: AuditEvent, position: int, previous: bytes, key: bytes) -> bytes:
    """Return the digest that binds all columns of the event, its position, and the digest before."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    columns = [position, event.pk, at, event.actor, event.action, event.object_type, event.object_id]
    text = json.dumps([*columns, event.area_code, event.detail], sort_keys=True, ensure_ascii=False)
    return hmac.digest(key, previous + text.encode(), "sha256")


def link_waiting(batches: int = 25) -> int:
    """Link the events that have no link yet, in bounded transactions; return how many."""
    total = 0
    for _number in range(batches):
        count = link_batch()
        total += count
        if count < BATCH:
            break
    return total


@transaction.atomic
def link_batch() -> int:
    """Link up to BATCH events in order of their keys; 0 while somebody else is at it.

    A transaction that commits late finds later keys linked already: its events get the next positions.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    floor = (AuditLink.objects.aggregate(last=Max("event_id"))["last"] or 0) - WINDOW
    linked = AuditLink.objects.filter(event_id__gt=floor).values("event_id")
    waiting = AuditEvent.objects.filter(pk__gt=floor).exclude(pk__in=linked).order_by("pk")[:BATCH]
    AuditLink.objects.bulk_create(make_links(waiting))
    return len(waiting)


def make_links(events: Iterable[AuditEvent]) -> Iterator[AuditLink]:
    """Yield the links of these events after the last one there is."""
    last = AuditLink.objects.order_by("-position").first()
    position, digest = (last.position, bytes(last.digest)) if last else (0, START)
    key = chain_keys()[-1]
    for event in events:
        position += 1
        digest = digest_of(event, position, digest, key)
        yield AuditLink(event=event, position=position, digest=digest)


def verify_chain(heads: Iterable[Head] = ()) -> Report:
    """Walk along the whole chain, in constant memory; hold it against the heads that were noted."""
    report = Report()
    walk_links(report)
    old = timezone.now() - WAITS
    outside = AuditEvent.objects.filter(~Exists(AuditLink.objects.filter(event=OuterRef("pk"))), at__lt=old)
    for pk in outside.order_by("pk").values_list("pk", flat=True).iterator():
        report.add(Kind.UNLINKED, None, pk)
    heads = list(heads)
    links = AuditLink.objects.in_bulk([head.position for head in heads], field_name="position")
    for head in heads:
        link = links.get(head.position)
        if link is None or bytes(link.digest).hex() != head.digest:
            report.add(Kind.HEAD, head.position, link.event_id if link else None)
    return report


def walk_links(report: Report) -> None:
    """Hold every link against its event and the link before.

    Keys follow each other: once a newer one fits, an older one is no longer accepted.
    """
    position, previous, keys = 0, START, chain_keys()
    for link, event in read_links():
        for gone in range(position + 1, min(link.position, position + MOST_FAULTS)):
            report.add(Kind.GAP, gone, None)
        digest = bytes(link.digest)
        fits = [
            number
            for number, key in enumerate(keys)
            if event and hmac.compare_digest(digest_of(event, link.position, previous, key), digest)
        ]
        keys = keys[fits[0] :] if fits else keys
        if not fits:
            report.add(Kind.CHANGED if event else Kind.MISSING, link.position, link.event_id)
        position, previous = link.position, digest
        report.linked += 1
    report.head = Head(position, previous.hex())


def read_links() -> Iterator[tuple[AuditLink, AuditEvent | None]]:
    """Yield the links in their order, each with its event; None where it is gone."""
    last = 0
    while links := list(AuditLink.objects.filter(position__gt=last).order_by("position")[:BATCH]):
        events = AuditEvent.objects.in_bulk([link.event_id for link in links])
        for link in links:
            yield link, events.get(link.event_id)
        last = links[-1].position


def is_untouched(link: AuditLink) -> bool:
    """Tell whether this one event is still what was linked."""
    before = AuditLink.objects.filter(position=link.position - 1).first()
    previous = bytes(before.digest) if before else START
    made = (digest_of(link.event, link.position, previous, key) for key in chain_keys())
    return any(hmac.compare_digest(digest, bytes(link.digest)) for digest in made)


def read_noted_heads() -> list[Head]:
    """Return the heads noted in the file beside the portal's data; lines that are none are passed over."""
    try:
        lines = settings.AUDIT_HEADS.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    heads = []
    for line in lines:
        try:
            heads.append(Head.parse(line.rpartition(" ")[2]))
        except ValueError:
            logger.warning("a line of %s is no head of the audit chain", settings.AUDIT_HEADS.name)
    return heads


def note_head(head: Head) -> None:
    """Note the head outside the database: in the log, and in a file that the database's administrators do not reach."""
    logger.info("audit chain head %s", head)
    settings.AUDIT_HEADS.parent.mkdir(parents=True, exist_ok=True)
    with settings.AUDIT_HEADS.open("a", encoding="utf-8") as file:
        file.write(f"{timezone.localdate()} {head}\n")


def check_and_note() -> Report:
    """Verify the chain, write the result into the log, and note the head when all is well."""
    report = verify_chain(read_noted_heads())
    first = report.faults[0] if report.faults else None
    detail: dict[str, Any] = {"events": report.linked, "wrong": report.wrong, "head": str(report.head)}
    if first:
        detail |= {"first": first.kind.value, "position": first.position, "event": first.event}
    record_of_system("audit.verify", object_type="auditlink", **detail)
    if report.wrong:
        logger.error("audit chain: %s faults, the first at %s", report.wrong, first)
    elif report.head.position:
        note_head(report.head)
    return report
