"""Home visits: plans that say who is due, visits with their outcome, needs that residents raised.

A visit in which somebody was met is also an activity of category *visit*, whose participants are those who were met:
reach reads one table. Nobody's opinion is recorded, nor anybody's circumstances: what was brought or told comes from a
list, and a need is the resident's own wish.
"""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity, ActivityKind
from communities.models import Community
from grids.models import Grid, Household, PopulationGroup
from grids.validators import refuse_forbidden


class VisitItem(models.Model):
    """Something that is brought or told at a visit: an editable list."""

    class Category(models.TextChoices):
        """Brought or told."""

        BROUGHT = "brought", _("送去")
        TOLD = "told", _("告知")

    name = models.CharField(_("名称"), max_length=30, unique=True, validators=[refuse_forbidden])
    category = models.CharField(_("类别"), max_length=8, choices=Category)
    is_active = models.BooleanField(_("启用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("走访事项")
        ordering = ["category", "position", "id"]

    def __str__(self) -> str:
        return self.name


class NeedKind(models.Model):
    """A kind of need that residents raise: an editable list."""

    name = models.CharField(_("名称"), max_length=30, unique=True, validators=[refuse_forbidden])
    is_active = models.BooleanField(_("启用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("需求类型")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class VisitPlanQuerySet(models.QuerySet):
    """Visit plans of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the plans of the user's communities."""
        return self.filter(community__in=user.communities())

    def running_on(self, day: date) -> Self:
        """Keep the plans that ask for visits on the day."""
        return self.current(day).filter(starts_on__lte=day)

    def current(self, day: date) -> Self:
        """Keep the plans that run on the day, or are to begin."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), closed_at=None)

    def over(self, day: date) -> Self:
        """Keep the plans that were closed, or whose last day has passed."""
        return self.filter(Q(closed_at__isnull=False) | Q(ends_on__lt=day))

    def for_list(self) -> Self:
        """Fetch what the list of plans shows."""
        return self.select_related("kind").prefetch_related("groups", "grids")


class VisitPlan(models.Model):
    """Who is to be visited, and how often. Which doors are due today is derived: visits/due.py.

    A plan means the doors of `households` if there are any; else those behind which a member of one of `groups` lives
    (of any group, when there are none), in `grids` (the whole community, when there are none). With an `interval_days`
    a door is due again that many days after its last visit; without, once between the two dates.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="visit_plans", verbose_name=_("社区"))
    name = models.CharField(_("名称"), max_length=40, validators=[refuse_forbidden])
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="+", verbose_name=_("走访类型"))
    groups = models.ManyToManyField(PopulationGroup, blank=True, verbose_name=_("人群"))
    grids = models.ManyToManyField(Grid, blank=True, verbose_name=_("网格"))
    households = models.ManyToManyField(Household, blank=True, related_name="visit_plans", verbose_name=_("住户"))
    interval_days = models.PositiveSmallIntegerField(_("每几天走访一次"), null=True, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = VisitPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("走访计划")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="visits_plan_order",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("结束日期不能早于开始日期"),
            ),
            models.CheckConstraint(
                name="visits_plan_interval", condition=Q(interval_days=None) | Q(interval_days__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VisitQuerySet(models.QuerySet):
    """Visits of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the visits of the user's communities, or only of the own grids of who is bound to them."""
        found = self.filter(community__in=user.communities())
        grids = Grid.objects.visible_to(user).values("pk")
        return found.filter(household__building__grid__in=grids) if user.is_bound_to_grids else found

    def standing(self) -> Self:
        """Leave out what was entered in error: the visit, or the activity that it is, was withdrawn."""
        return self.filter(withdrawn_at=None).exclude(activity__status=Activity.Status.CANCELLED)

    def completed(self) -> Self:
        """Keep those that were really made: somebody was met."""
        return self.standing().filter(outcome__in=Visit.MET)

    def to_follow_up(self) -> Self:
        """Keep those that promised to come again, whatever the day, and were not followed up since."""
        later = Visit.objects.completed().filter(household=OuterRef("household"), visited_at__gt=OuterRef("visited_at"))
        return self.standing().filter(~Exists(later), follow_up_on__isnull=False, followed_up_at=None)

    def for_history(self) -> Self:
        """Fetch what the history of a door shows, newest first."""
        return (
            self.select_related("kind", "visitor", "activity")
            .prefetch_related("items", "needs__kind", "plans")
            .order_by("-visited_at", "-id")
        )


class Visit(models.Model):
    """A worker stood at a door. `activity` is there exactly when somebody was met; other outcomes do not count.

    One visit may do for several plans. One entered in error stays, withdrawn with a reason, and its activity is
    cancelled. A follow-up is done by the next completed visit, or `followed_up_at` another way (by phone).
    """

    class Outcome(models.TextChoices):
        """How it ended."""

        DONE = "done", _("已走访")
        FOLLOW_UP = "follow_up", _("需跟进")
        NOT_HOME = "not_home", _("未遇")
        DECLINED = "declined", _("谢绝")

    class WithdrawReason(models.TextChoices):
        """Why an entry was wrong: a list, for free text would soon be about people."""

        WRONG_DOOR = "wrong_door", _("记错门牌")
        TWICE = "twice", _("重复登记")
        WRONG_ENTRY = "wrong_entry", _("结果、日期或对象选错")
        NOT_MADE = "not_made", _("实际没有走访")

    MET = (Outcome.DONE, Outcome.FOLLOW_UP)

    community = models.ForeignKey(Community, models.PROTECT, related_name="visits", verbose_name=_("社区"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits", verbose_name=_("住户"))
    plans = models.ManyToManyField(VisitPlan, blank=True, related_name="visits", verbose_name=_("计划"))
    activity = models.OneToOneField(
        Activity, models.PROTECT, null=True, blank=True, related_name="visit", verbose_name=_("活动")
    )
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="+", verbose_name=_("走访类型"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome)
    items = models.ManyToManyField(VisitItem, blank=True, verbose_name=_("送去和告知"))
    visited_at = models.DateTimeField(_("走访时间"))
    follow_up_on = models.DateField(_("下次联系"), null=True, blank=True)
    followed_up_at = models.DateTimeField(_("跟进时间"), null=True, blank=True)
    visitor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("走访人"))
    recorded_at = models.DateTimeField(_("记录时间"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("撤销人")
    )
    withdraw_reason = models.CharField(_("撤销原因"), max_length=12, choices=WithdrawReason, blank=True)
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("走访")
        indexes = [
            models.Index(fields=["household", "-visited_at"], name="visits_of_household"),
            models.Index(fields=["community", "-visited_at", "-id"], name="visits_of_community"),
        ]
        constraints = [
            models.CheckConstraint(
                name="visits_visit_counts_when_met",
                condition=Q(outcome__in=["done", "follow_up"], activity__isnull=False)
                | Q(outcome__in=["not_home", "declined"], activity=None),
            ),
            models.CheckConstraint(
                name="visits_visit_withdrawn_with_reason",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdraw_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdraw_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.get_outcome_display()}"

    @property
    def is_standing(self) -> bool:
        """Whether it was not withdrawn, neither itself nor the activity that it is."""
        return self.withdrawn_at is None and (self.activity is None or self.activity.is_held)


class NeedQuerySet(models.QuerySet):
    """Needs of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the needs behind the doors of the user's communities: they follow a home when areas change."""
        return self.filter(visit__household__building__grid__in=Grid.objects.visible_to(user).values("pk"))

    def open(self) -> Self:
        """Keep those still to be answered; a withdrawn visit raised none."""
        return self.filter(closed_at=None, visit__in=Visit.objects.standing())

    def for_list(self) -> Self:
        """Fetch what the list of needs shows."""
        return self.select_related("kind", "closed_by", "visit__household__building__grid")


class Need(models.Model):
    """What a resident wished for at a visit: a kind, and one line in the resident's own words."""

    class Result(models.TextChoices):
        """What came of it."""

        DONE = "done", _("已办好")
        REFERRED = "referred", _("已转有关单位")
        NOT_POSSIBLE = "not_possible", _("办不到，已说明")
        WITHDRAWN = "withdrawn", _("居民不再需要")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="needs", verbose_name=_("走访"))
    kind = models.ForeignKey(NeedKind, models.PROTECT, related_name="+", verbose_name=_("需求类型"))
    wish = models.CharField(_("愿望"), max_length=60, blank=True, validators=[refuse_forbidden])
    due_on = models.DateField(_("答复期限"))
    result = models.CharField(_("结果"), max_length=12, choices=Result, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办结人")
    )

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("居民需求")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="visits_need_closed_with_result",
                condition=Q(closed_at=None, closed_by=None, result="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(result=""),
            )
        ]

    def __str__(self) -> str:
        return str(self.kind)
