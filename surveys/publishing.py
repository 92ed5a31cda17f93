"""Writes on results: showing those of a wave to residents, with what is to be done about them, and taking them back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from surveys.models import Wave, WaveResults


@transaction.atomic
def publish_results(wave: Wave, *, note: str, by: User) -> Wave:
    """Let everybody read the final results, and what is to be done about them; again to change the words."""
    wave = Wave.objects.select_for_update(of=("self",)).with_survey().get(pk=wave.pk)
    if not WaveResults.objects.filter(wave=wave, is_final=True).exists():
        raise ValidationError(_("最终结果还没有出来，不能公开。调查结束后几分钟再来。"), code="not_final")
    wave.results_public_at = wave.results_public_at or timezone.now()
    wave.results_note = note
    wave.save(update_fields=["results_public_at", "results_note"])
    record("survey_results.publish", by=by, target=wave, area_code=wave.version.survey.area.code)
    return wave


@transaction.atomic
def withdraw_results(wave: Wave, *, by: User) -> Wave:
    """Take the results back from everybody; the words about them are kept for the next time."""
    wave = Wave.objects.select_for_update(of=("self",)).with_survey().get(pk=wave.pk)
    if wave.results_public_at is None:
        return wave
    wave.results_public_at = None
    wave.save(update_fields=["results_public_at"])
    record("survey_results.withdraw", by=by, target=wave, area_code=wave.version.survey.area.code)
    return wave
