"""What a clerk types for a paper questionnaire, and the same as a form would have sent it. No database here.

Options are typed by the number printed before them: "3", several "1 4 5" (or "145" where there are fewer than ten), a
matrix row by row, words beside "other" after a colon: "6: 下棋". A blank means not answered.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from surveys.questionnaire import OTHER, WRITTEN, Kind, Option, Question, Questionnaire

SEPARATORS = re.compile(r"[\s,;/、。.+-]+")
COLON = re.compile(r"[:：]")
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
SEVERAL = (Kind.MULTIPLE, Kind.RANKING)


@dataclass(frozen=True)
class Line:
    """One input of the clerk: the variable it is for, and the options whose numbers may be typed."""

    name: str
    label: str
    question: Question
    number: str  # of the question as printed: 7, or 7-2 for the second row of a matrix

    @property
    def options(self) -> Sequence[Option]:
        """The options in the order in which they are printed."""
        return self.question.options

    @property
    def conditions(self) -> str:
        """When it is asked, as paper.js reads it: questions and options by their codes, in JSON."""
        return json.dumps([[one.question, list(one.options), one.is_negated] for one in self.question.conditions])

    @property
    def codes(self) -> str:
        """The codes of the options in the order of their numbers, for paper.js."""
        return " ".join(self.question.option_codes)

    @property
    def takes_several(self) -> bool:
        """Whether several numbers may be typed."""
        return self.question.kind in SEVERAL


@dataclass(frozen=True)
class Typed:
    """What was typed, as answers.read_answers() takes it; `problems` by the name of the line."""

    given: dict[str, list[str]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def list_lines(questionnaire: Questionnaire) -> list[Line]:
    """Return the inputs for a questionnaire in the order of the paper."""
    lines = []
    for number, question in enumerate(questionnaire.questions, 1):
        if question.kind == Kind.MATRIX:
            rows = enumerate(question.rows, 1)
            lines += [Line(f"{question.code}.{row.code}", row.label, question, f"{number}-{at}") for at, row in rows]
        else:
            lines.append(Line(question.code, question.text, question, str(number)))
    return lines


def read_lines(questionnaire: Questionnaire, typed: Mapping[str, str]) -> Typed:
    """Return what the typed lines say; a line that cannot be read is a problem, and nothing of it is taken."""
    result = Typed()
    for line in list_lines(questionnaire):
        text = typed.get(line.name, "").strip()
        if not text:
            continue
        try:
            result.given.update(read_line(line, text))
        except ValueError as error:
            result.problems[line.name] = str(error)
    return result


def read_line(line: Line, text: str) -> dict[str, list[str]]:
    """Return what one line says, by field name; raises ValueError with a message for the clerk."""
    if line.question.kind in WRITTEN:
        return {line.name: [text]}
    text = unicodedata.normalize("NFKC", text)  # full-width digits
    if line.question.kind == Kind.DATE:
        return {line.name: [read_day(text)]}
    if not line.options:
        return {line.name: [text]}
    numbers, words = split_words(line, text)
    given = {line.name: [line.options[number - 1].code for number in read_numbers(line, numbers)]}
    if words:
        given[f"{line.name}{OTHER}"] = [words]
    return given


def split_words(line: Line, text: str) -> tuple[str, str]:
    """Return the numbers of a line and the words after a colon, which belong to the option "other"."""
    numbers, *words = COLON.split(text, maxsplit=1)
    if words and not line.question.other:
        raise ValueError(_("这题没有“其他”，冒号后面的字放不下。"))
    return numbers, "".join(words).strip()


def read_numbers(line: Line, text: str) -> Iterator[int]:
    """Yield the numbers of the options, each within what is printed."""
    most = len(line.options)
    parts = [part for part in SEPARATORS.split(text) if part]
    if line.takes_several and most < 10 and len(parts) == 1:
        parts = list(parts[0])
    if not line.takes_several and len(parts) > 1:
        raise ValueError(_("这题只能选一个。"))
    for part in parts:
        if not part.isdecimal() or not 1 <= int(part) <= most:
            raise ValueError(_("“%(typed)s”不是选项的编号：请填 1 到 %(most)s。") % {"typed": part[:10], "most": most})
        yield int(part)


def read_day(text: str) -> str:
    """Return a day typed as 20261122, 2026-11-22 or 2026年11月22日 in ISO 8601."""
    found = DAY.fullmatch(text)
    try:
        if found:
            return date(*map(int, found.groups())).isoformat()
    except ValueError:  # 30 February
        found = None
    raise ValueError(_("“%(typed)s”不是日期：请填 8 位数字，例如 20261122。") % {"typed": text[:12]})
