"""设岗定责, 领岗履职 (E4, E5): posts that a branch offers, who has claimed one, hand-over, and the yearly review."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.ranges import one_at_a_time
from grids.models import SpellQuerySet, spell_order
from grids.validators import refuse_forbidden
from party.models.members import Member, Registration
from party.models.organisations import Organisation


class ServicePostQuerySet(models.QuerySet):
    """Posts of organisations."""

    def visible_to(self, user: User) -> Self:
        """Keep the posts of organisations in the user's communities."""
        return self.filter(organisation__in=Organisation.objects.visible_to(user))

    def open(self) -> Self:
        """Keep those not closed."""
        return self.filter(closed_on=None)


class ServicePost(models.Model):
    """A post with a duty, offered to members by an organisation; `places` people can hold it at a time."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="service_posts", verbose_name=_("党组织")
    )
    name = models.CharField(_("岗位"), max_length=30, validators=[refuse_forbidden])
    duty = models.CharField(_("职责"), max_length=200, validators=[refuse_forbidden])
    places = models.PositiveSmallIntegerField(_("人数"), default=1)
    opened_on = models.DateField(_("设岗日期"))
    closed_on = models.DateField(_("撤岗日期"), null=True, blank=True)
    client_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = ServicePostQuerySet.as_manager()

    class Meta:
        verbose_name = _("党员岗位")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(closed_on=None),
                name="party_post_name",
                violation_error_message=_("这个党组织已有同名的岗位"),
            ),
            models.CheckConstraint(name="party_post_places", condition=Q(places__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class PostClaim(models.Model):
    """领岗: a member, or somebody registered from a unit, has a post for a time, perhaps `handed_from` another."""

    class End(models.TextChoices):
        """Why it ended."""

        HANDED_OVER = "handed_over", _("移交")
        LEFT = "left", _("退岗")
        CLOSED = "closed", _("岗位撤销")

    CUT_END = End.HANDED_OVER  # when two entries of one person merge (grids/merging.py)

    post = models.ForeignKey(ServicePost, models.CASCADE, related_name="claims", verbose_name=_("岗位"))
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, related_name="post_claims", verbose_name=_("党员")
    )
    registration = models.ForeignKey(
        Registration, models.CASCADE, null=True, blank=True, related_name="post_claims", verbose_name=_("在职党员")
    )
    since = models.DateField(_("认领日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    end = models.CharField(_("如何结束"), max_length=12, choices=End, blank=True)
    handed_from = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="handed_to", verbose_name=_("接自")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("领岗")
        ordering = ["since", "id"]
        constraints = [
            spell_order("party_claim_order"),
            models.CheckConstraint(
                name="party_claim_one_holder",
                condition=Q(member__isnull=False, registration=None) | Q(member=None, registration__isnull=False),
            ),
            one_at_a_time(
                "party_claim_member_once",
                "post",
                "member",
                condition=Q(member__isnull=False),
                message=_("这位党员已经认领这个岗位"),
            ),
            one_at_a_time(
                "party_claim_registration_once",
                "post",
                "registration",
                condition=Q(registration__isnull=False),
                message=_("这位党员已经认领这个岗位"),
            ),
            models.CheckConstraint(
                name="party_claim_end_said", condition=Q(until=None, end="") | Q(until__isnull=False) & ~Q(end="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.member_id or self.registration_id}"


class PostReview(models.Model):
    """年度评议: what was done on a post in a year, and whether it goes on. About the duty, not the person."""

    class Result(models.TextChoices):
        """How the duty stands."""

        DONE = "done", _("职责已履行")
        PARTLY = "partly", _("部分履行")
        NOT_YET = "not_yet", _("未能履行")

    claim = models.ForeignKey(PostClaim, models.CASCADE, related_name="reviews", verbose_name=_("领岗"))
    year = models.PositiveSmallIntegerField(_("年度"))
    result = models.CharField(_("评议"), max_length=8, choices=Result)
    goes_on = models.BooleanField(_("继续担任"), default=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"), default=timezone.now)

    class Meta:
        verbose_name = _("岗位评议")
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["claim", "year"], name="party_review_once")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.year}"
