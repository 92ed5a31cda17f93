"""Reads what was typed, tapped, copied from paper or found in a workbook into answers. What becomes of them: pool.py.

Fields are named like variables: "question", "question.row" of a matrix, "question.other" for the words beside "other".
A ranking comes as its options from first to last, one text each.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from surveys.questionnaire import MAX_LONG, MAX_SHORT, OTHER, Kind, Question, Questionnaire

MOST_DIGITS = 15  # what a float, and so JSON and every statistics program, keeps exactly
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
YEARS = range(1900, 2101)
HALF_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)}  # of signs typed on a Chinese keyboard
ECHO = 20  # characters of a text that is named in a message


class NotUnderstoodError(ValueError):
    """A field says something that is no answer; the text is for who filled it in."""


@dataclass(frozen=True)
class Reading:
    """What was understood: `answers` see questionnaire.py; `problems` by the code of the question."""

    answers: dict[str, Any]
    problems: dict[str, str]


def read_answers(
    questionnaire: Questionnaire, given: Mapping[str, Sequence[str]], *, allows_blanks: bool = False
) -> Reading:
    """Return the answers among the given fields. What was not asked after the answers before is dropped.

    `allows_blanks`: a required question may be empty, for paper and workbooks: nobody is there to be asked again.
    """
    answers: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for question in questionnaire.questions:
        if any(condition.question in problems for condition in question.conditions):
            continue  # nobody can tell yet whether it is asked
        if not question.is_asked(answers):
            continue
        try:
            found = read_question(question, given)
        except NotUnderstoodError as error:
            problems[question.code] = str(error)
            continue
        if (
            question.is_required
            and not allows_blanks
            and any(variable.code not in found for variable in question.variables)
        ):
            problems[question.code] = ask_for(question)
        else:
            answers.update(found)
    return Reading(answers, problems)


def ask_for(question: Question) -> str:
    """Return what to say where a required question was passed over."""
    if question.kind == Kind.MATRIX:
        return _("这道题每一行都要选。")
    if question.kind == Kind.RANKING:
        return _("这道题要排好顺序。")
    return _("这道题要选一下。") if question.options else _("这道题要填一下。")


def read_question(question: Question, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the variables of one question; raises NotUnderstoodError."""
    if question.kind == Kind.MATRIX:
        rows = {variable.code: read_one(question, list_texts(given, variable.code)) for variable in question.variables}
        return {code: value for code, value in rows.items() if value is not None}
    value = READERS[question.kind](question, list_texts(given, question.code))
    found = {} if value is None else {question.code: value}
    if question.other and question.other.code in ([value] if isinstance(value, str) else value or ()):
        words = clean_line(" ".join(list_texts(given, question.code + OTHER)))
        found |= {question.code + OTHER: limit(words, MAX_SHORT)} if words else {}
    return found


def list_texts(given: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """Return the texts of a field that say something."""
    return [text for text in given.get(name, ()) if text.strip()]


# --- Options


def find_option(question: Question, text: str) -> str:
    """Return the code of an option."""
    code = text.strip()
    if code not in question.option_codes:
        raise NotUnderstoodError(_("没有“%(text)s”这个选项，请重新选。") % {"text": clean_line(code)[:ECHO]})
    return code


def read_one(question: Question, texts: list[str]) -> str | None:
    """Return the option that was chosen."""
    codes = {find_option(question, text) for text in texts}
    if len(codes) > 1:
        raise NotUnderstoodError(_("这道题只能选一个。"))
    return codes.pop() if codes else None


def read_several(question: Question, texts: list[str]) -> list[str] | None:
    """Return the options that were chosen, in the order of the questionnaire: that of the taps is nobody's business."""
    codes = {find_option(question, text) for text in texts}
    alone = [option for option in question.options if option.is_exclusive and option.code in codes]
    if alone and len(codes) > 1:
        raise NotUnderstoodError(_("“%(option)s”不能与其他选项同时选。") % {"option": alone[0].label})
    return [code for code in question.option_codes if code in codes] or None


def read_ranking(question: Question, texts: list[str]) -> list[str] | None:
    """Return all options from first to last; None when nothing was ranked."""
    codes = [find_option(question, text) for text in texts]
    if len(set(codes)) < len(codes):
        raise NotUnderstoodError(_("每个选项只能排一次。"))
    if codes and len(codes) < len(question.options):
        rest = len(question.options) - len(codes)
        raise NotUnderstoodError(_("还有 %(rest)s 个没有排：请全部排好，或者全部留空。") % {"rest": rest})
    return codes or None


# --- Numbers and dates


def read_number(question: Question, texts: list[str]) -> int | float | None:
    """Return a number within the bounds of the question; whole numbers as such."""
    if not texts:
        return None
    text = texts[0].translate(HALF_WIDTH).strip()
    try:
        number = Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII) else None
    except InvalidOperation:
        number = None
    if number is None or len(text) > MOST_DIGITS:
        raise NotUnderstoodError(_("请只写数字，例如 3 或 2.5。"))
    lowest, highest = question.lowest, question.highest
    if (lowest is not None and number < Decimal(str(lowest))) or (
        highest is not None and number > Decimal(str(highest))
    ):
        raise NotUnderstoodError(tell_bounds(lowest, highest))
    return int(number) if number == int(number) else float(number)


def tell_bounds(lowest: float | None, highest: float | None) -> str:
    """Return between which numbers an answer has to be."""
    low, high = (f"{bound:.10g}" if bound is not None else "" for bound in (lowest, highest))
    if low and high:
        return _("请写 %(low)s 到 %(high)s 之间的数字。") % {"low": low, "high": high}
    if low:
        return _("最小是 %(low)s。") % {"low": low}
    return _("最大是 %(high)s。") % {"high": high}


def read_date(question: Question, texts: list[str]) -> str | None:
    """Return a day as ISO 8601."""
    if not texts:
        return None
    found = DATE.fullmatch(texts[0].translate(HALF_WIDTH).strip())
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise NotUnderstoodError(_("没有这一天，请写成 2026-03-05 这样。"))
    return day.isoformat()


# --- Words


def read_line(question: Question, texts: list[str]) -> str | None:
    """Return one line of words."""
    return limit(clean_line(" ".join(texts)), MAX_SHORT) or None


def read_words(question: Question, texts: list[str]) -> str | None:
    """Return words that may have several lines."""
    return limit(clean_words("\n".join(texts)), MAX_LONG) or None


def clean_words(text: str) -> str:
    """Return the text without what no database keeps and no page shows; every script and emoji stays as it is.

    Signs that turn the direction of writing stay too: whoever shows an answer isolates it (<bdi>).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


def clean_line(text: str) -> str:
    """Return the text on one line."""
    return " ".join(clean_words(text).split())


def limit(text: str, most: int) -> str:
    """Return the text if it is not too long."""
    if len(text) > most:
        raise NotUnderstoodError(_("最多 %(most)s 字，现在 %(now)s 字。") % {"most": most, "now": len(text)})
    return text


READERS: dict[str, Callable[[Question, list[str]], Any]] = {
    Kind.SINGLE: read_one,
    Kind.RATING: read_one,
    Kind.MULTIPLE: read_several,
    Kind.RANKING: read_ranking,
    Kind.NUMBER: read_number,
    Kind.DATE: read_date,
    Kind.TEXT: read_line,
    Kind.LONG: read_words,
}
