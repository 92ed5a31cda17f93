"""What is deleted in time: names beside answers, and who was drawn to get a card."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from surveys.models import NamedAnswer, Sample, SampledResident, Wave

FORGOTTEN = 0  # instead of a seed


def forget_names() -> int:
    """Delete named answers that are older than they are needed for calling back; return how many."""
    last = timezone.localdate() - timedelta(days=settings.SURVEY_NAMED_DAYS)
    deleted, _each = NamedAnswer.objects.filter(received_on__lt=last).delete()
    return deleted


@transaction.atomic
def forget_samples() -> int:
    """Delete who was drawn for waves that are over, and the seeds: they would draw the same people again.

    Returns how many samples were forgotten. Their counts stay.
    """
    over = Wave.objects.closed_on(timezone.localdate()).exclude(sample=None).exclude(sample__seed=FORGOTTEN)
    waves = [wave for wave in over if wave.is_settled]
    SampledResident.objects.filter(sample__wave__in=waves).delete()
    return Sample.objects.filter(wave__in=waves).update(seed=FORGOTTEN)
