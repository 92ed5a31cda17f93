"""Users with role and scope, and the audit log. Who may do what stands in roles.py."""

from typing import Any, Self

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import LEVEL_OF_ROLE, PERMISSIONS_OF_ROLE, Level, Permission, Role
from communities.models import Community, District, Street


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

    def who_may(self, permission: Permission) -> Self:
        """Keep the open accounts whose role holds the permission."""
        roles = [role for role, held in PERMISSIONS_OF_ROLE.items() if permission in held]
        return self.filter(role__in=roles, is_active=True)

    def for_list(self) -> Self:
        """Fetch what the account list shows."""
        return self.select_related("community", "street", "district").order_by("role", "username")


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

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        verbose_name = _("用户")
        constraints = [
            models.CheckConstraint(
                name="accounts_user_one_area_of_the_roles_level",
                condition=(
                    Q(role=Role.WORKER, community__isnull=False, street=None, district=None)
                    | Q(
                        role__in=[Role.STREET_OFFICER, Role.DATA_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR],
                        street__isnull=False,
                        community=None,
                        district=None,
                    )
                    | Q(role=Role.DISTRICT_OFFICER, district__isnull=False, community=None, street=None)
                ),
                violation_error_message=_(
                    "请选择与角色级别相符的一个区域：社区工作者选社区，街道级角色选街道，区级选区县。"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def level(self) -> Level | None:
        """The level of area the role works on; None for an unknown role."""
        return LEVEL_OF_ROLE.get(Role(self.role)) if self.role in Role.values else None

    @property
    def area(self) -> District | Street | Community | None:
        """The one area of the user's level."""
        return getattr(self, self.level) if self.level else None

    @property
    def area_code(self) -> str:
        """The division code of the user's area; "" when there is none or the account is closed."""
        return self.area.code if self.is_active and self.area else ""

    def may(self, permission: Permission) -> bool:
        """Tell whether the role holds the permission; a closed account or unknown role holds none."""
        return self.is_active and permission in PERMISSIONS_OF_ROLE.get(self.role, frozenset())

    def communities(self) -> models.QuerySet[Community]:
        """Return the communities whose rows the user may meet: the only row rule of the portal."""
        if not self.area_code:
            return Community.objects.none()
        return Community.objects.filter(code__startswith=self.area_code)


class AuditEventQuerySet(models.QuerySet):
    """What was done, newest first."""

    def visible_to(self, user: User) -> Self:
        """Keep the events of the user's own area."""
        return self.filter(area_code__startswith=user.area_code) if user.area_code else self.none()


class AuditEvent(models.Model):
    """One deed: writes, exports, looks at full personal data. No foreign keys, so that nothing it names can vanish.

    Labels hold no resident's personal data: a resident is named by id, never by name.
    """

    at = models.DateTimeField(_("时间"), auto_now_add=True)
    actor = models.CharField(_("操作人"), max_length=90)
    action = models.CharField(_("操作"), max_length=40)
    object_type = models.CharField(_("对象类型"), max_length=40)
    object_id = models.CharField(_("对象编号"), max_length=40)
    area_code = models.CharField(_("区划代码"), max_length=15)
    detail = models.JSONField(_("详情"), default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["area_code", "-id"], opclasses=["text_pattern_ops", "int8_ops"], name="audit_area"),
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object"),
            # The daily budget of looks at full personal data is counted at every look.
            models.Index(fields=["actor", "at"], condition=Q(action="resident.unmask"), name="audit_unmask"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.actor} {self.action} {self.object_type} {self.object_id}"
