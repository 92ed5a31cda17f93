"""The way of an answer from "send" to its final place: sealed at once, mixed with others later (rule R13).

Sending writes one encrypted row, in a transaction that touches nothing else. Mixing first marks the codes of a batch as
spent, in a transaction of its own, then writes the answers in random order in another. So neither a key, nor an order,
a time or a transaction id ties an answer to a code. When a wave is over, all its answers are shuffled once more.

While a wave is open each community's batches hold k answers at least, and k stay back: whoever compares results before
and after a mixing, the last one included, sees k answers or more come in at once.
"""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.encryption import decrypt_bytes, encrypt, encrypt_bytes
from surveys.codes import normalise, spend_keys
from surveys.models import NamedAnswer, Response, SealedAnswer, SpentKey, Wave, WaveLink
from surveys.questionnaire import MAX_LONG, MAX_SHORT, OTHER, WRITTEN, Kind, Questionnaire, Variable

SEAL_PURPOSE = "survey_answer"
NAME_PURPOSE = "survey_name"
PHONE_PURPOSE = "survey_phone"
MIX_LOCK = 0x5355  # first half of the advisory lock; the second is the wave's key
SIZE_STEP = 1024
MOST_STRATUM = 400  # of bytes, with the brackets around both parts
BYTES_OF_SIGN = 4  # the longest in UTF-8; quotes and line ends take two in JSON
SHUFFLE = random.SystemRandom()


class AlreadyAnsweredError(Exception):
    """This code, or this very form, has been sent before."""


def key_of_code(link: WaveLink, code: str) -> bytes:
    """Return what marks a code as used up."""
    return choose_key(spend_keys(link.wave_id, normalise(code)))


def key_of_form(link: WaveLink, token: str) -> bytes:
    """Return what marks a form as sent: the token was made with the form, so a reload or second tap has the same."""
    return choose_key(spend_keys(link.wave_id, f"form {token}"))


def choose_key(keys: Sequence[bytes]) -> bytes:
    """Return the key under which something was used up before keys were exchanged, else today's."""
    return next((key for key in keys[1:] if is_used(key)), keys[0])


def is_used(key: bytes) -> bool:
    """Tell whether something with this key was taken in before."""
    return SealedAnswer.objects.filter(once_key=key).exists() or SpentKey.objects.filter(pk=key).exists()


def wrap(answers: dict[str, Any], stratum: str = "", *, size: int = 0) -> bytes:
    """Return an answer as it waits: unreadable without the application's key, and filled up to `size` bytes.

    Without that the length would tell answers apart, and so tie each to the moment of its arrival.
    """
    text = json.dumps([answers, stratum], ensure_ascii=False, separators=(",", ":")).encode()
    return encrypt_bytes(text.ljust(size), purpose=SEAL_PURPOSE)


def find_size(questionnaire: Questionnaire) -> int:
    """Return how many bytes the longest answer to a questionnaire can take, in steps of 1 KiB."""
    most = sum(measure(variable) for variable in questionnaire.variables) + MOST_STRATUM
    return -(-most // SIZE_STEP) * SIZE_STEP


def measure(variable: Variable) -> int:
    """Return how many bytes a variable can take in JSON, its name and the words beside "other" included."""
    question, name = variable.question, len(variable.code.encode()) + 10
    if question.kind in WRITTEN:
        return name + BYTES_OF_SIGN * (MAX_LONG if question.kind == Kind.LONG else MAX_SHORT)
    words = name + len(OTHER) + BYTES_OF_SIGN * MAX_SHORT if question.other else 0
    options = [len(code.encode()) + 3 for code in question.option_codes]
    value = sum(options) if question.kind in (Kind.MULTIPLE, Kind.RANKING) else max(options, default=40)
    return name + value + words


def seal(link: WaveLink, answers: dict[str, Any], *, key: bytes, stratum: str = "") -> None:
    """Take in an answer for good; raises AlreadyAnsweredError when something with this key was taken in before."""
    seal_many(link, [answers], keys=[key], strata=[stratum])


@transaction.atomic
def seal_many(
    link: WaveLink, answers: Sequence[dict[str, Any]], *, keys: Sequence[bytes], strata: Sequence[str] = ()
) -> int:
    """Take in many answers (of paper or a workbook), all or none; raises like seal().

    First the rows, then the look at the marks: a mixing in between has then left either a row or its mark. A row that
    is there already is passed over, for of an error PostgreSQL would write key and time into its log.
    """
    if link.wave.mode == Wave.Mode.NAMED:
        raise ValueError("a named wave keeps its answers by keep_named()")
    size = find_size(link.wave.version.questionnaire)
    rows = [
        SealedAnswer(link=link, once_key=key, sealed=wrap(one, stratum, size=size))
        for one, key, stratum in zip(answers, keys, strata or [""] * len(answers), strict=True)
    ]
    SHUFFLE.shuffle(rows)
    SealedAnswer.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    written = SealedAnswer.objects.filter(pk__in=[row.pk for row in rows]).count()
    if written < len(rows) or SpentKey.objects.filter(pk__in=list(keys)).exists():
        raise AlreadyAnsweredError
    return len(rows)


def keep_named(link: WaveLink, answers: dict[str, Any], *, name: str, phone: str, key: bytes) -> None:
    """Take in an answer with name and phone, in a named wave; raises AlreadyAnsweredError like seal()."""
    try:
        with transaction.atomic():
            NamedAnswer.objects.create(
                link=link,
                once_key=key,
                name=encrypt(name, purpose=NAME_PURPOSE),
                phone=encrypt(phone, purpose=PHONE_PURPOSE),
                answers=answers,
                received_on=timezone.localdate(),
            )
    except IntegrityError as error:
        raise AlreadyAnsweredError from error


def mix(wave: Wave) -> int:
    """Move sealed answers into their final place, as many as may be; return how many. It may be killed anywhere."""
    moved = 0
    with hold(wave) as is_ours:
        if not is_ours:
            return 0
        for link in wave.links.all():
            rows = list(SealedAnswer.objects.filter(link=link))
            rows = SHUFFLE.sample(rows, choose_size(len(rows), wave))
            if rows:
                mark_spent(wave, rows)
                place(link, rows)
                moved += len(rows)
        if wave.is_settled:
            shuffle_all(wave)
    return moved


def choose_size(waiting: int, wave: Wave) -> int:
    """Return how many of the answers that wait in a community are mixed now."""
    if wave.is_settled:
        return waiting
    return waiting - wave.k if waiting >= 2 * wave.k else 0


def mark_spent(wave: Wave, rows: Sequence[SealedAnswer]) -> None:
    """Mark the codes and forms of a batch as used up, in an order that says nothing."""
    marks = [SpentKey(key=bytes(row.once_key), wave=wave) for row in SHUFFLE.sample(rows, len(rows))]
    SpentKey.objects.bulk_create(marks, batch_size=1000, ignore_conflicts=True)


@transaction.atomic
def place(link: WaveLink, rows: Sequence[SealedAnswer]) -> None:
    """Write the answers of a batch in random order, and forget their sealed rows."""
    today = timezone.localdate()
    opened = [json.loads(decrypt_bytes(row.sealed, purpose=SEAL_PURPOSE)) for row in SHUFFLE.sample(rows, len(rows))]
    Response.objects.bulk_create(
        [
            Response(wave_id=link.wave_id, community_id=link.community_id, day=today, stratum=stratum, answers=answers)
            for answers, stratum in opened
        ],
        batch_size=1000,
    )
    SealedAnswer.objects.filter(pk__in=[row.pk for row in rows]).delete()


def shuffle_all(wave: Wave) -> None:
    """Write all answers and all marks of a wave anew in random order: no batch can be told from another."""
    columns = "wave_id, community_id, day, stratum, answers"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from surveys_spentkey where wave_id = %s returning key", [wave.pk])
        keys = [SpentKey(key=bytes(key), wave=wave) for (key,) in cursor.fetchall()]
        SHUFFLE.shuffle(keys)
        SpentKey.objects.bulk_create(keys, batch_size=1000)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            with gone as (delete from surveys_response where wave_id = %s returning {columns})
            insert into surveys_response (id, {columns}) select gen_random_uuid(), {columns} from gone order by random()
            """,  # noqa: S608
            [wave.pk],
        )


@contextmanager
def hold(wave: Wave) -> Iterator[bool]:
    """Hold the wave against another mixing; yields whether we are the one. The lock dies with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [MIX_LOCK, wave.pk])
        (is_ours,) = cursor.fetchone()
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [MIX_LOCK, wave.pk])
