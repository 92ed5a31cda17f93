"""Whether a worker grows while it refreshes."""

import os
import subprocess
import sys

from django.db import connection

from bench.figures.sets import database_with
from bench.timing import Timing
from demo.scale import S

WARM = 3  # refreshes after which everything is loaded that ever will be


def measure_worker() -> Timing:
    """Megabytes of a worker after twenty refreshes of whole communities, against those after three."""
    with database_with(S):
        base = os.environ["DATABASE_URL"].rpartition("/")[0]
        environment = os.environ | {"DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}"}
        command = [sys.executable, "-m", "bench.figures.worker"]
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    sizes = [int(line) / 1024 for line in said.split()]
    return Timing(sizes[-1], sizes[WARM - 1], f"megabytes; after the first refresh {sizes[0]:.0f}")
