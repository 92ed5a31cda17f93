"""Reading an XLSForm workbook into a questionnaire, or into what is wrong with it, cell by cell.

Cells: cells.py. Writing: writing.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from imports.formats import FileRefused
from surveys.checking import check
from surveys.questionnaire import (
    RATING_CODES,
    Background,
    Condition,
    Kind,
    Option,
    Question,
    Questionnaire,
    Section,
)
from surveys.sheets import Fault, read_sheets
from surveys.xlsform.cells import CellReader
from surveys.xlsform.choices import fits_question, shorten
from surveys.xlsform.expressions import ExpressionError, read_conditions
from surveys.xlsform.tables import Line, find_unread_columns, read_tables
from surveys.xlsform.tree import Node, grow
from surveys.xlsform.words import (
    BACKGROUND,
    BANK,
    BEGIN,
    CHOICE_COLUMNS,
    FOREIGN_OTHER_SUFFIX,
    GRID_HEAD,
    LIKERT,
    MULTILINE,
    OPINION,
    ORDERED,
    OTHER_LABEL,
    OTHER_SUFFIX,
    RANK,
    SECTION_PREFIX,
    SELECT_MULTIPLE,
    SELECT_ONE,
    SURVEY_COLUMNS,
)

KINDS = {
    SELECT_ONE: Kind.SINGLE,
    SELECT_MULTIPLE: Kind.MULTIPLE,
    RANK: Kind.RANKING,
    "integer": Kind.NUMBER,
    "decimal": Kind.NUMBER,
    "date": Kind.DATE,
    "text": Kind.TEXT,
}


@dataclass(frozen=True)
class FormReading:
    """What an XLSForm says: a questionnaire, and faults; it can be taken over when all of them are remarks."""

    title: str
    questionnaire: Questionnaire
    faults: tuple[Fault, ...]

    @property
    def problems(self) -> list[Fault]:
        """What has to be mended before the file can be taken over."""
        return [fault for fault in self.faults if not fault.is_remark]

    @property
    def remarks(self) -> list[Fault]:
        """What was read otherwise than it stands, or not at all."""
        return [fault for fault in self.faults if fault.is_remark]


def read_xlsform(content: bytes) -> FormReading:
    """Return the questionnaire of a workbook with what is wrong; raises FileRefused for what is no workbook."""
    sheets = read_sheets(content)
    if list(sheets) == [""]:
        raise FileRefused("not_spreadsheet", "CSV")
    return Builder(read_tables(sheets)).read()


class Builder(CellReader):
    """Builds the questionnaire of a file."""

    def read(self) -> FormReading:
        """Return all that the file says."""
        self.faults += find_unread_columns(self.tables.survey, SURVEY_COLUMNS)
        self.faults += find_unread_columns(self.tables.choices, CHOICE_COLUMNS)
        root, faults = grow(self.tables.survey.lines)
        self.faults += faults
        rows = {fault.row for fault in faults if not fault.is_remark}
        self.refused = {line.get("name") for line in self.tables.survey.lines if line.row in rows}
        title = self.tables.settings.lines[0].get("form_title") if self.tables.settings.lines else ""
        questionnaire = Questionnaire(tuple(self.read_sections(root, title)))
        if all(fault.is_remark for fault in self.faults):
            self.check(questionnaire)
        order = {self.tables.settings.name: 0, self.tables.survey.name: 1, self.tables.choices.name: 2}
        self.faults.sort(key=lambda fault: (order.get(fault.sheet, 3), fault.row, fault.column or 0))
        return FormReading(title, questionnaire, tuple(self.faults))

    def check(self, questionnaire: Questionnaire) -> None:
        """Add what keeps the questionnaire from being published, at the line of the question."""
        for problem in check(questionnaire):
            line = self.lines.get(problem.where)
            name = self.tables.survey.name
            self.faults.append(line.fault("name", problem.message) if line else Fault(name, 0, None, problem.message))

    # --- Sections

    def read_sections(self, nodes: Sequence[Node], title: str) -> Iterator[Section]:
        """Yield the groups as sections; questions outside of any group are put into sections of their own."""
        loose: list[Node] = []
        for node in [*nodes, None]:
            if node is not None and (node.kind != BEGIN or node.is_matrix):
                loose.append(node)
                continue
            if loose:
                code = shorten("part", [*self.lines], fits_question, "part")
                yield self.read_section(Section(code, title or _("问卷")), loose, ())
                loose = []
            if node is not None:
                name = self.take_name(node.line).removeprefix(SECTION_PREFIX)
                code = name if self.is_ours else shorten(name, [*self.lines], fits_question, "part")
                self.lines[code] = node.line
                section = Section(code, node.line.get("label"))
                yield self.read_section(section, node.children, self.read_relevant(node.line))

    def read_section(self, section: Section, nodes: Sequence[Node], conditions: tuple[Condition, ...]) -> Section:
        """Return a section with its questions; its condition becomes one of each of them."""
        notes = []
        while nodes and nodes[0].kind == "note":
            notes.append(self.read_note(nodes[0]))
            nodes = nodes[1:]
        return replace(section, questions=tuple(self.read_questions(nodes, conditions)), note="\n".join(notes))

    def read_note(self, node: Node) -> str:
        """Return the words of a note at the beginning of a section."""
        self.take_name(node.line)
        if node.line.get("relevant"):
            self.faults.append(node.line.fault("relevant", _("说明文字总是显示，条件没有取用。"), is_remark=True))
        return node.line.get("label")

    def read_questions(self, nodes: Sequence[Node], conditions: tuple[Condition, ...]) -> Iterator[Question]:
        """Yield the questions of a section; groups inside it are laid flat."""
        skips = False
        for node, after in zip(nodes, [*nodes[1:], None], strict=True):
            if skips:
                skips = False
            elif node.kind == "note":
                message = _("说明文字只能放在一组的开头，这一行没有取用。")
                self.faults.append(node.line.fault("label", message, is_remark=True))
            elif node.is_matrix:
                yield self.read_matrix(node, conditions)
            elif node.kind == BEGIN:
                yield from self.read_inner_group(node, conditions)
            else:
                question = self.read_question(node, conditions)
                other = self.find_other(question, node, after)
                skips = other is not None
                yield mark_other(question, other) if other else question

    def read_inner_group(self, node: Node, conditions: tuple[Condition, ...]) -> Iterator[Question]:
        """Yield the questions of a group within a section; its title is lost, and that is said."""
        self.take_name(node.line)
        if node.line.get("label"):
            message = _("组里的小组并入外面一组，小标题没有取用。")
            self.faults.append(node.line.fault("label", message, is_remark=True))
        yield from self.read_questions(node.children, (*conditions, *self.read_relevant(node.line)))

    # --- Questions

    def read_question(self, node: Node, conditions: tuple[Condition, ...]) -> Question:
        """Return one question, whatever is wrong with it; faults say what."""
        line = node.line
        code = self.take_code(line)
        options = self.find_options(node)
        kind = KINDS[node.kind]
        if kind == Kind.TEXT and MULTILINE in node.looks:
            kind = Kind.LONG
        if kind == Kind.SINGLE and LIKERT in node.looks and tuple(one.code for one in options) == RATING_CODES:
            kind = Kind.RATING
        if node.has_other:
            taken = [option.code for option in options]
            options = (*options, Option(shorten("other", taken, fits_question, "other"), OTHER_LABEL, is_other=True))
        self.note_options(node, code)
        if node.has_other:
            self.option_codes[code] = self.option_codes[code] | {"other": options[-1].code}
        lowest, highest, alone = self.read_constraint(node)
        self.tell_looks(node)
        return Question(
            **self.read_common(line, code, conditions),
            kind=kind,
            options=tuple(replace(one, is_exclusive=one.code in alone) for one in options),
            is_required=self.read_flag(line, "required"),
            is_shuffled=self.read_random(node),
            lowest=lowest,
            highest=highest,
        )

    def read_common(self, line: Line, code: str, conditions: tuple[Condition, ...]) -> dict[str, Any]:
        """Return the fields that every kind of question has."""
        if not line.get("label"):
            self.faults.append(line.fault("label", _("没有写问题，请填 label。")))
        background = line.get(BACKGROUND)
        if background not in Background.values:
            self.faults.append(line.fault(BACKGROUND, _("没有这种背景。请留空，或写 sex、age、group、post。")))
        return {
            "code": code,
            "text": line.get("label"),
            "hint": line.get("hint"),
            "conditions": (*conditions, *self.read_relevant(line)),
            "is_ordered": self.read_flag(line, ORDERED),
            "is_opinion": self.read_flag(line, OPINION) if line.get(OPINION) else True,
            "background": background,
            "bank": line.get(BANK),
        }

    def read_matrix(self, node: Node, conditions: tuple[Condition, ...]) -> Question:
        """Return a group of choices from the same list as one matrix."""
        line = node.line
        code = self.take_code(line)
        rows = [row for row in node.children if row.kind == SELECT_ONE]
        for stranger in node.children:
            if stranger.kind != SELECT_ONE or stranger.choices != rows[0].choices:
                message = _("表格题的每一行都要是同一个选项表的 select_one。请把这一行移到组外。")
                self.faults.append(stranger.line.fault("type", message))
        heads = [row for row in rows if GRID_HEAD in row.looks]
        rows = [row for row in rows if row not in heads]
        common = self.read_common(replace_label(line, heads[0].line) if heads else line, code, conditions)
        if not rows:
            self.faults.append(line.fault("type", _("这道表格题没有行。请在组里加上 select_one。")))
        options = self.find_options(rows[0]) if rows else ()
        return Question(
            **common,
            kind=Kind.MATRIX,
            options=options,
            rows=tuple(self.read_rows(rows, line.get("name"))),
            is_required=max((self.read_flag(row.line, "required") for row in rows), default=False),
            is_shuffled=max((self.read_random(row) for row in rows), default=False),
        )

    def read_rows(self, nodes: Sequence[Node], matrix: str) -> Iterator[Option]:
        """Yield the rows of a matrix."""
        taken: set[str] = set()
        for node in nodes:
            name = self.take_name(node.line)
            if not node.line.get("label"):
                self.faults.append(node.line.fault("label", _("这一行没有文字，请填 label。")))
            if node.line.get("relevant"):
                self.faults.append(
                    node.line.fault("relevant", _("表格题的行不能单独设条件，请写在 begin_group 那一行。"))
                )
            short = name.removeprefix(f"{matrix}.").removeprefix(f"{matrix}_")
            code = short if self.is_ours else shorten(short, taken, fits_question, "row")
            taken.add(code)
            yield Option(code, node.line.get("label"))

    def find_other(self, question: Question, node: Node, after: Node | None) -> str | None:
        """Return the option beside which the next line asks for words; None when it is a question of its own."""
        if after is None or after.kind != "text" or question.kind not in (Kind.SINGLE, Kind.MULTIPLE):
            return None
        endings = (OTHER_SUFFIX,) if self.is_ours else (OTHER_SUFFIX, FOREIGN_OTHER_SUFFIX)
        if after.line.get("name") not in [f"{node.line.get('name')}{ending}" for ending in endings]:
            return None
        try:
            found = [*map(self.translate, read_conditions(after.line.get("relevant")))]
        except ExpressionError:
            return None
        is_one = len(found) == 1 and found[0].question == question.code and len(found[0].options) == 1
        if not is_one or found[0].is_negated or found[0].options[0] not in question.option_codes:
            return None
        self.take_name(after.line)
        return found[0].options[0]


def mark_other(question: Question, code: str) -> Question:
    """Return the question with the option that asks for words."""
    options = tuple(replace(option, is_other=option.code == code) for option in question.options)
    return replace(question, options=options)


def replace_label(group: Line, head: Line) -> Line:
    """Return the line of a matrix; a group without words takes those of its row of headings."""
    return replace(group, cells={"label": head.get("label"), **group.cells})
