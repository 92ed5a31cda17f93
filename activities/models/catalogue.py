"""The catalogues that activities are described with: kinds, themes, programmes. Administrators edit all three."""

from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.validators import refuse_forbidden


class Category(models.TextChoices):
    """Families of kinds; a category decides which page and which rule a kind has."""

    EVENT = "event", _("综合活动")
    CULTURE = "culture", _("文化娱乐")
    PRACTICE = "practice", _("社会实践")
    LECTURE = "lecture", _("专题讲座")
    SPORTS = "sports", _("体育健身")
    VISIT = "visit", _("走访")
    VOLUNTEER = "volunteer", _("志愿服务")
    PARTY_LIFE = "party_life", _("组织生活")
    COUNSELLING = "counselling", _("咨询疏导")
    ONLINE = "online", _("线上活动")
    OTHER = "other", _("其他")


class ActivityKindQuerySet(models.QuerySet):
    """Kinds of activities."""

    def active(self) -> Self:
        """Keep those that new activities may have."""
        return self.filter(is_active=True)

    def gatherings(self) -> Self:
        """Leave out home visits, which have a form of their own."""
        return self.exclude(category=Category.VISIT)

    def recent_first_for(self, user: User) -> Self:
        """Put the kinds that the user logged lately in front, then the catalogue's order."""
        logged = self.model._meta.get_field("activities").related_model.objects.filter(recorded_by=user)  # type: ignore[union-attr]
        latest = logged.filter(kind=OuterRef("pk")).order_by("-id").values("id")[:1]  # one look at an index a kind
        return self.annotate(last_used=Subquery(latest)).order_by(
            F("last_used").desc(nulls_last=True), "position", "id"
        )


class ActivityKind(models.Model):
    """A kind of activity. A confidential kind (counselling) takes head-counts only: no names are stored.

    `usual_minutes` is how long one lasts unless said otherwise; kinds that `counts_hours` are checked in and out.
    """

    name = models.CharField(_("名称"), max_length=30, unique=True, validators=[refuse_forbidden])
    category = models.CharField(_("类别"), max_length=20, choices=Category)
    is_confidential = models.BooleanField(_("只记人数"), default=False)
    counts_hours = models.BooleanField(_("记录时长"), default=False)
    usual_minutes = models.PositiveSmallIntegerField(_("通常时长（分钟）"), default=90)
    is_active = models.BooleanField(_("启用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    objects = ActivityKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动类型")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """What an activity is about (核心价值观, 我们的节日 …)."""

    name = models.CharField(_("名称"), max_length=30, unique=True, validators=[refuse_forbidden])
    is_active = models.BooleanField(_("启用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("主题")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Programme(models.Model):
    """A tag that ties activities to a programme of work (五进社区, 社区党日 …)."""

    name = models.CharField(_("名称"), max_length=30, unique=True, validators=[refuse_forbidden])
    is_active = models.BooleanField(_("启用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("工作项目")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
