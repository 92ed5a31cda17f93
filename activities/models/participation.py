"""Who took part: residents (the one fact that reach is made of), named outsiders, and the check-ins that say so."""

import secrets
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models.activities import Activity
from grids.masking import mask_name
from grids.models import Grid, Resident


class Method(models.TextChoices):
    """How it was recorded that somebody was there."""

    TICKED = "ticked", _("勾选")
    LISTED = "listed", _("名单")
    SCANNED = "scanned", _("扫码")
    POSTER = "poster", _("海报签到")
    KIOSK = "kiosk", _("签到台")
    VISITED = "visited", _("走访")


class Presence(models.Model):
    """What participants have in common. Times of coming and going are kept only where somebody checked in."""

    method = models.CharField(_("登记方式"), max_length=12, choices=Method, default=Method.TICKED)
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("登记人")
    )
    checked_in_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    checked_out_at = models.DateTimeField(_("签退时间"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def minutes(self) -> int | None:
        """Whole minutes between check-in and check-out; None when either is missing."""
        if not (self.checked_in_at and self.checked_out_at):
            return None
        return max(0, int((self.checked_out_at - self.checked_in_at).total_seconds() // 60))


class NamedQuerySet(models.QuerySet):
    """Rows of an activity's list that may name a resident."""

    def met_by(self, user: User) -> Self:
        """Keep all, or for who is bound to own grids those that name one of these or nobody. Others are numbers."""
        if not user.is_bound_to_grids:
            return self
        return self.filter(Q(resident=None) | Q(resident__in=Resident.objects.visible_to(user).values("pk")))


class Participation(Presence):
    """A resident took part in an activity. `grid` is where the person lived on that day."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participations", verbose_name=_("活动"))
    resident = models.ForeignKey(
        Resident, models.CASCADE, related_name="participations", db_index=False, verbose_name=_("居民")
    )
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="participations", verbose_name=_("当时网格"))

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name = _("参与")
        constraints = [models.UniqueConstraint(fields=["activity", "resident"], name="activities_participation_once")]
        indexes = [models.Index(fields=["resident", "activity"], name="activities_of_resident")]  # figures read no more

    def __str__(self) -> str:
        return f"{self.activity_id}:{self.resident_id}"


class Outsider(Presence):
    """Somebody named who is not in the register of the community: counts in 人次 and as a non-resident, not in reach.

    `tail` is the last four digits of a phone, which tell two of the same name apart; it may be "".
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="outsiders", verbose_name=_("活动"))
    name = models.CharField(_("姓名"), max_length=60)
    tail = models.CharField(_("手机后四位"), max_length=4, blank=True)

    class Meta:
        verbose_name = _("非本社区参加者")
        constraints = [
            models.UniqueConstraint(fields=["activity", "name", "tail"], name="activities_outsider_once"),
            models.CheckConstraint(name="activities_outsider_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        """张*安."""
        return mask_name(self.name)


class CheckIn(models.Model):
    """One scan, tick or typed name at the door, as it arrived: append-only, one row per id that the client made.

    Server time is the record, `claimed_at` what the device said (rule R10). What could not be accepted is kept with the
    reason in `refusal`, so that somebody whom the helper saw at the door is not lost. A row goes with the resident or
    outsider whom it names, when staff takes that person off again.
    """

    class Direction(models.TextChoices):
        """Coming or going."""

        IN = "in", _("签到")
        OUT = "out", _("签退")

    class Refusal(models.TextChoices):
        """Why a check-in was not accepted."""

        UNKNOWN_CODE = "unknown_code", _("认不出的码")
        OTHER_COMMUNITY = "other_community", _("不在本社区底册")
        OTHER_ACTIVITY = "other_activity", _("别的活动的码")
        GONE = "gone", _("当天已迁出或去世")
        CONFIDENTIAL = "confidential", _("这类活动不登记姓名")
        NOT_IN = "not_in", _("没有签到，不能签退")

    client_id = models.UUIDField(unique=True)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="check_ins", verbose_name=_("活动"))
    resident = models.ForeignKey(
        Resident, models.CASCADE, null=True, blank=True, related_name="check_ins", verbose_name=_("居民")
    )
    outsider = models.ForeignKey(
        Outsider, models.CASCADE, null=True, blank=True, related_name="check_ins", verbose_name=_("非本社区参加者")
    )
    direction = models.CharField(_("方向"), max_length=3, choices=Direction, default=Direction.IN)
    method = models.CharField(_("登记方式"), max_length=12, choices=Method)
    refusal = models.CharField(_("未接受的原因"), max_length=20, choices=Refusal, blank=True)
    claimed_at = models.DateTimeField(_("设备时间"))
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)  # a refused one that staff has dealt with

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name = _("签到")
        constraints = [
            models.CheckConstraint(
                name="activities_checkin_somebody_or_refused",
                condition=Q(refusal="", resident__isnull=False, outsider=None)
                | Q(refusal="", resident=None, outsider__isnull=False)
                | ~Q(refusal=""),
            )
        ]

    def __str__(self) -> str:
        return str(self.client_id)

    @property
    def is_late(self) -> bool:
        """Whether it arrived long after its own time: it waited on a device without network."""
        return self.recorded_at - self.claimed_at > timedelta(seconds=settings.CHECK_IN_LATE_SECONDS)


def make_code() -> str:
    """Return a fresh personal code: 16 unguessable characters."""
    return secrets.token_urlsafe(12)


class PersonalCode(models.Model):
    """The code that a resident carries on a card. A lost card gets a new code; the old one is then unknown."""

    resident = models.OneToOneField(Resident, models.CASCADE, related_name="personal_code", verbose_name=_("居民"))
    code = models.CharField(max_length=16, unique=True, default=make_code)
    issued_at = models.DateTimeField(_("发放时间"), default=timezone.now)
    issued_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("发放人"))

    class Meta:
        verbose_name = _("个人码")

    def __str__(self) -> str:
        return str(self.resident_id)
