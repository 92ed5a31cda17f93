"""A worker whose clock is wrong by so many seconds: `python -m ops.faults.clock SECONDS`. No other process feels it."""

import sys
from datetime import UTC, datetime, timedelta

import time_machine
from celery.__main__ import main

if __name__ == "__main__":
    wrong_by = timedelta(seconds=int(sys.argv[1]))
    time_machine.travel(datetime.now(UTC) + wrong_by, tick=True).start()
    sys.argv = ["celery", "--quiet", "-A", "config", "worker", "--concurrency", "1", "--without-mingle", "-n", "wrong"]
    sys.exit(main())
