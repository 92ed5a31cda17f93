"""What an account may do for a while besides its own work: a colleague's role in an area, from a day to a day."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User, one_area_of_its_level
from accounts.roles import Level, Permission, Role, may_share_hands, roles_managed_by
from communities.models import Community, District, Street


def reaches(user: User, area: District | Street | Community) -> bool:
    """Tell whether the area lies within the user's own; the platform's level has all."""
    if user.level == Level.PLATFORM:
        return user.is_active
    return bool(user.area_code) and area.code.startswith(user.area_code)


class GrantQuerySet(models.QuerySet):
    """Roles lent to accounts."""

    def in_force(self, day: date) -> Self:
        """Keep those that may be used on the day; nobody has to end the others."""
        return self.filter(since__lte=day, until__gte=day, withdrawn_on=None)

    def ended(self, day: date) -> Self:
        """Keep those withdrawn or past their last day."""
        return self.exclude(withdrawn_on=None, until__gte=day)

    def visible_to(self, user: User) -> Self:
        """Keep what the user has received or given, and grants of roles in his or her hands."""
        in_hand = Q(role__in=roles_managed_by(user.role))
        if user.level != Level.PLATFORM:
            code = user.area_code or "none"
            in_hand &= (
                Q(district__code__startswith=code)
                | Q(street__code__startswith=code)
                | Q(community__code__startswith=code)
            )
        return self.filter(Q(user=user) | Q(by=user) | in_hand)

    def with_people(self) -> Self:
        """Fetch who gave, who received, and the areas of both and of the grant."""
        areas = ("district", "street", "community")
        paths = [f"{start}{area}" for start in ("", "user__", "by__") for area in areas]
        return self.select_related("user", "by", *paths).order_by("-since", "-id")


class Grant(models.Model):
    """A role in an area, lent to an account from its first to its last day.

    Whoever uses it works in that role and area only: an account has one role and one area at any moment.
    """

    class Reason(models.TextChoices):
        """Why; a closed list, since nothing else about colleagues is kept."""

        LEAVE = "leave", _("休假替班")
        VACANCY = "vacancy", _("岗位空缺")
        CAMPAIGN = "campaign", _("集中工作")
        HANDOVER = "handover", _("工作交接")

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name=_("账号"))
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, verbose_name=_("区县"))
    street = models.ForeignKey(Street, models.PROTECT, null=True, blank=True, verbose_name=_("街道"))
    community = models.ForeignKey(Community, models.PROTECT, null=True, blank=True, verbose_name=_("社区"))
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("最后一天"))
    reason = models.CharField(_("原因"), max_length=20, choices=Reason)
    by = models.ForeignKey(User, models.PROTECT, related_name="given_grants", verbose_name=_("授权人"))
    withdrawn_on = models.DateField(_("收回日期"), null=True, blank=True, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("临时授权")
        constraints = [
            models.CheckConstraint(
                name="accounts_grant_one_area_of_the_roles_level", condition=one_area_of_its_level()
            ),
            models.CheckConstraint(
                name="accounts_grant_days",
                condition=Q(until__gte=F("since")),
                violation_error_message=_("最后一天不能早于开始日期。"),
            ),
            models.CheckConstraint(
                name="accounts_grant_not_to_oneself",
                condition=~Q(user=F("by")),
                violation_error_message=_("不能给自己授权，请由另一位同事操作。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.since:%F}–{self.until:%F}"

    @property
    def area(self) -> District | Street | Community | None:
        """The one area of the lent role's level."""
        return self.district or self.street or self.community

    @property
    def is_delegation(self) -> bool:
        """Whether the giver lent the own work, rather than a role in his or her hands."""
        return self.by.role == self.role and self.by.area == self.area

    def is_valid(self, day: date) -> bool:
        """Tell whether the grant may be used on the day: in force, and both sides still what they were for it."""
        if self.withdrawn_on or not self.since <= day <= self.until or not self.user.is_active:
            return False
        return may_share_hands(self.user.role, self.role) and self.may_be_given()

    def may_be_given(self) -> bool:
        """Tell whether the giver still may give it: the own work, or a role in hand in an area within the own."""
        if self.is_delegation:
            return self.by.may(Permission.DELEGATE)
        in_hand = self.role in roles_managed_by(self.by.role) and self.by.may(Permission.MANAGE_ACCOUNTS)
        return in_hand and self.area is not None and reaches(self.by, self.area)
