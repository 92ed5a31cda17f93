"""The life of a resident import: upload, mapping, rehearsal, decisions, write, undo. Each deed is audited."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.encryption import decrypt_bytes, encrypt_bytes
from accounts.models import User
from communities.models import Community
from grids.locks import lock_street
from grids.vocabulary import fold
from imports.formats import FileRefused
from imports.headings import COLUMNS_BY_KEY, IGNORE, hash_headings
from imports.matching import count_outcomes, has_changed_since, match_rows, read_horizon
from imports.models import (
    HeadingMapping,
    ImportBefore,
    ImportFile,
    ImportMessage,
    ImportMissing,
    ImportProgress,
    ImportReview,
    ImportTrace,
    ResidentImport,
    StagedRow,
)
from imports.progress import Watch, is_held, work_on
from imports.reader import make_brief, read_file, recognise_file
from imports.staging import Onlooker, Staging, column_letter, stage_rows
from imports.undo import find_edited_since, restore
from imports.writing import write_rows

Status = ResidentImport.Status
Stage = ImportProgress.Stage
FILE_PURPOSE = "import_file"
WAITING_OF = {Status.REHEARSING: Status.QUEUED, Status.WRITING: Status.CONFIRMED}


@transaction.atomic
def create_import(
    *,
    file_name: str,
    content: bytes,
    community: Community | None,
    effective_date: date,
    by: User,
    is_complete: bool = False,
    reads_hidden_rows: bool = True,
    mapping: Mapping[str, str] | None = None,
) -> ResidentImport:
    """Keep an uploaded list, encrypted, for rehearsal. Raises FileRefused when it is no table at all."""
    recognise_file(content)
    if by.street is None:
        raise ValidationError(_("只有街道级的底册管理员可以导入居民。"))
    job = ResidentImport.objects.create(
        street=by.street,
        community=community,
        by=by,
        file_name=file_name[-200:],
        effective_date=effective_date,
        is_complete=is_complete,
        reads_hidden_rows=reads_hidden_rows,
        mapping=dict(mapping or {}),
    )
    ImportFile.objects.create(resident_import=job, content=encrypt_bytes(content, purpose=FILE_PURPOSE))
    record("resident_import.upload", by=by, target=job, area_code=job.street.code, file_name=job.file_name)
    return job


@transaction.atomic
def map_headings(
    job: ResidentImport, *, mapping: Mapping[str, str], sheets: list[str], by: User, remember: bool = True
) -> ResidentImport:
    """Say what unknown headings mean and which sheets to read, and rehearse again.

    `mapping` is folded heading -> column key, or IGNORE. It is remembered for the street or community and this very set
    of headings. Raises ValidationError when a key is unknown, or given twice on one sheet.
    """
    job = lock_job(job, Status.MAPPING, Status.REHEARSED)
    if unknown := [key for key in mapping.values() if key != IGNORE and key not in COLUMNS_BY_KEY]:
        raise ValidationError(_("没有“%(key)s”这一列。") % {"key": unknown[0]})
    for sheet in job.layout:  # two sheets may call one thing by two names, one sheet may not
        said = [mapping.get(fold(heading), IGNORE) for _index, heading in sheet["headings"]]
        if repeated := {key for key in said if key != IGNORE and said.count(key) > 1}:
            heading = COLUMNS_BY_KEY[repeated.pop()].heading
            raise ValidationError(_("“%(heading)s”对应了不止一列，请只留一列。") % {"heading": heading})
    job.mapping, job.sheets = dict(mapping), sheets
    job.status, job.attempts = Status.QUEUED, 0
    job.save(update_fields=["mapping", "sheets", "status", "attempts"])
    if remember:
        for sheet in job.layout:
            if sheet["headings"]:
                HeadingMapping.objects.update_or_create(
                    street=job.street,
                    community=job.community,
                    headings_hash=hash_headings(heading for _index, heading in sheet["headings"]),
                    defaults={"mapping": dict(mapping), "by": by},
                )
    record("resident_import.map", by=by, target=job, area_code=job.street.code, mapping=dict(mapping), sheets=sheets)
    return job


@transaction.atomic
def confirm_import(job: ResidentImport, *, by: User) -> ResidentImport:
    """Let the rehearsed import be written. Confirming twice is confirming once."""
    job = ResidentImport.objects.select_for_update().get(pk=job.pk)
    if job.status in (Status.CONFIRMED, Status.WRITING, Status.DONE):
        return job
    if job.status != Status.REHEARSED:
        raise ValidationError(_("这次导入不在“等待确认”的状态，请刷新页面查看。"))
    if not job.rows_accepted and not job.missing.exclude(decision="").exists():
        raise ValidationError(_("没有可以写入的行，请先按提示修改表格后重新上传。"))
    job.status, job.attempts = Status.CONFIRMED, 0
    job.save(update_fields=["status", "attempts"])
    record("resident_import.confirm", by=by, target=job, area_code=job.street.code, **job.counts)
    return job


@transaction.atomic
def discard_import(job: ResidentImport, *, by: User) -> ResidentImport:
    """Throw an import that is not written away, with its file and rows."""
    job = lock_job(job, Status.MAPPING, Status.REHEARSED, Status.FAILED)
    forget_rows(job)
    job.status = Status.DISCARDED
    job.save(update_fields=["status"])
    record("resident_import.discard", by=by, target=job, area_code=job.street.code)
    return job


@transaction.atomic
def decide_missing(job: ResidentImport, *, decisions: Mapping[int, str], by: User) -> int:
    """Say what became of people whom a complete list does not name: resident id -> end reason, "" keeps the spell.

    Returns how many decisions changed. Only before the write; audited.
    """
    job = lock_job(job, Status.REHEARSED)
    changed = 0
    for decision in set(decisions.values()):
        residents = [resident for resident, said in decisions.items() if said == decision]
        rows = ImportMissing.objects.filter(resident_import=job, resident__in=residents)
        changed += rows.exclude(decision=decision).update(decision=decision)
    record("resident_import.missing", by=by, target=job, area_code=job.street.code, changed=changed)
    return changed


@transaction.atomic
def decide_all_missing(job: ResidentImport, *, decision: str, by: User) -> int:
    """Say the same of everybody whom a complete list does not name; returns how many."""
    job = lock_job(job, Status.REHEARSED)
    changed = ImportMissing.objects.filter(resident_import=job).update(decision=decision)
    record("resident_import.missing", by=by, target=job, area_code=job.street.code, changed=changed, decision=decision)
    return changed


def lock_job(job: ResidentImport, *allowed: str) -> ResidentImport:
    """Return the import locked for this transaction; raises ValidationError when it stands elsewhere than allowed."""
    job = ResidentImport.objects.select_for_update().get(pk=job.pk)
    if job.status not in allowed:
        raise ValidationError(_("这次导入的状态已经变了，请刷新页面查看。"))
    return job


def rehearse(job_id: int, onlook: Onlooker | None = None) -> None:
    """Read and check the file of a queued import, hold it against the register and keep the report.

    The register is only read. All that is kept is kept in one transaction: a rehearsal that dies leaves nothing.
    """
    with work_on(job_id) as watch:
        job = claim(job_id, Status.QUEUED, Status.REHEARSING) if watch else None
        if job is None or watch is None:
            return
        try:
            with transaction.atomic():
                questions = stage(job, watch, onlook)
                job.status = Status.MAPPING if questions else Status.REHEARSED
                job.rehearsed_at = timezone.now()
                job.save(
                    update_fields=["status", "layout", "mapping", "counts", "changes", "compared_under", "rehearsed_at"]
                )
        except FileRefused as refusal:
            refuse_file(job, refusal)


def stage(job: ResidentImport, watch: Watch, onlook: Onlooker | None = None) -> list[str]:
    """Stage the job's rows, hold them against the register and set its report.

    Returns what must be asked of the user first (then nothing is staged), [] when nothing.
    """
    watch.begin(Stage.READING)
    said = listen_to_reader(job)
    staging = Staging(job, onlook)
    questions: list[str] = []

    def chunks() -> Iterator[dict[str, Any]]:
        for kind, value in said:
            if kind == "ask":
                questions.extend(value)
            else:
                yield value

    watch.begin(Stage.CHECKING)
    stage_rows(staging, chunks(), watch.show)
    if not questions:
        if not staging.rows and not staging.skipped:
            raise FileRefused("empty")
        watch.begin(Stage.COMPARING, staging.rows)
        job.compared_under = read_horizon()
        match_rows(job)
        count_rows(job, refused=staging.refused, skipped=staging.skipped)
    return questions


def listen_to_reader(job: ResidentImport) -> Iterator[tuple[str, Any]]:
    """Start the reader on the job's file, note the layout, and return what it says next.

    When a mapping was remembered for these headings the reader starts again with it.
    """
    content = decrypt_bytes(job.file.content, purpose=FILE_PURPOSE)
    brief = make_brief(job, recognise_file(content), today=timezone.localdate())
    said = read_file(content, brief)
    job.layout = next(said)[1]
    if not job.mapping and recall_mapping(job):
        said = read_file(content, brief | {"mapping": job.mapping})
        job.layout = next(said)[1]
    return said


def recall_mapping(job: ResidentImport) -> bool:
    """Take the mapping that was once said for this set of headings; tell whether there is one."""
    hashes = [hash_headings(heading for _index, heading in sheet["headings"]) for sheet in job.layout]
    known = HeadingMapping.objects.filter(street=job.street, headings_hash__in=hashes)
    mine = known.filter(Q(community=job.community_id) | Q(community=None)).order_by("community")
    for remembered in mine:
        job.mapping |= remembered.mapping
    return bool(job.mapping)


def count_rows(job: ResidentImport, *, refused: int, skipped: int) -> None:
    """Set the job's counts and changes from its staged rows."""
    outcomes, job.changes = count_outcomes(job)
    job.counts = {
        "create": outcomes.get("create", 0),
        "update": outcomes.get("update", 0),
        "unchanged": outcomes.get("unchanged", 0),
        "review": outcomes.get("review", 0),
        "refuse": refused + outcomes.get("refuse", 0),
        "skip": skipped,
        "warn": ImportMessage.objects.filter(resident_import=job).count_warned_rows(),
    }


def write(job_id: int) -> None:
    """Write a confirmed import: all of it or, whatever happens, nothing."""
    with work_on(job_id) as watch:
        job = claim(job_id, Status.CONFIRMED, Status.WRITING) if watch else None
        if job is None or watch is None:
            return
        if job.rows.count() < job.counts["create"] + job.counts["update"]:
            # The staging table does not survive a crash of the database: check again, then write what was confirmed.
            with transaction.atomic():
                stage(job, watch)
        watch.begin(Stage.WRITING, job.rows_accepted)
        with transaction.atomic():
            write_locked(job)


def write_locked(job: ResidentImport) -> None:
    """Compare once more under the street's lock if anything changed, write, keep the report. Runs in a transaction."""
    # A second run waits here, finds the job written, and leaves.
    if not ResidentImport.objects.select_for_update().filter(pk=job.pk, status=Status.WRITING).exists():
        return
    lock_street(job.street_id)
    if StagedRow.objects.filter(resident_import=job).of_closed_grids().exists():
        # A grid was merged or split since the rehearsal: what was confirmed no longer holds, and is shown anew.
        job.status, job.attempts = Status.QUEUED, 0
        job.save(update_fields=["status", "attempts"])
        return
    if has_changed_since(job.compared_under):
        refused = ImportMessage.objects.filter(resident_import=job).count_refused_by_file()
        match_rows(job)
        count_rows(job, refused=refused, skipped=job.counts["skip"])
    write_rows(job)
    job.status, job.written_at = Status.DONE, read_clock()
    job.save(update_fields=["status", "counts", "changes", "written_at"])
    record("resident_import.write", by=job.by, target=job, area_code=job.street.code, **job.counts)


def read_clock() -> Any:
    """Return PostgreSQL's time of this transaction, which the rows it writes bear in changed_at."""
    with connection.cursor() as cursor:
        cursor.execute("select now()")
        return cursor.fetchone()[0]


@transaction.atomic
def request_undo(job: ResidentImport, *, by: User) -> ResidentImport:
    """Let a written import be taken back. Raises ValidationError when it is too old or later edits would be lost."""
    job = lock_job(job, Status.DONE)
    if not job.can_be_undone:
        raise ValidationError(_("写入已超过 %(days)s 天，不能撤销。") % {"days": settings.IMPORT_UNDO_DAYS})
    if edited := find_edited_since(job).count():
        raise ValidationError(
            _("有 %(count)s 人在导入之后又有改动，撤销会丢掉这些改动。请先逐个核对。") % {"count": edited},
            code="edited",
        )
    job.status = Status.UNDOING
    job.save(update_fields=["status"])
    record("resident_import.request_undo", by=by, target=job, area_code=job.street.code)
    return job


def undo(job_id: int) -> None:
    """Take an import back that waits for it; back to "written" when somebody edited its people meanwhile."""
    with work_on(job_id) as watch:
        if watch is None:
            return
        with transaction.atomic():
            job = ResidentImport.objects.select_for_update().filter(pk=job_id, status=Status.UNDOING).first()
            if job is None:
                return
            watch.begin(Stage.UNDOING)
            lock_street(job.street_id)
            if find_edited_since(job).exists():
                job.status = Status.DONE
            else:
                restore(job)
                job.status, job.undone_at = Status.UNDONE, timezone.now()
                record("resident_import.undo", by=job.by, target=job, area_code=job.street.code)
            job.save(update_fields=["status", "undone_at"])


def claim(job_id: int, waiting: str, running: str) -> ResidentImport | None:
    """Take a waiting job for this process, counting the attempt; None when it does not wait."""
    taken = ResidentImport.objects.filter(pk=job_id, status=waiting, attempts__lt=settings.IMPORT_ATTEMPTS)
    job = ResidentImport.objects.filter(pk=job_id).select_related("street", "by").first()
    if job is None or not taken.update(status=running, attempts=job.attempts + 1):
        return None
    job.refresh_from_db(fields=["status", "attempts"])
    return job


@transaction.atomic
def refuse_file(job: ResidentImport, refusal: FileRefused) -> None:
    """Keep why the whole file is refused, and delete the file."""
    column = "" if refusal.column is None else column_letter(refusal.column)
    forget_rows(job)
    ImportMessage.objects.create(
        resident_import=job,
        sheet=refusal.sheet,
        row=refusal.row,
        column=column,
        severity=ImportMessage.Severity.REFUSE,
        code=refusal.code,
        detail=str(refusal.detail)[:200],
        found_by=ImportMessage.FoundBy.FILE,
    )
    ResidentImport.objects.filter(pk=job.pk).update(status=Status.REFUSED)
    job.status = Status.REFUSED
    record("resident_import.refuse", by=job.by, target=job, area_code=job.street.code, reason=refusal.code)


def forget_rows(job: ResidentImport) -> None:
    """Delete the file, the staged rows and what hangs on them."""
    for model in (ImportFile, StagedRow, ImportMessage, ImportReview, ImportMissing):
        model.objects.filter(resident_import=job).delete()


def resume_jobs() -> list[tuple[int, str]]:
    """Return (job id, status) of jobs to ring: rings that were lost, and runs whose worker died.

    A job that was tried IMPORT_ATTEMPTS times is parked as FAILED, so that a poisonous file cannot kill every worker.
    """
    for running, waiting in WAITING_OF.items():
        for job in ResidentImport.objects.filter(status=running):
            if not is_held(job.pk):
                spent = job.attempts >= settings.IMPORT_ATTEMPTS
                orphans = ResidentImport.objects.filter(pk=job.pk, status=running, attempts=job.attempts)
                orphans.update(status=Status.FAILED if spent else waiting)
    waits = [*WAITING_OF.values(), Status.UNDOING]
    return [
        row
        for row in ResidentImport.objects.filter(status__in=waits).values_list("pk", "status")
        if not is_held(row[0])
    ]


def delete_old_files() -> int:
    """Delete what has had its time: files, staged rows, what an undo would need; returns the number of files."""
    old = ResidentImport.objects.filter(created_at__lt=timezone.now() - timedelta(days=settings.IMPORT_KEEP_DAYS))
    files = ImportFile.objects.filter(resident_import__in=old).count()
    for job in old.filter(status__in=[Status.MAPPING, Status.REHEARSED, Status.FAILED]):
        with transaction.atomic():
            forget_rows(job)
            ResidentImport.objects.filter(pk=job.pk).update(status=Status.DISCARDED)
    at_rest = old.exclude(status__in=ResidentImport.RUNNING)
    ImportFile.objects.filter(resident_import__in=at_rest).delete()
    StagedRow.objects.filter(resident_import__in=at_rest).delete()
    written = ResidentImport.objects.filter(
        status=Status.DONE, written_at__lt=timezone.now() - timedelta(days=settings.IMPORT_UNDO_DAYS)
    )
    for model in (ImportBefore, ImportTrace, ImportMissing, ImportReview):
        model.objects.filter(resident_import__in=written).delete()
    return files
