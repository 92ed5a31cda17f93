"""What is to be done after answers came in: which waves are to be mixed, and whose results are to be worked out."""

from django.db import connection
from django.utils import timezone

from surveys.models import SealedAnswer, Wave
from surveys.pool import hold, mix
from surveys.results.computing import compute, is_due


def mix_waiting() -> list[Wave]:
    """Mix the waves in which answers wait or which are over without final results; return those that changed.

    A process that dies between mixing and counting leaves both to the next ring.
    """
    waiting = Wave.objects.filter(pk__in=SealedAnswer.objects.values("link__wave"))
    over = Wave.objects.closed_on(timezone.localdate())
    pending = (waiting | over).exclude(results__is_final=True).with_survey().order_by("pk").distinct()
    return [wave for wave in pending if mix_and_count(wave)]


def mix_and_count(wave: Wave) -> bool:
    """Mix a wave and work out its results if they are due; tell whether anything changed.

    Whether it is over is asked before mixing: what was mixed and shuffled after that is final for certain.
    """
    with hold(wave) as is_ours:
        if not is_ours:
            return False
        is_over = wave.is_settled
        moved = mix(wave)
        if is_due(wave, is_over=is_over):
            compute(wave, is_over=is_over)
        if is_over:
            sweep()
        return bool(moved or is_over)


def sweep() -> None:
    """Let go of the rows that shuffling left behind on disk: their order is that of the mixings.

    PostgreSQL does so by itself sooner or later; VACUUM refuses to run inside a transaction.
    """
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("vacuum surveys_sealedanswer, surveys_response, surveys_spentkey")
