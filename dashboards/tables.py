"""A table of a page: shown by _table.html, taken out as workbook or CSV by files.py. Rows are facts, not markup."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


@dataclass(frozen=True)
class Said:
    """A number that its page says in words of its own; a file has the number alone, empty where there is none."""

    value: int | float | None
    words: str

    def __str__(self) -> str:
        return self.words


Cell = str | Promise | int | float | Said | None  # None: nothing to be said, or hidden; a dash, empty in a file


class Sort(StrEnum):
    """How the cells of a column read."""

    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"  # 0 to 100, one decimal; drawn with a bar
    NUMBER = "number"  # with two decimals
    VALUE = "value"  # of mixed units, each rounded as its unit wants


def to_percent(rate: float | None) -> float | None:
    """Return a rate as a cell of a column of percentages; None stays None."""
    return None if rate is None else round(rate * 100, 1)


@dataclass(frozen=True)
class Column:
    """A column: heading, sort of its cells, and the unit that headings of files name (人, 人次, 户, 场, %)."""

    heading: str | Promise
    sort: Sort = Sort.TEXT
    unit: str | Promise = ""
    is_wide_only: bool = False  # left out on phones
    is_file_only: bool = False  # what the page says in the words of another cell
    is_beneath: bool = False  # wide only; on phones a small line under the percentage before it

    @property
    def is_number(self) -> bool:
        """Whether cells stand to the right."""
        return self.sort != Sort.TEXT


@dataclass(frozen=True)
class Table:
    """A table. `code` tells it apart on its page; each row has a cell for each column, and may open an address."""

    code: str
    title: str | Promise
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    urls: Sequence[str] = ()  # one a row, "" for none; () for none at all
    unit: str | Promise = ""  # of the whole table, for the file's name
    note: str | Promise = ""
    stacks: bool = False  # on phones a card a row: names are long, and there are more columns than fit
    has_file: bool = True  # lists of doors or people stay on the page: workers have no export of persons (rule R4)

    @property
    def page_columns(self) -> list[Column]:
        """The columns that the page shows."""
        return [column for column in self.columns if not column.is_file_only]

    @property
    def lines(self) -> list[tuple[str, list[tuple[Column, Cell]]]]:
        """The rows as templates read them: (address or "", cells with their columns)."""
        urls = self.urls or [""] * len(self.rows)
        return [
            (url, [pair for pair in zip(self.columns, row, strict=True) if not pair[0].is_file_only])
            for url, row in zip(urls, self.rows, strict=True)
        ]

    @property
    def page_lines(self) -> list[tuple[str, list[tuple[Column, Cell, Cell]]]]:
        """The rows as the page shows them: (address or "", cells with their columns and what stands beneath them)."""
        return [(url, [*pair_beneath(pairs)]) for url, pairs in self.lines]


def pair_beneath(pairs: Sequence[tuple[Column, Cell]]) -> Iterator[tuple[Column, Cell, Cell]]:
    """Yield the cells with what phones show beneath them."""
    for number, (column, cell) in enumerate(pairs):
        after = pairs[number + 1] if number + 1 < len(pairs) else None
        yield column, cell, after[1] if after and after[0].is_beneath else None
