"""Results as they may be shown, worked out once and kept: surveys/results/ makes and reads them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.models.asking import Wave


class WaveResults(models.Model):
    """What may be shown of a wave: every number in it has passed disclosure control. Made anew after each mixing;
    once final, the wave takes no more answers."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="results", verbose_name=_("轮次"))
    answers = models.PositiveIntegerField(_("答卷数"))
    content = models.JSONField(_("结果"))
    is_final = models.BooleanField(_("最终结果"), default=False)
    computed_at = models.DateTimeField(_("计算时间"), default=timezone.now)

    class Meta:
        verbose_name = _("调查结果")

    def __str__(self) -> str:
        return str(self.wave)
