"""Carries out the retention rules now, or says what is due."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.personal import Rule
from privacy.retention import RULES_BY_CODE, apply_rules, count_due


class Command(BaseCommand):
    help = "删除到期的个人信息（每天夜里自动运行一次）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只数有多少到期，不删任何数据")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if dry_run:
            for code, count in count_due().items():
                self.stdout.write(f"{RULES_BY_CODE[code].what}：{count} 条到期")
            self.stdout.write("没有删除任何数据。")
            return
        done = apply_rules(self.show)
        if failed := [code for code, count in done.items() if count < 0]:
            raise CommandError(f"{len(failed)} 条规则没有做完，详情见日志；其余已完成。明天会再试。")
        self.stdout.write(self.style.SUCCESS(f"共处理 {sum(done.values())} 条。"))

    def show(self, rule: Rule, count: int) -> None:
        """Say what one rule did."""
        words = f"处理 {count} 条" if count >= 0 else "没有做完"
        self.stdout.write(f"{rule.what}：{words}")
