"""Rules of disclosure (R15, R16) as pure functions: what is put together, what is hidden. No database.

Cells under k are not shown; nor is a group under 3k that answered unanimously, for then everybody in it is known to
have said so. What is hidden must not come back by subtraction: the reader knows all totals and all that is shown.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

Cell = tuple[int, int]
Matrix = Sequence[Sequence[int]]


def is_small(count: int, k: int) -> bool:
    """Tell whether so few must not be shown: nobody is not few."""
    return 0 < count < k


def is_safe_share(count: int, n: int, k: int) -> bool:
    """Tell whether neither those who gave an answer nor the others of the n are few."""
    return not is_small(count, k) and not is_small(n - count, k)


def is_unanimous(counts: Sequence[int], n: int, k: int) -> bool:
    """Tell whether a group under 3k all gave the same answer."""
    return 0 < n < 3 * k and max(counts, default=0) == n


def coarsen(counts: Sequence[int], *, k: int, is_ordered: bool) -> list[tuple[int, ...]] | None:
    """Put options together until each category was chosen by nobody or by k at least; None when nothing may be shown.

    Returns positions of options. Neighbours of a scale are put together; else the small ones, which then stand last.
    """
    n = sum(counts)
    if n < k:
        return None
    groups = join_neighbours(counts, k) if is_ordered else join_smallest(counts, k)
    if len(groups) < 2 or is_unanimous([sum(counts[i] for i in group) for group in groups], n, k):
        return None
    return groups


def join_neighbours(counts: Sequence[int], k: int) -> list[tuple[int, ...]]:
    """Return the finest partition of a scale of k or more answers into runs that may be shown."""
    best: list[list[tuple[int, ...]] | None] = [[]]
    for end in range(1, len(counts) + 1):
        found = None
        for start in range(end):
            before, total = best[start], sum(counts[start:end])
            if before is not None and (total >= k or (total == 0 and end - start == 1)):
                made = [*before, tuple(range(start, end))]
                found = made if found is None or len(made) > len(found) else found
        best.append(found)
    return best[-1] or [tuple(range(len(counts)))]


def join_smallest(counts: Sequence[int], k: int) -> list[tuple[int, ...]]:
    """Return single options, and last a category of those that are small together with as many others as it needs."""
    rest = [i for i, count in enumerate(counts) if is_small(count, k)]
    others = sorted((i for i in range(len(counts)) if counts[i] >= k), key=lambda i: (counts[i], i))
    while rest and sum(counts[i] for i in rest) < k and others:
        rest.append(others.pop(0))
    alone: list[tuple[int, ...]] = [(i,) for i in range(len(counts)) if i not in rest]
    return [*alone, tuple(sorted(rest))] if rest else alone


def hide(
    table: Matrix,
    *,
    k: int,
    primary: Collection[Cell],
    also: Collection[Cell] = (),
    fixed: Collection[Cell] = (),
    dear: Mapping[Cell, int] | None = None,
    loose: Collection[Cell] = (),
    complement: bool = True,
) -> set[Cell] | None:
    """Return the cells to hide so that no primary one can be worked out from the others and all totals.

    `also` are hidden for other reasons; `fixed` cells stay visible, and `dear` ones, the dearest first, if others can
    be hidden instead. None when that cannot be done. Hidden cells of a row or column add up to k at least, or are all
    of it, or all of the line is `loose`; and each primary cell could have another value with all that is visible being
    as it is: it lies on a cycle along which one can be moved without a cell falling below zero.
    `complement` is for tests of the tests.
    """
    hidden, dear = {*primary, *also}, dear or {}
    if not complement:
        return hidden
    empty = {cell for line in list_lines(table) if not any(table[i][j] for i, j in line) for cell in line}
    fixed = {*fixed, *empty} - hidden
    while True:
        more = find_short_line(table, hidden, k, fixed, dear, loose)
        more = find_open_cell(table, hidden, primary, fixed, dear) if more is None else more
        if more is None:
            return hidden | find_crossed_zeros(table, hidden)
        if not more:
            return None
        hidden |= more


def list_lines(table: Matrix) -> Iterator[list[Cell]]:
    """Yield the cells of each row and each column."""
    height, width = len(table), len(table[0])
    yield from ([(i, j) for j in range(width)] for i in range(height))
    yield from ([(i, j) for i in range(height)] for j in range(width))


def find_short_line(
    table: Matrix,
    hidden: set[Cell],
    k: int,
    fixed: Collection[Cell],
    dear: Mapping[Cell, int],
    loose: Collection[Cell],
) -> set[Cell] | None:
    """Return one more cell of a line whose hidden cells are too few people; None when there is no such line."""
    for line in list_lines(table):
        inside = [cell for cell in line if cell in hidden]
        if (
            not inside
            or len(inside) == len(line)
            or all(cell in loose for cell in line)
            or sum(table[i][j] for i, j in inside) >= k
        ):
            continue
        free = [cell for cell in line if cell not in hidden and cell not in fixed]
        if free:
            # The smallest that tells something; a cell with nobody protects only together with others.
            return {
                min(
                    free,
                    key=lambda cell: (dear.get(cell, 0), table[cell[0]][cell[1]] == 0, table[cell[0]][cell[1]], cell),
                )
            }
        if any(cell not in hidden and table[cell[0]][cell[1]] for cell in line):
            return set()
    return None


def find_crossed_zeros(table: Matrix, hidden: set[Cell]) -> set[Cell]:
    """Return the cells with nobody in whose row and column something is hidden.

    They would tell much about other tables of the same people, and look no different from small ones when hidden.
    """
    rows, columns = {i for i, _j in hidden}, {j for _i, j in hidden}
    return {(i, j) for i in rows for j in columns if not table[i][j]}


def find_open_cell(
    table: Matrix, hidden: set[Cell], primary: Collection[Cell], fixed: Collection[Cell], dear: Mapping[Cell, int]
) -> set[Cell] | None:
    """Return what must be hidden too lest a primary cell be worked out; None when none can be, empty when all fails."""
    for cell in sorted(primary):
        ways = [find_way(table, hidden, fixed, dear, cell, rises) for rises in (True, False)]
        found = [way for way in ways if way is not None]
        if not found:
            if table[cell[0]][cell[1]]:
                return set()
            continue
        cost, path = min(found, key=lambda way: (way[0], sorted(way[1])))
        if cost:
            return path - hidden
    return None


def find_way(
    table: Matrix, hidden: set[Cell], fixed: Collection[Cell], dear: Mapping[Cell, int], cell: Cell, rises: bool
) -> tuple[int, set[Cell]] | None:
    """Return the cheapest cycle along which the cell could rise (or fall): what it costs to hide, and its cells.

    Dijkstra from the cell's column to its row: going from a row to a column a cell rises, going back one falls.
    """
    height, width = len(table), len(table[0])
    row, column = cell[0], height + cell[1]
    start, goal = (column, row) if rises else (row, column)
    if not rises and not table[cell[0]][cell[1]]:
        return None
    queue: list[tuple[int, int, tuple[Cell, ...]]] = [(0, start, ())]
    done: set[int] = set()
    while queue:
        cost, node, path = heapq.heappop(queue)
        if node == goal:
            return cost, set(path)
        if node in done:
            continue
        done.add(node)
        steps = (
            [(height + j, (node, j)) for j in range(width)]
            if node < height
            else [(i, (i, node - height)) for i in range(height) if table[i][node - height]]
        )
        for target, step in steps:
            if step == cell or target in done or (step in fixed and step not in hidden):
                continue
            price = 0 if step in hidden else 1 + table[step[0]][step[1]] + dear.get(step, 0)
            heapq.heappush(queue, (cost + price, target, (*path, step)))
    return None


def cut_into_bins(values: Sequence[tuple[float, int]], *, k: int, most: int = 5) -> list[float]:
    """Return where numbers are cut into about equal bins of k at least: the lower ends of all bins but the first.

    `values`: numbers with how often each was given, ascending.
    """
    n = sum(count for _value, count in values)
    size = max(k, -(-n // most))
    cuts, inside, left = [], 0, n
    for (_value, count), (following, _count) in pairwise(values):
        inside, left = inside + count, left - count
        if inside >= size and left >= k:
            cuts.append(following)
            inside = 0
    return cuts
