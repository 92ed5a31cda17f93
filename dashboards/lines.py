"""A small line drawn by the server, for paper and wall screens, where no script draws. Charts of pages: charts.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

WIDTH, HEIGHT, MARGIN = 240, 60, 4  # units of the drawing; the page scales it


@dataclass(frozen=True)
class Line:
    """A line of percentages: pieces between holes, and single points where both neighbours are missing."""

    pieces: list[str]
    points: list[tuple[str, str]]
    last: tuple[str, str] | None
    top: int  # per cent at the upper edge

    @property
    def box(self) -> str:
        """The viewBox."""
        return f"0 0 {WIDTH} {HEIGHT}"


def draw_line(values: Sequence[float | None]) -> Line:
    """Return the line of values from 0 to 100; the upper edge is the next ten above the highest."""
    known = [value for value in values if value is not None]
    top = min(100, (int(max(known, default=0)) // 10 + 1) * 10)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    places = [
        None if value is None else (MARGIN + step * number, HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / top)
        for number, value in enumerate(values)
    ]
    runs = [list(run) for is_hole, run in groupby(places, lambda place: place is None) if not is_hole]
    written = [[(f"{x:.1f}", f"{y:.1f}") for x, y in run] for run in runs]  # type: ignore[misc]
    return Line(
        pieces=[" ".join(f"{x},{y}" for x, y in run) for run in written if len(run) > 1],
        points=[run[0] for run in written if len(run) == 1],
        last=written[-1][-1] if written else None,
        top=top,
    )
