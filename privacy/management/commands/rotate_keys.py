"""Moves all personal data to today's keys while the portal goes on; afterwards the former keys may go."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from accounts.audit import record_of_system
from accounts.key_rotation import Outcome, rotate
from privacy.holdings import list_hashed, list_sealed


class Command(BaseCommand):
    help = "把加密的个人信息换成新密钥（可随时中断，再运行会接着做）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只数还有多少要换，不改任何数据")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        columns = list_sealed()
        try:
            outcomes = rotate(columns, dry_run=dry_run, report=self.show if options["verbosity"] > 1 else None)
            left = [] if dry_run else rotate(columns, dry_run=True)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        for outcome in outcomes:
            self.stdout.write(self.describe(outcome, dry_run=dry_run))
        if dry_run:
            self.stdout.write(f"共 {sum(outcome.moved for outcome in outcomes)} 处要换成新密钥。没有改动任何数据。")
            return
        moved = sum(outcome.moved for outcome in outcomes)
        record_of_system("keys.rotate", object_type="keys", moved=moved, left=sum(o.moved for o in left))
        self.finish(left)

    def show(self, column: str, seen: int) -> None:
        """Say how far the work is."""
        self.stdout.write(f"  {column}：已看 {seen} 行")

    def describe(self, outcome: Outcome, *, dry_run: bool) -> str:
        """Return one line about a column."""
        verb = "要换" if dry_run else "已换"
        words = f"{outcome.column}：共 {outcome.seen} 行，{verb} {outcome.moved} 行"
        words += f"，{outcome.unreadable} 行现有的密钥都打不开" if outcome.unreadable else ""
        return words + (f"，{outcome.doubled} 行与另一行重复，请先合并" if outcome.doubled else "")

    def finish(self, left: list[Outcome]) -> None:
        """Say whether the former keys may go; raise CommandError when something is left under them."""
        rest = sum(outcome.moved + outcome.unreadable for outcome in left)
        if rest:
            raise CommandError(f"还有 {rest} 处没有换成新密钥（见上）。请先不要去掉旧密钥，处理后再运行一次。")
        self.stdout.write(self.style.SUCCESS("全部个人信息都已使用新密钥，没有一处还用旧密钥。"))
        if not (settings.FIELD_KEY_OLD or settings.HASH_KEY_OLD):
            return
        self.stdout.write("可以去掉 FIELD_KEY_OLD；正在排队的导出和上传一天之内会用完旧密钥，请隔一天再去掉。")
        counts = [(hashed.what, self.count(hashed.model, hashed.field)) for hashed in list_hashed()]
        if settings.HASH_KEY_OLD and (held := [f"{what} {count} 条" for what, count in counts if count]):
            self.stdout.write(f"HASH_KEY_OLD 请再留一阵：{'，'.join(held)}只存摘要，换不了，等这些调查结束后再去掉。")

    def count(self, model: str, field: str) -> int:
        """Return how many rows hold such a hash."""
        return apps.get_model(model).objects.filter(~Q(**{field: None})).count()
