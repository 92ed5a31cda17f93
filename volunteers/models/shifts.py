"""Shifts on activities: how many with which skill are needed, and who has signed up. Hours: service.py."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Count, F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity
from activities.models.activities import make_public_id
from grids.masking import mask_name, mask_phone
from volunteers.models.catalogue import ServiceField, Skill
from volunteers.models.people import Volunteer
from volunteers.models.teams import Team


class ShiftQuerySet(models.QuerySet):
    """Shifts of activities."""

    def visible_to(self, user: User) -> Self:
        """Keep the shifts of activities in the user's communities."""
        return self.filter(activity__community__in=user.communities())

    def standing(self) -> Self:
        """Leave out those of activities that were withdrawn, and those called off."""
        return self.filter(cancelled_at=None).exclude(activity__status=Activity.Status.CANCELLED)

    def upcoming(self) -> Self:
        """Keep those not over yet."""
        return self.standing().filter(ends_at__gt=timezone.now())

    def for_list(self) -> Self:
        """Fetch what a list of shifts shows."""
        return self.with_place().prefetch_related(list_needs())

    def with_place(self) -> Self:
        """Fetch where a shift belongs."""
        return self.select_related("activity__community", "field", "team")


def list_needs() -> Prefetch:
    """Return the needs of shifts, each with how many places are taken: that is told by rows about persons."""
    return Prefetch("needs", ShiftNeed.objects.with_taken().select_related("skill"))


class Shift(models.Model):
    """A time at an activity for which volunteers are wanted; how many with which skill say its needs."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="shifts", verbose_name=_("活动"))
    title = models.CharField(_("班次"), max_length=40)
    place = models.CharField(_("集合地点"), max_length=60, blank=True)
    field = models.ForeignKey(
        ServiceField, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务领域")
    )
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="shifts", verbose_name=_("承接团队")
    )
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    is_open = models.BooleanField(_("居民可以报名"), default=True)
    public_id = models.CharField(max_length=16, unique=True, default=make_public_id, editable=False)
    cancelled_at = models.DateTimeField(_("撤销时间"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("志愿班次")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="volunteers_shift_order",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("结束时间要晚于开始时间"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_sign_ups(self) -> bool:
        """Whether residents can sign up at the moment, if there is a place left."""
        firm = self.activity.status in (Activity.Status.PUBLISHED, Activity.Status.HELD)
        return self.is_open and firm and self.cancelled_at is None and timezone.now() < self.ends_at

    @property
    def is_off(self) -> bool:
        """Whether it was called off, itself or with its activity."""
        return self.cancelled_at is not None or self.activity.status == Activity.Status.CANCELLED

    @property
    def left(self) -> int:
        """Free places over all needs, where for_list() has counted."""
        return sum(need.left for need in self.needs.all())


class ShiftNeedQuerySet(models.QuerySet):
    """Needs of shifts."""

    def visible_to(self, user: User) -> Self:
        """Keep the needs of shifts in the user's communities."""
        return self.filter(shift__activity__community__in=user.communities())

    def with_taken(self) -> Self:
        """Annotate `taken`: how many places are taken."""
        return self.annotate(taken=Count("sign_ups", filter=Q(sign_ups__cancelled_at=None)))


class ShiftNeed(models.Model):
    """So many volunteers with a skill (None: any volunteer) are needed at a shift."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="needs", verbose_name=_("班次"))
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("技能"))
    number = models.PositiveSmallIntegerField(_("人数"), default=1)

    objects = ShiftNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("用人需求")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shift", "skill"], name="volunteers_need_once", nulls_distinct=False),
            models.CheckConstraint(name="volunteers_need_number", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.skill or ''} {self.number}"

    @property
    def left(self) -> int:
        """Free places, where with_taken() has counted."""
        return max(0, self.number - self.taken)  # type: ignore[attr-defined]


class ShiftSignUpQuerySet(models.QuerySet):
    """Sign-ups for shifts."""

    def visible_to(self, user: User) -> Self:
        """Keep the sign-ups for shifts in the user's communities."""
        return self.filter(need__shift__activity__community__in=user.communities())

    def standing(self) -> Self:
        """Keep those not cancelled, in the order they came."""
        return self.filter(cancelled_at=None).order_by("id")


class ShiftSignUp(models.Model):
    """Somebody will come to a shift for one of its needs: a registered volunteer, or a name and phone still unknown.

    As with activities (SignUp) a public page never tells whether somebody is registered; `volunteer` is who name and
    phone point to, if anybody. Taking the last place is decided under the shift's lock (volunteers/sign_ups.py).
    """

    class Source(models.TextChoices):
        """How it came."""

        PUBLIC = "public", _("扫码或网页")
        ASKED = "asked", _("社区邀请")

    need = models.ForeignKey(ShiftNeed, models.CASCADE, related_name="sign_ups", verbose_name=_("需求"))
    volunteer = models.ForeignKey(
        Volunteer, models.CASCADE, null=True, blank=True, related_name="shift_sign_ups", verbose_name=_("志愿者")
    )
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    phone = models.BinaryField(_("手机号"), null=True)
    phone_hash = models.BinaryField(null=True)
    phone_kept = models.CharField(max_length=7, blank=True)
    source = models.CharField(_("途径"), max_length=8, choices=Source, default=Source.PUBLIC)
    created_at = models.DateTimeField(_("报名时间"), default=timezone.now)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)

    objects = ShiftSignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("班次报名")
        constraints = [
            models.UniqueConstraint(
                fields=["need", "volunteer"],
                condition=Q(cancelled_at=None, volunteer__isnull=False),
                name="volunteers_shiftsignup_once",
            ),
            models.UniqueConstraint(
                fields=["need", "phone_hash", "name"],
                condition=Q(cancelled_at=None, phone_hash__isnull=False),
                name="volunteers_shiftsignup_once_by_phone",
            ),
            models.CheckConstraint(
                name="volunteers_shiftsignup_somebody", condition=Q(volunteer__isnull=False) | ~Q(name="")
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        """张*安."""
        return self.volunteer.masked_name if self.volunteer else mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        """199****1234."""
        return self.volunteer.masked_phone if self.volunteer else mask_phone(self.phone_kept)
