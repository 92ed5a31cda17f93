"""python -m bench.figures.explain: write how PostgreSQL executes the engine's statements into docs/explain/.

To be run on a database that holds M (`manage.py seed_demo --scale M`); what is changed is taken back, but for a rebuild
at the end. The reading of the texts is in docs/figures.md.
"""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 - Django comes first
from django.utils import timezone  # noqa: E402

from bench.figures import refreshes  # noqa: E402
from communities.models import Community  # noqa: E402
from indicators.engine.cells import compute  # noqa: E402
from indicators.engine.rebuild import rebuild_cells  # noqa: E402
from indicators.engine.session import tune  # noqa: E402

FOLDER = Path(__file__).parents[2] / "docs" / "explain"
# The statements of a refresh in their order; those after them repeat the last two for the other table and level.
STATEMENTS = ("reach", "activities", "sum-up-community", "sum-up-street")
LONG = re.compile(r"'?\{[^{}]{60,}\}'?(::\w+\[\])?")
NOISE = re.compile(r"^ *(Storage|Buckets|Batches|Index Searches|Planning:|Heap Fetches).*\n", re.MULTILINE)


class Explainer:
    """Explains each statement that writes cells before it is executed."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, execute: Callable, sql: str, parameters: Any, many: bool, context: dict) -> Any:
        if sql.lstrip().startswith("with fresh"):
            cursor = context["cursor"]
            execute("savepoint explained", None, False, context)
            execute(f"explain (analyze, buffers, costs off) {sql}", parameters, False, context)
            self.texts.append("\n".join(row[0] for row in cursor.fetchall()))
            execute("rollback to savepoint explained", None, False, context)
        return execute(sql, parameters, many, context)


def explain_refresh(community: Community, grids: set[int], change: Callable[[], object]) -> dict[str, str]:
    """Return the plans of a refresh of these grids after a change, by statement."""
    explainer = Explainer()
    with transaction.atomic():
        change()
        tune()
        with connection.execute_wrapper(explainer):
            compute(community, grids, timezone.localdate())
        transaction.set_rollback(True)
    return dict(zip(STATEMENTS, explainer.texts, strict=False))


def time_rebuild() -> str:
    """Return the seconds of a rebuild by step; the sessions that compute communities are what the steps leave over."""
    steps: list[tuple[float, str]] = []

    def note(execute: Callable, sql: str, *rest: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            steps.append((time.perf_counter() - began, " ".join(sql.split())))

    began = time.perf_counter()
    with connection.execute_wrapper(note):
        rebuild_cells(sessions=2)
    total = time.perf_counter() - began
    alone = sum(seconds for seconds, _sql in steps)
    lines = [f"{total - alone:7.2f} s  communities and grids, in two sessions"]
    lines += [f"{seconds:7.2f} s  {shorten(sql)}" for seconds, sql in steps if seconds > 0.01]
    return "\n".join([*lines, f"{total:7.2f} s  in all"])


def shorten(sql: str) -> str:
    """Return the beginning of a statement."""
    return sql if len(sql) <= 100 else f"{sql[:97]}..."


def trim(plan: str) -> str:
    """Leave out long arrays and what tells little."""
    return NOISE.sub("", LONG.sub("{…}", plan) + "\n")


def main() -> None:
    """Write the texts."""
    community = Community.objects.select_related("street").get(pk=refreshes.usual_community())
    grids = set(community.grids.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        arguments = refreshes.describe(community.pk, 99)
        plans = explain_refresh(community, grids, lambda: cursor.execute(refreshes.NEWCOMERS, arguments))
        one = explain_refresh(
            community, {min(grids)}, lambda: cursor.execute(refreshes.NEWCOMERS, arguments | {"people": 2})
        )
    texts = plans | {f"one-grid-{name}": text for name, text in one.items() if name != "activities"}
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts.items():
        (FOLDER / f"{name}.txt").write_text(trim(text), encoding="utf-8")
    (FOLDER / "rebuild-steps.txt").write_text(time_rebuild() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
