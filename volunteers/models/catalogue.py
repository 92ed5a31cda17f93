"""The lists that volunteers and services are described with: skills, free times, fields. Administrators edit them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.validators import refuse_forbidden


class Skill(models.Model):
    """Something a volunteer can do, or a language that he or she speaks: an editable list."""

    class Kind(models.TextChoices):
        """What it is."""

        SKILL = "skill", _("技能")
        LANGUAGE = "language", _("语言")

    name = models.CharField(_("名称"), max_length=30, unique=True, validators=[refuse_forbidden])
    kind = models.CharField(_("类别"), max_length=8, choices=Kind, default=Kind.SKILL)
    is_active = models.BooleanField(_("启用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("志愿技能")
        ordering = ["kind", "position", "id"]

    def __str__(self) -> str:
        return self.name


class FreeTime(models.Model):
    """A time of the week in which volunteers may be free: an editable list (工作日上午, 周末 …)."""

    name = models.CharField(_("名称"), max_length=30, unique=True, validators=[refuse_forbidden])
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("星期"))  # ISO 8601: 1 Monday to 7
    starts = models.TimeField(_("从"))
    ends = models.TimeField(_("到"))
    is_active = models.BooleanField(_("启用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("空闲时间")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="volunteers_freetime_order",
                condition=Q(ends__gt=F("starts")),
                violation_error_message=_("结束时间要晚于开始时间"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceField(models.Model):
    """What a service is about: an editable list. S1-52 counts the hours of those that are priority fields."""

    name = models.CharField(_("名称"), max_length=30, unique=True, validators=[refuse_forbidden])
    is_priority = models.BooleanField(_("优先领域"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("服务领域")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
