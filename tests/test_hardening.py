"""Rules about the source that no linter knows: who may write cells, send files, ask raw SQL; and that no secret lies
in the tree. Each rule is tried on a line that breaks it, so that it is known to see."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse

from activities.feed import make_feed_token
from activities.models.activities import make_public_id as make_activity_id
from activities.models.participation import make_code as make_card
from config.headers import HEADERS
from dashboards.walls import make_token as make_wall_token
from surveys.codes import make_code as make_survey_code
from surveys.models.asking import make_public_id as make_survey_id
from tests.test_ladder import LADDER
from volunteers.applications import make_apply_token
from volunteers.models.service import make_certificate_code

ROOT = settings.BASE_DIR
APPS = [name for name in LADDER if name != "demo"]
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for folder in [*APPS, "config"]
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
}
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "static" / "js").glob("*.js"))}

# what -> pattern, the only files that may, and a line that breaks the rule
RULES = {
    "cells are written by SafeWorkbook and SafeCsv (rule R28)": (
        r"csv\.(writer|DictWriter)\(|xlsxwriter\.Workbook\(|openpyxl\.Workbook\(|\.to_(csv|excel)\(",
        {"communities/spreadsheets.py"},
        "csv.writer(file)",
    ),
    "files are sent by communities/downloads.py": (
        r"Content-Disposition|FileResponse\(|as_attachment",
        {"communities/downloads.py"},
        'response["Content-Disposition"] = "attachment"',
    ),
    "only the doorbell rings for tasks, on commit": (
        r"\.(delay|apply_async|send_task|delay_on_commit)\(",
        {"communities/doorbell.py"},
        "make_export.delay(1)",
    ),
    "nothing is run that came as data": (
        r"\b(pickle|marshal|shelve)\.|yaml\.load\(|shell=True|(?<![.\w])(eval|exec)\(|os\.system\(|mktemp\(|verify=False",
        set(),
        "subprocess.run(command, shell=True)",
    ),
    "the portal asks no other server": (
        r"\burlopen\(|\brequests\.(get|post)\(|\bhttpx\.|http\.client",
        set(),
        "requests.get(url)",
    ),
    "what must hold is raised, not asserted: python -O takes assertions away": (
        r"(?m)^\s*assert\b",
        set(),
        "    assert user.is_active",
    ),
    "tokens are not made of guessable numbers": (
        r"\brandom\.(random|choices?|randint|randrange|sample|getrandbits)\(",
        set(),
        "random.choice(letters)",
    ),
}


def find_breaks(pattern, allowed, sources):
    return sorted(name for name, text in sources.items() if name not in allowed and re.search(pattern, text))


@pytest.mark.parametrize("rule", RULES)
def test_rule_of_the_source(rule):
    pattern, allowed, bad_line = RULES[rule]
    assert find_breaks(pattern, allowed, {"bad.py": bad_line}) == ["bad.py"]
    assert find_breaks(pattern, allowed, SOURCES) == []
    assert len(SOURCES) > 300


def is_edge(name):
    """Tell whether a file holds views, forms or pages of the administration."""
    return bool({"views", "forms"} & set(Path(name).parts)) or Path(name).name in ("views.py", "forms.py", "admin.py")


def test_views_and_forms_hold_no_sql():
    pattern = r"\.cursor\(|\.raw\(|RawSQL\(|\.extra\("
    edges = {name: text for name, text in SOURCES.items() if is_edge(name)}
    assert find_breaks(pattern, set(), edges | {"x/views/bad.py": "connection.cursor()"}) == ["x/views/bad.py"]
    assert len(edges) > 80


# What belongs to no area, and a row that the view has fetched within its scope before.
UNSCOPED = {
    "activities/views/log.py": {"Activity.objects.get(pk=pk)"},
    "grids/views/groups.py": {"get_object_or_404(PopulationGroup, pk=group)"},
    "indicators/views/reports.py": {"get_object_or_404(Street, code=request.user.area_code)"},
    "operations/views.py": {"get_object_or_404(TaskRun, pk=run)"},
}


def find_unscoped(text):
    """Return the calls by which a view fetches a row by nothing but the key in its address."""
    calls = set()
    for view in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)):
        given = {argument.arg for argument in [*view.args.args, *view.args.kwonlyargs]}
        for call in (node for node in ast.walk(view) if isinstance(node, ast.Call)):
            called = ast.unparse(call.func)
            is_bare = called == "get_object_or_404" and re.fullmatch(r"[A-Z]\w*(\.objects)?", ast.unparse(call.args[0]))
            by_key = re.fullmatch(r"[A-Z]\w*\.objects\.(get|filter)", called) and [
                one.arg for one in call.keywords if one.arg in ("pk", "id") and ast.unparse(one.value) in given
            ]
            if is_bare or (by_key and len(call.keywords) == 1):
                calls.add(ast.unparse(call))
    return calls


@pytest.mark.parametrize("line", ["get_object_or_404(Resident, pk=pk)", "Resident.objects.get(pk=pk)"])
def test_row_fetched_by_its_key_alone_is_seen(line):
    assert find_unscoped(f"def view(request, pk):\n    return {line}") == {line}


def test_views_fetch_rows_within_their_scope():
    views = {name: text for name, text in SOURCES.items() if "views" in Path(name).parts or name.endswith("/views.py")}
    assert len(views) > 60
    assert {name: calls for name, text in views.items() if (calls := find_unscoped(text))} == UNSCOPED


# --- Scripts


def test_scripts_run_nothing_that_came_as_text():
    pattern = (
        r"\beval\(|new Function\b|document\.write|set(Timeout|Interval)\(\s*[\"'`]|\.outerHTML\s*=|insertAdjacentHTML"
    )
    assert find_breaks(pattern, set(), {"bad.js": "eval(text)"}) == ["bad.js"]
    assert find_breaks(pattern, set(), SCRIPTS) == []


def test_scripts_take_markup_from_the_portal_only():
    # They put in what a page of ours has rendered.
    assert find_breaks(r"\.innerHTML\s*=", {"idle.js", "log.js", "wall.js"}, SCRIPTS) == []


# --- Secrets

SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bxox[bap]-\w{10,}|\bsk-[A-Za-z0-9]{32,}"
    r"|://(?!user"  # in two parts, or this line would find itself
    r":password@)[^/\s:@\"'{}]+:[^/\s:@\"'{}<>]{6,}@"
    r"|(?i:\b\w*(?:secret|password|passwd|token|api_?key|field_key|hash_key)\w*[\"']?\s*[:=]\s*[\"'])"
    r"(?![0-9a-f]{8}-[0-9a-f]{4}-)[A-Za-z0-9+/_=-]{32,}[\"']"
)
# The key of the demonstration, which production refuses by name, and one that its tests start production with.
PUBLIC_SECRETS = {"config/environment.py", "tests/config/test_environment.py"}


def find_secrets(files):
    return sorted(name for name, text in files.items() if name not in PUBLIC_SECRETS and SECRET.search(text))


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN RSA PRIVATE" + " KEY-----",
        "API_KEY = '" + "a1B2" * 10 + "'",
        '"secret_key": "' + "x" * 40 + '"',
        "DATABASE_URL=postgres://portal:" + "hunter22@db/portal",
        "ghp_" + "a" * 36,
    ],
)
def test_secret_in_a_file_is_seen(line):
    assert find_secrets({"x": line}) == ["x"]


def test_no_secret_lies_in_the_tree():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name and not name.startswith("static/vendor/")]
    texts = {}
    for path in (path for path in paths if path.is_file() and path.suffix not in (".lock", ".mo", ".ttf", ".woff2")):
        texts[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8", errors="ignore")
    assert len(texts) > 500
    assert find_secrets(texts) == []


# --- Locked dependencies


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_pinned_once_with_its_hashes(lock):
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    unpinned = [entry.split("\n")[0] for entry in entries if not re.match(r"[\w.-]+==[\w.!+-]+", entry)]
    unhashed = [entry.split("\n")[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)]
    heads = [entry.split(" \\")[0] for entry in entries]
    assert (unpinned, unhashed, len(heads) - len(set(heads))) == ([], [], 0)


def test_what_runs_is_what_was_tested():
    run, dev = (
        set(re.findall(r"(?m)^([\w.-]+==\S+)", (ROOT / f"requirements{kind}.lock").read_text()))
        for kind in ("", "-dev")
    )
    assert len(run) > 50
    assert run <= dev


def test_bandit_reads_the_whole_portal():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["bandit"]
    assert not set(config["exclude_dirs"]) & {*APPS, "config"}
    assert "bandit --quiet --recursive --configfile pyproject.toml ." in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_bandit_sees_a_danger(tmp_path):
    (tmp_path / "bad.py").write_text("import hashlib, tempfile\nhashlib.md5(b'')\ntempfile.mktemp()\n")
    command = [
        sys.executable,
        "-m",
        "bandit",
        "--quiet",
        "--recursive",
        "--configfile",
        str(ROOT / "pyproject.toml"),
        ".",
    ]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert {"B324", "B306"} <= set(re.findall(r"B\d{3}", found.stdout))


# --- Public links

MAKERS = {
    make_activity_id: 72,
    make_card: 96,
    make_wall_token: 128,
    make_survey_id: 59,
    make_survey_code: 49,
    make_certificate_code: 58,
}


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: f"{make.__module__}.{make.__name__}")
def test_public_link_cannot_be_guessed(make):
    """Signs used, to the power of the length, are at least as many as is claimed."""
    made = [make().replace("-", "") if make is make_survey_code else make() for _link in range(400)]
    signs = len(set("".join(made)))
    assert len(set(made)) == len(made)
    assert signs ** len(made[0]) >= 2 ** (MAKERS[make] - 1)


@pytest.mark.parametrize(
    ("name", "make"), [("activities:feed", make_feed_token), ("volunteer:apply", make_apply_token)]
)
def test_signed_link_is_for_what_it_was_signed_for(client, community, neighbour_community, name, make):
    token = make(community)
    value, mark, signature = re.split(r"([~:])", token, maxsplit=1)
    other = f"{neighbour_community.pk}{mark}{signature}"
    unsalted = Signer(sep=mark).sign(value)
    assert client.get(reverse(name, args=[token])).status_code == 200
    for forged in (other, unsalted, token[:-1], token.swapcase(), value):
        assert client.get(reverse(name, args=[forged])).status_code == 404


# --- Headers


@pytest.mark.parametrize("path", ["/login/", "/residents/", "/nothing/", "/static/css/portal.css"])
def test_every_answer_has_the_headers(client, db, path):
    answer = client.get(path)
    assert {name: answer.get(name) for name in HEADERS} == HEADERS
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_policy_lets_nothing_in_that_is_not_named(client, db):
    policy = dict(part.strip().split(" ", 1) for part in client.get("/login/")["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    own = ("script-src", "style-src", "font-src", "connect-src", "worker-src", "manifest-src", "form-action")
    assert {policy[name] for name in own} == {"'self'"}
    assert policy["img-src"] == "'self' data:"
