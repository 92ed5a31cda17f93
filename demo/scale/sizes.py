"""How large a data set is, and how totals are split into uneven parts. No database here."""

from collections.abc import Sequence
from dataclasses import dataclass

YEARS = 2  # of history before today


@dataclass(frozen=True)
class Size:
    """Totals of a data set. `district` is (code, name) in division 99, which is assigned to no province (GB/T 2260)."""

    name: str
    district: tuple[str, str]
    streets: int
    communities: int
    grids: int
    residents: int
    activities: int
    participations: int
    seed: int = 2026


S = Size("S", ("990102", "演示东区"), 1, 10, 150, 100_000, 3_000, 300_000)
M = Size("M", ("990103", "演示西区"), 12, 120, 2_000, 1_000_000, 36_000, 4_000_000)
SIZES = {size.name: size for size in (S, M)}


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Split a total into whole parts in proportion to the weights; the parts add up to it exactly."""
    whole, given, upto, parts = sum(weights), 0, 0.0, []
    for weight in weights:
        upto += weight
        until = round(total * upto / whole)
        parts.append(until - given)
        given = until
    return parts
