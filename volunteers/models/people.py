"""Volunteers: who they are, what they offer, and where they stand. Their teams: teams.py; the lists: catalogue.py."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community
from grids.masking import mask_name, mask_phone
from grids.models import Resident, Sex
from volunteers.models.catalogue import FreeTime, Skill

LEAST_AGE = 14  # from which on one may be a volunteer, with a guardian's consent until ADULT
ADULT = 18


class VolunteerQuerySet(models.QuerySet):
    """Volunteers of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the volunteers of the user's communities; who asks to come back is a matter of where he or she asks."""
        here = user.communities()
        return self.filter(Q(reapplied_to=None, community__in=here) | Q(reapplied_to__in=here))

    def applied(self) -> Self:
        """Keep those who wait for an answer, for the first time or again."""
        return self.filter(Q(registered_on=None, left_on=None) | Q(reapplied_at__isnull=False))

    def registered_on(self, day: date) -> Self:
        """Keep those registered by the day and not gone by then; a pause does not matter."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=day), registered_on__lte=day)

    def available(self) -> Self:
        """Keep the registered ones who are not pausing."""
        return self.registered_on(timezone.localdate()).filter(paused_since=None)

    def in_state(self, state: str) -> Self:
        """Keep those who stand there today, as Volunteer.state says of one."""
        gone, registered = Q(left_on__isnull=False), Q(registered_on__isnull=False)
        paused, states = Q(paused_since__isnull=False), Volunteer.State
        again = Q(reapplied_at__isnull=False)
        conditions = {
            states.APPLIED: ~gone & ~registered | again,
            states.REGISTERED: ~gone & registered & ~paused,
            states.PAUSED: ~gone & registered & paused,
            states.LEFT: gone & registered & ~again,
            states.REFUSED: gone & ~registered & ~again,
        }
        return self.filter(conditions[states(state)])

    def for_list(self) -> Self:
        """Fetch what the list of volunteers shows."""
        return self.select_related("resident__grid", "community").prefetch_related("skills", "free_times")


class Volunteer(models.Model):
    """志愿者 (P031: 申请 → 在册 → 暂停 → 退出): a resident of the register, or somebody from outside with a name.

    Of a resident, name, birth date and phone stand in the register and nowhere else: `name`, `birth_date`, `sex` and
    `phone` are for outsiders only; read both through volunteers/identities.py. A minor needs a guardian's consent.
    Who left and applies again keeps days and community until staff accepts: a public form rewrites no history.
    """

    class State(models.TextChoices):
        """Where somebody stands today; derived from the dates."""

        APPLIED = "applied", _("待审核")
        REGISTERED = "registered", _("在册")
        PAUSED = "paused", _("暂停")
        LEFT = "left", _("已退出")
        REFUSED = "refused", _("未通过")

    community = models.ForeignKey(Community, models.PROTECT, related_name="volunteers", verbose_name=_("社区"))
    resident = models.OneToOneField(
        Resident, models.PROTECT, null=True, blank=True, related_name="volunteer", verbose_name=_("居民")
    )
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    sex = models.PositiveSmallIntegerField(_("性别"), choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    id_number = models.BinaryField(_("身份证号"), null=True)  # of outsiders; only a certificate needs it
    phone = models.BinaryField(_("手机号"), null=True)
    phone_hash = models.BinaryField(null=True)
    phone_kept = models.CharField(max_length=7, blank=True)
    guardian_name = models.CharField(_("监护人姓名"), max_length=60, blank=True)
    guardian_phone = models.BinaryField(_("监护人手机号"), null=True)
    guardian_agreed_on = models.DateField(_("监护人同意日期"), null=True, blank=True)
    skills = models.ManyToManyField(Skill, blank=True, related_name="volunteers", verbose_name=_("技能和语言"))
    free_times = models.ManyToManyField(FreeTime, blank=True, related_name="+", verbose_name=_("空闲时间"))
    applied_at = models.DateTimeField(_("申请时间"), default=timezone.now)
    registered_on = models.DateField(_("注册日期"), null=True, blank=True)
    paused_since = models.DateField(_("暂停自"), null=True, blank=True)
    left_on = models.DateField(_("退出日期"), null=True, blank=True)
    reapplied_at = models.DateTimeField(_("再次申请时间"), null=True, blank=True, editable=False)
    reapplied_to = models.ForeignKey(
        Community,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("再次申请社区"),
    )
    registered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("审核人")
    )
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("志愿者")
        ordering = ["id"]
        indexes = [models.Index(fields=["phone_hash"], name="volunteers_by_phone")]
        constraints = [
            models.CheckConstraint(
                name="volunteers_volunteer_somebody",
                condition=Q(resident__isnull=False, name="", birth_date=None, phone=None, id_number=None)
                | Q(resident=None, birth_date__isnull=False) & ~Q(name=""),
            ),
            models.UniqueConstraint(
                fields=["community", "phone_hash", "name"],
                condition=Q(phone_hash__isnull=False, left_on=None),
                name="volunteers_volunteer_once",
            ),
            models.CheckConstraint(
                name="volunteers_volunteer_order",
                condition=Q(left_on=None) | Q(registered_on=None) | Q(left_on__gte=F("registered_on")),
                violation_error_message=_("退出日期不能早于注册日期"),
            ),
            models.CheckConstraint(
                name="volunteers_volunteer_paused_while_in",
                condition=Q(paused_since=None) | Q(registered_on__isnull=False, left_on=None),
            ),
            models.CheckConstraint(
                name="volunteers_volunteer_reapplied_after_leaving",
                condition=Q(reapplied_at=None, reapplied_to=None)
                | Q(reapplied_at__isnull=False, reapplied_to__isnull=False, left_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        """张*安."""
        return self.resident.masked_name if self.resident else mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        """199****1234."""
        return self.resident.masked_phone if self.resident else mask_phone(self.phone_kept)

    @property
    def born_on(self) -> date:
        """The birth date."""
        return self.resident.birth_date if self.resident else self.birth_date  # type: ignore[return-value]

    @property
    def state(self) -> "Volunteer.State":
        """Where he or she stands today."""
        if self.reapplied_at:
            return self.State.APPLIED
        if self.left_on:
            return self.State.LEFT if self.registered_on else self.State.REFUSED
        if self.registered_on is None:
            return self.State.APPLIED
        return self.State.PAUSED if self.paused_since else self.State.REGISTERED

    def take_over(self, other: "Volunteer") -> None:
        """Stand as the better of two entries of one person (grids/merging.py): registered, since the earlier day."""
        if other.registered_on and (self.registered_on is None or (self.left_on and not other.left_on)):
            earlier = min(self.registered_on or other.registered_on, other.registered_on)
            self.registered_on, self.registered_by = earlier, other.registered_by
            self.paused_since, self.left_on = other.paused_since, other.left_on
        elif other.registered_on and self.registered_on:
            self.registered_on = min(self.registered_on, other.registered_on)
        asked = self if self.reapplied_at else other
        again = (asked.reapplied_at, asked.reapplied_to) if self.left_on else (None, None)
        self.reapplied_at, self.reapplied_to = again
        if self.guardian_agreed_on is None:
            for name in ("guardian_name", "guardian_phone", "guardian_agreed_on"):
                setattr(self, name, getattr(other, name))
