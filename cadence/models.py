"""Cadence (E6): rules that say how often something is to be held. Slots and how they stand are derived: slots.py."""

from datetime import date
from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity, ActivityKind, Category, Programme, Theme
from communities.models import Community, Street, VenueHours
from grids.models import Grid
from grids.validators import refuse_forbidden


class CadenceRuleQuerySet(models.QuerySet):
    """Rules of streets and communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the rules that hold in one of the user's communities."""
        mine = user.communities()
        return self.filter(
            Q(community__in=mine) | Q(street__in=Street.objects.filter(communities__in=mine)),
        )

    def running_on(self, day: date) -> Self:
        """Keep the rules in force on the day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def for_slots(self) -> Self:
        """Fetch what the slots of rules are worked out from: `kind_keys` and `theme_keys` are lists of keys."""
        rule = OuterRef("pk")
        kinds = CadenceRule.kinds.through.objects.filter(cadencerule=rule).values("activitykind")
        themes = CadenceRule.themes.through.objects.filter(cadencerule=rule).values("theme")
        return self.select_related("community", "street").annotate(
            kind_keys=ArraySubquery(kinds), theme_keys=ArraySubquery(themes)
        )

    def for_page(self) -> Self:
        """Fetch what is said about rules in words: where they hold, and what they ask for."""
        return self.select_related("community", "street", "programme").prefetch_related("kinds", "themes")


class CadenceRule(models.Model):
    """At least `times` activities of a description in every period, for each community (or grid) of an area.

    The description: a category, kinds, themes, a programme, a least number of people (每月大活动); what is blank asks
    for nothing. A rule of `weekdays` has a slot on each of these days (1 Monday to 7), else one slot a period. What is
    held within `grace_days` after a slot counts as made up, if somebody says so (CadenceNote).
    """

    class Every(models.TextChoices):
        """How long a period is."""

        DAY = "day", _("每逢所选星期")
        WEEK = "week", _("每周")
        MONTH = "month", _("每月")
        QUARTER = "quarter", _("每季度")
        YEAR = "year", _("每年")

    class Per(models.TextChoices):
        """Who each has to."""

        COMMUNITY = "community", _("每个社区")
        GRID = "grid", _("每个网格")

    street = models.ForeignKey(
        Street, models.PROTECT, null=True, blank=True, related_name="cadence_rules", verbose_name=_("街道")
    )
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="cadence_rules", verbose_name=_("社区")
    )
    name = models.CharField(_("名称"), max_length=40, validators=[refuse_forbidden])
    every = models.CharField(_("频次"), max_length=8, choices=Every)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("星期"), default=list, blank=True)
    per = models.CharField(_("范围"), max_length=10, choices=Per, default=Per.COMMUNITY)
    times = models.PositiveSmallIntegerField(_("至少几次"), default=1)
    category = models.CharField(_("类别"), max_length=20, choices=Category, blank=True)
    kinds = models.ManyToManyField(ActivityKind, blank=True, verbose_name=_("类型"))
    themes = models.ManyToManyField(Theme, blank=True, verbose_name=_("主题"))
    programme = models.ForeignKey(Programme, models.SET_NULL, null=True, blank=True, verbose_name=_("工作项目"))
    min_people = models.PositiveIntegerField(_("至少多少人"), default=0)
    grace_days = models.PositiveSmallIntegerField(_("几天内可以补做"), default=14)
    starts_on = models.DateField(_("从哪天起"))
    ends_on = models.DateField(_("到哪天止"), null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("建立人"))

    # keys of what the description names, as CadenceRuleQuerySet.for_slots() fetches them
    kind_keys: list[int]
    theme_keys: list[int]

    objects = CadenceRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("频次规则")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="cadence_rule_one_area",
                condition=Q(street__isnull=False, community=None) | Q(street=None, community__isnull=False),
            ),
            models.CheckConstraint(
                name="cadence_rule_weekdays",
                condition=Q(every="day", weekdays__len__gt=0) | ~Q(every="day"),
                violation_error_message=_("请选择星期几"),
            ),
            models.CheckConstraint(
                name="cadence_rule_order",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("结束日期不能早于开始日期"),
            ),
            models.CheckConstraint(name="cadence_rule_times", condition=Q(times__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def area(self) -> Street | Community:
        """Where it holds."""
        return self.community or self.street  # type: ignore[return-value]

    @property
    def weekday_names(self) -> list[str]:
        """The days of the week, Monday first."""
        return [str(VenueHours.Weekday(day).label) for day in sorted(self.weekdays)]

    def has_ended(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.ends_on is not None and self.ends_on < today

    def holds_in(self, community: Community) -> bool:
        """Tell whether a community has to follow it."""
        return self.community_id == community.pk or self.street_id == community.street_id

    def may_be_changed_by(self, user: User) -> bool:
        """Tell whether the user answers for the whole area in which it holds: a worker not for the street's."""
        return bool(user.area_code) and self.area.code.startswith(user.area_code)


class CadenceNoteQuerySet(models.QuerySet):
    """Notes on slots."""

    def visible_to(self, user: User) -> Self:
        """Keep the notes of the user's communities."""
        return self.filter(community__in=user.communities())


class CadenceNote(models.Model):
    """What somebody said about a slot: it was exempt, for a reason, or an activity made up for it."""

    class Kind(models.TextChoices):
        """What was said."""

        EXEMPT = "exempt", _("免")
        MADE_UP = "made_up", _("补做")

    rule = models.ForeignKey(CadenceRule, models.CASCADE, related_name="notes", verbose_name=_("规则"))
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("社区"))
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格"))
    slot_start = models.DateField(_("所属时段"))
    kind = models.CharField(_("说明"), max_length=8, choices=Kind)
    reason = models.CharField(_("原因"), max_length=60, blank=True, validators=[refuse_forbidden])
    activity = models.ForeignKey(
        Activity, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("补做的活动")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"), default=timezone.now)

    objects = CadenceNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("频次说明")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "community", "grid", "slot_start"], name="cadence_note_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="cadence_note_says_why",
                condition=Q(kind="exempt", activity=None) & ~Q(reason="") | Q(kind="made_up", activity__isnull=False),
                violation_error_message=_("免做要写明原因，补做要选好是哪一场活动"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.slot_start}"
