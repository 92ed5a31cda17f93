"""Timing on a noisy machine: alternate ours and the reference, take the best of several runs of each."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from privacy.database_roles import secure_database


@dataclass(frozen=True)
class Timing:
    """Best seconds of ours and of the reference (or megabytes, where memory is measured), and a remark to print."""

    ours: float
    reference: float
    note: str = ""


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(ours: Callable[[], object], reference: Callable[[], object], *, runs: int) -> Timing:
    """Run both in turn `runs` times, after one unmeasured run of each, and return the best of each."""
    ours()
    reference()
    pairs = [(seconds(ours), seconds(reference)) for _ in range(runs)]
    return Timing(min(pair[0] for pair in pairs), min(pair[1] for pair in pairs))


def compare_p95(ours: Sequence[Callable[[], object]], reference: Callable[[], object], *, runs: int) -> Timing:
    """Run each of ours, and the reference as often, in turn `runs` times; return the 95th percentile of both."""
    for work in (*ours, reference):
        work()
    pairs = [(seconds(work), seconds(reference)) for _ in range(runs) for work in ours]
    return Timing(find_p95([pair[0] for pair in pairs]), find_p95([pair[1] for pair in pairs]))


def find_p95(times: Sequence[float]) -> float:
    """Return the time that nineteen in twenty stay under."""
    return sorted(times)[min(len(times) - 1, len(times) * 95 // 100)]


@contextmanager
def fresh_database(template: str | None = None) -> Iterator[None]:
    """Migrate an empty database (or a copy of another one) beside the configured one, and drop it afterwards."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template
    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    try:
        secure_database()
        yield
    finally:
        teardown_databases(made, verbosity=0)
