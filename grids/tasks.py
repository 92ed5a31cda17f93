"""Doorbells of the register: ids in, one call out, safe to ring twice."""

from celery import shared_task

from communities.doorbell import ring
from grids import exports


@shared_task
def make_export(export_id: int) -> None:
    """Make the file of the export if it waits for that."""
    exports.make_export(export_id)


@shared_task
def resume_exports() -> None:
    """Ring again for exports whose ring was lost or whose worker died, and delete files whose day is over."""
    exports.delete_expired()
    for export_id in exports.requeue_exports():
        ring("grids.tasks.make_export", export_id)
