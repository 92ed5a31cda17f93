"""A survey with its draft, and the versions of it that were published and never change."""

import uuid
from functools import cached_property
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community, Street
from grids.validators import refuse_forbidden
from surveys.questionnaire import Questionnaire


class SurveyQuerySet(models.QuerySet):
    """Surveys of streets and communities."""

    def visible_to(self, user: User) -> Self:
        """Keep those of areas in the user's area, and of the street in which it lies: its communities are asked too."""
        if not user.area_code:
            return self.none()
        own = Q(street__code__startswith=user.area_code) | Q(community__code__startswith=user.area_code)
        above = Q(street__code=user.area_code[:9]) & Q(versions__waves__links__community__code=user.area_code)
        surveys = Survey.objects
        return self.filter(Q(pk__in=surveys.filter(own).values("pk")) | Q(pk__in=surveys.filter(above).values("pk")))

    def owned_by(self, user: User) -> Self:
        """Keep those that the user may design and ask: of the user's very own area."""
        if not user.area_code:
            return self.none()
        return self.filter(Q(street__code=user.area_code) | Q(community__code=user.area_code))

    def for_list(self) -> Self:
        """Fetch what the list of surveys shows, the latest first."""
        waves = models.Count("versions__waves", distinct=True)
        latest = models.Max("versions__waves__opens_on")
        found = self.select_related("street", "community").annotate(wave_count=waves, latest_on=latest)
        return found.order_by("-created_at", "-pk")


class Survey(models.Model):
    """What a street or a community wants to know. `draft` is the JSON of the questionnaire that is being written."""

    street = models.ForeignKey(
        Street, models.PROTECT, null=True, blank=True, related_name="surveys", verbose_name=_("街道")
    )
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="surveys", verbose_name=_("社区")
    )
    title = models.CharField(_("调查名称"), max_length=60, validators=[refuse_forbidden])
    purpose = models.TextField(
        _("写给居民的说明"), max_length=400, blank=True, help_text=_("为什么问、结果用来做什么。写在问卷最前面。")
    )
    draft = models.JSONField(_("草稿"), default=dict)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    changed_at = models.DateTimeField(_("修改时间"), default=timezone.now)
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("调查")
        constraints = [
            models.CheckConstraint(
                name="surveys_survey_one_owner",
                condition=Q(street__isnull=False, community=None) | Q(street=None, community__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def area(self) -> Street | Community:
        """The street or community whose survey it is."""
        return self.street or self.community  # type: ignore[return-value]

    @property
    def questionnaire(self) -> Questionnaire:
        """The draft as a value."""
        return Questionnaire.from_json(self.draft)

    @property
    def latest(self) -> "SurveyVersion | None":
        """The version published last; None before the first."""
        return self.versions.order_by("number").last()

    @property
    def has_changes(self) -> bool:
        """Whether the draft differs from what was published last."""
        latest = self.latest
        return latest is None or latest.questionnaire != self.questionnaire


class SurveyVersion(models.Model):
    """A published questionnaire. PostgreSQL refuses every change: answers keep the questions they were given to."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="versions", verbose_name=_("调查"))
    number = models.PositiveSmallIntegerField(_("版本"))
    definition = models.JSONField(_("问卷"))
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("发布人"))
    published_at = models.DateTimeField(_("发布时间"), default=timezone.now)

    class Meta:
        verbose_name = _("问卷版本")
        ordering = ["survey", "number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="surveys_version_number")]
        triggers = [pgtrigger.Protect(name="published", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return _("%(title)s（第 %(number)s 版）") % {"title": self.survey.title, "number": self.number}

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What was published, as a value."""
        return Questionnaire.from_json(self.definition)
