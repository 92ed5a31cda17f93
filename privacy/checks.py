"""Start-up checks: the database refuses the web processes what they must not see."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection

from privacy.database_roles import find_differing, find_ungranted, list_missing

AGAIN = "请运行 manage.py secure_database。"


@register(Tags.database)
def check_row_security(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Name the tables whose policies are not the declared ones, once the database has been secured at all.

    Warnings, not errors: `migrate` checks first, and a new table is secured after it.
    """
    if not databases or "django_migrations" not in connection.introspection.table_names():
        return []
    if list_missing():
        return [Warning(f"数据库还没有设置网页进程和后台任务的角色。{AGAIN}", id="privacy.W001")]
    found: list[CheckMessage] = []
    if tables := find_differing():
        names = "、".join(table.name for table in tables)
        found.append(Warning(f"这些表的行级安全策略与声明不一致：{names}。{AGAIN}", id="privacy.W002"))
    if ungranted := find_ungranted():
        found.append(Warning(f"网页进程还不能读这些表：{'、'.join(ungranted)}。{AGAIN}", id="privacy.W003"))
    return found
