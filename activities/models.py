"""What happened: activity kinds and themes, activities, and who took part. Figures made of them: indicators/."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Count, F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community
from grids.models import Grid, PopulationGroup, Resident


class Category(models.TextChoices):
    """Families of kinds; a category decides which page and which rule a kind has."""

    CULTURE = "culture", _("文化娱乐")
    PRACTICE = "practice", _("社会实践")
    LECTURE = "lecture", _("专题讲座")
    SPORTS = "sports", _("体育健身")
    VISIT = "visit", _("走访")
    VOLUNTEER = "volunteer", _("志愿服务")
    PARTY_LIFE = "party_life", _("组织生活")
    COUNSELLING = "counselling", _("咨询疏导")
    OTHER = "other", _("其他")


class ActivityKindQuerySet(models.QuerySet):
    """Kinds of activities."""

    def recent_first_for(self, user: User) -> Self:
        """Put the kinds that the user logged lately in front, then the catalogue's order."""
        return self.annotate(last_used=models.Max("activities__id", filter=Q(activities__recorded_by=user))).order_by(
            F("last_used").desc(nulls_last=True), "position", "id"
        )


class ActivityKind(models.Model):
    """A kind of activity. A confidential kind (counselling) takes head-counts only: no names are stored."""

    name = models.CharField(_("名称"), max_length=30, unique=True)
    category = models.CharField(_("类别"), max_length=20, choices=Category)
    is_confidential = models.BooleanField(_("只记人数"), default=False)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    objects = ActivityKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动类型")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """What an activity is about (核心价值观, 我们的节日 …)."""

    name = models.CharField(_("名称"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("主题")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ActivityQuerySet(models.QuerySet):
    """Activities of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the activities of the user's communities."""
        return self.filter(community__in=user.communities())

    def held(self) -> Self:
        """Keep what really took place."""
        return self.filter(status=Activity.Status.HELD)

    def with_people(self) -> Self:
        """Annotate `people`: the number of named participants."""
        return self.annotate(people=Count("participations"))

    def for_list(self) -> Self:
        """Fetch what the activity list shows, newest first."""
        return self.with_people().select_related("kind", "theme", "community").order_by("-starts_at", "-id")


class Activity(models.Model):
    """An activity of a community. 人次 = named participants + `unnamed_count`; reach counts the named only."""

    class Status(models.TextChoices):
        """Facts that no date can tell. Planned activities come with sign-up."""

        HELD = "held", _("已举办")
        CANCELLED = "cancelled", _("已撤销")

    class Mode(models.TextChoices):
        """Where people met."""

        IN_PERSON = "in_person", _("线下")
        ONLINE = "online", _("线上")
        HYBRID = "hybrid", _("线上线下结合")

    class Origin(models.TextChoices):
        """Whose idea it was (S0-39: 规定行动多，自选动作少)."""

        OWN = "own", _("社区自选")
        RESIDENTS = "residents", _("居民提出")
        ASSIGNED = "assigned", _("上级布置")

    community = models.ForeignKey(Community, models.PROTECT, related_name="activities", verbose_name=_("社区"))
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="activities", verbose_name=_("类型"))
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, verbose_name=_("主题"))
    title = models.CharField(_("名称"), max_length=80)
    starts_at = models.DateTimeField(_("时间"))
    held_on = models.GeneratedField(
        # A generated column cannot follow a setting: the zone is that of TIME_ZONE, and of all of China.
        expression=Func(
            F("starts_at"),
            template="((%(expressions)s at time zone 'Asia/Shanghai')::date)",
            output_field=models.DateField(),
        ),
        output_field=models.DateField(),
        db_persist=True,
        verbose_name=_("日期"),
    )
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.HELD)
    mode = models.CharField(_("方式"), max_length=12, choices=Mode, default=Mode.IN_PERSON)
    origin = models.CharField(_("来源"), max_length=12, choices=Origin, default=Origin.OWN)
    unnamed_count = models.PositiveIntegerField(_("未登记姓名的人数"), default=0)
    target_groups = models.ManyToManyField(PopulationGroup, blank=True, verbose_name=_("面向人群"))
    target_grids = models.ManyToManyField(Grid, blank=True, verbose_name=_("面向网格"))
    cancel_reason = models.CharField(_("撤销原因"), max_length=100, blank=True)
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("记录人"))
    recorded_at = models.DateTimeField(_("记录时间"), default=timezone.now)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动")
        indexes = [models.Index(fields=["community", "-starts_at"], name="activities_of_community")]
        constraints = [
            models.CheckConstraint(
                name="activities_activity_cancelled_with_reason",
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""),
                violation_error_message=_("撤销活动要写明原因"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_held(self) -> bool:
        """Whether it counts."""
        return self.status == self.Status.HELD


class Participation(models.Model):
    """A resident took part in an activity: the one fact that every reach figure is made of."""

    class Method(models.TextChoices):
        """How it was recorded."""

        TICKED = "ticked", _("勾选")

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participations", verbose_name=_("活动"))
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="participations", verbose_name=_("居民"))
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="participations", verbose_name=_("当时网格"))
    method = models.CharField(_("登记方式"), max_length=12, choices=Method, default=Method.TICKED)
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)

    class Meta:
        verbose_name = _("参与")
        constraints = [models.UniqueConstraint(fields=["activity", "resident"], name="activities_participation_once")]

    def __str__(self) -> str:
        return f"{self.activity_id}:{self.resident_id}"
