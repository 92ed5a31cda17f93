"""Tables of two variables with what must be hidden taken out: which cells of them are small, and which give them away.

A table has more rows and columns than are shown: those who left a question blank and those who were not asked it.
One-way results are published too, so the reader knows the totals of all of them. That somebody was not asked tells of
an earlier answer and is protected like one; who left a question blank nobody can know, so blanks are not small cells.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from surveys.results.disclosure import Cell, Matrix, hide, is_safe_share, is_small, is_unanimous

BLANK, UNASKED = 0, 1  # what follows the shown categories of an axis, in this order
EXTRAS = 2


@dataclass(frozen=True)
class Shown:
    """What may be shown of a table: among those who answered both; None is hidden."""

    counts: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    n: int | None


def find_small(table: Matrix, rows: int, columns: int, k: int) -> set[Cell]:
    """Return the cells that are too small; blanks are none."""
    blank_row, blank_column = rows + BLANK, columns + BLANK
    cells = product(range(len(table)), range(len(table[0])))
    return {(i, j) for i, j in cells if i != blank_row and j != blank_column and is_small(table[i][j], k)}


def find_beside_small_totals(table: Matrix, rows: int, columns: int, k: int) -> set[Cell]:
    """Return the blank or unasked cells whose counts would tell that few of a row or column answered both questions.

    Of a line under k nothing is shown in any case (a community in which few answered): its length is no secret.
    """
    found = set()
    for i in range(rows):
        if is_small(sum(table[i][:columns]), k) and sum(table[i]) >= k:
            found.add((i, columns + (UNASKED if table[i][columns + UNASKED] else BLANK)))
    for j in range(columns):
        if is_small(sum(table[i][j] for i in range(rows)), k) and sum(line[j] for line in table) >= k:
            found.add((rows + (UNASKED if table[rows + UNASKED][j] else BLANK), j))
    return {(i, j) for i, j in found if table[i][j]}


def find_unanimous(table: Matrix, rows: int, columns: int, k: int) -> set[Cell]:
    """Return the cells in which all of a shown row or column under 3k stand."""
    found = set()
    for i, j in product(range(rows), range(columns)):
        row, column = [table[i][c] for c in range(columns)], [table[r][j] for r in range(rows)]
        if table[i][j] and any(is_unanimous([table[i][j]], sum(line), k) and len(line) > 1 for line in (row, column)):
            found.add((i, j))
    return found


def hide_twice(
    table: Matrix,
    k: int,
    primary: set[Cell],
    also: set[Cell] | None = None,
    fixed: Iterable[Cell] = (),
    dear: Mapping[Cell, int] | None = None,
    loose: Collection[Cell] = (),
) -> set[Cell] | None:
    """Return what to hide, whether or not the reader knows who was not asked: another table may tell her.

    Those not asked a question gave certain answers to an earlier one, which has tables of its own.
    """
    hidden = hide(table, k=k, primary=primary, also=also or set(), fixed=set(fixed), dear=dear, loose=loose)
    if hidden is None or not (any(line[-1] for line in table) or any(table[-1])):
        return hidden
    core = [line[:-1] for line in table[:-1]]
    inner = {(i, j) for i in range(len(core)) for j in range(len(core[0]))}
    more = hide(
        core,
        k=k,
        primary=primary & inner,
        also=hidden & inner,
        fixed=(set(fixed) & inner) - hidden,
        dear=dear,
        loose=loose,
    )
    return None if more is None else hidden | more


def price_bases(table: Matrix, rows: int, columns: int) -> dict[Cell, int]:
    """Return what it costs to hide who is beside a row or column: its base goes with it, and without it all shares.

    Dearer than any cells, and the dearer the larger the group: so it is the smallest one that loses its base.
    """
    everybody = sum(map(sum, table))
    by_row = {(i, columns + extra): everybody + sum(table[i]) for i in range(rows) for extra in range(EXTRAS)}
    by_column = {
        (rows + extra, j): everybody + sum(line[j] for line in table) for j in range(columns) for extra in range(EXTRAS)
    }
    return by_row | by_column


def protect(
    table: Matrix,
    rows: int,
    columns: int,
    k: int,
    guarded: tuple[Collection[int], Collection[int]] = ((), ()),
) -> Shown | None:
    """Return what may be shown of a table of two variables with one answer each; None when nothing may.

    After the `rows` and `columns` to be shown stand those of blanks and of people who were not asked. `guarded` are
    rows and columns in which it must not come out how many were asked: the earlier question hides it there.
    """
    primary = find_small(table, rows, columns, k) | find_unanimous(table, rows, columns, k)
    primary |= find_beside_small_totals(table, rows, columns, k)
    primary |= {(i, columns + UNASKED) for i in guarded[0]} | {(rows + UNASKED, j) for j in guarded[1]}
    loose = {(i, columns + BLANK) for i in range(len(table))} | {(rows + BLANK, j) for j in range(len(table[0]))}
    loose |= {(i, j) for i in range(rows) if is_tiny(table[i], k) for j in range(len(table[0]))}
    hidden = hide_twice(table, k, primary, dear=price_bases(table, rows, columns), loose=loose)
    if hidden is None:
        return None
    return Shown(
        counts=tuple(tuple(None if (i, j) in hidden else table[i][j] for j in range(columns)) for i in range(rows)),
        row_totals=tuple(
            None if is_tiny(table[i], k) else total([(i, j) for j in range(columns)], hidden, table, row=i)
            for i in range(rows)
        ),
        column_totals=tuple(total([(i, j) for i in range(rows)], hidden, table, column=j) for j in range(columns)),
        n=total(list(product(range(rows), range(columns))), hidden, table, row=-1, column=-1),
    )


def total(
    cells: Iterable[Cell], hidden: set[Cell], table: Matrix, *, row: int | None = None, column: int | None = None
) -> int | None:
    """Return how many stand in the cells of a line; None where a hidden blank or unasked cell of the line says more.

    The whole line is known to the reader: what is left over of it is as telling as the cells themselves.
    """
    height, width = len(table), len(table[0])
    if row == -1:
        beside = [(i, j) for i in range(height - EXTRAS, height) for j in range(width - EXTRAS, width)]
    elif row is not None:
        beside = [(row, width - EXTRAS + extra) for extra in range(EXTRAS)]
    else:
        beside = [(height - EXTRAS + extra, column or 0) for extra in range(EXTRAS)]
    return None if hidden & set(beside) else sum(table[i][j] for i, j in cells)


def is_tiny(line: Sequence[int], k: int) -> bool:
    """Tell whether so few stand in a whole line, blanks included, that nothing of it is shown."""
    return is_small(sum(line), k)


def protect_options(
    base: Matrix, chosen: Matrix, rows: int, k: int, is_known: Sequence[bool], guarded: Collection[int] = ()
) -> Shown | None:
    """Return what may be shown of one variable against the options of another that takes several answers.

    `base[row]`: how many answered the second, left it blank, were not asked; `chosen[row][option]`: how many chose it.
    `is_known`: whether the option's own result is shown. Each option is a table of its own, chosen or not; all of them
    share who answered, so that is settled first.
    """
    tiny = {i for i in range(rows) if is_tiny(base[i], k)}
    hidden = hide_bases(base, rows, k, tiny, guarded)
    if hidden is None:
        return None
    alike = {i for i in range(rows) if is_unanimous(chosen[i], base[i][0], k)}
    closed = tiny | alike | {i for i, j in hidden if j == 0}
    everywhere, outside = set(range(len(base))), set(range(rows, len(base)))
    lost = [
        hide_option([line[option] for line in chosen], base, rows, k, hidden, closed) if is_open else everywhere
        for option, is_open in enumerate(is_known)
    ]
    options = range(len(is_known))
    return Shown(
        counts=tuple(tuple(None if i in lost[one] else chosen[i][one] for one in options) for i in range(rows)),
        row_totals=tuple(None if (i, 0) in hidden or i in tiny else base[i][0] for i in range(rows)),
        column_totals=tuple(
            None if lost[one] & outside else sum(chosen[i][one] for i in range(rows)) for one in options
        ),
        n=None if any((i, 0) in hidden for i in outside) else sum(base[i][0] for i in range(rows)),
    )


def hide_bases(base: Matrix, rows: int, k: int, tiny: set[int], guarded: Collection[int]) -> set[Cell] | None:
    """Return the cells of who answered, left blank or was not asked that all options hide; None when it cannot be."""
    primary = {(i, j) for i, j in find_small(base, rows, 1, k) if i not in tiny} | {(i, 1 + UNASKED) for i in guarded}
    everybody = sum(map(sum, base))
    prices = {(i, j): everybody + sum(base[i]) for i in range(rows) for j in range(len(base[i]))}
    return hide_twice(base, k, primary, dear=prices)


def hide_option(
    chosen: Sequence[int], base: Matrix, rows: int, k: int, hidden: set[Cell], closed: Collection[int]
) -> set[int]:
    """Return the rows in which it is hidden how many chose an option; all rows when hiding some is not enough.

    `hidden` cells of the base are settled; nothing is shown of the rows `closed`.
    """
    table = [[count, part[0] - count, *part[1:]] for count, part in zip(chosen, base, strict=True)]
    also = {(i, j + 1) for i, j in hidden if j}
    fixed = {(i, j) for i in range(len(table)) for j in (2, 3)} - also
    primary = find_small(table, rows, 2, k) | {(i, j) for i in closed for j in (0, 1)}
    tiny = {(i, j) for i in range(rows) if is_tiny(base[i], k) for j in range(len(table[i]))}
    mask = hide_twice(table, k, primary, also, fixed, loose=tiny)
    return set(range(len(table))) if mask is None else {i for i, j in mask if j == 0}


def protect_pairs(
    pairs: Matrix, rows: Matrix, columns: Matrix, n: int, k: int, known: tuple[Sequence[bool], Sequence[bool]]
) -> Shown | None:
    """Return what may be shown of the options of two variables that both take several answers.

    `pairs[a][b]`: how many chose both; `rows[a]`: of those who chose a, how many answered the second, left it blank,
    were not asked; `columns[b]` likewise; `n` answered both. Each pair is a table of four cells, shown if all may be.
    """
    if n < k:
        return None
    row_totals = [
        part[0] if is_open and is_fit(part, n, k) else None for part, is_open in zip(rows, known[0], strict=True)
    ]
    column_totals = [
        part[0] if is_open and is_fit(part, n, k) else None for part, is_open in zip(columns, known[1], strict=True)
    ]

    def look(a: int, b: int) -> int | None:
        first, second = row_totals[a], column_totals[b]
        if first is None or second is None:
            return None
        both = pairs[a][b]
        cells = (both, first - both, second - both, n - first - second + both)
        is_alike = is_unanimous([both], first, k) or is_unanimous([both], second, k)
        return None if is_alike or any(is_small(cell, k) for cell in cells) else both

    counts = tuple(tuple(look(a, b) for b in range(len(columns))) for a in range(len(rows)))
    return Shown(counts, tuple(row_totals), tuple(column_totals), n)


def is_fit(part: Sequence[int], n: int, k: int) -> bool:
    """Tell whether an option's total among those who answered both may be shown."""
    answered, _blank, unasked = part
    return is_safe_share(answered, n, k) and not is_small(unasked, k)
