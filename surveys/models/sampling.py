"""Who gets a card: how people were drawn from the register, and to whom cards are to be brought. Not who answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import Resident
from surveys.models.asking import Wave


class Sample(models.Model):
    """How the people who get a card were drawn from the register; the seed lets others draw the same.

    It is 0 once the wave is over: by then who was drawn is forgotten.
    """

    class Method(models.TextChoices):
        """How people are drawn."""

        SIMPLE = "simple", _("简单随机")
        STRATIFIED = "stratified", _("按网格和人群分层")

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="sample", verbose_name=_("轮次"))
    method = models.CharField(_("抽样方法"), max_length=12, choices=Method)
    groups = models.JSONField(_("分层人群"), default=list)
    size = models.PositiveIntegerField(_("样本量"))
    seed = models.BigIntegerField(_("随机种子"))
    frame = models.JSONField(_("各层人数与抽取数"), default=list)
    drawn_on = models.DateField(_("抽样日期"))
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("抽样人"))

    class Meta:
        verbose_name = _("抽样")

    def __str__(self) -> str:
        return f"{self.wave} · {self.size}"


class SampledResident(models.Model):
    """Somebody to whom a card is to be brought: for the round of delivery only, and deleted when the wave is over.

    It says nothing about which card, and nothing about answering.
    """

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="residents", verbose_name=_("抽样"))
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+", verbose_name=_("居民"))

    class Meta:
        verbose_name = _("抽中的居民")
        constraints = [models.UniqueConstraint(fields=["sample", "resident"], name="surveys_sampled_once")]

    def __str__(self) -> str:
        return str(self.sample)
