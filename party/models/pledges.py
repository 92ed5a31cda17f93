"""公开承诺, 双向承诺 (E8): what a member promises for a year, and what the branch promises the member."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.validators import refuse_forbidden
from party.models.members import Member
from party.models.organisations import Organisation


class PledgeQuerySet(models.QuerySet):
    """Pledges of members and branches."""

    def led_by(self, user: User) -> Self:
        """Keep the pledges in organisations that the user leads today."""
        return self.filter(organisation__in=Organisation.objects.led_by(user, timezone.localdate()))


class Pledge(models.Model):
    """What a member pledges for a year (`side` MEMBER), or the branch pledges the member (BRANCH).

    起草 → 公示 → 践诺 → 自评 → 评议 → 公布 is derived from the dates here and in the items. Nothing is public unless
    the member agreed: `shows_name` for the name, each item's `is_public` for the item.
    """

    class Side(models.TextChoices):
        """Who promises."""

        MEMBER = "member", _("党员承诺")
        BRANCH = "branch", _("支部承诺")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="pledges", verbose_name=_("党支部"))
    member = models.ForeignKey(Member, models.CASCADE, related_name="pledges", verbose_name=_("党员"))
    side = models.CharField(_("承诺方"), max_length=8, choices=Side, default=Side.MEMBER)
    year = models.PositiveSmallIntegerField(_("年度"))
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    shows_name = models.BooleanField(_("本人同意公开姓名"), default=False)
    published_at = models.DateTimeField(_("公示时间"), null=True, blank=True, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("承诺")
        ordering = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "organisation", "year", "side"],
                name="party_pledge_once",
                violation_error_message=_("这位党员今年在这个支部已有承诺"),
            ),
            models.CheckConstraint(
                name="party_pledge_signed_before_published", condition=Q(published_at=None) | Q(signed_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.year} {self.side}"


class PledgeItem(models.Model):
    """One thing promised, what became of it at mid-year and at the end of the year, and whether that was published."""

    class Midway(models.TextChoices):
        """How it stands at mid-year, as the member says."""

        ON_TRACK = "on_track", _("正在做")
        DONE = "done", _("已完成")
        NOT_BEGUN = "not_begun", _("还没开始")

    class Outcome(models.TextChoices):
        """What the branch's review says of the thing promised."""

        KEPT = "kept", _("已兑现")
        PARTLY = "partly", _("部分兑现")
        NOT_KEPT = "not_kept", _("未兑现")

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="items", verbose_name=_("承诺"))
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    text = models.CharField(_("承诺事项"), max_length=120, validators=[refuse_forbidden])
    is_public = models.BooleanField(_("本人同意公开"), default=False)
    midway = models.CharField(_("年中自评"), max_length=12, choices=Midway, blank=True)
    midway_on = models.DateField(_("年中自评日期"), null=True, blank=True)
    outcome = models.CharField(_("年终评议"), max_length=12, choices=Outcome, blank=True)
    reviewed_at = models.DateTimeField(_("评议时间"), null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("评议登记人")
    )
    result_published_at = models.DateTimeField(_("结果公布时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("承诺事项")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="party_item_reviewed_whole",
                condition=Q(outcome="", reviewed_at=None) | ~Q(outcome="") & Q(reviewed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="party_item_published_after_review",
                condition=Q(result_published_at=None) | Q(reviewed_at__isnull=False, is_public=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text
