"""The language in which the corpus is told: a file, what the register holds before, and the fate of every row.

The cases stand by topic in corpus_headings, corpus_formats, corpus_cells and corpus_people; test_corpus runs them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from grids.models import Grid, Resident
from tests.imports.files import make_text, make_xlsx
from tests.register import Register, make_id_number

SHEET = "居民"
COMMUNITY = "990101001001"
BORN = date(1980, 5, 1)
PLAIN = ("姓名", "身份证号", "网格")
WRITTEN = ("create", "update", "unchanged")


@dataclass(frozen=True)
class Cast:
    """Whom a case's set-up may use: 多福社区 has two grids, its neighbour and the other street one each.

    All grids of the neighbour and the other street are called 第一网格, too.
    """

    register: Register
    grids: Sequence[Grid]
    neighbour: Grid
    foreign: Grid


@dataclass(frozen=True)
class Fate:
    """What becomes of a row: what would be done with it, the reasons in any order, some of its cleaned values."""

    outcome: str
    reasons: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    row: int = 0
    sheet: str = SHEET

    @property
    def told(self) -> tuple[str, str | None]:
        """The report's `outcome` and `write`: a row that is written in spite of remarks is told as a warning."""
        if self.outcome not in WRITTEN:
            return self.outcome, None
        return ("warn" if self.reasons else self.outcome), self.outcome


@dataclass(frozen=True)
class Case:
    """A file and what must come of it.

    Of a file whose rows are read, `fates` names each row. Else `refused` is the reason, or `asks` is true and the user
    must say what the columns mean. `after` is the register of the street once the file is written (see
    test_corpus.describe_register); None where writing adds nothing to what the rehearsal shows. `unsaid` are words
    that neither the report nor the import's own tables may hold.
    """

    name: str
    content: Callable[[], bytes]
    fates: tuple[Fate, ...] = ()
    refused: str = ""
    asks: bool = False
    before: Callable[[Cast], Any] | None = None
    after: tuple[str, ...] | None = None
    unsaid: tuple[str, ...] = ()
    community: str | None = COMMUNITY
    mapping: Mapping[str, str] | None = None
    sheets: tuple[str, ...] = ()
    complete: bool = False
    missing: int = 0

    def __str__(self) -> str:
        return self.name

    @property
    def exit_status(self) -> int:
        """0: all rows accepted, 1: some refused, 2: the file is not read."""
        if self.refused or self.asks:
            return 2
        return int(any(fate.outcome == "refuse" for fate in self.fates))

    @property
    def counts(self) -> dict[str, int]:
        """Outcome -> rows, as an import counts them: warnings overlap with what is written."""
        outcomes = [fate.outcome for fate in self.fates]
        counts = {outcome: outcomes.count(outcome) for outcome in (*WRITTEN, "review", "refuse", "skip")}
        return counts | {"warn": sum(fate.told[0] == "warn" for fate in self.fates)}


# Fates. Values are those of imports.rows.VALUES; `grid`, `community` and `groups` are given by name.


def created(*reasons: str, **values: Any) -> Fate:
    """A newcomer."""
    return Fate("create", reasons, values)


def updated(*reasons: str, **values: Any) -> Fate:
    """Somebody of the register who changes."""
    return Fate("update", reasons, values)


def unchanged(*reasons: str, **values: Any) -> Fate:
    """Somebody whom the register knows just so."""
    return Fate("unchanged", reasons, values)


def reviewed(*reasons: str, **values: Any) -> Fate:
    """Somebody about whom a person must decide."""
    return Fate("review", reasons, values)


def refused(*reasons: str, **values: Any) -> Fate:
    """A row that is not written."""
    return Fate("refuse", reasons, values)


def skipped(reason: str) -> Fate:
    """A row that is no resident."""
    return Fate("skip", (reason,))


def at(row: int, fate: Fate, sheet: str = SHEET) -> Fate:
    """The fate of this row of this sheet."""
    return replace(fate, row=row, sheet=sheet)


# Cases


def read(name: str, content: Callable[[], bytes], *fates: Fate, **more: Any) -> Case:
    """A file whose rows are read."""
    return Case(name, content, fates, **more)


def turned_away(name: str, content: Callable[[], bytes], reason: str, **more: Any) -> Case:
    """A file that is refused as a whole."""
    return Case(name, content, refused=reason, **more)


def asking(name: str, content: Callable[[], bytes], **more: Any) -> Case:
    """A file whose columns somebody must explain first."""
    return Case(name, content, asks=True, **more)


def listing(
    name: str, *lines: tuple[Sequence[Any], Fate | None], make: Callable[[list], bytes] = make_xlsx, **more: Any
) -> Case:
    """A sheet told line by line, from row 1: cells, and their fate; None for lines that are no rows of the list."""
    sheet = "" if is_text(make) else SHEET
    fates = (at(number, fate, sheet) for number, (_cells, fate) in enumerate(lines, start=1) if fate)
    return read(name, lambda: make([list(cells) for cells, _fate in lines]), *fates, **more)


def column(name: str, heading: str, *cells: tuple[Any, Fate], **more: Any) -> Case:
    """Flawless people who differ in this column only: cell and fate."""
    headings = dict.fromkeys((*PLAIN, heading))
    lines = [
        (list((headings | person(number) | {heading: cell}).values()), fate)
        for number, (cell, fate) in enumerate(cells, start=1)
    ]
    return listing(name, (list(headings), None), *lines, **more)


def is_text(make: Callable[[list], bytes]) -> bool:
    """Whether what `make` gives has no sheets."""
    return getattr(make, "func", make) is make_text


# People


def number(sequence: int = 1, born: date = BORN) -> str:
    """A valid ID number; the sequence is odd for men."""
    return make_id_number(born, sequence)


def person(sequence: int) -> dict[str, str]:
    """The cells of somebody in the first grid, under PLAIN."""
    return {"姓名": "王秀英", "身份证号": number(sequence), "网格": "第一网格"}


def someone(sequence: int = 1, grid: str = "第一网格", name: str = "王秀英") -> list[str]:
    """The same as a row."""
    return [name, number(sequence), grid]


def without_id(resident: Resident) -> Resident:
    """Take the ID number from a resident of the register."""
    Resident.objects.filter(pk=resident.pk).update(id_number=None, id_hash=None, id_kept="", id_tail=None)
    return resident
