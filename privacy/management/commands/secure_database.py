"""manage.py secure_database: what the web processes and the workers may do and see in the database; after `migrate`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.database_roles import RolesMissing, create_roles, secure_database
from privacy.row_security import PATHS, WEB, WORKER


class Command(BaseCommand):
    """Runs as the owner of the tables; a second run changes nothing."""

    help = "为网页进程和后台任务设置数据库角色、权限和行级安全策略（每次 migrate 之后运行）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--roles-only", action="store_true", help="只建立角色：恢复备份之前，数据库还是空的时候用")

    def handle(self, *args: Any, roles_only: bool, **options: Any) -> None:
        """Secure the database, or say what its administrator has to run first."""
        try:
            create_roles() if roles_only else secure_database()
        except RolesMissing as error:
            raise CommandError(
                f"当前数据库用户不能建立角色。请数据库管理员先运行下面几句（并为角色设密码），再重新运行本命令：\n{error}"
            ) from error
        if options["verbosity"]:
            self.stdout.write(f"数据库角色 {WEB}、{WORKER} 已就绪；{len(PATHS)} 张表有行级安全策略。")
