"""Signing up: who wants to come, and seats kept for groups. Who has a seat is derived: activities/seats.py."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models.activities import Activity
from grids.masking import mask_name, mask_phone
from grids.models import PopulationGroup, Resident


class SignUpQuerySet(models.QuerySet):
    """Sign-ups of activities."""

    def visible_to(self, user: User) -> Self:
        """Keep the sign-ups of the user's communities."""
        return self.filter(activity__community__in=user.communities())

    def standing(self) -> Self:
        """Keep those not cancelled, in the order they came."""
        return self.filter(cancelled_at=None).order_by("id")


class SignUp(models.Model):
    """Somebody wants to come. `resident` is whom name and phone (or a member of staff) point to, if anybody.

    The phone is kept encrypted, with a keyed hash by which a second sign-up of the same person is found.
    """

    class Source(models.TextChoices):
        """How it came."""

        PUBLIC = "public", _("网页")
        PHONE = "phone", _("来电")
        WALK_IN = "walk_in", _("到场")

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="sign_ups", verbose_name=_("活动"))
    resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="sign_ups", verbose_name=_("居民")
    )
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.BinaryField(_("手机号"), null=True)
    phone_hash = models.BinaryField(null=True)
    phone_kept = models.CharField(max_length=7, blank=True)
    source = models.CharField(_("途径"), max_length=8, choices=Source, default=Source.PUBLIC)
    created_at = models.DateTimeField(_("报名时间"), default=timezone.now)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    told_at = models.DateTimeField(_("已通知"), null=True, blank=True)  # staff has told the person about the seat

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("报名")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "phone_hash", "name"],
                condition=Q(cancelled_at=None, phone_hash__isnull=False),
                name="activities_signup_once_by_phone",
            ),
            models.UniqueConstraint(
                fields=["activity", "resident"],
                condition=Q(cancelled_at=None, resident__isnull=False),
                name="activities_signup_once_by_resident",
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        """张*安."""
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        """199****1234."""
        return mask_phone(self.phone_kept)


class SeatQuota(models.Model):
    """Seats of an activity kept for members of a group; what is left over is open to all."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="quotas", verbose_name=_("活动"))
    group = models.ForeignKey(PopulationGroup, models.CASCADE, related_name="+", verbose_name=_("人群"))
    seats = models.PositiveIntegerField(_("保留名额"))

    class Meta:
        verbose_name = _("保留名额")
        constraints = [
            models.UniqueConstraint(fields=["activity", "group"], name="activities_quota_once"),
            models.CheckConstraint(name="activities_quota_seats", condition=Q(seats__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.seats}"
