"""Start-up checks: every address declares its access, and a production database holds no demo account."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db.utils import ProgrammingError

from accounts.addresses import list_addresses
from accounts.models import User


@register(Tags.urls)
def check_declared_access(**kwargs: Any) -> list[Error]:
    """Refuse addresses whose views do not say who may open them; the middleware would refuse everybody."""
    return [
        Error(f"地址 {address.route}（{address.name}）没有声明权限：请用 accounts.access.access。", id="accounts.E002")
        for address in list_addresses()
        if address.access is None
    ]


@register(Tags.database)
def check_no_demo_accounts(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """Refuse production while an active account with the public demo password exists."""
    if not databases or not settings.PRODUCTION:
        return []
    try:
        count = User.objects.filter(is_demo=True, is_active=True).count()
    except ProgrammingError:  # before the first migration there is no table, and so no account
        return []
    if not count:
        return []
    return [
        Error(
            f"正式环境的数据库里有 {count} 个演示账号：请换用空的数据库，或先停用这些账号。",
            id="accounts.E001",
        )
    ]
