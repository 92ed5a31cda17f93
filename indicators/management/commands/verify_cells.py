"""manage.py verify_cells: are the stored figures what a second, independent count yields?"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.models import Community, District, Street
from indicators.engine.repairs import settle
from indicators.engine.verify import Difference, check_cells

SHOWN = 20


class Command(BaseCommand):
    """Compares and reports; nothing is mended (that is rebuild_cells)."""

    help = "用另一种算法重算指标单元，与库中的逐个核对；有不一致时列出并以退出码 1 结束。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--area", default="", help="只核对这个区划编码之内的单元；默认全部区划")
        extent = parser.add_mutually_exclusive_group()
        extent.add_argument("--sample", type=int, default=200, help="随机抽查大约这么多个单元（默认 200）")
        extent.add_argument("--all", action="store_true", help="核对全部单元")
        parser.add_argument("--no-refresh", action="store_true", help="不先计算等待中的变动，有变动的社区不核对")

    def handle(self, *args: Any, area: str, sample: int, no_refresh: bool, **options: Any) -> None:
        if area and not is_area(area):
            raise CommandError(f"没有编码为 {area} 的区县、街道或社区。")
        if sample < 1:
            raise CommandError("--sample 至少为 1。")
        started = time.monotonic()
        if not no_refresh:
            settle(area)
        check, verdict = check_cells([area], sample=None if options["all"] else sample)
        for found in verdict.drift[:SHOWN]:
            self.stdout.write(describe(found))
        if len(verdict.drift) > SHOWN:
            self.stdout.write(f"……还有 {len(verdict.drift) - SHOWN} 个，前 50 个存入核对记录 {check.pk}。")
        if verdict.waiting:
            self.stdout.write(f"有变动还没算完、未核对的社区：{'、'.join(sorted(verdict.waiting))}")
        took = time.monotonic() - started
        self.stdout.write(f"核对了 {verdict.cells} 个单元，{len(verdict.drift)} 个不一致，用时 {took:.1f} 秒。")
        if verdict.drift:
            raise CommandError("库中的数字与重算的不一致；可用 rebuild_cells 重建，原因要查清。")


def is_area(code: str) -> bool:
    """Tell whether a district, street or community has this code."""
    return any(model.objects.filter(code=code).exists() for model in (District, Street, Community))


def describe(found: Difference) -> str:
    """Return a differing cell in one line."""
    stored, true = (list(side) if side else "没有" for side in (found.stored, found.recounted))
    return f"{found.cell}：库中 {stored}，重算 {true}"
