"""manage.py verify_audit: walk along the chain of the audit log; status 1 when anything was touched."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.chain import Head, read_noted_heads, verify_chain


class Command(BaseCommand):
    help = "核对审计记录：有没有被改动、删除、插入或截断"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", action="append", default=[], metavar="位置:校验码", help="以前抄下的校验码，可写多次"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            heads = [Head.parse(text) for text in options["head"]]
        except ValueError as error:
            raise CommandError(f"“{error}”不是校验码：应为 位置:64位十六进制数，例如 1200:9f3c…。") from None
        report = verify_chain([*heads, *read_noted_heads()])
        for fault in report.faults:
            place = "链外" if fault.position is None else f"第 {fault.position} 条"
            event = "" if fault.event is None else f"，记录编号 {fault.event}"
            self.stdout.write(f"{place}：{fault.kind.label}{event}")
        if report.wrong > len(report.faults):
            self.stdout.write(f"还有 {report.wrong - len(report.faults)} 处没有列出。")
        if report.wrong:
            raise CommandError(f"审计记录有 {report.wrong} 处不对。请保留数据库现状，并通知审计员。")
        self.stdout.write(f"审计记录完好：{report.linked} 条都在链条里。校验码 {report.head}")
