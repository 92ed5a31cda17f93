"""Accounts with role and area. Who may do what stands in roles.py."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import (
    BOUND_TO_GRIDS,
    LEVEL_OF_ROLE,
    NOT_WHILE_ACTING,
    PERMISSIONS_OF_ROLE,
    Level,
    Permission,
    Role,
    roles_managed_by,
)
from communities.models import Community, District, Street

if TYPE_CHECKING:
    from accounts.models.grants import Grant

ROLE_AND_AREA = frozenset({"role", "district", "street", "community"})


def one_area_of_its_level() -> Q:
    """Return the condition that a row with a role names one area, of the level on which the role works."""
    areas = [level for level in Level if level != Level.PLATFORM]
    condition = Q()
    for level in Level:
        roles = sorted(str(role) for role, of in LEVEL_OF_ROLE.items() if of == level)
        named = {f"{area}__isnull": area != level for area in areas}
        condition |= Q(role__in=roles, **named)
    return condition


class UserQuerySet(models.QuerySet):
    """Accounts of the portal."""

    def visible_to(self, user: "User") -> Self:
        """Keep the accounts whose area lies in the user's own."""
        code = user.area_code
        if not code:
            return self.none()
        return self.filter(
            Q(community__code__startswith=code) | Q(street__code__startswith=code) | Q(district__code__startswith=code)
        )

    def managed_by(self, user: "User") -> Self:
        """Keep the accounts that are in the user's hands: of roles of the level below, within the user's area."""
        found = self.filter(role__in=roles_managed_by(user.role))
        if user.level == Level.PLATFORM:
            return found if user.is_active else self.none()
        return found.visible_to(user)

    def matching(self, text: str) -> Self:
        """Keep the accounts with the text in their name or user name."""
        return self.filter(Q(name__icontains=text) | Q(username__icontains=text)) if text else self

    def who_may(self, permission: Permission) -> Self:
        """Keep the open accounts whose role holds the permission."""
        roles = [role for role, held in PERMISSIONS_OF_ROLE.items() if permission in held]
        return self.filter(role__in=roles, is_active=True)

    def for_list(self) -> Self:
        """Fetch what the account list shows, closed accounts last."""
        return self.select_related("community", "street", "district").order_by("-is_active", "role", "username")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates accounts with a hashed password."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new saved account; the password is hashed, None makes it unusable."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user


class User(AbstractBaseUser):
    """A member of staff: one role, one area of the level that the role works on."""

    username = models.CharField(
        _("账号"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("这个账号已经有人使用，请换一个。")},
    )
    name = models.CharField(_("姓名"), max_length=40)
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, verbose_name=_("区县"))
    street = models.ForeignKey(Street, models.PROTECT, null=True, blank=True, verbose_name=_("街道"))
    community = models.ForeignKey(Community, models.PROTECT, null=True, blank=True, verbose_name=_("社区"))
    is_active = models.BooleanField(_("启用"), default=True)
    is_demo = models.BooleanField(_("演示账号"), default=False, editable=False)
    email = models.EmailField(_("邮箱"), blank=True)
    wants_mail = models.BooleanField(_("接收提醒邮件"), default=True)
    must_change_password = models.BooleanField(_("下次登录要改密码"), default=False)

    objects = UserManager()

    # The grant as which the account works in this request (accounts/acting.py); in memory only.
    acting: "Grant | None" = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        verbose_name = _("用户")
        constraints = [
            models.CheckConstraint(
                name="accounts_user_one_area_of_the_roles_level",
                condition=one_area_of_its_level(),
                violation_error_message=_(
                    "请选择与角色级别相符的一个区域：社区级角色选社区，街道级选街道，区级选区县。"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Refuse to write down a role and an area that are only lent."""
        fields = ROLE_AND_AREA if update_fields is None else update_fields
        if self.acting and ROLE_AND_AREA.intersection(fields):
            raise RuntimeError("an account that acts for another is saved with update_fields, without role and area")
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def level(self) -> Level | None:
        """The level of area the role works on; None for an unknown role."""
        return LEVEL_OF_ROLE.get(Role(self.role)) if self.role in Role.values else None

    @property
    def area(self) -> District | Street | Community | None:
        """The one area of the user's level; None on the platform's level, which meets no rows of any area."""
        return getattr(self, self.level) if self.level and self.level != Level.PLATFORM else None

    @property
    def area_code(self) -> str:
        """The division code of the user's area; "" when there is none or the account is closed."""
        return self.area.code if self.is_active and self.area else ""

    def may(self, permission: Permission) -> bool:
        """Tell whether the role holds the permission; a closed account or unknown role holds none."""
        if self.acting and permission in NOT_WHILE_ACTING:
            return False
        return self.is_active and permission in PERMISSIONS_OF_ROLE.get(self.role, frozenset())

    @property
    def own_role(self) -> str:
        """The account's own role, also while it works in a lent one (the grant's own copy of it)."""
        return self.acting.user.role if self.acting else self.role

    @property
    def is_bound_to_grids(self) -> bool:
        """Whether the user meets only persons of the grids in which he or she holds a post."""
        return self.role in BOUND_TO_GRIDS

    def communities(self) -> models.QuerySet[Community]:
        """Return the communities whose rows the user may meet: the only row rule of the portal."""
        if not self.area_code:
            return Community.objects.none()
        return Community.objects.filter(code__startswith=self.area_code)
