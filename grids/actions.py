"""Writes on the register that touch several tables: the life of a resident import."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from communities.models import Community
from grids.encryption import decrypt_bytes, encrypt_bytes
from grids.imports import (
    FileRefused,
    Message,
    Plan,
    column_letter,
    compare,
    make_plan,
    write_people,
)
from grids.models import ImportFile, ResidentImport
from grids.sheets import check_archive

Status = ResidentImport.Status
IMPORT_LOCK = 7101  # first key of the advisory lock under which one import of a street writes at a time
FILE_PURPOSE = "import_file"


@transaction.atomic
def create_import(
    *, file_name: str, content: bytes, community: Community | None, effective_date: date, by: User
) -> ResidentImport:
    """Keep an uploaded workbook, encrypted, for rehearsal. Raises FileRefused when it is no workbook at all."""
    check_archive(content)
    if by.street is None:
        raise ValidationError(_("只有街道级的底册管理员可以导入居民。"))
    job = ResidentImport.objects.create(
        street=by.street,
        community=community,
        by=by,
        file_name=file_name[-200:],
        effective_date=effective_date,
    )
    ImportFile.objects.create(resident_import=job, content=encrypt_bytes(content, purpose=FILE_PURPOSE))
    record("resident_import.upload", by=by, target=job, area_code=job.street.code, file_name=job.file_name)
    return job


@transaction.atomic
def confirm_import(job: ResidentImport, *, by: User) -> ResidentImport:
    """Let the rehearsed import be written. Confirming twice is confirming once."""
    job = ResidentImport.objects.select_for_update().get(pk=job.pk)
    if job.status in (Status.CONFIRMED, Status.WRITING, Status.DONE):
        return job
    if job.status != Status.REHEARSED:
        raise ValidationError(_("这次导入不在“等待确认”的状态，请刷新页面查看。"))
    if not job.rows_accepted:
        raise ValidationError(_("没有可以写入的行，请先按提示修改表格后重新上传。"))
    job.status, job.attempts, job.rows_done, job.heartbeat_at = Status.CONFIRMED, 0, 0, timezone.now()
    job.save(update_fields=["status", "attempts", "rows_done", "heartbeat_at"])
    record("resident_import.confirm", by=by, target=job, area_code=job.street.code, **job.counts)
    return job


@transaction.atomic
def discard_import(job: ResidentImport, *, by: User) -> ResidentImport:
    """Throw a rehearsed import and its file away; nothing was written."""
    job = ResidentImport.objects.select_for_update().get(pk=job.pk)
    if job.status not in (Status.REHEARSED, Status.FAILED):
        raise ValidationError(_("只有等待确认或未能完成的导入可以放弃。"))
    finish(job, Status.DISCARDED)
    record("resident_import.discard", by=by, target=job, area_code=job.street.code)
    return job


def rehearse(job_id: int) -> None:
    """Read and check the file of a queued import and keep the report; the register is only read."""
    job = claim(job_id, Status.QUEUED, Status.REHEARSING)
    if job is None:
        return
    try:
        plan = read_plan(job)
        compare(plan, job.communities(), effective_date=job.effective_date)
    except FileRefused as refusal:
        refuse_file(job, refusal)
        return
    keep_report(job, plan, Status.REHEARSED)


def write(job_id: int) -> None:
    """Write a confirmed import: all of it or, whatever happens, nothing."""
    job = claim(job_id, Status.CONFIRMED, Status.WRITING)
    if job is None:
        return
    plan = read_plan(job)
    with transaction.atomic():
        # Only the run that still finds the job in WRITING may write; a second one waits here and then leaves.
        if not ResidentImport.objects.select_for_update().filter(pk=job.pk, status=Status.WRITING).exists():
            return
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [IMPORT_LOCK, job.street_id])
        compare(plan, job.communities(), effective_date=job.effective_date)
        write_people(plan, effective_date=job.effective_date)
        keep_report(job, plan, Status.DONE)
        finish(job, Status.DONE)
        record("resident_import.write", by=job.by, target=job, area_code=job.street.code, **plan.counts)


def claim(job_id: int, waiting: str, running: str) -> ResidentImport | None:
    """Take a waiting job for this process, counting the attempt; None when somebody else has it."""
    taken = ResidentImport.objects.filter(pk=job_id, status=waiting, attempts__lt=settings.IMPORT_ATTEMPTS)
    job = ResidentImport.objects.filter(pk=job_id).select_related("street", "by").first()
    if job is None or not taken.update(status=running, attempts=job.attempts + 1, heartbeat_at=timezone.now()):
        return None
    job.refresh_from_db(fields=["status", "attempts"])
    return job


def read_plan(job: ResidentImport) -> Plan:
    """Return the plan of the job's file, showing progress on the job's row."""

    def show(done: int, total: int) -> None:
        ResidentImport.objects.filter(pk=job.pk).update(rows_done=done, rows_total=total, heartbeat_at=timezone.now())

    content = decrypt_bytes(job.file.content, purpose=FILE_PURPOSE)
    return make_plan(content, job.communities(), today=timezone.localdate(), progress=show)


def keep_report(job: ResidentImport, plan: Plan, status: str) -> None:
    """Keep what the plan found on the job's row."""
    messages = sorted(plan.messages, key=lambda m: (m.sheet, m.row, m.column))
    ResidentImport.objects.filter(pk=job.pk).update(
        status=status,
        counts=plan.counts,
        reasons=plan.reasons,
        columns={"recognised": plan.recognised, "ignored": plan.ignored},
        messages=[message.as_dict() for message in messages[: settings.IMPORT_MESSAGES_KEPT]],
        heartbeat_at=timezone.now(),
    )


def refuse_file(job: ResidentImport, refusal: FileRefused) -> None:
    """Keep why the whole file is refused, and delete the file."""
    column = "" if refusal.column is None else column_letter(refusal.column)
    message: dict[str, Any] = Message(refusal.code, refusal.detail, refusal.sheet, refusal.row, column).as_dict()
    with transaction.atomic():
        ResidentImport.objects.filter(pk=job.pk).update(messages=[message], reasons={refusal.code: 1})
        finish(job, Status.REFUSED)


def finish(job: ResidentImport, status: str) -> None:
    """End the job and delete its file."""
    ResidentImport.objects.filter(pk=job.pk).update(status=status, finished_at=timezone.now())
    ImportFile.objects.filter(resident_import=job).delete()
    job.status = status


def requeue_stale() -> list[tuple[int, str]]:
    """Return (job id, status) of jobs to ring again: rings that were lost, and runs whose worker fell silent.

    A job that was tried IMPORT_ATTEMPTS times is parked as FAILED, so that a poisonous file cannot kill every worker.
    """
    silent = timezone.now() - timedelta(seconds=settings.IMPORT_STALE_SECONDS)
    for running, waiting in ((Status.REHEARSING, Status.QUEUED), (Status.WRITING, Status.CONFIRMED)):
        stale = ResidentImport.objects.filter(status=running, heartbeat_at__lt=silent)
        stale.filter(attempts__gte=settings.IMPORT_ATTEMPTS).update(status=Status.FAILED, finished_at=timezone.now())
        stale.filter(attempts__lt=settings.IMPORT_ATTEMPTS).update(status=waiting)
    waiting_jobs = ResidentImport.objects.filter(status__in=[Status.QUEUED, Status.CONFIRMED])
    return list(waiting_jobs.values_list("pk", "status"))
