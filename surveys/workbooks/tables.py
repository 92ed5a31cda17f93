"""The table of answers in a result workbook, and which column is most likely what. Knows cells as texts only."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from imports.formats import FileRefused
from surveys.sheets import Rows
from surveys.workbooks.headings import compare_form, find_trace, numbered_form, refuse_forbidden
from surveys.workbooks.targets import Target

HEAD_ROWS = 5  # titles may stand above the headings
ALIKE = 0.85  # of 1: words that differ by a sign or two
COMPARED = 200  # characters of a heading that are compared
MOST_COMPARED = 40_000  # pairs of headings and questions that are compared by likeness: a second or two


@dataclass(frozen=True)
class Table:
    """Headings and the rows below them. `traces`: place of a column that is never taken -> why."""

    sheet: str
    row: int
    headings: tuple[str, ...]
    rows: Rows
    guesses: Mapping[int, str]
    traces: Mapping[int, str]
    passed: tuple[str, ...] = ()  # sheets that were not read

    @property
    def signature(self) -> str:
        """What tells tables with the same headings."""
        return hashlib.sha256(json.dumps(self.headings, ensure_ascii=False).encode()).hexdigest()

    @property
    def digest(self) -> str:
        """What tells tables with the same content, however the file was saved."""
        content = json.dumps([self.headings, list(self.rows.items())], ensure_ascii=False)
        return hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()

    def cell(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        cells = self.rows[row]
        return cells[column].strip() if column < len(cells) else ""


def find_table(sheets: Mapping[str, Rows], targets: Sequence[Target]) -> Table:
    """Return the table whose headings look most like the questions; raises FileRefused for forbidden columns."""
    exact = name_targets(targets)
    heads = [(sheet, row) for sheet, rows in sheets.items() for row in sorted(rows)[:HEAD_ROWS]]
    sheet, head = max(heads, key=lambda place: sum(guess in exact for guess in compare(sheets[place[0]][place[1]])))
    headings = tuple(" ".join(cell.split()) for cell in sheets[sheet][head])
    rows = {row: cells for row, cells in sorted(sheets[sheet].items()) if row > head}
    if not rows:
        raise FileRefused("empty")
    width = max(len(headings), *map(len, rows.values()))
    headings += ("",) * (width - len(headings))
    guesses = guess_columns(headings, targets, exact)
    for column, heading in enumerate(headings):
        if column not in guesses:
            refuse_forbidden(heading, sheet, head, column)
    traces = {column: reason for column, text in enumerate(headings) if (reason := find_trace(text))}
    traces = {column: reason for column, reason in traces.items() if column not in guesses}
    passed = tuple(name for name in sheets if name != sheet)
    return Table(sheet, head, headings, rows, guesses, traces, passed)


def compare(headings: Sequence[str]) -> list[str]:
    """Return the forms under which headings are looked up."""
    return [form for heading in headings for form in (compare_form(heading), numbered_form(heading)) if form]


def name_targets(targets: Sequence[Target]) -> dict[str, str]:
    """Return name -> value of the first target with it."""
    names: dict[str, str] = {}
    for target in targets:
        for name in (*target.names, *target.numbered):
            names.setdefault(name, target.value)
    return names


def guess_columns(headings: Sequence[str], targets: Sequence[Target], exact: Mapping[str, str]) -> dict[int, str]:
    """Return place of the column -> value of the target; each target is given to one column only, the surest."""
    found: dict[int, str] = {}
    for form in (compare_form, numbered_form):
        for column, heading in enumerate(headings):
            value = exact.get(form(heading)) if form(heading) else None
            if column not in found and value and value not in found.values():
                found[column] = value
    open_columns = [column for column in range(len(headings)) if column not in found and headings[column]]
    open_targets = [target for target in targets if target.value not in found.values()]
    if len(open_columns) * len(open_targets) > MOST_COMPARED:
        return found
    pairs = [
        (score, column, target.value)
        for column in open_columns
        if not find_trace(headings[column])
        for target in open_targets
        if (score := likeness(compare_form(headings[column]), target)) >= ALIKE
    ]
    for _score, column, value in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if column not in found and value not in found.values():
            found[column] = value
    return found


def likeness(heading: str, target: Target) -> float:
    """Return how much a heading is like the words of a target, from 0 to 1; short ones are compared exactly only."""
    name = target.names[-1] if target.option is None and target.question.kind != "matrix" else target.names[0]
    if min(len(heading), len(name)) < 5 or target.is_words:
        return 0
    matcher = SequenceMatcher(None, heading[:COMPARED], name[:COMPARED], autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0
