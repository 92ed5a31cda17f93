"""Writing a questionnaire as an XLSForm workbook. Reading: reading.py."""

import io
from collections.abc import Iterator, Sequence

from communities.spreadsheets import SafeWorkbook
from surveys.questionnaire import Kind, Question, Questionnaire, Section
from surveys.xlsform.expressions import write_alone, write_conditions, write_limits
from surveys.xlsform.words import (
    BACKGROUND,
    BANK,
    BEGIN,
    CHOICE_COLUMNS,
    CHOICES,
    END,
    LIKERT,
    MULTILINE,
    NO,
    NOTE_SUFFIX,
    OPINION,
    ORDERED,
    OTHER_SUFFIX,
    RANDOM,
    RANK,
    SECTION_PREFIX,
    SELECT_MULTIPLE,
    SELECT_ONE,
    SETTING_COLUMNS,
    SETTINGS,
    SURVEY,
    SURVEY_COLUMNS,
    TABLE,
    WORDS_LABEL,
    YES,
)

Line = dict[str, str]  # column -> cell

TYPES = {
    Kind.SINGLE: SELECT_ONE,
    Kind.RATING: SELECT_ONE,
    Kind.MULTIPLE: SELECT_MULTIPLE,
    Kind.RANKING: RANK,
    Kind.NUMBER: "decimal",
    Kind.DATE: "date",
    Kind.TEXT: "text",
    Kind.LONG: "text",
}
APPEARANCES = {Kind.RATING: LIKERT, Kind.LONG: MULTILINE}


def write_xlsform(title: str, questionnaire: Questionnaire) -> bytes:
    """Return an .xlsx with the sheets survey, choices and settings; all cells are text (rule R28)."""
    survey = [line for section in questionnaire.sections for line in list_section(section)]
    choices = [line for question in questionnaire.questions for line in list_options(question)]
    settings = [{"form_title": title, "form_id": "survey"}]
    target = io.BytesIO()
    with SafeWorkbook(target, {"in_memory": True}) as workbook:
        write_sheet(workbook, SURVEY, SURVEY_COLUMNS, survey)
        write_sheet(workbook, CHOICES, CHOICE_COLUMNS, choices)
        write_sheet(workbook, SETTINGS, SETTING_COLUMNS, settings)
    return target.getvalue()


def write_sheet(workbook: SafeWorkbook, name: str, columns: Sequence[str], lines: Sequence[Line]) -> None:
    """Write one sheet below its headings."""
    text, bold = workbook.add_format({"num_format": "@"}), workbook.add_format({"num_format": "@", "bold": True})
    sheet = workbook.add_worksheet(name)
    sheet.set_column(0, len(columns) - 1, 18, text)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, columns, bold)
    for row, line in enumerate(lines, start=1):
        for column, key in enumerate(columns):
            if line.get(key):
                sheet.write_string(row, column, line[key], text)


def list_section(section: Section) -> Iterator[Line]:
    """Yield the lines of a section: a group that a phone shows at once."""
    name = f"{SECTION_PREFIX}{section.code}"
    yield {"type": BEGIN, "name": name, "label": quote(section.title), "appearance": "field-list"}
    if section.note:
        yield {"type": "note", "name": f"{name}{NOTE_SUFFIX}", "label": quote(section.note)}
    for question in section.questions:
        yield from list_matrix(question) if question.kind == Kind.MATRIX else list_question(question)
    yield {"type": END}


def list_question(question: Question) -> Iterator[Line]:
    """Yield the line of a question, and that of the words beside "other"."""
    words = TYPES[Kind(question.kind)]
    yield describe(question) | {
        "type": f"{words} {question.code}" if question.options else words,
        "required": YES if question.is_required else "",
        "constraint": constrain(question),
        "appearance": APPEARANCES.get(Kind(question.kind), ""),
        "parameters": RANDOM if question.is_shuffled else "",
    }
    if question.other:
        relevant = f"selected(${{{question.code}}}, '{question.other.code}')"
        name = f"{question.code}{OTHER_SUFFIX}"
        yield {"type": "text", "name": name, "label": WORDS_LABEL, "relevant": relevant}


def list_matrix(question: Question) -> Iterator[Line]:
    """Yield the lines of a matrix: a group whose rows share their options."""
    yield describe(question) | {"type": BEGIN, "appearance": TABLE}
    for row in question.rows:
        yield {
            "type": f"{SELECT_ONE} {question.code}",
            "name": f"{question.code}.{row.code}",
            "label": quote(row.label),
            "required": YES if question.is_required else "",
            "parameters": RANDOM if question.is_shuffled else "",
        }
    yield {"type": END}


def describe(question: Question) -> Line:
    """Return what every kind of question has."""
    return {
        "name": question.code,
        "label": quote(question.text),
        "hint": quote(question.hint),
        "relevant": write_conditions(question.conditions),
        ORDERED: YES if question.is_ordered else "",
        OPINION: YES if question.is_opinion else NO,
        BACKGROUND: question.background,
        BANK: question.bank,
    }


def constrain(question: Question) -> str:
    """Return the limits of a number, or which options of several stand alone."""
    if question.kind == Kind.NUMBER:
        return write_limits(question.lowest, question.highest)
    return write_alone([option.code for option in question.options if option.is_exclusive])


def list_options(question: Question) -> Iterator[Line]:
    """Yield the options of a question as a list of its name."""
    for option in question.options:
        yield {"list_name": question.code, "name": option.code, "label": quote(option.label)}


def quote(text: str) -> str:
    """Return a text in which nothing is taken for a reference to another question: XLSForm has no sign to quote it."""
    return text.replace("${", "＄{")
