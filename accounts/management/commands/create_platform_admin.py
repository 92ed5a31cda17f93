"""manage.py create_platform_admin: the first account of a new portal, from which all others come."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.audit import record
from accounts.models import User
from accounts.roles import Role

PASSWORD_BYTES = 12  # sixteen characters, read from the screen once


class Command(BaseCommand):
    """Creates an account of the platform's administrator with a password that is good for one log-in."""

    help = "开立平台管理员账号，并显示一次性密码（首次登录后必须更换）。已有平台管理员时拒绝，除非加 --another。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="账号")
        parser.add_argument("name", help="姓名")
        parser.add_argument("--another", action="store_true", help="已有平台管理员时，再开一个")

    def handle(self, *args: Any, **options: Any) -> None:
        existing = User.objects.filter(role=Role.PLATFORM_ADMIN, is_active=True).first()
        if existing and not options["another"]:
            raise CommandError(f"已有平台管理员 {existing.username}：请由他开立其他账号，或加 --another 再开一个。")
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        try:
            create_admin(options["username"], options["name"], password)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        self.stdout.write(f"已开立平台管理员 {options['username']}。一次性密码（只显示这一次）：{password}")


@transaction.atomic
def create_admin(username: str, name: str, password: str) -> User:
    """Create the account, which must choose another password at its first log-in. Leaves an audit event."""
    user = User.objects.create_user(username, password, name=name, role=Role.PLATFORM_ADMIN, must_change_password=True)
    record("account.create", by=user, target=user, area_code="", role=user.role, active=True, password=True)
    return user
