"""From tables to checked rows, a column at a time. Free of Django, keys and database: the sandboxed reader runs it.

A chunk of rows is turned on its side; every column has its own check and, where few different cells are to be
expected, a memory of what each cell came to: most of a million and a half checks become look-ups.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from grids import cleaning
from grids.cleaning import CellRefused, Remark
from grids.pinyin import initials
from grids.vocabulary import fold
from imports.directory import Directory
from imports.headings import Layout

CHUNK = 2000
MEMORY = 50_000  # different cells remembered per column, before all is forgotten
TOTALS = re.compile(r"\s*(本\s*[页頁表])?\s*([合小总總共]\s*[计計]|[总總]\s*[人户戶]?\s*[数數])\s*[:：]?.{0,20}")
COUNTED = re.compile(r"\s*共\s*[\d一二三四五六七八九十百千]+\s*[人户戶名位条].{0,20}")
NOTES = re.compile(
    r"\s*(填表|填报|报送|制表|经办|审核|负责|备注|说明|注|联系|日期|单位|盖章)[^：:]{0,8}[：:].*", re.DOTALL
)
# What the name's cell of such a row begins with; a few surnames do, too, and are only looked at more closely.
ODD_INITIALS = frozenset("合小总總共本填报制经审负备说注联日单盖0123456789 \u3000")
# What goes to the register, in the order of the lines that the reader prints.
VALUES = (
    *("name", "id_number", "sex", "birth_date", "phone", "community_id", "grid_id", "building", "unit", "room"),
    *("groups", "since", "ethnic_group", "education", "occupation", "initials"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be said about a cell: severity (refuse, remark, skip), reason code, detail, and column key."""

    severity: str
    code: str
    detail: str = ""
    key: str = ""


class Odd:
    """Stands in a column where a cell was refused, or accepted with a remark."""

    __slots__ = ("finding", "value")

    def __init__(self, value: Any, finding: Finding) -> None:
        self.value, self.finding = value, finding


def run_check(check: Callable[[Any], Any], key: str, cell: Any) -> Any:
    """Return what the check makes of the cell; an Odd when it refuses or remarks."""
    try:
        value = check(cell)
    except CellRefused as refusal:
        return Odd(None, Finding("refuse", refusal.code, refusal.detail, key))
    if value.__class__ is Remark:
        return Odd(value.value, Finding("remark", value.code, str(value.detail), key))
    return value


class Memory(dict):
    """Cell -> what its check came to. Equal cells of one column come to the same."""

    def __init__(self, check: Callable[[Any], Any], key: str) -> None:
        super().__init__()
        self.check, self.key, self.knows_odd = check, key, False

    def __missing__(self, cell: Any) -> Any:
        if len(self) >= MEMORY:
            self.clear()
        value = self[cell] = run_check(self.check, self.key, cell)
        if value.__class__ is Odd:
            self.knows_odd = True
        return value


@dataclass
class Chunk:
    """Checked rows of one sheet: their numbers, their values by name, and what is to be said, by place in the chunk."""

    layout: Layout
    numbers: list[int]
    values: dict[str, list[Any]] = field(default_factory=dict)
    findings: dict[int, list[Finding]] = field(default_factory=dict)

    def find(self, place: int, severity: str, code: str, detail: str = "", key: str = "") -> None:
        """Note a finding about the row at this place of the chunk."""
        self.findings.setdefault(place, []).append(Finding(severity, code, detail, key))

    def take_odd(self, column: list[Any], places: Sequence[int] | None = None) -> list[Any]:
        """Return the column with its Odds noted, at these places of the chunk, and replaced by their values."""
        for index, value in enumerate(column):
            if value.__class__ is Odd:
                self.findings.setdefault(places[index] if places else index, []).append(value.finding)
                column[index] = value.value
        return column

    @property
    def skipped(self) -> set[int]:
        """Places of rows that are no residents: totals, repeated headings, remarks."""
        return {place for place, found in self.findings.items() if found[0].severity == "skip"}


class SheetReader:
    """Checks the rows of one sheet under its layout."""

    def __init__(self, layout: Layout, directory: Directory, *, today: date, epoch_1904: bool, hidden: Iterable[int]):
        self.layout, self.directory, self.today = layout, directory, today
        self.hidden = frozenset(hidden)
        dated = partial(cleaning.clean_date, today=today, epoch_1904=epoch_1904)
        born = partial(cleaning.clean_partial_date, today=today, epoch_1904=epoch_1904)
        born_alone = partial(cleaning.clean_birth_date, today=today, epoch_1904=epoch_1904)
        self.clean_id = partial(cleaning.clean_id_number, today=today)
        checks: dict[str, Callable[[Any], Any]] = {
            "sex": cleaning.clean_sex,
            "birth_date": born,
            "since": dated,
            "building": cleaning.clean_building,
            "unit": cleaning.clean_unit,
            "room": cleaning.clean_room,
            "address": cleaning.split_address,
            "ethnic_group": cleaning.clean_ethnic_group,
            "education": cleaning.clean_education,
            "occupation": cleaning.clean_occupation,
            "groups": directory.find_groups,
        }
        self.memories = {key: Memory(check, key) for key, check in checks.items()}
        self.places = Memory(lambda cells: directory.find_place(*cells), "grid")
        self.births_alone = Memory(born_alone, "birth_date")

    def read(self, rows: Iterable[tuple[int, list[Any]]]) -> Iterator[Chunk]:
        """Yield the rows below the heading, checked, CHUNK at a time."""
        last = max(self.layout.rows)
        batch: list[tuple[int, list[Any]]] = []
        for row in rows:
            if row[0] <= last:
                continue
            batch.append(row)
            if len(batch) == CHUNK:
                yield self.check(batch)
                batch = []
        if batch:
            yield self.check(batch)

    def check(self, batch: list[tuple[int, list[Any]]]) -> Chunk:
        """Return the checked rows of a batch."""
        chunk = Chunk(self.layout, [number for number, _cells in batch])
        cells = self.turn(batch)
        self.skip_what_is_no_resident(chunk, batch, cells)
        v = chunk.values
        v["name"] = chunk.take_odd([run_check(cleaning.clean_name, "name", cell) for cell in cells["name"]])
        v["initials"] = [initials(name) if name else "" for name in v["name"]]
        v["id_number"] = self.read_ids(chunk, cells.get("id_number"))
        v["phone"] = self.read_phones(chunk, cells.get("phone"))
        self.read_birth_and_sex(chunk, cells)
        self.read_door(chunk, cells)
        self.read_place(chunk, cells)
        for key in ("groups", "since", "ethnic_group", "education", "occupation"):
            v[key] = self.recall(chunk, key, cells.get(key))
        v["since"] = [day and day.isoformat() for day in v["since"]]
        self.note_hidden(chunk)
        return chunk

    def turn(self, batch: list[tuple[int, list[Any]]]) -> dict[str, list[Any]]:
        """Return key -> the batch's cells of that column, "" where a row is too short."""
        columns = {}
        for key, index in self.layout.columns.items():
            try:
                columns[key] = [cells[index] for _number, cells in batch]
            except IndexError:
                columns[key] = [cells[index] if index < len(cells) else "" for _number, cells in batch]
        return columns

    def recall(self, chunk: Chunk, key: str, cells: list[Any] | None, places: Sequence[int] | None = None) -> list[Any]:
        """Return what the cells of a column, or of these places of it, came to; None for each without such a column."""
        if cells is None:
            return [None] * len(chunk.numbers)
        memory = self.memories[key]
        values = [memory[cell] for cell in cells]
        return chunk.take_odd(values, places) if memory.knows_odd else values

    def skip_what_is_no_resident(self, chunk: Chunk, batch: list, cells: dict[str, list[Any]]) -> None:
        """Note the rows that are totals, repeated headings, remarks, or only a running number."""
        known = [cells[key] for key in self.layout.columns]
        initials_of_odd = ODD_INITIALS | {self.layout.headings[self.layout.columns["name"]][0]}
        strangers = cells.get("id_number") or cells.get("birth_date") or []
        for place, (name, identity) in enumerate(zip(cells["name"], strangers, strict=False)):
            if name and identity and str(name)[0] not in initials_of_odd:
                continue
            code = self.judge_odd_row(batch[place][1], [column[place] for column in known])
            if code:
                chunk.find(place, "skip", code)

    def judge_odd_row(self, row: list[Any], known: list[Any]) -> str:
        """Return why a row without name or identity is no resident, "" when it may be one."""
        filled = [cell for cell in row if cell not in ("", None)]
        texts = [cell for cell in filled if isinstance(cell, str) and cell.strip()]
        is_short = len(filled) <= 3 and bool(texts)
        if any(TOTALS.fullmatch(text) for text in texts[:3]) or (is_short and COUNTED.fullmatch(texts[0])):
            return "row_total"
        if not any(cell not in ("", None) and str(cell).strip() for cell in known):
            return "row_without_data"
        if len(texts) > 1 and all(fold(text) in self.layout.words for text in texts):
            return "row_heading"
        if (is_short and NOTES.fullmatch(texts[0])) or (texts and all(map(NOTES.fullmatch, texts))):
            return "row_note"
        return ""

    def read_ids(self, chunk: Chunk, cells: list[Any] | None) -> list[Any]:
        """Return the ID numbers, "" where there is none, None where refused."""
        if cells is None:
            return [""] * len(chunk.numbers)
        check = self.clean_id
        return chunk.take_odd([run_check(check, "id_number", cell) if cell else "" for cell in cells])

    def read_phones(self, chunk: Chunk, cells: list[Any] | None) -> list[Any]:
        """Return the phone numbers, "" where there is none."""
        if cells is None:
            return [""] * len(chunk.numbers)
        check = cleaning.clean_phone
        return chunk.take_odd([run_check(check, "phone", cell) if cell else "" for cell in cells])

    def read_birth_and_sex(self, chunk: Chunk, cells: dict[str, list[Any]]) -> None:
        """Set birth_date (ISO) and sex: from the ID number, held against the cells; without it from the cells."""
        ids = chunk.values["id_number"]
        sexes = self.recall(chunk, "sex", cells.get("sex"))
        born_cells = cells.get("birth_date") or [""] * len(ids)
        births = self.memories["birth_date"]
        dates: list[str | None] = []
        for place, (id_number, sex, cell) in enumerate(zip(ids, sexes, born_cells, strict=True)):
            if not id_number:
                dates.append(None if id_number is None else self.read_birth_alone(chunk, place, cell))
                continue
            own_sex = 1 if int(id_number[16]) & 1 else 2
            if sex is not None and sex != own_sex:
                chunk.find(place, "refuse", "sex_contradicts_id", key="sex")
            sexes[place] = own_sex
            dates.append(f"{id_number[6:10]}-{id_number[10:12]}-{id_number[12:14]}")
            if cell != "":
                self.hold_against_id(chunk, place, births[cell], id_number)
        chunk.values["birth_date"], chunk.values["sex"] = dates, sexes

    def read_birth_alone(self, chunk: Chunk, place: int, cell: Any) -> str | None:
        """Return the birth date (ISO) of somebody without an ID number."""
        day = self.births_alone[cell]
        if day.__class__ is Odd:
            key = "birth_date" if "birth_date" in self.layout.columns else "id_number"
            found = day.finding
            chunk.find(place, found.severity, found.code, found.detail, key)
            day = day.value
        return day.isoformat() if day else None

    @staticmethod
    def hold_against_id(chunk: Chunk, place: int, born: Any, id_number: str) -> None:
        """Refuse the row when its birth date, as far as it is given, is not that of the ID number."""
        if born.__class__ is Odd:
            chunk.findings.setdefault(place, []).append(born.finding)
        elif born and (
            born.year != int(id_number[6:10])
            or born.month != int(id_number[10:12])
            or (born.day or int(id_number[12:14])) != int(id_number[12:14])
        ):
            chunk.find(place, "refuse", "birth_date_contradicts_id", key="birth_date")

    def read_door(self, chunk: Chunk, cells: dict[str, list[Any]]) -> None:
        """Set building, unit and room: from their own columns, else from the address where its pattern is clear."""
        doors = {key: self.recall(chunk, key, cells.get(key)) for key in ("building", "unit", "room")}
        if "address" in cells:
            bare = [place for place, parts in enumerate(zip(*doors.values(), strict=True)) if not any(parts)]
            split = self.recall(chunk, "address", [cells["address"][place] for place in bare], bare)
            for place, parts in zip(bare, split, strict=True):
                if parts:
                    doors["building"][place], doors["unit"][place], doors["room"][place] = parts
        for key, column in doors.items():
            chunk.values[key] = [value or "" for value in column]

    def read_place(self, chunk: Chunk, cells: dict[str, list[Any]]) -> None:
        """Set grid_id and community_id from grid, community and building."""
        blank = [""] * len(chunk.numbers)
        keys = zip(cells.get("grid", blank), cells.get("community", blank), chunk.values["building"], strict=True)
        places = [self.places[key] for key in keys]
        if self.places.knows_odd:
            places = chunk.take_odd(places)
        chunk.values["grid_id"] = [place and place[0] for place in places]
        chunk.values["community_id"] = [place and place[1] for place in places]

    def note_hidden(self, chunk: Chunk) -> None:
        """Remark the rows that the spreadsheet hides: they are read like all others."""
        if self.hidden:
            for place, number in enumerate(chunk.numbers):
                if number in self.hidden:
                    chunk.find(place, "remark", "row_hidden")
