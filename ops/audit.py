"""Asks the advisory database OSV about every locked package and every library for browsers: `make audit`.

Nothing is green unless it was looked up: without an answer for each package the command fails and says so.
"""

import json
import re
import sys
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from ops.vendor import FONT_LIBRARIES, LIBRARIES

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
SERVICE = "https://api.osv.dev/v1/querybatch"
SECONDS = 60
PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^\s;\\]+)")
# Advisories that were read and do not concern this portal: number -> reason.
EXCUSED: dict[str, str] = {}
CLEAN, FOUND, NOT_LOOKED = 0, 1, 2


class NotLookedError(Exception):
    """Nobody answered for every package."""


@dataclass(frozen=True, order=True)
class Package:
    """What is asked about."""

    ecosystem: str
    name: str
    version: str


def list_packages(root: Path = ROOT) -> list[Package]:
    """Return every package of both lock files, and the libraries that pages load."""
    lines = [line for lock in LOCKS for line in (root / lock).read_text().splitlines()]
    pinned = {Package("PyPI", *found.groups()) for line in lines if (found := PINNED.match(line))}
    return sorted(pinned | {Package("npm", one.name, one.version) for one in [*LIBRARIES, *FONT_LIBRARIES]})


def ask(packages: list[Package], service: str = SERVICE) -> list[list[str]]:
    """Return the advisories of each package. Raises NotLookedError unless there is a whole answer for all."""
    queries = [{"package": {"name": one.name, "ecosystem": one.ecosystem}, "version": one.version} for one in packages]
    request = urllib.request.Request(
        service, data=json.dumps({"queries": queries}).encode(), headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            results = json.load(answer)["results"]
        found = [[advisory["id"] for advisory in result.get("vulns", [])] for result in results]
        is_whole = len(found) == len(packages) and not any("next_page_token" in result for result in results)
    except (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotLookedError(f"{type(error).__name__}: {error}") from error
    if not is_whole:
        raise NotLookedError("the answer is not whole")
    return found


def main(service: str = SERVICE) -> int:
    """Print what is known about the packages; 0 only when all were looked up and nothing is known."""
    packages = list_packages()
    try:
        found = ask(packages, service)
    except NotLookedError as reason:
        print(f"没有查成：{service} 没有完整的回答（{reason}）。这不算通过，请连上网再运行。", file=sys.stderr)
        return NOT_LOOKED
    known = [(one, number) for one, numbers in zip(packages, found, strict=True) for number in numbers]
    open_ones = [(one, number) for one, number in known if number not in EXCUSED]
    for one, number in open_ones:
        print(f"{one.name} {one.version}：{number}（https://osv.dev/vulnerability/{number}）")
    print(f"查了 {len(packages)} 个依赖，有 {len(open_ones)} 条公告要处理。")
    return FOUND if open_ones else CLEAN


if __name__ == "__main__":
    sys.exit(main())
