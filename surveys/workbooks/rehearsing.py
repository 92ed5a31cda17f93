"""What a result workbook would bring under a mapping: answers, rows with problems, texts that are no option yet.

Nothing is saved here. Taking in: taking.py.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from surveys.answers import read_answers
from surveys.questionnaire import CHOSEN, OTHER, Kind, Question, Questionnaire
from surveys.sheets import Fault
from surveys.workbooks.cells import OptionReader, is_blank, plain, read_mark, read_plain
from surveys.workbooks.tables import Table
from surveys.workbooks.targets import Target, list_targets


@dataclass(frozen=True)
class ColumnMapping:
    """How a workbook is read: place of a column -> target; question -> text that is no option -> code, "" for blank."""

    columns: Mapping[int, str]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Unknown:
    """A text that is none of a question's options, and in how many rows it stands."""

    question: Question
    text: str
    count: int

    @property
    def key(self) -> str:
        """The name of its field in a form."""
        return "text-" + hashlib.sha256(f"{self.question.code}\0{self.text}".encode()).hexdigest()[:16]


@dataclass
class Rehearsal:
    """Answers by row, faults with their place, and unknown texts, decided or not."""

    table: Table
    mapping: ColumnMapping
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """How many rows cannot be taken as they are."""
        return len(self.table.rows) - len(self.answers)

    @property
    def seen(self) -> str:
        """What differs as soon as something else would be taken."""
        texts = {code: dict(sorted(texts.items())) for code, texts in sorted(self.mapping.texts.items())}
        content = json.dumps([sorted(self.mapping.columns.items()), texts, sorted(self.answers), len(self.faults)])
        return hashlib.sha256(content.encode()).hexdigest()


def rehearse(questionnaire: Questionnaire, table: Table, mapping: ColumnMapping) -> Rehearsal:
    """Read all rows; each is either among the answers or has a fault."""
    return Rehearser(questionnaire, table, mapping).read()


class Rehearser:
    """Reads the rows of one table."""

    def __init__(self, questionnaire: Questionnaire, table: Table, mapping: ColumnMapping) -> None:
        self.questionnaire, self.table, self.mapping = questionnaire, table, mapping
        targets = {target.value: target for target in list_targets(questionnaire)}
        self.columns = {column: targets[value] for column, value in sorted(mapping.columns.items()) if value in targets}
        self.readers = {column: self.make_reader(column) for column in self.columns}
        self.unknown: Counter[tuple[str, str]] = Counter()

    def make_reader(self, column: int) -> OptionReader:
        """Return what reads the options of a column."""
        question = self.columns[column].question
        cells = {self.table.cell(row, column) for row in self.table.rows} if question.kind in CHOSEN else ()
        return OptionReader(question, cells, self.mapping.texts.get(question.code, {}))

    def read(self) -> Rehearsal:
        """Return the rehearsal."""
        found = Rehearsal(self.table, self.mapping)
        for row in self.table.rows:
            answers, faults = self.read_row(row)
            found.faults += faults
            if not faults:
                found.answers[row] = answers
        by_code = self.questionnaire.by_code
        order = {code: number for number, code in enumerate(by_code)}
        ranked = sorted(self.unknown.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][1]))
        found.unknown = [Unknown(by_code[code], text, count) for (code, text), count in ranked]
        return found

    def read_row(self, row: int) -> tuple[dict[str, Any], list[Fault]]:
        """Return the answers of a row, and what is wrong with it."""
        given: dict[str, list[str]] = {}
        ranks: dict[str, list[tuple[float, str]]] = {}
        faults: list[Fault] = []
        for column, target in self.columns.items():
            text = self.table.cell(row, column)
            if target.option is None:
                message = self.read_field(target, column, text, given)
            elif target.question.kind == Kind.RANKING:
                message = self.read_rank(target, text, ranks)
            else:
                message = self.read_option(target, text, given)
            if message:
                faults.append(Fault(self.table.sheet, row, column, message))
        for code, places in ranks.items():
            given.setdefault(code, [option for _place, option in sorted(places)])
        reading = read_answers(self.questionnaire, given, allows_blanks=True)
        faults += [Fault(self.table.sheet, row, self.column_of(code), why) for code, why in reading.problems.items()]
        if not reading.answers and not faults:
            faults.append(Fault(self.table.sheet, row, None, _("这一行没有任何回答。")))
        return reading.answers, faults

    def column_of(self, code: str) -> int | None:
        """Return the first column of a question."""
        return next((column for column, target in self.columns.items() if target.question.code == code), None)

    def read_field(self, target: Target, column: int, text: str, given: dict[str, list[str]]) -> str:
        """Put a cell into the fields; return what is wrong with it."""
        question, reader = target.question, self.readers[column]
        if target.is_words or question.kind not in CHOSEN:
            if text and not is_blank(text):
                given.setdefault(target.value, []).append(read_plain(question.kind, text))
            return ""
        if reader.is_empty(text):
            return ""
        is_one = question.kind not in (Kind.MULTIPLE, Kind.RANKING)
        pieces = [reader.read_one(text)] if is_one else reader.read_several(text)
        for piece in pieces:
            codes = given.setdefault(target.value, [])
            if piece.code and (piece.code not in codes or question.kind == Kind.RANKING):
                codes.append(piece.code)
            if piece.words:
                given.setdefault(question.code + OTHER, [piece.words])
        strange = {piece.unknown for piece in pieces if piece.unknown}
        self.unknown.update((question.code, text) for text in strange)
        return _("这一格的文字还没有对上选项。") if strange - reader.texts.keys() else ""

    def read_option(self, target: Target, text: str, given: dict[str, list[str]]) -> str:
        """Put the cell of one option of several into the fields; return what is wrong with it."""
        option = target.option
        if option is None or (is_chosen := read_mark(option, text)) is False:
            return ""
        if is_chosen is None:
            return _("这一列只认 1 和 0、是和否、选中和未选中，或者选项的文字。")
        codes = given.setdefault(target.question.code, [])
        codes += [] if option.code in codes else [option.code]
        if option.is_other and read_mark(replace(option, is_other=False), text) is None:
            given.setdefault(target.question.code + OTHER, [text])
        return ""

    def read_rank(self, target: Target, text: str, ranks: dict[str, list[tuple[float, str]]]) -> str:
        """Note the place of an option in a ranking; return what is wrong with the cell."""
        if is_blank(text) or text in ("-1", "-2", "-3", "0"):
            return ""
        key = plain(text).removeprefix("第").removesuffix("名")
        if not (key.isascii() and key.isdecimal()) or target.option is None:
            return _("排序题的这一列要写名次：1、2、3……")
        ranks.setdefault(target.question.code, []).append((int(key), target.option.code))
        return ""
