"""python -m bench.worker IMPORT: rehearse and write one import in a process of its own; print its peak memory in MB.

Two numbers: this process, and the largest of the readers it started.
"""

import os
import resource
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from imports import actions  # noqa: E402 - Django comes first
from imports.models import ResidentImport  # noqa: E402

KILOBYTES = 1024


def main(import_id: int) -> None:
    """Do what a Celery worker would do with the import."""
    actions.rehearse(import_id)
    job = ResidentImport.objects.get(pk=import_id)
    actions.confirm_import(job, by=job.by)
    actions.write(import_id)
    own, reader = (
        resource.getrusage(who).ru_maxrss // KILOBYTES for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(own, reader)


if __name__ == "__main__":
    main(int(sys.argv[1]))
