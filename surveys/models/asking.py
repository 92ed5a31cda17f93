"""Waves: who is asked what, when and how; links, codes and what became of the cards.

No row here says whether somebody answered. Codes are kept as keyed hashes: the portal knows that a code was issued,
never which one went to whom (rule R14).
"""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Self

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community
from grids.validators import refuse_forbidden
from surveys.models.design import SurveyVersion

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that can be mistaken for another sign
LEAST_K = 5  # rule R15: never under five

FROZEN = """
    if (new.mode, new.k, new.release, new.needs_code, new.version_id)
        is distinct from (old.mode, old.k, old.release, old.needs_code, old.version_id)
       and (exists (select from surveys_spentkey s where s.wave_id = old.id)
         or exists (select from surveys_response r where r.wave_id = old.id)
         or exists (select from surveys_namedanswer a join surveys_wavelink l on l.id = a.link_id
                    where l.wave_id = old.id)
         or exists (select from surveys_sealedanswer s join surveys_wavelink l on l.id = s.link_id
                    where l.wave_id = old.id)) then
        raise check_violation using message = 'a wave with answers keeps mode, threshold, release and version';
    end if;
    return new;
"""


def make_public_id() -> str:
    """Return an unguessable id for an address (rule R27): 12 of 31 signs, 59 bits."""
    return get_random_string(12, ALPHABET)


class WaveQuerySet(models.QuerySet):
    """Waves of surveys."""

    def visible_to(self, user: User) -> Self:
        """Keep the waves of surveys in the user's area, and those in which the user's communities are asked."""
        if not user.area_code:
            return self.none()
        owners = Q(version__survey__street__code__startswith=user.area_code)
        owners |= Q(version__survey__community__code__startswith=user.area_code)
        asked = Q(pk__in=WaveLink.objects.filter(community__in=user.communities()).values("wave"))
        return self.filter(owners | asked)

    def owned_by(self, user: User) -> Self:
        """Keep the waves that the user may set up and end: of the user's very own area."""
        if not user.area_code:
            return self.none()
        survey = "version__survey"
        return self.filter(
            Q(**{f"{survey}__street__code": user.area_code}) | Q(**{f"{survey}__community__code": user.area_code})
        )

    def open_on(self, day: date) -> Self:
        """Keep those that take answers on the day."""
        return self.filter(opens_on__lte=day, closes_on__gte=day, closed_at=None)

    def closed_on(self, day: date) -> Self:
        """Keep those that take no more answers on the day."""
        return self.filter(Q(closes_on__lt=day) | Q(closed_at__isnull=False))

    def with_survey(self) -> Self:
        """Fetch version, survey and owner."""
        return self.select_related("version__survey__street", "version__survey__community")


class Wave(models.Model):
    """One round of asking a published questionnaire. Whether it is open derives from its dates.

    `mode` says what is kept beside an answer (rule R12): anonymous: nothing but community and day; confidential: the
    stratum of the code too, which many share; named: name and phone, for questions that are no opinions.
    `k`: least number of answers in anything that is shown. `release`: results after closing, or also in steps of k.
    `grouping`: who is asked, a code of grids.groupings.
    """

    class Mode(models.TextChoices):
        """What is kept beside an answer."""

        ANONYMOUS = "anonymous", _("匿名")
        CONFIDENTIAL = "confidential", _("保密")
        NAMED = "named", _("实名")

    class Release(models.TextChoices):
        """When results can be seen."""

        CLOSING = "closing", _("结束以后")
        STEPS = "steps", _("收集期间，每满一批更新一次")

    class Phase(models.TextChoices):
        """Where a wave stands, derived from its dates."""

        COMING = "coming", _("未开始")
        OPEN = "open", _("进行中")
        CLOSED = "closed", _("已结束")

    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="waves", verbose_name=_("问卷版本"))
    name = models.CharField(_("轮次名称"), max_length=40, validators=[refuse_forbidden])
    mode = models.CharField(_("署名方式"), max_length=12, choices=Mode, default=Mode.ANONYMOUS)
    release = models.CharField(_("何时看结果"), max_length=8, choices=Release, default=Release.CLOSING)
    k = models.PositiveSmallIntegerField(
        _("最少答卷数"), default=settings.SURVEY_K, validators=[MinValueValidator(LEAST_K)]
    )
    needs_code = models.BooleanField(_("凭一次性答题码作答"), default=False)
    grouping = models.CharField(_("调查对象"), max_length=40, default="all")
    opens_on = models.DateField(_("开始日期"))
    closes_on = models.DateField(_("结束日期"))
    closed_at = models.DateTimeField(_("提前结束时间"), null=True, blank=True)
    results_public_at = models.DateTimeField(_("结果公开时间"), null=True, blank=True)
    results_note = models.TextField(
        _("打算怎么做"), max_length=400, blank=True, help_text=_("写给居民：听到了什么，接下来做什么。")
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("调查轮次")
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="surveys_wave_k",
                condition=Q(k__gte=LEAST_K),
                violation_error_message=_("少于 5 份不能公布结果"),
            ),
            models.CheckConstraint(
                name="surveys_wave_days",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message=_("结束日期不能早于开始日期"),
            ),
            models.CheckConstraint(
                name="surveys_wave_strata_need_codes",
                condition=~Q(mode="confidential") | Q(needs_code=True),
                violation_error_message=_("保密调查要凭答题码作答：抽样层写在码里"),
            ),
        ]
        triggers = [pgtrigger.Trigger(name="frozen", operation=pgtrigger.Update, when=pgtrigger.Before, func=FROZEN)]

    def __str__(self) -> str:
        return f"{self.version.survey.title} · {self.name}"

    def get_phase(self, day: date | None = None) -> Phase:
        """Return where the wave stands on the day (today)."""
        day = day or timezone.localdate()
        if self.closed_at or day > self.closes_on:
            return self.Phase.CLOSED
        return self.Phase.OPEN if day >= self.opens_on else self.Phase.COMING

    @property
    def is_open(self) -> bool:
        """Whether it takes answers today."""
        return self.get_phase() == self.Phase.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether it takes no more answers."""
        return self.get_phase() == self.Phase.CLOSED

    @property
    def last_day(self) -> date:
        """The last day on which it takes answers: today or earlier once somebody has ended it."""
        return min(self.closes_on, timezone.localdate(self.closed_at)) if self.closed_at else self.closes_on

    @property
    def is_settled(self) -> bool:
        """Whether it has been closed for so long that no request that still found it open can be under way."""
        midnight = datetime.combine(self.closes_on + timedelta(days=1), time(), timezone.get_current_timezone())
        over_since = min(self.closed_at, midnight) if self.closed_at else midnight
        return timezone.now() >= over_since + timedelta(seconds=settings.SURVEY_SETTLE_SECONDS)

    @property
    def keeps_strata(self) -> bool:
        """Whether answers carry the stratum of their code."""
        return self.mode == self.Mode.CONFIDENTIAL


class WaveLink(models.Model):
    """A wave in one community: the address that its residents open. There is none for anything smaller (rule R14)."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="links", verbose_name=_("轮次"))
    community = models.ForeignKey(Community, models.PROTECT, related_name="survey_links", verbose_name=_("社区"))
    public_id = models.CharField(default=make_public_id, unique=True, max_length=12, editable=False)

    class Meta:
        verbose_name = _("调查链接")
        ordering = ["wave", "community__code"]
        constraints = [models.UniqueConstraint(fields=["wave", "community"], name="surveys_link_community")]

    def __str__(self) -> str:
        return f"{self.wave} · {self.community}"


class AccessCode(models.Model):
    """That a one-time code exists, as a keyed hash. Whether it was used cannot be seen here, nor where it went.

    `stratum` is filled in confidential waves only, and shared by many codes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(WaveLink, models.CASCADE, related_name="codes", verbose_name=_("调查链接"))
    code_hash = models.BinaryField(_("答题码"), max_length=16, unique=True)
    stratum = models.CharField(_("抽样层"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("答题码")

    def __str__(self) -> str:
        return str(self.link)


class CodeIssue(models.Model):
    """How many cards were printed at a time: the base of the response rate."""

    link = models.ForeignKey(WaveLink, models.CASCADE, related_name="issues", verbose_name=_("调查链接"))
    stratum = models.CharField(_("抽样层"), max_length=60, blank=True)
    count = models.PositiveIntegerField(_("张数"))
    issued_at = models.DateTimeField(_("打印时间"), default=timezone.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("打印人"))
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("打印记录")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.link} × {self.count}"


class DeliveryReport(models.Model):
    """What became of the cards of a community, as counts (AAPOR dispositions): nobody is named."""

    link = models.OneToOneField(WaveLink, models.CASCADE, related_name="delivery", verbose_name=_("调查链接"))
    refused = models.PositiveIntegerField(_("谢绝"), default=0)
    not_contacted = models.PositiveIntegerField(_("没遇到人"), default=0)
    other = models.PositiveIntegerField(_("其他原因没答"), default=0)
    unknown = models.PositiveIntegerField(_("不知道是否符合条件"), default=0)
    ineligible = models.PositiveIntegerField(_("不是调查对象（如已搬走）"), default=0)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("填写人"))
    reported_at = models.DateTimeField(_("填写时间"), default=timezone.now)

    class Meta:
        verbose_name = _("发放情况")

    def __str__(self) -> str:
        return str(self.link)
