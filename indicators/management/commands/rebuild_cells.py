"""manage.py rebuild_cells: compute the cells of figures anew from the facts."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.models import Community, District, Street
from indicators.engine.rebuild import rebuild_cells
from indicators.periods import Period

AREAS: dict[int, type[District] | type[Street] | type[Community]] = {6: District, 9: Street, 12: Community}


class Command(BaseCommand):
    help = "从底册和活动重新计算全部数字（或一个区域、某个时段以来的数字），算好后一次替换。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--area", default="", metavar="区划代码", help="只算这个区县、街道或社区（6、9、12 位）")
        parser.add_argument("--since", default="", metavar="时段", help="只算从这个时段起的，如 2026-03、2026-Q1、2026")
        parser.add_argument("--sessions", type=int, default=os.cpu_count() or 2, help="同时用几个数据库会话")

    def handle(self, *args: Any, area: str, since: str, sessions: int, verbosity: int, **options: Any) -> None:
        if sessions < 1:
            raise CommandError("--sessions 至少是 1。")
        count = rebuild_cells(
            area=find_area(area) if area else None,
            since=find_period(since) if since else None,
            sessions=sessions,
            report=self.report if verbosity else lambda done, total: None,
        )
        if verbosity:
            self.stdout.write(f"已重新计算 {count} 个社区的数字。")

    def report(self, done: int, total: int) -> None:
        """Show how far it is: on a terminal on one line, in a log every tenth."""
        if self.stdout.isatty():
            self.stdout.write(f"\r{done}/{total}", ending="" if done < total else "\n")
            self.stdout.flush()
        elif done == total or done % max(1, total // 10) == 0:
            self.stdout.write(f"{done}/{total}")


def find_area(code: str) -> District | Street | Community:
    """Return the area of a code; raises CommandError when there is none."""
    model = AREAS.get(len(code))
    if model is None or (area := model.objects.filter(code=code).first()) is None:
        raise CommandError(f"没有代码为“{code}”的区县、街道或社区。")
    return area


def find_period(code: str) -> Period:
    """Return the period of a code; raises CommandError for anything else."""
    try:
        return Period.parse(code)
    except ValueError as error:
        raise CommandError(f"“{code}”不是时段，请写成 2026-03、2026-Q1 或 2026。") from error
