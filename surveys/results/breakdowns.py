"""A variable by community. How many answered in each community is known to the reader; what they answered is not."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from surveys.questionnaire import Variable
from surveys.results.axes import make_axis
from surveys.results.columns import GIVEN, Axis
from surveys.results.gathering import CellCounts, Counts
from surveys.results.protecting import Shown, protect, protect_options
from surveys.results.shapes import Breakdown, CommunityRow, Distribution

NOBODY = [0, 0]


def break_down(
    variable: Variable,
    distribution: Distribution,
    counts: Counts,
    names: Mapping[int, str],
    k: int,
    earlier: Mapping[str, Breakdown],
) -> Breakdown:
    """Return a variable by community; `names` are those of the communities that were asked.

    `earlier`: the breakdowns of the questions before, on which it may depend who is asked this one.
    """
    axis = make_axis(variable, distribution)
    places = list(names)
    made = Breakdown(variable.code, variable.name, distribution.shares, ())
    guarded = find_guarded(variable, earlier)
    shown = None if guarded is None else protect_by_community(axis, counts, places, k, guarded)
    if shown is None:
        return replace(made, withheld="too_telling")
    rows = [
        CommunityRow(place, names[place], n, cells)
        for place, n, cells in zip(places, shown.row_totals, shown.counts, strict=True)
    ]
    return replace(made, rows=tuple(rows))


def find_guarded(variable: Variable, earlier: Mapping[str, Breakdown]) -> set[int] | None:
    """Return the rows in which the questions before hide how many are asked this one; None when they hide all."""
    guarded: set[int] = set()
    for condition in variable.question.conditions:
        gate = earlier[condition.question]
        if gate.withheld:
            return None
        wanted = [i for i, share in enumerate(gate.shares) if set(share.codes) & set(condition.options)]
        guarded |= {place for place, row in enumerate(gate.rows) if any(row.counts[i] is None for i in wanted)}
    return guarded


def protect_by_community(
    axis: Axis, counts: Counts, places: Sequence[int], k: int, guarded: Collection[int]
) -> Shown | None:
    """Return what may be shown of the table of communities and categories."""
    code = axis.variable.code
    raw = by_community(counts.values.get(code, {}))
    given = [count_given(axis, raw[place]) for place in places]
    asked = counts.asked.get(axis.variable.question.code, counts.by_community)
    everybody = counts.by_community
    outside = [
        [asked[place] - sum(line), everybody[place] - asked[place]] for place, line in zip(places, given, strict=True)
    ]
    if axis.is_multiple:
        chosen = by_community(counts.chosen.get(code, {}))
        width = len(axis.labels)
        options = [[chosen[place][share] for share in axis.slots] for place in places]
        base = [[sum(line), *rest] for line, rest in zip(given, outside, strict=True)]
        extra = [[0, *NOBODY]] * 2
        return protect_options([*base, *extra], [*options, *[[0] * width] * 2], len(places), k, axis.is_known, guarded)
    table = [[*line, *rest] for line, rest in zip(given, outside, strict=True)]
    return protect([*table, *[[0] * (len(axis.labels) + 2)] * 2], len(places), len(axis.labels), k, (guarded, ()))


def by_community(cells: CellCounts) -> dict[int, Counter[str]]:
    """Return the counts of each community."""
    found: dict[int, Counter[str]] = {}
    for cell, counter in cells.items():
        found.setdefault(cell.community, Counter()).update(counter)
    return Defaulting(found)


class Defaulting(dict[int, Counter[str]]):
    """Counts by community; none where nobody answered."""

    def __missing__(self, key: int) -> Counter[str]:
        return Counter()


def count_given(axis: Axis, raw: Counter[str]) -> list[int]:
    """Return how many stand in each category of a variable with one answer; of several answers: how many gave any."""
    if axis.is_multiple:
        return [raw[GIVEN]]
    line = [0] * len(axis.labels)
    for value, count in raw.items():
        place = axis.find_value(value)
        if place < len(line):
            line[place] += count
    return line
