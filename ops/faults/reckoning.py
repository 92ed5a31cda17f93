"""After the blows: is every acknowledged write there once, how did the imports end, and are the figures right?"""

import os
import subprocess
import sys
from dataclasses import dataclass

from ops.faults.load import Ledger
from ops.run import ROOT


@dataclass(frozen=True)
class Finding:
    """One line of the table."""

    what: str
    found: object
    wanted: str
    is_right: bool


def reckon(ledger: Ledger, activities_before: int, imports: list[int]) -> list[Finding]:
    """Hold the ledger against the database."""
    from django.db.models import Count

    from activities.models import Activity, CheckIn, Participation
    from imports.models import ResidentImport

    kept = {str(key) for key in CheckIn.objects.filter(refusal="").values_list("client_id", flat=True)}
    tokens = {str(key) for key in Activity.objects.values_list("client_token", flat=True) if key}
    doubled = Participation.objects.values("activity", "resident").annotate(n=Count("pk")).filter(n__gt=1).count()
    extra = Activity.objects.count() - activities_before - len(ledger.activities)
    ends = list(ResidentImport.objects.filter(pk__in=imports).order_by("pk").values_list("status", "attempts"))
    retried, odd = ledger.answers["asked to retry"], len(ledger.odd)
    return [
        Finding("requests sent", sum(n for kind, n in ledger.answers.items() if "check-in" not in kind), "", True),
        Finding("asked to retry (503 page)", retried, "> 0", retried > 0),
        Finding("broken off without an answer", ledger.answers["broken off"], "", True),
        Finding("answered otherwise (500 …)", odd, "0", odd == 0),
        Finding("check-ins acknowledged", len(ledger.check_ins), "> 0", len(ledger.check_ins) > 0),
        Finding("… of these missing", len(ledger.check_ins - kept), "0", ledger.check_ins <= kept),
        Finding("… participations doubled", doubled, "0", doubled == 0),
        Finding("activities acknowledged", len(ledger.activities), "> 0", len(ledger.activities) > 0),
        Finding("… of these missing", len(ledger.activities - tokens), "0", ledger.activities <= tokens),
        Finding("… saved more than once", extra, "0", extra == 0),
        Finding(
            "imports",
            ", ".join(f"{state} (tried {times}x)" for state, times in ends),
            "done or failed",
            {state for state, _times in ends} <= {"done", "failed"},
        ),
    ]


def check_figures(environment: dict[str, str]) -> list[Finding]:
    """Count every cell a second time, rebuild them all, and count again."""
    findings = []
    for what, words in (
        ("figures that differ", ["verify_cells", "--all"]),
        ("rebuild", ["rebuild_cells"]),
        ("figures that differ after it", ["verify_cells", "--all"]),
    ):
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        said = (done.stdout + done.stderr).strip().splitlines()
        findings.append(Finding(what, said[-1] if said else "", "0", done.returncode == 0))
    return findings
