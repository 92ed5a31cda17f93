"""Strata of a sample: the cells of grid and group, put together where too few people live, and how many each gets.

Numbers only: no database here. Who is drawn: sampling.py.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from surveys.asked import Person

Cell = tuple[int, str]  # key of a grid, code of a group or "" for who is in none of them
OTHERS = ""


@dataclass(frozen=True)
class Stratum:
    """People among whom one draws. `code` is what a card may carry: a number that says nothing by itself.

    `population` are those in the register, `drawn` those who get a card.
    """

    code: str
    community: int
    cells: tuple[Cell, ...]
    population: int
    drawn: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return what Sample.frame keeps."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Stratum":
        """Return the stratum that to_json() wrote."""
        return cls(**{**data, "cells": tuple((grid, group) for grid, group in data["cells"])})


def cell_of(person: Person, groups: Mapping[int, str]) -> Cell:
    """Return the cell of somebody, given resident -> group."""
    return person.grid, groups.get(person.resident, OTHERS)


def make_strata(people: Iterable[Person], groups: Mapping[int, str], *, least: int = 0) -> list[Stratum]:
    """Return the strata of these people, each within one community and of `least` people or, there, all of them."""
    counts: Counter[tuple[int, Cell]] = Counter((person.community, cell_of(person, groups)) for person in people)
    made: list[Stratum] = []
    for community in sorted({community for community, _cell in counts}):
        cells = sorted((cell, count) for (where, cell), count in counts.items() if where == community)
        for part in put_together(cells, least):
            code = str(len(made) + 1)
            made.append(Stratum(code, community, tuple(cell for cell, _n in part), sum(count for _cell, count in part)))
    return made


def put_together(cells: Sequence[tuple[Cell, int]], least: int) -> list[list[tuple[Cell, int]]]:
    """Return the cells in parts of `least` people: neighbours in the given order, so that a grid stays together."""
    parts: list[list[tuple[Cell, int]]] = []
    waiting: list[tuple[Cell, int]] = []
    for cell in cells:
        waiting.append(cell)
        if sum(count for _cell, count in waiting) >= least:
            parts.append(waiting)
            waiting = []
    if waiting and parts:
        parts[-1] += waiting
    elif waiting:
        parts.append(waiting)
    return parts


def least_of(size: int, population: int, k: int) -> int:
    """Return the people that a stratum needs whose code stands on cards: 3k, and so many that k of them are drawn."""
    return max(3 * k, ceil(Fraction(k * population, size)))


def allocate(size: int, populations: Sequence[int]) -> list[int]:
    """Share `size` out in proportion, by largest remainder; everybody gets one at least when there are enough.

    `size` is not above the sum, and no population is 0; nobody then gets more than there are.
    """
    total = sum(populations)
    exact = [Fraction(size * population, total) for population in populations]
    shares = [floor(one) for one in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: size - sum(shares)]:
        shares[place] += 1
    if size >= len(shares):
        for place in [place for place, share in enumerate(shares) if not share]:
            shares[shares.index(max(shares))] -= 1
            shares[place] = 1
    return shares
