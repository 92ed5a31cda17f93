"""Templates of activities, and the series that some of them repeat in (每周三, 逢六, festivals)."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models.catalogue import ActivityKind, Programme, Theme
from communities.models import Community, Venue
from grids.models import Grid, PopulationGroup
from grids.validators import refuse_forbidden


class ActivityTemplateQuerySet(models.QuerySet):
    """Templates of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the templates of the user's communities."""
        return self.filter(community__in=user.communities())

    def active(self) -> Self:
        """Keep those in use."""
        return self.filter(is_active=True)

    def repeating(self) -> Self:
        """Keep those that are a series."""
        return self.active().exclude(recurrence=ActivityTemplate.Recurrence.NONE)

    def for_list(self) -> Self:
        """Fetch what the list of templates shows."""
        return self.select_related("kind", "venue", "community").order_by("name", "id")


class ActivityTemplate(models.Model):
    """What activities of one make have in common. With a recurrence it is a series, whose days series.py works out.

    `weekdays` are 1 (Monday) to 7; `month_days` 1 to 31 (逢六: 6, 16, 26); `festival` is a code of festivals.py, and
    the activity is `days_before` days ahead of it.
    """

    class Recurrence(models.TextChoices):
        """When it comes again."""

        NONE = "none", _("不重复")
        WEEKLY = "weekly", _("每周")
        MONTH_DAYS = "month_days", _("每月固定日子")
        FESTIVAL = "festival", _("节日")

    community = models.ForeignKey(Community, models.PROTECT, related_name="templates", verbose_name=_("社区"))
    name = models.CharField(_("模板名称"), max_length=40, validators=[refuse_forbidden])
    title = models.CharField(_("活动名称"), max_length=80)
    description = models.TextField(_("介绍"), max_length=600, blank=True)
    kind = models.ForeignKey(ActivityKind, models.PROTECT, verbose_name=_("类型"))
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, verbose_name=_("主题"))
    programmes = models.ManyToManyField(Programme, blank=True, verbose_name=_("工作项目"))
    mode = models.CharField(_("方式"), max_length=12, default="in_person")
    origin = models.CharField(_("来源"), max_length=12, default="own")
    assigned_by = models.CharField(_("布置单位"), max_length=40, blank=True)
    venue = models.ForeignKey(Venue, models.SET_NULL, null=True, blank=True, verbose_name=_("场地"))
    place = models.CharField(_("地点"), max_length=60, blank=True)
    capacity = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    is_public = models.BooleanField(_("向居民公布"), default=False)
    sign_up_days = models.PositiveSmallIntegerField(_("提前几天开始报名"), null=True, blank=True)
    target_groups = models.ManyToManyField(PopulationGroup, blank=True, verbose_name=_("面向人群"))
    target_grids = models.ManyToManyField(Grid, blank=True, verbose_name=_("面向网格"))
    responsible = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("负责人")
    )
    starts_at = models.TimeField(_("开始时间"))
    minutes = models.PositiveSmallIntegerField(_("时长（分钟）"), default=90)
    recurrence = models.CharField(_("重复"), max_length=12, choices=Recurrence, default=Recurrence.NONE)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("星期"), default=list, blank=True)
    month_days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("日子"), default=list, blank=True)
    festival = models.CharField(_("节日"), max_length=20, blank=True)
    days_before = models.PositiveSmallIntegerField(_("提前几天"), default=0)
    since = models.DateField(_("从哪天起"), null=True, blank=True)
    until = models.DateField(_("到哪天止"), null=True, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("建立人"))

    objects = ActivityTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动模板")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="activities_template_series_says_when",
                condition=Q(recurrence="none")
                | Q(recurrence="weekly", weekdays__len__gt=0)
                | Q(recurrence="month_days", month_days__len__gt=0)
                | Q(recurrence="festival") & ~Q(festival=""),
                violation_error_message=_("请选好在哪些日子重复"),
            ),
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(is_active=True),
                name="activities_template_name",
                violation_error_message=_("本社区已有同名的模板"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_series(self) -> bool:
        """Whether activities are planned of it day after day."""
        return self.is_active and self.recurrence != self.Recurrence.NONE
