"""python -m bench: measure every figure, or those named by ONLY; print a line each, keep them in bench/results.json.

ONLY takes names with commas between. What needs the data set M (minutes to load) is measured with SCALE=M or by name.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from bench import activities, audit, checkins, imports, pages, row_security, surveys, volunteers  # noqa: E402 - Django comes first
from bench.figures import dashboards, marking, memory, reading, rebuilds, refreshes  # noqa: E402
from bench.figures.sets import drop_sets  # noqa: E402
from bench.timing import Timing, fresh_database  # noqa: E402
from demo.scale import M, S  # noqa: E402

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
Figures = dict[str, tuple[Callable[[], Timing], float]]
FIGURES: Figures = {
    "import_100000_rows": (imports.measure_import, 2.0),
    "reimport_100000_rows_10_percent_changed": (imports.measure_reimport, 1.0),
    "import_200000_rows_megabytes": (imports.measure_memory, 1.0),
    "import_10000_rows_against_default_resource": (imports.measure_default_resource, 1.0),
    "dashboard_page": (pages.measure_dashboard, 3.0),
    "activity_list_p95": (activities.measure_list, 15.0),
    "activity_list_filtered_p95": (activities.measure_filtered_list, 15.0),
    "activity_list_of_a_street_p95": (activities.measure_street_list, 20.0),
    "participant_picker_grid_p95": (activities.measure_picker_grid, 12.0),
    "participant_picker_search_p95": (activities.measure_picker_search, 12.0),
    "check_ins_1000_one_by_one": (checkins.measure_one_by_one, 20.0),
    "check_ins_1000_in_batches_of_100": (checkins.measure_batches, 2.0),
    "survey_results_page_p95": (surveys.measure_page, 3.0),
    "survey_cross_table_against_best_sql": (surveys.measure_cross, 2.0),
    "survey_answers_1000_one_by_one": (surveys.measure_sending, 40.0),
    "survey_results_100000_x_20_against_one_scan": (surveys.measure_computing, 10.0),
    "audit_search_1000000_events_p95": (audit.measure_search, 40.0),
    "audit_linking_20000_events_against_writing": (audit.measure_linking, 3.0),
    "audit_verifying_100000_events_against_reading": (audit.measure_verifying, 3.0),
    "audit_look_against_bare_insert": (audit.measure_look, 6.0),
    "volunteer_hours_400000_records_against_plain_sum": (volunteers.measure_hours, 6.0),
}
# Likewise, on data sets that are loaded once a run: each of these makes databases of its own.
SCALED: Figures = {
    "rebuild_S_against_best_sql": (rebuilds.against_reference(S, runs=8), 1.2),
    "rebuild_S_against_textbook": (rebuilds.against_textbook(S, runs=3), 1 / 8),
    "refresh_2000_S_against_rebuild": (refreshes.after_many(S), 1 / 6),
    "refresh_one_check_in_S_against_rebuild": (refreshes.after_one(S), 1 / 60),
    "insert_100000_with_marks_against_without": (marking.measure_triggers, 1.4),
    "read_matrix_of_a_street": (reading.measure_matrix, 4.0),
    "read_trend_of_a_street": (reading.measure_trend, 10.0),
    "dashboard_pages_S_p95": (dashboards.measure_pages(S), 3.0),
    "page_of_50_residents_of_S_guarded_against_not": (row_security.measure_page, 1.3),
    "participations_of_S_guarded_against_not": (row_security.measure_aggregate, 2.0),
    "worker_megabytes_after_20_refreshes": (memory.measure_worker, 1.05),
}
LARGE: Figures = {
    "rebuild_M_against_best_sql": (rebuilds.against_reference(M, runs=3), 1.2),
    "rebuild_M_against_textbook": (rebuilds.against_textbook(M, runs=2), 1 / 12),
    "refresh_2000_M_against_rebuild": (refreshes.after_many(M), 1 / 40),
    "refresh_2000_M_against_S": (refreshes.after_many_in_two_sizes(M, S), 1.3),
    "dashboard_pages_M_p95": (dashboards.measure_pages(M), 3.0),
}
ALL = FIGURES | SCALED | LARGE


def measure(name: str) -> Result:
    """Take one measurement in a database of its own."""
    run, goal = ALL[name]
    if name in FIGURES:
        with fresh_database():
            timing = run()
    else:
        timing = run()
    ratio = timing.ours / timing.reference
    return Result(
        name,
        round(timing.ours, 4),
        round(timing.reference, 4),
        round(ratio, 2 if goal >= 1 else 4),
        round(goal, 4),
        ratio <= goal,
        timing.note,
    )


def main() -> int:
    """Measure and report; the exit status is 1 for an unknown name only: a missed goal is a finding, not an error."""
    names = os.environ.get("ONLY", "").replace(",", " ").split()
    if unknown := [name for name in names if name not in ALL]:
        print(f"没有名为“{'、'.join(unknown)}”的测量；可用：{'、'.join(ALL)}")
        return 1
    large = LARGE if os.environ.get("SCALE") == "M" else {}
    try:
        for name in names or [*FIGURES, *SCALED, *large]:
            show(result := measure(name))
            keep(result)
    finally:
        drop_sets()
    return 0


def show(r: Result) -> None:
    """Print a line."""
    print(
        f"{r.name:<42} ours {r.ours:9.4f}  reference {r.reference:9.4f}  ratio {r.ratio:7.4g}  "
        f"goal {r.goal:6.4g}  {'met' if r.met else 'MISSED'}  {r.note}",
        flush=True,
    )


def keep(result: Result) -> None:
    """Write the result into the file, in the place of an older one; others stay."""
    kept = {row["name"]: row for row in json.loads(RESULTS.read_text())} | {result.name: asdict(result)}
    RESULTS.write_text(json.dumps([kept[name] for name in ALL if name in kept], indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
