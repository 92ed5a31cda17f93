"""What is to be done after answers came in: which waves are to be mixed, and whose results are to be worked out."""

from django.utils import timezone

from surveys.models import SealedAnswer, Wave
from surveys.pool import mix


def mix_waiting() -> list[Wave]:
    """Mix the waves in which answers wait or which are over without final results; return those that changed."""
    waiting = Wave.objects.filter(pk__in=SealedAnswer.objects.values("link__wave"))
    over = Wave.objects.closed_on(timezone.localdate())
    pending = (waiting | over).exclude(results__is_final=True).with_survey().order_by("pk").distinct()
    return [wave for wave in pending if mix(wave) or wave.is_settled]
