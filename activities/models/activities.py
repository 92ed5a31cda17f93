"""Activities: what is planned, published, held, reported and verified. Who took part: participation.py."""

import secrets
import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models.catalogue import ActivityKind, Category, Programme, Theme
from activities.models.templates import ActivityTemplate
from communities.models import Community, Venue
from grids.models import Grid, PopulationGroup

TWIN_MINUTES = 60  # activities of one kind that begin closer together are probably one activity entered twice


def make_public_id() -> str:
    """Return an unguessable id for public addresses (rule R27)."""
    return secrets.token_urlsafe(9)


def count_rows(relation: str) -> Coalesce:
    """Return the number of an activity's rows as a subquery: it runs for the rows of a page only, a join for all."""
    own = Activity.objects.filter(pk=OuterRef("pk")).order_by()
    return Coalesce(Subquery(own.values(n=Count(relation))), 0)


class TimeRange(Func):
    """[starts_at, ends_at) as a range of PostgreSQL."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class ActivityQuerySet(models.QuerySet):
    """Activities of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the activities of the user's communities."""
        return self.filter(community__in=user.communities())

    def managed_by(self, user: User) -> Self:
        """Keep those that the user may work on here: one with a closed roster has pages of its own."""
        return self.visible_to(user).filter(has_closed_roster=False)

    def held(self) -> Self:
        """Keep what really took place."""
        return self.filter(status=Activity.Status.HELD)

    def planned(self) -> Self:
        """Keep what is to take place, published or not."""
        return self.filter(status__in=Activity.PLANNED_STATUSES)

    def upcoming(self) -> Self:
        """Keep what is to take place and not over yet."""
        return self.planned().filter(ends_at__gt=timezone.now())

    def unreported(self) -> Self:
        """Keep what is over, and of which nobody has said yet who came."""
        return self.exclude(status=Activity.Status.CANCELLED).filter(ends_at__lte=timezone.now(), reported_at=None)

    def gatherings(self) -> Self:
        """Leave out home visits, which have pages of their own."""
        return self.exclude(kind__category=Category.VISIT)

    def reportable(self) -> Self:
        """Keep what can be reported, or its report changed; visits and closed rosters have pages of their own."""
        elsewhere = Q(kind__category=Category.VISIT) | Q(has_closed_roster=True)
        return self.exclude(elsewhere | Q(status=Activity.Status.CANCELLED))

    def unverified(self) -> Self:
        """Keep what was reported, and waits for the street."""
        return self.held().filter(reported_at__isnull=False, verified_at=None, returned_at=None)

    def returned(self) -> Self:
        """Keep what the street sent back."""
        return self.held().filter(returned_at__isnull=False)

    def between(self, first: date, last: date) -> Self:
        """Keep those of the days from first to last, both included."""
        return self.filter(held_on__range=(first, last))

    def public(self) -> Self:
        """Keep what everybody may read about."""
        return self.filter(is_public=True).exclude(status=Activity.Status.PLANNED)

    def twins_of(self, activity: "Activity") -> Self:
        """Keep those that look like the same activity entered again: of one community and kind, at nearly one time."""
        near = timedelta(minutes=TWIN_MINUTES)
        return self.filter(
            community=activity.community,
            kind=activity.kind,
            starts_at__range=(activity.starts_at - near, activity.starts_at + near),
        ).exclude(Q(status=Activity.Status.CANCELLED) | Q(pk=activity.pk))

    def with_people(self) -> Self:
        """Annotate `people` and `guests`: how many named participants live here, and how many do not."""
        return self.annotate(people=count_rows("participations"), guests=count_rows("outsiders"))

    def for_list(self) -> Self:
        """Fetch what the activity list shows, newest first."""
        return self.with_people().select_related("kind", "theme", "community", "venue").order_by("-starts_at", "-id")

    def for_detail(self) -> Self:
        """Fetch what the page of one activity shows."""
        staff = ("responsible", "recorded_by", "reported_by", "verified_by")
        related = self.with_people().select_related("kind", "theme", "community", "venue", *staff)
        return related.prefetch_related("programmes", "target_groups", "target_grids")


class Activity(models.Model):
    """An activity of a community. 人次 = named participants + outsiders + `unnamed_count`; reach counts the named only.

    `status` holds the facts that no date can tell; what dates decide is derived (`phase`). A quick log begins as HELD
    and reported; a planned activity becomes HELD by its first check-in or its report, whichever is earlier.
    `version` grows with every change, so that of two people who edit at once the second sees both versions.
    """

    class Status(models.TextChoices):
        """Facts that no date can tell."""

        PLANNED = "planned", _("计划")
        PUBLISHED = "published", _("已发布")
        HELD = "held", _("已举办")
        CANCELLED = "cancelled", _("已撤销")

    PLANNED_STATUSES = (Status.PLANNED, Status.PUBLISHED)

    class Phase(models.TextChoices):
        """Where an activity stands today (E1)."""

        PLANNED = "planned", _("计划中")
        PUBLISHED = "published", _("已发布")
        SIGN_UP_OPEN = "sign_up_open", _("报名中")
        SIGN_UP_CLOSED = "sign_up_closed", _("报名已截止")
        RUNNING = "running", _("进行中")
        UNREPORTED = "unreported", _("待填报")
        REPORTED = "reported", _("待核验")
        RETURNED = "returned", _("退回修改")
        VERIFIED = "verified", _("已核验")
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
    programmes = models.ManyToManyField(Programme, blank=True, verbose_name=_("工作项目"))
    template = models.ForeignKey(
        ActivityTemplate, models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name=_("模板")
    )
    slot_date = models.DateField(null=True, blank=True, editable=False)  # the day of its series that it stands for
    title = models.CharField(_("名称"), max_length=80)
    description = models.TextField(_("介绍"), max_length=600, blank=True)
    starts_at = models.DateTimeField(_("时间"))
    ends_at = models.DateTimeField(_("结束时间"))
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
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("场地")
    )
    place = models.CharField(_("地点"), max_length=60, blank=True)
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.HELD)
    mode = models.CharField(_("方式"), max_length=12, choices=Mode, default=Mode.IN_PERSON)
    origin = models.CharField(_("来源"), max_length=12, choices=Origin, default=Origin.OWN)
    assigned_by = models.CharField(_("布置单位"), max_length=40, blank=True)
    responsible = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="led_activities", verbose_name=_("负责人")
    )
    unnamed_count = models.PositiveIntegerField(_("未登记姓名的人数"), default=0)
    target_groups = models.ManyToManyField(PopulationGroup, blank=True, verbose_name=_("面向人群"))
    target_grids = models.ManyToManyField(Grid, blank=True, verbose_name=_("面向网格"))
    # Who came is read by whoever keeps the roster (a party branch's secretary); here it is a number.
    has_closed_roster = models.BooleanField(_("名单不公开"), default=False, db_default=False, editable=False)
    is_public = models.BooleanField(_("向居民公布"), default=False)
    public_id = models.CharField(max_length=16, unique=True, default=make_public_id, editable=False)
    capacity = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    sign_up_opens_at = models.DateTimeField(_("报名开始"), null=True, blank=True)
    sign_up_closes_at = models.DateTimeField(_("报名截止"), null=True, blank=True)
    cancel_reason = models.CharField(_("撤销原因"), max_length=100, blank=True)
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("记录人"))
    recorded_at = models.DateTimeField(_("记录时间"), default=timezone.now)
    reported_at = models.DateTimeField(_("填报时间"), null=True, blank=True, editable=False)
    reported_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("填报人")
    )
    verified_at = models.DateTimeField(_("核验时间"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("核验人")
    )
    returned_at = models.DateTimeField(_("退回时间"), null=True, blank=True, editable=False)
    return_reason = models.CharField(_("退回原因"), max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动")
        indexes = [
            models.Index(fields=["community", "-starts_at", "-id"], name="activities_of_community"),
            models.Index(fields=["-starts_at", "-id"], name="activities_of_many"),  # lists of a whole street
            models.Index(fields=["community", "held_on"], name="activities_on_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="activities_activity_cancelled_with_reason",
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""),
                violation_error_message=_("撤销活动要写明原因"),
            ),
            models.CheckConstraint(
                name="activities_activity_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("结束时间要晚于开始时间"),
            ),
            models.CheckConstraint(
                name="activities_activity_sign_up_order",
                condition=Q(sign_up_opens_at=None, sign_up_closes_at=None)
                | Q(sign_up_opens_at__isnull=False, sign_up_closes_at__gt=F("sign_up_opens_at")),
                violation_error_message=_("报名要同时写明开始和截止时间，截止要晚于开始"),
            ),
            models.CheckConstraint(
                name="activities_activity_reported_when_held",
                condition=Q(reported_at=None, reported_by=None)
                | Q(reported_at__isnull=False, reported_by__isnull=False, status__in=["held", "cancelled"]),
            ),
            models.CheckConstraint(
                name="activities_activity_verified_or_returned",
                condition=Q(verified_at=None, verified_by=None, returned_at=None, return_reason="")
                | Q(reported_at__isnull=False, verified_at__isnull=False, verified_by__isnull=False, returned_at=None)
                | Q(reported_at__isnull=False, verified_at=None, verified_by=None, returned_at__isnull=False)
                & ~Q(return_reason=""),
            ),
            models.UniqueConstraint(
                name="activities_activity_once_a_slot",
                fields=["template", "slot_date"],
                condition=Q(slot_date__isnull=False),
            ),
            # A venue is a range of one number, for the server has no index of equal numbers beside overlapping times.
            ExclusionConstraint(
                name="activities_activity_one_at_a_venue",
                expressions=[
                    (Func(F("venue"), F("venue"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (TimeRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(venue__isnull=False, status__in=["planned", "published"]),
                violation_error_message=_("这个场地在这段时间已经有别的活动"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Leave who has a venue when to activities/venues.py, which names the other activity."""
        super().validate_constraints({*(exclude or ()), "venue"})

    @property
    def is_held(self) -> bool:
        """Whether it counts."""
        return self.status == self.Status.HELD

    @property
    def held_day(self) -> date:
        """The day it begins on, also before it is saved."""
        return timezone.localtime(self.starts_at).date()

    @property
    def heads_named(self) -> int:
        """How many of those who came gave a name, where with_people() has counted."""
        return self.people + self.guests  # type: ignore[attr-defined]

    @property
    def heads(self) -> int:
        """人次, where with_people() has counted."""
        return self.heads_named + self.unnamed_count

    @property
    def is_planned(self) -> bool:
        """Whether it is still to be held."""
        return self.status in self.PLANNED_STATUSES

    @property
    def has_sign_up(self) -> bool:
        """Whether people sign up for it."""
        return self.sign_up_opens_at is not None

    def takes_sign_ups(self, now: datetime | None = None) -> bool:
        """Tell whether residents can sign up at the moment."""
        now = now or timezone.now()
        opens, closes = self.sign_up_opens_at, self.sign_up_closes_at
        return self.status == self.Status.PUBLISHED and bool(opens and closes and opens <= now < closes)

    @property
    def phase(self) -> "Activity.Phase":
        """Where it stands at the moment."""
        return self.Phase(self.find_phase(timezone.now()))

    def find_phase(self, now: datetime) -> str:
        """Return where it stands at a moment."""
        phase = self.Phase
        if self.status == self.Status.CANCELLED:
            return phase.CANCELLED
        if self.returned_at:
            return phase.RETURNED
        if self.reported_at:
            return phase.VERIFIED if self.verified_at else phase.REPORTED
        if now >= self.ends_at:
            return phase.UNREPORTED
        if self.status == self.Status.PLANNED:
            return phase.PLANNED
        if self.is_held or now >= self.starts_at:
            return phase.RUNNING
        if self.sign_up_opens_at is None or now < self.sign_up_opens_at:
            return phase.PUBLISHED
        return phase.SIGN_UP_OPEN if self.takes_sign_ups(now) else phase.SIGN_UP_CLOSED
