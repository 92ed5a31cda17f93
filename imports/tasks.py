"""Doorbells of resident imports: ids in, one call out, safe to ring twice."""

from celery import shared_task

from communities.doorbell import ring
from imports import actions
from imports.models import ResidentImport

TASK_OF = {
    ResidentImport.Status.QUEUED: "imports.tasks.rehearse_import",
    ResidentImport.Status.CONFIRMED: "imports.tasks.write_import",
    ResidentImport.Status.UNDOING: "imports.tasks.undo_import",
}


@shared_task
def rehearse_import(job_id: int) -> None:
    """Rehearse the import if it waits for that."""
    actions.rehearse(job_id)


@shared_task
def write_import(job_id: int) -> None:
    """Write the import if it is confirmed."""
    actions.write(job_id)


@shared_task
def undo_import(job_id: int) -> None:
    """Take the import back if that was asked for."""
    actions.undo(job_id)


@shared_task
def resume_imports() -> None:
    """Ring again for imports whose ring was lost or whose worker died."""
    for job_id, status in actions.resume_jobs():
        ring(TASK_OF[ResidentImport.Status(status)], job_id)


@shared_task
def delete_old_files() -> None:
    """Delete import files whose time is over."""
    actions.delete_old_files()
