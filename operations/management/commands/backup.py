"""manage.py backup DIR: database, photos and manifest into a new folder below DIR."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups import BackupError, make_backup
from operations.manifest import Manifest


class Command(BaseCommand):
    """Runs beside the portal, as the owner of the tables."""

    help = "备份数据库和照片到指定文件夹下的新文件夹；用表的所有者运行，门户不用停。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="放备份的文件夹，最好在另一块磁盘上")
        parser.add_argument("--keep", type=int, default=0, help="只留最新的这么多份，更早的删除；默认全部保留")

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        """Make the backup and say what it holds, and what it does not."""
        if keep < 0:
            raise CommandError("--keep 不能是负数。")
        try:
            made = make_backup(folder, keep=keep)
        except BackupError as error:
            raise CommandError(str(error)) from error
        manifest = Manifest.read(made)
        size = sum(file.size for file in manifest.files) / 2**20
        rows = sum(manifest.rows.values())
        self.stdout.write(f"已备份到 {made}：{rows} 行，{manifest.photos} 个照片文件，{size:.1f} MB。")
        self.stdout.write("备份里没有、要另外保存的：")
        for line in manifest.checklist:
            self.stdout.write(f"  · {line}")
