"""Answers. What happens to one from the tap on "send" to the results: surveys/pool.py.

An anonymous answer cannot hold an identity: no column of these tables leads to a person, a code, an address, an
account or a time (rules R12, R13). Primary keys are random, so that they hold no order either.
"""

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from surveys.models.asking import Wave, WaveLink

# Statement level: a shuffled batch is checked once.
SCHEMA_OF_MODE = """
    if exists (select from new_rows n join surveys_wave w on w.id = n.wave_id
               where w.mode = 'named' or (n.stratum <> '' and w.mode <> 'confidential')) then
        raise check_violation using message = 'the mode of the wave does not allow this answer';
    end if;
    return null;
"""
NAMED_ONLY = """
    if (select w.mode from surveys_wavelink l join surveys_wave w on w.id = l.wave_id where l.id = new.link_id)
       <> 'named' then
        raise check_violation using message = 'only a named wave keeps names';
    end if;
    return new;
"""


class SealedAnswer(models.Model):
    """An answer that waits for others to be mixed with; encrypted, and gone once it was.

    `once_key` is a keyed hash of the code or of the form's token: it stops the second sending of the same. It is not
    the hash by which a code is known, so that neither table leads to the other without the key of the application.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(WaveLink, models.PROTECT, related_name="sealed", verbose_name=_("调查链接"))
    once_key = models.BinaryField(max_length=16, unique=True)
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("待混合的答卷")

    def __str__(self) -> str:
        return str(self.link)


class SpentKey(models.Model):
    """That a code or form was used up: written for a whole batch at once, in its own transaction, in random order."""

    key = models.BinaryField(primary_key=True, max_length=16)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+", verbose_name=_("轮次"))

    class Meta:
        verbose_name = _("已用的答题码")

    def __str__(self) -> str:
        return str(self.wave)


class Response(models.Model):
    """An answer in its final place. `day` is the day of mixing; `answers` see surveys/questionnaire.py."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="responses", verbose_name=_("轮次"))
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("社区"))
    day = models.DateField(_("日期"))
    stratum = models.CharField(_("抽样层"), max_length=60, blank=True)
    answers = models.JSONField(_("回答"))

    class Meta:
        verbose_name = _("答卷")
        triggers = [
            pgtrigger.Trigger(
                name="schema_of_mode",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=operation,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func=SCHEMA_OF_MODE,
            )
            for operation in (pgtrigger.Insert,)
        ]

    def __str__(self) -> str:
        return str(self.wave)


class NamedAnswer(models.Model):
    """An answer whose giver wants to be called back: facts and needs only, never opinions; deleted after a time."""

    link = models.ForeignKey(WaveLink, models.PROTECT, related_name="named", verbose_name=_("调查链接"))
    once_key = models.BinaryField(max_length=16, unique=True)
    name = models.BinaryField(_("称呼"))
    phone = models.BinaryField(_("电话"))
    answers = models.JSONField(_("回答"))
    received_on = models.DateField(_("日期"))

    class Meta:
        verbose_name = _("实名答卷")
        ordering = ["received_on", "id"]
        triggers = [
            pgtrigger.Trigger(name="named_only", when=pgtrigger.Before, operation=pgtrigger.Insert, func=NAMED_ONLY)
        ]

    def __str__(self) -> str:
        return str(self.link)
