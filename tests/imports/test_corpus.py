"""A corpus of dirty files, each with the fate of every row, through manage.py import_residents."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from accounts.encryption import decrypt
from grids.models import Building, Grid, GroupMembership, Household, PopulationGroup, Residence, Resident
from imports.models import ImportMissing
from tests.imports.conftest import EFFECTIVE
from tests.imports.corpus import Cast
from tests.imports.corpus_cells import CELL_CASES
from tests.imports.corpus_formats import FORMAT_CASES
from tests.imports.corpus_headings import HEADING_CASES
from tests.imports.corpus_people import PEOPLE_CASES
from tests.register import make_grids

pytestmark = pytest.mark.django_db  # the cast is called only where a case is not run yet
CASES = [*HEADING_CASES, *FORMAT_CASES, *CELL_CASES, *PEOPLE_CASES]
REGISTER = (Resident, Residence, GroupMembership, Household, Building)
UNPACKED = 20 * 2**20  # so that a small bomb is one
every_case = partial(pytest.mark.parametrize, "case", ids=str)
RUNS: dict[tuple[str, ...], "Run"] = {}  # what was run already: starting the reader takes most of the time


@dataclass(frozen=True)
class Run:
    """What the command left: exit status, report, register before and after, who is missing, words best left unsaid."""

    status: int
    lines: list[dict]
    before: list
    after: list
    missing: int
    traces: list[str]


@pytest.fixture
def cast(admin, grids, neighbour_community, foreign_grid, register):
    """Whom a case's set-up may use."""
    return Cast(register, grids, make_grids(neighbour_community, "第一网格")[0], foreign_grid)


@pytest.fixture
def run(request, tmp_path, settings):
    """Run the command on a case's file, and return what it left; a rehearsal is run once for all tests."""
    settings.IMPORT_MAX_UNPACKED_BYTES = UNPACKED

    def command(case, *flags):
        if (case.name, *flags) in RUNS:
            return RUNS[case.name, *flags]
        cast = request.getfixturevalue("cast")
        if case.before:
            case.before(cast)
        before = dump_register()
        status = call(case, tmp_path, *flags)
        report = (tmp_path / "rows.jsonl").read_text(encoding="utf-8")
        traces = find_words(case.unsaid, report) if case.unsaid else []
        lines = [name_values(json.loads(line)) for line in report.splitlines()]
        result = Run(status, lines, before, dump_register(), ImportMissing.objects.count(), traces)
        return RUNS.setdefault((case.name, *flags), result)

    return command


def call(case, folder, *flags):
    """Call the command as a shell would, and return its exit status."""
    file, mapping = folder / "名册", folder / "mapping.json"
    file.write_bytes(case.content())
    options = [f"--effective={EFFECTIVE}", "--by=admin", f"--report={folder / 'rows.jsonl'}", *flags]
    options += [f"--community={case.community}"] if case.community else []
    options += [f"--sheet={sheet}" for sheet in case.sheets]
    options += ["--complete"] if case.complete else []
    if case.mapping:
        mapping.write_text(json.dumps(case.mapping), encoding="utf-8")
        options.append(f"--mapping={mapping}")
    try:
        call_command("import_residents", str(file), *options)
    except SystemExit as end:
        return end.code
    return 0


def dump_register():
    """Everything the register holds."""
    return [list(model.objects.order_by("pk").values_list()) for model in REGISTER]


def name_values(line):
    """Return a line of the report, with names beside the keys of its cleaned values."""
    values = line.get("values")
    if not values:
        return line
    grid = Grid.objects.select_related("community").filter(pk=values.get("grid_id")).first()
    groups = PopulationGroup.objects.filter(pk__in=values.get("groups") or ()).values_list("name", flat=True)
    named = {"grid": grid and grid.name, "community": grid and grid.community.name}
    named["groups"] = sorted(groups) if values["groups"] is not None else None
    return line | {"values": values | named}


def describe_register():
    """Return a line for each resident of the street: name, phone, door, open groups, spells; blanks are left out."""
    residents = Resident.objects.filter(community__street__code="990101001")
    return sorted(map(describe_resident, residents.select_related("household__building")))


def describe_resident(resident):
    """Return 王秀英 | 19912345678 | 3号楼 501 | 居民党员 | 第一网格 2015-01-01..2026-01-01; 第二网格 2026-01-01.."""
    phone = decrypt(resident.phone, purpose="phone") if resident.phone else ""
    door = str(resident.household) if resident.household else ""
    groups = resident.memberships.filter(until=None).values_list("group__name", flat=True)
    spells = resident.spells.order_by("since").values_list("grid__name", "since", "until")
    lives = "; ".join(f"{grid} {since}..{until or ''}" for grid, since, until in spells)
    return " | ".join(filter(None, (resident.name, phone, door, "、".join(sorted(groups)), lives)))


def find_words(words, report):
    """Return those of the words that the report or a table of the imports holds, as text or as bytes."""
    tables = [model._meta.db_table for model in apps.get_app_config("imports").get_models()]
    with connection.cursor() as cursor:
        kept = [report]
        for table in (*tables, "accounts_auditevent"):
            cursor.execute(f"select t::text from {connection.ops.quote_name(table)} t")
            kept += [row for (row,) in cursor.fetchall()]
    return [word for word in words if any(word in text or word.encode().hex() in text for text in kept)]


@every_case(CASES)
def test_every_row_of_the_file_meets_its_fate(run, case):
    result = run(case)
    rows = {(line["sheet"], line["row"]): line for line in result.lines[:-1]}
    told = {place: (line["outcome"], line["write"], sorted(line["reasons"])) for place, line in rows.items()}
    assert told == {(fate.sheet, fate.row): (*fate.told, sorted(fate.reasons)) for fate in case.fates}
    assert len(rows) == len(result.lines) - 1
    for fate in case.fates:
        values = rows[fate.sheet, fate.row]["values"]
        assert {key: values[key] for key in fate.values} == fate.values, f"{fate.sheet} {fate.row}"
    last = result.lines[-1]
    outcome = "refused" if case.exit_status == 2 else "rehearsed"
    assert (result.status, last["outcome"]) == (case.exit_status, outcome)
    assert last.get("reasons", []) == ([case.refused] if case.refused else ["columns_unclear"] * case.asks)
    assert last["counts"] == (case.counts if case.fates else {})
    assert result.missing == case.missing


@every_case(CASES)
def test_rehearsal_changes_nothing(run, case):
    result = run(case)
    assert result.after == result.before


@every_case([case for case in CASES if case.after is not None])
def test_written_file_leaves_the_register_as_told(run, case):
    assert run(case, "--commit").status == case.exit_status
    assert describe_register() == sorted(case.after)


@every_case([case for case in CASES if case.unsaid])
def test_what_must_not_be_said_is_nowhere(run, case):
    assert run(case).traces == []


def test_what_is_kept_is_found_by_the_search_for_traces(run):
    case = replace(HEADING_CASES[0], name="traces", unsaid=("王秀英", "从未写过"))
    assert run(case).traces == ["王秀英"]


def test_corpus_is_as_large_as_promised():
    names = Counter(map(str, CASES))
    assert (len(names) >= 40, max(names.values())) == (True, 1)
