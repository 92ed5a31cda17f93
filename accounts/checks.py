"""Start-up checks: a production database must hold no demo account."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db.utils import ProgrammingError

from accounts.models import User


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
