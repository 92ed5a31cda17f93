"""What volunteers did: service records that stand as they were confirmed, thanks given, and certificates.

Hours are the union of confirmed records: a minute counts once, however many records it lies in (volunteers/hours.py).
"""

import secrets
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity
from grids.validators import refuse_forbidden
from volunteers.models.catalogue import ServiceField
from volunteers.models.people import Volunteer
from volunteers.models.shifts import Shift

CODE_LENGTH = 12  # of certificates
MAX_HOURS = 24  # a single record longer than this is a check-out that was forgotten


class ServiceRecordQuerySet(models.QuerySet):
    """Service records."""

    def visible_to(self, user: User) -> Self:
        """Keep the records of volunteers of the user's communities."""
        return self.filter(volunteer__community__in=user.communities())

    def standing(self) -> Self:
        """Leave out what was withdrawn: entered in error, or replaced by a correction."""
        return self.filter(withdrawn_at=None)

    def confirmed(self) -> Self:
        """Keep what counts: confirmed and not withdrawn."""
        return self.standing().filter(confirmed_at__isnull=False)

    def unconfirmed(self) -> Self:
        """Keep what waits for somebody else to confirm it."""
        return self.standing().filter(confirmed_at=None)

    def for_list(self) -> Self:
        """Fetch what a list of records shows, newest first."""
        related = self.select_related(
            "volunteer__resident", "activity", "shift", "field", "recorded_by", "confirmed_by"
        )
        return related.order_by("-starts_at", "-pk")


class ServiceRecord(models.Model):
    """A volunteer served from `starts_at` to `ends_at`. Its facts never change: a correction is a new record.

    Who recorded it (None: the volunteer, by checking in) cannot confirm it. `corrects` is the record it replaces, which
    was withdrawn with a reason in the same act.
    """

    class Source(models.TextChoices):
        """How the times are known."""

        CHECKED = "checked", _("签到签退")
        TYPED = "typed", _("补录")
        CORRECTED = "corrected", _("更正")

    # Two entries of one person become one (grids/merging.py): then, and only then, a record names another volunteer.
    LIFTED_BY_MERGE = ("volunteers.ServiceRecord:facts_stand", "volunteers.ServiceRecord:confirmed_stands")

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="records", verbose_name=_("志愿者"))
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="service_records", verbose_name=_("活动"))
    shift = models.ForeignKey(
        Shift, models.SET_NULL, null=True, blank=True, related_name="records", verbose_name=_("班次")
    )
    field = models.ForeignKey(
        ServiceField, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务领域")
    )
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("记录人")
    )
    recorded_at = models.DateTimeField(_("记录时间"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("更正自")
    )
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("撤回人")
    )
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    withdraw_reason = models.CharField(_("撤回原因"), max_length=100, blank=True)

    objects = ServiceRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("服务记录")
        indexes = [
            models.Index(
                fields=["volunteer", "starts_at"],
                condition=Q(confirmed_at__isnull=False, withdrawn_at=None),
                name="volunteers_confirmed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="volunteers_record_order",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("结束时间要晚于开始时间"),
            ),
            models.CheckConstraint(
                name="volunteers_record_confirmed_by_another",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                & (Q(recorded_by=None) | ~Q(confirmed_by=F("recorded_by"))),
                violation_error_message=_("时长要由另一位同事确认"),
            ),
            models.CheckConstraint(
                name="volunteers_record_withdrawn_with_reason",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdraw_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdraw_reason=""),
                violation_error_message=_("撤回要写明原因"),
            ),
            models.UniqueConstraint(
                fields=["volunteer", "activity", "starts_at", "ends_at"],
                condition=Q(withdrawn_at=None),
                name="volunteers_record_once",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="facts_stand",
                fields=["volunteer", "activity", "starts_at", "ends_at", "source", "recorded_by", "recorded_at"],
            ),
            pgtrigger.Trigger(
                name="confirmed_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False),
                func="""
                    if tg_op = 'DELETE' or new.confirmed_at is distinct from old.confirmed_at
                       or new.confirmed_by_id is distinct from old.confirmed_by_id
                       or (old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at) then
                        raise exception 'a confirmed service record stands as it is';
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.starts_at:%F %T}"

    @property
    def minutes(self) -> int:
        """Whole minutes from the beginning to the end of this record."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class RecordEntry(models.Model):
    """What a service record holds besides service: a training attended, an honour received."""

    class Kind(models.TextChoices):
        """What it is."""

        TRAINING = "training", _("培训")
        HONOUR = "honour", _("表彰奖励")

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="entries", verbose_name=_("志愿者"))
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    title = models.CharField(_("名称"), max_length=40, validators=[refuse_forbidden])
    by_unit = models.CharField(_("举办或颁发单位"), max_length=40, validators=[refuse_forbidden])
    on = models.DateField(_("日期"))
    hours = models.DecimalField(_("学时"), max_digits=4, decimal_places=1, null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+", verbose_name=_("记录人"))
    recorded_at = models.DateTimeField(_("记录时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("培训和表彰")
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "kind", "title", "on"],
                name="volunteers_recordentry_once",
                violation_error_message=_("这一条已经记过了"),
            ),
            models.CheckConstraint(
                name="volunteers_recordentry_hours",
                condition=Q(hours=None) | Q(kind="training", hours__gt=0),
                violation_error_message=_("只有培训填学时，且要大于 0"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Thanks(models.Model):
    """A volunteer was thanked: for what (a milestone of hours, a year), how, on which day."""

    class Occasion(models.TextChoices):
        """What for."""

        FIRST = "first", _("第一次服务")
        HOURS = "hours", _("累计时长")
        YEAR = "year", _("全年服务")

    class How(models.TextChoices):
        """In which way."""

        CARD = "card", _("感谢卡")
        CALL = "call", _("电话")
        VISIT = "visit", _("当面")
        MEETING = "meeting", _("集体表扬")

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="thanks", verbose_name=_("志愿者"))
    occasion = models.CharField(_("事由"), max_length=8, choices=Occasion)
    hours = models.PositiveIntegerField(_("时长（小时）"), default=0)  # the milestone; 0 for other occasions
    year = models.PositiveSmallIntegerField(_("年度"), default=0)  # of YEAR; 0 otherwise
    how = models.CharField(_("方式"), max_length=8, choices=How)
    given_on = models.DateField(_("日期"), default=timezone.localdate)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))

    class Meta:
        verbose_name = _("致谢")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "occasion", "hours", "year"], name="volunteers_thanks_once"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.occasion}"


def make_certificate_code() -> str:
    """Return an unguessable verification code of letters and digits that are not mistaken for one another."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _place in range(CODE_LENGTH))


class CertificateQuerySet(models.QuerySet):
    """Certificates of service."""

    def visible_to(self, user: User) -> Self:
        """Keep the certificates that communities of the user have issued."""
        return self.filter(volunteer__community__in=user.communities())


class Certificate(models.Model):
    """志愿服务证明: what was certified stands as it was on that day, whatever is corrected later.

    `content` is the sealed (AES-GCM) JSON of what is printed, `minutes` what the public page of the code may say.
    """

    LIFTED_BY_MERGE = ("volunteers.Certificate:stands",)  # when two entries of one person merge (grids/merging.py)

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="certificates", verbose_name=_("志愿者"))
    code = models.CharField(_("查验码"), max_length=16, unique=True, default=make_certificate_code, editable=False)
    first_day = models.DateField(_("服务起"))
    last_day = models.DateField(_("服务止"))
    minutes = models.PositiveIntegerField(_("时长（分钟）"))
    content = models.BinaryField(editable=False)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    issued_at = models.DateTimeField(_("出具时间"), default=timezone.now)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True, editable=False)
    revoke_reason = models.CharField(_("作废原因"), max_length=60, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("志愿服务证明")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(name="volunteers_certificate_order", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(
                name="volunteers_certificate_revoked_with_reason",
                condition=Q(revoked_at=None, revoke_reason="") | Q(revoked_at__isnull=False) & ~Q(revoke_reason=""),
                violation_error_message=_("作废要写明原因"),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="stands",
                fields=["volunteer", "code", "first_day", "last_day", "minutes", "content", "issued_by", "issued_at"],
            )
        ]

    def __str__(self) -> str:
        return self.code
