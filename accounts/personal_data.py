"""Which personal data accounts and the audit log keep, and why (communities/personal.py)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from communities.personal import Basis, Category, Hashed, Holding, Sealed

HOLDINGS = [
    Holding(
        "accounts.User",
        "username name role email wants_mail is_active last_login must_change_password",
        _("识别工作人员，按岗位给权限"),
        Basis.STAFF,
        Category.BASIC,
        "accounts",
        Permission.MANAGE_ACCOUNTS,
    ),
    Holding(
        "accounts.User", "password", _("核对密码（只存摘要）"), Basis.STAFF, Category.SENSITIVE, "accounts", "nobody"
    ),
    Holding(
        "accounts.Grant",
        "role since until reason withdrawn_on",
        _("临时替班的权限"),
        Basis.STAFF,
        Category.BASIC,
        "accounts",
        Permission.MANAGE_ACCOUNTS,
    ),
    Holding(
        "accounts.Session",
        "device signed_in_at seen_at expire_date",
        _("让本人看到在哪里登录过，并能退出"),
        Basis.STAFF,
        Category.BASIC,
        "sessions",
        "self",
    ),
    Holding(
        "accounts.SecondFactor",
        "secret confirmed_at last_step",
        _("动态口令登录"),
        Basis.STAFF,
        Category.SENSITIVE,
        "accounts",
        "nobody",
    ),
    Holding(
        "accounts.AuditEvent",
        "at actor action object_type object_id area_code detail",
        _("查明谁在什么时候看了、改了什么"),
        Basis.LAW,
        Category.BASIC,
        "audit",
        Permission.VIEW_AUDIT,
    ),
]

SEALED = [Sealed("accounts.SecondFactor", "secret", "second_factor")]
HASHED = [Hashed("accounts.RecoveryCode", "digest", _("动态口令备用码"))]

PLAIN = {
    "accounts.User": "is_demo",
    "accounts.Session": "session_data",  # whose session it is, and what it was asked; no residents
    "accounts.AuditLink": "position digest",
    "accounts.RecoveryCode": "digest used_at",
}
