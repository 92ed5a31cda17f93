"""Doorbells of resident imports: ids in, one call out, safe to ring twice."""

from celery import shared_task

from communities.doorbell import ring
from grids import actions
from grids.models import ResidentImport


@shared_task
def rehearse_import(job_id: int) -> None:
    """Rehearse the import if it waits for that."""
    actions.rehearse(job_id)


@shared_task
def write_import(job_id: int) -> None:
    """Write the import if it is confirmed."""
    actions.write(job_id)


@shared_task
def resume_imports() -> None:
    """Ring again for imports whose ring was lost or whose worker died."""
    for job_id, status in actions.requeue_stale():
        waits_for_rehearsal = status == ResidentImport.Status.QUEUED
        ring("grids.tasks.rehearse_import" if waits_for_rehearsal else "grids.tasks.write_import", job_id)
