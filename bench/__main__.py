"""python -m bench: measure every figure, or the one named by ONLY; print a line each, write bench/results.json."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from bench import activities, checkins, imports, pages  # noqa: E402 - Django comes first
from bench.timing import Timing, fresh_database  # noqa: E402

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Result:
    """One figure: best seconds (or MB) of ours and of the reference in the same run, ratio, goal, whether it is met."""

    name: str
    ours: float
    reference: float
    ratio: float
    goal: float
    met: bool
    note: str = ""


# name -> (measurement, greatest ratio that is good enough)
FIGURES: dict[str, tuple[Callable[[], Timing], float]] = {
    "import_100000_rows": (imports.measure_import, 2.0),
    "reimport_100000_rows_10_percent_changed": (imports.measure_reimport, 1.0),
    "import_200000_rows_megabytes": (imports.measure_memory, 1.0),
    "import_10000_rows_against_default_resource": (imports.measure_default_resource, 1.0),
    "dashboard_page": (pages.measure_dashboard, 12.0),
    "activity_list_p95": (activities.measure_list, 15.0),
    "activity_list_filtered_p95": (activities.measure_filtered_list, 15.0),
    "activity_list_of_a_street_p95": (activities.measure_street_list, 20.0),
    "participant_picker_grid_p95": (activities.measure_picker_grid, 12.0),
    "participant_picker_search_p95": (activities.measure_picker_search, 12.0),
    "check_ins_1000_one_by_one": (checkins.measure_one_by_one, 20.0),
    "check_ins_1000_in_batches_of_100": (checkins.measure_batches, 2.0),
}


def measure(name: str) -> Result:
    """Take one measurement in a database of its own."""
    run, goal = FIGURES[name]
    with fresh_database():
        timing = run()
    ratio = timing.ours / timing.reference
    return Result(
        name, round(timing.ours, 4), round(timing.reference, 4), round(ratio, 2), goal, ratio <= goal, timing.note
    )


def main() -> int:
    """Measure and report; the exit status is 1 for an unknown name only: a missed goal is a finding, not an error."""
    only = os.environ.get("ONLY", "")
    names = [only] if only else list(FIGURES)
    if only and only not in FIGURES:
        print(f"没有名为“{only}”的测量；可用：{'、'.join(FIGURES)}")
        return 1
    results = [measure(name) for name in names]
    for r in results:
        print(
            f"{r.name:<42} ours {r.ours:9.4f}  reference {r.reference:9.4f}  ratio {r.ratio:6.2f}  "
            f"goal {r.goal:5.1f}  {'met' if r.met else 'MISSED'}  {r.note}"
        )
    RESULTS.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
