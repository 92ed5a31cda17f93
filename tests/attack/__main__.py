"""python -m tests.attack: attack all spots of the portal; print what was tried, by kind, and what got through.

Runs in a database of its own beside the configured one. Ends with 1 when anything got through. The same seed gives the
same attacks; SHARE is the part of them that is tried.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from zlib import crc32

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import hypothesis  # noqa: E402 - Django comes first
from django.db import connection, transaction  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from bench.timing import fresh_database  # noqa: E402
from tests.attack import files, requests, swaps  # noqa: E402
from tests.attack.cast import UNLIMITED, make_cast, make_world  # noqa: E402
from tests.attack.crawler import Arena, Spot, try_out  # noqa: E402
from tests.attack.payloads import KINDS  # noqa: E402

Tally = Callable[[str, list[str]], None]
QUICK = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}


class Table:
    """Counts attacks and what got through, and prints the latter at once."""

    def __init__(self) -> None:
        self.tried: Counter = Counter()
        self.through: Counter = Counter()
        self.begun = time.monotonic()

    def note(self, kind: str, wrongs: list[str]) -> None:
        """Count one attack."""
        self.tried[kind] += 1
        self.through[kind] += bool(wrongs)
        for wrong in wrongs:
            print(f"  {kind}: {wrong}", flush=True)

    def show(self) -> None:
        """Print a line for each kind of attack."""
        print(f"{'kind':<16}{'tried':>9}{'through':>9}")
        for kind in self.tried:
            print(f"{kind:<16}{self.tried[kind]:>9}{self.through[kind]:>9}")
        total = sum(self.tried.values())
        print(f"{'all':<16}{total:>9}{sum(self.through.values()):>9}  in {time.monotonic() - self.begun:.0f} s")


def draw(kind: str, spot: Spot, seed: int) -> object:
    """Return one payload of a kind for a spot, the same in every run."""
    drawn: list[object] = []

    @hypothesis.seed(crc32(f"{seed} {kind} {spot}".encode()))
    @hypothesis.settings(max_examples=1, database=None, deadline=None, phases=[hypothesis.Phase.generate])
    @hypothesis.given(KINDS[kind])
    def take(value: object) -> None:
        drawn.append(value)

    take()
    return drawn[-1]


def is_chosen(what: str, share: float) -> bool:
    """Tell whether an attack is among those tried: always the same ones, spread over all."""
    return crc32(what.encode()) < share * 2**32


def attack_spots(arena: Arena, actor: str, note: Tally, options: argparse.Namespace) -> None:
    """Send every kind of payload to every spot of an actor, and a quarter as many to headers and cookies."""
    for spots, share in ((arena.list_spots(), options.share), (arena.list_headers(), options.share / 4)):
        for spot in spots:
            for kind in KINDS:
                if is_chosen(f"{options.seed} {kind} {spot}", share):
                    note(kind, try_out(arena, spot, draw(kind, spot, options.seed)))  # type: ignore[arg-type]


def attack_forms(arena: Arena, actor: str, note: Tally, options: argparse.Namespace) -> None:
    """Send good forms with things of other places, and with fields too many."""
    for address, method in arena.admitted():
        spot = Spot(actor, address, method, "form", "")
        for name, sent in list_swaps(arena, spot):
            if is_chosen(f"{options.seed} {spot} {name} {sent[name]}", options.share):
                note("foreign keys", swaps.try_swap(arena, spot, name, sent))
        if method == "POST":
            for wrongs in swaps.try_extras(arena, spot):
                note("fields too many", wrongs)


def list_swaps(arena: Arena, spot: Spot) -> Iterator[tuple[str, dict]]:
    """Yield the good forms of a spot with one thing of a hidden place each."""
    for place in arena.hidden:
        yield from swaps.swap_fields(arena, spot, place)
        yield from swaps.swap_numbers(arena, spot, place)


def read_options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("--share", type=float, default=0.1, help="part of all attacks that is tried (1 takes hours)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--actor", action="append", help="only these, e.g. worker, anonymous")
    parser.add_argument("--only", choices=["spots", "forms", "requests", "files"], action="append")
    return parser.parse_args()


def run(options: argparse.Namespace, table: Table) -> None:
    """Attack as each actor in turn."""
    world = make_world()
    cast = make_cast(world)
    arena = Arena(world, cast)
    parts = {"spots": attack_spots, "forms": attack_forms, "requests": requests.attack, "files": files.attack}
    for actor in options.actor or cast:
        arena.enter(actor)
        for name in options.only or parts:
            parts[name](arena, actor, table.note, options)
        print(f"{actor}: {sum(table.tried.values())} attacks so far", flush=True)


def main() -> int:
    """Run and report."""
    options, table = read_options(), Table()
    logging.disable(logging.CRITICAL)  # thousands of refusals are what is wanted here
    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = "portal_attack"
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(MEDIA_ROOT=folder, **UNLIMITED, **QUICK),
        fresh_database(),
        transaction.atomic(),
    ):
        run(options, table)
        transaction.set_rollback(True)
    table.show()
    return 1 if sum(table.through.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
