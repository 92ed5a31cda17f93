"""The sheets of an XLSForm as lines by column: headings, languages, and what is not taken over. Knows no questions."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.sheets import Fault, Rows
from surveys.xlsform.words import CHOICES, COLUMN_ALIASES, SETTINGS, SURVEY, TRANSLATED

SIMPLIFIED = re.compile(r"简体|zh[-_]?hans|zh[-_]?cn|中文|汉语|chinese|\bzh\b", re.IGNORECASE)
LOGIC = {
    "calculation": gettext_lazy("计算"),
    "repeat_count": gettext_lazy("重复"),
    "choice_filter": gettext_lazy("按前一题筛选选项"),
    "trigger": gettext_lazy("触发计算"),
}
EXTRA_SHEETS = {"external_choices", "entities", "osm"}


@dataclass(frozen=True)
class Line:
    """A row of a sheet: stripped texts by column."""

    sheet: str
    row: int
    cells: dict[str, str]
    places: dict[str, int]

    def get(self, column: str) -> str:
        """Return the text in a column, "" without."""
        return self.cells.get(column, "")

    def fault(self, column: str, message: str, *, is_remark: bool = False) -> Fault:
        """Return a fault at a cell of this row."""
        return Fault(self.sheet, self.row, self.places.get(column), message, is_remark)


@dataclass
class Sheet:
    """A sheet's lines, and the columns that it has."""

    name: str
    lines: list[Line] = field(default_factory=list)
    columns: Collection[str] = ()


@dataclass
class Tables:
    """The three sheets, and what is wrong with them so far."""

    survey: Sheet
    choices: Sheet
    settings: Sheet
    faults: list[Fault]


def read_tables(sheets: dict[str, Rows]) -> Tables:
    """Return the sheets of an XLSForm, whatever the case of their names."""
    by_name = {name.strip().lower(): name for name in sheets}
    faults = list(find_other_sheets(sheets))
    found = {}
    language = ""
    for key in (SETTINGS, SURVEY, CHOICES):  # the language that the settings name is looked for in the others
        reader = SheetReader(by_name.get(key, key), sheets.get(by_name.get(key, ""), {}), language)
        found[key] = reader.read()
        faults += reader.faults
        if key == SETTINGS and found[key].lines:
            language = found[key].lines[0].get("default_language")
    if not found[SURVEY].lines:
        faults.append(Fault(SURVEY, 0, None, _("没有找到工作表 survey，或者里面没有题目。隐藏的工作表不读。")))
    return Tables(found[SURVEY], found[CHOICES], found[SETTINGS], faults)


def find_other_sheets(sheets: dict[str, Rows]) -> Iterator[Fault]:
    """Yield what is said about sheets that are not read."""
    for name in sheets:
        key = name.strip().lower()
        if key in EXTRA_SHEETS:
            yield Fault(name, 0, None, _("门户不支持这张工作表里的功能。请改用普通的选项表，再删去这张表。"))
        elif key not in (SURVEY, CHOICES, SETTINGS):
            yield Fault(name, 0, None, _("没有读这张工作表。"), is_remark=True)


class SheetReader:
    """Reads one sheet."""

    def __init__(self, name: str, rows: Rows, language: str) -> None:
        self.name, self.rows, self.language = name, dict(sorted(rows.items())), language
        self.faults: list[Fault] = []

    def read(self) -> Sheet:
        """Return the lines below the headings; of several languages one is taken."""
        if not self.rows:
            return Sheet(self.name)
        head, *body = self.rows
        columns = self.choose(self.name_columns(head, self.rows[head]), head, body)
        lines = []
        for row in body:
            cells = {column: self.cell(row, place) for column, place in columns.items()}
            if any(cells.values()):
                lines.append(Line(self.name, row, {key: text for key, text in cells.items() if text}, columns))
        return Sheet(self.name, lines, columns.keys())

    def cell(self, row: int, place: int) -> str:
        """Return the text of a cell."""
        cells = self.rows[row]
        return cells[place].replace("\r\n", "\n").strip() if place < len(cells) else ""

    def name_columns(self, row: int, headings: Sequence[str]) -> dict[str, int]:
        """Return column -> place; a language stands behind two colons."""
        columns: dict[str, int] = {}
        for place, heading in enumerate(headings):
            if not heading.strip():
                continue
            base, _colons, language = heading.strip().partition("::")
            name = base.strip().lower()
            name = COLUMN_ALIASES.get(name, name.replace(" ", "_"))
            if self.name == SETTINGS and name == "name":
                continue
            key = f"{name}::{language.strip()}" if language else name
            if key in columns:
                message = _("“%(heading)s”这一列有两次，请只留一列。") % {"heading": heading.strip()}
                self.faults.append(Fault(self.name, row, place, message))
            columns.setdefault(key, place)
        return columns

    def choose(self, columns: dict[str, int], head: int, body: Sequence[int]) -> dict[str, int]:
        """Return the columns, of label and hint in one language, the same for both; say which."""
        plain = {
            key: place for key, place in columns.items() if key.partition("::")[0] not in TRANSLATED or "::" not in key
        }
        languages = [key.partition("::")[2] for key in columns if key.startswith("label::")]
        is_plain = "label" in columns and any(self.cell(row, columns["label"]) for row in body)
        if not languages or is_plain:
            self.pass_over([key for key in columns if key not in plain], columns, head)
            return plain
        chosen = self.choose_language(languages)
        message = _("有几种语言，取用“%(language)s”。") % {"language": chosen}
        self.faults.append(Fault(self.name, head, columns[f"label::{chosen}"], message, is_remark=True))
        for base in TRANSLATED:
            if f"{base}::{chosen}" in columns:
                plain[base] = columns[f"{base}::{chosen}"]
        self.pass_over([key for key, place in columns.items() if place not in plain.values()], columns, head)
        return plain

    def choose_language(self, languages: Sequence[str]) -> str:
        """Return simplified Chinese if the file has it, else the form's default, else the first."""
        chinese = next((language for language in languages if SIMPLIFIED.search(language)), "")
        return chinese or (self.language if self.language in languages else languages[0])

    def pass_over(self, keys: Sequence[str], columns: dict[str, int], head: int) -> None:
        """Say which columns of other languages are not taken."""
        for key in keys:
            message = _("没有取用“%(heading)s”这一列。") % {"heading": key}
            self.faults.append(Fault(self.name, head, columns[key], message, is_remark=True))


def find_unread_columns(sheet: Sheet, known: Collection[str]) -> Iterator[Fault]:
    """Yield what is said about filled columns that the portal does not read: logic is refused, the rest named."""
    told: set[str] = set()
    for line in sheet.lines:
        for column in line.cells:
            if column in known or column in told:
                continue
            if column in LOGIC:
                words = {"column": column, "what": LOGIC[column]}
                yield line.fault(
                    column, _("门户不支持 %(column)s（%(what)s）。请去掉这一格，或者改成固定的题目。") % words
                )
            else:
                told.add(column)
                message = _("没有取用“%(heading)s”这一列。") % {"heading": column}
                yield line.fault(column, message, is_remark=True)
