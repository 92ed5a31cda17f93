"""manage.py restore DIR: puts a backup made by `manage.py backup` in place, and checks what came of it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.restoring import RestoreError, restore_backup


class Command(BaseCommand):
    """Runs while the portal stands still, as the owner of the tables."""

    help = "从备份恢复数据库和照片，并核对行数、密钥和审计记录；先停下门户，用表的所有者运行。"
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="一份备份的文件夹（里面有 manifest.json）")
        parser.add_argument("--replace", action="store_true", help="数据库和照片不是空的，也用备份替换")

    def handle(self, *args: Any, folder: Path, replace: bool, **options: Any) -> None:
        """Restore, or say why not."""
        try:
            manifest = restore_backup(folder, replace=replace)
        except RestoreError as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.rows.values())
        self.stdout.write(f"已恢复 {manifest.made_at} 的备份：{rows} 行，{manifest.photos} 个照片文件；核对都通过。")
        self.stdout.write("所有人要重新登录。指标如有疑问，请运行 manage.py verify_cells。")
