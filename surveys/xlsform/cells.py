"""The cells of one line of an XLSForm: names, flags, conditions, limits. What the lines come to: reading.py."""

from dataclasses import replace

from django.utils.translation import gettext as _

from surveys.questionnaire import Condition, Option
from surveys.sheets import Fault
from surveys.xlsform.choices import OptionList, fits_question, read_lists, shorten
from surveys.xlsform.expressions import ExpressionError, FollowOnError, read_alone, read_conditions, read_limits
from surveys.xlsform.tables import Line, Tables
from surveys.xlsform.tree import SELECTS, Node
from surveys.xlsform.words import (
    FALSE,
    GRID_HEAD,
    GRID_ROW,
    LIKERT,
    MULTILINE,
    NUMBER_TYPES,
    OWN_COLUMNS,
    SELECT_MULTIPLE,
    TABLE,
    TRUE,
)

KNOWN_LOOKS = frozenset({LIKERT, MULTILINE, TABLE, GRID_HEAD, GRID_ROW, "field-list"})


class CellReader:
    """Reads cells, and keeps what they were called and what was wrong with them.

    `codes` are those of questions by the names that the file has; `option_codes` those of their options, by question.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.lists, faults = read_lists(tables.choices.lines)
        self.faults: list[Fault] = [*tables.faults, *faults]
        self.is_ours = any(column in tables.survey.columns for column in OWN_COLUMNS)
        self.names: set[str] = set()
        self.codes: dict[str, str] = {}
        self.option_codes: dict[str, dict[str, str]] = {}
        self.lines: dict[str, Line] = {}  # code of a question or section -> its line
        self.told_looks: set[str] = set()
        self.refused: set[str] = set()  # names of lines whose type was refused
        self.broken: set[str] = set()  # codes of questions whose options are not all known, which is told there
        rows = {fault.row for fault in faults if not fault.is_remark}
        self.broken_lists = {line.get("list_name") for line in tables.choices.lines if line.row in rows}
        if not tables.choices.lines and any("select" in line.get("type").lower() for line in tables.survey.lines):
            message = _("缺少工作表 choices（各题的选项写在那里），或者它是空的。请补上再上传。")
            self.faults.append(Fault(tables.choices.name, 0, None, message))

    def take_name(self, line: Line) -> str:
        """Return the name of a line; each may be there once."""
        name = line.get("name")
        if not name:
            self.faults.append(line.fault("name", _("没有写 name，请起一个名字，例如 q1。")))
        elif name in self.names:
            self.faults.append(line.fault("name", _("“%(name)s”用了两次，请改一个。") % {"name": name}))
        elif " " in name:
            self.faults.append(line.fault("name", _("“%(name)s”里有空格，请去掉。") % {"name": name}))
        self.names.add(name)
        return name

    def take_code(self, line: Line) -> str:
        """Return the code of a question: its name, or one like it."""
        name = self.take_name(line)
        code = shorten(name or "q", self.codes.values(), fits_question, "q")
        if name and code != name and name not in self.codes:
            words = {"name": name, "code": code}
            self.faults.append(line.fault("name", _("“%(name)s”的代号改作“%(code)s”。") % words, is_remark=True))
        self.codes.setdefault(name, code)
        self.lines[code] = line
        return code

    def find_options(self, node: Node) -> tuple[Option, ...]:
        """Return the options of the list that a line names."""
        if node.kind not in SELECTS:
            return ()
        if not node.choices:
            self.faults.append(node.line.fault("type", _("没有写选项表。请写成：select_one 表名。")))
            return ()
        if node.choices not in self.lists and self.tables.choices.lines:
            message = _("choices 里没有选项表“%(list)s”。请补上，或改成已有的表名。") % {"list": node.choices}
            self.faults.append(node.line.fault("type", message))
        return tuple(self.lists.get(node.choices, OptionList()).options)

    def note_options(self, node: Node, code: str) -> None:
        """Note the codes of the options of a question, and whether some may be missing for a fault of the list."""
        self.option_codes[code] = self.lists.get(node.choices, OptionList()).codes
        if node.choices not in self.lists or self.broken_lists & {node.choices, ""}:
            self.broken.add(code)

    def read_relevant(self, line: Line) -> tuple[Condition, ...]:
        """Return the conditions of a line, in our codes."""
        text = line.get("relevant")
        try:
            return tuple(map(self.translate, read_conditions(text))) if text else ()
        except FollowOnError:
            return ()
        except ExpressionError as error:
            self.faults.append(line.fault("relevant", str(error)))
            return ()

    def translate(self, condition: Condition) -> Condition:
        """Return a condition with our codes in place of the file's names; raises ExpressionError."""
        code = self.codes.get(condition.question)
        if code is None and condition.question in self.refused:
            raise FollowOnError
        if code is None:
            raise ExpressionError(_("前面没有叫“%(name)s”的题。") % {"name": condition.question})
        codes = self.option_codes.get(code, {})
        strange = [option for option in condition.options if option not in codes]
        if strange and code in self.broken:
            raise FollowOnError
        if strange:
            words = {"name": condition.question, "option": strange[0]}
            raise ExpressionError(_("“%(name)s”没有“%(option)s”这个选项。") % words)
        return replace(condition, question=code, options=tuple(codes[option] for option in condition.options))

    def read_constraint(self, node: Node) -> tuple[float | None, float | None, set[str]]:
        """Return lowest, highest, and the options that stand alone."""
        text = node.line.get("constraint")
        try:
            if text and node.kind in NUMBER_TYPES:
                return (*read_limits(text), set())
            if text and node.kind == SELECT_MULTIPLE:
                codes = self.lists.get(node.choices, OptionList()).codes
                return None, None, {codes.get(name, name) for name in read_alone(text)}
        except ExpressionError as error:
            self.faults.append(node.line.fault("constraint", str(error)))
            return None, None, set()
        if text:
            message = _("这种题的限制没有取用。")
            self.faults.append(node.line.fault("constraint", message, is_remark=True))
        return None, None, set()

    def read_random(self, node: Node) -> bool:
        """Tell whether the options come in random order; name what else the column asks for."""
        found = dict(part.partition("=")[::2] for part in node.line.get("parameters").lower().split())
        is_random = found.pop("randomize", "false") == "true" and node.kind in SELECTS
        if found:
            message = _("只认 randomize=true，其余没有取用：%(rest)s。") % {"rest": _("、").join(found)}
            self.faults.append(node.line.fault("parameters", message, is_remark=True))
        return is_random

    def read_flag(self, line: Line, column: str) -> bool:
        """Return yes or no."""
        text = line.get(column).lower()
        if text not in TRUE | FALSE:
            self.faults.append(line.fault(column, _("请写 yes 或 no；不支持写成公式。")))
        return text in TRUE

    def tell_looks(self, node: Node) -> None:
        """Name the appearances that are not taken over, each once."""
        for look in node.looks:
            if look not in KNOWN_LOOKS and look not in self.told_looks:
                self.told_looks.add(look)
                message = _("外观“%(look)s”没有取用。") % {"look": look}
                self.faults.append(node.line.fault("appearance", message, is_remark=True))
