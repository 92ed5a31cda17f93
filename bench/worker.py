"""python -m bench.worker IMPORT: rehearse and write one import in a process of its own; print its peak memory in MB.

Two numbers: this process, and the largest of the readers it started.
"""

import os
import re
import resource
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from imports import actions  # noqa: E402 - Django comes first
from imports.models import ResidentImport  # noqa: E402

KILOBYTES = 1024


def read_own_peak() -> int:
    """Return the peak megabytes of this process; getrusage would count the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // KILOBYTES  # type: ignore[index]


def main(import_id: int) -> None:
    """Do what a Celery worker would do with the import."""
    actions.rehearse(import_id)
    job = ResidentImport.objects.get(pk=import_id)
    actions.confirm_import(job, by=job.by)
    actions.write(import_id)
    own, reader = read_own_peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // KILOBYTES
    print(own, reader)


if __name__ == "__main__":
    main(int(sys.argv[1]))
