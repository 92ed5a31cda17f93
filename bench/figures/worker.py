"""python -m bench.figures.worker: refresh communities one after the other; print the resident memory after each, in kB.

Alone in its process, as a Celery worker is.
"""

import os
import re
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from communities.models import Community  # noqa: E402 - Django comes first
from indicators.engine.cells import refresh_community  # noqa: E402

REFRESHES = 20


def read_memory() -> int:
    """Return the kilobytes of this process that are in memory."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))[1])  # type: ignore[index]


def main() -> None:
    """Recompute whole communities in turn."""
    communities = list(Community.objects.filter(grids__isnull=False).distinct().values_list("pk", flat=True))
    for number in range(REFRESHES):
        refresh_community(communities[number % len(communities)], everything=True)
        print(read_memory())


if __name__ == "__main__":
    main()
