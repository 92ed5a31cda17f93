"""manage.py import_residents: the import of the web pages, from the shell. docs/imports.md describes the report."""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.roles import Permission
from grids.vocabulary import fold
from imports import actions
from imports.formats import FileRefused
from imports.models import ImportMessage, ResidentImport, StagedRow

SOME_REFUSED, FILE_REFUSED = 1, 2  # exit statuses
WEIGHT = ("skip", "refuse", "review", "remark")  # which of a row's messages decides its outcome


class Command(BaseCommand):
    """Rehearses a resident list, and with --commit writes it; the report has one JSON object per row and one more."""

    help = "导入居民名册：默认只预演；加 --commit 才写入。退出码 0 全部接受，1 有行被拒绝，2 文件被拒绝。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="名册文件：.xlsx .xlsm .xls .ods .csv .tsv")
        parser.add_argument("--community", help="12 位社区编码；不写则为操作人的整个街道")
        parser.add_argument("--effective", type=date.fromisoformat, help="生效日期，如 2026-11-01；默认今天")
        parser.add_argument("--mapping", type=Path, help="JSON 文件：{表头: 列}，列为空字符串表示不导入")
        parser.add_argument("--sheet", action="append", default=[], help="只读这张工作表；可以重复")
        parser.add_argument("--complete", action="store_true", help="这是全员名单：列出名单里没有的人")
        parser.add_argument("--commit", action="store_true", help="预演后立即写入")
        parser.add_argument("--report", type=Path, help="把逐行结果写到这个 .jsonl 文件")
        parser.add_argument("--by", required=True, help="操作人的账号，须是底册管理员")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        by = find_importer(options["by"])
        with tempfile.TemporaryFile("w+", encoding="utf-8") as cleaned:
            result = run_import(options, by, cleaned)
            job, refusal = result.job, result.refusal
            last = {
                "outcome": "refused" if refusal or job is None else job.status,
                "counts": job.counts if job else {},
                "seconds": round(time.monotonic() - started, 3),
            } | (refusal or {})
            if options["report"]:
                cleaned.seek(0)
                write_report(options["report"], result, cleaned, last)
        self.stdout.write(json.dumps(last, ensure_ascii=False))
        if refusal:
            sys.exit(FILE_REFUSED)
        if job and job.counts.get("refuse"):
            sys.exit(SOME_REFUSED)


def find_importer(username: str) -> User:
    """Return the account in whose name is imported; raises CommandError for one that may not."""
    by = User.objects.filter(username=username).first()
    if by is None or not by.may(Permission.IMPORT_RESIDENTS):
        raise CommandError(f"账号“{username}”不存在，或没有导入居民的权限。")
    return by


@dataclass
class Result:
    """What became of a file: its import, why it is refused (if it is), and place -> outcome of the staged rows."""

    job: ResidentImport | None = None
    refusal: dict[str, Any] | None = None
    outcomes: dict[tuple[str, int], str] = field(default_factory=dict)


def run_import(options: dict[str, Any], by: User, cleaned: IO[str]) -> Result:
    """Rehearse the file and, when asked, write it.

    The cleaned values of every row go to `cleaned`, a JSON array a line: sheet, row, values. Raises CommandError for
    wrong options.
    """

    def onlook(sheet: str, row: int, values: dict[str, Any]) -> None:
        cleaned.write(json.dumps([sheet, row, values], ensure_ascii=False) + "\n")

    try:
        job = create_job(options, by)
    except FileRefused as refusal:
        return Result(refusal=describe_refusal(refusal.code, str(refusal.detail), refusal.sheet))
    actions.rehearse(job.pk, onlook)
    job.refresh_from_db()
    if options["report"]:
        record("resident_import.report", by=by, target=job, area_code=job.street.code)
    if job.status == ResidentImport.Status.MAPPING:
        return Result(job, {"reasons": ["columns_unclear"], "sheets": job.layout})
    if job.status == ResidentImport.Status.REFUSED:
        message = job.messages.get()
        return Result(job, describe_refusal(message.code, message.detail, message.sheet))
    outcomes = dict(read_outcomes(job))  # the write forgets its rows
    if options["commit"]:
        commit(job, by)
    return Result(job, outcomes=outcomes)


def create_job(options: dict[str, Any], by: User) -> ResidentImport:
    """Return the import of the file under the options."""
    community = None
    if code := options["community"]:
        community = by.communities().filter(code=code).first()
        if community is None:
            raise CommandError(f"操作人的范围里没有编码为 {code} 的社区。")
    try:
        content = options["file"].read_bytes()
        mapping = json.loads(options["mapping"].read_text(encoding="utf-8")) if options["mapping"] else {}
    except (OSError, ValueError) as error:
        raise CommandError(f"读不了文件：{error}") from error
    job = actions.create_import(
        file_name=options["file"].name,
        content=content,
        community=community,
        effective_date=options["effective"] or timezone.localdate(),
        by=by,
        is_complete=options["complete"],
        mapping={fold(heading): key for heading, key in mapping.items()},
    )
    job.sheets = options["sheet"]
    job.save(update_fields=["sheets"])
    return job


def commit(job: ResidentImport, by: User) -> None:
    """Write the rehearsed import unless there is nothing to write."""
    try:
        actions.confirm_import(job, by=by)
    except ValidationError:
        return  # every row is unchanged, refused or under review: that is a result, not an error
    actions.write(job.pk)
    job.refresh_from_db()
    if job.status != ResidentImport.Status.DONE:
        raise CommandError("另一个进程正在处理这次导入。")


def describe_refusal(code: str, detail: str, sheet: str) -> dict[str, Any]:
    """Return why a file is refused, for the report's last line."""
    return {"reasons": [code], "detail": detail, "sheet": sheet}


def write_report(path: Path, result: Result, cleaned: IO[str], last: dict[str, Any]) -> None:
    """Write the report: one JSON object per row in the order of the file, then one for the file."""
    with path.open("w", encoding="utf-8") as target:
        for line in [] if result.refusal else list_rows(result, cleaned):
            target.write(json.dumps(line, ensure_ascii=False) + "\n")
        target.write(json.dumps(last, ensure_ascii=False) + "\n")


def list_rows(result: Result, cleaned: IO[str]) -> Iterator[dict[str, Any]]:
    """Yield the report's row objects: sheet, row, outcome, write, reasons, values."""
    said: dict[tuple[str, int], list[tuple[str, str]]] = {}
    messages = ImportMessage.objects.filter(resident_import=result.job).order_by("id")
    for sheet, row, severity, code in messages.values_list("sheet", "row", "severity", "code"):
        said.setdefault((sheet, row), []).append((severity, code))
    for line in cleaned:
        sheet, row, values = json.loads(line)
        found = said.get((sheet, row), [])
        severities = {severity for severity, _code in found}
        verdict = next((severity for severity in WEIGHT if severity in severities), "")
        write = None if verdict in WEIGHT[:3] else result.outcomes.get((sheet, row))
        yield {
            "sheet": sheet,
            "row": row,
            "outcome": {"remark": "warn", "": write}.get(verdict, verdict),
            "write": write,
            "reasons": [code for _severity, code in found],
            "values": {} if verdict == "skip" else values,
        }


def read_outcomes(job: ResidentImport) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield (place, outcome) of the staged rows."""
    rows = StagedRow.objects.filter(resident_import=job).values_list("sheet", "row", "outcome")
    for sheet, row, outcome in rows.iterator():
        yield (sheet, row), outcome
